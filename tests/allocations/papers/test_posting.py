"""What hangs out in public, and the record of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from allocations.models import Objection, PublicPosting

pytestmark = pytest.mark.django_db


def test_the_notice_board_shows_nothing_of_a_person_but_name_village_class_rank_and_form(two_lists, download):
    row = two_lists["481"]
    words = download("hue-481", row, "posted", of="list")
    kept = row.lines.filter(decision="keep")
    assert {line.snapshot["head_name"] for line in kept} <= set(words)
    text = " ".join(words)
    for line in row.lines.all():
        assert line.snapshot["national_id"] not in text
        assert line.snapshot["national_id"][-3:] not in words
    assert "0914000111" not in text
    assert "091***0111" not in text
    assert "Danh sách này gồm có 3 (ba) hộ./." in words


def test_the_posted_list_of_a_commune_holds_only_that_commune(two_lists, cast, download):
    commune = cast.area("20047")
    words = download("hue-481", two_lists["481"], "posted", of="list", commune=commune.pk)
    assert "Danh sách này gồm có 1 (một) hộ./." in words
    assert "ỦY BAN NHÂN DÂN XÃ HỒNG VÂN" in words
    assert not any("Thị trấn A Lưới" in text for text in words)


def test_a_commune_without_a_household_of_the_list_is_not_found(two_lists, visit, cast):
    url = reverse("allocations:paper_list_posted_pdf", args=[two_lists["481"].pk])
    for wrong in (cast.area("20161").pk, "x", 10**30):
        assert visit("hue-481", url, commune=wrong).status_code == 404


def test_the_posting_record_tells_place_days_and_every_objection(two_lists, cast, download):
    row = two_lists["481"]
    posting = PublicPosting.objects.create(
        district_list=row, list_version=1, commune=cast.area("20044"), place="Trụ sở UBND thị trấn",
        from_day=date(2024, 1, 22), to_day=date(2024, 1, 26), recorded_by=cast("hue-481"),
    )  # fmt: skip
    words = download("hue-481", posting, "minutes", of="posting")
    assert "1. Nơi niêm yết: Trụ sở UBND thị trấn." in words
    assert "2. Thời gian niêm yết: từ ngày 22/01/2024 đến hết ngày 26/01/2024." in words
    assert "4. Ý kiến phản ánh: không có." in words
    Objection.objects.create(
        posting=posting, received_on=date(2024, 1, 23), content="Hộ này đã có máy", outcome="rejected",
        answer="Đã kiểm tra, chưa có", answered_on=date(2024, 1, 25), recorded_by=cast("hue-481"),
    )  # fmt: skip
    Objection.objects.create(
        posting=posting, received_on=date(2024, 1, 24), content="Thiếu hộ ông C", recorded_by=cast("hue-481")
    )
    words = download("hue-481", posting, "minutes", of="posting")
    assert "4. Ý kiến phản ánh: 2 (hai) ý kiến; đã trả lời 1 (một) ý kiến." in words
    assert {"Không có cơ sở: Đã kiểm tra, chưa có", "Chưa trả lời", "Không nêu tên"} <= set(words)
