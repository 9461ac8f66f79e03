"""A row of every kind of the way after approval, in the own district of a province."""

from __future__ import annotations

from datetime import date
from typing import Any

from allocations.models import DistrictList
from allocations.workflow import draft_amendment
from smartphone_support.accounts.models import User


def amendment_of(prefix: str, district: str) -> dict[str, Any]:
    """A draft amendment of the district's approved list."""
    province = {"hue": "46", "daknong": "67"}[prefix]
    approved = DistrictList.objects.filter(
        state="approved", district__code=district, round__program__province__code=province
    ).earliest("pk")
    officer = User.objects.get(username=f"{prefix}-dic")
    draft = draft_amendment(
        approved, actor=officer, kind="remove", number="99/TTr", day=date.today(), reason="Chuyển đi"
    )
    return {"amendment": draft}
