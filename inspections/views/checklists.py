"""Checklists: the versions of every part, their questions, and the draft of the next version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, Page, PermissionMixin

from ..choices import ChecklistPart, ChecklistState
from ..models import Checklist, ChecklistItem
from ..permits.rounds import may_manage_checklists
from ..rounds.forms import QuestionForm
from ..workflow import checklists as workflow
from .rounds import round_crumbs

DRAFT = frozenset({ChecklistState.DRAFT})


def checklist_crumbs(checklist: Checklist | None = None) -> list[Crumb]:
    """The way to the checklists' pages."""
    crumbs = [*round_crumbs(), Crumb(_("Checklists"), reverse("inspections:checklist_list"))]
    if checklist is not None:
        url = reverse("inspections:checklist_detail", args=[checklist.pk])
        crumbs.append(Crumb(title_of(checklist), url))
    return crumbs


def title_of(checklist: Checklist) -> str:
    return _("%(part)s, version %(version)s") % {
        "part": checklist.get_part_display(),
        "version": checklist.version,
    }


class ChecklistList(Page):
    """Every part with its versions, the newest first."""

    permission_required = "inspections.view_inspectionround"
    template_name = "inspections/checklist_list.html"
    page_heading = gettext_lazy("Checklists")
    lead = gettext_lazy(
        "What inspectors ask at an office, an operator and a household. A version in force never changes: "
        "a new one is drafted from it, and rounds keep the version they chose."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Checklist.objects.visible_to(self.request.user).prefetch_related("items")
        parts: dict[str, list[Checklist]] = {part: [] for part in ChecklistPart.values}
        for row in rows.order_by("part", "-version"):
            parts[row.part].append(row)
        shown = [(ChecklistPart(part).label, versions) for part, versions in parts.items() if versions]
        return super().get_context_data(**kwargs) | {"parts": shown}


class _ChecklistQuery(PermissionMixin):
    model = Checklist

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("province", "made_by")

    def get_breadcrumbs(self) -> list[Crumb]:
        return checklist_crumbs(self.object)

    def has_permission(self) -> bool:
        return may_manage_checklists(self.request.user, self.object)

    def get_success_url(self) -> str:
        return reverse("inspections:checklist_detail", args=[self.object.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class ChecklistDetail(_ChecklistQuery, DetailPage):
    """A version with its questions; a draft can be edited here."""

    template_name = "inspections/checklist_detail.html"
    context_object_name = "checklist"

    def has_permission(self) -> bool:
        return self.request.user.has_perm("inspections.view_inspectionround")  # type: ignore[union-attr]  # logged in

    def get_page_heading(self) -> str:
        return title_of(self.object)

    def get_breadcrumbs(self) -> list[Crumb]:
        return checklist_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        checklist = self.object
        manages = may_manage_checklists(self.request.user, checklist)
        draft = Checklist.objects.filter(
            province=checklist.province, part=checklist.part, state=ChecklistState.DRAFT
        ).first()
        return super().get_context_data(**kwargs) | {
            "items": checklist.items.all(),
            "edits": manages and checklist.state == ChecklistState.DRAFT,
            "drafts": manages and draft is None,
            "open_draft": draft if draft != checklist else None,
            "used": checklist.checks.count() if checklist.state != ChecklistState.DRAFT else 0,
        }


class ChecklistDraft(_ChecklistQuery, StepPage):
    """Begin the next version."""

    may = may_manage_checklists
    page_heading = gettext_lazy("Draft the next version")
    verb = gettext_lazy("Begin the draft")
    success_url_name = "inspections:checklist_detail"
    consequence = gettext_lazy(
        "The draft begins with the questions of this version; nothing changes until it is brought into force."
    )

    def perform(self, reason: str) -> str:
        self.object = workflow.draft_checklist(self.object, actor=self.request.user)
        return _("The draft is begun.")


class ChecklistInForce(_ChecklistQuery, StepPage):
    """Bring a draft into force."""

    may = may_manage_checklists
    states = DRAFT
    page_heading = gettext_lazy("Bring the version into force")
    verb = gettext_lazy("Bring it into force")
    success_url_name = "inspections:checklist_detail"

    def get_consequence(self) -> str:
        return _(
            "New rounds use this version with its %(count)s questions from today; it never changes again. "
            "Rounds planned before keep theirs."
        ) % {"count": localize(self.object.items.count())}

    def perform(self, reason: str) -> str:
        workflow.bring_into_force(self.object, actor=self.request.user)
        return _("The version is in force.")


class ChecklistDiscard(_ChecklistQuery, StepPage):
    may = may_manage_checklists
    states = DRAFT
    tone = "danger"
    page_heading = gettext_lazy("Discard the draft")
    verb = gettext_lazy("Discard the draft")
    consequence = gettext_lazy("The draft and its questions are deleted; the version in force stays.")

    def get_cancel_url(self) -> str:
        return reverse("inspections:checklist_detail", args=[self.object.pk])

    def get_success_url(self) -> str:
        return reverse("inspections:checklist_list")

    def perform(self, reason: str) -> str:
        workflow.discard_checklist(self.object, actor=self.request.user)
        return _("The draft is discarded.")


class QuestionAdd(_ChecklistQuery, FormPage):
    """A question at the end of a draft."""

    form_class = QuestionForm
    page_heading = gettext_lazy("Add a question")
    lead: Any = gettext_lazy("It comes at the end; move it up afterwards.")
    submit_label = gettext_lazy("Add the question")
    item: ChecklistItem | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.state != ChecklistState.DRAFT:
            messages.warning(request, _("This version is in force or was: it never changes."))
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        workflow.save_question(self.object, actor=self.request.user, item=self.item, **form.cleaned_data)
        return redirect(self.get_cancel_url())


class _QuestionQuery(_ChecklistQuery):
    """A question of a checklist the person sees; the checklist is what the page is about."""

    kwargs: dict[str, Any]
    item: ChecklistItem | None

    def find_subject(self) -> None:
        super().find_subject()
        self.item = self.object.items.filter(pk=self.kwargs["item"]).first()
        if self.item is None:
            raise Http404


class QuestionChange(_QuestionQuery, QuestionAdd):
    page_heading = gettext_lazy("Change the question")
    lead = ""
    submit_label = gettext_lazy("Save the question")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.item, name) for name in QuestionForm.base_fields}


class QuestionRemove(_QuestionQuery, StepPage):
    may = may_manage_checklists
    states = DRAFT
    tone = "danger"
    page_heading = gettext_lazy("Take out the question")
    verb = gettext_lazy("Take out the question")
    success_url_name = "inspections:checklist_detail"

    def get_consequence(self) -> str:
        return _("The draft no longer asks: “%(question)s”.") % {"question": self.item}

    def perform(self, reason: str) -> str:
        if self.item is not None:
            workflow.remove_question(self.item, actor=self.request.user)
        return _("Taken out of the draft.")


class QuestionMove(_QuestionQuery, View):
    """One place up or down."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if self.item is not None:
                workflow.move_question(self.item, actor=request.user, up=request.POST.get("way") == "up")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(self.get_success_url())
