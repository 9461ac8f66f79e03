"""Submission, decision, quotas and amendment: what stands on them, and from when they are no drafts."""

from __future__ import annotations

from datetime import date

import pytest

from allocations import workflow
from allocations.models import Amendment, AmendmentLine, Support

pytestmark = pytest.mark.django_db
#: What the clerk fills in by hand.
GAP = "\u00a0" * 6


def test_a_draft_submission_leaves_number_and_day_to_the_clerk(two_lists, story, cast, download):
    accepted = [story.accepted(row) for row in two_lists.values()]
    proposal = workflow.create_proposal(
        accepted[0].round, actor=cast("hue-dic"), lists=accepted, number="5/TTr-STTTT", day=date(2024, 2, 1)
    )
    words = download("hue-dic", proposal, "submission")
    assert f"Số: {GAP}/TTr-STTTT" in words
    assert f"Thừa Thiên Huế, ngày{GAP}tháng{GAP}năm 2024" in words
    assert "DỰ THẢO" in words
    workflow.submit_proposal(proposal, actor=cast("hue-dic"))
    words = download("hue-dic", proposal, "submission")
    assert "Số: 05/TTr-STTTT" in words
    assert "Thừa Thiên Huế, ngày 01 tháng 02 năm 2024" in words
    assert "DỰ THẢO" not in words


def test_the_submission_gives_the_districts_figures_and_the_list(two_lists, story, download):
    words = download("hue-dic", story.proposed(*two_lists.values()), "submission")
    assert words[:3] == ["UBND TỈNH THỪA THIÊN HUẾ", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "Số: 15/TTr-STTTT"]
    assert "Kính gửi: Ủy ban nhân dân tỉnh Thừa Thiên Huế." in words
    assert (
        "Căn cứ Quyết định số 88/QĐ-BTTTT ngày 15 tháng 01 năm 2024 của Bộ Thông tin và Truyền thông;"
        in words
    )
    start = words.index("Huyện A Lưới")
    assert words[start - 1 : start + 7] == ["1", "Huyện A Lưới", "3", "3", "2", "1", "1", "0"]
    assert "Danh sách này gồm có 6 (sáu) hộ./." in words
    assert "GIÁM ĐỐC" in words


def test_the_decision_is_a_draft_until_the_committee_decides(two_lists, story, cast, download):
    proposal = story.proposed(*two_lists.values())
    draft = download("hue-dic", proposal, "decision")
    assert {"DỰ THẢO", f"Số: {GAP}/QĐ-UBND"} <= set(draft)
    assert not any("SHA-256" in text for text in draft)
    decision = workflow.record_decision(
        proposal, actor=cast("hue-dic-leader"), number="6/QĐ-UBND", day=date(2024, 2, 5),
        signer="Phó Chủ tịch UBND tỉnh Nguyễn Văn An",
    )  # fmt: skip
    words = download("hue-dic", proposal, "decision")
    assert "Số: 06/QĐ-UBND" in words
    assert "DỰ THẢO" not in words
    assert (
        "Theo đề nghị của Giám đốc Sở Thông tin và Truyền thông tại Tờ trình số 15/TTr-STTTT "
        "ngày 01 tháng 02 năm 2024." in words
    )
    assert f"Mã kiểm tra nội dung (SHA-256): {decision.digest}" in words
    signed = words.index("TM. ỦY BAN NHÂN DÂN")
    assert words[signed : signed + 4] == [
        "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Nguyễn Văn An",
    ]  # fmt: skip
    assert any(text.endswith("thi hành Quyết định này./.") for text in words)


def test_the_annex_groups_by_district_and_commune_with_subtotals(two_lists, story, download):
    words = download("hue-dic", story.proposed(*two_lists.values()), "decision")
    groups = [text for text in words if text.endswith(" hộ") and ": " in text]
    assert groups == [
        "Huyện A Lưới: 3 hộ", "Thị trấn A Lưới: 2 hộ", "Xã Hồng Vân: 1 hộ", "Huyện Nam Đông: 3 hộ",
        "Thị trấn Khe Tre: 3 hộ", "Tổng cộng: 6 hộ",
    ]  # fmt: skip
    total = words.index("Tổng cộng: 6 hộ")
    assert words[total + 1 : total + 5] == ["5", "1", "1", "0"]


def test_the_quota_decision_names_every_district_with_its_quota(two_lists, story, download):
    plan = two_lists["481"].round.plans.get()
    words = download("hue-dic", plan, "decision", of="quotaplan")
    assert "Số: 120/QĐ-UBND" in words
    row = words.index("Huyện A Lưới")
    assert words[row : row + 3] == ["Huyện A Lưới", "6", "3"]
    assert "Tổng số được phân bổ: 6 (sáu)./." in words
    assert "QUYẾT ĐỊNH:" in words


def test_an_amendment_shows_who_goes_and_who_comes(two_lists, story, cast, download):
    story.decided(*two_lists.values())
    row = two_lists["481"]
    reserve = row.lines.filter(decision="reserve").first()
    leaving = Support.objects.filter(district__code="481").first()
    amendment = Amendment.objects.create(
        round=row.round, district_list=row, kind="replace", number="21/TTr-STTTT", date=date(2024, 3, 10),
        reason="Một hộ chuyển đi", prepared_by=cast("hue-dic"),
    )  # fmt: skip
    AmendmentLine.objects.create(
        amendment=amendment, position=1, removes=leaving, adds=reserve.household, reserve_line=reserve,
        snapshot=reserve.snapshot, reason="Chuyển đi tỉnh khác",
    )  # fmt: skip
    words = download("hue-dic", amendment, "decision", of="amendment")
    assert any(leaving.line.snapshot["head_name"] in text for text in words)
    assert any(reserve.snapshot["head_name"] in text for text in words)
    assert {"Chuyển đi tỉnh khác", "Lý do: Một hộ chuyển đi.", "DỰ THẢO"} <= set(words)
    assert "Phụ lục này gồm có 1 (một) thay đổi./." in words
