"""May this person move this device, deliver to this household, or draw up and confirm this acceptance?"""

from __future__ import annotations

from typing import Any

from programs.models import Program
from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.roles import Role
from smartphone_support.accounts.scope import in_province

from ..models import (
    Acceptance,
    AllocationRound,
    Contribution,
    DeliveryUpload,
    Device,
    HandOver,
    Shipment,
    Support,
)
from .makers import has_worked_on

DELIVER = "allocations.deliver_support"
MANAGE = "allocations.manage_device"
RECEIVE = "allocations.receive_shipment"
PREPARE = "allocations.prepare_acceptance"
CONFIRM = "allocations.confirm_acceptance"


def is_operator(user: Any) -> bool:
    """Works for a telecom operator: sees and moves what is its own organisation's only."""
    return bool(user.role == Role.OPERATOR_OFFICER)


def _own(user: Any, operator_id: int | None) -> bool:
    """Not an operator's person, or the operator is their own."""
    return not is_operator(user) or (user.organisation is not None and user.organisation.pk == operator_id)


def may_manage_devices(user: Any, program: Program) -> bool:
    """Take in devices and send them: the department, and an operator for its own stock."""
    return user.has_perm(MANAGE) and in_province(user, program.province_id)


def may_manage_device(user: Any, device: Device) -> bool:
    """Send on, give back or write off this device."""
    return user.has_perm(MANAGE) and in_province(user, device.province_id) and _own(user, device.operator_id)


def may_write_off(user: Any, device: Device) -> bool:
    """Write a device off, or say that one to be examined is sound: the department alone."""
    return may_manage_device(user, device) and not is_operator(user)


def may_send_shipment(user: Any, shipment: Shipment) -> bool:
    """Cancel this shipment while it is on the way: whoever may send it."""
    if shipment.kind == "return":
        return may_return_from(user, shipment)
    in_place = user.has_perm(MANAGE) and in_province(user, shipment.province_id)
    return in_place and _own(user, shipment.operator_id)


def may_return_from(user: Any, shipment: Shipment) -> bool:
    """Send devices back from the district of this shipment: an officer of that very district."""
    return user.has_perm(RECEIVE) and user.district is not None and user.district.pk == shipment.district_id


def may_receive(user: Any, shipment: Shipment) -> bool:
    """Confirm what arrived: the district's officer, or for a return whoever manages the stock it goes to."""
    if shipment.kind == "return":
        in_place = user.has_perm(MANAGE) and in_province(user, shipment.province_id)
        return in_place and _own(user, shipment.operator_id)
    return may_return_from(user, shipment)


def may_deliver(user: Any, support: Support) -> bool:
    """Record the hand-over of this support: its operator, its district's officer, or the department."""
    if not user.has_perm(DELIVER) or not in_province(user, support.district.parent_id):
        return False
    if user.district is not None:
        return bool(user.district.pk == support.district_id)
    return _own(user, support.operator_id)


def may_upload_delivery(user: Any, round_: AllocationRound, operator: Any) -> bool:
    """Give back the delivery workbook of this operator: its own people, or the department for it."""
    in_place = user.has_perm(DELIVER) and user.district is None
    return (
        in_place
        and in_province(user, round_.program.province_id)
        and operator is not None
        and operator.kind == OrganisationKind.OPERATOR
        and _own(user, operator.pk)
    )


def may_apply_delivery(user: Any, upload: DeliveryUpload) -> bool:
    return may_upload_delivery(user, upload.round, upload.operator)


def may_reverse(user: Any, hand_over: HandOver) -> bool:
    """Take a recorded hand-over back, or swap its device: the department that manages the supports."""
    return user.has_perm("allocations.manage_support") and in_province(user, hand_over.district.parent_id)


def may_swap(user: Any, hand_over: HandOver) -> bool:
    """Give another device for a defective one: whoever may deliver to this household."""
    return may_deliver(user, hand_over.support)


def may_prepare_acceptance(user: Any, source: AllocationRound | Contribution) -> bool:
    return user.has_perm(PREPARE) and in_province(user, source.program.province_id)


def may_change_acceptance(user: Any, acceptance: Acceptance) -> bool:
    return may_prepare_acceptance(user, acceptance.source)


def may_confirm_acceptance(user: Any, acceptance: Acceptance) -> bool:
    """The leader of the province, and never a person who prepared it, or took hand-overs in or out."""
    in_place = user.has_perm(CONFIRM) and in_province(user, acceptance.program.province_id)
    return in_place and user.pk != acceptance.prepared_by_id and not has_worked_on(user, acceptance)
