"""The department's answer to a list: a workbook with a row a line, and the letter that goes with it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from openpyxl import Workbook

from programs.models import Program
from programs.papers.office import (
    bases,
    department_head,
    department_name,
    department_symbol,
    director_signature,
    number_line,
    place_day,
    plan_basis,
)
from smartphone_support.documents.paper import Annex, Block, Column, Paper, Paragraph, Row, Table
from smartphone_support.documents.words import counted
from smartphone_support.spreadsheets.writing import (
    BAD_FILL,
    fit_height,
    prepare_print,
    set_widths,
    write_header,
    write_line,
    write_row,
)
from smartphone_support.web.templatetags.web import masked_id, masked_phone

from ..choices import ConfirmationState, LineDecision, ServiceKind
from ..models import ConfirmationLine, ConfirmationRequest
from .permits import own_operator
from .wording import said

#: Words of the answer, as the operator's own files have them; official papers are always Vietnamese.
_DECISIONS = {
    LineDecision.CONFIRMED: "Xác nhận",
    LineDecision.REFUSED: "Không xác nhận",
}
_SERVICES = {ServiceKind.MOBILE: "Di động", ServiceKind.FIXED: "Băng rộng cố định"}
_HEADER = (
    "STT", "Dòng trong danh sách gửi", "Họ và tên thuê bao", "Số định danh", "Số thuê bao", "Dịch vụ",
    "Mức hỗ trợ (đồng/tháng)", "Kết quả", "Lý do",
)  # fmt: skip
_WIDTHS = (6, 12, 28, 18, 16, 20, 14, 18, 70)


def lines_of(request: ConfirmationRequest) -> list[ConfirmationLine]:
    return list(request.lines.order_by("sheet", "row", "pk"))


def result_words(line: ConfirmationLine) -> str:
    """ "Xác nhận", "Không xác nhận"; before the answer what stands is not told."""
    return _DECISIONS.get(LineDecision(line.decision), "Chưa có kết quả")


def reason_words(line: ConfirmationLine) -> str:
    """Why a line is not confirmed, with the basis; nothing where it is."""
    if line.decision != LineDecision.REFUSED:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        articles = dict.fromkeys(one.article for one in said(line.reasons, {}) if not one.is_note)
    basis = "; ".join(article for article in articles if article)
    return f"{line.decision_reason} ({basis})" if basis else str(line.decision_reason)


def answer_workbook(request: ConfirmationRequest, reader: Any) -> bytes:
    """A row for each line of the operator's list, in its order, with the result and why.

    The operator reads the numbers it sent; for everybody else their middle is hidden.
    """
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Kết quả xác nhận"
    last = len(_HEADER)
    write_line(sheet, 1, "KẾT QUẢ XÁC NHẬN DANH SÁCH", last=last, bold=True)
    write_line(
        sheet, 2, f"{request.operator.name}, tính đến ngày {request.as_of:%d/%m/%Y}", last=last, italic=True
    )
    write_header(sheet, 4, _HEADER)
    fit_height(sheet, 4, _HEADER, _WIDTHS)
    lines = lines_of(request)
    several = len({line.sheet for line in lines}) > 1
    for number, line in enumerate(lines, start=1):
        values = (
            number, f"{line.sheet}: {line.row}" if several else line.row, line.subscriber_name,
            *_numbers(line, request, reader), _service(line), line.level, result_words(line),
            reason_words(line),
        )  # fmt: skip
        fill = BAD_FILL if line.decision == LineDecision.REFUSED else None
        write_row(sheet, 4 + number, values, fill=fill)
        fit_height(sheet, 4 + number, values, _WIDTHS)
    set_widths(sheet, _WIDTHS)
    prepare_print(sheet, header_rows=(4, 4))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _numbers(line: ConfirmationLine, request: ConfirmationRequest, reader: Any) -> tuple[str, str]:
    """Identity number and subscriber number as this person may read them."""
    own = own_operator(reader)
    if own is not None and own.pk == request.operator_id:
        return line.national_id, line.number
    return masked_id(line.national_id), masked_phone(line.number)


def _service(line: ConfirmationLine) -> str:
    return _SERVICES.get(ServiceKind(line.service), "") if line.service else ""


def answer_letter(request: ConfirmationRequest) -> Paper:
    """The letter: how many are confirmed, how many are not; the annex names each, numbers hidden in part."""
    province, lines = request.province, lines_of(request)
    confirmed = [line for line in lines if line.decision == LineDecision.CONFIRMED]
    refused = [line for line in lines if line.decision == LineDecision.REFUSED]
    answered = request.state == ConfirmationState.ANSWERED
    day = timezone.localdate(request.answered_at) if answered and request.answered_at else None
    department = department_name(province)
    about = f" ({request.subject})" if request.subject else ""
    body: list[Block] = [Paragraph(text, italic=True) for text in bases(_bases(request))]
    body.append(
        Paragraph(
            f"Theo đề nghị của {request.operator.name}{about} về việc xác nhận danh sách thuê bao được hỗ "
            f"trợ sử dụng dịch vụ viễn thông công ích, tính đến ngày {request.as_of:%d/%m/%Y}, {department} "
            f"đã kiểm tra, đối chiếu {counted(len(lines))} dòng của danh sách và có kết quả như sau:"
        )
    )
    body.append(Paragraph(f"Xác nhận {counted(len(confirmed))} dòng đúng đối tượng được hỗ trợ.", lead="1."))
    body.append(Paragraph(f"Không xác nhận {counted(len(refused))} dòng.", lead="2."))
    body += [Paragraph(text.strip()) for text in request.note.splitlines() if text.strip()]
    body.append(
        Paragraph(
            f"Đề nghị {request.operator.name} căn cứ kết quả tại Phụ lục kèm theo để thực hiện hỗ trợ theo "
            "quy định./."
        )
    )
    return Paper(
        letterhead=department_head(province),
        number=number_line(request.number if answered else "", f"TB-{department_symbol(province)}"),
        place_day=place_day(province, day),
        kind="THÔNG BÁO",
        summary="Kết quả xác nhận danh sách đối tượng được hỗ trợ sử dụng dịch vụ viễn thông công ích",
        addressee=f"Kính gửi: {request.operator.name}.",
        blocks=tuple(body),
        signatures=(director_signature(),),
        recipients=("- Như trên;", "- Lưu: VT."),
        annexes=(_annex(request, lines),),
        is_draft=not answered,
    )


def _bases(request: ConfirmationRequest) -> list[str]:
    plans = Program.objects.filter(province=request.province).in_force().select_related("province")
    program = plans.order_by("-first_year", "-pk").first()
    return plan_basis(program) if program else []


def _annex(request: ConfirmationRequest, lines: Sequence[ConfirmationLine]) -> Annex:
    columns = (
        Column("STT", 10, "center"), Column("Dòng", 14, "center"), Column("Họ và tên thuê bao", 48),
        Column("Số định danh", 32), Column("Dịch vụ", 30), Column("Kết quả", 32), Column("Lý do", 86),
    )  # fmt: skip
    rows = tuple(
        Row(
            (
                str(number), str(line.row), line.subscriber_name, masked_id(line.national_id), _service(line),
                result_words(line), reason_words(line),
            )
        )
        for number, line in enumerate(lines, start=1)
    )  # fmt: skip
    return Annex(
        title="PHỤ LỤC",
        summary=f"Kết quả từng dòng của danh sách, tính đến ngày {request.as_of:%d/%m/%Y}",
        reference="",
        blocks=(Table(columns, rows),),
    )
