"""DOLISA's desk: lists written by the test, uploaded, confirmed, and the register they make."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from beneficiaries import workflow
from beneficiaries.imports.options import NO_OPTIONS
from beneficiaries.imports.reading import read_workbook
from beneficiaries.models import Household, ListBatch
from smartphone_support.areas.gazetteer import Gazetteer
from smartphone_support.jobs.running import execute
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from tests.spreadsheets.building import write_xlsx
from tests.spreadsheets.lists import A_LUOI, HONG_VAN, flat, line

NAMES = ["Hồ Văn Brôi", "Kăn Mrai", "Hồ Viết Đạt", "Hồ Thị Oanh", "A Viết Thuận", "Nguyễn Thị Diệu Hương"]


def household(number, name=None, **cells):
    """A row of the flat list: its number makes name, identity number and birthday its own."""
    cells.setdefault("D", f"{number % 27 + 1:02}/03/19{60 + number % 30}")
    cells.setdefault("F", identity(number))
    return line(number, name or f"{NAMES[number % 6]} {number}", **cells)


def identity(number):
    """The number on the card of `household(number)`."""
    return f"0460{60 + number % 30}{number:06}"


class Desk:
    """Each method is one step of a list, done by Huế's register officer unless told otherwise."""

    def __init__(self, cast, folder):
        self.cast, self.folder = cast, folder

    def file(self, *rows, sections=(A_LUOI, HONG_VAN), name="danh-sach.xlsx"):
        path = write_xlsx(self.folder / "list.xlsx", {"Danh sách": flat(*sections, *rows)})
        return SimpleUploadedFile(name, path.read_bytes())

    def upload(self, *rows, year=2023, by="hue-dolisa", file=None, province="46", **options) -> ListBatch:
        return workflow.upload_list(
            file or self.file(*rows, **options),
            kind="annual",
            period=date(year, 12, 1),
            effective_on=date(year, 12, 31),
            province=self.cast.area(province),
            actor=self.cast(by),
        )

    def read(self, *rows, **options) -> ListBatch:
        return self.work(self.upload(*rows, **options))

    def work(self, batch) -> ListBatch:
        """Run the batch's waiting job in this process, as a worker would."""
        execute(str(batch.job.key))
        return ListBatch.objects.get(pk=batch.pk)

    def confirm(self, batch, reason="", by="hue-dolisa") -> ListBatch:
        return self.work(workflow.confirm_batch(batch, actor=self.cast(by), reason=reason))

    def register(self, *rows, reason="", **options) -> ListBatch:
        batch = self.confirm(self.read(*rows, **options), reason)
        assert batch.state == "applied", batch.failure
        return batch


@pytest.fixture(autouse=True)
def in_english():
    """Sentences are compared as they stand in the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def desk(cast, tmp_path):
    return Desk(cast, tmp_path)


@pytest.fixture
def classes():
    """`classes(date)`: head's name → class on that day."""

    def on(day):
        return dict(Household.objects.as_of(day).values_list("head_name", "class_as_of"))

    return on


@pytest.fixture
def read(tmp_path):
    """Read sheets written by the test, given as rows."""

    def read_sheets(*sheets, hidden=(), options=NO_OPTIONS, name="a.xlsx", **named):
        named |= {f"Trang {number}": rows for number, rows in enumerate(sheets, 1)}
        path = write_xlsx(tmp_path / name, named, hidden)
        return read_workbook(path, Gazetteer.packaged("46"), options=options)

    return read_sheets


@pytest.fixture
def refusal(read):
    def refusal_of(*sheets, **named):
        with pytest.raises(SpreadsheetRefused) as refused:
            read(*sheets, **named)
        return refused.value

    return refusal_of
