"""Decisions after approval: households added, replaced or taken off. The approved list itself stays.

An amendment is drawn up and submitted by the department's officer and decided by the PPC; the leader, never
its maker, records the decision. In that step supports end and begin, and money moves. Afterwards it never
changes: its digest covers every line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from beneficiaries.models import Household
from smartphone_support.audit.recording import record, record_each
from smartphone_support.web.errors import Refusal

from ..choices import (
    LIVE_SUPPORT,
    AmendmentKind,
    AmendmentState,
    ListState,
    SupportState,
)
from ..lists.digest import amendment_digest
from ..lists.reserves import next_reserves, obstacles
from ..models import Amendment, AmendmentLine, DistrictList, ListLine, Support
from ..permits.supports import may_amend, may_change_amendment, may_decide_amendment
from ..rules.snapshots import facts_on, plain, rule_for
from . import budgeting
from .proposals import lock_rounds
from .returns import held_quota
from .steps import locked, move, need_reason, require, require_state, step
from .supports import UNDELIVERED, open_supports, take_register, was_committed, withdraw_support

#: What a line of each kind names: (a support that ends, a household that comes on).
_SHAPES = {
    AmendmentKind.SUPPLEMENT: (False, True),
    AmendmentKind.REPLACE: (True, True),
    AmendmentKind.REMOVE: (True, False),
}
RELATED = ("round__program__province", "district_list__district", "prepared_by")


def supports_of(district_list: DistrictList) -> Any:
    """Every support the list and its amendments opened."""
    return Support.objects.filter(
        Q(line__district_list=district_list) | Q(amendment_line__amendment__district_list=district_list)
    )


def _locked_amendment(pk: int) -> Amendment:
    return locked(Amendment.objects.select_related(*RELATED), pk)


# --- drawing up -------------------------------------------------------------------------------------


def draft_amendment(
    district_list: DistrictList, *, actor: Any, kind: str, number: str, day: date, reason: str
) -> Amendment:
    """Begin an amendment of an approved list, without lines yet."""
    reason = need_reason(reason)
    if not number.strip():
        raise Refusal(_("The proposal's number is missing."))
    if day > timezone.localdate():
        raise Refusal(_("The date lies in the future."))
    with step():
        district_list = locked(
            DistrictList.objects.select_related("round__program__province", "district"), district_list.pk
        )
        require(may_amend(actor, district_list))
        require_state(
            district_list,
            {ListState.APPROVED},
            _("Only an approved list is amended; this one can still be changed itself."),
        )
        amendment = Amendment.objects.create(
            round=district_list.round, district_list=district_list, kind=AmendmentKind(kind),
            number=number.strip(), date=day, reason=reason, prepared_by=actor,
        )  # fmt: skip
        after = {"kind": amendment.kind, "number": amendment.number, "list": str(district_list)}
        record("allocations.amendment.create", amendment, actor=actor, after=after, reason=reason)
    return amendment


def add_amendment_line(
    amendment: Amendment,
    *,
    actor: Any,
    reason: str,
    removes: Support | None = None,
    adds: Household | None = None,
    skip_reason: str = "",
) -> AmendmentLine:
    """Add one change to a draft: who goes, who comes, and why.

    Whoever comes while a reserve above could come needs a reason for passing over it (`skip_reason`).
    """
    reason = need_reason(reason)
    with step():
        amendment = _locked_amendment(amendment.pk)
        require(may_change_amendment(actor, amendment))
        require_state(amendment, {AmendmentState.DRAFT})
        line = _line(amendment, removes, adds, reason, skip_reason)
        line.save(force_insert=True)
        _refuse_wrong(amendment, list(_lines(amendment)))
        after = {
            "position": line.position,
            "removes": line.removes_id,
            "adds": line.adds_id,
            "priority": line.priority,
        }
        record("allocations.amendment.add_line", amendment, actor=actor, after=after, reason=line.reason)
    return line


def _line(
    amendment: Amendment, removes: Support | None, adds: Household | None, reason: str, skip_reason: str
) -> AmendmentLine:
    if (removes is not None, adds is not None) != _SHAPES[AmendmentKind(amendment.kind)]:
        raise Refusal(
            _("An amendment of the kind “%(kind)s” has no such change.")
            % {"kind": amendment.get_kind_display()}
        )
    last = amendment.lines.aggregate(last=Max("position"))["last"] or 0
    line = AmendmentLine(
        amendment=amendment, position=last + 1, removes=removes, adds=adds, reason=reason[:300]
    )
    if adds is None:
        return line
    district_list, round_ = amendment.district_list, amendment.round
    reserve = ListLine.objects.filter(district_list=district_list, household=adds, decision="reserve").first()
    spoken_for = set(amendment.lines.filter(adds__isnull=False).values_list("adds", flat=True))
    first = next_reserves(district_list, besides=spoken_for, except_amendment=amendment.pk)[:1]
    if first and first[0].household_id != adds.pk:
        if not skip_reason.strip():
            raise Refusal(
                _("“%(name)s”, line %(number)s, comes first: say why the household is passed over.")
                % {"name": first[0].household, "number": first[0].position}
            )
        line.reason = f"{reason} · {need_reason(skip_reason)}"[:300]
    rule = rule_for(round_)
    facts = facts_on(round_.program.province, round_.as_of, [adds.pk], rule=rule, except_round=round_.pk)
    if adds.pk not in facts:
        raise Refusal(_("The household is not in the register, or its commune is not known."))
    known = facts[adds.pk]
    line.reserve_line = reserve
    line.priority = rule.rank(known) if rule else 0
    line.snapshot, line.failed = plain(known), list(rule.failed(known, round_.as_of)) if rule else []
    line.support_form = _form(amendment, reserve)
    return line


def _form(amendment: Amendment, reserve: ListLine | None) -> str:
    if reserve is not None and reserve.support_form in amendment.round.forms:
        return reserve.support_form
    return amendment.round.usual_form


def remove_amendment_line(line: AmendmentLine, *, actor: Any) -> Amendment:
    """Take a change out of a draft again; what it was stays in the record."""
    with step():
        amendment = _locked_amendment(line.amendment_id)
        require(may_change_amendment(actor, amendment))
        require_state(amendment, {AmendmentState.DRAFT})
        row = AmendmentLine.objects.filter(pk=line.pk, amendment=amendment).first()
        if row is None:
            raise Refusal(_("This change is no longer part of the amendment."))
        before = {"position": row.position, "removes": row.removes_id, "adds": row.adds_id}
        row.delete()
        record("allocations.amendment.remove_line", amendment, actor=actor, before=before)
    return amendment


def propose_replacement(support: Support, *, actor: Any, number: str, day: date, reason: str) -> Amendment:
    """Draw up a replacing amendment: this household goes, the next reserve that can come comes on."""
    district_list = list_of(support)
    if district_list is None:
        raise Refusal(_("This support comes from a contribution; it has no list to amend."))
    with step():
        amendment = draft_amendment(
            district_list, actor=actor, kind=AmendmentKind.REPLACE, number=number, day=day, reason=reason
        )
        reserves = next_reserves(amendment.district_list)
        if not reserves:
            raise Refusal(
                _("No reserve of %(district)s can come on: take the household out, or give the quota back.")
                % {"district": district_list.district.name_in_text}
            )
        add_amendment_line(amendment, actor=actor, removes=support, adds=reserves[0].household, reason=reason)
    return amendment


def propose_withdrawal(support: Support, *, actor: Any, number: str, day: date, reason: str) -> Amendment:
    """Draw up an amendment that takes this household off; nobody comes on for it."""
    district_list = list_of(support)
    if district_list is None:
        raise Refusal(_("This support comes from a contribution; it has no list to amend."))
    with step():
        amendment = draft_amendment(
            district_list, actor=actor, kind=AmendmentKind.REMOVE, number=number, day=day, reason=reason
        )
        add_amendment_line(amendment, actor=actor, removes=support, reason=reason)
    return amendment


def list_of(support: Support) -> DistrictList | None:
    """The approved list a support belongs to, itself or by an amendment; None for a contribution's."""
    rows = DistrictList.objects.filter(
        Q(lines__support=support) | Q(amendments__lines__support=support)
    ).distinct()
    return rows.select_related("round__program__province", "district").first()


# --- what may be submitted and decided --------------------------------------------------------------


def _lines(amendment: Amendment) -> Any:
    related = ("removes__household", "adds", "reserve_line", "amendment__round__program__province")
    return amendment.lines.select_related(*related, "amendment__district_list__district").order_by("position")


def _refuse_wrong(amendment: Amendment, lines: Sequence[AmendmentLine], *, deciding: bool = False) -> None:
    """Refuse by name what cannot be done now: a support that ended, a household served, quota exceeded."""
    if not lines:
        raise Refusal(_("The amendment has no household yet."))
    _refuse_ended(amendment, lines)
    adds = [line.adds_id for line in lines if line.adds_id]
    if len(adds) != len(set(adds)):
        raise Refusal(_("A household stands twice in this amendment."))
    against = obstacles(amendment.district_list, adds, amendment.pk, deciding=deciding)
    for line in lines:
        if line.adds_id and against[line.adds_id]:
            raise Refusal(
                _("“%(name)s” cannot come on: %(why)s") % {"name": line.adds, "why": against[line.adds_id]}
            )
        if line.adds_id and line.support_form not in amendment.round.forms:
            raise Refusal(
                _("“%(name)s” was to get “%(form)s”, which this round does not give: draw this line up anew.")
                % {"name": line.adds, "form": line.get_support_form_display()}
            )
    held = held_quota(amendment.district_list)
    freed = sum(1 for line in lines if line.removes is not None and line.removes.state in LIVE_SUPPORT)
    over = held.used - freed + len(adds) - held.quota
    if over > 0:
        raise Refusal(
            _(
                "%(used)s of the quota of %(quota)s devices are in use; with this amendment it would be "
                "%(over)s too many."
            )
            % {"used": localize(held.used), "quota": localize(held.quota), "over": localize(over)}
        )


def _refuse_ended(amendment: Amendment, lines: Sequence[AmendmentLine]) -> None:
    gone = [line.removes for line in lines if line.removes is not None]
    if len(gone) != len({support.pk for support in gone}):
        raise Refusal(_("A household stands twice in this amendment."))
    own = set(supports_of(amendment.district_list).values_list("pk", flat=True))
    replaced = set(
        AmendmentLine.objects.filter(
            removes__in=gone, adds__isnull=False, amendment__state=AmendmentState.APPROVED
        ).values_list("removes", flat=True)
    )
    for support in gone:
        if support.pk not in own:
            raise Refusal(_("“%(name)s” is not on this list.") % {"name": support.household})
        if support.pk in replaced:
            raise Refusal(_("“%(name)s” is replaced already.") % {"name": support.household})
        replacing = amendment.kind == AmendmentKind.REPLACE and support.state == SupportState.UNDELIVERABLE
        if support.state not in UNDELIVERED and not replacing:
            raise Refusal(
                _("“%(name)s” is now “%(state)s” and cannot be taken off.")
                % {"name": support.household, "state": support.get_state_display()}
            )


def submit_amendment(amendment: Amendment, *, actor: Any) -> Amendment:
    """Send the draft off; it waits for the PPC's decision."""
    with step():
        amendment = _locked_amendment(amendment.pk)
        require(may_change_amendment(actor, amendment))
        require_state(amendment, {AmendmentState.DRAFT})
        lines = list(_lines(amendment))
        _refuse_wrong(amendment, lines)
        move(amendment, AmendmentState.SUBMITTED, submitted_at=timezone.now(), return_reason="")
        after = {"state": amendment.state, "lines": len(lines)}
        record("allocations.amendment.submit", amendment, actor=actor, after=after)
    return amendment


def return_amendment(amendment: Amendment, *, actor: Any, reason: str) -> Amendment:
    """The leader gives a submitted amendment back to the officer, with the reason."""
    reason = need_reason(reason)
    with step():
        amendment = _locked_amendment(amendment.pk)
        require(may_decide_amendment(actor, amendment))
        require_state(amendment, {AmendmentState.SUBMITTED})
        move(amendment, AmendmentState.DRAFT, return_reason=reason)
        after = {"state": amendment.state}
        record("allocations.amendment.return", amendment, actor=actor, after=after, reason=reason)
    return amendment


def cancel_amendment(amendment: Amendment, *, actor: Any, reason: str) -> Amendment:
    """Give a draft up; it stays to be read, and its households are free for another one."""
    reason = need_reason(reason)
    with step():
        amendment = _locked_amendment(amendment.pk)
        require(may_change_amendment(actor, amendment))
        require_state(amendment, {AmendmentState.DRAFT})
        move(amendment, AmendmentState.CANCELLED, return_reason=reason)
        after = {"state": amendment.state}
        record("allocations.amendment.cancel", amendment, actor=actor, after=after, reason=reason)
    return amendment


def decide_amendment(amendment: Amendment, *, actor: Any, number: str, day: date, signer: str) -> Amendment:
    """Record the PPC's decision: supports taken off end, households added get theirs, money moves.

    All or nothing. Refuses by name whoever was served, handed over or taken off meanwhile, and whatever
    the district's quota or the budget line does not cover.
    """
    if not number.strip() or not signer.strip():
        raise Refusal(_("The decision's number or its signer is missing."))
    with step():
        lock_rounds(amendment.round_id)
        take_register(amendment.round.program.province)
        amendment = _locked_amendment(amendment.pk)
        require(may_decide_amendment(actor, amendment))
        require_state(amendment, {AmendmentState.SUBMITTED})
        _check_day(amendment, day)
        removed = _locked_supports(amendment)
        lines = list(_lines(amendment))
        _refuse_wrong(amendment, lines, deciding=True)
        ended = _take_off(amendment, lines, removed, actor)
        decision: dict[str, Any] = {
            "decision_number": number.strip(),
            "decision_date": day,
            "signer": signer.strip(),
        }
        move(
            amendment,
            AmendmentState.APPROVED,
            recorded_by=actor,
            recorded_at=timezone.now(),
            digest=amendment_digest(amendment, lines, **decision),
            **decision,
        )
        added = open_supports([line for line in lines if line.adds_id], day, actor=actor)
        forms = [support.form for support in added]
        budgeting.commit(amendment.round, forms, actor=actor, amendment=amendment)
        record_each("allocations.support.take_off", ended, actor=actor, reason=amendment.reason)
        after = {
            "decision": amendment.decision_number,
            "date": day,
            "taken_off": len(ended),
            "added": len(added),
            "digest": amendment.digest,
        }
        record("allocations.amendment.decide", amendment, actor=actor, after=after)
    return amendment


def _check_day(amendment: Amendment, day: date) -> None:
    if day > timezone.localdate():
        raise Refusal(_("The decision's date lies in the future."))
    if day < amendment.date:
        raise Refusal(
            _("The decision cannot be dated before %(day)s.") % {"day": amendment.date.strftime("%d/%m/%Y")}
        )


def _locked_supports(amendment: Amendment) -> dict[int, Support]:
    """In the order of their keys; whoever hands over at this moment waits, or was first."""
    rows = Support.objects.filter(amendment_lines__amendment=amendment).order_by("pk")
    related = ("household__province", "round__program__province")
    return {row.pk: row for row in rows.select_for_update(of=("self",)).select_related(*related)}


def _take_off(
    amendment: Amendment, lines: Sequence[AmendmentLine], removed: dict[int, Support], actor: Any
) -> list[tuple[Support, dict[str, Any], dict[str, Any]]]:
    """End the supports that are still live and give their money back; returns what is to be recorded."""
    ended, forms = [], []
    for line in lines:
        support = removed.get(line.removes_id or 0)
        if support is None or support.state not in LIVE_SUPPORT:
            continue
        before = {"state": support.state}
        if was_committed(support):
            forms.append(support.form)
        withdraw_support(support, reason=line.reason)
        ended.append((support, before, {"state": support.state, "amendment": amendment.number}))
    if forms:
        budgeting.release(amendment.round, forms, actor=actor, amendment=amendment)
    return ended
