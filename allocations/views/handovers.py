"""One household's hand-over: recorded on a phone, looked at, reversed, its device swapped or taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from beneficiaries.household.readings import note_reading
from smartphone_support.documents.scans import store_scan
from smartphone_support.documents.storing import send
from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.templatetags.web import masked_id
from smartphone_support.web.views import ConfirmPage, DetailPage, FormPage, PermissionMixin

from ..choices import DevicePlace, HandOverState, Receiver, SupportForm, SupportState
from ..delivery.approvals import approval_days
from ..delivery.forms import BackToForm, BundleForm, CashForm, SwapForm, UndeliverableForm
from ..delivery.handing import HandOverFacts, problems_of
from ..delivery.imei import read_imei
from ..delivery.reasons import written
from ..models import Device, HandOver, Support
from ..permits.delivery import may_deliver, may_reverse, may_swap
from ..permits.supports import sees_eligibility
from ..workflow.delivery import expected_of, record_hand_over
from ..workflow.supports import OPEN, UNDELIVERED, mark_undeliverable
from ..workflow.taking_back import reverse_hand_over, swap_device, take_back_device
from .delivery import delivery_crumbs

RELATED = (
    "household__province", "district", "commune", "round__program__province", "operator",
    "contribution__program",
)  # fmt: skip


class SupportPage(PermissionMixin):
    """A household's support, for whoever may deliver it."""

    model = Support

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def has_permission(self) -> bool:
        return may_deliver(self.request.user, self.object)

    def get_breadcrumbs(self) -> list[Crumb]:
        commune = self.object.commune
        home = reverse("allocations:delivery_home")
        return [*delivery_crumbs(), Crumb(commune.name, f"{home}?commune={commune.pk}")]

    def get_cancel_url(self) -> str:
        return f"{reverse('allocations:delivery_home')}?commune={self.object.commune_id}"

    def standing(self) -> HandOver | None:
        """The record that stands, if there is one."""
        rows = self.object.hand_overs.exclude(state=HandOverState.REVERSED)
        return rows.select_related("device").first()

    def closed(self, request: HttpRequest) -> HttpResponse:
        """Back to where the household stands, with the sentence that says why nothing is open here."""
        record = self.standing()
        if record is not None:
            messages.info(
                request, _("The hand-over to “%(name)s” is already recorded.") % {"name": self.object}
            )
            return redirect("allocations:handover_detail", pk=record.pk)
        support = self.object
        # Why one is on hold or taken off is a matter of class or of a complaint: not for operators.
        told = sees_eligibility(request.user) or support.state == SupportState.UNDELIVERABLE
        reason = support.reason if told else ""
        words = {"name": support, "state": support.get_state_display(), "reason": reason}
        said = _("“%(name)s” is now “%(state)s”. %(reason)s") % words
        messages.warning(request, said.strip())
        return redirect(self.get_cancel_url())


class HandOverCreate(SupportPage, FormPage):
    """The form on the phone. What is wrong stands at its field, what was typed stays."""

    template_name = "allocations/handover_create.html"
    submit_label = gettext_lazy("Record the hand-over")

    def get_page_heading(self) -> str:
        return _("Hand over to %(name)s") % {"name": self.object}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state not in OPEN:
            return self.closed(request)
        note_reading(self.object.household, request.user)
        return super().get(request, *args, **kwargs)

    def get_form_class(self) -> Any:
        return CashForm if self.object.form == SupportForm.CASH else BundleForm

    def get_initial(self) -> dict[str, Any]:
        initial = {"handed_on": timezone.localdate(), "receiver": Receiver.HEAD}
        if self.object.form == SupportForm.CASH:
            initial["cash_amount"] = expected_of(self.object, None).level
        return initial

    def form_valid(self, form: Any) -> HttpResponse:
        support, facts = self.object, form.facts()
        # An old page or a second click: the support may have been handed over since.
        support.refresh_from_db(fields=["state"])
        same = self._same_record(facts)
        if same is not None:
            return self._done(same)
        if support.state not in OPEN:
            return self.closed(self.request)
        day = approval_days([support]).get(support.pk)
        for problem in problems_of(HandOverFacts(**facts), expected_of(support, day)):
            form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
        if form.errors:
            return self.form_invalid(form)
        photo = store_scan(form.cleaned_data["photo"], actor=self.request.user)
        try:
            record = record_hand_over(support, actor=self.request.user, photo=photo, **facts)
        except Refusal as refusal:
            if photo is not None:  # nothing refers to it
                photo.file.delete(save=False)
                photo.delete()
            same = self._same_record(facts)
            if same is not None:
                return self._done(same)
            return self._refused(form, refusal)
        return self._done(record)

    def _same_record(self, facts: dict[str, Any]) -> HandOver | None:
        """This very hand-over, recorded by the same person a moment ago: a second click."""
        record = self.standing()
        if record is None or record.recorded_by_id != self.request.user.pk:
            return None
        imei = read_imei(facts.get("imei")).number
        same = record.handed_on == facts["handed_on"] and record.cash_amount == facts.get("cash_amount")
        device = record.device
        fits = imei in (device.imei, device.imei2) if device is not None else not imei
        return record if same and fits else None

    def _refused(self, form: Any, refusal: Refusal) -> HttpResponse:
        self.object.refresh_from_db(fields=["state", "reason"])
        if self.object.state not in OPEN:
            messages.error(self.request, str(refusal))
            return redirect(self.get_cancel_url())
        form.add_error("imei" if "IMEI" in str(refusal) and "imei" in form.fields else None, str(refusal))
        return self.form_invalid(form)

    def _done(self, record: HandOver) -> HttpResponse:
        messages.success(
            self.request, _("Recorded: hand-over record %(number)s.") % {"number": record.number}
        )
        return redirect("allocations:handover_detail", pk=record.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        support = self.object
        household = support.household
        address = ", ".join(part for part in (household.village, support.commune.name_in_text) if part)
        facts = [
            (_("Identity number"), masked_id(household.national_id)),
            (_("Address"), f"{address}, {support.district.name_in_text}"),
            (_("Form"), support.get_form_display()),
            (_("Round"), support.round or support.contribution),
        ]
        return super().get_context_data(**kwargs) | {
            "support": support,
            "facts": facts,
            "phone": household.phone,
            "notice": self._notice(),
        }

    def _notice(self) -> str:
        """What a household without an operator can be given, said before anything is filled in."""
        support = self.object
        if support.operator_id is not None or support.form == SupportForm.CASH:
            return ""
        stock = {"round": support.round_id, "contribution": support.contribution_id, "operator": None}
        there = Device.objects.filter(
            place=DevicePlace.DISTRICT, district=support.district_id, **stock
        ).count()
        words = {"district": support.district.name_in_text, "count": localize(there)}
        if not there:
            return (
                _(
                    "This household has no operator, and no device for it is at %(district)s: nothing can "
                    "be recorded before the department assigns an operator or sends devices."
                )
                % words
            )
        return (
            ngettext(
                "This household has no operator: only the device that stands at %(district)s can be given.",
                "This household has no operator: only one of the %(count)s devices that stand at "
                "%(district)s can be given.",
                there,
            )
            % words
        )


class Undeliverable(SupportPage, ConfirmPage):
    """The device could not be given: why, from the fixed list."""

    page_heading = gettext_lazy("The hand-over is not possible")
    verb = gettext_lazy("Report as not delivered")
    tone = "danger"
    extra_form_class = UndeliverableForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state not in UNDELIVERED:
            return self.closed(request)
        return super().get(request, *args, **kwargs)

    def get_consequence(self) -> str:
        return _(
            "“%(name)s” gets nothing from this list; the department can move up the next reserve by an "
            "amendment. For a short absence, come again instead."
        ) % {"name": self.object}

    def get_success_url(self) -> str:
        return self.get_cancel_url()

    def perform(self, reason: str) -> str:
        told = self.form.cleaned_data
        mark_undeliverable(self.object, actor=self.request.user, reason=written(told["why"], told["note"]))
        return _("“%(name)s” is reported as not delivered.") % {"name": self.object}


class HandOverPage(PermissionMixin):
    model = HandOver
    success_url_name = "allocations:handover_detail"

    def get_queryset(self) -> Any:
        related = (
            "support__household", "support__commune", "support__district", "support__operator",
            "support__round__program", "device", "district", "operator", "photo", "acceptance", "recorded_by",
            "reversed_by",
        )  # fmt: skip
        return super().get_queryset().select_related(*related)

    def get_breadcrumbs(self) -> list[Crumb]:
        user = self.request.user
        crumbs = delivery_crumbs() if user.has_perm("allocations.deliver_support") else []
        return [*crumbs, Crumb(self.object.number, reverse(self.success_url_name, args=[self.object.pk]))]


class HandOverDetail(HandOverPage, DetailPage):
    """The record of a hand-over, and what may still be done with it."""

    permission_required = "allocations.view_support"
    template_name = "allocations/handover_detail.html"
    context_object_name = "hand_over"

    def get_page_heading(self) -> str:
        return _("Hand-over to %(name)s") % {"name": self.object.support.household}

    def get_breadcrumbs(self) -> list[Crumb]:
        return super().get_breadcrumbs()[:-1]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.object, self.request.user
        support = row.support
        stands = row.state != HandOverState.REVERSED
        recorded = row.state == HandOverState.RECORDED and row.acceptance_id is None
        served = support.state in (SupportState.DELIVERED, SupportState.CONFIRMED)
        recovered = support.state == SupportState.RECOVERED
        return super().get_context_data(**kwargs) | {
            "support": support,
            "facts": [fact for fact in record_facts(row) if fact[1] not in (None, "")],
            "may_reverse": recorded and served and may_reverse(user, row),
            "may_swap": stands and served and row.device_id is not None and may_swap(user, row),
            "may_take_back": stands and recovered and row.device_id is not None and may_swap(user, row),
            # An operator sees its own records, not those of the one before or after it.
            "others": HandOver.objects.visible_to(user)
            .filter(support=support)
            .exclude(pk=row.pk)
            .select_related("device"),
            "sees_support": Support.objects.visible_to(user).filter(pk=support.pk).exists(),
            "next_url": f"{reverse('allocations:delivery_home')}?commune={support.commune_id}",
            "may_deliver": user.has_perm("allocations.deliver_support"),
        }


def money(amount: int | None) -> str:
    return _("%(amount)s VND") % {"amount": localize(amount)} if amount else ""


def record_facts(row: HandOver) -> list[tuple[Any, Any]]:
    """What the record says, in the order of the paper; empty values are left out by the page."""
    support = row.support
    day = f"{row.handed_on:%d/%m/%Y}"
    bought = f"{row.invoice_date:%d/%m/%Y}" if row.invoice_date else ""
    return [
        (_("Number of the record"), row.number),
        (_("Handed over on"), day),
        (_("Place"), row.place),
        (_("Address"), f"{support.commune.name}, {support.district.name}"),
        (_("Round"), support.round or support.contribution),
        (_("Operator"), row.operator),
        (_("Received by"), f"{row.receiver_name} ({row.get_receiver_display()})"),
        (_("Relation to the head"), row.receiver_relation),
        (_("Receiver's identity number"), masked_id(row.receiver_national_id)),
        (_("Make and model"), row.device.model if row.device else ""),
        ("IMEI", row.device.imei if row.device else ""),
        (_("SIM number"), row.sim_number),
        (_("Phone number of the SIM"), row.phone_number),
        (_("Package"), row.package),
        (_("Number of the invoice"), row.invoice_number),
        (_("Date of the invoice"), bought),
        (_("Seller"), row.seller),
        (_("Price on the invoice"), money(row.invoice_amount)),
        (_("Amount paid"), money(row.cash_amount)),
        (_("Paid by"), row.get_payment_means_display() if row.payment_means else ""),
        (_("Acceptance"), row.acceptance),
        (_("Recorded by"), row.recorded_by),
        (_("Note"), row.note),
    ]


class HandOverPhoto(HandOverPage, DetailPage):
    """The photo or scan, as an attachment, for whoever sees the record."""

    permission_required = "allocations.view_support"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:  # type: ignore[override]  # a file
        if self.object.photo is None:
            raise Http404
        return send(self.object.photo)


class HandOverStep(HandOverPage, ConfirmPage):
    """A step over a record, with a reason; outside `states` the page leads back."""

    may: Any = None
    needs_reason = True

    def has_permission(self) -> bool:
        return bool(type(self).may(self.request.user, self.object))

    def is_open(self) -> bool:
        return bool(self.object.state != HandOverState.REVERSED)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.is_open():
            words = {"object": self.object, "state": self.object.get_state_display()}
            messages.warning(request, _("“%(object)s” is now “%(state)s”; this step is not open.") % words)
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_cancel_url(self) -> str:
        return reverse(self.success_url_name, args=[self.object.pk])


class HandOverReverse(HandOverStep):
    may = may_reverse
    page_heading = gettext_lazy("Reverse the hand-over")
    verb = gettext_lazy("Reverse the hand-over")
    tone = "danger"

    def is_open(self) -> bool:
        return bool(self.object.state == HandOverState.RECORDED)

    def get_consequence(self) -> str:
        words = {"name": self.object.support.household, "number": self.object.number}
        if self.object.device is None:
            return _("The record %(number)s stays as reversed; “%(name)s” waits again.") % words
        return (
            _(
                "The record %(number)s stays as reversed; “%(name)s” waits again, and the device is where it "
                "was before."
            )
            % words
        )

    def perform(self, reason: str) -> str:
        reverse_hand_over(self.object, actor=self.request.user, reason=reason)
        return _("The hand-over is reversed.")


class DeviceBackStep(HandOverStep):
    """A step that says where the household's device goes."""

    may = may_swap

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if not may_reverse(self.request.user, self.object):
            form.leave_writing_off_to_the_department()
        return form


class HandOverSwap(DeviceBackStep):
    page_heading = gettext_lazy("Swap the device")
    verb = gettext_lazy("Swap the device")
    extra_form_class = SwapForm

    def is_open(self) -> bool:
        return super().is_open() and self.object.device_id is not None

    def get_initial(self) -> dict[str, Any]:
        return {"day": timezone.localdate()}

    def get_consequence(self) -> str:
        return _(
            "“%(name)s” has the device %(imei)s. Another one takes its place; both stay in the ledger."
        ) % {"name": self.object.support.household, "imei": self.object.device.imei}

    def perform(self, reason: str) -> str:
        told = self.form.cleaned_data
        self.after = swap_device(
            self.object, actor=self.request.user, imei=told["imei"], model=told["model"],
            back_to=told["back_to"], day=told["day"], reason=reason,
        )  # fmt: skip
        return _("The device is swapped: hand-over record %(number)s.") % {"number": self.after.number}

    def get_success_url(self) -> str:
        after = getattr(self, "after", self.object)
        return reverse(self.success_url_name, args=[after.pk])


class HandOverTakeBack(DeviceBackStep):
    page_heading = gettext_lazy("Take the device back")
    verb = gettext_lazy("Take the device back")
    extra_form_class = BackToForm

    def is_open(self) -> bool:
        recovered = self.object.support.state == SupportState.RECOVERED
        return super().is_open() and recovered and self.object.device_id is not None

    def get_consequence(self) -> str:
        return _("The support of “%(name)s” is recovered; its device %(imei)s comes back from there.") % {
            "name": self.object.support.household,
            "imei": self.object.device.imei,
        }

    def perform(self, reason: str) -> str:
        back_to = self.form.cleaned_data["back_to"]
        take_back_device(self.object, actor=self.request.user, back_to=back_to, reason=reason)
        return _("The device is back.")
