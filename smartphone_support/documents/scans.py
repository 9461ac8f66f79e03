"""Photos and scans people add as proof: looked at by content, never by name."""

from __future__ import annotations

from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from smartphone_support.web.errors import Refusal

from .models import StoredFile
from .storing import store

SCAN_BYTES = 10 * 1024 * 1024
#: What a scan begins with: PDF, JPEG, PNG.
SCAN_SIGNATURES = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
ACCEPT = ".pdf,.jpg,.jpeg,.png"


def refuse_no_scan(upload: File[Any]) -> None:
    """Refuse what is too large, or neither a PDF nor a photo, with one sentence."""
    if upload.size > SCAN_BYTES:
        raise Refusal(
            _("The scan is larger than %(mb)s MB: scan it with fewer dots per inch.")
            % {"mb": SCAN_BYTES // 1024 // 1024}
        )
    start = upload.read(16)
    upload.seek(0)
    if not start.startswith(SCAN_SIGNATURES):
        raise Refusal(_("The scan must be a PDF file or a photo (.jpg, .png)."))


def store_scan(upload: File[Any] | None, *, actor: Any) -> StoredFile | None:
    """Keep a scan as it came; None where none was given."""
    if not upload:
        return None
    refuse_no_scan(upload)
    return store(upload, actor=actor)
