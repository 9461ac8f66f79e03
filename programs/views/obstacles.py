"""Obstacles: the list, one with all that was said about it, the steps, the summary for the Committee."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from smartphone_support.audit.recording import record
from smartphone_support.documents import docx, pdf
from smartphone_support.documents.storing import send, send_bytes, without_marks
from smartphone_support.web.components import Crumb, Step, Tab, steps_to
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, ListPage, Page, PermissionMixin

from ..choices import ObstacleState
from ..filters_work import ObstacleFilter
from ..forms_work import AnswerForm, AskAgainForm, ObstacleForm, SettleForm
from ..models import Obstacle, PlanTask, Program
from ..papers.obstacles import summary
from ..permits.work import may_answer, may_flag, may_raise, may_settle, may_sum_up
from ..tables_work import ObstacleTable
from ..workflow import obstacles as workflow
from ..workflow.obstacles import RUNNING
from .activities import plans_of, task_asked

SEES = "programs.view_program"
HEADING = gettext_lazy("Difficulties")
RELATED = ("program", "organisation", "task__group", "raised_by", "answered_by", "file")
RENDERERS = {"docx": (docx.render, docx.DOCX), "pdf": (pdf.render, pdf.PDF)}
#: Part of the list → which obstacles.
PARTS = {
    "": Q(),
    "open": Q(state=ObstacleState.OPEN),
    "answered": Q(state=ObstacleState.ANSWERED),
    "committee": Q(for_committee=True),
    "ended": Q(state__in=[ObstacleState.CLOSED, ObstacleState.WITHDRAWN]),
}


def obstacle_crumbs(obstacle: Obstacle | None = None) -> list[Crumb]:
    crumbs = [Crumb(str(HEADING), reverse("programs:obstacle_list"))]
    if obstacle is not None:
        crumbs.append(Crumb(str(obstacle), reverse("programs:obstacle_detail", args=[obstacle.pk])))
    return crumbs


class ObstacleRows(PermissionMixin):
    model = Obstacle
    success_url_name = "programs:obstacle_detail"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_breadcrumbs(self) -> list[Crumb]:
        return obstacle_crumbs(self.object)


class ObstacleList(ObstacleRows, ListPage):
    permission_required = SEES
    table_class = ObstacleTable
    filterset_class = ObstacleFilter
    template_name = "programs/obstacle_list.html"
    page_heading = HEADING
    lead = gettext_lazy(
        "What stands in the way of the plan: reported to the department in charge, which answers and sums up "
        "for the provincial People's Committee."
    )
    empty_title = gettext_lazy("No difficulty reported")
    empty_text = gettext_lazy("Whoever has a part in the plan reports here what stands in the way.")

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(self._part_filter()).order_by("-raised_at", "-pk")

    @property
    def part(self) -> str:
        asked = self.request.GET.get("part", "")
        return asked if asked in PARTS else ""

    def _part_filter(self) -> Q:
        return PARTS[self.part]

    def get_breadcrumbs(self) -> list[Crumb]:
        return []

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"own_only": not self.request.user.has_perm("programs.follow_program")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(**kwargs) | {
            "tabs": self._tabs(),
            "may_raise": any(may_raise(user, plan) for plan in plans_of(user)),
            "may_sum_up": may_sum_up(user),
        }

    def _tabs(self) -> list[Tab]:
        counts = {name or "all": Count("pk", filter=rule) for name, rule in PARTS.items()}
        found = Obstacle.objects.visible_to(self.request.user).order_by().aggregate(**counts)
        labels = {
            "": _("All"), "open": pgettext("obstacle", "Waiting for an answer"),
            "answered": pgettext("obstacle", "Answered"), "committee": _("For the People's Committee"),
            "ended": pgettext("obstacle", "Ended"),
        }  # fmt: skip
        page = self.request.path
        return [
            Tab(label, found[name or "all"], f"{page}?part={name}" if name else page, name == self.part)
            for name, label in labels.items()
        ]


class ObstacleCreate(FormPage):
    """Report what stands in the way; `?task=` chooses the task."""

    permission_required = "programs.raise_obstacle"
    form_class = ObstacleForm
    page_heading = gettext_lazy("Report a difficulty")
    submit_label = gettext_lazy("Report the difficulty")
    lead = gettext_lazy(
        "The department in charge reads it, answers, and sums up what it cannot settle itself."
    )

    @cached_property
    def task(self) -> PlanTask | None:
        return task_asked(self.request)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not plans_of(request.user).exists():
            messages.warning(request, _("No plan of your province is in force: nothing can be recorded yet."))
            return redirect("programs:obstacle_list")
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        if self.task is None:
            return super().get_initial()
        return super().get_initial() | {"task": self.task.pk, "program": self.task.group.program_id}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_breadcrumbs(self) -> list[Crumb]:
        return obstacle_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("programs:obstacle_list")

    def form_valid(self, form: Any) -> HttpResponse:
        known = dict(form.cleaned_data)
        known.pop("program", None)
        plan = form.chosen_plan
        if plan is None:
            raise Http404
        obstacle = workflow.raise_obstacle(plan, actor=self.request.user, **known)
        messages.success(self.request, _("The difficulty is reported to the department in charge."))
        return redirect("programs:obstacle_detail", pk=obstacle.pk)


class ObstacleDetail(ObstacleRows, DetailPage):
    """What stands in the way, what was answered and asked again, how it ended."""

    permission_required = SEES
    template_name = "programs/obstacle_detail.html"
    context_object_name = "obstacle"

    def get_breadcrumbs(self) -> list[Crumb]:
        return obstacle_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        obstacle, user = self.object, self.request.user
        running, own = obstacle.state in RUNNING, may_settle(user, obstacle)
        return super().get_context_data(**kwargs) | {
            "steps": _steps(obstacle),
            "messages_said": obstacle.messages.select_related("written_by"),
            "may_answer": running and may_answer(user, obstacle),
            "may_ask": obstacle.state == ObstacleState.ANSWERED and own,
            "may_settle": running and own,
            "may_withdraw": running and own,
            "may_flag": obstacle.state != ObstacleState.WITHDRAWN and may_flag(user, obstacle),
        }


def _steps(obstacle: Obstacle) -> list[Step]:
    """Its way; nothing of a withdrawn one, whose badge says all."""
    if obstacle.state == ObstacleState.WITHDRAWN:
        return []
    states = [(state.value, str(state.label)) for state in ObstacleState if state != ObstacleState.WITHDRAWN]
    return steps_to(obstacle.state, states)


class ObstacleFile(ObstacleRows, DetailPage):
    permission_required = SEES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.file is None:
            raise Http404
        return send(self.object.file)


class ObstacleStep(ObstacleRows, StepPage):
    """A step of the organisation that raised it."""

    may = may_settle
    states = RUNNING


class ObstacleAnswer(ObstacleStep):
    may = may_answer
    page_heading = gettext_lazy("Answer the difficulty")
    verb = gettext_lazy("Send the answer")
    extra_form_class = AnswerForm
    template_name = "programs/obstacle_step.html"
    consequence = gettext_lazy(
        "The organisation reads your answer and settles the difficulty or asks again. What was written stays."
    )

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"for_committee": self.object.for_committee}

    def perform(self, reason: str) -> str:
        known = self.form.cleaned_data
        workflow.answer_obstacle(
            self.object, actor=self.request.user, text=known["text"], for_committee=known["for_committee"]
        )
        return _("The answer is sent.")


class ObstacleAskAgain(ObstacleStep):
    states = frozenset({ObstacleState.ANSWERED})
    page_heading = gettext_lazy("Ask again")
    verb = gettext_lazy("Ask again")
    extra_form_class = AskAgainForm
    template_name = "programs/obstacle_step.html"
    consequence = gettext_lazy("The difficulty waits for the department's answer again.")

    def perform(self, reason: str) -> str:
        workflow.ask_again(self.object, actor=self.request.user, text=self.form.cleaned_data["text"])
        return _("The department is asked again.")


class ObstacleSettle(ObstacleStep):
    page_heading = gettext_lazy("Settle the difficulty")
    verb = gettext_lazy("It is settled")
    extra_form_class = SettleForm
    template_name = "programs/obstacle_step.html"
    consequence = gettext_lazy(
        "The difficulty is out of the way; nobody has to do anything about it any more."
    )

    def perform(self, reason: str) -> str:
        workflow.settle_obstacle(self.object, actor=self.request.user, text=self.form.cleaned_data["text"])
        return _("The difficulty is settled.")


class ObstacleWithdraw(ObstacleStep):
    page_heading = gettext_lazy("Withdraw the difficulty")
    verb = gettext_lazy("Withdraw it")
    tone = "danger"
    needs_reason = True
    consequence = gettext_lazy("It was reported in error: it stays readable and counts nowhere any more.")

    def perform(self, reason: str) -> str:
        workflow.withdraw_obstacle(self.object, actor=self.request.user, reason=reason)
        return _("The difficulty is withdrawn.")


class ObstacleFlag(ObstacleRows, StepPage):
    """Put it on the summary for the People's Committee, or take it off."""

    may = may_flag
    states = frozenset(ObstacleState) - {ObstacleState.WITHDRAWN}

    def get_page_heading(self) -> Any:
        return (
            _("Leave it off the summary") if self.object.for_committee else _("Sum it up for the Committee")
        )

    def get_submit_label(self) -> Any:
        return self.get_page_heading()

    def get_consequence(self) -> Any:
        if self.object.for_committee:
            return _("It no longer stands on the summary for the provincial People's Committee.")
        return _("It stands on the summary of difficulties for the provincial People's Committee.")

    def perform(self, reason: str) -> str:
        wanted = not self.object.for_committee
        workflow.sum_up(self.object, actor=self.request.user, for_committee=wanted)
        return _("The summary is changed.")


# --- the summary for the Committee ---------------------------------------------------------------


class _Summary(PermissionMixin):
    """The plan's obstacles marked for the Committee; `?all=1` also those settled meanwhile."""

    def find_subject(self) -> None:
        asked = self.request.GET.get("plan", "")
        plans = Program.objects.visible_to(self.request.user).exclude(state="draft")
        plans = plans.select_related("province").order_by("-first_year", "code")
        key = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 15 else None
        self.object = plans.filter(pk=key).first() if key is not None else plans.first()
        if key is not None and self.object is None:
            raise Http404

    def has_permission(self) -> bool:
        return may_sum_up(self.request.user)

    @property
    def with_settled(self) -> bool:
        return self.request.GET.get("all") == "1"

    def obstacles(self) -> list[Obstacle]:
        if self.object is None:
            return []
        rows = Obstacle.objects.visible_to(self.request.user).filter(program=self.object, for_committee=True)
        if not self.with_settled:
            rows = rows.filter(state__in=sorted(RUNNING))
        return list(rows.select_related(*RELATED).order_by("raised_at", "pk"))


class ObstacleSummary(_Summary, Page):
    template_name = "programs/obstacle_summary.html"
    page_heading = gettext_lazy("Difficulties for the People's Committee")
    lead = gettext_lazy(
        "What the department marked for the provincial People's Committee, as its paper prints it."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return obstacle_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "program": self.object,
            "obstacles": self.obstacles(),
            "with_settled": self.with_settled,
            "query": f"?{self.request.GET.urlencode()}" if self.request.GET else "",
        }


class ObstacleSummaryPaper(_Summary, Page):
    """The summary as a file; on the record."""

    extension = "docx"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object is None:
            raise Http404
        rows, today = self.obstacles(), timezone.localdate()
        render, content_type = RENDERERS[self.extension]
        content = render(summary(self.object, rows, today))
        after = {"paper": "obstacles", "format": self.extension, "obstacles": len(rows)}
        record("programs.program.download", self.object, actor=request.user, after=after)
        name = without_marks(f"Tong hop kho khan vuong mac {today:%Y-%m-%d}")
        return send_bytes(content, f"{name}.{self.extension}", content_type)
