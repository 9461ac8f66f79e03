"""The steps of a complaint: taking up, handing on, refusing, transferring, extending, answering, closing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.models import Household
from smartphone_support.web.forms import ReasonForm
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import FormPage, Page

from ..choices import RUNNING, ComplaintState
from ..complaints.forms import (
    AppealForm,
    ClassifyForm,
    CloseForm,
    ExtendForm,
    HandlerForm,
    ReplyForm,
    TransferForm,
)
from ..models import Complaint, InspectionRound
from ..permits import complaints as may
from ..workflow import complaint_answers, complaint_terms
from ..workflow import complaints as doors
from .complaints import ComplaintQuery

FOUND = 20


class ComplaintStep(ComplaintQuery, StepPage):
    """A step over one complaint; its page leads back to the complaint."""

    object: Complaint

    def get_form_kwargs(self) -> dict[str, Any]:
        known = super().get_form_kwargs()
        return known | {"complaint": self.object} if self.extra_form_class is HandlerForm else known


class ComplaintTakeUp(ComplaintStep):
    may = may.may_assign
    states = frozenset({ComplaintState.RECEIVED})
    extra_form_class = HandlerForm
    page_heading = gettext_lazy("Take up")
    verb = gettext_lazy("Take up and assign")

    def get_consequence(self) -> str:
        return _(
            "“%(number)s” is given to whom you choose, and the clock for the answer begins today. Its sender "
            "sees under the receipt that it is being handled."
        ) % {"number": self.object.number}

    def perform(self, reason: str) -> str:
        organisation, handler = self.form.chosen()
        doors.take_up(self.object, actor=self.request.user, organisation=organisation, handler=handler)
        return _("It is taken up and given to %(organisation)s.") % {"organisation": organisation.short_name}


class ComplaintAssign(ComplaintStep):
    may = may.may_assign
    states = frozenset({ComplaintState.ASSIGNED, ComplaintState.APPEALED})
    extra_form_class = HandlerForm
    needs_reason = True
    page_heading = gettext_lazy("Give it to others to handle")
    verb = gettext_lazy("Hand it on")
    consequence = gettext_lazy("The deadline stays as it is. Who had it before no longer answers it.")

    def perform(self, reason: str) -> str:
        organisation, handler = self.form.chosen()
        doors.assign(
            self.object, actor=self.request.user, organisation=organisation, handler=handler, reason=reason
        )
        return _("It is now with %(organisation)s.") % {"organisation": organisation.short_name}


class ComplaintRefuse(ComplaintStep):
    may = may.may_assign
    states = frozenset({ComplaintState.RECEIVED})
    needs_reason = True
    tone = "danger"
    page_heading = gettext_lazy("Do not take up")
    verb = gettext_lazy("Do not take it up")
    consequence = gettext_lazy(
        "It ends here. Its sender reads under the receipt that it was not taken up, and your reason."
    )

    def perform(self, reason: str) -> str:
        doors.refuse(self.object, actor=self.request.user, reason=reason)
        return _("It is not taken up.")


class ComplaintTransfer(ComplaintStep):
    may = may.may_assign
    states = frozenset({ComplaintState.RECEIVED, ComplaintState.ASSIGNED})
    extra_form_class = TransferForm
    needs_reason = True
    page_heading = gettext_lazy("Send to the body in charge")
    verb = gettext_lazy("Send it there")
    consequence = gettext_lazy(
        "Here it ends; its sender reads under the receipt where it went. Send the papers themselves by hand."
    )

    def perform(self, reason: str) -> str:
        body = self.form.cleaned_data["body"]
        doors.transfer_out(self.object, actor=self.request.user, body=body, reason=reason)
        return _("It is sent to %(body)s.") % {"body": body}


class ComplaintExtend(ComplaintStep):
    may = may.may_assign
    states = RUNNING
    extra_form_class = ExtendForm
    needs_reason = True
    page_heading = gettext_lazy("Give more time")
    verb = gettext_lazy("Give more time")

    def get_consequence(self) -> str:
        if self.object.due is None:
            return _("No deadline runs here: no clock is entered for this step.")
        return _("It is due on %(day)s now. The old day and your reason stay on its page.") % {
            "day": f"{self.object.due:%d/%m/%Y}"
        }

    def perform(self, reason: str) -> str:
        to = self.form.cleaned_data["to"]
        complaint_terms.extend_due(self.object, actor=self.request.user, to=to, reason=reason)
        return _("It is due on %(day)s.") % {"day": f"{to:%d/%m/%Y}"}


class ComplaintClose(ComplaintStep):
    may = may.may_handle
    states = frozenset({ComplaintState.ANSWERED})
    extra_form_class = CloseForm
    page_heading = gettext_lazy("Close")
    verb = gettext_lazy("Close it")
    consequence = gettext_lazy(
        "The answer stands and nothing more is done. An appeal can no longer be written down."
    )

    def perform(self, reason: str) -> str:
        note = self.form.cleaned_data["reason"]
        doors.close_complaint(self.object, actor=self.request.user, reason=note)
        return _("It is closed.")


class _ComplaintForm(ComplaintQuery, FormPage):
    """A form over one complaint that shows what it says beside it."""

    template_name = "inspections/complaint_form.html"
    shows_content = True

    def get_cancel_url(self) -> str:
        return reverse("inspections:complaint_detail", args=[self.object.pk])

    def get_lead(self) -> str:
        return f"{self.object.get_kind_display()} {self.object.number}"


class ComplaintAnswer(_ComplaintForm):
    """Answer what is under way."""

    form_class = ReplyForm
    page_heading = gettext_lazy("Answer")
    submit_label = gettext_lazy("Keep the answer")

    def has_permission(self) -> bool:
        return may.may_answer(self.request.user, self.object)

    def form_valid(self, form: Any) -> HttpResponse:
        complaint_answers.answer(self.object, actor=self.request.user, **form.cleaned_data)
        return redirect(self.get_cancel_url())


class ComplaintAppealAnswer(ComplaintAnswer):
    """Answer an appeal; whoever answered first does not."""

    page_heading = gettext_lazy("Answer the appeal")

    def form_valid(self, form: Any) -> HttpResponse:
        complaint_answers.answer_appeal(self.object, actor=self.request.user, **form.cleaned_data)
        return redirect(self.get_cancel_url())


class ComplaintAppeal(_ComplaintForm):
    """Write down that the sender is not content."""

    form_class = AppealForm
    page_heading = gettext_lazy("Write down an appeal")
    submit_label = gettext_lazy("Write the appeal down")

    def has_permission(self) -> bool:
        return may.may_write_appeal(self.request.user, self.object)

    def form_valid(self, form: Any) -> HttpResponse:
        complaint_answers.write_appeal(self.object, actor=self.request.user, **form.cleaned_data)
        return redirect(self.get_cancel_url())


class ComplaintClassify(_ComplaintForm):
    """Say that it is of another kind: the law treats each in its own way."""

    form_class = type(
        "ClassifyWithReason", (ClassifyForm, ReasonForm), {"field_order": ["kind", "subject", "reason"]}
    )
    page_heading = gettext_lazy("Change kind or subject")
    submit_label = gettext_lazy("Save")

    def has_permission(self) -> bool:
        allowed = may.may_assign if self.object.is_confidential else may.may_link
        return allowed(self.request.user, self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"warns_of_secrecy": True}

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"kind": self.object.kind, "subject": self.object.subject}

    def form_valid(self, form: Any) -> HttpResponse:
        doors.classify(self.object, actor=self.request.user, **form.cleaned_data)
        if not may.sees(self.request.user, self.object):
            return redirect("inspections:complaint_list")
        return redirect(self.get_cancel_url())


class ComplaintLink(ComplaintQuery, Page):
    """Say which household and inspection round it is about: found by name, ticked, kept."""

    template_name = "inspections/complaint_link.html"
    page_heading = gettext_lazy("Household and inspection round")
    shows_content = True
    subject_kwarg = "pk"

    def find_subject(self) -> None:
        ComplaintQuery.find_subject(self)

    def has_permission(self) -> bool:
        return may.may_link(self.request.user, self.object)

    def get_lead(self) -> str:
        return f"{self.object.get_kind_display()} {self.object.number}"

    def found(self) -> list[Household]:
        """Households of the person's scope, by the register's own search: names as typed, whole numbers."""
        typed = "".join(sign for sign in self.request.GET.get("q", "")[:100] if sign.isprintable()).strip()
        if not typed:
            return []
        rows = Household.objects.visible_to(self.request.user).search(typed)
        return list(rows.select_related("commune", "district").order_by("head_name_key", "pk")[:FOUND])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        seen = Household.objects.visible_to(user)
        return super().get_context_data(**kwargs) | {
            "complaint": self.object,
            "found": self.found(),
            "q": self.request.GET.get("q", ""),
            "present": seen.filter(pk=self.object.household_id).first(),
            "may_search": user.has_perm("beneficiaries.view_household"),
            "rounds": InspectionRound.objects.visible_to(user),
            "cancel_url": reverse("inspections:complaint_detail", args=[self.object.pk]),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        household = self._chosen("household", Household.objects.visible_to(user), self.object.household)
        round_ = self._chosen("round", InspectionRound.objects.visible_to(user), self.object.round)
        doors.link(self.object, actor=user, household=household, round=round_)
        return redirect("inspections:complaint_detail", pk=self.object.pk)

    def _chosen(self, name: str, rows: Any, present: Any) -> Any:
        """The row chosen; "" takes the link away, and a name that was not sent leaves it as it is."""
        typed = self.request.POST.get(name)
        if typed is None or (present is not None and typed == str(present.pk)):
            return present
        if not typed:
            return None
        key = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 15 else 0
        return get_object_or_404(rows, pk=key)
