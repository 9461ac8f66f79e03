"""Findings of a round of a province, in the own district, for tests that walk all roles."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from allocations.models import Support
from inspections.workflow.findings import open_finding, report_remedy
from smartphone_support.accounts.models import User

from .complaint_rows import written_down
from .inspection_rows import inspection_round

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def findings_of(prefix: str, support: Support) -> dict[str, Any]:
    """A round whose member has the household of `support`; of it an open finding, and one reported as
    remedied by its operator, "viettel"."""
    officer, hands = (User.objects.get(username=f"{prefix}-{who}") for who in ("dic", "viettel"))
    round_ = inspection_round(prefix, supports=[support], name="Kiểm tra có phát hiện")
    known = {"actor": officer, "round": round_, "support": support, "severity": "serious"}
    words = {"description": "Hộ cho biết chưa nhận máy."}
    finding = open_finding(round_.program, kind="not_received", **words, **known)
    remedied = open_finding(round_.program, kind="sim_inactive", **words, **known)
    scan = ContentFile(PNG, name="bien-ban.png")
    remedy = report_remedy(remedied, actor=hands, text="Đã kích hoạt lại SIM", evidence=scan)
    complaint = written_down(officer, household=support.household)
    lone = open_finding(
        round_.program, actor=officer, kind="service", severity="remedy", complaint=complaint,
        support=support, description="Gói cước không dùng được.",
    )  # fmt: skip
    return {
        "lone_finding": lone,
        "finding": finding,
        "finding_round": round_,
        "remedied_finding": remedied,
        "remedy": remedy,
        "finding_paper": {"round": round_.pk, "organisation": finding.responsible_id},
    }
