"""Who can come onto an approved list: the reserves in their order, and what stands against a household.

What stands against one is said in a sentence; "" where nothing does. The order of support is that of the
ranking, so the next reserve is always the same for everybody who asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.models import Household

from ..choices import AmendmentState, Decision, ListState
from ..models import AmendmentLine, DistrictList, ListLine, Support
from ..rules.eligibility import HouseholdFacts, RuleSet
from ..rules.snapshots import facts_on, rule_for

OPEN_AMENDMENTS = (AmendmentState.DRAFT, AmendmentState.SUBMITTED)


@dataclass(frozen=True, slots=True)
class Reserve:
    """A reserve line, and what stands against its household now."""

    line: ListLine
    obstacle: str


def reserves_of(district_list: DistrictList, *, except_amendment: int | None = None) -> list[Reserve]:
    """The list's reserves in the order of support; a fixed number of queries, however many."""
    lines = list(
        district_list.lines.filter(decision=Decision.RESERVE)
        .select_related("household", "commune")
        .order_by("position")
    )
    keys = [line.household_id for line in lines]
    against = obstacles(district_list, keys, except_amendment)
    ended = _ended(district_list, keys)
    return [Reserve(line, against[line.household_id] or ended.get(line.household_id, "")) for line in lines]


def _ended(district_list: DistrictList, keys: Collection[int]) -> dict[int, str]:
    """Reserves that came on before and whose support ended: not proposed again by themselves."""
    rows = Support.objects.filter(household__in=keys, round=district_list.round_id)
    rows = rows.exclude(pk__in=Support.objects.live())
    return {
        row.household_id: _("It came on before; its support is “%(state)s”.")
        % {"state": row.get_state_display()}
        for row in rows
    }


def next_reserves(
    district_list: DistrictList, *, besides: Collection[int] = (), except_amendment: int | None = None
) -> list[ListLine]:
    """Reserves that can come on, first in rank first; `besides`: households already spoken for."""
    reserves = reserves_of(district_list, except_amendment=except_amendment)
    return [row.line for row in reserves if not row.obstacle and row.line.household_id not in besides]


def obstacles(
    district_list: DistrictList,
    households: Iterable[int],
    except_amendment: int | None = None,
    *,
    deciding: bool = False,
) -> dict[int, str]:
    """Household → what stands against its coming onto the list now.

    Judged by the round's rule as of the day of allocation and by what the register says today, and by
    every other source, list and open amendment: one device a household. `deciding`: other open amendments
    do not count, whichever is decided first has it.
    """
    keys = sorted(set(households))
    against = dict.fromkeys(keys, "")
    round_ = district_list.round
    province = round_.program.province
    rule = rule_for(round_)
    then = facts_on(province, round_.as_of, keys, rule=rule, except_round=round_.pk)
    now = facts_on(province, timezone.localdate(), keys, rule=rule, except_round=round_.pk)
    taken = {} if deciding else _in_amendments(keys, except_amendment)
    taken |= _taken(district_list, keys)
    for key in keys:
        against[key] = taken.get(key) or _ineligible(district_list, rule, then.get(key), now.get(key))
    return against


def _ineligible(
    district_list: DistrictList,
    rule: RuleSet | None,
    then: HouseholdFacts | None,
    now: HouseholdFacts | None,
) -> str:
    if then is None or now is None or not now.commune_id:
        return _("The household is not in the register, or its commune is not known.")
    if now.district_id != district_list.district_id:
        return _("The household lives in another district now.")
    today = timezone.localdate()
    for facts, day in ((then, district_list.round.as_of), (now, today)):
        failed = rule.failed(facts, day) if rule else ()
        if rule and failed:
            return _("On %(day)s it does not meet: %(condition)s") % {
                "day": f"{day:%d/%m/%Y}",
                "condition": rule.condition(failed[0]).sentence,
            }
    return ""


def _in_amendments(keys: Collection[int], except_amendment: int | None) -> dict[int, str]:
    changes = AmendmentLine.objects.filter(adds__in=keys, amendment__state__in=OPEN_AMENDMENTS)
    return {
        change.adds_id or 0: _("It stands in the amendment %(number)s already.")
        % {"number": change.amendment.number}
        for change in changes.exclude(amendment=except_amendment).select_related("amendment")
    }


def _taken(district_list: DistrictList, keys: Collection[int]) -> dict[int, str]:
    """Household → what has it already: a support, or another list under way."""
    found: dict[int, str] = {}
    lines = ListLine.objects.filter(household__in=keys, decision=Decision.KEEP)
    lines = lines.exclude(district_list__state=ListState.APPROVED).exclude(district_list=district_list)
    for line in lines.select_related("district_list__district", "district_list__round"):
        found[line.household_id] = _("It is kept on the list of %(list)s.") % {"list": line.district_list}
    supports = Support.objects.live().filter(household__in=keys).select_related("round", "contribution")
    for support in supports:
        found[support.household_id] = _("It is already served by “%(source)s”.") % {
            "source": support.round or support.contribution
        }
    return found


def others_named(district_list: DistrictList, folded: str, limit: int = 20) -> list[Household]:
    """Households of the district that are not on the list, whose head's name holds the folded text."""
    rows = Household.objects.standing().filter(district=district_list.district, commune__isnull=False)
    on_list = ListLine.objects.filter(district_list=district_list)
    rows = rows.filter(head_name_folded__contains=folded).exclude(pk__in=on_list.values("household"))
    return list(rows.select_related("commune").order_by("head_name_key", "pk")[:limit])
