"""What the pages of a living plan share: the plan, its views, and the day they are seen on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from smartphone_support.web.components import Crumb
from smartphone_support.web.views import PermissionMixin

from ..choices import ProgramState
from ..dues.standing import Clock, clock_of
from ..models import Program, TaskDue
from ..permits.dues import may_set_deadlines
from ..workflow.opening import span, upcoming

SEES = "programs.view_program"
MATRIX, LIST, CALENDAR, ORGANISATIONS = "matrix", "list", "calendar", "organisations"


@dataclass(frozen=True, slots=True)
class PlanView:
    """One way to look at the plan."""

    label: str
    url: str
    icon: str
    current: bool


def plan_views(program: Program, user: Any, current: str) -> list[PlanView]:
    """Matrix, list, calendar, organisations; for who sees one organisation only, that organisation."""
    pk = program.pk
    found = [
        (MATRIX, _("Matrix"), reverse("programs:program_detail", args=[pk]), "table-2"),
        (LIST, _("List of dues"), reverse("programs:due_list", args=[pk]), "list-checks"),
        (CALENDAR, _("Calendar"), reverse("programs:due_calendar", args=[pk]), "calendar-days"),
    ]
    if user.has_perm("programs.follow_program"):
        url = reverse("programs:organisation_list", args=[pk])
        found.append((ORGANISATIONS, _("Organisations"), url, "building-2"))
    elif user.organisation is not None and user.province is not None:
        url = reverse("programs:organisation_detail", args=[pk, user.organisation.pk])
        found.append((ORGANISATIONS, _("My organisation"), url, "building-2"))
    return [PlanView(label, url, icon, key == current) for key, label, url, icon in found]


def dues_lag(program: Program, user: Any, clock: Clock) -> bool:
    """Whether dues of periods that began are not open yet, and this person may open them."""
    if program.state != ProgramState.IN_FORCE or not may_set_deadlines(user, program):
        return False
    first, last = span(program)
    wanted = min(upcoming(clock.today), last)
    return first <= wanted and (program.dues_until is None or program.dues_until < wanted)


class PlanMixin(PermissionMixin):
    """A page of the plan its address names (`pk`); drafts only for who prepares plans."""

    permission_required = SEES
    plan_view = ""

    def find_subject(self) -> None:
        plans = Program.objects.visible_to(self.request.user).select_related("province")
        self.program = get_object_or_404(plans, pk=self.kwargs["pk"])

    @cached_property
    def clock(self) -> Clock:
        return clock_of(self.program, timezone.localdate())

    @cached_property
    def dues(self) -> Any:
        """The dues of this plan the person sees."""
        return TaskDue.objects.visible_to(self.request.user).filter(task__group__program=self.program)

    def get_breadcrumbs(self) -> list[Crumb]:
        return plan_crumbs(self.program)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(**kwargs) | {
            "program": self.program,
            "views": plan_views(self.program, user, self.plan_view),
            "lag": dues_lag(self.program, user, self.clock),
            "may_set_deadlines": may_set_deadlines(user, self.program),
        }


def plan_crumbs(program: Program) -> list[Crumb]:
    return [
        Crumb(_("Plans"), reverse("programs:program_list")),
        Crumb(plan_name(program), reverse("programs:program_detail", args=[program.pk])),
    ]


def plan_name(program: Program) -> str:
    """ "Plan 413/KH-UBND"; one whose number is blank by its years."""
    if program.number:
        return _("Plan %(number)s") % {"number": program.number}
    return _("Plan %(first)s–%(last)s") % {"first": program.first_year, "last": program.last_year}
