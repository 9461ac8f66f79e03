"""Who may manage supports and draw up or decide amendments."""

from __future__ import annotations

from typing import Any

from allocations.models import Amendment, DistrictList, Support
from smartphone_support.accounts.models import Organisation
from smartphone_support.accounts.roles import Role
from smartphone_support.accounts.scope import in_province

from .makers import has_worked_on


def may_manage_support(user: Any, support: Support) -> bool:
    """The department's officer, over the whole province."""
    return user.has_perm("allocations.manage_support") and in_province(user, support.district.parent_id)


def may_manage_supports(user: Any, province_id: int) -> bool:
    return user.has_perm("allocations.manage_support") and in_province(user, province_id)


def may_report_undeliverable(user: Any, support: Support) -> bool:
    """The department; the operator of its own supports; the district of its own."""
    if may_manage_support(user, support):
        return True
    if not user.has_perm("allocations.deliver_support") or not in_province(user, support.district.parent_id):
        return False
    if user.role == Role.OPERATOR_OFFICER:
        return user.organisation is not None and user.organisation.pk == support.operator_id
    return user.district is not None and user.district.pk == support.district_id


def may_deliver_for(organisation: Organisation, province_id: int) -> bool:
    """Whether supports of the province can be assigned to this organisation: an active operator of it."""
    return (
        organisation.kind == "operator"
        and organisation.is_active
        and organisation.province_id in (None, province_id)
    )


def may_amend(user: Any, district_list: DistrictList) -> bool:
    return user.has_perm("allocations.prepare_amendment") and in_province(
        user, district_list.round.program.province_id
    )


def may_change_amendment(user: Any, amendment: Amendment) -> bool:
    return user.has_perm("allocations.prepare_amendment") and in_province(
        user, amendment.round.program.province_id
    )


def may_decide_amendment(user: Any, amendment: Amendment) -> bool:
    """The leader of the province, and never a person who drew it up, or added or took out a line of it."""
    in_place = user.has_perm("allocations.record_decision") and in_province(
        user, amendment.round.program.province_id
    )
    return in_place and user.pk != amendment.prepared_by_id and not has_worked_on(user, amendment)


def sees_eligibility(user: Any) -> bool:
    """Class, policy status and earlier devices are no business of operators (workflows, section 6)."""
    return user.has_perm("beneficiaries.view_household")
