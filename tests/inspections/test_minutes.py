"""Minutes of a unit: put together from what was found, signed by both sides, then never changed."""

from __future__ import annotations

import uuid
from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from inspections.choices import Answer, MinutesState
from inspections.models import CheckAnswer, FieldCheck, Finding, InspectedUnit, InspectionMinutes, TeamMember
from inspections.rounds.prefill import conclusion_draft, minutes_draft
from inspections.workflow import minutes
from programs.loading import load_plans
from smartphone_support.web.errors import Refusal
from tests.inspection_rows import inspection_round

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def unit(cast):
    load_plans()
    row = inspection_round("hue")
    return InspectedUnit.objects.create(
        round=row, kind="district", area=cast.area("481"), notice_date=row.decision_date
    )


def said(**others):
    return {
        "date": timezone.localdate(), "place": "Trụ sở", "unit_people": "Bà Lê Thị Mẫu\nPhó Chủ tịch",
        "contents": "Hồ sơ",
    } | others  # fmt: skip


def scan(content=b"%PDF-1.4 signed"):
    return SimpleUploadedFile("bien-ban.pdf", content)


def answer_all(unit, **fails):
    """A check of the unit's papers; `fails`: code → note."""
    row = unit.round
    check = FieldCheck.objects.create(
        client_id=uuid.uuid4(), round=row, unit=unit, checklist=row.checklist_a, inspector=row.created_by,
        source="online", visited_at=timezone.now(),
    )  # fmt: skip
    for item in row.checklist_a.items.all():
        answer = Answer.FAIL if item.code in fails else Answer.PASS
        CheckAnswer.objects.create(check_row=check, item=item, answer=answer, note=fails.get(item.code, ""))
    return check


def test_a_draft_says_what_the_checks_and_findings_say(unit):
    answer_all(unit, A4="Không có ảnh.")
    due = timezone.localdate() + timedelta(days=9)
    Finding.objects.create(
        program=unit.round.program, round=unit.round, unit=unit, district=unit.area, kind="procedure",
        severity="remedy", description="Thiếu ảnh", due=due,
    )  # fmt: skip
    draft = minutes_draft(unit)
    assert "- Áp dụng đúng thứ tự ưu tiên." in draft["strengths"].splitlines()
    assert draft["shortcomings"] == (
        "- Không đạt: Danh sách được niêm yết công khai đủ thời gian, có biên bản niêm yết (Không có ảnh)."
    )
    assert draft["recommendations"] == (
        f"- Chưa thực hiện đúng trình tự: khắc phục 1 trường hợp, chậm nhất ngày {due:%d/%m/%Y}."
    )
    assert "bảng kiểm phần A" in draft["contents"]


def test_drafts_demand_what_is_not_mended_yet_by_each_of_its_days(unit):
    first, last = (timezone.localdate() + timedelta(days=days) for days in (3, 30))
    closed = {
        "state": "closed", "closed_by": unit.round.created_by, "closed_at": timezone.now(),
        "closed_reason": "Xong", "due": last + timedelta(days=30),
    }  # fmt: skip
    for number, known in enumerate(
        ({"due": last}, {"due": first}, {"due": first, "state": "remedied"}, closed, {"kind": "service"})
    ):
        values = {"kind": "procedure", "severity": "remedy", "description": f"Số {number}"} | known
        Finding.objects.create(
            program=unit.round.program, round=unit.round, unit=unit, district=unit.area, **values
        )
    Finding.objects.create(
        program=unit.round.program, round=unit.round, unit=unit, district=unit.area,
        **({"kind": "dossier", "severity": "remedy", "description": "Đã bổ sung"} | closed),
    )  # fmt: skip
    wanted = [
        f"- Chưa thực hiện đúng trình tự: khắc phục 2 trường hợp, chậm nhất ngày {first:%d/%m/%Y}.",
        f"- Chưa thực hiện đúng trình tự: khắc phục 1 trường hợp, chậm nhất ngày {last:%d/%m/%Y}.",
        "- Dịch vụ hoặc cước chưa đúng: khắc phục 1 trường hợp.",
    ]
    assert minutes_draft(unit)["recommendations"].splitlines() == wanted
    assert conclusion_draft(unit.round).splitlines()[-4:] == ["Yêu cầu các đơn vị:", *wanted]


def test_a_finding_that_was_not_upheld_is_not_in_the_draft(unit):
    Finding.objects.create(
        program=unit.round.program, round=unit.round, unit=unit, kind="dossier", severity="remedy",
        description="Nhầm", state="dropped", closed_by=unit.round.created_by, closed_reason="Nhầm hộ",
        opened_by=unit.round.created_by,
    )  # fmt: skip
    draft = minutes_draft(unit)
    assert (draft["shortcomings"], draft["recommendations"]) == ("", "")


def test_minutes_are_rewritten_until_they_are_signed_and_never_after(cast, unit):
    officer = cast("hue-dic")
    minutes.write_minutes(unit, actor=officer, **said())
    minutes.write_minutes(unit, actor=officer, **said(opinion="Nhất trí"))
    signed = minutes.sign_minutes(unit, actor=officer, scan=scan())
    assert (signed.state, signed.opinion, signed.scan.name) == ("signed", "Nhất trí", "bien-ban.pdf")
    with pytest.raises(Refusal, match="never change"):
        minutes.write_minutes(unit, actor=officer, **said())
    with pytest.raises(Refusal, match="never change"):
        minutes.sign_minutes(unit, actor=officer, scan=scan())
    with pytest.raises(IntegrityError), transaction.atomic():
        InspectionMinutes.objects.filter(pk=signed.pk).update(opinion="Khác")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"place": ""}, "need a place"),
        ({"unit_people": " \n"}, "need a place"),
        (
            {"date": timezone.localdate() + timedelta(days=2)},
            "future",
        ),  # a day more: the suite may run past midnight
        ({"date": timezone.localdate() - timedelta(days=30)}, "older than the decision"),
        ({"began_at": time(9), "ended_at": time(8, 30)}, "before it begins"),
        ({"copies": 1}, "2 to 20"),
    ],
)
def test_minutes_that_cannot_be_are_refused(cast, unit, wrong, words):
    with pytest.raises(Refusal, match=words):
        minutes.write_minutes(unit, actor=cast("hue-dic"), **said(**wrong))
    assert not InspectionMinutes.objects.exists()


def test_unwritten_minutes_are_not_signed_nor_with_what_is_no_scan(cast, unit):
    officer = cast("hue-dic")
    with pytest.raises(Refusal, match="not written yet"):
        minutes.sign_minutes(unit, actor=officer, scan=scan())
    minutes.write_minutes(unit, actor=officer, **said())
    with pytest.raises(Refusal, match="PDF file or a photo"):
        minutes.sign_minutes(unit, actor=officer, scan=scan(b"MZ program"))
    assert InspectionMinutes.objects.get().state == MinutesState.DRAFT


def test_minutes_are_written_in_the_field_and_after_only(cast, unit):
    type(unit.round).objects.filter(pk=unit.round_id).update(state="announced")
    with pytest.raises(Refusal, match="Announced"):
        minutes.write_minutes(unit, actor=cast("hue-dic"), **said())


def test_head_and_secretary_write_them_other_members_do_not(cast, unit):
    inspector = cast("hue-inspector")
    with pytest.raises(PermissionDenied):
        minutes.write_minutes(unit, actor=inspector, **said())
    TeamMember.objects.filter(user=inspector).update(role="secretary")
    assert minutes.write_minutes(unit, actor=inspector, **said()).written_by == inspector
    TeamMember.objects.filter(user=inspector).update(left_at=timezone.now())
    with pytest.raises(PermissionDenied):
        minutes.write_minutes(unit, actor=inspector, **said())


def test_the_unit_reads_its_minutes_once_they_are_signed(cast, visit, unit):
    officer = cast("hue-dic")
    minutes.write_minutes(unit, actor=officer, **said(shortcomings="Thiếu ảnh niêm yết"))
    page = reverse("inspections:unit_detail", args=[unit.pk])
    paper = reverse("inspections:unit_paper_minutes_docx", args=[unit.pk])
    assert "Thiếu ảnh niêm yết" in visit("hue-dic", page).content.decode()
    assert "Thiếu ảnh niêm yết" not in visit("hue-481", page).content.decode()
    assert visit("hue-481", paper).status_code == 404
    minutes.sign_minutes(unit, actor=officer, scan=scan())
    assert "Thiếu ảnh niêm yết" in visit("hue-481", page).content.decode()
    assert visit("hue-481", paper).status_code == 200
    answer = visit("hue-481", reverse("inspections:minutes_scan", args=[unit.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 signed"


def test_minutes_are_written_and_signed_on_their_pages(cast, visit, client, unit):
    answer_all(unit)
    url = reverse("inspections:minutes_write", args=[unit.pk])
    assert "Áp dụng đúng thứ tự ưu tiên" in visit("hue-dic", url).content.decode()
    data = said(date=f"{timezone.localdate():%d/%m/%Y}", began_at="8h30", ended_at="11:00", copies=3)
    client.post(url, data)
    row = InspectionMinutes.objects.get(unit=unit)
    assert (row.began_at, row.ended_at, row.copies) == (time(8, 30), time(11), 3)
    client.post(reverse("inspections:minutes_sign", args=[unit.pk]), {"scan": scan()})
    row.refresh_from_db()
    assert row.state == MinutesState.SIGNED
