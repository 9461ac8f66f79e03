"""Devices: the ledger, what is taken in, sent, received, sent back, and the balance of a round."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.web.components import Crumb
from smartphone_support.web.filters import BaseFilterSet
from smartphone_support.web.tables import BaseTable, TitleColumn
from smartphone_support.web.templatetags.web import badge
from smartphone_support.web.views import ConfirmPage, DetailPage, FormPage, ListPage, Page, PermissionMixin

from ..choices import DeviceKind, DevicePlace
from ..delivery.balance import PLACES, balance_of
from ..delivery.forms import BackForm, DispatchForm, IntakeForm, operators_of
from ..filters import districts_of
from ..models import AllocationRound, Device, HandOver, Shipment, Support
from ..permits.delivery import MANAGE, RECEIVE, is_operator, may_manage_device, may_write_off
from ..workflow.devices import restore_device, take_in, write_off
from ..workflow.shipments import dispatch, give_back, send_back_to_province

SEES = "allocations.view_device"
DEVICES = gettext_lazy("Devices")


def device_crumbs(device: Device | None = None) -> list[Crumb]:
    crumbs = [Crumb(str(DEVICES), reverse("allocations:device_list"))]
    if device is not None:
        crumbs.append(Crumb(device.imei, reverse("allocations:device_detail", args=[device.pk])))
    return crumbs


def rounds_with_devices(user: Any) -> Any:
    """Rounds whose devices this person has to do with: with supports or devices; an operator only those it
    delivers for.
    """
    if user.province is None or not user.has_perm(SEES):
        return AllocationRound.objects.none()
    rounds = AllocationRound.objects.filter(program__province=user.province)
    rounds = rounds.exclude(device_kind=DeviceKind.CASH)
    supports = Support.objects.visible_to(user).order_by().values("round")
    devices = Device.objects.visible_to(user).order_by().values("round")
    return rounds.filter(Q(pk__in=supports) | Q(pk__in=devices))


def devices_in_words(count: int) -> str:
    return ngettext("%(count)s device", "%(count)s devices", count) % {"count": localize(count)}


class DeviceTable(BaseTable):
    imei = TitleColumn(
        verbose_name="IMEI", linkify=("allocations:device_detail", {"pk": tables.A("pk")}), note="model"
    )
    place = tables.Column(verbose_name=gettext_lazy("Where it is"))
    district = tables.Column(
        verbose_name=gettext_lazy("District"), accessor="district__name", order_by="district__code"
    )
    round = tables.Column(verbose_name=gettext_lazy("Round"), accessor="round__name")
    operator = tables.Column(
        verbose_name=gettext_lazy("Stock of the operator"), accessor="operator__short_name"
    )

    class Meta(BaseTable.Meta):
        order_by = "imei"

    def render_place(self, record: Any) -> SafeString:
        return badge(record.badge, record.get_place_display())


class DeviceFilter(BaseFilterSet):
    q = django_filters.CharFilter(label=gettext_lazy("IMEI or serial number"), method="find")
    place = django_filters.ChoiceFilter(
        label=gettext_lazy("Where it is"), choices=DevicePlace.choices, empty_label=gettext_lazy("All")
    )
    district = django_filters.ModelChoiceFilter(label=gettext_lazy("District"), queryset=districts_of)
    round = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Round"), queryset=lambda request: rounds_with_devices(request.user)
    )
    operator = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Stock of the operator"), queryset=lambda request: operators_of(request.user)
    )

    class Meta:
        model = Device
        fields = ["q", "place", "district", "round", "operator"]

    def find(self, queryset: Any, name: str, value: str) -> Any:
        typed = "".join(value.split()).replace("-", "")
        return queryset.filter(
            Q(imei__contains=typed) | Q(imei2__contains=typed) | Q(serial__icontains=typed)
        )


class DeviceList(ListPage):
    """The ledger: what this person sees of it."""

    model = Device
    permission_required = SEES
    table_class = DeviceTable
    filterset_class = DeviceFilter
    template_name = "allocations/device_list.html"
    page_heading = DEVICES
    lead = gettext_lazy("Every device by its IMEI: where it is and whose it becomes.")
    empty_title = gettext_lazy("No device in the ledger yet")
    empty_text = gettext_lazy(
        "Devices enter it when they are taken in from the supplier, or with an operator's hand-over."
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("district", "round", "operator")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return super().get_context_data(**kwargs) | {
            "may_manage": user.has_perm(MANAGE),
            "may_return": user.has_perm(RECEIVE) and user.district is not None,
            "balance_round": rounds_with_devices(user).order_by("-decision_date", "-pk").first(),
        }


class DevicePage(PermissionMixin):
    model = Device
    success_url_name = "allocations:device_detail"

    def get_queryset(self) -> Any:
        related = ("province", "district", "round", "contribution", "operator")
        return super().get_queryset().select_related(*related)

    def get_breadcrumbs(self) -> list[Crumb]:
        return device_crumbs(self.object)


class DeviceDetail(DevicePage, DetailPage):
    """One device and every move it made."""

    permission_required = SEES
    template_name = "allocations/device_detail.html"
    context_object_name = "device"

    def get_breadcrumbs(self) -> list[Crumb]:
        return device_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        device, user = self.object, self.request.user
        moves = device.moves.select_related(
            "district", "shipment", "hand_over__support__household", "moved_by"
        ).order_by("-id")
        # A move is told to whoever sees the device; its paper and household only to who sees those too.
        papers = Shipment.objects.visible_to(user).filter(moves__device=device)
        records = HandOver.objects.visible_to(user).filter(moves__device=device)
        managed, decides = may_manage_device(user, device), may_write_off(user, device)
        away = (DevicePlace.WRITTEN_OFF, DevicePlace.SUPPLIER)
        where = device.get_place_display()
        if device.district is not None:
            where = f"{where} · {device.district.name}"
        facts = [
            (_("Make and model"), device.model),
            (_("Where it is"), where),
            ("IMEI 2", device.imei2),
            (_("Serial number"), device.serial),
            (_("Round"), device.round or device.contribution),
            (_("Stock of the operator"), device.operator),
        ]
        return super().get_context_data(**kwargs) | {
            "facts": facts,
            "moves": moves,
            "papers": set(papers.values_list("pk", flat=True)),
            "records": set(records.values_list("pk", flat=True)),
            "may_write_off": managed
            and device.place not in (*away, DevicePlace.HOUSEHOLD)
            and (decides or device.place != DevicePlace.EXAMINE),
            "may_restore": managed
            and (device.place in away or (decides and device.place == DevicePlace.EXAMINE)),
            "decides": decides,
        }


class DeviceIntake(FormPage):
    """Devices from the supplier: pasted or in a file, every bad IMEI told by its line."""

    permission_required = MANAGE
    form_class = IntakeForm
    template_name = "allocations/device_intake.html"
    page_heading = gettext_lazy("Take in devices")
    lead = gettext_lazy("From the supplier's list. Nothing is taken in until every IMEI is right.")
    submit_label = gettext_lazy("Take in the devices")

    def get_breadcrumbs(self) -> list[Crumb]:
        return device_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("allocations:device_list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        told = form.cleaned_data
        shipment = take_in(
            form.chosen(), actor=self.request.user, devices=told["devices"], model=told["model"],
            number=told["number"], day=told["date"], declared=told["declared"], reason=told["reason"],
        )  # fmt: skip
        words = devices_in_words(len(told["devices"]))
        messages.success(self.request, _("%(devices)s taken in.") % {"devices": words})
        return redirect("allocations:shipment_detail", pk=shipment.pk)


class DeviceDispatch(FormPage):
    """Devices to a district: so many, or these."""

    permission_required = MANAGE
    form_class = DispatchForm
    page_heading = gettext_lazy("Send devices to a district")
    lead = gettext_lazy("The district confirms what arrives; until then the devices are on the way.")
    submit_label = gettext_lazy("Send the devices")

    def get_breadcrumbs(self) -> list[Crumb]:
        return device_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("allocations:device_list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        told = form.cleaned_data
        shipment = dispatch(
            form.chosen(), told["district"], actor=self.request.user, number=told["number"],
            day=told["date"], count=told["count"] or 0, imeis=[device.imei for device in told["imeis"]],
        )  # fmt: skip
        words = {"devices": devices_in_words(shipment.declared), "district": told["district"].name}
        messages.success(self.request, _("%(devices)s are on the way to %(district)s.") % words)
        return redirect("allocations:shipment_detail", pk=shipment.pk)


class DeviceBack(FormPage):
    """Devices that go back, named by IMEI."""

    form_class = BackForm

    def get_breadcrumbs(self) -> list[Crumb]:
        return device_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("allocations:device_list")

    def named(self, form: Any) -> list[Device] | None:
        """The devices named, or None with the form told which of them this person does not see."""
        imeis = [device.imei for device in form.cleaned_data["imeis"]]
        rows = list(Device.objects.visible_to(self.request.user).filter(imei__in=imeis))
        unknown = sorted(set(imeis) - {row.imei for row in rows})
        if unknown:
            words = {"imeis": ", ".join(unknown[:5])}
            form.add_error("imeis", _("Not among the devices you see: %(imeis)s.") % words)
            return None
        return rows

    def send(self, rows: list[Device], **told: Any) -> Shipment:
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        rows = self.named(form)
        if rows is None:
            return self.form_invalid(form)
        told = form.cleaned_data
        shipment = self.send(
            rows, actor=self.request.user, number=told["number"], day=told["date"], reason=told["reason"]
        )
        messages.success(self.request, _("%(devices)s sent back.") % {"devices": devices_in_words(len(rows))})
        return redirect("allocations:shipment_detail", pk=shipment.pk)


class DeviceReturn(DeviceBack):
    """A district sends devices back to the province or the operator's stock."""

    permission_required = RECEIVE
    page_heading = gettext_lazy("Send devices back to the province")
    lead = gettext_lazy("They are on the way until the province or the operator confirms them.")
    submit_label = gettext_lazy("Send the devices back")

    def send(self, rows: list[Device], **told: Any) -> Shipment:
        return send_back_to_province(rows, **told)


class DeviceGiveBack(DeviceBack):
    """Devices at the province go back to the supplier."""

    permission_required = MANAGE
    page_heading = gettext_lazy("Give devices back to the supplier")
    lead = gettext_lazy("Devices at the province, such as defective ones.")
    submit_label = gettext_lazy("Give the devices back")

    def send(self, rows: list[Device], **told: Any) -> Shipment:
        return give_back(rows, **told)


class DeviceStep(DevicePage, ConfirmPage):
    """A step over one device, with a reason."""

    needs_reason = True

    def has_permission(self) -> bool:
        return may_manage_device(self.request.user, self.object)

    def get_cancel_url(self) -> str:
        return reverse("allocations:device_detail", args=[self.object.pk])


class DeviceWriteOff(DeviceStep):
    """The department writes a device off; an operator reports it, and it waits to be examined."""

    tone = "danger"

    def decides(self) -> bool:
        return may_write_off(self.request.user, self.object)

    def get_page_heading(self) -> str:
        return _("Write the device off") if self.decides() else _("Report the device as lost or broken")

    def get_submit_label(self) -> str:
        return self.get_page_heading()

    def get_consequence(self) -> str:
        if not self.decides():
            return _(
                "%(device)s is “%(place)s”. It is given to nobody until the department has examined it."
            ) % {"device": self.object, "place": self.object.get_place_display()}
        return _(
            "%(device)s is “%(place)s”. It stays in the ledger as lost or written off and is given to nobody."
        ) % {"device": self.object, "place": self.object.get_place_display()}

    def perform(self, reason: str) -> str:
        device = write_off(self.object, actor=self.request.user, reason=reason)
        if device.place == DevicePlace.EXAMINE:
            return _("The device is reported; the department examines it.")
        return _("The device is written off.")


class DeviceRestore(DeviceStep):
    page_heading = gettext_lazy("Take the device in again")
    verb = gettext_lazy("Take the device in again")

    def get_consequence(self) -> str:
        return _("%(device)s is “%(place)s” and stands at the province again afterwards.") % {
            "device": self.object,
            "place": self.object.get_place_display(),
        }

    def perform(self, reason: str) -> str:
        restore_device(self.object, actor=self.request.user, reason=reason)
        return _("The device stands at the province again.")


class DeviceBalance(Page):
    """Devices of a round by district and place, beside the households that wait for one."""

    model = AllocationRound
    permission_required = SEES
    template_name = "allocations/device_balance.html"

    def get_queryset(self) -> Any:
        return rounds_with_devices(self.request.user)

    def get_page_heading(self) -> str:
        return _("Device balance, %(round)s") % {"round": self.object.name}

    def get_breadcrumbs(self) -> list[Crumb]:
        return device_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return super().get_context_data(**kwargs) | {
            "round": self.object,
            "balance": balance_of(self.object, user),
            "places": [place.label for place in PLACES],
            "whole": user.district is None and not is_operator(user),
            "rounds": rounds_with_devices(user).order_by("-decision_date", "-pk"),
        }
