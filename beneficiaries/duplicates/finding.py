"""Searches a province's register for households that may be one, and keeps the queue of pairs.

The rules are in ``duplicates`` and ``blocking``; here are the rows. Pairs a person has decided are never
asked again; open ones follow the register: they are added, weighed anew, and withdrawn when their likeness
is gone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.jobs.models import Job
from smartphone_support.jobs.running import Progress

from ..choices import DuplicateState
from ..imports.snapshot import hashed_joins
from ..models import DuplicateCandidate, Household, HouseholdMember, RegisterVersion
from ..search import index as search_index
from .blocking import find_pairs
from .scoring import Facts, Pair, Person

FIND = "beneficiaries.duplicates"
CHUNK = 1_000
_FETCHED = 5_000
#: A list written during the search is searched at once, but nobody waits for ever.
_TURNS = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What a search changed in the queue."""

    added: int
    withdrawn: int


def load_facts(province: AdministrativeArea) -> list[Facts]:
    """Every standing household of the province with its people, in two queries."""
    households = Household.objects.standing().filter(province=province)
    people: dict[int, list[Person]] = defaultdict(list)
    with hashed_joins():
        members = HouseholdMember.objects.filter(household__in=households, position__gt=0).order_by(
            "household_id", "position"
        )
        columns = ("household_id", "name", "birth_date", "birth_year", "national_id")
        for pk, *values in members.values_list(*columns).iterator(_FETCHED):
            people[pk].append(Person(*values))
        own = (
            "pk", "head_name", "head_name_folded", "birth_date", "birth_year", "gender", "national_id",
            "phone", "commune_id", "district_id", "village",
        )  # fmt: skip
        rows = households.order_by("pk").values_list(*own).iterator(_FETCHED)
        return [Facts._make((*values, tuple(people.pop(values[0], ())))) for values in rows]


def find_duplicates(subject_id: str, job: Job, progress: Progress) -> None:
    """The job: search the register of a province (``subject_id``: its ``RegisterVersion``).

    It follows every list that was written: the tables are as large as the next weeks will find them.
    """
    search_index.count_anew(connection)
    for _turn in range(_TURNS):
        version = RegisterVersion.objects.select_related("province").get(pk=subject_id)
        search_register(version.province, progress)
        if RegisterVersion.objects.filter(pk=subject_id, version=version.version).exists():
            return


def give_up(subject_id: str, job: Job, sentence: str) -> None:
    """A search that failed leaves the queue as it was; the job's own sentence is shown beside it."""


def search_register(province: AdministrativeArea, progress: Progress | None = None) -> Found:
    """Search, and bring the queue up to date in one transaction. Running it again changes nothing."""
    households = load_facts(province)
    if progress:
        progress.report(len(households) // 2, len(households), "comparing")
    pairs = find_pairs(households)
    found = _keep(province, pairs)
    if progress:
        progress.report(len(households), len(households), "comparing")
    return found


def _keep(province: AdministrativeArea, pairs: list[Pair]) -> Found:
    with transaction.atomic():
        # Two searches, or a search and a merge, one after the other.
        RegisterVersion.objects.get_or_create(province=province)
        RegisterVersion.objects.select_for_update().get(province=province)
        known = {
            (pair.first_id, pair.second_id): pair
            for pair in DuplicateCandidate.objects.filter(province=province)
        }
        standing = _standing({pk for pair in pairs for pk in (pair.first, pair.second)})
        current = {
            (pair.first, pair.second): pair
            for pair in pairs
            if pair.first in standing and pair.second in standing
        }
        new = [_row(province, pair) for key, pair in current.items() if key not in known]
        DuplicateCandidate.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)
        open_rows = {key: row for key, row in known.items() if row.state == DuplicateState.OPEN}
        _weigh_anew(open_rows, current)
        gone = [row.pk for key, row in open_rows.items() if key not in current]
        withdrawn = 0
        for start in range(0, len(gone), CHUNK):
            rows = DuplicateCandidate.objects.filter(
                pk__in=gone[start : start + CHUNK], state=DuplicateState.OPEN
            )
            withdrawn += rows.delete()[0]
    return Found(len(new), withdrawn)


def _standing(ids: set[int]) -> set[int]:
    """Those of the households that still stand: one may have been merged while the search ran."""
    wanted = sorted(ids)
    found: set[int] = set()
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        found.update(Household.objects.standing().filter(pk__in=chunk).values_list("pk", flat=True))
    return found


def _row(province: AdministrativeArea, pair: Pair) -> DuplicateCandidate:
    return DuplicateCandidate(
        province=province,
        first_id=pair.first,
        second_id=pair.second,
        score=pair.score,
        reasons=[reason.value for reason in pair.reasons],
    )


def _weigh_anew(
    open_rows: dict[tuple[int, int], DuplicateCandidate], current: dict[tuple[int, int], Pair]
) -> None:
    changed = []
    for key, row in open_rows.items():
        pair = current.get(key)
        if pair is None:
            continue
        reasons = [reason.value for reason in pair.reasons]
        if (row.score, row.reasons) != (pair.score, reasons):
            row.score, row.reasons = pair.score, reasons
            changed.append(row)
    DuplicateCandidate.objects.bulk_create(
        changed,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["score", "reasons"],
    )


def withdraw_pairs_of(household_id: int, *, besides: int | None = None) -> None:
    """Drop the open pairs of a household that no longer stands, but for the pair decided now."""
    rows = DuplicateCandidate.objects.filter(
        Q(first=household_id) | Q(second=household_id), state=DuplicateState.OPEN
    )
    (rows if besides is None else rows.exclude(pk=besides)).delete()
