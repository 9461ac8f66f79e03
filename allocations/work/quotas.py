"""What waits of quotas in later waves: what was given back, and what approved lists left over."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.web.worklist import WorkItem

from ..choices import ListState, PlanState
from ..models import AllocationRound, DistrictList
from ..waves import left_over


def waiting_for(user: Any) -> list[WorkItem]:
    """Quota to share out once more, and quota to take back, for who prepares quota plans."""
    if not user.has_perm("allocations.prepare_quotaplan"):
        return []
    return [*_to_share_out(user), *_to_take_back(user)]


def awaited_by(user: Any) -> list[WorkItem]:
    """Nothing: plans of every wave are awaited alike."""
    return []


def _to_share_out(user: Any) -> list[WorkItem]:
    rounds = AllocationRound.objects.visible_to(user).filter(
        given__lt=F("total"), plans__state=PlanState.APPROVED
    )
    under_way = AllocationRound.objects.filter(
        plans__state__in=(PlanState.DRAFT, PlanState.SUBMITTED, PlanState.RETURNED)
    )
    items = []
    for round_ in rounds.exclude(pk__in=under_way.values("pk")).distinct().order_by("id"):
        left = round_.total - round_.given
        detail = ngettext("%(count)s device to share out", "%(count)s devices to share out", left)
        items.append(
            WorkItem(
                title=_("Share out what is left of %(round)s") % {"round": round_.name},
                detail=detail % {"count": localize(left)},
                url=reverse("allocations:quotaplan_create", args=[round_.pk]),
                verb=_("Make plan"),
            )
        )
    return items


def _to_take_back(user: Any) -> list[WorkItem]:
    lists = DistrictList.objects.visible_to(user).filter(state=ListState.APPROVED)
    free: dict[int, int] = defaultdict(int)
    rounds: dict[int, AllocationRound] = {}
    for row, held in left_over(lists.select_related("round").order_by("round_id", "id")):
        free[row.round_id] += held.free
        rounds[row.round_id] = row.round
    return [
        WorkItem(
            title=_("Take back quota left over of %(round)s") % {"round": rounds[key].name},
            detail=ngettext(
                "%(count)s device of approved lists is not used",
                "%(count)s devices of approved lists are not used",
                count,
            )
            % {"count": localize(count)},
            url=reverse("allocations:round_detail", args=[key]),
            verb=_("View lists"),
        )
        for key, count in free.items()
    ]
