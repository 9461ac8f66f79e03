"""A household's story: what happened to it, in one order of time, with source and person.

Higher apps add their part: ``register(provider)`` in their ``AppConfig.ready``; a provider takes the
household and the reader and returns events that this reader may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from smartphone_support.accounts.scope import scope
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.tables import DASH

from ..choices import AssessmentOccasion, BatchState, DeviceKind, DuplicateState, Outcome, SpellEnd
from ..models import (
    BatchRow,
    DuplicateCandidate,
    Household,
    HouseholdMerge,
    ListBatch,
    Movement,
    PovertySpell,
)
from ..presenting import ShownChange, Wording
from ..tables import batch_title, class_badge

LISTS_SHOWN = 100


@dataclass(frozen=True)
class Event:
    """One thing that happened on a day. `recorded_at`/`superseded_at` say when the system believed so;
    without `recorded_at` it counts as always known. `details` are short sentences, `source` names the list,
    decision or record it rests on, `who` the person who put it there.
    """

    on: date
    title: str
    icon: str = "circle"
    badge: Any = ""
    details: tuple[str, ...] = ()
    changes: list[ShownChange] = field(default_factory=list)
    links: tuple[tuple[str, str], ...] = ()
    source: str = ""
    source_url: str = ""
    who: str = ""
    recorded_at: datetime | None = None
    superseded_at: datetime | None = None

    def is_known_at(self, moment: datetime | None) -> bool:
        """Whether the system believed this at that moment; None: now."""
        if moment is None:
            return self.superseded_at is None
        if self.recorded_at and self.recorded_at > moment:
            return False
        return self.superseded_at is None or self.superseded_at > moment


Provider = Callable[[Household, Any], Iterable[Event]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let another app tell its part of the story."""
    if provider not in _providers:
        _providers.append(provider)


def story_of(household: Household, user: Any, known_at: datetime | None = None) -> list[Event]:
    """Every event this person may see, the latest first, as known now or at a moment."""
    own = (
        _classes_and_movements(household, user, known_at),
        _lists(household, user),
        _certificates(household, user),
        _assessments(household, user),
        _earlier_devices(household),
        _duplicates(household, user),
        _merges(household, user),
        _hand_changes(household),
    )
    events = [event for part in own for event in part]
    events += [event for provider in _providers for event in provider(household, user)]
    shown = [event for event in events if event.is_known_at(known_at)]
    oldest = datetime.min.replace(tzinfo=timezone.get_current_timezone())
    return sorted(shown, key=lambda event: (event.on, event.recorded_at or oldest), reverse=True)


def _list_source(batch: ListBatch | None, user: Any) -> dict[str, Any]:
    """Which list says so, its page for those who may open it, and who confirmed it."""
    if batch is None:
        return {}
    sees = user.has_perm("beneficiaries.view_listbatch")
    return {
        "source": batch_title(batch),
        "source_url": reverse("beneficiaries:batch_detail", args=[batch.pk]) if sees else "",
        "who": str(batch.confirmed_by or batch.uploaded_by),
    }


def decision_words(number: str, on: date | None) -> str:
    """ "Decision 12/QĐ-UBND, 05/01/2024", or nothing."""
    if not number:
        return ""
    words = _("Decision %(number)s") % {"number": number}
    return f"{words}, {day(on)}" if on else words


def day(value: date) -> str:
    return str(date_format(value, "SHORT_DATE_FORMAT"))


def _local_day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


# --- classes and movements ------------------------------------------------------------------------


def _classes_and_movements(household: Household, user: Any, known_at: datetime | None) -> Iterable[Event]:
    """Spells and movements; a movement that a spell began with is told once, with the class."""
    related = ("source__confirmed_by", "source__uploaded_by")
    spells = [spell for spell in household.spells.select_related(*related) if _believed(spell, known_at)]
    movements = [
        movement
        for movement in household.movements.select_related(
            *related, "recorded_by", "from_commune", "to_commune", "other"
        )
        if _believed(movement, known_at)
    ]
    begun = {(spell.valid_from, spell.source_id): spell for spell in spells}
    told: set[int] = set()
    for movement in movements:
        spell = begun.get((movement.effective_on, movement.source_id))
        if spell is not None:
            told.add(spell.pk)
        yield _movement(movement, spell, user)
    for spell in spells:
        if spell.pk not in told:
            yield _spell(spell, user)


def _believed(row: PovertySpell | Movement, known_at: datetime | None) -> bool:
    if known_at is None:
        return row.superseded_at is None
    return row.recorded_at <= known_at and (row.superseded_at is None or row.superseded_at > known_at)


def _spell(spell: PovertySpell, user: Any) -> Event:
    details = [
        spell.get_reason_display(),
        decision_words(spell.decision_number, spell.decision_date),
        _until(spell),
    ]
    return Event(
        spell.valid_from,
        _("Class"),
        "layers",
        badge=class_badge(spell.poverty_class),
        details=tuple(filter(None, details)),
        **_list_source(spell.source, user),
        recorded_at=spell.recorded_at,
        superseded_at=spell.superseded_at,
    )


def _until(spell: PovertySpell) -> str:
    if spell.valid_to is None:
        return _("in force")
    words = _("until %(day)s") % {"day": day(spell.valid_to)}
    if spell.ended_by in SpellEnd.values:
        return f"{words}: {SpellEnd(spell.ended_by).label}"
    return words


def _movement(movement: Movement, spell: PovertySpell | None, user: Any) -> Event:
    details = [
        decision_words(movement.decision_number, movement.decision_date),
        _between(movement),
        movement.note,
        _until(spell) if spell else "",
    ]
    other = movement.other
    seen = other and Household.objects.visible_to(user).filter(pk=other.pk).exists()
    source = _list_source(movement.source, user)
    if movement.source is None:
        source = {"source": _("Recorded by hand"), "who": str(movement.recorded_by or "")}
    return Event(
        movement.effective_on,
        movement.get_kind_display(),
        "arrow-right-left",
        badge=class_badge(spell.poverty_class) if spell else "",
        details=tuple(filter(None, details)),
        links=((other.head_name, household_url(other.pk)),) if other and seen else (),
        **source,
        recorded_at=movement.recorded_at,
        superseded_at=movement.superseded_at,
    )


def _between(movement: Movement) -> str:
    if movement.from_commune and movement.to_commune:
        places = {"old": movement.from_commune.name, "new": movement.to_commune.name}
        return _("from %(old)s to %(new)s") % places
    return ""


def household_url(pk: int) -> str:
    return reverse("beneficiaries:household_detail", args=[pk])


# --- lists ----------------------------------------------------------------------------------------


def _lists(household: Household, user: Any) -> Iterable[Event]:
    """The lists in the register that named the household, with what each changed."""
    rows = list(
        BatchRow.objects.filter(
            household=household, batch__state__in=[BatchState.APPLIED, BatchState.REVERTED]
        )
        .exclude(outcome=Outcome.BLOCKED)
        .select_related("batch__file", "batch__confirmed_by", "batch__uploaded_by")
        .order_by("-batch__applied_at")[:LISTS_SHOWN]
    )
    wording = Wording.of_rows(rows)
    for row in rows:
        place = _("sheet “%(sheet)s”, row %(row)s") % {"sheet": row.sheet, "row": row.row} if row.row else ""
        yield Event(
            row.batch.effective_on,
            batch_title(row.batch),
            "upload",
            details=tuple(filter(None, (row.get_outcome_display(), place))),
            changes=wording.changes(row.changes),
            **_list_source(row.batch, user),
            recorded_at=row.batch.applied_at,
            superseded_at=row.batch.reverted_at,
        )


# --- evidence -------------------------------------------------------------------------------------


def _certificates(household: Household, user: Any) -> Iterable[Event]:
    for row in household.certificates.select_related("source", "recorded_by"):
        details = (row.issuer, _("certified copy at hand") if row.has_certified_copy else "")
        yield Event(
            row.issued_on or _local_day(row.recorded_at),
            _("Certificate %(number)s for %(year)s") % {"number": row.number, "year": str(row.year)},
            "badge-check",
            details=tuple(filter(None, details)),
            **(_list_source(row.source, user) or {"who": str(row.recorded_by or "")}),
            recorded_at=row.recorded_at,
        )


def _assessments(household: Household, user: Any) -> Iterable[Event]:
    for row in household.deprivations.select_related("source", "recorded_by"):
        after = row.occasion == AssessmentOccasion.AFTER_SUPPORT
        title = _("Information deprivation after support") if after else _("Information deprivation")
        details = (
            f"{label}: {lacks_words(value)}"
            for label, value in (
                (_("11. Telecommunication services"), row.lacks_telecom),
                (_("12. Means of access to information"), row.lacks_means),
            )
        )
        yield Event(
            row.assessed_on,
            title,
            "wifi-off" if row.lacks_telecom or row.lacks_means else "wifi",
            details=tuple(details),
            **(_list_source(row.source, user) or {"who": str(row.recorded_by or "")}),
            recorded_at=row.recorded_at,
        )


def lacks_words(value: bool | None) -> str:
    """An indicator's answer: lacking, not lacking, not assessed."""
    if value is None:
        return _("not assessed")
    return _("deprived") if value else _("not deprived")


def _earlier_devices(household: Household) -> Iterable[Event]:
    for device in household.earlier_devices.all():
        yield Event(
            device.received_on,
            _("Earlier device: %(device)s") % {"device": device.get_kind_display()},
            "tablet-smartphone",
            source=device.source,
        )


# --- duplicates and changes by hand ---------------------------------------------------------------


def _duplicates(household: Household, user: Any) -> Iterable[Event]:
    decided = DuplicateCandidate.objects.filter(
        Q(first=household) | Q(second=household),
        state__in=[DuplicateState.SAME, DuplicateState.DIFFERENT],
        decided_at__isnull=False,
    ).select_related("first", "second", "decided_by")
    names = _names_for(user, (pk for pair in decided for pk in (pair.first_id, pair.second_id)))
    for pair in decided:
        other = pair.second_id if pair.first_id == household.pk else pair.first_id
        title = (
            _("Found to be the same household as %(name)s")
            if pair.state == DuplicateState.SAME
            else _("Found to be another household than %(name)s")
        )
        moment = pair.decided_at or pair.found_at
        yield Event(
            _local_day(moment),
            title % {"name": names.get(other) or _("one of another district")},
            "users",
            details=(pair.note,) if pair.note else (),
            who=str(pair.decided_by or ""),
            recorded_at=moment,
        )


def _names_for(user: Any, ids: Iterable[int]) -> dict[int, str]:
    """The heads of those of the households that lie in the reader's scope, also of merged ones."""
    return dict(Household.objects.filter(scope(user), pk__in=set(ids)).values_list("pk", "head_name"))


def _merges(household: Household, user: Any) -> Iterable[Event]:
    rows = HouseholdMerge.objects.filter(kept=household).select_related("merged_by", "undone_by")
    names = _names_for(user, (merge.absorbed_id for merge in rows))
    for merge in rows:
        name = {"name": names.get(merge.absorbed_id) or _("one of another district")}
        yield Event(
            _local_day(merge.merged_at),
            _("Merged with the double entry %(name)s") % name,
            "merge",
            details=(merge.reason,) if merge.reason else (),
            who=str(merge.merged_by),
            recorded_at=merge.merged_at,
        )
        if merge.undone_at:
            yield Event(
                _local_day(merge.undone_at),
                _("Merge with %(name)s undone") % name,
                "undo-2",
                details=(merge.undo_reason,) if merge.undo_reason else (),
                who=str(merge.undone_by or ""),
                recorded_at=merge.undone_at,
            )


def _hand_changes(household: Household) -> Iterable[Event]:
    entries = list(
        AuditEntry.objects.filter(
            object_type=Household._meta.label_lower,
            object_id=str(household.pk),
            action="beneficiaries.household.change",
        )[:LISTS_SHOWN]
    )
    changes = [entry.after.get("changes", []) for entry in entries]
    codes = (code for rows in changes for row in rows if row[0] == "commune_code" for code in row[1:3])
    wording = Wording(code for code in codes if code)
    for entry, rows in zip(entries, changes, strict=True):
        details = (entry.reason, entry.after.get("evidence", ""))
        facts = [row for row in rows if row[0] not in DeviceKind.values]
        gear = [_device_change(*row) for row in rows if row[0] in DeviceKind.values]
        yield Event(
            _local_day(entry.at),
            _("Changed by hand"),
            "pencil",
            details=tuple(filter(None, details)),
            changes=[*wording.changes(facts), *gear],
            who=entry.actor_name,
            recorded_at=entry.at,
        )


def _device_change(kind: str, old: str | None, new: str | None) -> ShownChange:
    was, becomes = (day(date.fromisoformat(value)) if value else DASH for value in (old, new))
    return ShownChange(str(DeviceKind(kind).label), was, becomes)
