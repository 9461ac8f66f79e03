"""Rows of money for the walk of addresses: a budget line with its scan, a contribution, its household."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.base import ContentFile

from allocations.money.unserved import unserved_households
from allocations.workflow.budget import open_budget_line
from allocations.workflow.contributions import match_households, pledge_contribution, receive_contribution
from programs.choices import FundingKind
from programs.models import FundingSource, Program
from smartphone_support.accounts.models import User
from smartphone_support.documents.storing import store


def money_of(prefix: str, district: str, program: Program) -> dict[str, Any]:
    """What the officer of the province and its Fatherland Front have entered."""
    officer, front = (User.objects.get(username=f"{prefix}-{who}") for who in ("dic", "front"))
    scan = store(ContentFile(b"%PDF-1.7", name="quyet-dinh.pdf"), actor=officer)
    source, _made = FundingSource.objects.get_or_create(
        program=program, kind=FundingKind.SOCIALISED, defaults={"name": "Nguồn lực xã hội hóa"}
    )
    line = open_budget_line(
        source, actor=officer, year=2024, name="Dòng kinh phí", amount=1_000_000, decision_number="1/QĐ",
        decision_date=date(2024, 1, 2), issuer="UBND tỉnh", file=scan,
    )  # fmt: skip
    gift = pledge_contribution(
        source, actor=front, donor_name="Nhà tài trợ", donor_kind="enterprise", kind="devices",
        device_kind="smartphone", pledged=2, pledged_on=date(2024, 1, 5),
    )  # fmt: skip
    receipt = receive_contribution(gift, actor=front, quantity=2, received_on=date(2024, 1, 9), file=scan)
    household = unserved_households(program.province).filter(district__code=district).latest("pk")
    (matched,) = match_households(gift, [household.pk], actor=officer)
    return {
        "budget_line": line,
        "budget_file": {"pk": line.pk, "adjustment": line.adjustments.get().pk},
        "contribution": gift,
        "contribution_file": {"pk": gift.pk, "receipt": receipt.pk},
        "matched": matched,
        "coverage_district": {"district": household.district_id},
    }
