"""Papers of a round and its units: what they say, in both formats, and who took which."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inspections.models import Finding, InspectedUnit, InspectionMinutes
from inspections.papers import minutes, notices, reports, rounds
from inspections.papers.kinds import KINDS
from programs.loading import load_plans
from smartphone_support.audit.models import AuditEntry
from smartphone_support.documents import docx, pdf
from tests.inspection_rows import inspection_round, rounds_of, sample
from tests.inspections.field_rows import served

pytestmark = pytest.mark.django_db


def words(paper):
    return "\n".join(paper.texts())


@pytest.fixture
def row(cast):
    load_plans()
    return inspection_round("hue", outline="I. Tình hình\nII. Kết quả")


@pytest.fixture
def unit(cast, row):
    return InspectedUnit.objects.create(
        round=row, kind="district", area=cast.area("481"), notice_number="31/TB-STTTT",
        notice_date=row.decision_date, visit_on=row.fieldwork_from,
    )  # fmt: skip


def test_the_decision_names_the_team_and_the_units(row, unit):
    paper = rounds.decision(row)
    text = words(paper)
    assert "Số: 12/QĐ-STTTT" in text
    assert "Trưởng đoàn" in text
    assert "Ủy ban nhân dân huyện A Lưới" in text
    assert "Kế hoạch số 413/KH-UBND" in text
    assert not paper.is_draft


def test_papers_are_drafts_until_they_are_decided(row, unit):
    row.state, unit.notice_date = "planned", None
    assert rounds.decision(row).is_draft
    assert rounds.plan(row).is_draft
    assert notices.notice(unit).is_draft


def test_the_plan_counts_who_was_drawn_and_apart_who_was_added(row):
    assert "Số hộ" not in words(rounds.plan(row))
    drawn, gone, substitute, added = [served(number) for number in range(1, 5)]
    sample(row, drawn)
    replaced = sample(row, gone, order=2, state="replaced", reason="Đi vắng")
    sample(row, substitute, order=3, kind="substitute", replaces=replaced)
    sample(row, added, order=0, kind="risk", reason="Nhận thay")
    text = words(rounds.plan(row))
    assert "Số hộ được chọn: 2 hộ." in text
    assert "Số hộ kiểm tra thêm do có dấu hiệu cần xem xét: 1 hộ." in text


def test_the_notice_carries_the_outline_as_an_annex(row, unit):
    paper = notices.notice(unit)
    (annex,) = paper.annexes
    assert [block.text for block in annex.blocks] == ["I. Tình hình", "II. Kết quả"]
    assert "31/TB-STTTT" in annex.reference
    assert f"ngày {unit.visit_on.day:02d}" in words(paper)


def test_a_district_s_own_round_is_signed_by_its_committee(cast, row, unit):
    row.district = cast.area("481")
    paper = rounds.decision(row)
    assert paper.letterhead.issuer == "ỦY BAN NHÂN DÂN HUYỆN A LƯỚI"
    assert paper.authority.startswith("CHỦ TỊCH ỦY BAN")
    assert paper.signatures[0].titles[0] == "TM. ỦY BAN NHÂN DÂN"
    assert notices.notice(unit).number.endswith("/TB-STTTT")  # as it was recorded


def test_the_minutes_have_the_usual_blocks_and_three_signatures(row, unit):
    InspectionMinutes.objects.create(
        unit=unit, date=row.fieldwork_from, place="Trụ sở", unit_people="Bà Lê Thị Mẫu, Phó Chủ tịch",
        contents="Hồ sơ", shortcomings="- Thiếu ảnh.", copies=3, written_by=row.created_by,
    )  # fmt: skip
    paper = minutes.minutes(InspectedUnit.objects.get(pk=unit.pk))
    text = words(paper)
    titles = [one.titles[0] for one in paper.signatures]
    assert titles == ["ĐẠI DIỆN ĐƠN VỊ ĐƯỢC KIỂM TRA", "THƯ KÝ", "TRƯỞNG ĐOÀN"]
    assert "- Bà Lê Thị Mẫu, Phó Chủ tịch" in text
    assert "- Thiếu ảnh." in text
    assert "03 (ba) bản" in text
    assert text.count(minutes.NOTHING) == 3  # strengths, opinion, recommendations


def test_the_report_says_that_nothing_was_found(row, unit):
    row.closing_report = "Thực hiện đúng."
    text = words(reports.report(row))
    assert "Không phát hiện tồn tại." in text
    assert "Thực hiện đúng." in text


def test_the_conclusion_asks_to_mend_only_what_was_found(row, unit):
    row.conclusion = "Đã kiểm tra 1 đơn vị; không phát hiện tồn tại."
    assert "khắc phục tồn tại" not in words(reports.conclusion(row))
    finding = Finding.objects.create(
        program=row.program,
        round=row,
        unit=unit,
        kind="procedure",
        severity="remedy",
        description="Chưa niêm yết",
    )
    assert "khắc phục tồn tại đúng thời hạn" in words(reports.conclusion(row))
    Finding.objects.filter(pk=finding.pk).update(
        state="dropped", closed_by=row.created_by, closed_reason="Không đúng"
    )
    assert "khắc phục tồn tại" not in words(reports.conclusion(row))


def test_every_paper_is_made_in_both_formats(cast, client):
    load_plans()
    made = rounds_of("hue", "481")
    cast.log_in(client, "hue-dic")
    for kind in KINDS:
        pk = made["closed_inspection" if kind.of == "round" else "unit_of_closed"].pk
        for extension, start in (("docx", b"PK"), ("pdf", b"%PDF")):
            answer = client.get(reverse(f"inspections:{kind.name}_{extension}", args=[pk]))
            assert (answer.status_code, answer.content.startswith(start)) == (200, True), kind.name
    taken = AuditEntry.objects.filter(action__endswith=".download").values_list("after", flat=True)
    assert sorted({entry["paper"] for entry in taken}) == [
        "round_paper_conclusion", "round_paper_report", "unit_paper_minutes",
    ]  # fmt: skip


def test_a_conclusion_is_on_no_page_before_it_is_there(visit, row):
    assert (
        visit("hue-dic", reverse("inspections:round_paper_conclusion_pdf", args=[row.pk])).status_code == 404
    )
    page = visit("hue-dic", reverse("inspections:round_detail", args=[row.pk])).content.decode()
    assert reverse("inspections:round_paper_decision_pdf", args=[row.pk]) in page
    assert reverse("inspections:round_paper_conclusion_pdf", args=[row.pk]) not in page


def test_long_names_and_many_lines_still_render(row, unit):
    row.scope_text = "\n".join(["Nội dung rất dài " * 20] * 30)
    for render in (docx.render, pdf.render):
        assert len(render(rounds.plan(row))) > 1000
