"""Acceptance (nghiệm thu) of what was delivered in a period: drawn up, submitted, confirmed.

Of a round an operator's hand-overs, or those a district made itself for households without an operator; of
a contribution all of them. The officer takes in what was recorded and not accepted yet, the leader confirms
it. A hand-over is accepted once; from the confirmation on nothing of it changes. The volumes decide what is
paid (domain 2.1, 8.5).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import AcceptanceState, HandOverState, SupportForm, SupportState
from ..models import Acceptance, AllocationRound, Contribution, HandOver, Support
from ..permits.delivery import may_change_acceptance, may_confirm_acceptance, may_prepare_acceptance
from . import budgeting
from .steps import locked, move, need_reason, require, require_state, step

Source = AllocationRound | Contribution
#: Who delivered: an operator, or the district itself; None for a contribution, whoever delivered it.
Deliverer = Organisation | AdministrativeArea | None


@dataclass(frozen=True, slots=True)
class Volume:
    """What hand-overs come to. `amount` in VND; None where the cost of one of the forms is not known."""

    devices: int
    cash_households: int
    amount: int | None

    @property
    def households(self) -> int:
        return self.devices + self.cash_households


def volume_of(source: Source, rows: Sequence[HandOver]) -> Volume:
    """Devices, households paid in cash, and the amount they cost: the round's budget line, or the money a
    contribution paid. What a donor's devices cost nobody says.
    """
    cash = [row for row in rows if row.form == SupportForm.CASH]
    devices = len(rows) - len(cash)
    if isinstance(source, AllocationRound):
        amount, known = budgeting.amount_of(source, [row.form for row in rows])
    else:
        amount, known = sum(row.cash_amount or 0 for row in cash), len(cash)
    return Volume(devices, len(cash), amount if rows and known == len(rows) else None)


def open_hand_overs(source: Source, deliverer: Deliverer, from_day: date, to_day: date) -> QuerySet[HandOver]:
    """Recorded in the period and in no acceptance yet. Supports on hold wait."""
    rows = HandOver.objects.filter(
        support__state=SupportState.DELIVERED,
        state=HandOverState.RECORDED,
        acceptance=None,
        handed_on__range=(from_day, to_day),
    )
    if isinstance(source, Contribution):
        rows = rows.filter(support__contribution=source)
    elif isinstance(deliverer, Organisation):
        rows = rows.filter(support__round=source, operator=deliverer)
    else:
        rows = rows.filter(support__round=source, operator=None, district=deliverer)
    return rows.order_by("pk")


def _read_again(source: Source) -> Source:
    rows: Any = type(source)._default_manager
    again: Source = rows.select_related("program__province").get(pk=source.pk)
    return again


def _refuse_wrong_deliverer(source: Source, deliverer: Deliverer) -> None:
    """A round is accepted operator by operator and district by district, a contribution as a whole."""
    if isinstance(source, Contribution):
        if deliverer is not None:
            raise Refusal(_("A contribution is accepted as a whole, whoever delivered it."))
    elif deliverer is None:
        raise Refusal(_("Say who delivered: an operator, or a district that handed over itself."))
    elif isinstance(deliverer, Organisation):
        if deliverer.kind != OrganisationKind.OPERATOR:
            raise Refusal(_("“%(name)s” is no operator.") % {"name": deliverer.short_name})
    elif deliverer.parent_id != source.program.province_id:
        raise Refusal(_("%(district)s is not in this province.") % {"district": deliverer.name})


def prepare_acceptance(
    source: Source,
    deliverer: Deliverer = None,
    *,
    actor: Any,
    number: str,
    day: date,
    from_day: date,
    to_day: date,
) -> Acceptance:
    """Draw up the acceptance of a period: it takes in every hand-over that is in none yet.

    Of a round: those of an operator, or those of a district where no operator delivered. Of a contribution:
    all of them.
    """
    if not number.strip():
        raise Refusal(_("The number of the acceptance is missing."))
    if to_day < from_day:
        raise Refusal(_("The last day lies before the first."))
    if max(to_day, day) > timezone.localdate():
        raise Refusal(_("An acceptance covers days that have passed: its days cannot lie in the future."))
    if day < to_day:
        raise Refusal(
            _(
                "The acceptance is dated %(day)s, before %(last)s, the last day it covers: correct one of "
                "the two."
            )
            % {"day": f"{day:%d/%m/%Y}", "last": f"{to_day:%d/%m/%Y}"}
        )
    with step():
        source = _read_again(source)
        require(may_prepare_acceptance(actor, source))
        _refuse_wrong_deliverer(source, deliverer)
        acceptance = Acceptance(
            number=number.strip(), date=day, from_day=from_day, to_day=to_day, prepared_by=actor,
            **_owner(source, deliverer),
        )  # fmt: skip
        rows = _locked_records(open_hand_overs(source, deliverer, from_day, to_day))
        if not rows:
            raise Refusal(
                _("%(operator)s has no hand-over from %(first)s to %(last)s that is not accepted yet.")
                % {
                    "operator": acceptance.deliverer,
                    "first": f"{from_day:%d/%m/%Y}",
                    "last": f"{to_day:%d/%m/%Y}",
                }
            )
        volume = volume_of(source, rows)
        for name, value in _said(volume).items():
            setattr(acceptance, name, value)
        acceptance.save(force_insert=True)
        _take(rows, acceptance)
        after = {"operator": acceptance.deliverer, **_said(volume), "from": from_day, "to": to_day}
        record("allocations.acceptance.prepare", acceptance, actor=actor, after=after)
    return acceptance


def _owner(source: Source, deliverer: Deliverer) -> dict[str, Any]:
    """The fields that say whose hand-overs an acceptance takes in."""
    if isinstance(source, Contribution):
        return {"contribution": source}
    return {"round": source, "operator" if isinstance(deliverer, Organisation) else "district": deliverer}


def leave_out(acceptance: Acceptance, hand_overs: Collection[int], *, actor: Any, reason: str) -> Acceptance:
    """Take hand-overs out of a draft, with the reason; they can be accepted another time."""
    reason = need_reason(reason)
    with step():
        acceptance = _locked(acceptance)
        require(may_change_acceptance(actor, acceptance))
        require_state(acceptance, {AcceptanceState.DRAFT})
        rows = _locked_records(acceptance.hand_overs.filter(pk__in=set(hand_overs)))
        if not rows or len(rows) != len(set(hand_overs)):
            raise Refusal(_("A hand-over is not in this acceptance any more; look at the page again."))
        HandOver.objects.filter(pk__in=[row.pk for row in rows]).update(acceptance=None)
        _count_again(acceptance)
        after = {
            "hand_overs": [row.pk for row in rows],
            "left": acceptance.devices + acceptance.cash_households,
        }
        record("allocations.acceptance.leave_out", acceptance, actor=actor, after=after, reason=reason)
    return acceptance


def collect_again(acceptance: Acceptance, *, actor: Any) -> int:
    """Take in what was recorded or left out since, in the draft's period; returns how many came in."""
    with step():
        acceptance = _locked(acceptance)
        require(may_change_acceptance(actor, acceptance))
        require_state(acceptance, {AcceptanceState.DRAFT})
        period = (acceptance.from_day, acceptance.to_day)
        deliverer = acceptance.operator or acceptance.district
        rows = _locked_records(open_hand_overs(acceptance.source, deliverer, *period))
        if not rows:
            raise Refusal(_("There is no other hand-over of the period to take in."))
        _take(rows, acceptance)
        _count_again(acceptance)
        after = {"hand_overs": len(rows)}
        record("allocations.acceptance.collect", acceptance, actor=actor, after=after)
    return len(rows)


def submit_acceptance(acceptance: Acceptance, *, actor: Any) -> Acceptance:
    """Send the draft to the leader."""
    with step():
        acceptance = _locked(acceptance)
        require(may_change_acceptance(actor, acceptance))
        require_state(acceptance, {AcceptanceState.DRAFT})
        if not acceptance.hand_overs.exists():
            raise Refusal(_("No hand-over is left in this acceptance: there is nothing to confirm."))
        move(acceptance, AcceptanceState.SUBMITTED, submitted_at=timezone.now(), return_reason="")
        after = {"state": acceptance.state, "devices": acceptance.devices, "cash": acceptance.cash_households}
        record("allocations.acceptance.submit", acceptance, actor=actor, after=after)
    return acceptance


def return_acceptance(acceptance: Acceptance, *, actor: Any, reason: str) -> Acceptance:
    """The leader gives it back to the officer, with the reason."""
    reason = need_reason(reason)
    with step():
        acceptance = _locked(acceptance)
        require(may_confirm_acceptance(actor, acceptance))
        require_state(acceptance, {AcceptanceState.SUBMITTED})
        move(acceptance, AcceptanceState.DRAFT, return_reason=reason)
        after = {"state": acceptance.state}
        record("allocations.acceptance.return", acceptance, actor=actor, after=after, reason=reason)
    return acceptance


def confirm_acceptance(acceptance: Acceptance, *, actor: Any) -> Acceptance:
    """The leader confirms the volumes: the supports are confirmed, and their money is spent.

    Refuses when a support of it was held or taken back meanwhile, naming the household.
    """
    with step():
        # Supports before their records, as everywhere; then the acceptance cannot change under us.
        keys = Support.objects.filter(hand_overs__acceptance=acceptance).values("pk")
        supports = list(
            Support.objects.filter(pk__in=keys)
            .select_for_update(of=("self",))
            .select_related("household")
            .order_by("pk")
        )
        acceptance = _locked(acceptance)
        require(may_confirm_acceptance(actor, acceptance))
        require_state(acceptance, {AcceptanceState.SUBMITTED})
        rows = _locked_records(acceptance.hand_overs.all())
        _refuse_unready(rows, supports)
        volume = volume_of(acceptance.source, rows)
        if volume.households != acceptance.devices + acceptance.cash_households:
            raise Refusal(_("The hand-overs changed since it was submitted: return it to be counted again."))
        now = timezone.now()
        records = HandOver.objects.filter(acceptance=acceptance, state=HandOverState.RECORDED)
        done = records.update(state=HandOverState.ACCEPTED)
        delivered = Support.objects.filter(
            pk__in=[row.support_id for row in rows], state=SupportState.DELIVERED
        ).update(state=SupportState.CONFIRMED, confirmed_at=now, changed_at=now)
        if done != len(rows) or delivered != len(rows):
            raise Refusal(_("Somebody else was faster; look at the page again."))
        move(acceptance, AcceptanceState.CONFIRMED, confirmed_by=actor, confirmed_at=now)
        if acceptance.round is not None:  # what a donor gave is no money of the budget
            budgeting.spend(acceptance.round, [row.form for row in rows], actor=actor, acceptance=acceptance)
        record("allocations.acceptance.confirm", acceptance, actor=actor, after=_said(volume))
    return acceptance


def _refuse_unready(rows: Sequence[HandOver], supports: Sequence[Support]) -> None:
    by_pk = {row.pk: row for row in supports}
    for row in rows:
        support = by_pk.get(row.support_id)
        if support is None or support.state != SupportState.DELIVERED or row.state != HandOverState.RECORDED:
            raise Refusal(
                _("“%(name)s” is now “%(state)s”: return the acceptance and leave this household out.")
                % {
                    "name": support.household if support else row.support_id,
                    "state": support.get_state_display() if support else row.get_state_display(),
                }
            )


def _locked(acceptance: Acceptance) -> Acceptance:
    rows = Acceptance.objects.select_related(
        "round__program__province", "contribution__program__province", "operator", "district"
    )
    return locked(rows, acceptance.pk)


def _locked_records(rows: Any) -> list[HandOver]:
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _take(rows: Sequence[HandOver], acceptance: Acceptance) -> None:
    """Into the acceptance, where no other one took them meanwhile."""
    free = HandOver.objects.filter(
        pk__in=[row.pk for row in rows], acceptance=None, state=HandOverState.RECORDED
    )
    if free.update(acceptance=acceptance) != len(rows):
        raise Refusal(_("Somebody else was faster; look at the page again."))


def _count_again(acceptance: Acceptance) -> None:
    volume = volume_of(acceptance.source, list(acceptance.hand_overs.all()))
    move(acceptance, acceptance.state, **_said(volume))


def _said(volume: Volume) -> dict[str, Any]:
    return {
        "devices": volume.devices,
        "cash_households": volume.cash_households,
        "amount": volume.amount,
    }
