"""Shipments: what is on the way, what arrived, what is missing."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.web.components import Crumb
from smartphone_support.web.filters import BaseFilterSet
from smartphone_support.web.steps import StepPage
from smartphone_support.web.tables import BaseTable, DateColumn, NumberColumn, StateColumn, TitleColumn
from smartphone_support.web.views import DetailPage, FormPage, ListPage, PermissionMixin

from ..choices import DevicePlace, ShipmentKind, ShipmentState
from ..delivery.forms import ImeiListField, ReceiveForm
from ..filters import districts_of
from ..models import Device, Shipment
from ..permits.delivery import may_receive, may_send_shipment
from ..workflow.shipments import cancel_shipment, devices_under_way, receive_found, receive_shipment
from .devices import SEES, device_crumbs, devices_in_words

SHIPMENTS = gettext_lazy("Shipments")
_SHOWN = 500


def shipment_crumbs(shipment: Shipment | None = None) -> list[Crumb]:
    crumbs = [*device_crumbs(), Crumb(str(SHIPMENTS), reverse("allocations:shipment_list"))]
    if shipment is not None:
        crumbs.append(Crumb(str(shipment), reverse("allocations:shipment_detail", args=[shipment.pk])))
    return crumbs


class ShipmentTable(BaseTable):
    number = TitleColumn(
        verbose_name=gettext_lazy("Paper"), linkify=("allocations:shipment_detail", {"pk": tables.A("pk")})
    )
    date = DateColumn(verbose_name=gettext_lazy("Date"))
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    district = tables.Column(
        verbose_name=gettext_lazy("District"), accessor="district__name", order_by="district__code"
    )
    declared = NumberColumn(verbose_name=gettext_lazy("On the paper"))
    received = NumberColumn(verbose_name=gettext_lazy("Received"))
    state = StateColumn(verbose_name=gettext_lazy("State"))

    class Meta(BaseTable.Meta):
        order_by = "-date"


class ShipmentFilter(BaseFilterSet):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=ShipmentKind.choices, empty_label=gettext_lazy("All")
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=ShipmentState.choices, empty_label=gettext_lazy("All")
    )
    district = django_filters.ModelChoiceFilter(label=gettext_lazy("District"), queryset=districts_of)

    class Meta:
        model = Shipment
        fields = ["kind", "state", "district"]


class ShipmentList(ListPage):
    model = Shipment
    permission_required = SEES
    table_class = ShipmentTable
    filterset_class = ShipmentFilter
    page_heading = SHIPMENTS
    lead = gettext_lazy("Devices taken in, sent to districts, sent back and given back, each with its paper.")
    empty_title = gettext_lazy("No shipment yet")
    empty_text = gettext_lazy("The first one is there when devices are taken in from the supplier.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("district")

    def get_breadcrumbs(self) -> list[Crumb]:
        return device_crumbs()


class ShipmentPage(PermissionMixin):
    model = Shipment
    success_url_name = "allocations:shipment_detail"

    def get_queryset(self) -> Any:
        related = (
            "province", "district", "round", "contribution", "operator", "created_by", "received_by",
        )  # fmt: skip
        return super().get_queryset().select_related(*related)

    def get_breadcrumbs(self) -> list[Crumb]:
        return shipment_crumbs(self.object)


class ShipmentDetail(ShipmentPage, DetailPage):
    """A shipment, its devices and where each is now."""

    permission_required = SEES
    template_name = "allocations/shipment_detail.html"
    context_object_name = "shipment"

    def get_page_heading(self) -> str:
        return _("Shipment %(number)s") % {"number": self.object.number}

    def get_breadcrumbs(self) -> list[Crumb]:
        return shipment_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shipment, user = self.object, self.request.user
        devices = Device.objects.visible_to(user).filter(moves__shipment=shipment).distinct()
        missing = devices_under_way(shipment) if shipment.state == ShipmentState.RECEIVED else []
        on_the_way = shipment.state == ShipmentState.SENT
        facts = [
            (_("Kind"), shipment.get_kind_display()),
            (_("District"), shipment.district),
            (_("Round"), shipment.round or shipment.contribution),
            (_("Stock of the operator"), shipment.operator),
            (_("Devices on the paper"), shipment.declared),
            (_("Devices received"), shipment.received),
            (_("Reason for the difference"), shipment.difference_reason),
            (_("Sent by"), shipment.created_by),
            (_("Received by"), shipment.received_by),
        ]
        return super().get_context_data(**kwargs) | {
            "facts": [row for row in facts if row[1] not in (None, "")],
            "devices": devices.select_related("district").order_by("imei")[:_SHOWN],
            "missing": missing,
            "may_receive": on_the_way and may_receive(user, shipment),
            "may_cancel": on_the_way and may_send_shipment(user, shipment),
            "may_find": bool(missing) and may_receive(user, shipment),
        }


class ShipmentReceive(ShipmentPage, FormPage):
    """The district says what arrived; what did not is named."""

    form_class = ReceiveForm
    page_heading = gettext_lazy("Confirm what arrived")
    submit_label = gettext_lazy("Confirm the receipt")

    def has_permission(self) -> bool:
        return may_receive(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state != ShipmentState.SENT:
            messages.warning(request, _("This shipment is not on the way any more."))
            return redirect("allocations:shipment_detail", pk=self.object.pk)
        return super().get(request, *args, **kwargs)

    def get_lead(self) -> str:
        return _("Paper %(number)s of %(day)s: %(devices)s.") % {
            "number": self.object.number,
            "day": f"{self.object.date:%d/%m/%Y}",
            "devices": devices_in_words(self.object.declared),
        }

    def get_cancel_url(self) -> str:
        return reverse("allocations:shipment_detail", args=[self.object.pk])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"declared": self.object.declared}

    def form_valid(self, form: Any) -> HttpResponse:
        told, shipment = form.cleaned_data, self.object
        missing = named_under_way(shipment, form, "missing")
        if missing is None:
            return self.form_invalid(form)
        receive_shipment(shipment, actor=self.request.user, missing=missing, reason=told["reason"])
        messages.success(
            self.request, _("%(devices)s received.") % {"devices": devices_in_words(told["received"])}
        )
        return redirect("allocations:shipment_detail", pk=shipment.pk)


def named_under_way(shipment: Shipment, form: Any, name: str) -> list[int] | None:
    """Ids of the devices named in a field; None with the form told which are not on the way."""
    under_way = {row.imei: row.pk for row in devices_under_way(shipment)}
    imeis = [device.imei for device in form.cleaned_data[name]]
    unknown = [imei for imei in imeis if imei not in under_way]
    if unknown:
        words = {"imeis": ", ".join(unknown[:5])}
        form.add_error(name, _("Not on the way with this shipment: %(imeis)s.") % words)
        return None
    return [under_way[imei] for imei in imeis]


class ShipmentFound(ShipmentPage, StepPage):
    """Devices that were missing have been found."""

    may = staticmethod(may_receive)
    states = frozenset({ShipmentState.RECEIVED})
    page_heading = gettext_lazy("Take in missing devices that were found")
    verb = gettext_lazy("Take in the found devices")
    needs_reason = True

    def get_consequence(self) -> str:
        missing = devices_under_way(self.object)
        return _("Still missing: %(imeis)s.") % {"imeis": ", ".join(row.imei for row in missing[:20])}

    def get_form_class(self) -> Any:
        bases = super().get_form_class()
        return type("FoundForm", (bases,), {"found": ImeiListField(label=_("IMEIs of the found devices"))})

    def perform(self, reason: str) -> str:
        found = named_under_way(self.object, self.form, "found")
        receive_found(self.object, actor=self.request.user, found=found or [], reason=reason)
        return _("The found devices are taken in.")


class ShipmentCancel(ShipmentPage, StepPage):
    """Call a shipment back while nobody has received it."""

    may = staticmethod(may_send_shipment)
    states = frozenset({ShipmentState.SENT})
    page_heading = gettext_lazy("Call the shipment back")
    verb = gettext_lazy("Call the shipment back")
    tone = "danger"
    needs_reason = True

    def get_consequence(self) -> str:
        sent_back = self.object.kind == ShipmentKind.RETURN
        place = DevicePlace.DISTRICT if sent_back else DevicePlace.PROVINCE
        return _("%(devices)s are “%(place)s” again.") % {
            "devices": devices_in_words(len(devices_under_way(self.object))),
            "place": place.label,
        }

    def perform(self, reason: str) -> str:
        cancel_shipment(self.object, actor=self.request.user, reason=reason)
        return _("The shipment is called back.")
