"""Bad files at an operator's door: a sentence for the file or for each row, and nothing else is kept."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from allocations.delivery.workbook import COLUMNS, INDEX, waiting_supports, write_delivery_workbook
from allocations.models import DeliveryUpload, Device, HandOver
from smartphone_support.documents.models import StoredFile
from smartphone_support.spreadsheets.limits import MEGABYTE, Limits
from tests.spreadsheets.building import write_xlsx
from tests.spreadsheets.hostile import HOSTILE

from .handing import Delivery, imei

pytestmark = pytest.mark.django_db
SHEET = "Phiếu bàn giao"
HEADER, FIRST = 6, 7
GIVEN = {"result": "Đã bàn giao", "handed_on": "01/03/2024", "receiver": "Chủ hộ"}


@pytest.fixture
def delivery(a_luoi, story, cast):
    delivery = Delivery(story, cast, [a_luoi])
    delivery.at_district(1, 2, 3, 4)
    delivery.assigned()
    return delivery


class Desk:
    """A downloaded workbook of Viettel, somebody's hands on it, and the door it comes back through."""

    def __init__(self, delivery, client):
        self.delivery, self.client = delivery, client
        self.operator, officer = delivery.operator(), delivery.cast("hue-viettel")
        supports = waiting_supports(delivery.round, self.operator, officer)
        self.book = load_workbook(
            io.BytesIO(write_delivery_workbook(delivery.round, self.operator, supports))
        )
        self.sheet = self.book[SHEET]

    def write(self, row, **cells):
        for name, value in cells.items():
            self.sheet.cell(FIRST + row, INDEX[name]).value = value
        return self

    def bytes(self):
        content = io.BytesIO()
        self.book.save(content)
        return content.getvalue()

    def give_back(self, content=None, who="hue-viettel", name="phieu.xlsx"):
        client, who_is = self.client, self.delivery.cast
        client.cookies["django_language"] = "en"
        who_is.log_in(client, who)
        url = reverse("allocations:delivery_upload", args=[self.delivery.round.pk])
        query = "" if who == "hue-viettel" else f"?operator={self.operator.pk}"
        file = SimpleUploadedFile(name, self.bytes() if content is None else content)
        return client.post(url + query, {"file": file})

    def refused(self, content=None):
        """The sentence about the whole file; fails where anything but a sentence came of it."""
        page = self.give_back(content)
        assert page.status_code == 200
        (sentence,) = page.context["form"].non_field_errors()
        assert not DeliveryUpload.objects.exists()
        assert not StoredFile.objects.exists()
        return sentence

    def read(self, **known):
        """What each filled row would record; nothing is recorded yet."""
        assert self.give_back(**known).status_code == 302
        assert not HandOver.objects.exists()
        return DeliveryUpload.objects.latest("pk").rows


@pytest.fixture
def desk(delivery, client):
    return Desk(delivery, client)


@pytest.mark.parametrize(("make", "words"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_leaves_its_sentence_and_nothing_else(desk, tmp_path, make, words):
    assert words in desk.refused(make(tmp_path))


KINDS = {
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
    "a photo": (b"\xff\xd8\xff\xe0" + b"\x00" * 200, "photo|image|picture"),
    "a web page": (b"<html><body><table><tr><td>IMEI</td></tr></table></body></html>", "web page"),
    "text": ("Hồ Văn Brôi đã nhận máy".encode(), "no delivery workbook|text"),
    "separated values": (b"STT;IMEI;Xa\n1;356938030000017;A\n", "no delivery workbook"),
    "nothing": (b"", "empty"),
    "noise": (bytes(range(256)) * 40, "workbook"),
}


@pytest.mark.parametrize(("content", "words"), KINDS.values(), ids=KINDS)
def test_another_kind_of_file_named_as_a_workbook_is_told(desk, content, words):
    sentence = desk.refused(content)
    assert any(word in sentence for word in words.split("|")), sentence


def test_a_file_larger_than_a_workbook_can_be_is_refused_before_it_is_read(desk, monkeypatch):
    monkeypatch.setattr("allocations.delivery.reading.LIMITS", Limits(file_bytes=MEGABYTE))
    assert "MB" in desk.refused(b"PK\x03\x04" + b"0" * 2_000_000)


def test_a_hundred_thousand_empty_rows_are_refused_by_their_number_and_a_few_thousand_are_read(desk):
    desk.write(0, **GIVEN, imei=imei(1))
    for row in range(FIRST + 10, FIRST + 5_000):
        desk.sheet.cell(row, 2).value = " "
    assert [row["outcome"] for row in desk.read()] == ["delivered"]
    DeliveryUpload.objects.all().delete()
    StoredFile.objects.all().delete()
    desk.sheet.cell(100_000, 2).value = " "
    assert "far cell B100000" in desk.refused()


def test_empty_rows_between_the_rows_change_nothing(desk):
    desk.write(0, **GIVEN, imei=imei(1)).write(2, **GIVEN, imei=imei(2))
    desk.sheet.insert_rows(FIRST + 1, 40)
    assert [(row["outcome"], row["row"]) for row in desk.read()] == [
        ("delivered", FIRST), ("delivered", FIRST + 42),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["imei", "receiver", "note", "phone_number"])
def test_a_formula_without_a_result_is_told_and_never_read_as_an_empty_cell(desk, name):
    desk.write(0, **(GIVEN | {"imei": imei(1), name: "=VLOOKUP(A1,Z:Z,1)"})).write(1, **GIVEN, imei=imei(2))
    first, second = desk.read()
    assert (first["outcome"], first["column"]) == ("problem", desk.sheet.cell(1, INDEX[name]).column_letter)
    assert "formula in this cell has no result" in first["sentence"]
    assert second["outcome"] == "delivered"


def test_a_row_of_which_only_a_formula_is_filled_in_is_told_too(desk):
    (row,) = desk.write(1, imei="=A1").read()
    assert (row["outcome"], row["row"]) == ("problem", FIRST + 1)


def test_what_looks_like_a_formula_stays_the_text_it_is(desk, cast):
    desk.write(0, **GIVEN, imei=imei(1))
    cell = desk.sheet.cell(FIRST, INDEX["note"])
    cell.value, cell.data_type = '=HYPERLINK("http://x")', "s"
    (row,) = desk.read()
    assert row["facts"]["note"] == '=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    "name", [name for name, _title, _width, is_open in COLUMNS if is_open and name not in ("imei", "result")]
)
def test_a_column_of_answers_that_is_gone_is_named(desk, name):
    """A receiver nobody named would be the head of household, a reason would be lost."""
    desk.write(0, **GIVEN, imei=imei(1))
    desk.sheet.cell(HEADER, INDEX[name]).value = None
    title = next(title for column, title, *_rest in COLUMNS if column == name)
    assert f"the column “{title}” is missing" in desk.refused()


def test_a_header_merged_over_its_neighbour_is_told_by_the_column_it_swallowed(desk):
    desk.write(0, **GIVEN, imei=imei(1))
    desk.sheet.merge_cells(
        start_row=HEADER, end_row=HEADER, start_column=INDEX["handed_on"], end_column=INDEX["receiver"]
    )
    assert "the column “Người nhận” is missing" in desk.refused()


def test_a_parent_merged_over_the_header_is_no_harm(desk):
    desk.write(0, **GIVEN, imei=imei(1))
    desk.sheet.cell(HEADER - 1, INDEX["receiver"]).value = "Người nhận máy"
    desk.sheet.merge_cells(
        start_row=HEADER - 1, end_row=HEADER - 1, start_column=INDEX["receiver"], end_column=INDEX["imei"]
    )
    (row,) = desk.read()
    assert (row["outcome"], row["facts"]["receiver"]) == ("delivered", "head")


def test_a_second_column_of_the_same_header_is_refused(desk):
    desk.sheet.cell(HEADER, len(COLUMNS) + 1).value = "IMEI"
    assert "Columns Q and AC both have the header “IMEI”" in desk.write(0, **GIVEN, imei=imei(1)).refused()


def test_the_first_household_is_never_taken_for_a_header(desk):
    """Words only, under a gap of the header: what a second line of headers looks like."""
    desk.write(0, **GIVEN, imei=imei(1))
    desk.sheet.insert_cols(1, 2)
    desk.sheet.cell(HEADER, 1).value = "Tổ"
    desk.sheet.cell(FIRST, 2).value = "đã gọi"
    desk.sheet.cell(FIRST, 3).value = None
    assert [row["row"] for row in desk.read()] == [FIRST]


def test_keys_of_another_operator_and_of_another_round_are_told_by_row(desk, delivery, story):
    other = write_delivery_workbook(delivery.round, delivery.operator("vnpt"), delivery.supports)
    foreign = load_workbook(io.BytesIO(other))[SHEET]
    desk.write(0, **GIVEN, imei=imei(1), key=foreign.cell(FIRST, INDEX["key"]).value)
    elsewhere = story.round(number="99/QĐ-BTTTT")
    foreign = load_workbook(
        io.BytesIO(write_delivery_workbook(elsewhere, delivery.operator(), delivery.supports))
    )
    desk.write(1, **GIVEN, imei=imei(2), key=foreign[SHEET].cell(FIRST + 1, INDEX["key"]).value)
    desk.write(2, **GIVEN, imei=imei(3))
    rows = desk.read()
    assert [row["outcome"] for row in rows] == ["problem", "problem", "delivered"]
    assert all("belongs to another round or operator" in row["sentence"] for row in rows[:2])
    assert all(not row["name"] and not row["support"] for row in rows[:2])


@pytest.mark.parametrize("who", ["hue-viettel", "hue-dic"])
def test_a_household_given_to_another_operator_since_is_not_recorded_for_the_first(desk, delivery, who):
    """The department may give the workbook back for an operator; it is still that operator's."""
    order = list(waiting_supports(delivery.round, delivery.operator(), delivery.cast("hue-viettel")))
    desk.write(0, **GIVEN, imei=imei(1)).write(1, **GIVEN, imei=imei(2))
    delivery.assigned("vnpt", [order[0]])
    rows = desk.read(who=who)
    assert [row["outcome"] for row in rows] == ["problem", "delivered"]
    assert "is not assigned to Viettel any more" in rows[0]["sentence"]


@pytest.mark.parametrize("word", ["_x0000_", "a\u200bb\ufeff", "x" * 301, "'; DROP TABLE x; --", "<script>"])
def test_odd_words_are_read_as_words_or_told(desk, cast, word):
    desk.write(0, **GIVEN, imei=imei(1), package=word)
    (row,) = desk.read()
    if len(word) > 300:
        assert "Longer than 300" in row["sentence"]
        return
    assert row["outcome"] == "delivered"
    assert row["facts"]["package"].isprintable()
    page = desk.client.get(
        reverse("allocations:delivery_upload_detail", args=[DeliveryUpload.objects.get().pk])
    )
    assert "<script>" not in page.content.decode().partition("<main")[2].partition("</main")[0]


def test_another_workbook_with_an_imei_column_is_no_delivery_workbook(desk, tmp_path):
    rows = [["STT", "Chủ hộ", "IMEI", "Kết quả"], [1, "Hồ Văn Brôi", imei(1), "Đã bàn giao"]]
    content = write_xlsx(tmp_path / "x.xlsx", {SHEET: rows}).read_bytes()
    assert "no delivery workbook" in desk.refused(content)
    book, empty = Workbook(), io.BytesIO()
    book.save(empty)
    assert "no delivery workbook" in desk.refused(empty.getvalue())
    assert not Device.objects.filter(place="household").exists()
