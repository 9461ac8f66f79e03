"""The operator's delivery workbook: read row by row, shown, then recorded all or nothing, and only once."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from openpyxl import load_workbook

from allocations.delivery.reading import amount_of, receive_delivery_upload
from allocations.delivery.workbook import INDEX, waiting_supports, write_delivery_workbook
from allocations.models import Device, HandOver, Support
from allocations.workflow.uploads import apply_delivery_upload, discard_delivery_upload
from beneficiaries.models import PovertySpell
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal

from .handing import HANDED, Delivery, imei

FIRST = 7
GIVEN = {"result": "Đã bàn giao", "handed_on": "01/03/2024", "receiver": "Chủ hộ"}


@pytest.fixture
def delivery(a_luoi, story, cast):
    """Three households of A Lưới wait for Viettel; four phones are at the district."""
    delivery = Delivery(story, cast, [a_luoi])
    delivery.at_district(1, 2, 3, 4)
    delivery.assigned()
    return delivery


@pytest.fixture
def fill(delivery, cast):
    """`fill({0: {...}, 1: {...}})` writes cells into the rows of a fresh workbook; returns its content."""

    def call(rows, *, operator="viettel", change=None):
        org = delivery.operator(operator)
        supports = waiting_supports(delivery.round, org, cast(f"hue-{operator}"))
        book = load_workbook(io.BytesIO(write_delivery_workbook(delivery.round, org, supports)))
        sheet = book["Phiếu bàn giao"]
        for row, cells in rows.items():
            for name, value in cells.items():
                sheet.cell(row=FIRST + row, column=INDEX[name]).value = value
        if change:
            change(book)
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()

    return call


@pytest.fixture
def upload(delivery, cast):
    def call(content, *, operator="viettel", who=None, name="phieu.xlsx"):
        return receive_delivery_upload(
            delivery.round, delivery.operator(operator), ContentFile(content, name=name),
            actor=cast(who or f"hue-{operator}"),
        )  # fmt: skip

    return call


def test_the_workbook_holds_the_operators_waiting_households_and_no_others(delivery, cast):
    org, vnpt = delivery.operator(), delivery.operator("vnpt")
    content = write_delivery_workbook(
        delivery.round, org, waiting_supports(delivery.round, org, cast("hue-viettel"))
    )
    sheet = load_workbook(io.BytesIO(content))["Phiếu bàn giao"]
    assert sheet.max_row == FIRST + 2
    assert not waiting_supports(delivery.round, vnpt, cast("hue-vnpt")).exists()
    assert not waiting_supports(delivery.round, org, cast("hue-vnpt")).exists()


def test_what_the_file_says_is_shown_then_recorded_and_never_twice(fill, upload, delivery, cast):
    content = fill(
        {
            0: GIVEN | {"imei": imei(1), "phone_number": 912345678, "package": "MIMAX"},
            1: {"result": "Không giao được", "why": "Từ chối nhận", "note": "Đã mua máy khác"},
        }
    )
    held = upload(content)
    assert held.counts == {"delivered": 1, "undeliverable": 1, "hold": 0, "same": 0, "problem": 0}
    assert not HandOver.objects.exists()
    apply_delivery_upload(held, actor=cast("hue-viettel"))
    record = HandOver.objects.get()
    assert (record.device.imei, record.handed_on, record.phone_number, record.upload) == (
        imei(1), HANDED, "0912345678", held,
    )  # fmt: skip
    ended = Support.objects.get(state="undeliverable")
    assert ended.reason == "Từ chối nhận: Đã mua máy khác"
    with pytest.raises(Refusal, match="already applied"):
        apply_delivery_upload(held, actor=cast("hue-viettel"))
    again = upload(content)
    assert again.counts["same"] == 2
    with pytest.raises(Refusal, match="Nothing of this workbook"):
        apply_delivery_upload(again, actor=cast("hue-viettel"))
    assert HandOver.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        (GIVEN | {"imei": "35693803000001"}, "Q", "14 digits"),
        (GIVEN | {"imei": 3.56938e14}, "Q", "check"),
        (GIVEN | {"imei": "3.56938E+14"}, "Q", "rounded by the spreadsheet"),
        (GIVEN | {"imei": imei(1), "handed_on": "32/03/2024"}, "K", "is no day"),
        (GIVEN | {"imei": imei(1), "receiver": "Hàng xóm"}, "L", "is none of"),
        ({"result": "Không giao được"}, "AA", "Choose why"),
        ({"result": "Không giao được", "why": "Lý do khác"}, "AB", "which other reason"),
        ({"result": "Không giao được", "why": "Từ chối nhận", "imei": imei(1)}, "Q", "clear one of the two"),
        (GIVEN | {"why": "Từ chối nhận", "imei": imei(1)}, "AA", "clear one of the two"),
        (GIVEN | {"imei": imei(1), "invoice_amount": "nhiều"}, "X", "is no amount"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_by_line_and_column(fill, upload, cells, column, words):
    (row,) = upload(fill({1: cells})).rows
    assert (row["outcome"], row["row"], row["column"]) == ("problem", FIRST + 1, column)
    assert words in row["sentence"]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (GIVEN | {"imei": ""}, "IMEI is missing"),
        (GIVEN | {"imei": imei(1), "handed_on": datetime(2024, 2, 1)}, "before the decision"),
        (GIVEN | {"imei": imei(99)}, "say which make and model"),
        (GIVEN | {"imei": imei(1), "receiver": "Người được ủy quyền", "receiver_name": "A"}, "related"),
    ],
)
def test_what_the_rules_refuse_is_told_by_line(fill, upload, cells, words):
    (row,) = upload(fill({2: cells})).rows
    assert (row["outcome"], row["row"]) == ("problem", FIRST + 2)
    assert words in row["sentence"]


def test_one_bad_row_does_not_hold_up_the_others(fill, upload, delivery, cast):
    held = upload(
        fill({0: GIVEN | {"imei": imei(1)}, 1: GIVEN | {"imei": imei(1)}, 2: GIVEN | {"imei": "1"}})
    )
    assert held.counts["delivered"] == 1
    assert [row["outcome"] for row in held.rows] == ["delivered", "problem", "problem"]
    assert "stands in line 7 already" in held.rows[1]["sentence"]
    apply_delivery_upload(held, actor=cast("hue-viettel"))
    assert HandOver.objects.count() == 1


def test_what_changed_since_the_preview_stops_the_whole_upload_by_name(fill, upload, delivery, cast):
    held = upload(fill({0: GIVEN | {"imei": imei(1)}, 1: GIVEN | {"imei": imei(2)}}))
    second = delivery.supports[1]
    delivery.hand_over(second, 3)
    with pytest.raises(Refusal, match=r"Line 8 \(.*is recorded already"):
        apply_delivery_upload(held, actor=cast("hue-viettel"))
    assert HandOver.objects.count() == 1
    discard_delivery_upload(held, actor=cast("hue-viettel"))


def test_who_lost_the_claim_goes_on_hold_with_the_upload(fill, upload, delivery, cast):
    content = fill({0: GIVEN | {"imei": imei(1)}, 1: GIVEN | {"imei": imei(2)}})
    order = waiting_supports(delivery.round, delivery.operator(), cast("hue-viettel"))
    lost = order[0]
    PovertySpell.objects.filter(household=lost.household).update(valid_to=date(2024, 2, 20))
    held = upload(content)
    assert held.counts["hold"] == 1
    apply_delivery_upload(held, actor=cast("hue-viettel"))
    lost.refresh_from_db()
    assert (lost.state, lost.hold_reason) == ("on_hold", "left_register")
    assert HandOver.objects.count() == 1
    assert Device.objects.get(imei=imei(1)).place == "district"


def test_changed_keys_and_other_operators_keys_are_refused_by_row(fill, upload, delivery, cast):
    def forge(book):
        sheet = book["Phiếu bàn giao"]
        cell = sheet.cell(row=FIRST, column=INDEX["key"])
        cell.value = cell.value[:-1] + ("0" if cell.value[-1] != "0" else "1")
        sheet.cell(row=FIRST + 1, column=INDEX["key"]).value = None

    held = upload(fill({0: GIVEN | {"imei": imei(1)}, 1: GIVEN | {"imei": imei(2)}}, change=forge))
    said = [row["sentence"] for row in held.rows]
    assert "key was changed" in said[0]
    assert "no key" in said[1]
    with pytest.raises(Refusal, match=r"workbook of Viettel"):
        upload(fill({0: GIVEN | {"imei": imei(1)}}), operator="vnpt")
    with pytest.raises(PermissionDenied):
        upload(fill({0: GIVEN | {"imei": imei(1)}}), who="hue-vnpt")


def test_rows_may_be_sorted_left_out_and_columns_moved(fill, upload):
    def shuffle(book):
        sheet = book["Phiếu bàn giao"]
        sheet.delete_rows(FIRST + 1)
        sheet.insert_cols(4)
        sheet.cell(row=6, column=4).value = "Ghi chú của tổ"

    held = upload(fill({0: GIVEN | {"imei": imei(1)}, 2: GIVEN | {"imei": imei(2)}}, change=shuffle))
    assert held.counts["delivered"] == 2


def test_an_empty_workbook_and_a_foreign_file_are_refused(fill, upload):
    with pytest.raises(Refusal, match="Nothing is filled in"):
        upload(fill({}))
    with pytest.raises(Refusal):
        upload(b"abc")


def test_the_operator_is_on_the_record(fill, upload, cast):
    held = upload(fill({0: GIVEN | {"imei": imei(1)}}))
    apply_delivery_upload(held, actor=cast("hue-viettel"))
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"allocations.deliveryupload.upload", "allocations.deliveryupload.record_rows"} <= actions


@pytest.mark.parametrize(
    ("value", "amount"),
    [(500_000, 500_000), (500_000.0, 500_000), ("500.000", 500_000), ("500,000 đ", 500_000),
     ("500000 đồng", 500_000), (None, None), ("2.990.000,00", 2_990_000), ("2990000.0", 2_990_000),
     ("2,990,000.00 VND", 2_990_000), ("2 990 000", 2_990_000), ("2990000,00", 2_990_000)],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(value, amount):
    assert amount_of(value) == (amount, False)


@pytest.mark.parametrize(
    "value",
    ["nhiều", -5, 0, 1.5, True, "5e5", "2.990.000,50", "2990000.5", "2990000.000", "2.990.000.00", "2.99",
     "29.90.000", "2.990,000"],
)  # fmt: skip
def test_what_is_no_amount_is_told(value):
    assert amount_of(value) == (None, True)
