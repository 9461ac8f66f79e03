"""A round with a drawn sample, given to a member of its team, for tests that walk all roles."""

from __future__ import annotations

from typing import Any

from inspections.rules.sampling import Wanted
from inspections.workflow.sampling import assign_inspector, draw
from smartphone_support.accounts.models import User

from .inspection_rows import inspection_round


def drawing_of(prefix: str) -> dict[str, Any]:
    """An announced round over the whole province, one household drawn and given to the member."""
    member, officer = (User.objects.get(username=f"{prefix}-{who}") for who in ("inspector", "dic"))
    round_ = inspection_round(prefix, state="announced", inspector=member)
    draw(round_, actor=officer, wanted=Wanted(fixed=1))
    household = round_.sample.get()
    assign_inspector(round_, [household.pk], actor=officer, inspector=member)
    return {"drawn_round": round_, "drawn_household": household}
