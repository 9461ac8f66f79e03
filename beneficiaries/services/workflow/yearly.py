"""The change of the year: who is not certified any more is suspended from 1 January, comes back, or goes.

Circular 14/2022/TT-BTTTT art. 26(1)(b), 26(2)(b). The department confirms for the whole province at once what
the register says as of 1 January; whether a certificate of the year is demanded besides is for the province
to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.audit.steps import require, step
from smartphone_support.web.errors import Refusal

from ...choices import SubscriptionState
from ...models import PovertyCertificate, ServiceSubscription
from ..checking import supported_days
from ..permits import may_manage
from ..rules.facts import Days
from ..spells import Turn, hold_register, open_spells, turn_all

State = SubscriptionState
_DAY = timedelta(days=1)
#: Years a person may choose: the programme's, and those after it while lines go on.
FIRST_YEAR = 2023


def _subscriptions(province: AdministrativeArea, *states: str) -> list[ServiceSubscription]:
    rows = ServiceSubscription.objects.filter(household__province=province, state__in=states)
    related = ("household__commune", "household__district", "operator")
    return list(
        rows.select_related(*related).order_by("household__district__code", "household__head_name_key", "pk")
    )


class _Certified:
    """Which of the households of some subscriptions were certified when: poor or near-poor, and with their
    certificate of the year where that is demanded."""

    def __init__(self, rows: Iterable[ServiceSubscription], *, with_certificate: bool) -> None:
        households = sorted({row.household_id for row in rows})
        self.days: dict[int, list[Days]] = supported_days(households)
        self.with_certificate = with_certificate
        self.have: set[tuple[int, int]] = set()
        if with_certificate:
            self.have = set(PovertyCertificate.objects.values_list("household_id", "year"))

    def on(self, household: int, day: date) -> bool:
        known = any(part.covers(day) for part in self.days.get(household, ()))
        return known and self._has_certificate(household, day.year)

    def during(self, household: int, year: int) -> bool:
        """Whether on any day of a year."""
        first, end = date(year, 1, 1), date(year + 1, 1, 1)
        known = any(
            part.begin < end and (part.until is None or part.until > first)
            for part in self.days.get(household, ())
        )
        return known and self._has_certificate(household, year)

    def _has_certificate(self, household: int, year: int) -> bool:
        return not self.with_certificate or (household, year) in self.have


def to_suspend(
    province: AdministrativeArea, year: int, *, with_certificate: bool = False
) -> list[ServiceSubscription]:
    """Live subscriptions begun before the year whose household is not certified as of 1 January, nor on the
    later day the change would be written as of: who came back certified in the year stays."""
    on = date(year, 1, 1)
    rows = _subscriptions(province, State.ACTIVE, State.SUSPENDED_NO_TRAFFIC)
    rows = [row for row in rows if row.started_on < on]
    certified = _Certified(rows, with_certificate=with_certificate)
    rows = [row for row in rows if not certified.on(row.household_id, on)]
    days, today = days_of(rows, on), timezone.localdate()
    # Changed only today: it waits for tomorrow.
    return [
        row
        for row in rows
        if days[row.pk] <= today and not (days[row.pk] > on and certified.on(row.household_id, days[row.pk]))
    ]


def days_of(rows: Iterable[ServiceSubscription], on: date) -> dict[int, date]:
    """Subscription → the first day a change can be written as of: that day, or the day after its last change
    where that came later."""
    spells = open_spells(row.pk for row in rows)
    return {pk: max(on, spell.valid_from + _DAY) for pk, spell in spells.items()}


def to_restore(
    province: AdministrativeArea, on: date, *, with_certificate: bool = False
) -> list[ServiceSubscription]:
    """Subscriptions suspended for the year whose household is certified again on the day."""
    rows = _subscriptions(province, State.SUSPENDED_UNCERTIFIED)
    certified = _Certified(rows, with_certificate=with_certificate)
    spells = open_spells(row.pk for row in rows)
    return [row for row in rows if certified.on(row.household_id, on) and spells[row.pk].valid_from < on]


def to_remove(
    province: AdministrativeArea, year: int, *, with_certificate: bool = False
) -> list[ServiceSubscription]:
    """Subscriptions suspended for an earlier year whose household was certified on no day of the year before,
    nor as of 1 January, and is not today: off the list. Who was certified again is to be restored instead."""
    on, today = date(year, 1, 1), timezone.localdate()
    rows = _subscriptions(province, State.SUSPENDED_UNCERTIFIED)
    certified = _Certified(rows, with_certificate=with_certificate)
    spells = open_spells(row.pk for row in rows)
    return [
        row
        for row in rows
        if spells[row.pk].valid_from < on
        and not certified.during(row.household_id, year - 1)
        and not certified.on(row.household_id, on)
        and not certified.on(row.household_id, today)
    ]


def suspend_for_year(
    province: AdministrativeArea, year: int, *, expected: int, with_certificate: bool = False, actor: Any
) -> int:
    """Suspend them all as of 1 January; ``expected`` is the number the person saw. Returns how many."""
    on = date(year, 1, 1)
    if on > timezone.localdate():
        raise Refusal(_("1 January %(year)s is still to come.") % {"year": str(year)})

    with _official():
        reason = _("Not certified as poor or near-poor as of 01/01/%(year)s") % {"year": str(year)}
    return _turn(
        province, lambda: to_suspend(province, year, with_certificate=with_certificate),
        State.SUSPENDED_UNCERTIFIED, on, reason,
        "suspend_for_year", {"year": year, "with_certificate": with_certificate}, expected, actor,
    )  # fmt: skip


def restore_certified(
    province: AdministrativeArea, on: date, *, expected: int, with_certificate: bool = False, actor: Any
) -> int:
    """Restore, as of a day, those suspended for the year whose household is certified again."""
    if on > timezone.localdate():
        raise Refusal(_("%(day)s is still to come.") % {"day": f"{on:%d/%m/%Y}"})
    with _official():
        reason = _("Certified again as of %(day)s") % {"day": f"{on:%d/%m/%Y}"}
    return _turn(
        province, lambda: to_restore(province, on, with_certificate=with_certificate), State.ACTIVE, on,
        reason, "restore_certified", {"on": on, "with_certificate": with_certificate}, expected, actor,
    )  # fmt: skip


def remove_uncertified(
    province: AdministrativeArea, year: int, *, expected: int, with_certificate: bool = False, actor: Any
) -> int:
    """Take off the list, as of 1 January, who stayed uncertified for the whole year before."""
    on = date(year, 1, 1)
    if on > timezone.localdate():
        raise Refusal(_("1 January %(year)s is still to come.") % {"year": str(year)})
    with _official():
        reason = _("Not certified during %(year)s") % {"year": str(year - 1)}
    return _turn(
        province, lambda: to_remove(province, year, with_certificate=with_certificate), State.REMOVED, on,
        reason, "remove_uncertified", {"year": year, "with_certificate": with_certificate}, expected, actor,
    )  # fmt: skip


def _official() -> Any:
    """Reasons are kept with the subscription and read by operators: in the office's language, whatever the
    language of the person's screens."""
    return translation.override(settings.LANGUAGE_CODE)


def _turn(
    province: AdministrativeArea, find: Any, state: str, on: date, reason: str, verb: str,
    said: dict[str, Any], expected: int, actor: Any,
) -> int:  # fmt: skip
    with step():
        require(may_manage(actor, province))
        hold_register(province.pk)
        rows: list[ServiceSubscription] = find()
        if len(rows) != expected:
            raise Refusal(
                _("By now it is %(n)s subscriptions instead of %(expected)s: look at the list again.")
                % {"n": len(rows), "expected": expected}
            )
        if not rows:
            raise Refusal(_("No subscription is concerned; nothing was done."))
        days = days_of(rows, on)
        turns = [Turn(row, state, row.level, days[row.pk], None, reason) for row in rows]
        turn_all(turns, actor=actor, at=timezone.now())
        record(
            f"beneficiaries.servicesubscription.{verb}", province, actor=actor,
            after={**said, "subscriptions": [row.pk for row in rows][:1000], "n": len(rows)}, reason=reason,
        )  # fmt: skip
    return len(rows)
