"""Numbers on papers: hidden, or whole with right, reason and record; each reads the own part."""

from __future__ import annotations

import pytest
from django.urls import reverse

from beneficiaries.choices import Reading
from beneficiaries.models import HouseholdReading
from smartphone_support.audit.models import AuditEntry

from .reading import words_of

pytestmark = pytest.mark.django_db


def test_numbers_are_hidden_and_the_paper_says_so(two_lists, story, download):
    words = download("hue-dic", story.proposed(*two_lists.values()), "decision")
    assert "091***0111" in words
    assert sum("******" in text for text in words) == 6
    assert "Bản che bớt số định danh cá nhân và số điện thoại, chỉ để tra cứu." in words


def test_whole_numbers_need_a_reason_which_stays_on_the_record(two_lists, story, client, cast):
    proposal = story.proposed(*two_lists.values())
    officer = cast.log_in(client, "hue-dic")
    url = reverse("allocations:paper_proposal_decision_full", args=[proposal.pk])
    assert "Reason" in client.get(url).content.decode()
    assert client.post(url, {"extension": "docx", "reason": " "}).status_code == 200
    assert not AuditEntry.objects.filter(action="allocations.proposal.download").exists()
    answer = client.post(url, {"extension": "docx", "reason": "Trình ký"})
    words = words_of(answer.content)
    numbers = {
        line.snapshot["national_id"]
        for row in two_lists.values()
        for line in row.lines.filter(decision="keep")
    }
    assert numbers <= set(words)
    assert "0914000111" in words
    assert not any("Bản che bớt" in text for text in words)
    entry = AuditEntry.objects.get(action="allocations.proposal.download")
    assert (entry.actor, entry.reason) == (officer, "Trình ký")
    assert entry.after == {
        "paper": "proposal_decision", "format": "docx", "households": 6, "in_full": True,
    }  # fmt: skip
    assert HouseholdReading.objects.filter(user=officer, what=Reading.EXPORT).count() == 6


@pytest.mark.parametrize("username", ["hue-dic-leader", "hue-ppc", "hue-481-leader"])
def test_who_may_not_read_numbers_gets_none(two_lists, story, visit, client, username):
    proposal = story.proposed(*two_lists.values())
    url = reverse("allocations:paper_proposal_decision_full", args=[proposal.pk])
    assert visit(username, url).status_code == 403
    assert client.post(url, {"extension": "docx", "reason": "x"}).status_code == 403


def test_a_download_with_hidden_numbers_is_on_the_record_too(two_lists, story, download):
    download("hue-ppc", story.proposed(*two_lists.values()), "submission")
    entry = AuditEntry.objects.get(action="allocations.proposal.download")
    assert entry.after["in_full"] is False


def test_a_district_gets_its_own_part_and_the_paper_says_it_is_one(two_lists, story, download):
    words = download("hue-481", story.proposed(*two_lists.values()), "decision")
    assert "PHỤ LỤC (trích)" in words
    assert "Danh sách này gồm có 3 (ba) hộ./." in words
    assert not any("Nam Đông" in text for text in words)


def test_another_province_finds_nothing(two_lists, story, visit):
    proposal = story.proposed(*two_lists.values())
    for ending in ("docx", "pdf", "full"):
        url = reverse(f"allocations:paper_proposal_decision_{ending}", args=[proposal.pk])
        assert visit("daknong-dic", url).status_code == 404
