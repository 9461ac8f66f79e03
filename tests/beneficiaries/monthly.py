"""Monthly lists for tests of what becomes of them: the lines as the reader hands them over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from beneficiaries import workflow
from beneficiaries.imports import staging
from beneficiaries.imports.records import HouseholdRecord, MovementRecord, ReadResult, SheetInfo

from .conftest import NAMES, identity

KNOWN = frozenset(
    {
        "head_name", "birth_date", "birth_year", "national_id", "village", "commune_code", "district_code",
        "member_count", "decision_number", "decision_date",
    }
)  # fmt: skip


def line(kind, number, name=None, *, row=8, new_head="", other_name="", **stated):
    """A line about ``conftest.household(number)``, unless told otherwise."""
    born = date(1960 + number % 30, 3, number % 27 + 1)
    values = {
        "head_name": name or f"{NAMES[number % 6]} {number}", "birth_date": born, "birth_year": born.year,
        "national_id": identity(number), "commune_code": "20047", "district_code": "481",
        "village": "Thôn A Năm", "member_count": 4, "known": KNOWN,
    } | stated  # fmt: skip
    if values["birth_date"] is None:
        values["birth_year"] = None
    record = HouseholdRecord(kind, row + number, **values)
    return MovementRecord(kind, record, new_head=new_head, other_name=other_name)


class MonthlyDesk:
    """DOLISA's desk for monthly lists; the reader is told what it finds in the file."""

    def __init__(self, desk, monkeypatch):
        self.desk, self.monkeypatch = desk, monkeypatch

    def upload(self, month, *lines):
        self.monkeypatch.setattr(staging, "read_file", lambda *a: self.read_as(lines))
        year, number = map(int, month.split("-"))
        last = [31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][number - 1]
        return workflow.upload_list(
            self.desk.file(), kind="monthly", period=date(year, number, 1),
            effective_on=date(year, number, last), province=self.desk.cast.area("46"),
            actor=self.desk.cast("hue-dolisa"),
        )  # fmt: skip

    @staticmethod
    def read_as(lines):
        sheet = SheetInfo("Biến động", columns={"B": "head_name"}, first_row=8, last_row=8)
        return ReadResult([sheet], movements=[copied(one) for one in lines])

    def read(self, month, *lines):
        return self.desk.work(self.upload(month, *lines))

    def register(self, month, *lines):
        batch = self.desk.confirm(self.read(month, *lines))
        assert batch.state == "applied", batch.failure or batch.notice
        return batch


def copied(movement):
    """Staging may change what it is given; a line is used for several lists."""

    return replace(movement, household=replace(movement.household))
