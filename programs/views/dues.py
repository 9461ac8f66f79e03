"""Dues: the list of a plan and its export, and one due with its report, its evidence and its history."""

from __future__ import annotations

import tempfile
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import plain_name, send
from smartphone_support.spreadsheets.exporting import write_resource
from smartphone_support.spreadsheets.streaming import FORMATS
from smartphone_support.web.components import Crumb, Step, Tab, steps_to
from smartphone_support.web.views import DetailPage, ListPage, Page, PermissionMixin

from ..choices import TO_DO, DueState, ProgramState
from ..dues.filters import DueFilter
from ..dues.progress import list_address
from ..dues.standing import Clock, Standing, clock_of, counts_of, urgent_first
from ..dues.tables import DueResource, DueTable, state_badge, who, with_rows
from ..dues.words import how_computed
from ..models import DueEvidence, TaskDue
from ..permits.dues import may_accept, may_extend, may_report
from ..permits.work import may_raise
from ..subjects import address_of
from ..workflow.dues import IF_ANY
from ..workflow.opening import timetable
from .living import LIST, SEES, PlanMixin, plan_crumbs


class DueList(PlanMixin, ListPage):
    """The dues of a plan: of all organisations for its followers, of the own one for everybody else."""

    table_class = DueTable
    filterset_class = DueFilter
    template_name = "programs/due_list.html"
    page_heading = gettext_lazy("Dues of the plan")
    plan_view = LIST
    empty_title = gettext_lazy("No due yet")
    empty_text = gettext_lazy(
        "A due stands for one period, or one event, in which an organisation owes a task of the plan. It is "
        "opened when its period begins."
    )

    def get_queryset(self) -> Any:
        return with_rows(urgent_first(self.dues))

    def get_lead(self) -> str:
        user: Any = self.request.user
        if user.has_perm("programs.follow_program"):
            return _("What each leading organisation owes, period by period.")
        return _("What your organisation owes, period by period.")

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        known: dict[str, Any] = super().get_filterset_kwargs(filterset_class)
        return known | {"program": self.program, "clock": self.clock}

    def get_table_kwargs(self) -> dict[str, Any]:
        own_only = not self.request.user.has_perm("programs.follow_program")
        return {"clock": self.clock, "own_only": own_only}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"tabs": self._tabs(), "query": self.request.GET.urlencode()}

    def _tabs(self) -> list[Tab]:
        """The standings, counted within the other filters."""
        query = self.request.GET.copy()
        current = query.pop("state", [""])[-1]
        query.pop("page", None)
        rest = DueFilter(
            query, queryset=self.dues, request=self.request, program=self.program, clock=self.clock
        )
        counts = counts_of(rest.qs, self.clock)
        tabs = [Tab(_("All"), counts.total, f"{self.request.path}?{query.urlencode()}", not current)]
        for standing, number in counts.of.items():
            query["state"] = standing.value
            tone = {Standing.OVERDUE: "bad", Standing.SOON: "wait"}.get(standing, "")
            url = f"{self.request.path}?{query.urlencode()}"
            tabs.append(Tab(str(standing.label), number, url, current == standing.value, tone))
        return tabs


class DueExport(PlanMixin, Page):
    """The dues of the list, filtered as there, as a file; on the record."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # a file
        form = request.GET.get("format", "xlsx")
        form = form if form in FORMATS else "xlsx"
        rows = DueFilter(
            request.GET or None, queryset=self.dues, request=request, program=self.program, clock=self.clock
        ).qs
        rows = with_rows(urgent_first(rows))
        target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        written = write_resource(
            target, DueResource(clock=self.clock), rows, form=form, title=_("Dues of the plan")
        )
        after = {"dues": written, "filters": dict(request.GET.items()), "format": form}
        record("programs.taskdue.export", self.program, actor=request.user, after=after)
        target.seek(0)
        name = _("Dues of the plan %(day)s") % {"day": f"{timezone.localdate():%Y-%m-%d}"}
        response = FileResponse(target, as_attachment=True, filename=plain_name(f"{name}.{form}"))
        response["Content-Type"] = FORMATS[form][1]
        return response


class DueQuery(PermissionMixin):
    """The due an address names, as this person sees it."""

    model = TaskDue
    success_url_name = "programs:due_detail"

    def get_queryset(self) -> Any:
        return (
            super()
            .get_queryset()
            .select_related("task__group__program__province", "task__lead", "organisation", "reported_by",
                            "decided_by")
        )  # fmt: skip

    @cached_property
    def clock(self) -> Clock:
        return clock_of(self.object.task.group.program, timezone.localdate())

    def get_breadcrumbs(self) -> list[Crumb]:
        return [*due_crumbs(self.object), Crumb(str(self.object), self.page_of_due())]

    def page_of_due(self) -> str:
        return reverse("programs:due_detail", args=[self.object.pk])


def due_crumbs(due: TaskDue) -> list[Crumb]:
    program = due.task.group.program
    return [*plan_crumbs(program), Crumb(_("Dues of the plan"), list_address(program))]


class DueDetail(DueQuery, DetailPage):
    """One due: whose, of what, by when and why by then; what was reported, what shows it, what came of it."""

    permission_required = SEES
    template_name = "programs/due_detail.html"
    context_object_name = "due"

    def get_breadcrumbs(self) -> list[Crumb]:
        return due_crumbs(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        due, user = self.object, self.request.user
        to_do, reports = due.state in TO_DO, may_report(user, due)
        program = due.task.group.program
        parties = due.task.coordinations.select_related("party").order_by("position")
        return super().get_context_data(**kwargs) | {
            "program": program,
            "badge": state_badge(due, self.clock),
            "steps": due_steps(due),
            "how": how_computed(due, timetable(program)),
            "is_late": self.clock.standing(due) == Standing.OVERDUE,
            "to_do": to_do,
            "coordinators": [line.printed or line.party.name for line in parties],
            "who": who(due),
            "evidence": self._evidence(),
            "may_report": to_do and reports,
            "may_say_nothing": to_do and reports and due.task.timing_kind in IF_ANY,
            "may_accept": due.state == DueState.REPORTED and may_accept(user, due),
            "may_extend": due.state in {*TO_DO, DueState.REPORTED} and may_extend(user, due),
            "obstacle_url": self._obstacle_url() if may_raise(user, program) else "",
        }

    def _evidence(self) -> list[dict[str, Any]]:
        """What shows it: a record's page, a file or an address, each where this person may open it."""
        user = self.request.user
        rows = self.object.evidence.select_related("file", "added_by")
        return [
            {
                "row": row,
                "url": address_of(row.subject_key, user) if row.subject_key else "",
                "is_file": row.file_id is not None,
            }
            for row in rows
        ]

    def _obstacle_url(self) -> str:
        """Where a difficulty with this task is reported; "" once the plan is closed."""
        if self.object.task.group.program.state != ProgramState.IN_FORCE:
            return ""
        return f"{reverse('programs:obstacle_create')}?task={self.object.task_id}"


def due_steps(due: TaskDue) -> list[Step]:
    """To do, reported, done; one that nothing arose for, or that the system saw done, skips the middle."""
    details = {DueState.OPEN.value: f"{due.opened_on:%d/%m/%Y}"}
    if due.reported_at is not None and due.state != DueState.RETURNED:
        details[DueState.REPORTED.value] = f"{timezone.localtime(due.reported_at):%d/%m/%Y}"
    labels: list[tuple[str, str]] = [(DueState.OPEN.value, str(DueState.OPEN.label))]
    if due.state == DueState.NOTHING_AROSE:
        details[DueState.NOTHING_AROSE.value] = f"{due.done_on:%d/%m/%Y}" if due.done_on else ""
        labels.append((DueState.NOTHING_AROSE.value, str(DueState.NOTHING_AROSE.label)))
        return steps_to(due.state, labels, details)
    seen_by_system = due.state == DueState.ACCEPTED and due.reported_by_id is None
    if not seen_by_system:
        labels.append((DueState.REPORTED.value, str(DueState.REPORTED.label)))
    labels.append((DueState.ACCEPTED.value, str(DueState.ACCEPTED.label)))
    if due.state == DueState.ACCEPTED:
        done = timezone.localtime(due.decided_at).date() if due.decided_at else due.done_on
        details[DueState.ACCEPTED.value] = f"{done:%d/%m/%Y}" if done else ""
    current = DueState.OPEN.value if due.state == DueState.RETURNED else due.state
    return steps_to(current, labels, details)


class EvidenceFile(DetailPage):
    """A file given as evidence, as a download for whoever sees the due."""

    model = DueEvidence
    permission_required = SEES

    def get_queryset(self) -> Any:
        seen = TaskDue.objects.visible_to(self.request.user).values("pk")
        return DueEvidence.objects.filter(due__in=seen).select_related("file")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.file is None:
            raise Http404
        return send(self.object.file)
