"""Long lists as .xlsx, .ods or .csv, row by row: memory stays the same however many rows there are.

openpyxl makes an object of every cell; for lists of a hundred thousand households that is minutes and
gigabytes. Here every row becomes text and goes into the file at once. Text stays text: in the workbooks by
the cell's type, in .csv by an apostrophe before what a spreadsheet would calculate.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from .cellref import column_letter
from .writing import FONT, safe_text, sheet_title

#: Excel's limit is 1,048,576 rows a sheet; a longer list goes on in the next one.
SHEET_ROWS = 1_000_000
_CACHED_TEXTS = 20_000
#: What a spreadsheet opening a .csv file would take for the beginning of a formula.
_FORMULA = re.compile(r"^[\s'\"]*[=+\-@\t\r]")
_EXCEL_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")
_DAY_ZERO = date(1899, 12, 30).toordinal()

TEXT, NUMBER, YEAR, DAY = "text", "number", "year", "day"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, width in characters, and what it holds (text, number, year or day)."""

    title: str
    width: float = 14
    kind: str = TEXT


Row = Sequence[Any]
Writer = Callable[[IO[bytes], str, Sequence[Column], Iterable[Row]], int]


# --- .xlsx ----------------------------------------------------------------------------------------

_STYLE = {TEXT: 2, NUMBER: 3, YEAR: 4, DAY: 5}
_BODY = '<xf numFmtId="{}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
_STYLES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    f'<fonts count="2"><font><sz val="11"/><name val="{FONT}"/></font>'
    f'<font><b/><sz val="11"/><name val="{FONT}"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFDDE7F0"/></patternFill></fill></fills>'
    '<borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/>'
    '<bottom style="thin"/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1"'
    ' applyBorder="1" applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    f"{_BODY.format(49)}{_BODY.format(3)}{_BODY.format(1)}{_BODY.format(164)}</cellXfs>"
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


def write_xlsx(target: IO[bytes], title: str, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Write the rows below one header row, ready to print on A4; returns how many there were."""
    titles: list[str] = []
    written = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for part in _parts(rows):
            titles.append(sheet_title(title, titles))
            with book.open(f"xl/worksheets/sheet{len(titles)}.xml", "w", force_zip64=True) as sheet:
                written += _xlsx_sheet(sheet, columns, part)
        for name, content in _xlsx_frame(titles).items():
            book.writestr(name, content)
    return written


def _parts(rows: Iterable[Row]) -> Iterator[Iterable[Row]]:
    """The rows of each sheet; the first also when there are none."""
    rest = iter(rows)
    yield islice(rest, SHEET_ROWS)
    for first in rest:
        yield chain([first], islice(rest, SHEET_ROWS - 1))


def _xlsx_sheet(sheet: IO[bytes], columns: Sequence[Column], rows: Iterable[Row]) -> int:
    frozen = min(2, len(columns) - 1)
    pane = f'{f"""xSplit="{frozen}" """ if frozen else ""}ySplit="1" topLeftCell="{column_letter(frozen)}2"'
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{column.width}" customWidth="1"/>'
        for n, column in enumerate(columns, 1)
    )
    sheet.write(
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0"><pane {pane} state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>".encode()
    )
    header = "".join(_xlsx_text(column.title, 1) for column in columns)
    sheet.write(f"<row>{header}</row>".encode())
    number = 0
    for lines in _chunks(_xlsx_rows(columns, rows)):
        number += len(lines)
        sheet.write("".join(lines).encode())
    sheet.write(
        b"</sheetData>"
        b'<pageMargins left="1.18" right="0.59" top="0.79" bottom="0.79" header="0.3" footer="0.3"/>'
        b'<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        b'<headerFooter differentFirst="1"><oddHeader>&amp;C&amp;P</oddHeader></headerFooter></worksheet>'
    )
    return number


def _xlsx_rows(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    """Rows and cells carry no addresses: they stand in their order, and a blank one is an empty cell."""
    styles = [_STYLE[column.kind] for column in columns]
    texts: dict[tuple[str, int], str] = {}
    for row in rows:
        cells = ["<row>"]
        for value, style in zip(row, styles, strict=True):
            if value is None or value == "":
                cells.append("<c/>")
            elif type(value) is str:
                cell = texts.get((value, style))
                if cell is None:
                    if len(texts) >= _CACHED_TEXTS:
                        texts.clear()
                    cell = texts[value, style] = _xlsx_text(value, 2)
                cells.append(cell)
            elif isinstance(value, date):
                cells.append(f'<c s="5"><v>{_serial(value)}</v></c>')
            elif isinstance(value, bool):
                cells.append(f'<c t="b"><v>{int(value)}</v></c>')
            elif isinstance(value, (int, float)):
                cells.append(f'<c s="{style if style != 2 else 3}"><v>{value}</v></c>')
            else:
                cells.append(_xlsx_text(str(value), 2))
        cells.append("</row>")
        yield "".join(cells)


def _xlsx_text(text: str, style: int) -> str:
    # "_x0041_" would be read as the letter A.
    plain = _EXCEL_ESCAPE.sub(lambda found: f"_x005F{found[0]}", safe_text(text))
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escape(plain)}</t></is></c>'


def _serial(day: date) -> float | int:
    """A day as spreadsheets count: from 30 December 1899."""
    days = day.toordinal() - _DAY_ZERO
    if isinstance(day, datetime):
        return days + (day.hour * 3600 + day.minute * 60 + day.second) / 86_400
    return days


def _xlsx_frame(titles: Sequence[str]) -> dict[str, str]:
    """The parts of the workbook that say which sheets there are and how they look."""
    numbers = range(1, len(titles) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{n}" r:id="rId{n}"/>' for n, title in enumerate(titles, 1)
    )
    repeated = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">\'{escape(title)}\'!$1:$1</definedName>'
        for n, title in enumerate(titles)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET_TYPE}"/>' for n in numbers
    )
    return {
        "xl/styles.xml": _STYLES,
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets>'
        f"<definedNames>{repeated}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_RELATIONS}">{links}<Relationship '
        f'Id="styles" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_RELATIONS}"><Relationship Id="book" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_BOOK_TYPE}"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_STYLES_TYPE}"/>{types}</Types>',
    }


# --- .ods -----------------------------------------------------------------------------------------

_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def write_ods(target: IO[bytes], title: str, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Write the rows below one header row as an OpenDocument sheet; returns how many there were."""
    titles: list[str] = []
    written = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        # The kind of file is told by its first bytes, uncompressed (OpenDocument 1.3, part 2, 3.3).
        book.writestr("mimetype", _ODS, zipfile.ZIP_STORED)
        book.writestr("META-INF/manifest.xml", _MANIFEST)
        with book.open("content.xml", "w", force_zip64=True) as content:
            content.write(_ods_head(columns).encode())
            for part in _parts(rows):
                titles.append(sheet_title(title, titles))
                written += _ods_table(content, titles[-1], columns, part)
            content.write(b"</office:spreadsheet></office:body></office:document-content>")
    return written


def _ods_head(columns: Sequence[Column]) -> str:
    widths = "".join(
        f'<style:style style:name="w{n}" style:family="table-column"><style:table-column-properties '
        f'style:column-width="{column.width * 0.19:.2f}cm"/></style:style>'
        for n, column in enumerate(columns)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} office:version="1.3">'
        f"<office:automatic-styles>{widths}"
        '<number:date-style style:name="dmy"><number:day number:style="long"/><number:text>/</number:text>'
        '<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>'
        '</number:date-style><style:style style:name="day" style:family="table-cell" '
        'style:data-style-name="dmy"/><style:style style:name="head" style:family="table-cell">'
        '<style:table-cell-properties fo:background-color="#dde7f0" fo:wrap-option="wrap"/>'
        '<style:text-properties fo:font-weight="bold"/></style:style></office:automatic-styles>'
        "<office:body><office:spreadsheet>"
    )


def _ods_table(content: IO[bytes], title: str, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    widths = "".join(f'<table:table-column table:style-name="w{n}"/>' for n in range(len(columns)))
    heads = "".join(_ods_text(column.title, ' table:style-name="head"') for column in columns)
    content.write(
        f"<table:table table:name={quoteattr(title)}>{widths}<table:table-header-rows><table:table-row>"
        f"{heads}</table:table-row></table:table-header-rows>".encode()
    )
    number = 0
    for lines in _chunks(_ods_rows(rows)):
        number += len(lines)
        content.write("".join(lines).encode())
    content.write(b"</table:table>")
    return number


def _ods_rows(rows: Iterable[Row]) -> Iterator[str]:
    texts: dict[str, str] = {}
    for row in rows:
        cells = ["<table:table-row>"]
        for value in row:
            if value is None or value == "":
                cells.append("<table:table-cell/>")
            elif type(value) is str:
                cell = texts.get(value)
                if cell is None:
                    if len(texts) >= _CACHED_TEXTS:
                        texts.clear()
                    cell = texts[value] = _ods_text(value)
                cells.append(cell)
            elif isinstance(value, date):
                cells.append(
                    '<table:table-cell table:style-name="day" office:value-type="date" '
                    f'office:date-value="{value.isoformat()}"/>'
                )
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                cells.append(f'<table:table-cell office:value-type="float" office:value="{value}"/>')
            else:
                cells.append(_ods_text(str(value)))
        cells.append("</table:table-row>")
        yield "".join(cells)


def _ods_text(text: str, style: str = "") -> str:
    lines = "".join(f"<text:p>{_ods_spaces(line)}</text:p>" for line in safe_text(text).split("\n"))
    return f'<table:table-cell{style} office:value-type="string">{lines}</table:table-cell>'


def _ods_spaces(line: str) -> str:
    """OpenDocument, like HTML, folds runs of white space unless they are said."""
    plain = escape(line).replace("\t", "<text:tab/>")
    return re.sub(" {2,}|^ | $", lambda found: f'<text:s text:c="{len(found[0])}"/>', plain)


# --- .csv -----------------------------------------------------------------------------------------


def write_csv(target: IO[bytes], title: str, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Write UTF-8 with a byte order mark, so that Excel reads Vietnamese; returns the number of rows."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow([plain_csv(column.title) for column in columns])
    number = 0
    for row in rows:
        number += 1
        writer.writerow([plain_csv(value) for value in row])
    text.flush()
    text.detach()
    return number


def plain_csv(value: Any) -> Any:
    """The value as a .csv cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str):
        text = safe_text(value)
        return f"'{text}" if _FORMULA.match(text) else text
    return value


def _chunks(lines: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(islice(lines, 500)):
        yield chunk


#: Format → (how to write it, the type to send it as).
FORMATS: dict[str, tuple[Writer, str]] = {
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ods": (write_ods, _ODS),
    "csv": (write_csv, "text/csv; charset=utf-8"),
}
