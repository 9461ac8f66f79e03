"""Communication and training activities: the list with its totals, one of them, recording and correcting."""

from __future__ import annotations

import tempfile
from typing import Any

from django.contrib import messages
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import plain_name, send
from smartphone_support.spreadsheets.exporting import write_resource
from smartphone_support.spreadsheets.streaming import FORMATS
from smartphone_support.web.components import Crumb, Tab
from smartphone_support.web.views import (
    ConfirmPage,
    DetailPage,
    FormPage,
    ListPage,
    Page,
    PermissionMixin,
)

from ..activity_export import ActivityResource
from ..choices import ActivityKind, ProgramState
from ..filters_work import ActivityFilter
from ..forms_work import ActivityForm
from ..models import CommunicationActivity, PlanTask, Program
from ..permits.work import may_change_activity, may_record_activity
from ..tables_work import ActivityTable, place_of
from ..workflow.activities import change_activity, record_activity, take_back_activity

SEES = "programs.view_program"
HEADING = gettext_lazy("Communication and training")
RELATED = ("program", "organisation", "task__group", "commune__parent", "recorded_by", "file")


def activity_crumbs(activity: CommunicationActivity | None = None) -> list[Crumb]:
    crumbs = [Crumb(str(HEADING), reverse("programs:activity_list"))]
    if activity is not None:
        crumbs.append(Crumb(str(activity), reverse("programs:activity_detail", args=[activity.pk])))
    return crumbs


def plans_of(user: Any) -> Any:
    """The plans in force this person works with."""
    return Program.objects.visible_to(user).in_force().select_related("province")


def task_asked(request: HttpRequest) -> PlanTask | None:
    """The task an address names (`?task=`), if the person sees it."""
    asked = request.GET.get("task", "")
    key = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 15 else 0
    tasks = PlanTask.objects.visible_to(request.user).select_related("group")
    return get_object_or_404(tasks, pk=key) if key else None


class ActivityRows(PermissionMixin):
    """Activities as this person sees them; the part of the list an address names."""

    model = CommunicationActivity

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED).order_by("-held_on", "-pk")

    @property
    def part(self) -> str:
        return "back" if self.request.GET.get("part") == "back" else ""

    def in_part(self, rows: Any) -> Any:
        return rows.filter(cancelled_at__isnull=self.part != "back")


class ActivityList(ActivityRows, ListPage):
    """What was made known and taught, with totals per kind, organisation and month of what is shown."""

    permission_required = SEES
    table_class = ActivityTable
    filterset_class = ActivityFilter
    template_name = "programs/activity_list.html"
    page_heading = HEADING
    lead = gettext_lazy(
        "What the organisations of the plan made known and taught. An activity is evidence for the task it "
        "serves."
    )
    empty_title = gettext_lazy("No activity yet")
    empty_text = gettext_lazy("Whoever has a part in the plan records an activity once it was held.")

    def get_queryset(self) -> Any:
        return self.in_part(super().get_queryset())

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"own_only": not self.request.user.has_perm("programs.follow_program")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows, user = context["filter"].qs.order_by(), self.request.user
        sums = rows.aggregate(activities=Count("pk"), people=Sum("people_reached"))
        return context | {
            "tabs": self._tabs(),
            "sums": sums,
            "totals": self._totals(rows) if sums["activities"] else [],
            "query": self.request.GET.urlencode(),
            "may_record": any(may_record_activity(user, plan) for plan in plans_of(user)),
        }

    def _tabs(self) -> list[Tab]:
        rows = CommunicationActivity.objects.visible_to(self.request.user)
        page, standing = self.request.path, rows.standing().count()
        back = rows.filter(cancelled_at__isnull=False).count()
        if not back:
            return []
        return [
            Tab(_("Held"), standing, page, not self.part),
            Tab(_("Taken back"), back, f"{page}?part=back", bool(self.part)),
        ]

    def _totals(self, rows: Any) -> list[tuple[Any, list[tuple[Any, int, int]]]]:
        """(what it is counted by, [(name, activities, people reached)]) of the rows shown."""

        def counted(*keys: str) -> Any:
            return rows.values_list(*keys).annotate(Count("pk"), Sum("people_reached"))

        kinds = [(ActivityKind(kind).label, n, people or 0) for kind, n, people in counted("kind")]
        months = [
            (day, n, people or 0)
            for day, n, people in rows.annotate(month=TruncMonth("held_on"))
            .values_list("month")
            .annotate(Count("pk"), Sum("people_reached"))
            .order_by("-month")[:12]
        ]
        totals: list[tuple[Any, list[tuple[Any, int, int]]]] = [
            (_("Per kind"), sorted(kinds, key=lambda row: (-row[1], str(row[0])))),
            (_("Per month"), months),
        ]
        if self.request.user.has_perm("programs.follow_program"):
            by_name = counted("organisation__short_name").order_by("-pk__count", "organisation__short_name")
            totals.insert(1, (_("Per organisation"), [(name, n, people or 0) for name, n, people in by_name]))
        return totals


class ActivityExport(ActivityRows, Page):
    """The activities of the list as a file; on the record."""

    permission_required = SEES

    def find_subject(self) -> None:
        """A list has none."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # a file
        form = request.GET.get("format", "xlsx")
        form = form if form in FORMATS else "xlsx"
        rows = self.in_part(self.get_queryset())
        chosen = ActivityFilter(request.GET or None, queryset=rows, request=request).qs
        target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        title = _("Activities")
        written = write_resource(target, ActivityResource(), chosen, form=form, title=title)
        after = {"activities": written, "filters": dict(request.GET.items()), "format": form}
        record("programs.communicationactivity.export", None, actor=request.user, after=after)
        target.seek(0)
        name = f"{title} {timezone.localdate():%Y-%m-%d}.{form}"
        response = FileResponse(target, as_attachment=True, filename=plain_name(name))
        response["Content-Type"] = FORMATS[form][1]
        return response


class ActivityDetail(ActivityRows, DetailPage):
    permission_required = SEES
    template_name = "programs/activity_detail.html"
    context_object_name = "activity"

    def get_breadcrumbs(self) -> list[Crumb]:
        return activity_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        activity, user = self.object, self.request.user
        standing = activity.cancelled_at is None
        return super().get_context_data(**kwargs) | {
            "place": place_of(activity),
            "may_take_back": standing and may_change_activity(user, activity),
            "may_change": standing
            and activity.program.state == ProgramState.IN_FORCE
            and may_change_activity(user, activity),
        }


class ActivityFile(ActivityRows, DetailPage):
    """The photo or scan, as it came."""

    permission_required = SEES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.file is None:
            raise Http404
        return send(self.object.file)


class ActivityCreate(FormPage):
    """Record one activity of the own organisation; `?task=` chooses the task."""

    permission_required = "programs.record_activity"
    form_class = ActivityForm
    page_heading = gettext_lazy("Record an activity")
    submit_label = gettext_lazy("Record the activity")
    lead = gettext_lazy("One entry for each activity held: what, when, for whom, and what shows it.")

    @cached_property
    def task(self) -> PlanTask | None:
        return task_asked(self.request)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not plans_of(request.user).exists():
            messages.warning(request, _("No plan of your province is in force: nothing can be recorded yet."))
            return redirect("programs:activity_list")
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        known: dict[str, Any] = {"held_on": timezone.localdate()}
        if self.task is not None:
            known |= {"task": self.task.pk, "program": self.task.group.program_id}
        return super().get_initial() | known

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_breadcrumbs(self) -> list[Crumb]:
        return activity_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("programs:activity_list")

    def form_valid(self, form: Any) -> HttpResponse:
        plan = form.chosen_plan
        if plan is None:
            raise Http404
        activity = record_activity(
            plan, actor=self.request.user, facts=form.facts(), file=form.cleaned_data["file"]
        )
        messages.success(self.request, _("The activity is recorded."))
        return redirect("programs:activity_detail", pk=activity.pk)


class _OfActivity(ActivityRows):
    """A step over one activity: for its own organisation, while it stands."""

    success_url_name = "programs:activity_detail"

    def has_permission(self) -> bool:
        return may_change_activity(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.cancelled_at is not None:
            messages.warning(request, _("The activity was taken back meanwhile; look at the page again."))
            return redirect("programs:activity_detail", pk=self.object.pk)
        return super().get(request, *args, **kwargs)  # type: ignore[misc]  # a mixin

    def get_breadcrumbs(self) -> list[Crumb]:
        return activity_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return reverse("programs:activity_detail", args=[self.object.pk])


class ActivityChange(_OfActivity, FormPage):
    form_class = ActivityForm
    page_heading = gettext_lazy("Correct the activity")

    def get_form_kwargs(self) -> dict[str, Any]:
        known = super().get_form_kwargs()
        known.pop("initial", None)
        return known | {"user": self.request.user, "activity": self.object}

    def form_valid(self, form: Any) -> HttpResponse:
        change_activity(
            self.object, actor=self.request.user, facts=form.facts(), file=form.cleaned_data["file"]
        )
        messages.success(self.request, _("The activity is corrected."))
        return redirect("programs:activity_detail", pk=self.object.pk)


class ActivityTakeBack(_OfActivity, ConfirmPage):
    page_heading = gettext_lazy("Take the activity back")
    verb = gettext_lazy("Take it back")
    tone = "danger"
    needs_reason = True
    consequence = gettext_lazy(
        "It stays readable with your reason and counts nowhere any more: in no total, no report, and not as "
        "evidence for its task."
    )

    def perform(self, reason: str) -> str:
        take_back_activity(self.object, actor=self.request.user, reason=reason)
        return _("The activity is taken back.")
