"""Rows for the walk through every address: a subscription, an update that waits, a level."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from beneficiaries.models import (
    Household,
    OperatorReport,
    OperatorReportLine,
    ServiceLevel,
    ServiceSubscription,
    SubscriptionSpell,
)
from smartphone_support.accounts.models import Organisation, User
from smartphone_support.documents.storing import store


def services_of(prefix: str, district: str) -> dict[str, Any]:
    """Of Viettel of the province: a household of the district supported, an update with a refused line."""
    operator = Organisation.objects.get(code=f"{prefix}-viettel")
    person = User.objects.get(username=f"{prefix}-viettel")
    free = Household.objects.standing().filter(province=operator.province, district__code=district)
    household = free.filter(subscriptions__isnull=True).first()
    if household is None:
        raise LookupError(f"the demo has no household without a service in {district}")
    held = ServiceSubscription.objects.create(
        household=household, operator=operator, service="mobile", level=60_000, started_on=date(2024, 1, 5)
    )
    SubscriptionSpell.objects.create(
        subscription=held, state="active", level=60_000, valid_from=date(2024, 1, 5), recorded_by=person,
        recorded_at=timezone.now(),
    )  # fmt: skip
    report = OperatorReport.objects.create(
        province=operator.province, operator=operator, uploaded_by=person, month=date(2024, 3, 1),
        file=store(ContentFile(b"a", name="cap-nhat.xlsx"), actor=person), state="awaiting",
        counts={"refused": 1, "good": 1, "new": 1},
    )  # fmt: skip
    OperatorReportLine.objects.create(report=report, row=4, verdict="refused", national_id="046099000009")
    level = ServiceLevel.objects.create(
        province=operator.province, service="mobile", amount=65_000, valid_from=date(2030, 1, 1),
        citation="Quyết định", entered_by=person,
    )  # fmt: skip
    return {"subscription": held, "update": report, "service_level": level}
