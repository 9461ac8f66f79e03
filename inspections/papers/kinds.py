"""Which papers there are of a round and of a unit, who is offered them, and how each is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from smartphone_support.documents.paper import Paper

from ..choices import RoundState
from ..models import InspectedUnit, InspectionMinutes, InspectionRound
from ..permits.rounds import may_read_minutes
from . import minutes, notices, reports, rounds

_ROUND = ("program__province", "district__parent", "created_by", "concluded_by", "checklist_a", "checklist_b",
          "checklist_c")  # fmt: skip
_UNIT = ("area__parent", "organisation", "minutes", *(f"round__{name}" for name in _ROUND))


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper. `offered` says whether this person finds it on the row's page; `on_record`: taking
    it is recorded, because it says what was found."""

    slug: str
    title: str | Promise
    file_name: str
    model: type[models.Model]
    make: Callable[[Any], Paper]
    offered: Callable[[Any, Any], bool]
    on_record: bool = False

    @property
    def of(self) -> str:
        return "round" if self.model is InspectionRound else "unit"

    @property
    def front(self) -> str:
        """Where its addresses begin."""
        return "rounds" if self.model is InspectionRound else "rounds/units"

    @property
    def related(self) -> tuple[str, ...]:
        return _ROUND if self.model is InspectionRound else _UNIT

    @property
    def name(self) -> str:
        """The part of its addresses' names: "round_paper_decision"."""
        return f"{self.of}_paper_{self.slug}".replace("-", "_")


def _always(row: Any, user: Any) -> bool:
    return True


def _is_decided(unit: InspectedUnit, user: Any) -> bool:
    return unit.round.state != RoundState.PLANNED


def _reads_minutes(unit: InspectedUnit, user: Any) -> bool:
    found = InspectionMinutes.objects.filter(unit=unit).first()
    if found is not None:
        found.unit = unit
    return found is not None and may_read_minutes(user, found)


def _is_concluded(round_: InspectionRound, user: Any) -> bool:
    return round_.state in {RoundState.CONCLUDED, RoundState.CLOSED}


def _is_reported(round_: InspectionRound, user: Any) -> bool:
    return round_.state == RoundState.CLOSED


KINDS = (
    PaperKind(
        "decision", pgettext_lazy("paper", "Decision on the inspection team"), "Quyet dinh doan kiem tra",
        InspectionRound, rounds.decision, _always,
    ),
    PaperKind(
        "plan", pgettext_lazy("paper", "Plan of the inspection"), "Ke hoach kiem tra",
        InspectionRound, rounds.plan, _always,
    ),
    PaperKind(
        "conclusion", pgettext_lazy("paper", "Notice of the conclusion"), "Thong bao ket luan",
        InspectionRound, reports.conclusion, _is_concluded, on_record=True,
    ),
    PaperKind(
        "report", pgettext_lazy("paper", "Report of the inspection"), "Bao cao ket qua kiem tra",
        InspectionRound, reports.report, _is_reported, on_record=True,
    ),
    PaperKind(
        "notice", pgettext_lazy("paper", "Notice of the inspection with the outline"), "Thong bao kiem tra",
        InspectedUnit, notices.notice, _is_decided,
    ),
    PaperKind(
        "minutes", pgettext_lazy("paper", "Minutes of the inspection"), "Bien ban kiem tra",
        InspectedUnit, minutes.minutes, _reads_minutes, on_record=True,
    ),
)  # fmt: skip


def papers_of(row: Any, user: Any) -> dict[str, Any]:
    """What `papers/_downloads.html` shows of a row: every paper this person may have, in both formats."""
    shown = [kind for kind in KINDS if isinstance(row, kind.model) and kind.offered(row, user)]
    return {
        "papers": [
            {
                "title": kind.title,
                "key": kind.name,
                "docx": reverse(f"inspections:{kind.name}_docx", args=[row.pk]),
                "pdf": reverse(f"inspections:{kind.name}_pdf", args=[row.pk]),
            }
            for kind in shown
        ],
        "prefix": f"{row._meta.model_name}-{row.pk}",
    }
