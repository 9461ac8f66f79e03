"""Letters to households: only to who still waits, without the identity number."""

from __future__ import annotations

import pytest
from django.urls import reverse

from allocations.models import Support

from .reading import words_of

pytestmark = pytest.mark.django_db


def test_a_letter_invites_without_the_identity_number(delivered, client, cast):
    waiting = Support.objects.filter(hand_overs=None).first()
    cast.log_in(client, "hue-dic")
    url = reverse("allocations:paper_support_notice_invite", args=[waiting.pk])
    assert client.get(url).status_code == 200
    sent = {"day": "12/03/2024", "hour": "8 giờ 00", "place": "Nhà văn hóa xã", "extension": "docx"}
    words = words_of(client.post(url, sent).content)
    assert "1. Thời gian: 8 giờ 00, ngày 12 tháng 3 năm 2024." in words
    assert "2. Địa điểm: Nhà văn hóa xã." in words
    assert waiting.household.national_id not in " ".join(words)
    assert f"Kính gửi: Hộ ông (bà) {waiting.household.head_name}, Thôn 1, {waiting.commune.name}." in words


def test_letters_go_only_to_who_still_waits_each_on_a_page_of_its_own(delivered, download):
    words = download("hue-dic", delivered["list"], "notices", of="list")
    assert words.count("THÔNG BÁO") == 3  # handed over outside the workflow: the supports still wait
    Support.objects.filter(pk=delivered["bundle"].pk).update(state="delivered")
    assert download("hue-dic", delivered["list"], "notices", of="list").count("THÔNG BÁO") == 2


def test_more_letters_than_anyone_waits_for_are_asked_for_by_commune(delivered, visit, monkeypatch):
    monkeypatch.setattr("allocations.papers.kinds.MOST_LETTERS", 2)
    url = reverse("allocations:paper_list_notices_pdf", args=[delivered["list"].pk])
    assert visit("hue-dic", url).status_code == 302
    assert visit("hue-dic", url, commune=delivered["bundle"].commune_id).status_code == 200
