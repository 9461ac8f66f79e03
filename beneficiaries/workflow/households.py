"""What is done with single households of the register: reading a number, completing facts by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal
from smartphone_support.web.templatetags.web import masked_id, masked_phone

from ..choices import BatchState, DeviceKind, Reading
from ..household.readings import note_reading
from ..models import EarlierDevice, Household, HouseholdMember, ListBatch, RegisterVersion
from ..permissions import may_change_register, may_reveal
from ..signals import register_changed

#: Facts that may be completed or corrected by hand, in the order people read them.
EDITABLE = (
    "head_name", "birth_date", "birth_year", "gender", "national_id", "ethnicity", "commune", "village",
    "phone", "merit", "social_policy", "has_need",
)  # fmt: skip
#: Facts lists find a household by: a preview made before they changed is made anew.
_IDENTIFYING = frozenset({"head_name", "birth_date", "birth_year", "national_id", "commune", "village"})
_HEAD = {"head_name": "name"} | {
    name: name for name in ("birth_date", "birth_year", "gender", "national_id", "ethnicity")
}


def reveal_identity(household: Household, *, actor: Any, reason: str) -> str:
    """The full identity number, for a reason that stays on the record."""
    if not may_reveal(actor, household):
        raise Refusal(_("You may not read identity numbers of this household."))
    if not reason.strip():
        raise Refusal(_("Say why the full number is needed."))
    record("beneficiaries.household.reveal", household, actor=actor, reason=reason.strip())
    note_reading(household, actor, Reading.IDENTITY)
    return household.national_id


def change_household(
    household: Household,
    *,
    changes: Mapping[str, Any],
    devices: Mapping[str, date | None] | None = None,
    device_source: str = "",
    evidence: str = "",
    reason: str,
    expected: datetime,
    actor: Any,
) -> Household:
    """Complete or correct facts by hand. Returns the household as it stands now.

    ``changes``: new values of ``EDITABLE`` fields (a commune is an area). ``devices``: kind → day received,
    None takes a wrong entry back (Circular 14/2022/TT-BTTTT: such a device excludes the household).
    ``expected`` is the household's ``updated_at`` as the person saw it. Policy status that becomes yes needs
    ``evidence``.
    """
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not to be changed by hand: {sorted(unknown)}")
    with transaction.atomic():
        current = take_household(household, actor, expected)
        written = _differing(current, changes)
        gear = _device_changes(current, devices or {})
        if not written and not gear:
            raise Refusal(_("Nothing differs from what the register says."))
        if not reason.strip():
            raise Refusal(_("Say why it is changed, and according to what."))
        if any(written.get(name) is True for name in ("merit", "social_policy")) and not evidence.strip():
            raise Refusal(_("Name the paper that proves the policy status."))
        told = [_told(current, name, value) for name, value in written.items()]
        _write(current, written, actor)
        for kind, (old, new) in gear.items():
            _write_device(current, kind, new, device_source or reason)
            told.append([kind, old.isoformat() if old else None, new.isoformat() if new else None])
        if _IDENTIFYING & written.keys():
            next_version(current.province)
        register_changed.send(sender=Household, province=current.province, households=[current.pk])
        after: dict[str, Any] = {"changes": told}
        if evidence.strip():
            after["evidence"] = evidence.strip()
        record("beneficiaries.household.change", current, actor=actor, after=after, reason=reason.strip())
    return current


# --- what every change by hand shares -------------------------------------------------------------


def take_household(household: Household, actor: Any, expected: datetime) -> Household:
    """The household locked for a change by hand, if nobody changed it since ``expected``."""
    if not may_change_register(actor, household):
        raise Refusal(_("Only a register officer of the province may change the register."))
    # The version's row first, as lists take it: the other way round the two would wait for each other.
    RegisterVersion.objects.get_or_create(province=household.province)
    RegisterVersion.objects.select_for_update().get(province=household.province)
    if ListBatch.objects.filter(province=household.province_id, state=BatchState.APPLYING).exists():
        raise Refusal(_("A list is being written to the register: wait until it is done, then try again."))
    taken = (
        Household.objects.standing()
        .filter(pk=household.pk, updated_at=expected)
        .update(updated_at=timezone.now())
    )
    if not taken:
        raise Refusal(
            _("Somebody changed this household meanwhile: open its page again and compare before you save.")
        )
    related = ("province", "district", "commune")
    return Household.objects.select_related(*related).get(pk=household.pk)


def next_version(province: AdministrativeArea) -> None:
    """Previews made before this change are made anew: what they compare with is no longer so."""
    RegisterVersion.objects.filter(province=province).update(version=F("version") + 1)


def masked(field: str, value: Any) -> Any:
    """A value as the record may keep it: identity and telephone numbers with their middle hidden."""
    if field == "national_id":
        return masked_id(value)
    if field == "phone":
        return masked_phone(value)
    if isinstance(value, AdministrativeArea):
        return value.code
    return value.isoformat() if isinstance(value, date) else value


# --- the pieces of a change -----------------------------------------------------------------------


def _differing(household: Household, changes: Mapping[str, Any]) -> dict[str, Any]:
    written = {name: value for name, value in changes.items() if getattr(household, name) != value}
    if "head_name" in written and not written["head_name"].strip():
        raise Refusal(_("A household needs the name of its head."))
    commune = written.get("commune")
    if "commune" in written and commune is None:
        raise Refusal(_("A known commune is not taken away: choose the right one."))
    if commune and (commune.parent is None or commune.parent.parent_id != household.province_id):
        raise Refusal(_("%(place)s is no commune of the province.") % {"place": commune.name})
    number = written.get("national_id")
    if number:
        _refuse_taken(household, number)
    return written


def _refuse_taken(household: Household, number: str) -> None:
    """Two households never have one identity number; the person is told whose it is."""
    others = Household.objects.standing().filter(province=household.province_id, national_id=number)
    other = others.exclude(pk=household.pk).select_related("commune", "district").first()
    if other:
        raise Refusal(
            _("This identity number is already that of %(name)s, %(place)s: check both papers.")
            % {"name": other.head_name, "place": ", ".join(other.places)}
        )


def _told(household: Household, name: str, value: Any) -> list[Any]:
    field = "commune_code" if name == "commune" else name
    return [field, masked(name, getattr(household, name)), masked(name, value)]


def _write(household: Household, written: Mapping[str, Any], actor: Any) -> None:
    names = set(written)
    for name, value in written.items():
        setattr(household, name, value)
    if "commune" in names and household.commune is not None and household.commune.parent is not None:
        household.district = household.commune.parent
        names.add("district")
    if "head_name" in names:
        household.index_name()
        names |= {"head_name_folded", "head_name_key"}
    try:
        with transaction.atomic():
            household.save(update_fields=sorted(names)) if names else None
    except IntegrityError:
        raise Refusal(_("Another household of the province has this identity number.")) from None
    head = {own: written[name] for name, own in _HEAD.items() if name in written}
    if head:
        HouseholdMember.objects.filter(household=household, position=0).update(**head)


def _device_changes(
    household: Household, devices: Mapping[str, date | None]
) -> dict[str, tuple[date | None, date | None]]:
    known = dict(household.earlier_devices.values_list("kind", "received_on"))
    today = timezone.localdate()
    for kind, received in devices.items():
        if kind not in DeviceKind.values:
            raise ValueError(f"unknown device {kind}")
        if received and received > today:
            raise Refusal(_("A device cannot have been received in the future."))
    return {kind: (known.get(kind), new) for kind, new in devices.items() if known.get(kind) != new}


def _write_device(household: Household, kind: str, received: date | None, source: str) -> None:
    if received is None:
        EarlierDevice.objects.filter(household=household, kind=kind).delete()
        return
    values = {"received_on": received, "source": source.strip()[:200]}
    EarlierDevice.objects.update_or_create(household=household, kind=kind, defaults=values)
