"""Báo cáo định kỳ: a periodic report as an official paper, and as a workbook with one sheet a section."""

from __future__ import annotations

import io
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.styles import Alignment

from smartphone_support.documents.paper import (
    Block,
    Column,
    Heading,
    Paper,
    Paragraph,
    Row,
    Table,
)
from smartphone_support.documents.words import numbered
from smartphone_support.spreadsheets.writing import (
    fit_height,
    prepare_print,
    set_widths,
    sheet_title,
    write_header,
    write_line,
    write_row,
)

from ..choices import ReportState
from ..models import PeriodicReport
from ..reporting import (
    BuiltSection,
    FigureTable,
    Sentence,
    Subheading,
    known_until,
    shown,
    thaw,
)
from .office import (
    bases,
    committee,
    department_head,
    department_name,
    department_symbol,
    director_signature,
    number_line,
    place_day,
    plan_basis,
)

_ROMAN = (
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
#: Columns of a paper's table that stay legible at the common size; more are set smaller.
_FEW_COLUMNS = 5


def roman(number: int) -> str:
    """4 → "IV": sections of a report are counted so (Decree 30/2020/NĐ-CP, Appendix I)."""
    found = ""
    for value, letters in _ROMAN:
        while number >= value:
            found, number = found + letters, number - value
    return found


def numbered_sections(report: PeriodicReport) -> list[tuple[str, BuiltSection, str]]:
    """(number, section, what people wrote in it): sections with neither figures nor text are left out."""
    kept = [
        (section, report.texts.get(section.key, ""))
        for section in thaw(report.figures)
        if section.blocks or report.texts.get(section.key)
    ]
    return [(roman(place), section, text) for place, (section, text) in enumerate(kept, start=1)]


def days_covered(report: PeriodicReport) -> str:
    """Which days the figures cover, and where the period still ran when they were computed."""
    until = known_until(report.figures) or report.last_day
    line = f"Số liệu từ ngày {report.first_day:%d/%m/%Y} đến ngày {until:%d/%m/%Y}"
    return line if until == report.last_day else f"{line} (kỳ báo cáo chưa kết thúc)"


def report_paper(report: PeriodicReport) -> Paper:
    """The report as it stands; before it is issued a draft without number and day."""
    program, issued = report.program, report.state == ReportState.ISSUED
    province = program.province
    symbol = f"BC-{department_symbol(province)}"
    body: list[Block] = [Paragraph(text, italic=True) for text in bases(plan_basis(program))]
    body.append(
        Paragraph(
            f"{department_name(province)} báo cáo {committee(province)} kết quả như sau. "
            f"{days_covered(report)}."
        )
    )
    for number, section, text in numbered_sections(report):
        body.append(Heading(f"{number}. {section.title.upper()}"))
        body += _blocks(section, text)
    body.append(
        Paragraph(f"Trên đây là báo cáo của {department_name(province)}, kính trình {committee(province)}./.")
    )
    return Paper(
        letterhead=department_head(province),
        number=number_line(numbered(report.number) if issued else "", symbol),
        place_day=place_day(province, report.issued_on if issued else None, year=report.last_day.year),
        kind="BÁO CÁO",
        summary=report.title,
        addressee=f"Kính gửi: {committee(province)}.",
        blocks=tuple(body),
        signatures=(director_signature(report.issued_by if issued else None),),
        recipients=("- Như trên;", "- Các cơ quan, đơn vị có liên quan;", "- Lưu: VT."),
        is_draft=not issued,
    )


def _blocks(section: BuiltSection, text: str) -> Iterator[Block]:
    for block in section.blocks:
        if isinstance(block, Sentence):
            yield Paragraph(block.text)
        elif isinstance(block, Subheading):
            yield Paragraph(block.text, bold=True)
        else:
            if block.title:
                yield Paragraph(f"{block.title}:", italic=True)
            yield _table(block)
    for line in text.splitlines():
        yield Paragraph(line)


def _table(table: FigureTable) -> Table:
    columns = tuple(
        Column(one.title, one.width, "right" if one.kind == "number" else "left") for one in table.columns
    )
    rows = tuple(Row(tuple(shown(cell) for cell in row.cells), bold=row.bold) for row in table.rows)
    return Table(columns, rows, size=11 if len(columns) <= _FEW_COLUMNS else 9.5)


# --- the workbook ---------------------------------------------------------------------------------

_MILLIMETRES_A_CHARACTER = 1.9


def report_workbook(report: PeriodicReport) -> bytes:
    """One sheet a section: its sentences, its tables with numbers as numbers, what people wrote."""
    book = Workbook()
    book.remove(book.active)
    for number, section, text in numbered_sections(report):
        sheet = book.create_sheet(sheet_title(f"{number}. {section.title}", book.sheetnames))
        width = max((len(table.columns) for table in section.tables), default=6)
        widths = _widths(section, width)
        row = _opening(sheet, report, f"{number}. {section.title}", width)
        for block in section.blocks:
            row = _write(sheet, row, block, widths)
        for line in text.splitlines():
            row = _long_line(sheet, row, line, width)
        set_widths(sheet, widths)
        prepare_print(sheet, header_rows=(1, 2))
    if not book.sheetnames:
        sheet = book.create_sheet("Báo cáo")
        _opening(sheet, report, "Báo cáo chưa có nội dung", 6)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _opening(sheet, report: PeriodicReport, title: str, width: int) -> int:  # type: ignore[no-untyped-def]  # openpyxl's sheet
    write_line(sheet, 1, report.title, last=width, bold=True, size=12)
    sheet.row_dimensions[1].height = 34
    write_line(sheet, 2, days_covered(report), last=width, italic=True, size=11)
    write_line(sheet, 4, title, last=width, bold=True, centred=False)
    return 5


def _write(sheet, row: int, block: Sentence | Subheading | FigureTable, widths: list[float]) -> int:  # type: ignore[no-untyped-def]  # openpyxl's sheet
    width = len(widths)
    if isinstance(block, Sentence):
        return _long_line(sheet, row, block.text, width)
    if isinstance(block, Subheading):
        write_line(sheet, row + 1, block.text, last=width, bold=True, size=12, centred=False)
        return row + 2
    row += 1
    if block.title:
        write_line(sheet, row, block.title, last=width, italic=True, size=11, centred=False)
        row += 1
    titles = [column.title for column in block.columns]
    write_header(sheet, row, titles)
    fit_height(sheet, row, titles, widths)
    for below, line in enumerate(block.rows, start=1):
        write_row(sheet, row + below, list(line.cells), bold=line.bold)
        fit_height(sheet, row + below, line.cells, widths)
    return row + len(block.rows) + 1


def _long_line(sheet, row: int, text: str, width: int) -> int:  # type: ignore[no-untyped-def]  # openpyxl's sheet
    """A paragraph over the whole width; a merged cell does not grow by itself."""
    cell = write_line(sheet, row, text, last=width, size=11, centred=False)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.row_dimensions[row].height = 15 * (1 + len(text) // 90)
    return row + 1


def _widths(section: BuiltSection, width: int) -> list[float]:
    """Each column as wide as the widest table wants it."""
    found = [10.0] * width
    for table in section.tables:
        for place, column in enumerate(table.columns):
            found[place] = max(found[place], column.width / _MILLIMETRES_A_CHARACTER)
    return found if section.tables else [16.0] * width
