"""Of whom a list speaks: a household missing from it is gone only if the list would have named it.

The detailed lists come in two, one of poor and one of near-poor households (templates of Circular
07/2021/TT-BLĐTBXH): absence from the one says nothing of a household of the other.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..models import ListBatch
from .balance import LISTED
from .diff import class_of
from .records import ReadResult


def keep_promises(result: ReadResult) -> frozenset[str]:
    """The classes of which the file speaks: one alone if every title promises it and the rows keep it.

    Otherwise the sheets' ``only_class`` is emptied, so that what is stored with the batch says the same.
    """
    promised = {sheet.only_class for sheet in result.sheets if sheet.households}
    stated = {class_of(record) for record in result.households} - {""}
    if len(promised) == 1 and promised <= LISTED and stated <= promised:
        return frozenset(promised)
    for sheet in result.sheets:
        sheet.only_class = ""
    return LISTED


def classes_covered(batch: ListBatch) -> frozenset[str]:
    """The classes of which a list that has been read speaks."""
    return frozenset(sheet["only_class"] for sheet in batch.sheets if sheet.get("only_class")) or LISTED


def class_not_covered(batch: ListBatch) -> str:
    """Which households the list leaves as they are, in a sentence; "" when it speaks of both classes."""
    covered = classes_covered(batch)
    if covered == {"poor"}:
        return _(
            "The title names poor households only: near-poor households of the register stay as they are."
        )
    if covered == {"near_poor"}:
        return _(
            "The title names near-poor households only: poor households of the register stay as they are."
        )
    return ""
