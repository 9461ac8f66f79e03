"""Taking a file in and giving it out again."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

from django.core.files import File
from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from .models import StoredFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def store(upload: File[Any], *, actor: Any) -> StoredFile:
    """Keep an uploaded file as it came. Its name is only words: path parts and controls are dropped."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    name = plain_name(str(upload.name).replace("\\", "/").rsplit("/", 1)[-1])
    stored = StoredFile(name=name, size=upload.size, sha256=digest.hexdigest(), uploaded_by=actor)
    stored.file.save(name, upload, save=False)
    stored.save()
    return stored


def plain_name(name: str) -> str:
    """The name without path signs, line ends and other controls; its end is kept, for the extension."""
    name = unicodedata.normalize("NFC", name).replace("/", "-").replace("\\", "-")
    return "".join(c for c in name if unicodedata.category(c)[0] != "C")[-200:] or "tep.xlsx"


def without_marks(name: str) -> str:
    """The name in plain Latin letters, for files that travel through old mail and disks: "Tờ" → "To"."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return "".join(c if c.isascii() and (c.isalnum() or c in " .-_()") else "-" for c in plain).strip(" .-")


def send(stored: StoredFile) -> FileResponse:
    """The file as an attachment under the name its sender gave it; never shown inline."""
    response = FileResponse(stored.file.open("rb"), as_attachment=True, filename=stored.name)
    response["Content-Type"] = "application/octet-stream"
    return response


def send_bytes(content: bytes, name: str, content_type: str = XLSX) -> HttpResponse:
    """A file made just now, as an attachment; Vietnamese names survive (RFC 6266)."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, plain_name(name)) or "attachment"
    return response
