"""May this person do this to this row now? The verb, the place, and who prepared it.

Verbs come from the table of roles; the place is the province of the round and, for district roles,
the district of the list. Whoever prepared something never approves it.
"""

from __future__ import annotations

from typing import Any

from programs.models import Program
from smartphone_support.accounts.scope import in_province

from ..models import AllocationRound, DistrictList, Proposal, QuotaPlan
from .makers import has_worked_on


def _in_district(user: Any, district_list: DistrictList) -> bool:
    own = user.district
    return in_province(user, district_list.round.program.province_id) and (
        own is None or own.pk == district_list.district_id
    )


def may_record_round(user: Any, program: Program) -> bool:
    return user.has_perm("allocations.manage_round") and in_province(user, program.province_id)


def may_prepare_plan(user: Any, round_: AllocationRound) -> bool:
    return user.has_perm("allocations.prepare_quotaplan") and in_province(user, round_.program.province_id)


def may_approve_plan(user: Any, plan: QuotaPlan) -> bool:
    """The leader of the province, and never a person who prepared or submitted the plan."""
    in_place = user.has_perm("allocations.approve_quotaplan") and in_province(
        user, plan.round.program.province_id
    )
    return in_place and user.pk != plan.prepared_by_id and not has_worked_on(user, plan)


def may_review(user: Any, district_list: DistrictList) -> bool:
    return user.has_perm("allocations.review_districtlist") and _in_district(user, district_list)


def may_sign(user: Any, district_list: DistrictList) -> bool:
    """The leader of the list's own district, and never the person who reviewed it."""
    in_place = user.has_perm("allocations.sign_districtlist") and _in_district(user, district_list)
    return in_place and user.pk != district_list.reviewed_by_id


def may_appraise(user: Any, district_list: DistrictList) -> bool:
    return user.has_perm("allocations.appraise_districtlist") and _in_district(user, district_list)


def may_prepare_proposal(user: Any, round_: AllocationRound) -> bool:
    return user.has_perm("allocations.prepare_proposal") and in_province(user, round_.program.province_id)


def may_record_decision(user: Any, proposal: Proposal) -> bool:
    """The leader of the province, and never a person who made or submitted the proposal."""
    in_place = user.has_perm("allocations.record_decision") and in_province(
        user, proposal.round.program.province_id
    )
    return in_place and user.pk != proposal.prepared_by_id and not has_worked_on(user, proposal)
