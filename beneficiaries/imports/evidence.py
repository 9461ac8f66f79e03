"""Certificates and information deprivation that lists state, beside the household itself.

The certificate is the one of the list's year (Đắk Nông's plan II.3); deprivation is indicators 11 and 12 as
the review found them (Decree 07/2021/NĐ-CP). A blank wipes neither, and an assessment that says what the
latest one says is no news.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ..choices import AssessmentOccasion
from ..models import InformationDeprivation, ListBatch, PovertyCertificate
from .diff import Change
from .records import HouseholdRecord

CHUNK = 1_000
INDICATORS = ("lacks_telecom", "lacks_means")
#: Names under which a row's changes speak of them.
EVIDENCE_FIELDS = frozenset({"certificate_number", "certificate_date", *INDICATORS})


@dataclass(frozen=True, slots=True)
class Certificate:
    """A household's certificate of the list's year, as the register has it."""

    number: str
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What one assessment found; None: that indicator was not assessed."""

    on: date
    is_review: bool
    lacks_telecom: bool | None
    lacks_means: bool | None


@dataclass(slots=True)
class Evidence:
    """What the register knows of some households, by their pk; assessments the latest first."""

    certificates: dict[int, Certificate] = field(default_factory=dict)
    assessments: dict[int, list[Assessment]] = field(default_factory=dict)


def states_evidence(record: HouseholdRecord) -> bool:
    """Whether the record says anything of a certificate or of the indicators."""
    return bool(
        record.certificate_number
        or record.certificate_date
        or record.lacks_telecom is not None
        or record.lacks_means is not None
    )


def evidence_changes(
    record: HouseholdRecord, household_id: int | None, known: Evidence, day: date
) -> list[Change]:
    """What the record says of them that the register does not know yet; ``day`` is the assessment's where
    the record states none. Pure."""
    if not states_evidence(record):
        return []
    changes: list[Change] = []
    held = known.certificates.get(household_id) if household_id is not None else None
    if record.certificate_number and (held is None or held.number != record.certificate_number):
        changes.append(Change("certificate_number", held.number if held else "", record.certificate_number))
    stated = record.certificate_date
    if stated and (held or record.certificate_number) and (held is None or held.issued_on != stated):
        changes.append(Change("certificate_date", held.issued_on if held else None, stated))
    assessments = known.assessments.get(household_id, []) if household_id is not None else []
    found = _latest(assessments, record.reviewed_on or day)
    for name in INDICATORS:
        old, new = getattr(found, name, None), getattr(record, name)
        if new is not None and new != old:
            changes.append(Change(name, old, new))
    return changes


def _latest(assessments: Iterable[Assessment], day: date) -> Assessment | None:
    """The review of that very day, else the latest assessment until then."""
    until = [one for one in assessments if one.on <= day]
    return next((one for one in until if one.on == day and one.is_review), until[0] if until else None)


def load_evidence(batch: ListBatch, household_ids: Iterable[int] | None = None) -> Evidence:
    """The province's certificates of the batch's year and its assessments, or those of some households."""
    certificates = PovertyCertificate.objects.filter(
        household__province=batch.province_id, year=batch.period.year
    )
    assessments = InformationDeprivation.objects.filter(household__province=batch.province_id)
    if household_ids is not None:
        wanted = list(household_ids)
        certificates = certificates.filter(household__in=wanted)
        assessments = assessments.filter(household__in=wanted)
    known = Evidence()
    columns = certificates.order_by().values_list("household_id", "number", "issued_on")
    for household_id, number, issued_on in columns.iterator(5_000):
        known.certificates[household_id] = Certificate(number, issued_on)
    found: dict[int, list[Assessment]] = defaultdict(list)
    rows = assessments.order_by("-assessed_on", "-id").values_list(
        "household_id", "assessed_on", "occasion", *INDICATORS
    )
    for household_id, on, occasion, telecom, means in rows.iterator(5_000):
        is_review = occasion == AssessmentOccasion.REVIEW
        found[household_id].append(Assessment(on, is_review, telecom, means))
    known.assessments = dict(found)
    return known


class EvidenceWriter:
    """Writes what a batch's records state of certificates and deprivation, and tells how to undo it."""

    def __init__(self, batch: ListBatch, now: datetime) -> None:
        self.batch, self.now = batch, now

    def write(self, stated: Mapping[int, HouseholdRecord], news: Mapping[int, set[str]]) -> dict[int, Any]:
        """``news`` names the fields to write by household. Returns what undoing needs, by household:
        "certificate" and "assessment", each with its ``id`` and what stood there (None: nothing)."""
        undo: dict[int, Any] = defaultdict(dict)
        papers = {pk for pk, names in news.items() if names & {"certificate_number", "certificate_date"}}
        for pk, entry in self._certificates({pk: stated[pk] for pk in papers}).items():
            undo[pk]["certificate"] = entry
        reviews = {pk for pk, names in news.items() if names & set(INDICATORS)}
        for pk, entry in self._assessments({pk: stated[pk] for pk in reviews}).items():
            undo[pk]["assessment"] = entry
        return undo

    def _certificates(self, stated: dict[int, HouseholdRecord]) -> dict[int, Any]:
        year, undo = self.batch.period.year, {}
        held = {
            row.household_id: row
            for row in PovertyCertificate.objects.filter(household__in=list(stated), year=year)
        }
        created = []
        for pk, record in stated.items():
            row = held.get(pk)
            if row is None:
                row = PovertyCertificate(household_id=pk, year=year)
                created.append(row)
                before = None
            else:
                before = {
                    "number": row.number,
                    "issued_on": row.issued_on.isoformat() if row.issued_on else None,
                    "source": row.source_id,
                    "recorded_by": row.recorded_by_id,
                }
            row.number = record.certificate_number or row.number
            row.issued_on = record.certificate_date or row.issued_on
            self._sign(row)
            undo[pk] = (row, before)
        PovertyCertificate.objects.bulk_create(created, batch_size=CHUNK)
        changed = list(held.values())
        PovertyCertificate.objects.bulk_update(
            changed, ["number", "issued_on", "source", "recorded_by", "recorded_at"], batch_size=CHUNK
        )
        return {pk: {"id": row.pk, "before": before} for pk, (row, before) in undo.items()}

    def _assessments(self, stated: dict[int, HouseholdRecord]) -> dict[int, Any]:
        days = {pk: record.reviewed_on or self.batch.effective_on for pk, record in stated.items()}
        same_day = InformationDeprivation.objects.filter(
            household__in=list(stated), occasion=AssessmentOccasion.REVIEW, assessed_on__in=set(days.values())
        )
        held = {row.household_id: row for row in same_day if row.assessed_on == days[row.household_id]}
        created, undo = [], {}
        for pk, record in stated.items():
            row = held.get(pk)
            if row is None:
                row = InformationDeprivation(
                    household_id=pk, assessed_on=days[pk], occasion=AssessmentOccasion.REVIEW
                )
                created.append(row)
                before = None
            else:
                before = {name: getattr(row, name) for name in INDICATORS}
                before |= {"source": row.source_id, "recorded_by": row.recorded_by_id}
            for name in INDICATORS:
                if getattr(record, name) is not None:
                    setattr(row, name, getattr(record, name))
            self._sign(row)
            undo[pk] = (row, before)
        InformationDeprivation.objects.bulk_create(created, batch_size=CHUNK)
        InformationDeprivation.objects.bulk_update(
            list(held.values()), [*INDICATORS, "source", "recorded_by", "recorded_at"], batch_size=CHUNK
        )
        return {pk: {"id": row.pk, "before": before} for pk, (row, before) in undo.items()}

    def _sign(self, row: PovertyCertificate | InformationDeprivation) -> None:
        row.source, row.recorded_by, row.recorded_at = self.batch, self.batch.confirmed_by, self.now
