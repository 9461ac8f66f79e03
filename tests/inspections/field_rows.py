"""Households that were served, a round that inspects them, and what a device sends: rows only, no story."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from allocations.delivery.imei import luhn_digit
from allocations.models import Contribution, Device, HandOver, Support
from beneficiaries.models import Household, PovertySpell
from inspections.models import InspectionRound, SampledHousehold
from programs.choices import FundingKind
from programs.loading import load_plans
from programs.models import FundingSource, Program
from smartphone_support.accounts.models import Organisation, User
from smartphone_support.areas.models import AdministrativeArea
from tests.inspection_rows import PROVINCES, inspection_round

JPEG = b"\xff\xd8\xff\xe0" + b"\x00\x10JFIF" + b"\x01" * 300
HANDED = date(2024, 3, 1)
NAMES = ("Hồ Văn Brôi", "Kăn Mrai", "Hồ Thị Oanh", "A Viết Thuận", "Nguyễn Thị Diệu Hương")


def imei(number: int) -> str:
    digits = f"35693804{number:06d}"
    return digits + luhn_digit(digits)


def contribution_of(prefix: str) -> Contribution:
    program = Program.objects.filter(province__code=PROVINCES[prefix]).latest("pk")
    source, _made = FundingSource.objects.get_or_create(
        program=program, kind=FundingKind.SOCIALISED, defaults={"name": "Xã hội hóa"}
    )
    found = Contribution.objects.filter(program=program).first()
    return found or Contribution.objects.create(
        program=program, funding_source=source, donor_name="Công ty Hương Giang", donor_kind="enterprise",
        kind="devices", device_kind="smartphone", pledged=50, received=50, pledged_on=HANDED,
        state="received", recorded_by=User.objects.get(username=f"{prefix}-dic"),
    )  # fmt: skip


def served(number: int, prefix: str = "hue", commune: str = "20044") -> Support:
    """The n-th household with its phone in hand."""
    place = AdministrativeArea.objects.get(code=commune, level="commune")
    household = Household.objects.create(
        province=place.parent.parent, district=place.parent, commune=place, village=f"Thôn {number % 5 + 1}",
        head_name=NAMES[number % len(NAMES)], birth_year=1950 + number % 40,
        national_id=f"0460{number:08d}", phone=f"0914{number:06d}", member_count=4,
    )  # fmt: skip
    PovertySpell.objects.create(household=household, poverty_class="poor", valid_from=date(2023, 1, 1))
    operator = Organisation.objects.get(code=f"{prefix}-viettel")
    given = contribution_of(prefix)
    support = Support.objects.create(
        household=household, district=place.parent, commune=place, contribution=given, form="bundle",
        operator=operator, state="delivered", delivered_on=HANDED,
    )  # fmt: skip
    device = Device.objects.create(
        province=place.parent.parent, contribution=given, model="Nokia G22", imei=imei(number),
        place="household", district=place.parent,
    )  # fmt: skip
    HandOver.objects.create(
        support=support, form="bundle", number=f"BB-{number:04d}", handed_on=HANDED, place="Nhà văn hóa thôn",
        district=place.parent, receiver_name=household.head_name, device=device,
        recorded_by=User.objects.get(username=f"{prefix}-viettel"),
    )  # fmt: skip
    return support


def fieldwork(households: int = 3, prefix: str = "hue", **known: Any) -> InspectionRound:
    """A round in the field whose member has all the households; its head is the department's officer."""
    load_plans()
    base = Support.objects.count()
    supports = [served(base + number + 1, prefix) for number in range(households)]
    return inspection_round(prefix, supports=supports, **known)


def first_of(round_: InspectionRound) -> SampledHousehold:
    return round_.sample.order_by("order").first()  # type: ignore[return-value]  # the tests' rounds have some


def sent(sampled: SampledHousehold, **known: Any) -> dict[str, Any]:
    """A check as the device sends it, everything in order; `answers` by code changes some: {"C3": "fail"}."""
    checklist = sampled.round.checklist_c
    changed = known.pop("answers", {})
    answers = [
        {"item": item.pk, "answer": changed.get(item.code, "pass"), "note": ""}
        for item in checklist.items.order_by("position")  # type: ignore[union-attr]  # the tests' rounds have one
    ]
    return {
        "client_id": str(uuid.uuid4()),
        "pack": None,
        "sampled": sampled.pk,
        "checklist": checklist.pk,  # type: ignore[union-attr]  # as above
        "visited_at": timezone.localtime().isoformat(timespec="milliseconds"),
        "answers": answers,
        "imei_seen": "",
        "note": "",
        "signer_name": sampled.support.household.head_name,
        "latitude": 16.2451234,
        "longitude": 107.2319876,
        "accuracy": 12.4,
        "photos": [],
        **known,
    }


class Phone:
    """An inspector's phone that is logged in: `device(data)` sends a check, `device.photo(...)` a photo."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def post(self, address: str, data: Any, **known: Any) -> Any:
        url = f"/inspections/field/{address}"
        return self.client.post(url, json.dumps(data), content_type="application/json", **known)

    def __call__(self, data: dict[str, Any], **known: Any) -> Any:
        return self.post("checks/", data, **known)

    def photo(self, check: str, content: bytes = JPEG, **known: Any) -> Any:
        data = {"client_id": str(uuid.uuid4()), "check": check, "item": "", **known}
        file = SimpleUploadedFile("a.jpg", content)
        return self.client.post("/inspections/field/photos/", data | {"file": file})


def code(answer: Any) -> tuple[int, str | None]:
    """How the machine answered: the status and, where it refused, the code."""
    return answer.status_code, answer.json().get("code")
