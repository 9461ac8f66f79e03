"""How a file is to be read where the file itself does not say: what a person answered, and corrections.

Plain values and their JSON: a batch keeps its own, and every reading of it starts from them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from smartphone_support.vietnamese.text import fold

#: A cell's place: sheet name, row, column letter.
Cell = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the reader is told beyond the file.

    ``kind`` is the kind of list expected ("annual", "monthly", "operator"; "" takes any);
    ``file_name`` the name as sent, for exports that say their district nowhere else; ``columns`` the
    fields by column letter, by signature of the header; ``encodings`` by sheet name ("unicode" refuses
    the conversion); ``date_orders`` "dmy" or "mdy" by "sheet!letter"; ``district_code`` for lists that
    name no district; ``communes`` commune codes by the place as written (``place_key``);
    ``corrections`` the right text of single cells.
    """

    kind: str = ""
    file_name: str = ""
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    encodings: Mapping[str, str] = field(default_factory=dict)
    date_orders: Mapping[str, str] = field(default_factory=dict)
    district_code: str = ""
    communes: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[Cell, str] = field(default_factory=dict)

    def pack(self) -> dict[str, Any]:
        """As JSON keeps it; empty parts are left out."""
        packed: dict[str, Any] = {
            name: value for name in ("kind", "file_name", "district_code") if (value := getattr(self, name))
        }
        for name in ("columns", "encodings", "date_orders", "communes"):
            if value := getattr(self, name):
                packed[name] = dict(value)
        if self.corrections:
            packed["corrections"] = [[*cell, text] for cell, text in sorted(self.corrections.items())]
        return packed

    @classmethod
    def unpack(cls, packed: Mapping[str, Any]) -> ReadOptions:
        values = dict(packed)
        cells = values.pop("corrections", ())
        return cls(**values, corrections={(sheet, row, column): text for sheet, row, column, text in cells})


NO_OPTIONS = ReadOptions()


def signature_of(headers: Iterable[str]) -> str:
    """What a layout is recognised by: its header texts, whatever their capitals, accents and spaces."""
    words = "|".join(fold(text) for text in headers)
    return hashlib.sha256(words.encode()).hexdigest()


def place_key(district: str, commune: str) -> str:
    """The key of ``ReadOptions.communes``: the place as written, district first."""
    return f"{fold(district)}|{fold(commune)}"
