"""A round in the field with its sample, checks and a device, in the own district, for tests of all roles."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from allocations.models import Support
from inspections.models import CheckPhoto, FieldCheck, InspectedUnit, OfflinePack
from inspections.offline.packs import expiry
from smartphone_support.accounts.models import User
from smartphone_support.documents.storing import store

from .inspection_rows import inspection_round, sample

PROVINCES = {"hue": "46", "daknong": "67"}


def field_of(prefix: str, district: str) -> dict[str, Any]:
    """A round whose member has two households, one checked by the member and the head, and a commune of the
    district to inspect; the first check with a photo, the second not counting; a pack on a phone."""
    member, head = (User.objects.get(username=f"{prefix}-{who}") for who in ("inspector", "dic"))
    own = Support.objects.filter(district__code=district, district__parent__code=PROVINCES[prefix])
    one, two = own.select_related("commune").order_by("pk")[:2]
    round_ = inspection_round(prefix, inspector=member)
    checked = sample(round_, one, order=1, inspector=member, state="checked")
    waits = sample(round_, two, order=2, inspector=member)
    unit = InspectedUnit.objects.create(round=round_, kind="commune", area=one.commune)
    checks = [
        FieldCheck.objects.create(
            client_id=uuid.uuid4(), round=round_, sampled=checked, checklist=round_.checklist_c,
            inspector=who, source="offline", visited_at=timezone.now(), counts=who == member,
            content_hash=who.username,
        )
        for who in (member, head)
    ]  # fmt: skip
    photo = CheckPhoto.objects.create(
        client_id=uuid.uuid4(), check_row=checks[0],
        file=store(ContentFile(b"\xff\xd8\xff\xe0" + b"0" * 40, name="anh.jpg"), actor=member),
    )  # fmt: skip
    pack = OfflinePack.objects.create(
        round=round_, inspector=member, households=2, contents=[checked.pk, waits.pk],
        expires_at=expiry(round_, timezone.now()),
    )  # fmt: skip
    return {
        "field_round": round_,
        "sampled": waits,
        "field_unit": unit,
        "field_check": checks[0],
        "rival_check": checks[1],
        "check_photo": photo,
        "pack": pack,
    }
