"""What became of the findings of the demo's inspection: remedied, verified, given more time, still open."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile
from django.db.models import QuerySet

from inspections.choices import FindingState
from inspections.models import Finding, InspectionRound
from inspections.permits.findings import is_responsible
from inspections.workflow.findings import FINDING_STATES, extend, open_finding, report_remedy, verify
from smartphone_support.accounts.models import User

from .offices import Office

#: A picture of one white dot: evidence with nobody on it.
WHITE_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)


def play_findings(office: Office) -> None:
    """Go on with what the round's checks opened; nothing where no round finds anything."""
    rounds = InspectionRound.objects.filter(
        program=office.program, district__isnull=True, state__in=FINDING_STATES
    )
    round_ = rounds.order_by("pk").first()
    if round_ is None:
        return
    open_finding(
        round_.program, actor=office.officer, round=round_, kind="procedure", severity="reminder",
        description="Lịch làm việc với các xã gửi chậm hai ngày so với thông báo của đoàn.",
        responsible=office.organisation("dic"),
    )  # fmt: skip
    # Every second one stays open.
    reported = [finding for finding in list(_open(round_))[::2] if _report(finding, office)]
    for number, finding in enumerate(reported[:2]):
        verify(
            finding, actor=office.officer, accepted=number == 0,
            note="Đã xem biên bản ký lại." if number == 0 else "Ảnh chưa rõ số IMEI, đề nghị chụp lại.",
        )  # fmt: skip
    waiting = _open(round_).filter(due__isnull=False, responsible__isnull=False).last()
    if waiting is not None and waiting.due is not None:
        extend(
            waiting, actor=office.officer, due=waiting.due + timedelta(days=7),
            reason="Đường vào thôn bị ngập, chưa đến được hộ.",
        )  # fmt: skip


def _open(round_: InspectionRound) -> QuerySet[Finding]:
    return Finding.objects.filter(round=round_, state=FindingState.OPEN).order_by("pk")


def _report(finding: Finding, office: Office) -> bool:
    """Whether somebody of the responsible side could report it."""
    people = User.objects.filter(username__startswith=f"{office.prefix}-", memberships__is_active=True)
    menders = [user for user in people if is_responsible(user, finding)]
    mender = next((user for user in menders if user.has_perm("inspections.remedy_finding")), None)
    if mender is None:
        return False
    report_remedy(
        finding, actor=mender, text="Đã làm việc với hộ, lập lại biên bản có chữ ký của chủ hộ.",
        evidence=ContentFile(WHITE_DOT, name="bien-ban-ky-lai.png"),
    )  # fmt: skip
    return True
