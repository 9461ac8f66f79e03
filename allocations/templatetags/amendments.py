"""What happened to an approved list since, for its page."""

from __future__ import annotations

from typing import Any

from django import template

from ..choices import AmendmentState, ListState
from ..lists.effective import amendments_since, standing_of
from ..models import Amendment, DistrictList
from ..permits.supports import may_amend

register = template.Library()


@register.inclusion_tag("allocations/_after_approval.html", takes_context=True)
def after_approval(context: dict[str, Any], row: DistrictList) -> dict[str, Any]:
    """`{% after_approval list %}`: the list as it stands, decided amendments, those under way; nothing before
    the approval."""
    if row.state != ListState.APPROVED:
        return {}
    user = context["request"].user
    under_way = Amendment.objects.visible_to(user).filter(
        district_list=row, state__in=(AmendmentState.DRAFT, AmendmentState.SUBMITTED)
    )
    return {
        "list": row,
        "standing": standing_of(row),
        "decided": amendments_since([row]),
        "under_way": list(under_way.order_by("pk")),
        "may_amend": may_amend(user, row),
        "sees_supports": user.has_perm("allocations.view_support"),
    }
