"""The old binary container (OLE2, "compound file"): finding one stream in it. Pure functions over bytes."""

from __future__ import annotations

import struct
from array import array

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFF9


class BrokenContainerError(ValueError):
    """The container does not hold together."""


def stream_of(content: bytes, names: tuple[str, ...]) -> bytes:
    """The first stream with one of the names; ``BrokenContainerError`` where it cannot be put together."""
    try:
        return _Container(content).stream(names)
    except (struct.error, IndexError, OverflowError):
        raise BrokenContainerError from None


class _Container:
    def __init__(self, content: bytes) -> None:
        self.content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise BrokenContainerError
        self.sector = 1 << shift
        _count, first_directory = struct.unpack_from("<II", content, 44)
        self.cutoff, first_mini, _minis, first_table, tables = struct.unpack_from("<IIIII", content, 56)
        self.table = self._allocation(first_table, tables)
        self.directory = self._chain(first_directory, self.table)
        mini = self._chain(first_mini, self.table) if first_mini < _LAST_SECTOR else b""
        self.mini_table = _numbers(mini)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.sector
        data = self.content[start : start + self.sector]
        if not data:
            raise BrokenContainerError
        return data

    def _allocation(self, first: int, tables: int) -> array[int]:
        sectors = list(struct.unpack_from("<109I", self.content, 76))
        for _ in range(min(tables, 1_000)):
            if first >= _LAST_SECTOR:
                break
            *more, first = _numbers(self._sector(first))
            sectors += more
        return _numbers(b"".join(self._sector(number) for number in sectors if number < _LAST_SECTOR))

    def _chain(self, first: int, table: array[int]) -> bytes:
        pieces, left = [], len(self.content) // self.sector + 1
        while first < _LAST_SECTOR:
            pieces.append(self._sector(first))
            first, left = table[first], left - 1
            if left < 0:
                raise BrokenContainerError
        return b"".join(pieces)

    def _mini_chain(self, root: bytes, first: int) -> bytes:
        pieces, left = [], len(self.mini_table) + 1
        while first < _LAST_SECTOR:
            pieces.append(root[first * 64 : first * 64 + 64])
            first, left = self.mini_table[first], left - 1
            if left < 0:
                raise BrokenContainerError
        return b"".join(pieces)

    def stream(self, names: tuple[str, ...]) -> bytes:
        entries = [self.directory[at : at + 128] for at in range(0, len(self.directory) - 127, 128)]
        wanted = {name.lower() for name in names}
        for entry in entries:
            length, kind = struct.unpack_from("<HB", entry, 64)
            name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == 2 and name.lower() in wanted:
                first, size = struct.unpack_from("<II", entry, 116)
                if size >= self.cutoff:
                    return self._chain(first, self.table)[:size]
                root = self._chain(struct.unpack_from("<I", entries[0], 116)[0], self.table)
                return self._mini_chain(root, first)[:size]
        raise BrokenContainerError


def _numbers(data: bytes) -> array[int]:
    numbers = array("I", data[: len(data) // 4 * 4])
    if struct.pack("=I", 1) != struct.pack("<I", 1):
        numbers.byteswap()
    return numbers
