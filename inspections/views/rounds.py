"""Inspection rounds: the list, a round with its team, units, sample, checks and findings."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.web.components import Crumb
from smartphone_support.web.views import DetailPage, ListPage

from ..choices import RoundState
from ..findings import panel as findings_panel
from ..models import InspectedUnit, InspectionMinutes, InspectionRound
from ..offline import panel as checks_panel
from ..papers.kinds import papers_of
from ..permits.rounds import may_conclude, may_read_minutes, may_run
from ..permits.sampling import may_see_sample
from ..rounds.filters import RoundFilter
from ..rounds.phases import round_steps
from ..rounds.tables import RoundTable
from ..sampling import panel as sampling_panel
from ..workflow.rounds import lacking_to_announce, unsigned_units, wrong_sample
from ..workflow.teams import TEAM_STATES
from ..workflow.units import CHOOSING

RELATED = (
    "program__province", "district__parent", "created_by", "concluded_by", "checklist_a", "checklist_b",
    "checklist_c",
)  # fmt: skip


def round_crumbs(round_: InspectionRound | None = None) -> list[Crumb]:
    """The way to a round's pages."""
    crumbs = [Crumb(_("Inspection rounds"), reverse("inspections:round_list"))]
    if round_ is not None:
        crumbs.append(Crumb(round_.name, reverse("inspections:round_detail", args=[round_.pk])))
    return crumbs


class RoundList(ListPage):
    """The rounds a person sees."""

    model = InspectionRound
    permission_required = "inspections.view_inspectionround"
    table_class = RoundTable
    filterset_class = RoundFilter
    template_name = "inspections/round_list.html"
    page_heading = gettext_lazy("Inspection rounds")
    lead = gettext_lazy(
        "Each round goes from its plan through the decision on the team, the fieldwork and the minutes of "
        "every unit to its conclusion."
    )
    empty_title = gettext_lazy("No round yet")
    empty_text = gettext_lazy("A round begins when somebody plans it, annual or ad hoc.")

    def get_queryset(self) -> Any:
        seen = InspectionRound.objects.visible_to(self.request.user).values("pk")
        rows = InspectionRound.objects.filter(pk__in=seen).select_related("district")
        return rows.annotate(unit_count=Count("units"))


class RoundDetail(DetailPage):
    """A round with everything of it this person may see."""

    model = InspectionRound
    permission_required = "inspections.view_inspectionround"
    template_name = "inspections/round_detail.html"
    context_object_name = "round"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_page_heading(self) -> str:
        return self.object.name

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round_, user = self.object, self.request.user
        runs = may_run(user, round_)
        units = InspectedUnit.objects.visible_to(user).filter(round=round_)
        return super().get_context_data(**kwargs) | {
            "steps": round_steps(round_),
            "facts": self._facts(round_),
            "team": round_.team.filter(left_at=None).select_related("user"),
            "units": self._with_minutes(units.select_related("area__parent", "organisation"), user),
            "runs": runs,
            "chooses": runs and round_.state in CHOOSING,
            "staffs": runs and round_.state in TEAM_STATES,
            "lacking": self._lacking(round_),
            "unsigned": len(unsigned_units(round_)) if round_.state == RoundState.MINUTES else 0,
            "paper_links": papers_of(round_, user),
            "concludes": may_conclude(user, round_),
            "sample_panel": sampling_panel.panel(round_, user),
            "checks_panel": checks_panel.panel(round_, user),
            "findings_panel": findings_panel.panel(round_, user),
            # Who was replaced and added, and why, is in it.
            "sees_history": may_see_sample(user, round_),
        }

    def _lacking(self, round_: InspectionRound) -> str:
        """What keeps the round from its next step; "" when nothing."""
        if round_.state == RoundState.PLANNED:
            return lacking_to_announce(round_)
        return wrong_sample(round_) if round_.state == RoundState.ANNOUNCED else ""

    def _with_minutes(self, units: Any, user: Any) -> list[tuple[InspectedUnit, InspectionMinutes | None]]:
        """Each unit with its minutes, where this person reads them."""
        known = {row.unit_id: row for row in InspectionMinutes.objects.filter(unit__in=units)}
        shown = []
        for unit in units:
            unit.round = self.object
            minutes = known.get(unit.pk)
            if minutes is not None:
                minutes.unit = unit
            shown.append((unit, minutes if minutes is not None and may_read_minutes(user, minutes) else None))
        return shown

    def _facts(self, round_: InspectionRound) -> list[tuple[str, Any]]:
        lists = (round_.checklist_a, round_.checklist_b, round_.checklist_c)
        decision = (
            f"{round_.decision_number}, {round_.decision_date:%d/%m/%Y}" if round_.decision_date else ""
        )
        return [
            (_("Kind"), round_.get_kind_display()),
            (_("Whose round"), round_.district.name if round_.district else _("The province")),
            (_("Period inspected"), f"{round_.period_from:%d/%m/%Y} – {round_.period_to:%d/%m/%Y}"),
            (_("Fieldwork"), f"{round_.fieldwork_from:%d/%m/%Y} – {round_.fieldwork_to:%d/%m/%Y}"),
            (_("Sample as of"), f"{round_.as_of:%d/%m/%Y}"),
            (_("Decision"), decision),
            (_("Checklists"), ", ".join(f"{one.part} v{one.version}" for one in lists if one)),
        ]
