"""Files of the delivery that fit the demo: a filled delivery workbook, lists of IMEIs to take in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook, load_workbook

from allocations.choices import DevicePlace, PaymentMeans, Receiver, SupportForm
from allocations.delivery.reasons import WORDS, Undeliverable
from allocations.delivery.workbook import (
    DELIVERED,
    FORM_WORDS,
    INDEX,
    MEANS_WORDS,
    NOT_DELIVERED,
    RECEIVER_WORDS,
    RESULT_WORDS,
    SHEET,
    waiting_supports,
    write_delivery_workbook,
)
from allocations.models import AllocationRound, Device

from .accounts import PREFIXES
from .deliveries import MODEL, PACKAGE, imei
from .offices import Office
from .rounds import FIRST_ROUND

HANDED = date(2023, 9, 12)
CASH = 500_000
#: Devices of a sample list, and the block their invented numbers are taken from.
LISTED, BLOCKS = 40, {"46": 8, "67": 9}


def write_delivery_samples(folder: Path, province: str) -> list[Path]:
    """The first operator's delivery workbook of the finished round, and two lists of IMEIs.

    Nothing where the demo is not loaded: the workbook's keys belong to its supports.
    """
    office = Office(PREFIXES[province])
    round_ = AllocationRound.objects.filter(program__province__code=province, name=FIRST_ROUND).first()
    if round_ is None:
        return []
    operator = office.organisation("viettel")
    supports = waiting_supports(round_, operator, office.officer)
    devices: dict[str, list[str]] = {}
    there = Device.objects.filter(round=round_, operator=operator, place=DevicePlace.DISTRICT)
    for name, number in there.order_by("imei").values_list("district__name", "imei"):
        devices.setdefault(name, []).append(number)
    filled = folder / f"{province}-phieu-ban-giao-viettel.xlsx"
    content = write_delivery_workbook(round_, operator, supports)
    filled.write_bytes(fill_delivery(content, devices, on=HANDED, absent=1, mistyped=1))
    new = [imei(BLOCKS[province], number) for number in range(LISTED)]
    good = folder / f"{province}-danh-sach-imei.xlsx"
    good.write_bytes(_imei_list(new))
    bad = folder / f"{province}-danh-sach-imei-co-loi.txt"
    # A digit mistyped, one left out, one device twice.
    bad.write_text("\n".join([new[0], _mistyped(new[1]), new[2][:-1], new[0]]) + "\n", encoding="utf-8")
    return [filled, good, bad]


def fill_delivery(
    content: bytes, devices: Mapping[str, Sequence[str]], *, on: date, absent: int = 0, mistyped: int = 0
) -> bytes:
    """Fill a delivery workbook in as an operator does in Excel, while there are devices of the district.

    `devices`: the district's name → IMEIs that stand there. The last rows filled are those of `absent`
    households and those with a mistyped IMEI; rows without a device stay empty.
    """
    book = load_workbook(io.BytesIO(content))
    sheet = book[SHEET]
    left = {name: list(numbers) for name, numbers in devices.items()}
    given: list[int] = []
    for row in range(1, sheet.max_row + 1):
        if "-" not in str(sheet.cell(row, INDEX["key"]).value or ""):
            continue
        told = {"result": RESULT_WORDS[DELIVERED], "receiver": RECEIVER_WORDS[Receiver.HEAD]}
        told["handed_on"] = f"{on:%d/%m/%Y}"
        here = left.get(str(sheet.cell(row, INDEX["district"]).value), [])
        if sheet.cell(row, INDEX["form"]).value == FORM_WORDS[SupportForm.CASH]:
            told |= {
                "invoice_number": f"HD{row:05d}", "invoice_date": "20/05/2023", "seller": "Cửa hàng minh họa",
                "invoice_amount": "1.890.000", "cash_amount": f"{CASH}",
                "payment_means": MEANS_WORDS[PaymentMeans.CASH],
            }  # fmt: skip
        elif here:
            told |= {"imei": here.pop(0), "package": PACKAGE}
            given.append(row)
        else:
            continue
        for name, value in told.items():
            sheet.cell(row, INDEX[name]).value = value
    for row in given[len(given) - absent - mistyped : len(given) - mistyped]:
        for name in ("imei", "package", "receiver", "handed_on"):
            sheet.cell(row, INDEX[name]).value = None
        sheet.cell(row, INDEX["result"]).value = RESULT_WORDS[NOT_DELIVERED]
        sheet.cell(row, INDEX["why"]).value = WORDS[Undeliverable.ABSENT]
    for row in given[len(given) - mistyped :]:
        cell = sheet.cell(row, INDEX["imei"])
        cell.value = _mistyped(str(cell.value))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _mistyped(number: str) -> str:
    """Another last digit: the number no longer fits its check digit."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def _imei_list(numbers: Sequence[str]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "Danh sách máy"
    sheet.append(["STT", "IMEI", "Số sê-ri", "Hãng và kiểu máy"])
    for place, number in enumerate(numbers, start=1):
        sheet.append([place, number, f"MH{number[8:14]}", MODEL])
    sheet.column_dimensions["B"].width = 20
    sheet.column_dimensions["D"].width = 24
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
