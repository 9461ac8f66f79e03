"""The look at a file before it is kept. What it said is remembered for the job that reads the file, by the
hash of its bytes: a list of 30,000 households takes nearly half a second to be looked at.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files import File

from smartphone_support.spreadsheets.facts import FileKind
from smartphone_support.spreadsheets.limits import DEFAULT_LIMITS, Limits
from smartphone_support.spreadsheets.preflight import check_file
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.web.errors import Refusal

from .messages import refusal_message

#: The job begins within seconds of the upload; later, or under other limits, the file is looked at again.
_REMEMBERED_SECONDS = 15 * 60
_CHUNK = 1 << 20


def upload_limits() -> Limits:
    """How large a list may be."""
    return replace(DEFAULT_LIMITS, file_bytes=settings.UPLOAD_MAX_BYTES)


def check_upload(file: File[Any]) -> None:
    """Refuse, in one sentence, what is no workbook or must not be opened."""
    with tempfile.NamedTemporaryFile(suffix=".upload") as copy:
        limits, digest = upload_limits(), hashlib.sha256()
        for chunk in file.chunks():
            copy.write(chunk)
            digest.update(chunk)
        copy.flush()
        file.seek(0)
        try:
            kind = check_file(copy.name, limits)
        except SpreadsheetRefused as refused:
            raise Refusal(refusal_message(refused)) from refused
    if kind.is_brief:
        cache.set(_key(digest.hexdigest(), limits), kind, _REMEMBERED_SECONDS)


def checked_before(path: str | Path) -> FileKind | None:
    """What the look at these very bytes said, if it is remembered."""
    limits, digest = upload_limits(), hashlib.sha256()
    with Path(path).open("rb") as file:
        for chunk in _chunks(file):
            digest.update(chunk)
    kind = cache.get(_key(digest.hexdigest(), limits))
    return kind if isinstance(kind, FileKind) else None


def _chunks(file: Any) -> Iterable[bytes]:
    return iter(lambda: file.read(_CHUNK), b"")


def _key(digest: str, limits: Limits) -> str:
    under = hashlib.sha256(repr(limits).encode()).hexdigest()[:16]
    return f"file-check:{under}:{digest}"
