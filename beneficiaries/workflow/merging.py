"""Making two households one, and undoing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import BatchState, DuplicateState, MovementKind, SpellEnd
from ..duplicates.finding import withdraw_pairs_of
from ..duplicates.merging import BLANKS, CHOICES, OF_THE_HEAD, combined_spells, merged_values, missing_people
from ..duplicates.scoring import alike_names
from ..imports.naming import latest_list
from ..imports.timeline import Spell, end
from ..models import (
    DuplicateCandidate,
    EarlierDevice,
    Household,
    HouseholdMember,
    HouseholdMerge,
    InformationDeprivation,
    ListBatch,
    Movement,
    PovertyCertificate,
    PovertySpell,
    RegisterVersion,
)
from ..permissions import may_resolve
from ..services import merging as subscriptions
from ..signals import household_merging, merge_undoing, register_changed
from .duplicates import decide, locked_pair
from .households import next_version

FIELDS = [name for names in CHOICES.values() for name in names]
_PERSON = ("name", "relation", "birth_date", "birth_year", "gender", "national_id", "ethnicity")
_KEYS = ("head_name_folded", "head_name_key")
#: What hangs on a household once a year, day or kind: it moves where the kept one has none.
_ONCE: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (PovertyCertificate, ("year",)),
    (InformationDeprivation, ("assessed_on", "occasion")),
    (EarlierDevice, ("kind",)),
)


def values_of(household: Household) -> dict[str, Any]:
    """The facts a merge chooses between."""
    return {name: getattr(household, name) for name in FIELDS}


def heads_are_one(one: Household, other: Household) -> bool:
    """Whether the heads of the two households are the same person, as far as their facts tell."""
    if one.national_id and one.national_id == other.national_id:
        return True
    return alike_names(one.head_name, other.head_name)


def merge_pair(
    pair: DuplicateCandidate, *, kept: int, from_absorbed: Sequence[str] = (), note: str = "", actor: Any
) -> HouseholdMerge:
    """Say that the two are one household: the one named ``kept`` stays, the other is taken up into it.

    ``from_absorbed`` names the choices (``merging.CHOICES``) whose value comes from the other one; what only
    the other knows is taken anyway. The absorbed household keeps its history and leads to the kept one.
    """
    with transaction.atomic():
        pair = locked_pair(pair, actor, DuplicateState.OPEN)
        if kept not in (pair.first_id, pair.second_id):
            raise Refusal(_("Choose which of the two households is kept."))
        unknown = set(from_absorbed) - set(CHOICES)
        if unknown:
            raise ValueError(f"no such choice: {sorted(unknown)}")
        _refuse_while_writing(pair.province)
        absorbed = pair.second_id if kept == pair.first_id else pair.first_id
        merge = _Merge(pair, kept, absorbed, actor).write(from_absorbed, note.strip())
        decide(pair, DuplicateState.SAME, note=note, actor=actor)
        withdraw_pairs_of(absorbed, besides=pair.pk)
        next_version(pair.province)
        register_changed.send(sender=Household, province=pair.province, households=[kept, absorbed])
        record(
            "beneficiaries.household.merge", merge.kept, actor=actor,
            before={"household": kept, "absorbed": absorbed},
            after={"merge": merge.pk, "from_absorbed": sorted(from_absorbed)}, reason=note.strip(),
        )  # fmt: skip
    return merge


def _refuse_while_writing(province: AdministrativeArea) -> None:
    if ListBatch.objects.filter(province=province, state=BatchState.APPLYING).exists():
        raise Refusal(_("A list is being written to the register: wait until it is done, then try again."))


class _Merge:
    """One merge being written. Both households are locked, the register of the province is taken."""

    def __init__(self, pair: DuplicateCandidate, kept: int, absorbed: int, actor: Any) -> None:
        # No key changes: lines of lists that are opened meanwhile may point to these households.
        rows = Household.objects.standing().select_for_update(no_key=True).order_by("pk")
        found = {row.pk: row for row in rows.filter(pk__in=[kept, absorbed])}
        if len(found) < 2:
            raise Refusal(_("One of the two was merged with another household meanwhile."))
        self.pair, self.actor = pair, actor
        self.kept, self.absorbed = found[kept], found[absorbed]
        self.now: datetime = timezone.now()
        self.today: date = timezone.localdate()

    def write(self, from_absorbed: Sequence[str], note: str) -> HouseholdMerge:
        kept, absorbed = self.kept, self.absorbed
        answers = household_merging.send(sender=HouseholdMerge, kept=kept, absorbed=absorbed)
        for sentence in filter(None, (answer for _receiver, answer in answers)):
            raise Refusal(sentence)
        before = self._before()
        chosen = [name for name in from_absorbed if heads_are_one(kept, absorbed) or name not in OF_THE_HEAD]
        values = merged_values(values_of(kept), values_of(absorbed), chosen)
        if not heads_are_one(kept, absorbed):
            values |= {name: getattr(kept, name) for choice in OF_THE_HEAD for name in CHOICES[choice]}
        absorbed.merged_into, absorbed.updated_at = kept, self.now
        absorbed.save(update_fields=["merged_into", "updated_at"])
        self._set(values)
        before["added_members"], before["head_member"] = self._people()
        before["spells"] = self._spells()
        before["moved"] = self._move_once()
        before["subscriptions"] = subscriptions.move(absorbed, kept)
        merge = HouseholdMerge.objects.create(
            kept=kept,
            absorbed=absorbed,
            before=before,
            reason=note,
            merged_by=self.actor,
            merged_at=self.now,
        )
        self._movements(note)
        return merge

    def _before(self) -> dict[str, Any]:
        """Everything undoing needs, in plain values."""
        return {
            "pair": self.pair.pk,
            "kept": _plain(self.kept),
            "absorbed": _plain(self.absorbed),
        }

    def _set(self, values: dict[str, Any]) -> None:
        kept = self.kept
        for name, value in values.items():
            setattr(kept, name, value)
        own, source = latest_list(kept), latest_list(self.absorbed)
        if source and (own is None or source.effective_on > own.effective_on):
            kept.source = source
        kept.updated_at = self.now
        kept.index_name()
        kept.save(update_fields=[*FIELDS, *_KEYS, "source", "updated_at"])

    def _people(self) -> tuple[list[int], dict[str, Any]]:
        """Add the people the kept household lacks; its first member follows its head's facts."""
        own = list(self.kept.members.order_by("position"))
        ours = [_person(member) for member in own] or [_head(self.kept)]
        theirs = [_person(member) for member in self.absorbed.members.order_by("position")]
        added = missing_people(ours, theirs or [_head(self.absorbed)])
        if added and not own:
            added = ours + added
        first = max((member.position for member in own), default=-1) + 1
        created = [
            HouseholdMember.objects.create(household=self.kept, position=first + place, **values).pk
            for place, values in enumerate(added)
        ]
        head = own[0] if own and own[0].position == 0 else None
        if head is None:
            return created, {}
        former = {"id": head.pk, "values": _json(_person(head))}
        for name, value in _head(self.kept).items():
            if value not in BLANKS:
                setattr(head, name, value)
        head.save(update_fields=list(_PERSON))
        return created, former

    def _spells(self) -> dict[str, Any]:
        """End the absorbed household's class, and let the kept one's history be that of both."""
        ours, theirs = _in_force(self.kept), _in_force(self.absorbed)
        combined = combined_spells(ours, theirs)
        left, ended = end(theirs, self.today, SpellEnd.MERGED)
        superseded = [spell.id for spell in (*ours, *left) if spell.id and spell not in combined]
        PovertySpell.objects.filter(pk__in=superseded).update(superseded_at=self.now)
        rows = [_spell_row(self.kept, spell, self.now) for spell in combined if spell not in ours]
        rows += [_spell_row(self.absorbed, spell, self.now) for spell in ended]
        for row in rows:
            row.save(force_insert=True)
        return {
            "superseded": superseded,
            "written": [row.pk for row in rows],
            "kept": _classes(self.kept),
        }

    def _move_once(self) -> dict[str, list[int]]:
        """Certificates, assessments and earlier devices the kept household has none like."""
        moved = {}
        for model, key in _ONCE:
            own = set(model._default_manager.filter(household=self.kept).values_list(*key))
            rows = model._default_manager.filter(household=self.absorbed)
            take = [row.pk for row in rows if tuple(getattr(row, name) for name in key) not in own]
            model._default_manager.filter(pk__in=take).update(household=self.kept)
            moved[model._meta.model_name] = take
        return moved

    def _movements(self, note: str) -> None:
        for household, other in ((self.kept, self.absorbed), (self.absorbed, self.kept)):
            Movement.objects.create(
                household=household,
                kind=MovementKind.MERGED,
                effective_on=self.today,
                other=other,
                note=note,
                recorded_by=self.actor,
                recorded_at=self.now,
            )


# --- undoing ----------------------------------------------------------------------------------------


def undo_obstacle(merge: HouseholdMerge) -> str:
    """Why the merge cannot be undone any more, as a sentence; "" when it can."""
    kept = Household.objects.get(pk=merge.kept_id)
    if merge.undone_at:
        return _("The merge has been undone already.")
    if kept.merged_into_id:
        return _("“%(name)s” was itself merged with another household: undo that first.") % {"name": kept}
    later = kept.movements.filter(recorded_at__gt=merge.merged_at, superseded_at__isnull=True)
    if (
        kept.updated_at != merge.merged_at
        or _classes(kept) != merge.before["spells"]["kept"]
        or later.exists()
    ):
        return _(
            "“%(name)s” was changed after the merge, by a list or by hand: it can no longer be undone."
        ) % {"name": kept}
    answers = merge_undoing.send(sender=HouseholdMerge, merge=merge)
    numbers = {merge.before[side]["national_id"] for side in ("kept", "absorbed")} - {""}
    rivals = Household.objects.standing().filter(province=kept.province, national_id__in=numbers)
    if rivals.exclude(pk=kept.pk).exists():
        return _("Another household has the identity number one of the two had before by now.")
    return next((answer for _receiver, answer in answers if answer), "")


def undo_merge(merge: HouseholdMerge, *, reason: str, actor: Any) -> HouseholdMerge:
    """Make two households of the one again, as they were, while nothing later rests on the merge.

    History is not rewritten: spells and movements of the merge are superseded and the former ones stand
    again. The pair comes back to the queue.
    """
    province = merge.kept.province
    if not may_resolve(actor, province):
        raise Refusal(
            _("Only a register officer of %(place)s may do this.") % {"place": province.name_in_text}
        )
    if not reason.strip():
        raise Refusal(_("Say why the merge is undone."))
    with transaction.atomic():
        RegisterVersion.objects.select_for_update().get(province=province)
        _refuse_while_writing(province)
        merge = HouseholdMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        obstacle = undo_obstacle(merge)
        if obstacle:
            raise Refusal(obstacle)
        now = timezone.now()
        undone = HouseholdMerge.objects.filter(pk=merge.pk, undone_at__isnull=True).update(
            undone_by=actor, undone_at=now, undo_reason=reason.strip()
        )
        if not undone:
            raise Refusal(_("Somebody else was faster: look at the household again."))
        _put_back(merge, now)
        next_version(province)
        both = [merge.kept_id, merge.absorbed_id]
        register_changed.send(sender=Household, province=province, households=both)
        merge.refresh_from_db()
        record(
            "beneficiaries.household.unmerge", merge.kept, actor=actor,
            before={"merge": merge.pk, "absorbed": merge.absorbed_id}, reason=reason.strip(),
        )  # fmt: skip
    return merge


def _put_back(merge: HouseholdMerge, now: datetime) -> None:
    before = merge.before
    kept = Household.objects.select_for_update(no_key=True).get(pk=merge.kept_id)
    absorbed = Household.objects.select_for_update(no_key=True).get(pk=merge.absorbed_id)
    _restore(kept, before["kept"])
    _restore(absorbed, before["absorbed"])
    HouseholdMember.objects.filter(pk__in=before["added_members"]).delete()
    head = before["head_member"]
    if head:
        values = head["values"] | {"birth_date": _day(head["values"]["birth_date"])}
        HouseholdMember.objects.filter(pk=head["id"]).update(**values)
    PovertySpell.objects.filter(pk__in=before["spells"]["written"]).update(superseded_at=now)
    for spell in PovertySpell.objects.filter(pk__in=before["spells"]["superseded"]).order_by("pk"):
        spell.pk, spell.recorded_at, spell.superseded_at = None, now, None
        spell.save(force_insert=True)
    for model, _key in _ONCE:
        rows = model._default_manager.filter(pk__in=before["moved"][model._meta.model_name])
        rows.filter(household=kept).update(household=absorbed)
    subscriptions.move_back(merge)
    both = [kept.pk, absorbed.pk]
    Movement.objects.filter(household__in=both, kind=MovementKind.MERGED, recorded_at=merge.merged_at).update(
        superseded_at=now
    )
    DuplicateCandidate.objects.filter(pk=before["pair"], state=DuplicateState.SAME).update(
        state=DuplicateState.OPEN, decided_by=None, decided_at=None, note=""
    )


def _restore(household: Household, values: dict[str, Any]) -> None:
    for name in FIELDS:
        setattr(household, name, _day(values[name]) if name == "birth_date" else values[name])
    household.merged_into_id, household.source_id = None, values["source_id"]
    household.updated_at = datetime.fromisoformat(values["updated_at"])
    household.index_name()
    household.save(update_fields=[*FIELDS, *_KEYS, "merged_into", "source", "updated_at"])


def _day(text: str | None) -> date | None:
    return parse_date(text) if text else None


# --- plain values -----------------------------------------------------------------------------------


def _plain(household: Household) -> dict[str, Any]:
    values = _json(values_of(household))
    return values | {"source_id": household.source_id, "updated_at": household.updated_at.isoformat()}


def _json(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, (date, datetime)) else value
        for name, value in values.items()
    }


def _person(member: HouseholdMember) -> dict[str, Any]:
    return {name: getattr(member, name) for name in _PERSON}


def _head(household: Household) -> dict[str, Any]:
    """The head as a member of the household; what the household does not say of them is left blank."""
    own = {name: getattr(household, name) for name in _PERSON if name not in ("name", "relation")}
    return {"name": household.head_name, "relation": "", **own}


def _in_force(household: Household) -> list[Spell]:
    rows = household.spells.filter(superseded_at__isnull=True).order_by("valid_from", "pk")
    return [
        Spell(
            row.poverty_class, row.valid_from, row.valid_to, row.reason, row.decision_number,
            row.decision_date, row.source_id, row.pk, row.ended_by,
        )
        for row in rows
    ]  # fmt: skip


def _classes(household: Household) -> list[list[str]]:
    """The classes in force as plain values: undoing another merge writes the same ones anew."""
    return [
        [spell.poverty_class, str(spell.valid_from), str(spell.valid_to or ""), spell.reason, spell.ended_by]
        for spell in _in_force(household)
    ]


def _spell_row(household: Household, spell: Spell, now: datetime) -> PovertySpell:
    return PovertySpell(
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
