"""Text files of separated values (.csv): which encoding, which separator, which rows. Pure functions.

Vietnamese Excel saves semicolons and Windows code pages, web systems commas and UTF-8, old programs bytes of
TCVN3 that only their font could show. Every value stays text: an identity number keeps its zeros.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from smartphone_support.vietnamese.legacy import column_encoding

_DELIMITERS = ";\t,|"
_SAMPLE = 64 * 1024
_LONGEST_FIELD = 100_000
#: Letters of Vietnamese only; few other texts hold them.
_VIETNAMESE = frozenset("ăâđêôơưĂÂĐÊÔƠƯ")


def encoding_of(content: bytes) -> str:
    """Name of the codec that reads the bytes; "" where they are no text.

    "latin-1" stands for bytes of a font from before Unicode: what they mean is found by their words.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig" if _decodes(content, "utf-8") else ""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16" if _decodes(content, "utf-16") else ""
    even, odd = content[0:2000:2].count(0), content[1:2000:2].count(0)
    if even or odd:
        wide = "utf-16-le" if odd > 2 * even else "utf-16-be"
        # Of Vietnamese in UTF-16 most high bytes are zero, and no low byte.
        looked_at = len(content[0:2000:2])
        likely = max(even, odd) > 0.4 * looked_at and min(even, odd) < 0.02 * looked_at
        return wide if likely and _decodes(content, wide) else ""
    if any(content.count(code) for code in (*range(1, 9), *range(14, 27), *range(28, 32))):
        return ""
    if _decodes(content, "utf-8"):
        return "utf-8"
    if _is_nearly_utf8(content):
        return "utf-8"
    # Bytes 0x80 to 0x9F print nothing in the old fonts and little in code page 1258.
    sample = content[: 8 * _SAMPLE]
    if column_encoding([sample.decode("latin-1")]):
        return "latin-1"
    if _decodes(content, "cp1258") and _VIETNAMESE & set(sample.decode("cp1258")):
        return "cp1258"
    return "latin-1"


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeError:
        return False
    return True


def _is_nearly_utf8(content: bytes) -> bool:
    """A few broken letters (a text cut off, a line pasted in) do not make the others Western."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 20 < sum(c > "\x7f" for c in text) - broken


def delimiter_of(sample: str) -> str:
    """The separator most lines agree on, or "" where the text is no table."""
    best, most = "", 0.0
    for delimiter in _DELIMITERS:
        widths = Counter(len(row) for row in _parse(sample, delimiter) if any(row))
        lines = sum(widths.values())
        width, same = max(
            ((w, n) for w, n in widths.items() if w > 1), key=lambda item: item[1] * item[0], default=(0, 0)
        )
        share = same / lines if lines else 0.0
        if width >= 2 and share >= 0.5 and same * width > most:
            best, most = delimiter, same * width
    return best


def sample_of(content: bytes, encoding: str) -> str:
    """The beginning of the text, whole lines."""
    text = content[:_SAMPLE].decode(encoding, errors="ignore")
    return text if len(content) <= _SAMPLE else text[: text.rfind("\n") + 1 or None]


def rows_of(content: bytes, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str | None]]]:
    """(row number, values) of every row that is not empty; a row of several lines counts once."""
    stream = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors="replace", newline="")
    for number, row in enumerate(_parse(stream, delimiter), 1):
        # Excel's own first line "sep=;" is no row of the table.
        if number == 1 and len(row) <= 2 and row and row[0].startswith("sep="):
            continue
        values: list[str | None] = [value if value else None for value in row]
        while values and values[-1] is None:
            values.pop()
        if values:
            yield number, values


def _parse(source: str | io.TextIOWrapper, delimiter: str) -> Iterator[list[str]]:
    stream = io.StringIO(source, newline="") if isinstance(source, str) else source
    csv.field_size_limit(_LONGEST_FIELD)
    rows = csv.reader((line.replace("\x00", "") for line in stream), delimiter=delimiter)
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error:
            # A quote never closed: the field is longer than any cell.
            raise ValueError("field too long") from None
