"""Corrections reach the reader: cells, places and mended workbooks change what the list says."""

import pytest

from beneficiaries.imports.memory import options_of
from beneficiaries.models import ListBatch

from .conftest import household, identity
from .test_screens import address, download, faulty, officer, pages_in_english, problem, row_of, send, text

pytestmark = pytest.mark.django_db
__all__ = ["faulty", "officer", "pages_in_english"]


def test_several_cells_are_corrected_on_the_page_and_read_again(officer, desk, faulty):
    page = text(officer.get(address("batch_rows", faulty.pk), {"outcome": "errors", "cause": "every"}))
    number, name = problem(faulty, "bad_national_id"), problem(faulty, "missing_head_name")
    assert f'name="cell-{number.pk}"' in page
    typed = {f"cell-{number.pk}": identity(1), f"cell-{name.pk}": "Hồ Văn Nam",
             f"cell-{problem(faulty, 'bad_birth_date').pk}": ""}  # fmt: skip
    officer.post(address("batch_correct", faulty.pk), typed)
    batch = desk.work(ListBatch.objects.get(pk=faulty.pk))
    assert batch.state == "awaiting_confirmation"
    assert [p.code for p in batch.problems.all()] == ["bad_birth_date"]
    assert "Hồ Văn Nam" in text(officer.get(address("batch_rows", batch.pk), {"outcome": "new"}))
    listed = text(officer.get(address("batch_corrections", batch.pk)))
    assert "2 corrected cells" in listed
    assert identity(1) not in listed


def test_cells_mended_in_excel_become_corrections(officer, desk, faulty):
    book = download(officer, faulty)
    sheet = book["Errors"]
    number = problem(faulty, "bad_national_id")
    row_of(sheet, f"{number.column}{number.row}")[4].value = identity(1)
    assert sheet.column_dimensions["N"].hidden
    answer = send(officer, faulty, book)
    assert answer.url == address("batch_corrections", faulty.pk)
    page = text(officer.get(answer.url))
    assert "1 corrected cell" in page
    batch = desk.work(ListBatch.objects.get(pk=faulty.pk))
    cell = (number.sheet, number.row, number.column)
    assert options_of(batch).corrections == {cell: identity(1)}
    assert "bad_national_id" not in {p.code for p in batch.problems.all()}


def test_a_commune_is_chosen_once_for_all_rows_with_the_place(officer, desk):
    strange = ["I", None, "Xã Hồng Vân Mới", *[None] * 5, 9]
    batch = desk.read(household(1), strange, household(2), household(3))
    assert batch.counts["blocked"] == 2
    page = officer.get(address("batch_rows", batch.pk), {"outcome": "errors", "cause": "unknown_commune"})
    assert "2 rows" in text(page)
    (place,) = page.context["places"].object_list
    officer.post(address("batch_communes", batch.pk), {"place": [place.key], "commune": ["20047"]})
    batch = desk.work(ListBatch.objects.get(pk=batch.pk))
    assert batch.counts["blocked"] == 0
    assert set(batch.rows.values_list("commune__code", flat=True)) >= {"20047"}
    listed = text(officer.get(address("batch_corrections", batch.pk)))
    assert "Xã Hồng Vân" in listed
    officer.post(address("batch_withdraw", batch.pk), {"place": place.key})
    batch = desk.work(ListBatch.objects.get(pk=batch.pk))
    assert batch.counts["blocked"] == 2
