"""Quota that a district gives back, or that was left over: it can be shared out in a later wave.

What a list was allotted less what it gave back is what it holds. Of an open list the quota sinks in the
same step; of an approved one nothing changes, and the returns alone say what it still holds.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils.formats import localize
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import DISTRICT_STATES, LIVE_SUPPORT, Decision, ListState, PlanState
from ..models import AllocationRound, DistrictList, DistrictQuota, ListLine, QuotaReturn, Support
from ..permits.quotas import may_give_back, may_record_return
from .steps import locked, need_reason, require, require_state, step


@dataclass(frozen=True, slots=True)
class Held:
    """A list's quota: allotted by its wave's plan, given back since, and used by its households.

    Used are the kept lines of an open list; of an approved one those of its households, with what
    amendments changed, whose support stands.
    """

    allotted: int
    returned: int
    used: int

    @property
    def quota(self) -> int:
        """What the list may use now."""
        return self.allotted - self.returned

    @property
    def free(self) -> int:
        """What can be given back."""
        return max(0, self.quota - self.used)


def held_quotas(lists: Collection[DistrictList]) -> dict[int, Held]:
    """What each of these lists holds, by its id; five queries whatever their number."""
    keys = [row.pk for row in lists]
    rounds = {row.round_id for row in lists}
    quotas = DistrictQuota.objects.filter(plan__state=PlanState.APPROVED, plan__round__in=rounds)
    columns = ("plan__round_id", "plan__wave", "district_id", "quota")
    allotted = {
        (round_id, wave, district): quota for round_id, wave, district, quota in quotas.values_list(*columns)
    }
    returns = QuotaReturn.objects.filter(district_list__in=keys).order_by()
    returned = dict(returns.values_list("district_list").annotate(count=Sum("count")))
    used = _used([row.pk for row in lists if row.state == ListState.APPROVED])
    return {
        row.pk: Held(
            # A list somebody made without a plan (there is none by the program) holds what it says.
            allotted.get((row.round_id, row.wave, row.district_id), row.quota),
            returned.get(row.pk, 0),
            used.get(row.pk, 0) if row.state == ListState.APPROVED else row.kept,
        )
        for row in lists
    }


def _used(approved: Collection[int]) -> dict[int, int]:
    """List → households of an approved list whose support stands, counting those amendments put on."""
    stands = Q(support__isnull=True) | Q(support__state__in=LIVE_SUPPORT)
    lines = ListLine.objects.filter(stands, district_list__in=approved, decision=Decision.KEEP).order_by()
    used = dict(lines.values_list("district_list").annotate(count=Count("pk")))
    added = Support.objects.live().filter(amendment_line__amendment__district_list__in=approved).order_by()
    counts = added.values_list("amendment_line__amendment__district_list").annotate(count=Count("pk"))
    for key, count in counts:
        used[key] = used.get(key, 0) + count
    return used


def held_quota(district_list: DistrictList) -> Held:
    """What one list holds now."""
    return held_quotas([district_list])[district_list.pk]


def give_back_quota(district_list: DistrictList, *, actor: Any, count: int, reason: str) -> QuotaReturn:
    """Record that `count` devices of the list's quota are not used and go back to the round.

    The district's officer gives back from a list that is in the district's hands; the department's
    officer records it for any list: from the district's letter, or because an approved list left quota
    over or a household cannot be served. Only what no household of the list uses can go back.
    """
    reason = need_reason(reason)[:300]
    with step():
        # The round before the list, as whoever approves a plan takes them.
        locked(AllocationRound.objects.all(), district_list.round_id)
        related = ("round__program__province", "district")
        district_list = locked(DistrictList.objects.select_related(*related), district_list.pk)
        require(may_give_back(actor, district_list))
        if not may_record_return(actor, district_list):
            require_state(
                district_list,
                DISTRICT_STATES,
                _("The list is not with the district any more: write to the department, which records it."),
            )
        held = held_quota(district_list)
        if not 1 <= count <= held.free:
            raise Refusal(nothing_free(district_list, held) if not held.free else _too_many(count, held))
        if district_list.state != ListState.APPROVED:
            rows = DistrictList.objects.filter(pk=district_list.pk, kept__lte=F("quota") - count)
            if not rows.update(quota=F("quota") - count):
                raise Refusal(_("Somebody else was faster; look at the page again."))
        AllocationRound.objects.filter(pk=district_list.round_id).update(given=F("given") - count)
        given_back = QuotaReturn.objects.create(
            round_id=district_list.round_id, district_list=district_list, count=count, reason=reason,
            recorded_by=actor,
        )  # fmt: skip
        record(
            "allocations.districtlist.give_back",
            district_list,
            actor=actor,
            before={"quota": held.quota},
            after={"quota": held.quota - count, "given_back": count},
            reason=reason,
        )
    return given_back


def nothing_free(district_list: DistrictList, held: Held) -> str:
    """The sentence for a list that uses its whole quota."""
    return _(
        "“%(list)s” uses its whole quota (%(quota)s): only what no household uses can be given back."
    ) % {"list": district_list, "quota": localize(held.quota)}


def _too_many(count: int, held: Held) -> str:
    return _("Between 1 and %(free)s devices can be given back; %(count)s was entered.") % {
        "free": localize(held.free),
        "count": localize(count),
    }
