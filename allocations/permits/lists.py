"""May this person do this to a district's list, its postings or its finds? The verb and the place."""

from __future__ import annotations

from typing import Any

from smartphone_support.accounts.scope import in_province

from ..models import DistrictList, FieldHousehold, Objection, PublicPosting
from .rounds import may_review, may_sign


def may_withdraw(user: Any, district_list: DistrictList) -> bool:
    """Whoever may sign the list may take the signature back."""
    return may_sign(user, district_list)


def may_post(user: Any, district_list: DistrictList) -> bool:
    """The district's officer posts the list and writes down what people say of it."""
    return may_review(user, district_list)


def may_change_posting(user: Any, posting: PublicPosting) -> bool:
    return may_post(user, posting.district_list)


def may_answer(user: Any, objection: Objection) -> bool:
    return may_post(user, objection.posting.district_list)


def may_settle_find(user: Any, find: FieldHousehold) -> bool:
    """The register's officer, or the department's: not the district that reported the household."""
    return in_province(user, find.upload.district_list.round.program.province_id) and (
        user.has_perm("beneficiaries.change_register") or user.has_perm("allocations.appraise_districtlist")
    )
