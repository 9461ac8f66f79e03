"""From an applied list back to the register before it: one transaction, all of it or nothing.

History is not rewritten. The spells the list wrote are superseded and those it displaced stand again as new
rows, so that what was known before the revert can still be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from smartphone_support.jobs.running import Progress

from ..choices import BatchKind, BatchState, Outcome, RowDecision
from ..models import (
    BatchRow,
    Household,
    HouseholdMember,
    InformationDeprivation,
    ListBatch,
    Movement,
    PovertyCertificate,
    PovertySpell,
    RegisterVersion,
)
from .bulk import insert
from .naming import NAMED
from .ordering import latest_period
from .writing import CHUNK, WRITTEN, unpack_member, update, write_people

_CREATED = Q(outcome=Outcome.NEW) | Q(outcome=Outcome.AMBIGUOUS, decision=RowDecision.NEW)
_TOUCHED = (
    _CREATED
    | Q(outcome__in=[Outcome.CHANGED, Outcome.GONE])
    | Q(outcome=Outcome.AMBIGUOUS, decision=RowDecision.SAME)
)
_RESTORED = [*WRITTEN, "head_name_folded", "head_name_key", "commune", "district", "source", "updated_at"]


def created_households(batch: ListBatch) -> QuerySet[Household]:
    """The households the batch brought into the register."""
    rows = BatchRow.objects.filter(_CREATED, batch=batch, household__isnull=False)
    return Household.objects.filter(pk__in=rows.values("household_id"))


def written_households(batch: ListBatch) -> QuerySet[Household]:
    """The households the batch created, changed or closed; those it only named are not among them."""
    rows = BatchRow.objects.filter(_TOUCHED, batch=batch, household__isnull=False)
    return Household.objects.filter(pk__in=rows.values("household_id"))


class Reverter:
    """Takes one batch back. Whoever uses it holds the province's ``RegisterVersion`` and has made sure that
    nothing later depends on the batch."""

    def __init__(self, batch: ListBatch, progress: Progress) -> None:
        if batch.applied_at is None:
            raise ValueError(f"batch {batch.pk} was never applied")
        self.batch, self.progress = batch, progress
        self.applied_at: datetime = batch.applied_at
        self.now = timezone.now()
        self.rows = BatchRow.objects.filter(batch=batch)
        self.total = self.rows.filter(_TOUCHED).count()
        self.done = 0

    def revert(self) -> None:
        """Put back spells, movements, households and what stands beside them."""
        created = created_households(self.batch)
        created.update(removed_at=self.now, updated_at=self.now)
        PovertyCertificate.objects.filter(source=self.batch, household__in=created).delete()
        InformationDeprivation.objects.filter(source=self.batch, household__in=created).delete()
        Movement.objects.filter(source=self.batch, superseded_at__isnull=True).update(superseded_at=self.now)
        self._spells()
        for chunk in self._written():
            self._households(chunk)
            self._evidence(chunk)
            self.done += len(chunk)
            self.progress.report(self.done, self.total, "reverting")
        self._sources()

    def _written(self) -> Iterator[list[BatchRow]]:
        """Rows with something to put back, the last written first, each household once in a portion."""
        rows = self.rows.exclude(undo={})
        if self.batch.kind == BatchKind.MONTHLY:
            last_first = sorted(rows, key=lambda row: -row.undo["turn"])
            for _turn, same in groupby(last_first, key=lambda row: row.undo["turn"]):
                yield list(same)
            return
        last = 0
        while page := list(rows.filter(position__gt=last).order_by("position")[:CHUNK]):
            yield page
            last = page[-1].position

    # -- spells -----------------------------------------------------------------------------------

    def _spells(self) -> None:
        """Everything the batch wrote carries its moment, and so does everything it displaced.

        A movement, merge or list recorded since and taken back has written its households' spells once
        more: of those, what was known just before the batch stands again.
        """
        own = PovertySpell.objects.filter(household__province=self.batch.province_id)
        later = own.filter(household__in=written_households(self.batch), recorded_at__gt=self.applied_at)
        rewritten = set(later.order_by().values_list("household_id", flat=True))
        displaced = own.filter(
            Q(superseded_at=self.applied_at) | Q(household__in=rewritten, superseded_at__gt=self.applied_at)
        ).filter(recorded_at__lt=self.applied_at)
        own.filter(
            Q(recorded_at=self.applied_at) | Q(household__in=rewritten, recorded_at__gt=self.applied_at),
            superseded_at__isnull=True,
        ).update(superseded_at=self.now)
        again = []
        for spell in displaced.order_by("pk").iterator(CHUNK):
            spell.pk, spell.recorded_at, spell.superseded_at = None, self.now, None
            spell._state.adding = True
            again.append(spell)
        insert(again)

    # -- households -------------------------------------------------------------------------------

    def _households(self, rows: list[BatchRow]) -> None:
        before: dict[int, dict[str, Any]] = {
            int(pk): was for row in rows for pk, was in row.undo.get("households", {}).items()
        }
        households = Household.objects.select_for_update(no_key=True).in_bulk(list(before))
        # A number that passed from one household to another goes back the same way: let go, then take.
        numbers = [pk for pk, was in before.items() if "national_id" in was.get("fields", {})]
        Household.objects.filter(pk__in=numbers).update(national_id="")
        for pk, household in households.items():
            for name, value in before[pk].get("fields", {}).items():
                if name in ("commune", "district", "source"):
                    setattr(household, f"{name}_id", value)
                else:
                    is_day = name == "birth_date" and value
                    setattr(household, name, date.fromisoformat(value) if is_day else value)
            household.index_name()
            # Its own moment again: a list before this one asks whether somebody changed it since.
            household.updated_at = datetime.fromisoformat(before[pk]["at"])
        update(Household, list(households.values()), _RESTORED)
        people = {pk: was["members"] for pk, was in before.items() if "members" in was}
        HouseholdMember.objects.filter(household__in=list(people)).delete()
        write_people({pk: list(map(unpack_member, named)) for pk, named in people.items()})

    def _sources(self) -> None:
        """Of households still said to be written by this list (lists once said so of all they named): the
        list that named them last before it."""
        earlier = BatchRow.objects.filter(
            NAMED,
            household=OuterRef("pk"),
            batch__state=BatchState.APPLIED,
            batch__applied_at__lt=self.applied_at,
        )
        latest = earlier.order_by("-batch__applied_at", "-pk").values("batch")[:1]
        Household.objects.filter(source=self.batch, removed_at__isnull=True).update(source=Subquery(latest))

    # -- certificates and deprivation -------------------------------------------------------------

    def _evidence(self, rows: list[BatchRow]) -> None:
        """What a person recorded since the list stays: the list's own value is gone by then."""
        for model, name in ((PovertyCertificate, "certificate"), (InformationDeprivation, "assessment")):
            entries = [row.undo[name] for row in rows if name in row.undo]
            own = model._default_manager.filter(recorded_at=self.applied_at, source=self.batch)
            own.filter(pk__in=[entry["id"] for entry in entries if entry["before"] is None]).delete()
            for entry in entries:
                if entry["before"] is not None:
                    values = {_column(key): value for key, value in entry["before"].items()}
                    own.filter(pk=entry["id"]).update(**values, recorded_at=self.now)


def _column(name: str) -> str:
    return f"{name}_id" if name in ("source", "recorded_by") else name


def move_register_back(batch: ListBatch) -> None:
    """Give the register another version: previews made against it are made anew."""
    RegisterVersion.objects.filter(province=batch.province_id).update(
        version=F("version") + 1, latest_annual=latest_period(batch.province, kind=BatchKind.ANNUAL)
    )
