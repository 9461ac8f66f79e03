"""From accepted lists to the PPC's decision, after which nothing changes any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from programs.models import Program
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import Decision, ListState, ProposalState, SupportForm, VersionKind
from ..happenings import tell_approved
from ..lists.digest import decision_digest, list_digest
from ..models import AllocationRound, ApprovalDecision, DistrictList, ListLine, Proposal
from ..permits.rounds import may_prepare_proposal, may_record_decision
from ..rules.facts import served_households
from . import budgeting
from .holding import hold_changed
from .steps import locked, move, need_reason, require, require_state, step
from .supports import open_supports, take_register
from .versions import keep_version


def create_proposal(
    round_: AllocationRound, *, actor: Any, lists: Iterable[DistrictList], number: str, day: date
) -> Proposal:
    """Bundle accepted lists of one round in a proposal to the PPC."""
    keys = sorted(district_list.pk for district_list in lists)
    if not keys:
        raise Refusal(_("Choose at least one accepted list."))
    if not number.strip():
        raise Refusal(_("The proposal's number is missing."))
    with step():
        round_ = locked(AllocationRound.objects.select_related("program__province"), round_.pk)
        require(may_prepare_proposal(actor, round_))
        chosen = _locked_lists(DistrictList.objects.filter(round=round_, pk__in=keys))
        if len(chosen) != len(keys):
            raise Refusal(_("One of the lists does not belong to this round."))
        for district_list in chosen:
            require_state(district_list, {ListState.ACCEPTED})
        proposal = Proposal.objects.create(round=round_, number=number.strip(), date=day, prepared_by=actor)
        for district_list in chosen:
            move(district_list, ListState.PROPOSED, proposal=proposal)
        after = {
            "lists": [district_list.district.name for district_list in chosen],
            "households": sum(district_list.kept for district_list in chosen),
        }
        record("allocations.proposal.create", proposal, actor=actor, after=after)
    return proposal


def _locked_lists(rows: Any) -> list[DistrictList]:
    """In the order of their keys, so that two bundles never wait for each other."""
    return list(
        rows.select_for_update(of=("self",))
        .select_related("round__program__province", "district")
        .order_by("pk")
    )


def _locked_proposal(proposal: Proposal) -> Proposal:
    locked(AllocationRound.objects.all(), proposal.round_id)
    return locked(Proposal.objects.select_related("round__program__province"), proposal.pk)


def lock_rounds(round_id: int) -> None:
    """Every round of the province, in the order of their keys: decisions of two rounds follow each other.

    Else two of them, recorded at the same moment, could each approve the same household without
    seeing the other.
    """
    program = AllocationRound.objects.get(pk=round_id).program_id
    province = Program.objects.values("province").filter(pk=program)
    rounds = AllocationRound.objects.filter(program__province__in=province).order_by("pk")
    list(rounds.select_for_update(of=("self",)))


def submit_proposal(proposal: Proposal, *, actor: Any) -> Proposal:
    """Send the proposal off; it waits for the PPC's decision."""
    with step():
        proposal = _locked_proposal(proposal)
        require(may_prepare_proposal(actor, proposal.round))
        require_state(proposal, {ProposalState.DRAFT})
        move(proposal, ProposalState.SUBMITTED, submitted_at=timezone.now(), return_reason="")
        record("allocations.proposal.submit", proposal, actor=actor, after={"state": proposal.state})
    return proposal


def return_proposal(proposal: Proposal, *, actor: Any, reason: str) -> Proposal:
    """The leader gives a submitted proposal back to the officer, with the reason."""
    reason = need_reason(reason)
    with step():
        proposal = _locked_proposal(proposal)
        require(may_record_decision(actor, proposal))
        require_state(proposal, {ProposalState.SUBMITTED})
        move(proposal, ProposalState.DRAFT, return_reason=reason)
        record(
            "allocations.proposal.return",
            proposal,
            actor=actor,
            after={"state": proposal.state},
            reason=reason,
        )
    return proposal


def cancel_proposal(proposal: Proposal, *, actor: Any, reason: str) -> AllocationRound:
    """Dissolve a draft: its lists are accepted lists again. What it was stays in the audit record."""
    reason = need_reason(reason)
    with step():
        proposal = _locked_proposal(proposal)
        require(may_prepare_proposal(actor, proposal.round))
        require_state(proposal, {ProposalState.DRAFT})
        for district_list in _locked_lists(proposal.lists.all()):
            move(district_list, ListState.ACCEPTED, proposal=None)
        before = {"number": proposal.number, "date": proposal.date}
        record("allocations.proposal.cancel", proposal, actor=actor, before=before, reason=reason)
        round_ = proposal.round
        proposal.delete()
    return round_


def record_decision(
    proposal: Proposal, *, actor: Any, number: str, day: date, signer: str
) -> ApprovalDecision:
    """Record the PPC's decision: every list of the proposal is approved and never changes again.

    In the same step every kept household gets its support, with the facts of both days, and the round's
    money is committed. Whoever made the proposal cannot record it. Refuses when a household of the lists
    is served meanwhile, by another round, an amendment or a contribution: one device a household; and when
    one is to get what the round does not give. Who lost the claim since the appraisal waits for the
    department from the first day.
    """
    if not number.strip() or not signer.strip():
        raise Refusal(_("The decision's number or its signer is missing."))
    with step():
        lock_rounds(proposal.round_id)
        # Movements and merges wait: the facts the supports are opened on stay what they are.
        take_register(proposal.round.program.province)
        proposal = _locked_proposal(proposal)
        require(may_record_decision(actor, proposal))
        require_state(proposal, {ProposalState.SUBMITTED})
        _check_day(proposal, day)
        lists = _locked_lists(proposal.lists.filter(state=ListState.PROPOSED))
        _refuse_own_work(actor, lists)
        _refuse_served(proposal, lists)
        _refuse_not_given(proposal.round, lists)
        for district_list in lists:
            move(district_list, ListState.APPROVED, digest=list_digest(district_list))
            keep_version(district_list, VersionKind.APPROVED, actor=actor)
        decision = ApprovalDecision.objects.create(
            proposal=proposal, prepared_by_id=proposal.prepared_by_id, number=number.strip(), date=day,
            signer=signer.strip(), recorded_by=actor, households=sum(row.kept for row in lists),
            digest=decision_digest((row.district.code, row.digest) for row in lists),
        )  # fmt: skip
        move(proposal, ProposalState.APPROVED)
        supports = open_supports(_kept_lines(lists), day, actor=actor)
        budgeting.commit(
            proposal.round, [support.form for support in supports], actor=actor, decision=decision
        )
        # What the register says since the appraisal was known to nobody who decided.
        hold_changed(proposal.round.program.province, [support.household_id for support in supports])
        after = {
            "decision": number,
            "date": day,
            "households": decision.households,
            "digest": decision.digest,
        }
        tell_approved(decision, actor=actor)
        record("allocations.proposal.decide", proposal, actor=actor, after=after)
    return decision


def _refuse_own_work(actor: Any, lists: list[DistrictList]) -> None:
    """Who reviewed, signed or appraised one of the lists, perhaps in a former post, does not approve it."""
    for row in lists:
        if actor.pk in {row.reviewed_by_id, row.signed_by_id, row.appraised_by_id}:
            raise Refusal(_("Whoever prepared this cannot approve it."))


def _kept_lines(lists: list[DistrictList]) -> list[ListLine]:
    lines = ListLine.objects.filter(district_list__in=lists, decision=Decision.KEEP)
    related = ("district_list__district", "round__program__province", "household")
    return list(lines.select_related(*related).order_by("district_list", "position"))


def _check_day(proposal: Proposal, day: date) -> None:
    if day > timezone.localdate():
        raise Refusal(_("The decision's date lies in the future."))
    if day < proposal.date:
        raise Refusal(
            _("The decision cannot be dated before %(day)s.") % {"day": proposal.date.strftime("%d/%m/%Y")}
        )


def _refuse_not_given(round_: AllocationRound, lists: list[DistrictList]) -> None:
    kept = ListLine.objects.filter(district_list__in=lists, decision=Decision.KEEP)
    wrong = kept.exclude(support_form__in=round_.forms).select_related("district_list__district")
    line = wrong.order_by("district_list", "position").first()
    if line is not None:
        raise Refusal(
            _(
                "Line %(number)s of %(district)s says “%(form)s”, which this round does not give; return "
                "that list."
            )
            % {
                "number": line.position,
                "district": line.district_list.district.name_in_text,
                "form": SupportForm(line.support_form).label,
            }
        )


def _refuse_served(proposal: Proposal, lists: list[DistrictList]) -> None:
    served = served_households(
        proposal.round.program.province, except_round=proposal.round_id, approved_only=True
    )
    lines = ListLine.objects.filter(district_list__in=lists, decision=Decision.KEEP)
    twice = [line for line in lines.select_related("district_list__district") if line.household_id in served]
    if twice:
        raise Refusal(
            _("Line %(number)s of %(district)s is already approved in “%(round)s”; return that list.")
            % {
                "number": twice[0].position,
                "district": twice[0].district_list.district.name_in_text,
                "round": served[twice[0].household_id],
            }
        )
