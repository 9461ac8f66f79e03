"""Checks saved on a device as a file and brought in from another machine: read, sent one by one, reported.

Each check and each photo is a transaction of its own: what cannot be taken stops nothing else, and the whole
file may be uploaded again.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from smartphone_support.accounts.models import User
from smartphone_support.web.errors import Refusal

from ..choices import CheckSource
from ..models import FieldCheck, InspectionRound, SampledHousehold
from ..permits.fieldwork import leads
from ..workflow.receiving import Taken, receive_check, receive_photo
from .incoming import canonical, moment_of, read_visit, uuid_of
from .photos import EXTENSIONS, PHOTO_BYTES, kind_of
from .refusals import SCOPE, FieldRefusal

FORMAT, VERSION = "field-checks", 1
FILE_BYTES = 60 * 1024 * 1024
#: More checks or photos than a fortnight's work holds.
_MOST = 2000


@dataclass(slots=True)
class CheckReport:
    """What became of one check of a file: `check` where it is here, else `problem`."""

    client_id: str
    name: str = ""
    check: FieldCheck | None = None
    again: bool = False
    problem: str = ""
    code: str = ""
    photos: int = 0
    photo_problems: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For the device or a program."""
        return {
            "client_id": self.client_id,
            "id": self.check.pk if self.check else None,
            "again": self.again,
            "problem": self.problem,
            "code": self.code,
            "photos": self.photos,
            "photo_problems": self.photo_problems,
        }


@dataclass(slots=True)
class FileReport:
    """What became of a whole file."""

    inspector: User
    checks: list[CheckReport]

    @property
    def new(self) -> int:
        return sum(row.check is not None and not row.again for row in self.checks)

    @property
    def known(self) -> int:
        return sum(row.check is not None and row.again for row in self.checks)

    @property
    def refused(self) -> int:
        return sum(row.check is None for row in self.checks)


def read_saved(content: bytes) -> dict[str, Any]:
    """The file as it was saved; refuses what is no such file, damaged or edited."""
    if len(content) > FILE_BYTES:
        raise FieldRefusal(
            _("The file is larger than %(mb)s MB: save fewer checks into one file.")
            % {"mb": FILE_BYTES // 1024 // 1024}
        )
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise FieldRefusal(
            _("This is no file of checks: choose the file “phieu-kiem-tra-….json” the field page saved.")
        )
    if data.get("version") != VERSION:
        raise FieldRefusal(_("This file was saved by another version; open the field page and save it anew."))
    told = data.pop("sum", None)
    if told != hashlib.sha256(canonical(data)).hexdigest():
        raise FieldRefusal(
            _("The file is damaged or was changed: copy it from the device again, without opening it.")
        )
    for name in ("checks", "photos"):
        rows = data.get(name)
        if not isinstance(rows, list) or len(rows) > _MOST or not all(isinstance(r, Mapping) for r in rows):
            raise FieldRefusal(_("The file is damaged: save it on the device again."))
    return data


def take_in(content: bytes, *, actor: Any) -> FileReport:
    """Send in everything of a saved file: by whoever made the checks, or who leads the team."""
    data = read_saved(content)
    inspector = _inspector_of(data, actor)
    reports: dict[str, CheckReport] = {}
    for row in data["checks"]:
        report = CheckReport(str(row.get("client_id", ""))[:40], _name_of(row, actor))
        try:
            taken = receive_check(read_visit(row), actor=actor, source=CheckSource.FILE, inspector=inspector)
            report.check, report.again = taken.row, taken.again
        except Refusal as refusal:
            report.problem, report.code = str(refusal), getattr(refusal, "code", "")
        reports[report.client_id] = report
    for row in data["photos"]:
        _take_photo(row, actor, reports)
    return FileReport(inspector, list(reports.values()))


def _inspector_of(data: Mapping[str, Any], actor: Any) -> User:
    """Who made the checks; a file of somebody else only who leads a round of theirs brings in."""
    key = data.get("inspector")
    if key == actor.pk:
        found: User = actor
        return found
    inspector = User.objects.filter(pk=key).first() if isinstance(key, int) and 0 < key < 2**63 else None
    if inspector is not None:
        for round_ in InspectionRound.objects.filter(team__user=inspector).select_related("program"):
            if leads(actor, round_):
                return inspector
    raise FieldRefusal(
        _("This file holds somebody else's checks: they or the head of their team upload it."), SCOPE
    )


def _name_of(row: Mapping[str, Any], actor: Any) -> str:
    """The household as this person knows it; of one they do not see, nothing."""
    key = row.get("sampled")
    if isinstance(key, bool) or not isinstance(key, int) or not 0 < key < 2**63:
        return ""
    seen = SampledHousehold.objects.visible_to(actor).select_related("support__household")
    found = seen.filter(pk=key).first()
    return str(found) if found else ""


def _take_photo(row: Mapping[str, Any], actor: Any, reports: dict[str, CheckReport]) -> None:
    """Send one photo in; a problem stands with its check, or alone where the check is not in the file."""
    key = str(row.get("check", ""))[:40]
    report = reports.setdefault(key, CheckReport(key))
    try:
        taken = _photo(row, actor)
    except Refusal as refusal:
        if report.check is None and not report.problem:
            report.problem, report.code = str(refusal), getattr(refusal, "code", "")
        report.photo_problems.append(str(refusal))
        return
    report.photos += 1
    if report.check is None:
        # The check itself arrived before; the file brings the photos that were left.
        report.check, report.again = taken.row.check_row, True
        report.name = str(report.check)


def _photo(row: Mapping[str, Any], actor: Any) -> Taken:
    text = row.get("data")
    if not isinstance(text, str) or len(text) > PHOTO_BYTES * 4 // 3 + 4:
        raise FieldRefusal(_("A photo in the file is damaged or too large."))
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise FieldRefusal(_("A photo in the file is damaged or too large.")) from None
    client_id, item = uuid_of(row, "client_id"), row.get("item") or None
    if item is not None and not (str(item).isdecimal() and len(str(item)) < 19):
        raise FieldRefusal(_("A photo in the file is damaged or too large."))
    extension = EXTENSIONS.get(kind_of(content[:16]), "bin")
    return receive_photo(
        uuid_of(row, "check"), ContentFile(content, name=f"{client_id}.{extension}"), actor=actor,
        client_id=client_id, item=int(item) if item else None,
        taken_at=moment_of(row, "taken_at") if row.get("taken_at") else None,
    )  # fmt: skip
