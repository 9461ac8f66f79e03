"""Where a round stands and who is next: the strip above its page."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.web.components import Step, steps_to

from ..choices import RoundState
from ..models import InspectionRound

WAY = (
    RoundState.PLANNED, RoundState.ANNOUNCED, RoundState.FIELDWORK, RoundState.MINUTES, RoundState.CONCLUDED,
    RoundState.CLOSED,
)  # fmt: skip


def short(moment: datetime | date | None) -> str:
    """A moment as its day, dd/mm/yyyy."""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
    return f"{moment:%d/%m/%Y}" if moment else ""


def round_steps(round_: InspectionRound) -> list[Step]:
    """From the plan to the closing report: when each was reached, or who is next. None of a cancelled one."""
    if round_.state == RoundState.CANCELLED:
        return []
    planned = timezone.localtime(round_.created_at)
    details = {
        RoundState.PLANNED: f"{round_.created_by} · {short(planned)}",
        RoundState.ANNOUNCED: f"{round_.decision_number} · {short(round_.decision_date)}"
        if round_.announced_at
        else _("Decision on the team"),
        RoundState.FIELDWORK: f"{short(round_.fieldwork_from)} – {short(round_.fieldwork_to)}",
        RoundState.MINUTES: _("Signed by every unit"),
        RoundState.CONCLUDED: f"{round_.concluded_by} · {short(round_.conclusion_date)}"
        if round_.concluded_by
        else _("Leader"),
        RoundState.CLOSED: short(round_.closed_at) or _("Closing report"),
    }
    return steps_to(
        round_.state,
        [(state, str(state.label)) for state in WAY],
        {str(state): text for state, text in details.items()},
    )
