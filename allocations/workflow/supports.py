"""Supports: opened by a decision, assigned to an operator, held, released, ended.

A household has at most one live support: the database holds it, and `open_supports` says so by name.
Steps over one support lock its row; what the register changes puts supports on hold in `workflow.holding`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.models import RegisterVersion
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record, record_each
from smartphone_support.web.errors import Refusal

from ..choices import (
    LIVE_SUPPORT,
    BudgetEntryKind,
    HoldReason,
    Moment,
    SupportState,
)
from ..delivery.decided import Seen, matter_of
from ..models import (
    AmendmentLine,
    BudgetEntry,
    Contribution,
    EligibilitySnapshot,
    ListLine,
    Support,
)
from ..permits.supports import (
    may_deliver_for,
    may_manage_support,
    may_manage_supports,
    may_report_undeliverable,
)
from ..rules.snapshots import facts_on, keep_all, rule_for, snapshot_of
from . import budgeting
from .steps import locked, move, need_reason, require, require_state, step

#: Approved and still to be handed over.
OPEN = frozenset({SupportState.APPROVED, SupportState.ASSIGNED})
#: Not handed over yet, on hold or not.
UNDELIVERED = OPEN | {SupportState.ON_HOLD}
RELATED = ("household__province", "district", "round__program__province", "operator", "contribution")


def locked_support(pk: int) -> Support:
    """The support as it is now, locked, with what the steps look at."""
    return locked(Support.objects.select_related(*RELATED), pk)


def take_register(province: AdministrativeArea) -> None:
    """Keep the province's register still until the commit: movements, merges and lists wait here.

    Taken after rounds and before supports, always in this order.
    """
    RegisterVersion.objects.get_or_create(province=province)
    RegisterVersion.objects.select_for_update().get(province=province)


# --- opening ----------------------------------------------------------------------------------------


def open_supports(rows: Sequence[ListLine | AmendmentLine], on: date, *, actor: Any) -> list[Support]:
    """One support for each approved line or added household, with its first two snapshots.

    Called inside the step of the decision dated `on`, with the province's register taken. The facts of
    the day of allocation are those the line was approved with; those of the approval are read as of the
    decision's date. Refuses by name where another support holds the household already.
    """
    if not rows:
        return []
    supports = [_support_of(row) for row in rows]
    _refuse_served(supports)
    Support.objects.bulk_create(supports, batch_size=300)
    round_ = rows[0].round if isinstance(rows[0], ListLine) else rows[0].amendment.round
    rule = rule_for(round_)
    facts = facts_on(
        round_.program.province,
        on,
        (support.household_id for support in supports),
        rule=rule,
        except_round=round_.pk,
    )
    kept: list[EligibilitySnapshot] = []
    for row, support in zip(rows, supports, strict=True):
        # The rule's verdict of that day: a line that failed a condition was never accepted.
        failed = row.failed if isinstance(row, AmendmentLine) else []
        own = row.district_list if isinstance(row, ListLine) else row.amendment.district_list
        known = row.snapshot | {"district_code": row.snapshot.get("district_code") or own.district.code}
        kept.append(
            EligibilitySnapshot(
                support=support, moment=Moment.AS_OF, on=round_.as_of, facts=known, failed=failed
            )
        )
        kept.append(snapshot_of(support, Moment.APPROVAL, on, facts.get(support.household_id), rule))
    keep_all(kept)
    return supports


def _support_of(row: ListLine | AmendmentLine) -> Support:
    if isinstance(row, ListLine):
        return Support(
            household_id=row.household_id, district_id=row.district_list.district_id,
            commune_id=row.commune_id, round_id=row.round_id, line=row, form=row.support_form,
        )  # fmt: skip
    household = row.adds
    if household is None or household.commune_id is None:
        raise ValueError(f"amendment line {row.pk} adds no household that can be served")
    district_list = row.amendment.district_list
    return Support(
        household=household, district_id=district_list.district_id,
        commune_id=row.reserve_line.commune_id if row.reserve_line else household.commune_id,
        round_id=row.amendment.round_id, amendment_line=row, form=row.support_form,
    )  # fmt: skip


def _refuse_served(supports: Iterable[Support]) -> None:
    """The constraint's sentence, by name, before the database says it without one."""
    households = [support.household_id for support in supports]
    twice = (
        Support.objects.filter(household__in=households, state__in=LIVE_SUPPORT)
        .select_related("household", "round", "contribution", "district")
        .order_by("pk")
        .first()
    )
    if twice is not None:
        raise Refusal(served_sentence(twice))


def served_sentence(support: Support) -> str:
    """Who is served by what already, in one sentence."""
    return _(
        "“%(name)s” (%(district)s) is already served by “%(source)s”: one device a household. Return "
        "the line or take the household out."
    ) % {
        "name": support.household,
        "district": support.district.name_in_text,
        "source": support.round or support.contribution,
    }


# --- operators --------------------------------------------------------------------------------------


def assign_operator(supports: Iterable[Support], operator: Organisation, *, actor: Any) -> int:
    """Give supports to an operator, or to another one; returns how many changed hands.

    All or nothing: refuses where one of them was handed over, held or ended meanwhile.
    """
    keys = sorted({support.pk for support in supports})
    if not keys:
        raise Refusal(_("Choose at least one household."))
    with step():
        rows = list(
            Support.objects.filter(pk__in=keys)
            .select_for_update(of=("self",))
            .select_related(*RELATED)
            .order_by("pk")
        )
        for row in rows:
            require(may_manage_supports(actor, row.district.parent_id or 0))
            if row.state not in OPEN:
                raise Refusal(
                    _("“%(name)s” is now “%(state)s”: no operator was assigned. Choose again.")
                    % {"name": row.household, "state": row.get_state_display()}
                )
        _refuse_wrong_operator(operator, rows)
        changed = [row for row in rows if row.operator_id != operator.pk]
        taken = Support.objects.filter(pk__in=[row.pk for row in changed], state__in=OPEN).update(
            operator=operator,
            state=SupportState.ASSIGNED,
            assigned_at=timezone.now(),
            reason="",
            changed_at=timezone.now(),
        )
        if taken != len(changed):
            raise Refusal(_("Somebody else was faster; look at the page again."))
        record_each(
            "allocations.support.assign",
            [(row, {"operator": _name(row.operator)}, {"operator": _name(operator)}) for row in changed],
            actor=actor,
        )
    return len(changed)


def _name(operator: Organisation | None) -> str:
    return operator.short_name if operator else ""


def _refuse_wrong_operator(operator: Organisation, rows: Iterable[Support]) -> None:
    for row in rows:
        if not may_deliver_for(operator, row.district.parent_id or 0):
            raise Refusal(
                _("“%(name)s” is no active operator of this province.") % {"name": operator.short_name}
            )


# --- on hold ----------------------------------------------------------------------------------------


def hold_support(support: Support, *, actor: Any, why: str, reason: str) -> Support:
    """Put an undelivered support on hold until somebody decides. `actor` None: the system."""
    reason, why = need_reason(reason)[:300], HoldReason(why)
    with step():
        support = locked_support(support.pk)
        if actor is not None:
            require(may_manage_support(actor, support))
        require_state(support, OPEN)
        before = {"state": support.state}
        move(
            support,
            SupportState.ON_HOLD,
            frozen_from=support.state,
            hold_reason=why,
            held_at=timezone.now(),
            reason=reason,
            changed_at=timezone.now(),
        )
        record(
            "allocations.support.hold",
            support,
            actor=actor,
            before=before,
            after={"state": support.state, "why": why.value},
            reason=reason,
            chain=_chain(support),
        )
    return support


def _chain(support: Support) -> str:
    """The system has no province of its own: the entry belongs to the household's."""
    return support.household.province.code


def release_support(support: Support, *, actor: Any, reason: str, to_new_district: bool = False) -> Support:
    """Decide that a support on hold goes on, and why.

    `to_new_district`: the household is served where it lives now; the operator is chosen anew there.
    What the register says that day stays with the support, so that it is not held for the same again; for
    a later loss it is.
    """
    reason = need_reason(reason)[:300]
    with step():
        take_register(support.household.province)
        support = locked_support(support.pk)
        require(may_manage_support(actor, support))
        require_state(support, {SupportState.ON_HOLD})
        before = {"state": support.state, "why": support.hold_reason, "district": support.district.code}
        fields: dict[str, Any] = {"frozen_from": "", "held_at": None, "reason": reason}
        fields["released"] = (support.released or {}) | {matter_of(support.hold_reason): _seen(support)}
        state = SupportState(support.frozen_from)
        if to_new_district:
            fields |= _new_place(support)
            state = SupportState.APPROVED
        move(support, state, changed_at=timezone.now(), **fields)
        after = {"state": support.state, "district": support.district.code}
        record("allocations.support.release", support, actor=actor, before=before, after=after, reason=reason)
    return support


def _seen(support: Support) -> dict[str, Any]:
    """What the register says of the household today: what the release decides on."""
    household, rule, today = support.household, rule_for(support.round), timezone.localdate()
    facts = facts_on(household.province, today, [household.pk], rule=rule, except_round=support.round_id).get(
        household.pk
    )
    if facts is None:
        return Seen("", household.district_id, household.earlier_devices.count()).as_dict()
    failed = rule.failed(facts, today) if rule else ()
    return Seen(facts.poverty_class or "", facts.district_id, len(facts.devices), tuple(failed)).as_dict()


def _new_place(support: Support) -> dict[str, Any]:
    household = support.household
    if household.commune is None:
        raise Refusal(_("The register does not say in which commune the household lives now."))
    return {
        "district": household.district,
        "commune": household.commune,
        "operator": None,
        "assigned_at": None,
    }


# --- ends -------------------------------------------------------------------------------------------


def withdraw_support(support: Support, *, reason: str) -> Support:
    """End an undelivered support: a part of the step that decides its amendment, which records it and gives
    the money back. The support is locked. One of a contribution is given up by `unmatch_household`.
    """
    require_state(support, UNDELIVERED)
    move(
        support,
        SupportState.WITHDRAWN,
        reason=need_reason(reason)[:300],
        frozen_from="",
        changed_at=timezone.now(),
    )
    return support


def mark_undeliverable(support: Support, *, actor: Any, reason: str) -> Support:
    """Say that the device cannot be given: the household is gone, refuses, cannot be found.

    By the department, by the operator of its own, by the district of its own. The money comes back; the
    place can go to the next reserve by an amendment.
    """
    reason = need_reason(reason)[:300]
    with step():
        support = locked_support(support.pk)
        require(may_report_undeliverable(actor, support))
        require_state(support, UNDELIVERED)
        before = {"state": support.state}
        move(support, SupportState.UNDELIVERABLE, reason=reason, frozen_from="", changed_at=timezone.now())
        release_money(support, actor=actor)
        after = {"state": support.state}
        record(
            "allocations.support.undeliverable",
            support,
            actor=actor,
            before=before,
            after=after,
            reason=reason,
        )
    return support


def recover_support(support: Support, *, actor: Any, reason: str) -> Support:
    """Take a device back that should not have been given: found by an inspection or a complaint.

    Never because the register changed after the hand-over (domain 16.6). What was spent is counted back.
    """
    reason = need_reason(reason)[:300]
    with step():
        if support.contribution_id is not None:  # before its supports, as whoever matches households does
            locked(Contribution.objects.all(), support.contribution_id)
        support = locked_support(support.pk)
        require(may_manage_support(actor, support))
        require_state(support, {SupportState.DELIVERED, SupportState.CONFIRMED})
        before = {"state": support.state}
        move(support, SupportState.RECOVERED, reason=reason, changed_at=timezone.now())
        if support.round is not None and _was_spent(support):
            budgeting.refund(support.round, [support.form], actor=actor, support=support)
        release_money(support, actor=actor)
        if support.contribution_id is not None:
            share = support.amount or 1
            Contribution.objects.filter(pk=support.contribution_id).update(allotted=F("allotted") - share)
        after = {"state": support.state}
        record("allocations.support.recover", support, actor=actor, before=before, after=after, reason=reason)
    return support


# --- money ------------------------------------------------------------------------------------------


def release_money(support: Support, *, actor: Any) -> None:
    """Release what the approval committed for this support; nothing where it committed nothing."""
    if support.round is not None and was_committed(support):
        budgeting.release(support.round, [support.form], actor=actor, support=support)


def was_committed(support: Support) -> bool:
    """Whether its approval committed money: the round may have got its budget line later."""
    entries = BudgetEntry.objects.filter(kind=BudgetEntryKind.COMMIT)
    if support.amendment_line_id is not None:
        return entries.filter(amendment__lines__support=support).exists()
    return entries.filter(decision__proposal__lists__lines__support=support).exists()


def _was_spent(support: Support) -> bool:
    """Whether an acceptance counted its hand-over as spent, perhaps that of a device swapped since."""
    entries = BudgetEntry.objects.filter(kind=BudgetEntryKind.SPEND)
    return entries.filter(acceptance__hand_overs__support=support).exists()
