"""A delivery workbook coming back: read by headers and keys, each filled row judged on its own.

Nothing is written while reading. What is wrong with the file as a whole is one refusal; what is wrong with a
row is one sentence with its line, column and value, and the other rows are not held up by it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from beneficiaries.imports.messages import refusal_message
from smartphone_support.accounts.models import Organisation
from smartphone_support.documents.storing import store
from smartphone_support.spreadsheets.cellref import column_letter
from smartphone_support.spreadsheets.cells import clean_date, clean_phone
from smartphone_support.spreadsheets.headers import HeaderWord, Table, find_table, header_key
from smartphone_support.spreadsheets.limits import MEGABYTE, Limits
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import Row, open_workbook
from smartphone_support.vietnamese.text import clean_text, fold
from smartphone_support.web.errors import Refusal

from ..choices import Receiver
from ..models import AllocationRound, DeliveryUpload
from .handing import HandOverFacts
from .imei import read_imei
from .reasons import Undeliverable
from .workbook import (
    ANSWERS,
    BY_WORD,
    CHOICES,
    COLUMNS,
    DELIVERED,
    KEY_SHEET,
    KIND,
    NOT_DELIVERED,
    support_of,
)

LIMITS = Limits(file_bytes=10 * MEGABYTE, sheets=20, cells=1_000_000, rows=30_000)
LONGEST = 300
#: Rows of one upload: more are no tour of one operator.
MOST_ROWS = 5_000
_VOCABULARY = tuple(HeaderWord(name, (title,), partial=False) for name, title, _width, _open in COLUMNS)
_TITLES = {name: title for name, title, _width, _open in COLUMNS}
_KEY = re.compile(r"\d+-[0-9a-f]{10}")
#: Thousands apart by one and the same sign, or not at all; decimals only as zeros, behind the other sign.
_AMOUNT = re.compile(
    r"(?P<whole>\d{1,3}(?P<apart>[ .,])\d{3}(?:(?P=apart)\d{3})*|\d+)(?:(?!(?P=apart))[.,]0{1,2})?", re.ASCII
)


@dataclass(slots=True)
class ReadRow:
    """A filled row: the support its key names, what it says, or why it says nothing that can be recorded.

    `column` is the letter of the cell the sentence speaks of, `value` what stands there.
    """

    row: int
    support: int
    outcome: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    why: str = ""
    note: str = ""
    sentence: str = ""
    column: str = ""
    value: str = ""

    def refuse(self, found: Found, name: str, sentence: str, value: str = "") -> ReadRow:
        self.outcome, self.sentence = "problem", sentence
        self.column, self.value = found.table.letter(name), value[:60]
        return self


@dataclass(slots=True)
class Found:
    """The sheet with the table in it."""

    sheet: str
    table: Table
    rows: list[Row]
    uncalculated: frozenset[str] = frozenset()

    def broken(self, row: int) -> str:
        """The first answer that is a formula without a result, which reads as empty; "" where none is."""
        cells = ((name, f"{self.table.letter(name)}{row}") for name in ANSWERS) if self.uncalculated else ()
        return next((name for name, cell in cells if cell in self.uncalculated), "")

    def raw(self, values: Sequence[Any], name: str) -> Any:
        index = self.table.index(name)
        return values[index] if index is not None and index < len(values) else None

    def text(self, values: Sequence[Any], name: str) -> str:
        value = self.raw(values, name)
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            value = int(value)
        return "" if value is None else clean_text(str(value))


def read_delivery_workbook(path: Path, round_: AllocationRound, operator: Organisation) -> list[ReadRow]:
    """Every filled row of a workbook that belongs to this round and operator, in the order of the sheet."""
    told, found = _open(path)
    _refuse_other(told, found, round_, operator)
    if found is None:
        raise Refusal(_("This is no delivery workbook of the system: download it here and fill that one in."))
    rows: list[ReadRow] = []
    seen: dict[int, int] = {}
    for number, values in found.rows:
        key = found.text(values, "key")
        broken = found.broken(number)
        filled = broken or any(found.text(values, name) for name in ANSWERS)
        if not filled or found.table.repeats_header(values):
            continue
        support = support_of(key, round_.pk, operator.pk)
        read = ReadRow(number, support or 0)
        if support is None:
            words = (
                _("This row has no key: households cannot be added in the workbook.")
                if not key
                else _("The key was changed, or belongs to another round or operator: download it again.")
            )
            rows.append(read.refuse(found, "key", words, key))
        elif support in seen:
            words = _("The household stands in line %(line)s already.") % {"line": seen[support]}
            rows.append(read.refuse(found, "key", words, key))
        elif broken:
            seen[support] = number
            words = _(
                "The formula in this cell has no result: open the file in Excel, save it, or write the value."
            )
            rows.append(read.refuse(found, broken, words))
        else:
            seen[support] = number
            rows.append(_read(read, values, found))
        if len(rows) > MOST_ROWS:
            raise Refusal(
                _("More than %(most)s rows are filled in: upload them in parts.") % {"most": MOST_ROWS}
            )
    return rows


def _open(path: Path) -> tuple[dict[str, str], Found | None]:
    told: dict[str, str] = {}
    tables: list[Found] = []
    try:
        with open_workbook(path, LIMITS) as workbook:
            for sheet in workbook:
                rows = list(sheet)
                if sheet.name == KEY_SHEET:
                    told = {str(values[0]): str(values[1]) for _n, values in rows if len(values) > 1}
                    continue
                table = find_table(rows, _VOCABULARY, required=frozenset({"key"}))
                if table is not None and {"key", "imei", "result"} <= set(table.columns):
                    tables.append(Found(sheet.name, table, _below(table, rows), sheet.uncalculated))
    except SpreadsheetRefused as refused:
        raise Refusal(refusal_message(refused)) from refused
    if len(tables) > 1:
        raise Refusal(
            _("Sheets “%(first)s” and “%(second)s” both hold the list: keep only one of them.")
            % {"first": tables[0].sheet, "second": tables[1].sheet}
        )
    if tables:
        _refuse_unclear(tables[0])
    return told, tables[0] if tables else None


def _below(table: Table, rows: Sequence[Row]) -> list[Row]:
    """The rows under the header. A first household of words alone can look like a second header row; its key
    says what it is."""
    key = table.index("key") or 0
    return [
        (number, values)
        for number, values in rows
        if number >= table.first_row
        or (number > table.header_rows[0] and key < len(values) and _KEY.fullmatch(str(values[key]).strip()))
    ]


def _refuse_unclear(found: Found) -> None:
    """Refuse where a column of answers is not there, or twice: what stands in it would be lost unseen."""
    for name in ANSWERS:
        title, column = _TITLES[name], found.table.letter(name)
        if not column:
            raise Refusal(
                _(
                    "Sheet “%(sheet)s”: the column “%(header)s” is missing. Put it back, with this very "
                    "header."
                )
                % {"sheet": found.sheet, "header": title}
            )
        again = [
            index for index, header in found.table.unmapped.items() if header_key(header) == header_key(title)
        ]
        if again:
            raise Refusal(
                _("Columns %(first)s and %(second)s both have the header “%(header)s”: delete one of them.")
                % {"first": column, "second": column_letter(again[0]), "header": title}
            )


def _refuse_other(
    told: dict[str, str], found: Found | None, round_: AllocationRound, operator: Organisation
) -> None:
    """A workbook of another round or operator, by name. Without the hidden sheet the keys decide."""
    if not told or found is None:
        return
    if told.get("loai") != KIND:
        raise Refusal(_("This is no delivery workbook of the system: download it here and fill that one in."))
    if told.get("dot") != str(round_.pk) or told.get("doanh_nghiep") != str(operator.pk):
        raise Refusal(
            _("This is the workbook of %(operator)s, %(round)s; here goes that of %(own)s.")
            % {
                "operator": told.get("ten", "?"),
                "round": told.get("ten_dot", "?"),
                "own": f"{operator.name}, {round_.name}",
            }
        )


def _read(read: ReadRow, values: Sequence[Any], found: Found) -> ReadRow:
    words = {name: found.text(values, name) for name in ANSWERS}
    for name, word in words.items():
        if len(word) > LONGEST:
            return read.refuse(
                found, name, _("Longer than %(limit)s characters: shorten it.") % {"limit": LONGEST}
            )
    chosen: dict[str, str] = {}
    for name in CHOICES:
        word = words[name]
        chosen[name] = BY_WORD[name].get(fold(word), "") if word else ""
        if word and not chosen[name]:
            sentence = _("“%(word)s” is none of: %(choices)s.") % {
                "word": word,
                "choices": "; ".join(CHOICES[name].values()),
            }
            return read.refuse(found, name, sentence, word)
    read.note = words["note"]
    if chosen["result"] == NOT_DELIVERED or (chosen["why"] and not chosen["result"]):
        return _not_delivered(read, chosen, words, found)
    if chosen["why"]:
        sentence = _("The result says it was handed over, and here stands why not: clear one of the two.")
        return read.refuse(found, "why", sentence, words["why"])
    return _delivered(read, chosen, words, values, found)


def _not_delivered(read: ReadRow, chosen: dict[str, str], words: dict[str, str], found: Found) -> ReadRow:
    if not chosen["why"]:
        return read.refuse(found, "why", _("Choose why it could not be handed over."))
    if chosen["why"] == Undeliverable.OTHER and not read.note:
        return read.refuse(found, "note", _("Say in the note which other reason it is."))
    if words["imei"] or words["cash_amount"]:
        name = "imei" if words["imei"] else "cash_amount"
        sentence = _("The household got nothing, and here stands what it got: clear one of the two.")
        return read.refuse(found, name, sentence, words[name])
    read.outcome, read.why = "undeliverable", chosen["why"]
    return read


def _delivered(
    read: ReadRow, chosen: dict[str, str], words: dict[str, str], values: Sequence[Any], found: Found
) -> ReadRow:
    days, amounts = {}, {}
    for name in ("handed_on", "invoice_date"):
        day, code = clean_date(found.raw(values, name))
        if code:
            sentence = _("“%(word)s” is no day: write it as dd/mm/yyyy.") % {"word": words[name]}
            return read.refuse(found, name, sentence, words[name])
        days[name] = day
    for name in ("invoice_amount", "cash_amount"):
        amounts[name], wrong = amount_of(found.raw(values, name))
        if wrong:
            sentence = _("“%(word)s” is no amount in VND: write digits only.") % {"word": words[name]}
            return read.refuse(found, name, sentence, words[name])
    imei = read_imei(found.raw(values, "imei"))
    if not imei.is_good and words["imei"]:
        return read.refuse(found, "imei", imei.sentence, words["imei"])
    phone = words["phone_number"]
    facts = HandOverFacts(
        receiver=chosen["receiver"] or Receiver.HEAD,
        receiver_name=words["receiver_name"][:120],
        receiver_relation=words["receiver_relation"][:60],
        receiver_national_id="".join(words["receiver_national_id"].split()),
        imei=imei.number,
        model=words["model"][:100],
        sim_number="".join(words["sim_number"].split()),
        phone_number=(clean_phone(phone)[0] or phone) if phone else "",
        package=words["package"][:60],
        invoice_number=words["invoice_number"][:40],
        seller=words["seller"][:150],
        payment_means=chosen["payment_means"],
        note=read.note,
        handed_on=days["handed_on"],
        invoice_date=days["invoice_date"],
        invoice_amount=amounts["invoice_amount"],
        cash_amount=amounts["cash_amount"],
    )
    read.outcome, read.facts = DELIVERED, facts.as_dict()
    return read


def amount_of(value: Any) -> tuple[int | None, bool]:
    """VND from a cell: 500000, "500.000", "500,000 đ", "500.000,00"; and whether what stands there is none.

    Points and commas part thousands, or stand before decimals of zeros; anything else is refused.
    """
    if value is None or value == "":
        return None, False
    if isinstance(value, bool):
        return None, True
    if isinstance(value, int | float):
        whole = float(value).is_integer() and 0 < value < 10**12
        return (int(value), False) if whole else (None, True)
    text = fold(str(value)).replace("dong", "").replace("vnd", "").replace("d", "").rstrip(" .,")
    found = _AMOUNT.fullmatch(text.strip())
    amount = int("".join(sign for sign in found["whole"] if sign not in " .,")) if found else 0
    return (amount, False) if 0 < amount < 10**12 else (None, True)


def receive_delivery_upload(
    round_: AllocationRound, operator: Organisation, upload: File[Any], *, actor: Any
) -> DeliveryUpload:
    """Read an uploaded workbook, keep the file and what it would record. Refuses with one sentence."""
    from ..workflow.uploads import register_delivery_upload  # the workflow writes what is read here

    suffix = ".ods" if str(upload.name).lower().endswith(".ods") else ".xlsx"
    # The reader's child process needs a path of its own; the copy goes as soon as it is read.
    with tempfile.NamedTemporaryFile(suffix=suffix) as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        upload.seek(0)
        rows = read_delivery_workbook(Path(copy.name), round_, operator)
    if not rows:
        raise Refusal(_("Nothing is filled in yet: no row has a result, a day or an IMEI."))
    with transaction.atomic():
        file = store(upload, actor=actor)
        return register_delivery_upload(
            round_, operator, actor=actor, file=file, rows=[asdict(row) for row in rows]
        )


def column_of(name: str) -> str:
    """The header of a column, for sentences about what is checked after reading."""
    return _TITLES.get(name, "")
