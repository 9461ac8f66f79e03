"""The generator's own tables: tab-separated files with one header line."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a tab-separated file by the names in its header line."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@cache
def _syllable_lists() -> dict[str, tuple[str, ...]]:
    rows = rows_of(DATA / "syllables.tsv")
    return {row["list"]: tuple(row["syllables"].split(", ")) for row in rows}


def syllables(name: str) -> tuple[str, ...]:
    """One list of syllables; a syllable that stands there twice is meant to come up twice as often."""
    return _syllable_lists()[name]
