"""Contributions: pledged, received in parts, matched to households that no other source serves.

A matched household gets a support of its own, so that the database's rule of one device a household
holds over contributions and rounds alike (Plan 413/KH-UBND III: mobilised and socialised sources).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from allocations.choices import ContributionKind, ContributionState, SupportForm, SupportState
from allocations.happenings import tell_contributed
from allocations.models import Contribution, ContributionReceipt, Support
from allocations.money.unserved import unserved_households
from allocations.permits.money import may_manage_contribution, may_pledge, may_record_receipt
from programs.models import FundingSource
from smartphone_support.audit.recording import record
from smartphone_support.documents.models import StoredFile
from smartphone_support.web.errors import Refusal

from .steps import locked, move, need_reason, require, require_state, step
from .supports import take_register

OPEN = frozenset({ContributionState.PLEDGED, ContributionState.RECEIVED})


def pledge_contribution(
    funding_source: FundingSource,
    *,
    actor: Any,
    donor_name: str,
    donor_kind: str,
    kind: str,
    pledged: int,
    pledged_on: date,
    device_kind: str = "",
    purpose: str = "",
) -> Contribution:
    """Record what a donor pledged: a number of devices, or VND. A partner's pledge names the partner."""
    program = funding_source.program
    require(may_pledge(actor, program))
    if pledged_on > timezone.localdate():
        raise Refusal(_("The day of the pledge lies in the future."))
    if pledged < 1:
        raise Refusal(_("The pledge must be at least 1."))
    through = None if may_manage_contribution(actor, program) else actor.organisation
    if kind == ContributionKind.MONEY:
        device_kind = ""
    elif not device_kind:
        raise Refusal(_("Say which device is pledged."))
    with step():
        contribution = Contribution.objects.create(
            program=program, funding_source=funding_source, organisation=through,
            donor_name=donor_name.strip(), donor_kind=donor_kind, kind=kind, device_kind=device_kind,
            pledged=pledged, pledged_on=pledged_on, purpose=purpose.strip(), recorded_by=actor,
        )  # fmt: skip
        after = {"donor": contribution.donor_name, "kind": kind, "pledged": pledged, "day": pledged_on}
        record("allocations.contribution.pledge", contribution, actor=actor, after=after)
    return contribution


def _locked(contribution: Contribution) -> Contribution:
    return locked(Contribution.objects.select_related("program__province", "funding_source"), contribution.pk)


def receive_contribution(
    contribution: Contribution,
    *,
    actor: Any,
    quantity: int,
    received_on: date,
    document_number: str = "",
    file: StoredFile | None = None,
) -> ContributionReceipt:
    """Record a part of the pledge, or all of it, that arrived. More than pledged is welcome and counted."""
    with step():
        contribution = _locked(contribution)
        require(may_record_receipt(actor, contribution))
        require_state(contribution, OPEN)
        if received_on > timezone.localdate() or received_on < contribution.pledged_on:
            raise Refusal(
                _("It can have been received from %(first)s until today only.")
                % {"first": contribution.pledged_on.strftime("%d/%m/%Y")}
            )
        if quantity < 1:
            raise Refusal(_("The quantity received must be at least 1."))
        receipt = ContributionReceipt.objects.create(
            contribution=contribution, received_on=received_on, quantity=quantity,
            document_number=document_number.strip(), file=file, recorded_by=actor,
        )  # fmt: skip
        before = {"received": contribution.received}
        move(contribution, ContributionState.RECEIVED, received=F("received") + quantity)
        contribution.refresh_from_db()
        after = {"received": contribution.received, "day": received_on, "paper": document_number}
        tell_contributed(receipt, actor=actor)
        record("allocations.contribution.receive", contribution, actor=actor, before=before, after=after)
    return receipt


def match_households(
    contribution: Contribution, households: Collection[int], *, actor: Any, each: int = 1
) -> list[Support]:
    """Promise received devices, or `each` VND, to households that no source serves.

    Refuses households that are served meanwhile, and more than is left of what was received.
    """
    keys = sorted(set(households))
    if not keys:
        raise Refusal(_("Choose at least one household."))
    with step():
        # Merges and lists taken back ask who has a support: they wait here, or this waits for them.
        take_register(contribution.program.province)
        contribution = _locked(contribution)
        require(may_manage_contribution(actor, contribution.program))
        require_state(
            contribution, {ContributionState.RECEIVED}, _("Nothing of this pledge has arrived yet.")
        )
        money = contribution.kind == ContributionKind.MONEY
        each = each if money else 1
        if each < 1:
            raise Refusal(_("Say how much a household gets."))
        left = contribution.received - contribution.allotted
        if each * len(keys) > left:
            raise Refusal(
                _("%(needed)s are needed, %(left)s of what was received are left.")
                % {"needed": localize(each * len(keys)), "left": localize(left)}
            )
        rows = list(unserved_households(contribution.program.province).filter(pk__in=keys).order_by("pk"))
        if len(rows) != len(keys):
            raise Refusal(_("One of the households is served by now, or left the register: look again."))
        supports = [
            Support(
                household=row, district_id=row.district_id, commune_id=row.commune_id,
                contribution=contribution, form=SupportForm.CASH if money else SupportForm.BUNDLE,
                amount=each if money else None,
            )
            for row in rows
        ]  # fmt: skip
        Support.objects.bulk_create(supports, batch_size=500)
        Contribution.objects.filter(pk=contribution.pk).update(allotted=F("allotted") + each * len(keys))
        after = {"households": len(keys), "each": each}
        record("allocations.contribution.match", contribution, actor=actor, after=after)
    return supports


def unmatch_household(support: Support, *, actor: Any, reason: str) -> Support:
    """Take a household off a contribution before anything was handed over."""
    reason = need_reason(reason)
    with step():
        contribution = _locked(Contribution.objects.get(supports=support))
        require(may_manage_contribution(actor, contribution.program))
        support = locked(Support.objects.select_related("household"), support.pk)
        require_state(
            support,
            {SupportState.APPROVED, SupportState.ASSIGNED, SupportState.ON_HOLD, SupportState.UNDELIVERABLE},
        )
        move(support, SupportState.WITHDRAWN, reason=reason[:300], changed_at=timezone.now())
        share = support.amount or 1
        Contribution.objects.filter(pk=contribution.pk).update(allotted=F("allotted") - share)
        after = {"household": support.household_id, "given_back": share}
        record("allocations.contribution.unmatch", contribution, actor=actor, after=after, reason=reason)
    return support


def close_contribution(contribution: Contribution, *, actor: Any, reason: str) -> Contribution:
    """Nothing more is expected: the rest of the pledge will not come, or all of it is given out."""
    reason = need_reason(reason)
    with step():
        contribution = _locked(contribution)
        require(may_manage_contribution(actor, contribution.program))
        require_state(contribution, OPEN)
        before = {"state": contribution.state}
        move(contribution, ContributionState.CLOSED, closed_reason=reason[:300])
        after = {"state": contribution.state, "received": contribution.received}
        record(
            "allocations.contribution.close",
            contribution,
            actor=actor,
            before=before,
            after=after,
            reason=reason,
        )
    return contribution
