"""Problems grouped by cause, with the cells they stand in as people name them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .records import ERROR, Problem

#: More row ranges than this are not read by anybody; the list behind the cause has them all.
MOST_RANGES = 12


def row_ranges(rows: Iterable[int], most: int = MOST_RANGES) -> str:
    """Row numbers as "118, 240–243, 907"; an ellipsis stands for what is left out."""
    ranges: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1] = (ranges[-1][0], row)
        else:
            ranges.append((row, row))
    words = [str(first) if first == last else f"{first}–{last}" for first, last in ranges[:most]]
    return ", ".join(words) + ("…" if len(ranges) > most else "")


def group_causes(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Plain JSON per code, the errors first and each level's most frequent first: ``code``, ``level``,
    ``count``, ``example`` (the first problem) and ``places`` (sheet, column, rows)."""
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(problem.code, []).append(problem)
    causes = [_cause(code, group) for code, group in groups.items()]
    return sorted(causes, key=lambda cause: (cause["level"] != ERROR, -cause["count"], cause["code"]))


def _cause(code: str, group: list[Problem]) -> dict[str, Any]:
    first = group[0]
    places: dict[tuple[str, str], list[int]] = {}
    for problem in group:
        places.setdefault((problem.sheet, problem.column), []).append(problem.row)
    return {
        "code": code,
        "level": first.level,
        "count": len(group),
        "example": {
            "sheet": first.sheet,
            "row": first.row,
            "column": first.column,
            "value": first.value,
            "params": first.params,
        },
        "places": [
            {"sheet": sheet, "column": column, "rows": row_ranges(rows)}
            for (sheet, column), rows in places.items()
        ],
    }
