"""Review workbooks filled in as a district does in Excel."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.core.files.base import ContentFile
from openpyxl import load_workbook

from allocations.choices import Decision, SupportForm
from allocations.lists.review_reading import receive_upload
from allocations.lists.review_workbook import (
    ADDED_FIRST_ROW,
    ADDED_INDEX,
    ADDED_SHEET,
    DECISION_WORDS,
    FORM_WORDS,
    INDEX,
    SHEET,
    write_review_workbook,
)
from allocations.models import DistrictList
from allocations.workflow.lists import apply_review_upload
from beneficiaries.models import Household

# A reviewed workbook that keeps within its quota: some households go, as many reserves move up.
REASONS = (
    "Hộ đã chuyển đi nơi khác",
    "Chủ hộ đã chết, không còn thành viên",
    "Hộ đã tự mua điện thoại, không có nhu cầu",
)


def fill_review(content: bytes) -> bytes:
    """Drop some households with a reason each and move as many reserves up, as a district does in Excel."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[SHEET]
    decision, reason = INDEX["decision"], INDEX["reason"]
    words = DECISION_WORDS
    rows = {
        kind: [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, decision).value == words[kind]]
        for kind in (Decision.KEEP, Decision.RESERVE)
    }
    dropped = 0
    for row, why in zip(islice(rows[Decision.KEEP], 4, None, 5), REASONS, strict=False):
        sheet.cell(row, decision).value = words[Decision.DROP]
        sheet.cell(row, reason).value = why
        dropped += 1
    for row in rows[Decision.RESERVE][:dropped]:
        sheet.cell(row, decision).value = words[Decision.KEEP]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def fill_in_cash(content: bytes) -> bytes:
    """Let every fourth kept household have cash for a phone it bought; one at least."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[SHEET]
    kept = [
        row
        for row in range(1, sheet.max_row + 1)
        if sheet.cell(row, INDEX["decision"]).value == DECISION_WORDS[Decision.KEEP]
    ]
    for row in kept[1::4] or kept:
        sheet.cell(row, INDEX["support_form"]).value = FORM_WORDS[SupportForm.CASH]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_found(content: bytes, found: Iterable[Household]) -> bytes:
    """Add households met in the field: those of the register, and one it has never heard of."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[ADDED_SHEET]
    rows: list[dict[str, Any]] = [
        {
            "head_name": household.head_name, "birth_year": household.birth_year,
            "national_id": household.national_id, "village": household.village,
            "commune": household.commune.name if household.commune else "",
        }
        for household in found
    ]  # fmt: skip
    place = rows[0] if rows else {"village": "Thôn 1", "commune": ""}
    rows.append(
        {
            "head_name": "Trần Thị Minh Họa", "birth_year": 1961, "village": place["village"],
            "commune": place["commune"],
        }
    )  # fmt: skip
    told = {
        "has_need": "Có",
        "decision": DECISION_WORDS[Decision.RESERVE],
        "reason": "Tổ rà soát gặp tại thôn, hộ có nhu cầu",
    }
    for row, values in enumerate(rows, start=ADDED_FIRST_ROW):
        for name, value in (values | told).items():
            sheet.cell(row, ADDED_INDEX[name]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def review(district_list: DistrictList, *, actor: Any, fill: Callable[[bytes], bytes]) -> None:
    """Download the list's workbook, fill it in, upload and confirm it."""
    content = fill(write_review_workbook(district_list))
    name = f"phieu-ra-soat-{district_list.district.code}.xlsx"
    upload = receive_upload(district_list, ContentFile(content, name=name), actor=actor)
    apply_review_upload(upload, actor=actor)
    district_list.refresh_from_db()
