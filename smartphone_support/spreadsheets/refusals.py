"""Why a file was not read: a code and its parameters, worded elsewhere."""

from __future__ import annotations


class SpreadsheetRefused(Exception):  # noqa: N818 - reads as what happened, like the domain's Refusal
    """The file cannot or must not be read. ``code`` names the reason, ``params`` its details."""

    def __init__(self, code: str, params: dict[str, str | int] | None = None) -> None:
        self.code = code
        self.params: dict[str, str | int] = params or {}
        super().__init__(f"{code} {self.params}" if self.params else code)
