"""What a person says of how a file is to be read: answers to the reader's questions, and their memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import BatchState
from ..imports.memory import before_of, pack, remember, said_of
from ..models import LayoutMemory, ListBatch
from ..permissions import may_import
from .steps import READ, locked, move, queue

#: Fields one of which a list of households cannot do without.
NAME_FIELDS = frozenset({"head_name", "member_name"})


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, as ``ReadOptions`` keeps it: fields by column letter by signature, "tcvn3",
    "vni" or "unicode" by sheet, "dmy" or "mdy" by "sheet!letter", the code of the district."""

    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    encodings: Mapping[str, str] = field(default_factory=dict)
    date_orders: Mapping[str, str] = field(default_factory=dict)
    district_code: str = ""


def answer_questions(batch: ListBatch, answers: Answers, *, actor: Any) -> ListBatch:
    """Settle how the file is to be read and have it read. Columns are remembered for sender and layout.

    Refuses when a question of the batch is left open, a field is chosen twice in one layout, or none of
    its columns holds the name. A preview that was made with other answers is made anew.
    """
    with transaction.atomic():
        batch = locked(batch, actor, BatchState.AWAITING_LAYOUT, BatchState.AWAITING_CONFIRMATION)
        _refuse_open(batch, answers)
        _refuse_columns(answers)
        said = said_of(batch)
        said = replace(
            said,
            columns={**said.columns, **answers.columns},
            encodings={**said.encodings, **answers.encodings},
            date_orders={**said.date_orders, **answers.date_orders},
            district_code=answers.district_code or said.district_code,
        )
        _remember(batch, answers, actor)
        move(batch, BatchState.UPLOADED, reading=pack(said, before_of(batch)), notice="")
        queue(batch, READ, actor)
        record(
            "beneficiaries.listbatch.answer", batch, actor=actor,
            after={
                "columns": [dict(columns) for columns in answers.columns.values()],
                "encodings": dict(answers.encodings),
                "date_orders": dict(answers.date_orders),
                "district": answers.district_code,
            },
        )  # fmt: skip
    return batch


def _refuse_open(batch: ListBatch, answers: Answers) -> None:
    for question in batch.questions:
        kind, sheet = question["kind"], question["sheet"]
        answered = {
            "columns": question["params"].get("signature") in answers.columns,
            "encoding": sheet in answers.encodings,
            "date_order": f"{sheet}!{question['column']}" in answers.date_orders,
            "district": bool(answers.district_code),
        }
        if not answered.get(kind, True):
            raise Refusal(
                _("A question about sheet “%(sheet)s” is still open: answer it.") % {"sheet": sheet}
            )


def _refuse_columns(answers: Answers) -> None:
    for columns in answers.columns.values():
        if twice_chosen(columns):
            raise Refusal(_("A field was chosen for two columns: each stands in one column only."))
        if not NAME_FIELDS & set(columns.values()):
            raise Refusal(_("Say which column holds the name of the head of household."))


def twice_chosen(columns: Mapping[str, str]) -> dict[str, list[str]]:
    """Fields chosen more than once, with their column letters."""
    counts = Counter(name for name in columns.values() if name)
    return {
        name: [letter for letter, chosen in columns.items() if chosen == name]
        for name, count in counts.items()
        if count > 1
    }


def _remember(batch: ListBatch, answers: Answers, actor: Any) -> None:
    sender = batch.uploaded_by.organisation
    headers = {
        question["params"].get("signature"): question["params"].get("headers", {})
        for question in batch.questions
        if question["kind"] == "columns"
    }
    for signature, columns in answers.columns.items():
        if sender is not None:
            remember(sender, signature, columns, headers.get(signature, {}), actor=actor)


def forget_layout(memory: LayoutMemory, *, actor: Any) -> None:
    """Drop what is remembered of a layout: the next list of it is asked about again."""
    province = memory.organisation.province
    if province is None or not may_import(actor, province):
        raise Refusal(_("Only a register officer of this office may do this."))
    with transaction.atomic():
        known = LayoutMemory.objects.select_for_update().filter(pk=memory.pk).first()
        if known is None:
            return
        columns = {letter: column["field"] for letter, column in known.columns.items()}
        known.delete()
        record(
            "beneficiaries.layoutmemory.forget", memory, actor=actor, before={"columns": columns}
        )  # fmt: skip
