"""May this person give a district's quota back, or record that the district does?"""

from __future__ import annotations

from typing import Any

from smartphone_support.accounts.scope import in_province

from ..choices import DISTRICT_STATES, ListState
from ..models import DistrictList
from .rounds import may_review


def may_record_return(user: Any, district_list: DistrictList) -> bool:
    """The department's officer, from the district's letter or because quota was left over."""
    return user.has_perm("allocations.prepare_quotaplan") and in_province(
        user, district_list.round.program.province_id
    )


def may_give_back(user: Any, district_list: DistrictList) -> bool:
    """The department's officer, and the district's officer for the own list."""
    return may_record_return(user, district_list) or may_review(user, district_list)


def offers_return(user: Any, district_list: DistrictList) -> bool:
    """Whether the list's page offers to give quota back: who may, while there may be something to give.

    What an approved list still holds is only counted on the page of giving back itself.
    """
    if district_list.state == ListState.APPROVED:
        return may_record_return(user, district_list)
    if not district_list.remaining or not may_give_back(user, district_list):
        return False
    return may_record_return(user, district_list) or district_list.state in DISTRICT_STATES
