"""Hand-over records, single and in batches, and the acceptance of what was handed over."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from allocations import workflow
from allocations.models import Acceptance, HandOver, Support

pytestmark = pytest.mark.django_db


def test_the_hand_over_record_tells_the_device_and_who_took_it(delivered, download):
    words = download("hue-dic", delivered["handed"], "minutes", of="handover")
    assert "Số: 07/BB-BG" in words
    assert {"Máy A & B", "356938035643809", "0961234567"} <= set(words)
    assert (
        "Người nhận: ông (bà) Hồ Thị Lan, thành viên trong hộ, quan hệ với chủ hộ: vợ, số CCCD 046******234."
        in words
    )
    assert any(
        text.startswith("Căn cứ Quyết định số 210/QĐ-UBND ngày 05 tháng 02 năm 2024") for text in words
    )


def test_the_record_of_a_payment_tells_invoice_and_amount_in_words(delivered, download):
    words = download("hue-dic", delivered["paid"], "minutes", of="handover")
    assert {"0001234", "01/05/2023", "500.000 đồng (Năm trăm nghìn đồng)", "tiền mặt"} <= set(words)
    assert not any("IMEI" in text for text in words)


def test_before_the_hand_over_the_record_is_a_form_to_fill_in(delivered, download):
    waiting = Support.objects.filter(hand_overs=None, form="bundle").first()
    words = download("hue-dic", waiting, "hand-over", of="support")
    assert words.count("…" * 12) >= 6
    assert "IMEI 1" in words


def test_the_batch_record_has_a_line_to_sign_for_every_household(delivered, download, cast):
    words = download("hue-dic", delivered["list"], "hand-overs", of="list")
    assert "Danh sách này gồm có 3 (ba) hộ./." in words
    assert any(
        "cho 3 (ba) hộ của huyện A Lưới; đến lúc in đã ghi nhận bàn giao 2 (hai) hộ" in w for w in words
    )
    assert {"356938035643809", "096***4567", "Hồ Thị Lan, vợ", "04/03/2024"} <= set(words)


def test_who_is_named_as_witness_of_a_batch_signs_it(delivered, download):
    words = download("hue-dic", delivered["list"], "hand-overs", of="list")
    assert any(text.startswith("Chứng kiến: đại diện Ủy ban nhân dân huyện A Lưới") for text in words)
    assert (words.count("UBND CẤP HUYỆN"), words.count("UBND CẤP XÃ")) == (2, 0)
    commune = delivered["bundle"].commune
    words = download("hue-dic", delivered["list"], "hand-overs", of="list", commune=commune.pk)
    assert (words.count("UBND CẤP HUYỆN"), words.count("UBND CẤP XÃ")) == (0, 2)


def test_supports_on_hold_and_ended_ones_are_on_no_hand_over_paper(delivered, download, cast):
    waiting = Support.objects.filter(hand_overs=None, district__code="481").first()
    workflow.hold_support(waiting, actor=cast("hue-dic"), why="other", reason="Đang xác minh")
    words = download("hue-dic", delivered["list"], "hand-overs", of="list")
    assert "Danh sách này gồm có 2 (hai) hộ./." in words


def test_an_operator_prints_the_records_of_its_own_in_a_commune_and_no_others(
    delivered, download, visit, cast
):
    commune = delivered["bundle"].commune
    words = download("hue-viettel", commune, "hand-overs", of="commune")
    assert "356938035643809" in words
    url = reverse("allocations:paper_commune_hand_overs_docx", args=[commune.pk])
    assert visit("hue-vnpt", url).status_code == 404


def test_the_acceptance_record_counts_by_district_and_lists_every_hand_over(delivered, download, cast):
    acceptance = Acceptance.objects.create(
        round=delivered["list"].round, operator=delivered["viettel"], number="3/BBNT", date=date(2024, 4, 2),
        from_day=date(2024, 3, 1), to_day=date(2024, 3, 31), devices=1, cash_households=1, amount=2_390_000,
        prepared_by=cast("hue-dic"),
    )  # fmt: skip
    HandOver.objects.update(acceptance=acceptance)
    words = download("hue-dic", acceptance, "minutes", of="acceptance")
    assert {"Số: 03/BBNT", "DỰ THẢO", "356938035643809", "0001234"} <= set(words)
    row = words.index("Huyện A Lưới")
    assert words[row : row + 4] == ["Huyện A Lưới", "1", "1", "2"]
    assert any("2.390.000 đồng (Hai triệu ba trăm chín mươi nghìn đồng)" in text for text in words)


def test_a_district_reads_of_an_acceptance_its_own_households_and_everybodys_count(delivered, download, cast):
    acceptance = Acceptance.objects.create(
        round=delivered["list"].round, operator=delivered["viettel"], number="3/BBNT", date=date(2024, 4, 2),
        from_day=date(2024, 3, 1), to_day=date(2024, 3, 31), devices=1, cash_households=1,
        prepared_by=cast("hue-dic"),
    )  # fmt: skip
    HandOver.objects.update(acceptance=acceptance)
    words = download("hue-483", acceptance, "minutes", of="acceptance")
    assert "DANH SÁCH HỘ ĐÃ BÀN GIAO (TRÍCH)" in words
    assert "Danh sách này gồm có 0 (không) hộ./." in words
    assert not {"356938035643809", delivered["bundle"].household.head_name} & set(words)
    assert words[words.index("Huyện A Lưới") :][:4] == ["Huyện A Lưới", "1", "1", "2"]


def test_a_list_without_anyone_to_hand_over_to_says_so(two_lists, visit):
    for slug in ("hand_overs", "notices"):
        answer = visit("hue-481", reverse(f"allocations:paper_list_{slug}_docx", args=[two_lists["481"].pk]))
        assert (answer.status_code, answer["Location"]) == (
            302, reverse("allocations:list_detail", args=[two_lists["481"].pk]),
        )  # fmt: skip
