"""Complaints of a province in the own district, and denunciations with and without readers, for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from beneficiaries.models import Household
from inspections.models import Complaint
from inspections.workflow.clocks import enter_clock
from inspections.workflow.complaints import Said, record_complaint, take_up
from inspections.workflow.denunciations import name_reader
from smartphone_support.accounts.models import Organisation, User
from smartphone_support.areas.models import AdministrativeArea

PROVINCES = {"hue": "46", "daknong": "67"}
PDF = b"%PDF-1.7 a letter"


def said(kind: str = "feedback", **known: Any) -> Said:
    """Words somebody might bring forward."""
    values = {"subject": "not_received", "content": "Hộ chưa nhận được máy.", "sender_name": "Trần Văn Mực"}
    return Said(kind, **(values | known))


def written_down(actor: User, kind: str = "feedback", *, channel: str = "phone", **known: Any) -> Complaint:
    """A complaint recorded today by `actor`; `known` is of what was said, or of the recording."""
    links = {name: known.pop(name) for name in ("household", "objection", "round", "scan") if name in known}
    day = known.pop("received_on", timezone.localdate())
    complaint, _code = record_complaint(
        said(kind, **known), actor=actor, province=actor.province, channel=channel, received_on=day, **links
    )
    return complaint


def complaints_of(prefix: str, district: str) -> dict[str, Any]:
    """A complaint handled by the district, about a household of it, with a scan; a denunciation the officer
    alone reads, one nobody reads, and a clock."""
    officer = User.objects.get(username=f"{prefix}-dic")
    area = AdministrativeArea.objects.get(code=district, level="district")
    household = Household.objects.standing().filter(district=area, commune__isnull=False).earliest("pk")
    handled = written_down(officer, household=household, scan=ContentFile(PDF, name="don.pdf"))
    take_up(handled, actor=officer, organisation=Organisation.objects.get(code=f"{prefix}-{district}"))
    secret = written_down(officer, "denunciation", district=area)
    name_reader(secret, actor=officer, person=officer)
    clock, _reached = enter_clock(
        officer.province, actor=officer, kind="denunciation", step_="answer", days=10,
        citation="Quy chế, Điều 1", valid_from=date(2023, 1, 1),
    )  # fmt: skip
    return {
        "complaint": handled,
        "denunciation": secret,
        "denunciation_reader": {"pk": secret.pk, "user": officer.pk},
        "unnamed_denunciation": written_down(officer, "denunciation", district=area),
        "complaint_clock": clock,
    }
