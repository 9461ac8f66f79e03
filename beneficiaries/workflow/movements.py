"""What happened to a household, recorded by hand. Taking it back: ``undoing``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import MovementKind, PovertyClass, SpellReason
from ..household.moving import (
    EFFECTS,
    LISTED,
    Standing,
    earliest,
    fits_in_time,
    possible_kinds,
    split_refusal,
)
from ..imports.timeline import Spell, begin, end
from ..models import Household, HouseholdMember, Movement, PovertySpell
from ..signals import register_changed
from .households import next_version, take_household

ACTION = "beneficiaries.household.move"


@dataclass(frozen=True)
class Details:
    """What a movement is about besides its kind and day; each kind uses its own part.

    ``commune`` and ``village``: where the household lives now. ``poverty_class``: of a household taken up
    again, or of the part that split off. ``head``: the member who heads the household, or the part that
    split off. ``head_gone``: what became of the former head ("" he stays, "deceased", "moved_out").
    ``members``: who split off. ``other``: the household it was merged into.
    """

    commune: AdministrativeArea | None = None
    village: str = ""
    poverty_class: str = ""
    head: int | None = None
    head_gone: str = ""
    members: tuple[int, ...] = ()
    other: Household | None = None


def standing_of(household: Household) -> Standing:
    """Where the household stands now, as the rules of movements look at it."""
    spells = list(household.spells.filter(superseded_at__isnull=True).order_by("valid_from"))
    current = next((spell for spell in spells if spell.valid_to is None), None)
    last = spells[-1] if spells else None
    named = household.members.count()
    before = [spell for spell in spells if spell is not current]
    return Standing(
        poverty_class=current.poverty_class if current else "",
        since=current.valid_from if current else None,
        was_listed=any(spell.poverty_class in LISTED for spell in (before if current else spells)),
        left=last.ended_by if last and current is None else "",
        left_on=last.valid_to if last and current is None else None,
        members=max(named, household.member_count or 0),
        named=named,
    )


def record_movement(
    household: Household,
    *,
    kind: str,
    effective_on: date,
    decision_number: str = "",
    decision_date: date | None = None,
    note: str = "",
    details: Details | None = None,
    expected: datetime,
    actor: Any,
) -> Movement:
    """Record what happened to a household: its class, place, head or people follow.

    ``expected`` is the household's ``updated_at`` as the person saw it. A decision or a note must say what
    it rests on. Circular 07/2021/TT-BLĐTBXH; Decision 24/2021/QĐ-TTg.
    """
    with transaction.atomic():
        current = take_household(household, actor, expected)
        standing = standing_of(current)
        _refuse_wrong(standing, kind, effective_on, decision_number, note)
        movement = Movement(
            household=current,
            kind=kind,
            effective_on=effective_on,
            decision_number=decision_number.strip(),
            decision_date=decision_date,
            note=note.strip(),
            recorded_by=actor,
            recorded_at=timezone.now(),
        )
        undo = _Step(current, movement, details or Details(), standing).take()
        # Taken back while nothing else was changed, it counts as unchanged: its list may be reverted.
        undo["changed"] = {
            str(current.pk): [expected.isoformat(), current.updated_at.isoformat()]
        } | undo.get("changed", {})
        next_version(current.province)
        touched = [pk for pk in (current.pk, movement.other_id) if pk]
        register_changed.send(sender=Household, province=current.province, households=touched)
        after = {"movement": movement.pk, "kind": kind, "effective_on": effective_on, "undo": undo}
        record(ACTION, current, actor=actor, after=after, reason=movement.note or movement.decision_number)
    return movement


def _refuse_wrong(standing: Standing, kind: str, on: date, decision: str, note: str) -> None:
    if kind not in possible_kinds(standing):
        raise Refusal(
            _("“%(kind)s” does not fit: the household's class today is %(class)s.")
            % {"kind": _label(kind), "class": _class_words(standing)}
        )
    if not fits_in_time(standing, on, timezone.localdate()):
        first = earliest(standing)
        if first is None or on > timezone.localdate():
            raise Refusal(_("A movement cannot take effect in the future."))
        raise Refusal(
            _("The day must lie after %(day)s, when the class in force began.")
            % {"day": date_format(first, "SHORT_DATE_FORMAT")}
        )
    if not decision.strip() and not note.strip():
        raise Refusal(_("Name the decision, or write in the note what it rests on."))


def _label(kind: str) -> str:
    return str(MovementKind(kind).label) if kind in MovementKind.values else kind


def _class_words(standing: Standing) -> str:
    if standing.poverty_class in PovertyClass.values:
        return str(PovertyClass(standing.poverty_class).label)
    return _("none, it is not in the register")


class _Step:
    """One movement being written. ``take`` returns what undoing it needs, in plain values."""

    def __init__(
        self, household: Household, movement: Movement, details: Details, standing: Standing
    ) -> None:
        self.household, self.movement, self.details = household, movement, details
        self.standing = standing
        self.now = movement.recorded_at

    def take(self) -> dict[str, Any]:
        special = {
            MovementKind.MOVED_IN: self._move_in,
            MovementKind.HEAD_CHANGED: self._change_head,
            MovementKind.SPLIT: self._split,
            MovementKind.MERGED: self._merge,
        }.get(MovementKind(self.movement.kind))
        undo = special() if special else {}
        effect = EFFECTS[self.movement.kind]
        if effect.begins:
            self._begin(self.household, effect.begins, effect.reason)
        elif effect.ends:
            _write_spells(
                self.household,
                *end(_plain(self.household), self.movement.effective_on, effect.ends),
                self.now,
            )
        self.movement.save()
        return undo

    def _begin(self, household: Household, poverty_class: str, reason: str) -> None:
        new = Spell(
            poverty_class,
            self.movement.effective_on,
            None,
            reason,
            self.movement.decision_number,
            self.movement.decision_date,
        )
        _write_spells(household, *begin(_plain(household), new), self.now)

    # -- where it lives ---------------------------------------------------------------------------

    def _move_in(self) -> dict[str, Any]:
        household, details = self.household, self.details
        commune = details.commune
        if commune is None or commune.parent is None or commune.parent.parent_id != household.province_id:
            raise Refusal(_("Choose the commune the household lives in now."))
        returns = not self.standing.is_in_register
        if household.commune_id == commune.pk and not returns:
            raise Refusal(_("The household lives in %(place)s already.") % {"place": commune.name})
        if returns and details.poverty_class not in PovertyClass.values:
            raise Refusal(_("Say which class the household has from that day on."))
        undo = {"commune": household.commune_id, "village": household.village}
        self.movement.from_commune, self.movement.to_commune = household.commune, commune
        household.commune, household.district = commune, commune.parent
        household.village = details.village.strip()
        household.save(update_fields=["commune", "district", "village"])
        if returns:
            self._begin(household, details.poverty_class, SpellReason.MOVED_IN)
        return undo

    # -- who heads it -----------------------------------------------------------------------------

    def _change_head(self) -> dict[str, Any]:
        household = self.household
        people = {member.pk: member for member in household.members.order_by("position")}
        head = people.get(self.details.head or 0)
        former = next(iter(people.values()))
        if head is None or head.pk == former.pk:
            raise Refusal(_("Choose another member of the household as its new head."))
        undo = {
            "members": [[m.pk, m.position, m.relation] for m in (former, head)],
            "member_count": household.member_count,
        }
        if self.details.head_gone not in ("", "deceased", "moved_out"):
            raise ValueError(f"unknown whereabouts {self.details.head_gone}")
        former.position, head.position = head.position, former.position
        # The former head stays in the list of members: later lists may still find the household by him.
        gone = {"": "", "deceased": "đã mất", "moved_out": "đã chuyển đi"}[self.details.head_gone]
        former.relation, head.relation = f"Chủ hộ cũ, {gone}" if gone else "Chủ hộ cũ", "Chủ hộ"
        for member in (former, head):
            member.save(update_fields=["position", "relation"])
        if gone and household.member_count:
            household.member_count -= 1
        follow_head(household, head)
        return undo

    # -- splitting and merging --------------------------------------------------------------------

    def _split(self) -> dict[str, Any]:
        household, details = self.household, self.details
        people = {member.pk: member for member in household.members.order_by("position")}
        refusal = split_refusal(details.members, people, next(iter(people), None))
        if refusal:
            raise Refusal(_split_sentence(refusal))
        head = people.get(details.head or 0)
        if head is None or head.pk not in details.members:
            raise Refusal(_("Say which of those who split off heads the new household."))
        if details.poverty_class not in PovertyClass.values:
            raise Refusal(_("Say which class the new household has."))
        moving = [head, *(people[pk] for pk in details.members if pk != head.pk)]
        undo = {
            "members": [[m.pk, m.position, m.relation] for m in moving],
            "member_count": household.member_count,
        }
        new = Household(
            province=household.province,
            district=household.district,
            commune=household.commune,
            village=details.village.strip() or household.village,
            is_ethnic_minority=household.is_ethnic_minority,
            member_count=len(moving),
            created_at=self.now,
            updated_at=self.now,
        )
        for own, name in _HEAD_FACTS.items():
            setattr(new, own, getattr(head, name))
        _refuse_same_identity(new)
        new.save()
        head.relation = "Chủ hộ"
        for position, member in enumerate(moving):
            member.household, member.position = new, position
            member.save(update_fields=["household", "position", "relation"])
        if household.member_count:
            household.member_count = max(1, household.member_count - len(moving))
            household.save(update_fields=["member_count"])
        self._begin(new, details.poverty_class, SpellReason.SPLIT)
        self.movement.other = new
        return undo | {"twin": self._twin(new).pk}

    def _merge(self) -> dict[str, Any]:
        household, other = self.household, self.details.other
        if other is None or other.pk == household.pk or other.province_id != household.province_id:
            raise Refusal(_("Choose the other household, which takes these people in."))
        taken = Household.objects.standing().select_for_update(of=("self",)).filter(pk=other.pk).first()
        if taken is None or not standing_of(taken).is_in_register:
            raise Refusal(_("%(name)s has left the register itself.") % {"name": other.head_name})
        other = taken
        moving = list(household.members.order_by("position"))
        undo = {
            "members": [[m.pk, m.position, m.relation] for m in moving],
            "other_count": other.member_count,
            "changed": {str(other.pk): [other.updated_at.isoformat(), self.now.isoformat()]},
        }
        last = other.members.aggregate(last=Max("position"))["last"]
        for position, member in enumerate(moving, 0 if last is None else last + 1):
            member.household, member.position = other, position
            member.save(update_fields=["household", "position"])
        if other.member_count is not None:
            other.member_count += max(len(moving), household.member_count or 0)
        other.updated_at = self.now
        other.save(update_fields=["member_count", "updated_at"])
        self.movement.other = other
        return undo | {"twin": self._twin(other).pk}

    def _twin(self, other: Household) -> Movement:
        """The same movement as the other household saw it."""
        movement = self.movement
        return Movement.objects.create(
            household=other,
            kind=movement.kind,
            effective_on=movement.effective_on,
            decision_number=movement.decision_number,
            decision_date=movement.decision_date,
            other=self.household,
            note=movement.note,
            recorded_by=movement.recorded_by,
            recorded_at=self.now,
        )


_HEAD_FACTS = {"head_name": "name"} | {
    name: name for name in ("birth_date", "birth_year", "gender", "national_id", "ethnicity")
}


def _split_sentence(code: str) -> str:
    return {
        "nobody": _("Choose the members who form the new household."),
        "strangers": _("Only members of this household can split off from it."),
        "head_stays": _(
            "The head stays: record a change of head first if the head is among those who leave."
        ),
    }[code]


def _refuse_same_identity(household: Household) -> None:
    if not household.national_id:
        return
    known = Household.objects.standing().filter(
        province=household.province, national_id=household.national_id
    )
    other = known.exclude(pk=household.pk).select_related("commune", "district").first()
    if other:
        raise Refusal(
            _("The identity number of the new head is already that of %(name)s, %(place)s.")
            % {"name": other.head_name, "place": ", ".join(other.places)}
        )


def follow_head(household: Household, head: HouseholdMember) -> None:
    """The household's own facts are its head's."""
    for own, name in _HEAD_FACTS.items():
        setattr(household, own, getattr(head, name))
    _refuse_same_identity(household)
    household.index_name()
    household.save(update_fields=[*_HEAD_FACTS, "head_name_folded", "head_name_key", "member_count"])


# --- spells ---------------------------------------------------------------------------------------


def _plain(household: Household) -> list[Spell]:
    rows = household.spells.filter(superseded_at__isnull=True)
    return [
        Spell(
            row.poverty_class, row.valid_from, row.valid_to, row.reason, row.decision_number,
            row.decision_date, row.source_id, row.pk, row.ended_by,
        )
        for row in rows
    ]  # fmt: skip


def _write_spells(
    household: Household, superseded: Iterable[Spell], written: Iterable[Spell], now: datetime
) -> None:
    gone = [spell.id for spell in superseded if spell.id is not None]
    PovertySpell.objects.filter(pk__in=gone).update(superseded_at=now)
    for spell in written:
        PovertySpell.objects.create(
            household=household,
            poverty_class=spell.poverty_class,
            valid_from=spell.valid_from,
            valid_to=spell.valid_to,
            reason=spell.reason,
            ended_by=spell.ended_by,
            decision_number=spell.decision_number,
            decision_date=spell.decision_date,
            source_id=spell.source,
            recorded_at=now,
        )
