"""May this person give a district's quota back, or record that the district does?"""

from __future__ import annotations

from typing import Any

from ..models import DistrictList
from ..permissions import may_review


def may_record_return(user: Any, district_list: DistrictList) -> bool:
    """The department's officer, from the district's letter or because quota was left over."""
    in_place = user.is_active and user.province is not None
    return (
        in_place
        and user.has_perm("allocations.prepare_quotaplan")
        and user.province.pk == district_list.round.program.province_id
    )


def may_give_back(user: Any, district_list: DistrictList) -> bool:
    """The department's officer, and the district's officer for the own list."""
    return may_record_return(user, district_list) or may_review(user, district_list)
