"""Taking back the latest movement of a household that was recorded by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import MovementKind
from ..duplicates.finding import withdraw_pairs_of
from ..models import Household, HouseholdMember, Movement
from ..permissions import may_change_register
from ..signals import register_changed
from .households import next_version, take_household
from .movements import ACTION, follow_head


def latest_by_hand(household: Household) -> Movement | None:
    """The household's latest movement if it was recorded by hand here and can be taken back."""
    movement = household.movements.filter(superseded_at__isnull=True).order_by("-recorded_at", "-pk").first()
    if movement is None or movement.source_id or _undo_of(movement) is None:
        return None
    later = household.spells.filter(recorded_at__gt=movement.recorded_at)
    return None if later.exists() else movement


def undo_movement(movement: Movement, *, reason: str, actor: Any) -> None:
    """Take back the household's latest movement recorded by hand, while nothing later rests on it.

    History is not rewritten: what the movement wrote is superseded, and what it superseded stands again.
    """
    if not may_change_register(actor, movement.household):
        raise Refusal(_("Only a register officer of the province may change the register."))
    if not reason.strip():
        raise Refusal(_("Say why it is taken back."))
    with transaction.atomic():
        seen = Household.objects.get(pk=movement.household_id)
        household = take_household(seen, actor, seen.updated_at)
        current = latest_by_hand(household)
        undo = _undo_of(movement)
        if current is None or current.pk != movement.pk or undo is None:
            raise Refusal(
                _(
                    "Only the latest movement recorded by hand can be taken back, and only while no list "
                    "followed."
                )
            )
        _Undo(household, current, undo, seen.updated_at).take()
        next_version(household.province)
        touched = [pk for pk in (household.pk, current.other_id) if pk]
        register_changed.send(sender=Household, province=household.province, households=touched)
        record(
            "beneficiaries.household.unmove", household, actor=actor,
            before={"movement": movement.pk, "kind": movement.kind}, reason=reason.strip(),
        )  # fmt: skip


def _undo_of(movement: Movement) -> dict[str, Any] | None:
    """What the record kept for taking this movement back; None where it was recorded elsewhere."""
    entries = AuditEntry.objects.filter(
        object_type=Household._meta.label_lower, object_id=str(movement.household_id), action=ACTION
    )
    return next(
        (entry.after["undo"] for entry in entries if entry.after.get("movement") == movement.pk), None
    )


class _Undo:
    """One movement being taken back."""

    def __init__(
        self, household: Household, movement: Movement, undo: dict[str, Any], changed_at: datetime
    ) -> None:
        self.household, self.movement, self.undo = household, movement, undo
        #: When each household was changed last, before this.
        self.changed_at = {household.pk: changed_at}
        self.now = timezone.now()

    def take(self) -> None:
        kind = self.movement.kind
        if kind == MovementKind.MOVED_IN:
            self._move_back()
        elif kind == MovementKind.HEAD_CHANGED:
            self._head_back()
        elif kind == MovementKind.SPLIT:
            self._rejoin()
        elif kind == MovementKind.MERGED:
            self._unmerge()
        self._restore_spells(self.household)
        both = [self.movement.pk, self.undo.get("twin")]
        Movement.objects.filter(pk__in=[pk for pk in both if pk]).update(superseded_at=self.now)
        self._restore_moments()

    def _restore_moments(self) -> None:
        """A household that nobody changed since the movement is as it was before it, its moment included."""
        for key, (before, after) in self.undo.get("changed", {}).items():
            if self.changed_at.get(int(key)) == datetime.fromisoformat(after):
                Household.objects.filter(pk=int(key)).update(updated_at=datetime.fromisoformat(before))

    def _restore_spells(self, household: Household) -> None:
        moment = self.movement.recorded_at
        written = household.spells.filter(recorded_at=moment, superseded_at__isnull=True)
        standing = list(household.spells.filter(superseded_at=moment))
        written.update(superseded_at=self.now)
        for spell in standing:
            spell.pk, spell.recorded_at, spell.superseded_at = None, self.now, None
            spell.save(force_insert=True)

    def _move_back(self) -> None:
        household = self.household
        if household.commune_id != self.movement.to_commune_id:
            raise Refusal(_("The household's commune was changed since; it cannot be taken back."))
        commune = AdministrativeArea.objects.select_related("parent").filter(pk=self.undo["commune"]).first()
        household.commune, household.village = commune, self.undo["village"]
        if commune is not None and commune.parent is not None:
            household.district = commune.parent
        household.save(update_fields=["commune", "district", "village"])

    def _head_back(self) -> None:
        people = self._people(self.household)
        former = people[0]
        self.household.member_count = self.undo["member_count"]
        follow_head(self.household, former)

    def _rejoin(self) -> None:
        new = self.movement.other
        if new is None or not _is_untouched(new, self.movement.recorded_at):
            raise Refusal(
                _("The household that split off has gone its own way since; the split cannot be taken back.")
            )
        self._people(new)
        self.household.member_count = self.undo["member_count"]
        self.household.save(update_fields=["member_count"])
        new.spells.filter(superseded_at__isnull=True).update(superseded_at=self.now)
        Household.objects.filter(pk=new.pk).update(removed_at=self.now, updated_at=self.now)
        withdraw_pairs_of(new.pk)

    def _unmerge(self) -> None:
        other = self.movement.other
        if other is None or other.merged_into_id or other.removed_at:
            raise Refusal(_("The other household is no longer in the register."))
        self._people(other)
        self.changed_at[other.pk] = other.updated_at
        Household.objects.filter(pk=other.pk).update(
            member_count=self.undo["other_count"], updated_at=self.now
        )

    def _people(self, where: Household) -> list[HouseholdMember]:
        """The members the movement touched, back in this household and at their places."""
        known = {pk: (position, relation) for pk, position, relation in self.undo["members"]}
        members = {member.pk: member for member in where.members.filter(pk__in=known)}
        if set(members) != set(known):
            raise Refusal(_("The members were changed since; the movement cannot be taken back."))
        for pk, (position, relation) in known.items():
            member = members[pk]
            member.household, member.position, member.relation = self.household, position, relation
            member.save(update_fields=["household", "position", "relation"])
        return [members[pk] for pk in known]


def _is_untouched(household: Household, since: datetime) -> bool:
    """Whether nothing has happened to a household since it came to be, in this app or a higher one."""
    elsewhere = (
        relation.related_model._base_manager.filter(**{relation.field.name: household}).exists()
        for relation in household._meta.related_objects
        if relation.related_model._meta.app_label != household._meta.app_label
    )
    return (
        not any(elsewhere)
        and household.merged_into_id is None
        and household.updated_at == since
        and not household.batch_rows.exists()
        and not household.movements.filter(recorded_at__gt=since).exists()
        and not household.certificates.exists()
        and not household.deprivations.exists()
    )
