"""Activities, obstacles and a report as the tests of pages and addresses need them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from programs.choices import ActivityKind, ReportKind
from programs.models import CommunicationActivity, Obstacle, PeriodicReport, Program
from programs.workflow.activities import ActivityFacts, record_activity
from programs.workflow.obstacles import answer_obstacle, raise_obstacle
from programs.workflow.reports import prepare_report
from smartphone_support.accounts.models import User

#: The least a reader of files takes for a PDF.
PDF = b"%PDF-1.4\n%%EOF\n"


def scan(name: str = "anh.pdf") -> ContentFile[bytes]:
    return ContentFile(PDF, name=name)


def activity(program: Program, actor: Any, **facts: Any) -> CommunicationActivity:
    """An activity of the actor's organisation, today or in the plan's last month, unless told otherwise."""
    known: dict[str, Any] = {
        "kind": ActivityKind.BROADCAST, "title": "Phóng sự về chương trình", "people_reached": 1200,
        "held_on": min(timezone.localdate(), date(2025, 12, 1)), "channel": "Thời sự tối",
    } | facts  # fmt: skip
    file = known.pop("file", None)
    return record_activity(program, actor=actor, facts=ActivityFacts(**known), file=file)


def work_of(prefix: str, program: Program) -> dict[str, Any]:
    """One of each for a test of addresses: of a partner, answered, and a draft."""
    partner, officer = (User.objects.get(username=f"{prefix}-{who}") for who in ("media", "dic"))
    obstacle = raise_obstacle(program, actor=partner, title="Thiếu nội dung tuyên truyền", file=scan())
    answered = raise_obstacle(program, actor=partner, title="Thiếu kinh phí")
    answer_obstacle(answered, actor=officer, text="Sẽ bố trí", for_committee=True)
    day = min(timezone.localdate(), date(2025, 12, 31))
    report: PeriodicReport = prepare_report(
        program, actor=officer, kind=ReportKind.AD_HOC, first=date(day.year, 1, 1), last=day
    )
    return {
        "activity": activity(program, partner, file=scan()),
        "obstacle": Obstacle.objects.get(pk=obstacle.pk),
        "answered_obstacle": Obstacle.objects.get(pk=answered.pk),
        "draft_report": report,
    }
