"""How large an uploaded workbook may be. One place, so that tests can use smaller ones."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, counts of cells, rows, columns and sheets, times in seconds.

    The largest honest lists are some 150,000 persons in 27 columns: 4 million cells, 150 MB of XML.
    """

    file_bytes: int = 30 * MEGABYTE
    unpacked_bytes: int = 256 * MEGABYTE
    #: Beyond this size a part packed tighter than ``ratio`` is padding made to explode.
    suspect_bytes: int = 24 * MEGABYTE
    ratio: int = 100
    entries: int = 2_000
    sheets: int = 100
    cells: int = 5_000_000
    strings: int = 3_000_000
    rows: int = 200_000
    columns: int = 500
    #: Rows times columns of the used area: the reader allocates all of it.
    area: int = 8_000_000
    #: Longest life of the reading child, however slowly its rows are taken on a busy machine; its processor
    #: time is a fixed part and a part per cell.
    child_seconds: int = 180
    child_cpu_seconds: int = 6
    child_cells_per_second: int = 100_000
    #: Address space of the reading child: a fixed part and a part per cell.
    child_bytes: int = 256 * MEGABYTE
    child_bytes_per_cell: int = 160


DEFAULT_LIMITS = Limits()
