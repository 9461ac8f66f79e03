"""What waits of the delivery: households, shipments, workbooks, acceptances."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.web.worklist import WorkItem

from ..choices import AcceptanceState, DevicePlace, HandOverState, ShipmentKind, ShipmentState, SupportState
from ..models import Acceptance, DeliveryUpload, Device, HandOver, Shipment, Support
from ..permits.delivery import (
    CONFIRM,
    DELIVER,
    MANAGE,
    PREPARE,
    RECEIVE,
    is_operator,
    may_confirm_acceptance,
)

#: What is said of an acceptance and asked of its permission.
_RELATED = ("operator", "district", "round__program", "contribution__program")


def waiting_for(user: Any) -> list[WorkItem]:
    """Hand-overs for whoever delivers, shipments to receive, acceptances to draw up and to confirm."""
    items: list[WorkItem] = []
    if user.has_perm(DELIVER) and (is_operator(user) or user.district is not None):
        items += _households(user)
    if user.has_perm(DELIVER) and user.district is None:
        items += _uploads(user)
    if user.has_perm(RECEIVE) and user.district is not None:
        items += _shipments(user, ShipmentKind.DISPATCH)
    if user.has_perm(MANAGE):
        items += _shipments(user, ShipmentKind.RETURN)
    if user.has_perm(MANAGE) and not is_operator(user):
        items += _to_examine(user)
    if user.has_perm(PREPARE):
        items += _to_accept(user) + _drafts(user)
    if user.has_perm(CONFIRM):
        items += _to_confirm(user)
    return items


def awaited_by(user: Any) -> list[WorkItem]:
    """Acceptances with the leader; shipments the districts have not confirmed."""
    items: list[WorkItem] = []
    if user.has_perm(PREPARE):
        rows = Acceptance.objects.visible_to(user).filter(state=AcceptanceState.SUBMITTED)
        items += [
            _acceptance_item(row, _("with the programme leader for confirmation"), _("View acceptance"))
            for row in rows.select_related(*_RELATED).order_by("pk")
        ]
    if user.has_perm(MANAGE):
        items += _on_the_way(user)
    return items


def _count(count: int) -> str:
    return ngettext("%(count)s household", "%(count)s households", count) % {"count": localize(count)}


def _households(user: Any) -> list[WorkItem]:
    """One line a round. A district officer is asked only for households no operator delivers to."""
    rows = Support.objects.visible_to(user).filter(round__isnull=False)
    state = SupportState.ASSIGNED if is_operator(user) else SupportState.APPROVED
    rounds = rows.filter(state=state).order_by().values("round", "round__name").annotate(n=Count("pk"))
    home = reverse("allocations:delivery_home")
    return [
        WorkItem(
            title=_("Hand over in %(round)s") % {"round": row["round__name"]},
            detail=_("%(households)s wait") % {"households": _count(row["n"])},
            url=f"{home}?round={row['round']}",
            verb=_("Record hand-overs"),
        )
        for row in rounds.order_by("round")
    ]


def _uploads(user: Any) -> list[WorkItem]:
    rows = DeliveryUpload.objects.visible_to(user).filter(
        applied_at=None, discarded_at=None, uploaded_by=user
    )
    return [
        WorkItem(
            title=_("Delivery workbook of %(operator)s") % {"operator": row.operator.short_name},
            detail=_("“%(name)s” was read and is not recorded yet") % {"name": row.file.name},
            url=reverse("allocations:delivery_upload_detail", args=[row.pk]),
            verb=_("Check workbook"),
        )
        for row in rows.select_related("operator", "file").order_by("pk")
    ]


def _shipments(user: Any, kind: str) -> list[WorkItem]:
    rows = Shipment.objects.visible_to(user).filter(kind=kind, state=ShipmentState.SENT)
    return [_shipment_item(row, _("Confirm receipt")) for row in rows.select_related("district")]


def _on_the_way(user: Any) -> list[WorkItem]:
    rows = Shipment.objects.visible_to(user).filter(kind=ShipmentKind.DISPATCH, state=ShipmentState.SENT)
    return [_shipment_item(row, _("View shipment")) for row in rows.select_related("district")]


def _shipment_item(row: Shipment, verb: str) -> WorkItem:
    devices = ngettext("%(count)s device", "%(count)s devices", row.declared) % {
        "count": localize(row.declared)
    }
    district = row.district.name_in_text if row.district else ""
    title = (
        _("Shipment %(number)s to %(district)s")
        if row.kind == ShipmentKind.DISPATCH
        else _("Shipment %(number)s sent back by %(district)s")
    )
    return WorkItem(
        title=title % {"number": row.number, "district": district},
        detail=_("%(devices)s on the way since %(day)s")
        % {"devices": devices, "day": f"{row.date:%d/%m/%Y}"},
        url=reverse("allocations:shipment_detail", args=[row.pk]),
        verb=verb,
    )


def _to_examine(user: Any) -> list[WorkItem]:
    """Devices reported as lost or broken: the department writes them off or takes them in again."""
    count = Device.objects.visible_to(user).filter(place=DevicePlace.EXAMINE).count()
    if not count:
        return []
    words = ngettext("%(count)s device", "%(count)s devices", count) % {"count": localize(count)}
    return [
        WorkItem(
            title=_("Examine devices"),
            detail=_("%(devices)s reported as lost or broken") % {"devices": words},
            url=f"{reverse('allocations:device_list')}?place={DevicePlace.EXAMINE.value}",
            verb=_("Examine devices"),
        )
    ]


def _to_accept(user: Any) -> list[WorkItem]:
    """One line an operator and round, a district that handed over itself and round, or a contribution whose
    hand-overs stand in no acceptance yet; one query.
    """
    rows = HandOver.objects.visible_to(user).filter(
        state=HandOverState.RECORDED, acceptance=None, support__state=SupportState.DELIVERED
    )
    names = (
        "support__round", "support__round__name", "operator", "operator__short_name", "district",
        "district__name", "support__contribution", "support__contribution__donor_name",
    )  # fmt: skip
    groups = rows.order_by().values(*names).annotate(n=Count("pk"), first=Min("handed_on"))
    found: dict[str, tuple[str, int, date]] = {}
    for row in groups.order_by("support__round", "operator", "district"):
        asked, title = _accepted_as(row)
        query = urlencode(asked)
        _same, count, first = found.get(query, (title, 0, row["first"]))
        found[query] = (title, count + row["n"], min(first, row["first"]))
    create = reverse("allocations:acceptance_create")
    return [
        WorkItem(
            title=title,
            detail=_("%(households)s handed over since %(day)s")
            % {"households": _count(count), "day": f"{first:%d/%m/%Y}"},
            url=f"{create}?{query}",
            verb=_("Draw up acceptance"),
        )
        for query, (title, count, first) in found.items()
    ]


def _accepted_as(row: dict[str, Any]) -> tuple[dict[str, int], str]:
    """What the form is asked for, and the title: by operator, by district, or of the contribution."""
    if row["support__round"] is None:
        words = {"operator": row["support__contribution__donor_name"]}
        title = _("Draw up the acceptance of the contribution of %(operator)s") % words
        return {"contribution": row["support__contribution"]}, title
    by, name = ("operator", "short_name") if row["operator"] is not None else ("district", "name")
    words = {"operator": row[f"{by}__{name}"], "round": row["support__round__name"]}
    title = _("Draw up the acceptance of %(operator)s, %(round)s") % words
    return {"round": row["support__round"], by: row[by]}, title


def _acceptance_item(row: Acceptance, detail: str, verb: str) -> WorkItem:
    title = (
        _("Acceptance %(number)s of %(operator)s, %(round)s")
        if row.round is not None
        else _("Acceptance %(number)s of the contribution of %(operator)s")
    )
    return WorkItem(
        title=title % {"number": row.number, "operator": row.deliverer, "round": row.source},
        detail=detail,
        url=reverse("allocations:acceptance_detail", args=[row.pk]),
        verb=verb,
    )


def _drafts(user: Any) -> list[WorkItem]:
    rows = Acceptance.objects.visible_to(user).filter(state=AcceptanceState.DRAFT)
    items = []
    for row in rows.select_related(*_RELATED).order_by("pk"):
        detail = _("drawn up, not submitted yet")
        if row.return_reason:
            detail = _("returned: %(reason)s") % {"reason": row.return_reason}
        items.append(_acceptance_item(row, detail, _("Submit acceptance")))
    return items


def _to_confirm(user: Any) -> list[WorkItem]:
    rows = Acceptance.objects.visible_to(user).filter(state=AcceptanceState.SUBMITTED)
    rows = rows.select_related(*_RELATED, "prepared_by")
    return [
        _acceptance_item(
            row,
            _("%(households)s, prepared by %(person)s")
            % {"households": _count(row.devices + row.cash_households), "person": row.prepared_by},
            _("Confirm acceptance"),
        )
        for row in rows.order_by("pk")
        if may_confirm_acceptance(user, row)
    ]
