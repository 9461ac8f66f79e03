"""Photos of a visit: recognised by how they begin, never by their name. Pure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .refusals import PHOTO, FieldRefusal

#: The device shrinks a photo to a few hundred kilobytes; this leaves room for one that could not be shrunk.
PHOTO_BYTES = 5 * 1024 * 1024
MOST_PHOTOS = 20
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}


def kind_of(start: bytes) -> str:
    """The media type of what begins like this: JPEG, PNG, WebP, or PDF (a scan); "" for anything else."""
    if start.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "image/webp"
    return "application/pdf" if start.startswith(b"%PDF-") else ""


def photo_kind(start: bytes, size: int, *, scan: bool = False) -> str:
    """The media type of a photo that can be taken; `scan`: a PDF may be too. Refuses with one sentence."""
    if size > PHOTO_BYTES:
        raise FieldRefusal(
            _("The photo is larger than %(mb)s MB: take it again with a smaller resolution.")
            % {"mb": PHOTO_BYTES // 1024 // 1024},
            PHOTO,
        )
    kind = kind_of(start)
    if not kind.startswith("image/") and not (scan and kind):
        raise FieldRefusal(_("This is no photo: it must be a .jpg, .png or .webp file."), PHOTO)
    return kind
