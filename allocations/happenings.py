"""What allocation tells the plan: which door says which event, in which words, about which record.

Each function is called once, inside the transaction of the door where the thing happens. What it
says is kept with the due, in the office's language, whatever the language of the person's screens.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from programs import subjects
from programs.choices import TaskEvent
from programs.workflow.happenings import happened
from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea

from .choices import LIVE_SUPPORT, DeviceKind, DevicePlace, ListState, SupportState
from .models import (
    AllocationRound,
    ApprovalDecision,
    ContributionReceipt,
    Device,
    DistrictList,
    QuotaPlan,
    Shipment,
    Support,
)


def register_subjects() -> None:
    """The pages of the records this app gives as evidence."""
    rounds = "allocations.view_allocationround"
    subjects.register("allocations.allocationround", "allocations:round_detail", rounds)
    subjects.register("allocations.quotaplan", "allocations:quotaplan_detail", "allocations.view_quotaplan")
    subjects.register("allocations.districtlist", "allocations:list_detail", "allocations.view_districtlist")
    subjects.register("allocations.proposal", "allocations:proposal_detail", "allocations.view_proposal")
    subjects.register("allocations.shipment", "allocations:shipment_detail", "allocations.view_device")
    subjects.register(
        "allocations.contribution", "allocations:contribution_detail", "allocations.view_contribution"
    )


def district_organisation(district: AdministrativeArea) -> Organisation | None:
    """The People's Committee of a district, as an organisation of the plan."""
    kind = OrganisationKind.DISTRICT
    return Organisation.objects.filter(kind=kind, area=district, is_active=True).first()


@translation.override(settings.LANGUAGE_CODE)
def tell_allocated(round_: AllocationRound, *, actor: Any) -> None:
    """The decision that gives the province devices is recorded: III.1 and III.2 of Đắk Nông open."""
    label = _("Decision %(number)s of %(day)s: %(total)s devices") % {
        "number": round_.decision_number,
        "day": f"{round_.decision_date:%d/%m/%Y}",
        "total": round_.total,
    }
    happened(
        TaskEvent.ALLOCATION_DECIDED, province=round_.program.province, about=round_, label=label,
        on=round_.decision_date, actor=actor,
    )  # fmt: skip


@translation.override(settings.LANGUAGE_CODE)
def tell_quotas(plan: QuotaPlan, *, actor: Any) -> None:
    """The quotas of the districts are approved."""
    label = _("Quotas of “%(round)s”, decision %(number)s") % {
        "round": plan.round.name,
        "number": plan.decision_number,
    }
    happened(
        TaskEvent.QUOTAS_APPROVED, province=plan.round.program.province, about=plan, of=plan.round,
        label=label, on=plan.decision_date or timezone.localdate(), actor=actor,
    )  # fmt: skip


@translation.override(settings.LANGUAGE_CODE)
def tell_signed(district_list: DistrictList, *, actor: Any) -> None:
    """A district answers for its list and has submitted it: Plan 413/KH-UBND IV.5.b."""
    label = _("List of “%(round)s”, %(count)s households") % {
        "round": district_list.round.name,
        "count": district_list.kept,
    }
    organisation = district_organisation(district_list.district)
    if organisation is not None:
        happened(
            TaskEvent.DISTRICT_LIST_SIGNED, province=district_list.round.program.province,
            about=district_list, of=district_list.round, label=label, on=timezone.localdate(),
            organisation=organisation, actor=actor,
        )  # fmt: skip


@translation.override(settings.LANGUAGE_CODE)
def tell_approved(decision: ApprovalDecision, *, actor: Any) -> None:
    """The People's Committee approved lists; the round's task is done with its last list."""
    round_ = decision.proposal.round
    waiting = DistrictList.objects.filter(round=round_).exclude(state=ListState.APPROVED)
    label = _("Decision %(number)s: %(count)s households") % {
        "number": decision.number,
        "count": decision.households,
    }
    happened(
        TaskEvent.LIST_APPROVED, province=round_.program.province, about=decision.proposal, of=round_,
        label=label, on=decision.date, completes=not waiting.exists(), actor=actor,
    )  # fmt: skip


@translation.override(settings.LANGUAGE_CODE)
def tell_received(shipment: Shipment, *, actor: Any) -> None:
    """Devices of a round arrived in a district; done once there is one for every approved household."""
    round_ = shipment.round
    if round_ is None or shipment.district is None:
        return
    label = _("Shipment %(number)s: %(count)s devices received") % {
        "number": shipment.number,
        "count": shipment.received,
    }
    province, today = round_.program.province, timezone.localdate()
    happened(
        TaskEvent.DEVICES_RECEIVED, province=province, about=shipment, of=round_, label=label, on=today,
        completes=_all_arrived(round_), actor=actor,
    )  # fmt: skip


@translation.override(settings.LANGUAGE_CODE)
def tell_handed_over(round_ids: set[int], *, actor: Any) -> None:
    """Hand-overs were recorded: a round whose last household was served is received and shared out."""
    for round_ in AllocationRound.objects.filter(pk__in=round_ids).select_related("program__province"):
        supports = Support.objects.filter(round=round_, state__in=LIVE_SUPPORT)
        if supports.exclude(state__in=(SupportState.DELIVERED, SupportState.CONFIRMED)).exists():
            continue
        happened(
            TaskEvent.DEVICES_RECEIVED, province=round_.program.province, about=round_,
            label=_("All households of “%(round)s” are served") % {"round": round_.name},
            on=timezone.localdate(), actor=actor,
        )  # fmt: skip


@translation.override(settings.LANGUAGE_CODE)
def tell_contributed(receipt: ContributionReceipt, *, actor: Any) -> None:
    """A part of a pledge arrived, through a partner or directly."""
    contribution = receipt.contribution
    if contribution.organisation is None:
        return
    label = _("Contribution of %(donor)s received") % {"donor": contribution.donor_name}
    happened(
        TaskEvent.CONTRIBUTION_RECEIVED, province=contribution.program.province, about=contribution,
        label=label, on=receipt.received_on, organisation=contribution.organisation, actor=actor,
    )  # fmt: skip


def _all_arrived(round_: AllocationRound) -> bool:
    if round_.device_kind == DeviceKind.CASH:
        return False
    places = (DevicePlace.DISTRICT, DevicePlace.HOUSEHOLD)
    arrived = Device.objects.filter(round=round_, place__in=places).count()
    needed = Support.objects.filter(round=round_, state__in=LIVE_SUPPORT).count()
    return 0 < needed <= arrived
