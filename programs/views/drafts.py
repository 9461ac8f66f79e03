"""A draft plan: looked through, corrected, put in force by the leader, or deleted; and closing a plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.web.components import Crumb
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, PermissionMixin

from ..choices import ProgramState, TimingKind, TriggerEffect
from ..forms_plans import HeadForm, InForceForm, PartyForm, TaskForm
from ..models import Party, PlanTask, Program
from ..permits.plans import may_approve_plan, may_change_plan
from ..plans.matching import party_book
from ..plans.sketch import SketchRow, fingerprint, rows_of_program
from ..rules.timing import Timing
from ..workflow.plans import (
    change_plan,
    change_rows,
    close_plan,
    delete_draft,
    lacking,
    put_in_force,
    set_party,
    set_task,
)
from .making import RowsPage, plan_crumbs, says_itself


class _PlanQuery(PermissionMixin):
    model = Program
    success_url_name = "programs:program_draft"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("province", "prepared_by", "made_from", "document")

    def get_breadcrumbs(self) -> list[Crumb]:
        return plan_crumbs(Crumb(str(self.object), reverse("programs:program_draft", args=[self.object.pk])))

    def get_cancel_url(self) -> str:
        return reverse("programs:program_draft", args=[self.object.pk])


class _DraftPage(_PlanQuery):
    """A page that changes a draft; a plan that is no draft any more leads to its own page."""

    def has_permission(self) -> bool:
        return may_change_plan(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state != ProgramState.DRAFT:
            messages.warning(request, _("Only a draft can be changed; this plan is no draft any more."))
            return redirect("programs:program_detail", pk=self.object.pk)
        return super().get(request, *args, **kwargs)  # type: ignore[misc]  # of the page it is mixed into


class DraftDetail(_PlanQuery, DetailPage):
    """The draft: what it still needs, its tasks with what opens and fulfils them, its parties."""

    template_name = "programs/plan_draft.html"
    context_object_name = "program"

    def has_permission(self) -> bool:
        user = self.request.user
        return bool(user.has_perm("programs.manage_program") or user.has_perm("programs.approve_program"))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.state != ProgramState.DRAFT:
            return redirect("programs:program_detail", pk=self.object.pk)
        return super().get(request, *args, **kwargs)

    def get_breadcrumbs(self) -> list[Crumb]:
        return plan_crumbs()

    def get_page_heading(self) -> str:
        return str(self.object.title)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        program: Program = self.object
        groups = program.groups.prefetch_related(
            "tasks__lead", "tasks__coordinations__party", "tasks__triggers"
        )
        user = self.request.user
        return super().get_context_data(**kwargs) | {
            "facts": self._facts(program),
            "groups": [
                (group, [(task, events_in_words(task), meaning_of(task)) for task in _with_group(group)])
                for group in groups
            ],
            "parties": program.parties.prefetch_related("organisations").order_by("pk"),
            "lacking": lacking(program),
            "may_change": may_change_plan(user, program),
            "may_approve": may_approve_plan(user, program),
        }

    @staticmethod
    def _facts(program: Program) -> list[tuple[str, Any]]:
        made = _("Document “%(file)s”") % {"file": program.document} if program.document else ""
        if program.made_from:
            made = _("Plan “%(plan)s”") % {"plan": program.made_from}
        return [
            (_("Number"), program.number),
            (_("Date"), f"{program.issued_on:%d/%m/%Y}" if program.issued_on else ""),
            (_("Years"), program.years),
            (_("Made from"), made),
            (_("Prepared by"), program.prepared_by),
        ]


def _with_group(group: Any) -> list[PlanTask]:
    tasks = list(group.tasks.all())
    for task in tasks:
        task.group = group
    return tasks


def meaning_of(task: PlanTask) -> str:
    """What the timing means, where its words do not say it themselves."""
    timing = Timing(TimingKind(task.timing_kind), task.due_by)
    if task.timing_text and says_itself(task.timing_text, timing):
        return ""
    return f"{timing.kind.label} {task.due_by:%d/%m/%Y}" if task.due_by else str(timing.kind.label)


def events_in_words(task: PlanTask) -> list[str]:
    """ "A due opens: …", "Done: …", "Evidence: …"."""
    heads = {
        TriggerEffect.OPENS: _("Opens with"),
        TriggerEffect.FULFILS: _("Done with"),
        TriggerEffect.EVIDENCES: _("Evidence"),
    }
    order = list(heads)
    rows = sorted(task.triggers.all(), key=lambda one: (order.index(TriggerEffect(one.effect)), one.event))
    return [f"{heads[TriggerEffect(one.effect)]}: {one.get_event_display()}" for one in rows]


class PlanChange(_DraftPage, FormPage):
    form_class = HeadForm
    page_heading = gettext_lazy("Number, date, title and years")

    def get_initial(self) -> dict[str, Any]:
        names = ("title", "first_year", "last_year", "number", "issued_on")
        return {name: getattr(self.object, name) for name in names}

    def form_valid(self, form: Any) -> HttpResponse:
        change_plan(self.object, form.head(), actor=self.request.user)
        messages.success(self.request, _("The draft is saved."))
        return redirect(self.get_cancel_url())


class PlanRows(RowsPage, _DraftPage, DetailPage):
    def rows(self) -> list[SketchRow]:
        return rows_of_program(self.object)

    def seen(self) -> str:
        return fingerprint(self.rows())

    def save(self, rows: list[SketchRow], seen: str) -> str:
        new = change_rows(self.object, rows, seen=seen, actor=self.request.user)
        messages.success(self.request, _("The rows are corrected."))
        if new:
            names = ", ".join(f"“{party.name}”" for party in new)
            messages.warning(
                self.request, _("Say which organisations stand behind %(names)s.") % {"names": names}
            )
            return reverse("programs:program_party", args=[new[0].pk])
        return self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return reverse("programs:program_draft", args=[self.object.pk])


class PlanParty(_DraftPage, FormPage):
    """Which organisations stand behind one party of a draft (`pk` is the party's)."""

    form_class = PartyForm

    def find_subject(self) -> None:
        plans = self.get_queryset()
        parties = Party.objects.filter(program__in=plans).select_related("program")
        self.party = get_object_or_404(parties, pk=self.kwargs["pk"])
        self.object = plans.get(pk=self.party.program_id)

    def get_page_heading(self) -> str:
        return _("Who is “%(name)s”?") % {"name": self.party.name}

    def get_form_kwargs(self) -> dict[str, Any]:
        book = party_book(self.object.province)
        return super().get_form_kwargs() | {"organisations": list(book.everybody.values())}

    def get_initial(self) -> dict[str, Any]:
        return {"organisations": [str(pk) for pk in self.party.organisations.values_list("pk", flat=True)]}

    def form_valid(self, form: Any) -> HttpResponse:
        chosen = [int(value) for value in form.cleaned_data["organisations"]]
        set_party(self.party, chosen, actor=self.request.user)
        messages.success(self.request, _("“%(name)s” is saved.") % {"name": self.party.name})
        return redirect(self.get_cancel_url())


class PlanTaskEvents(_DraftPage, FormPage):
    """What a task's timing means and which events concern it (`pk` is the task's)."""

    form_class = TaskForm
    template_name = "programs/plan_task.html"

    def find_subject(self) -> None:
        tasks = PlanTask.objects.visible_to(self.request.user).select_related("group", "lead")
        self.task = get_object_or_404(tasks, pk=self.kwargs["pk"])
        self.object = self.get_queryset().get(pk=self.task.group.program_id)

    def get_page_heading(self) -> str:
        return _("Task %(task)s: when it is due") % {"task": self.task.label}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"task": self.task}

    def get_initial(self) -> dict[str, Any]:
        events: dict[str, list[str]] = {effect.value: [] for effect in TriggerEffect}
        for one in self.task.triggers.all():
            events[one.effect].append(one.event)
        return {"kind": self.task.timing_kind, "due_by": self.task.due_by, **events}

    def form_valid(self, form: Any) -> HttpResponse:
        set_task(self.task, form.timing(), form.events(), actor=self.request.user)
        messages.success(self.request, _("Task %(task)s is saved.") % {"task": self.task.label})
        return redirect(f"{self.get_cancel_url()}#task-{self.task.pk}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"task": self.task}


class PlanDelete(_PlanQuery, StepPage):
    may = may_change_plan
    states = frozenset({ProgramState.DRAFT})
    page_heading = gettext_lazy("Delete the draft")
    verb = gettext_lazy("Delete the draft")
    tone = "danger"

    def get_consequence(self) -> str:
        return _("The draft “%(plan)s” is deleted with all its tasks.") % {"plan": self.object}

    def get_success_url(self) -> str:
        return reverse("programs:program_list")

    def perform(self, reason: str) -> str:
        delete_draft(self.object, actor=self.request.user)
        return _("The draft is deleted.")


class PlanInForce(_PlanQuery, StepPage):
    may = may_approve_plan
    states = frozenset({ProgramState.DRAFT})
    page_heading = gettext_lazy("Put the plan in force")
    verb = gettext_lazy("Put the plan in force")
    extra_form_class = InForceForm

    def get_consequence(self) -> str:
        missing = lacking(self.object)
        if missing:
            return " ".join([_("The plan cannot be put in force yet:"), *missing])
        return _(
            "The plan binds every organisation it names: the dues of periods that have begun open at once. "
            "Its tasks can no longer be changed."
        )

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        plans = Program.objects.visible_to(self.request.user).in_force()
        form.fields["closes"].queryset = plans.order_by("-first_year", "-pk")
        return form

    def get_initial(self) -> dict[str, Any]:
        program = self.object
        today = timezone.localdate()
        first = max(program.issued_on or today, today.replace(year=program.first_year, month=1, day=1))
        return {"number": program.number, "issued_on": program.issued_on, "in_force_from": first}

    def get_success_url(self) -> str:
        return reverse("programs:program_detail", args=[self.object.pk])

    def perform(self, reason: str) -> str:
        known = self.form.cleaned_data
        names = ("number", "issued_on", "in_force_from", "closes")
        put_in_force(self.object, actor=self.request.user, **{name: known[name] for name in names})
        return _("The plan is in force.")


class PlanClose(_PlanQuery, StepPage):
    may = may_approve_plan
    states = frozenset({ProgramState.IN_FORCE})
    page_heading = gettext_lazy("Close the plan")
    verb = gettext_lazy("Close the plan")
    tone = "danger"
    needs_reason = True
    success_url_name = "programs:program_detail"

    def get_consequence(self) -> str:
        return _("No more dues open under “%(plan)s”; what is open can still be reported.") % {
            "plan": self.object
        }

    def perform(self, reason: str) -> str:
        close_plan(self.object, actor=self.request.user, reason=reason)
        return _("The plan is closed.")
