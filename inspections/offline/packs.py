"""What goes to an inspector's device: the own part of the sample, masked, with the questions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.timezone import localtime

from allocations.choices import HandOverState
from allocations.models import HandOver, Support
from beneficiaries.choices import PovertyClass
from beneficiaries.models import Household
from smartphone_support.web.templatetags.web import masked_id, masked_phone

from ..choices import RoundState, SampleState
from ..models import InspectionRound, OfflinePack, SampledHousehold
from ..rules.from_answers import ending

#: A device holds people's data no longer than this without asking again.
LONGEST = timedelta(days=14)
#: The way back to the network after the last day of the fieldwork.
WAY_BACK = timedelta(days=3)
SHORTEST = timedelta(days=1)
#: Households an inspector carries: those to be visited, and those that are done, for the count.
CARRIED = (SampleState.PENDING, SampleState.CHECKED)


def expiry(round_: InspectionRound, now: datetime) -> datetime:
    """Until when a pack prepared now may be used: some days after the fieldwork, at most a fortnight."""
    end = timezone.make_aware(datetime.combine(round_.fieldwork_to, time.max)) + WAY_BACK
    return min(now + LONGEST, max(end, now + SHORTEST)).replace(microsecond=0)


def own_sample(round_: InspectionRound, inspector: Any) -> Any:
    """The households of the round given to this person, in the order of the way: commune, then as drawn."""
    return (
        SampledHousehold.objects.visible_to(inspector)
        .filter(round=round_, inspector=inspector, state__in=CARRIED)
        .select_related(
            "support__household",
            "support__commune",
            "support__district",
            "support__operator",
            "support__round",
        )
        .order_by("support__commune__code", "order", "pk")
    )


def standing_hand_overs(samples: list[SampledHousehold]) -> dict[int, HandOver]:
    """The hand-over record in force of each support, by the support's id."""
    rows = HandOver.objects.filter(support__in=[row.support_id for row in samples])
    rows = rows.exclude(state=HandOverState.REVERSED).select_related("device")
    return {row.support_id: row for row in rows}


def classes_of(samples: list[SampledHousehold]) -> dict[int, str]:
    """The class of each household today, in words, by the household's id."""
    households = Household.objects.filter(pk__in=[row.support.household_id for row in samples])
    known = households.as_of(timezone.localdate()).values_list("pk", "class_as_of")
    return {pk: str(PovertyClass(found).label) if found else "" for pk, found in known}


def contents(pack: OfflinePack, samples: list[SampledHousehold], *, token: str) -> dict[str, Any]:
    """The pack as the device gets it: whom to visit and what to ask. No number of a person or device in full.

    `token`: a fresh sign against forged requests, for a page that was opened without network.
    """
    round_, inspector = pack.round, pack.inspector
    hand_overs, classes = standing_hand_overs(samples), classes_of(samples)
    return {
        "pack": str(pack.key),
        "round": {"id": round_.pk, "name": round_.name, "fieldwork_to": round_.fieldwork_to.isoformat()},
        "inspector": {"id": inspector.pk, "name": inspector.full_name},
        "expires_at": localtime(pack.expires_at).isoformat(),
        "households": [
            _household(place, row, hand_overs.get(row.support_id), classes.get(row.support.household_id, ""))
            for place, row in enumerate(samples, start=1)
        ],
        "checklist": checklist_of(round_),
        "token": token,
    }


def _household(
    place: int, row: SampledHousehold, hand_over: HandOver | None, poverty_class: str
) -> dict[str, Any]:
    support = row.support
    household = support.household
    commune = support.commune.name_in_text
    return {
        "id": row.pk,
        "code": f"{place:03d}",
        "head": household.head_name,
        "commune": support.commune.name,
        "village": household.village,
        "address": ", ".join(
            part for part in (household.village, commune, support.district.name_in_text) if part
        ),
        "phone_masked": masked_phone(household.phone),
        "class": poverty_class,
        "identity_masked": masked_id(household.national_id),
        "members": household.member_count,
        "delivered": delivered(row, hand_over),
        "order": place,
        "kind": row.kind,
        "state": row.state,
    }


def delivered(row: SampledHousehold, hand_over: HandOver | None) -> dict[str, Any]:
    """What the record says was handed over; of the IMEI only its end, of two SIMs' both."""
    support = row.support
    device = hand_over.device if hand_over else None
    numbers = [number for number in (device.imei, device.imei2) if number] if device else []
    return {
        "on": first_day(support, hand_over).isoformat() if hand_over else "",
        "form": str(support.get_form_display()),
        "model": device.model if device else "",
        "imei_last4": list(dict.fromkeys(ending(number)[-4:] for number in numbers)),
        "operator": support.operator.short_name if support.operator else "",
        "place": hand_over.place if hand_over else "",
    }


def first_day(support: Support, hand_over: HandOver) -> date:
    """The day the household got its support; the record of a swapped device has the day of the swap."""
    return support.delivered_on or hand_over.handed_on


def checklist_of(round_: InspectionRound) -> dict[str, Any]:
    """The questions for households, as the round froze them."""
    checklist = round_.checklist_c
    if checklist is None:
        return {"id": None, "version": None, "items": []}
    items = [
        {"id": item.pk, "code": item.code, "text": item.text, "help": item.help, "asks_imei": item.asks_imei}
        for item in checklist.items.order_by("position")
    ]
    return {"id": checklist.pk, "version": checklist.version, "items": items}


def is_usable(pack: OfflinePack) -> bool:
    """Whether the device may still be filled from it: not handed in, not expired, the round in the field."""
    return (
        pack.handed_in_at is None
        and pack.expires_at > timezone.now()
        and pack.round.state == RoundState.FIELDWORK
    )
