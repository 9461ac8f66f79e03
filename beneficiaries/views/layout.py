"""How a file is to be read where it does not say so itself: the questions, and what is remembered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.components import Crumb
from smartphone_support.web.views import ConfirmPage, FormPage, Page

from .. import workflow
from ..choices import BatchState
from ..imports.memory import options_of
from ..mending.layout_form import COLUMN_LABELS, ENCODINGS, LayoutForm
from ..models import LayoutMemory
from .batches import LIST_CRUMB, BatchPage

#: States in which the questions of a reading may be answered.
ANSWERABLE = frozenset({BatchState.AWAITING_LAYOUT, BatchState.AWAITING_CONFIRMATION})
IMPORT = ("beneficiaries.view_listbatch", "beneficiaries.import_list")


class BatchLayout(BatchPage, FormPage):
    """Every question the reading left open, answered at once; then the file is read again."""

    permission_required = IMPORT
    template_name = "beneficiaries/batch_layout.html"
    page_heading = gettext_lazy("How to read the file")
    submit_label = gettext_lazy("Read the file so")
    lead = gettext_lazy(
        "The file does not say all of this itself. Look at the examples and correct what is wrong."
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.state not in ANSWERABLE or not self.object.questions:
            messages.info(request, _("Nothing is to be said of how this file is read."))
            return redirect("beneficiaries:batch_detail", self.object.pk)
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def get_form(self, form_class: Any = None) -> LayoutForm:
        areas = AdministrativeArea.objects.as_of(self.object.effective_on)
        return LayoutForm(
            **self.get_form_kwargs(),
            questions=self.object.questions,
            districts=areas.districts_of(self.object.province),
            said=options_of(self.object),
        )

    def get_cancel_url(self) -> str:
        return reverse("beneficiaries:batch_detail", args=[self.object.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        workflow.answer_questions(self.object, form.answers(), actor=self.request.user)
        messages.success(self.request, _("Noted. The file is being read so."))
        return redirect("beneficiaries:batch_detail", self.object.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "batch": self.object,
            "blocks": context["form"].blocks(),
            "encodings": ENCODINGS,
            "sender": self.object.uploaded_by.organisation,
        }


class LayoutMemories(Page):
    """What columns of a sender's layouts hold, as somebody said once."""

    permission_required = IMPORT
    template_name = "beneficiaries/batch_layouts.html"
    page_heading = gettext_lazy("Remembered layouts")
    lead = gettext_lazy(
        "Lists of these layouts are read without asking again. Forget one when it was said wrongly."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(LIST_CRUMB), reverse("beneficiaries:batch_list"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Any = self.request.user
        memories = own_memories(person).select_related("decided_by").order_by("-decided_at", "-pk")
        shown = [
            {
                "memory": memory,
                "columns": [
                    (letter, column["header"], COLUMN_LABELS.get(column["field"], column["field"]))
                    for letter, column in memory.columns.items()
                ],
            }
            for memory in memories
        ]
        return super().get_context_data(**kwargs) | {"memories": shown, "office": person.organisation}


class LayoutForget(ConfirmPage):
    permission_required = IMPORT
    page_heading = gettext_lazy("Forget this layout")
    verb = gettext_lazy("Forget this layout")
    tone = "danger"
    consequence = gettext_lazy(
        "The next list with these headers is asked about again. Lists read so far stay as they are."
    )
    object: LayoutMemory

    def find_subject(self) -> None:
        self.object = get_object_or_404(own_memories(self.request.user), pk=self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(str(LIST_CRUMB), reverse("beneficiaries:batch_list")),
            Crumb(_("Remembered layouts"), reverse("beneficiaries:batch_layouts")),
        ]

    def get_success_url(self) -> str:
        return reverse("beneficiaries:batch_layouts")

    def perform(self, reason: str) -> str:
        workflow.forget_layout(self.object, actor=self.request.user)
        return _("The layout was forgotten.")


def own_memories(person: Any) -> Any:
    """What was said by the person's own office; nothing for people without one."""
    if not person.has_perm("beneficiaries.import_list") or person.organisation is None:
        return LayoutMemory.objects.none()
    return LayoutMemory.objects.filter(organisation=person.organisation)
