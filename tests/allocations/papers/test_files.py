"""The files papers come in, where they are offered, and what making them costs."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allocations.models import Acceptance, Amendment, PublicPosting, Support
from allocations.papers.kinds import KINDS, Asked, communes_of
from smartphone_support.documents import docx, pdf

pytestmark = pytest.mark.django_db


def test_the_file_has_a_plain_latin_name_and_its_own_type(two_lists, story, visit):
    proposal = story.proposed(*two_lists.values())
    for extension, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        url = reverse(f"allocations:paper_proposal_submission_{extension}", args=[proposal.pk])
        answer = visit("hue-dic", url)
        assert answer["Content-Disposition"] == f'attachment; filename="To trinh 15-TTr-STTTT.{extension}"'
        assert answer.content.startswith(start)


def test_every_paper_is_made_in_both_formats_whatever_the_language(delivered, story, cast, settings):
    officer = cast("hue-dic")
    acceptance = Acceptance.objects.create(
        round=delivered["list"].round, operator=delivered["viettel"], number="3/BBNT", date=date(2024, 4, 2),
        from_day=date(2024, 3, 1), to_day=date(2024, 3, 31), prepared_by=officer,
    )  # fmt: skip
    amendment = Amendment.objects.create(
        round=delivered["list"].round, district_list=delivered["list"], kind="remove", number="1",
        date=date(2024, 3, 1), reason="x", prepared_by=officer,
    )  # fmt: skip
    posting = PublicPosting.objects.create(
        district_list=delivered["list"], list_version=1, place="Xã", from_day=date(2024, 1, 2),
        to_day=date(2024, 1, 3), recorded_by=officer,
    )  # fmt: skip
    rows = {
        "proposal": delivered["list"].round.proposals.get(), "quotaplan": delivered["list"].round.plans.get(),
        "amendment": amendment, "list": delivered["list"], "posting": posting,
        "support": Support.objects.filter(hand_overs=None).first(), "handover": delivered["handed"],
        "commune": delivered["bundle"].commune, "acceptance": acceptance,
    }  # fmt: skip
    for kind in KINDS:
        made = kind.make(kind.rows(officer).get(pk=rows[kind.of].pk), Asked(officer))
        texts = [text for paper in made.papers for text in paper.texts()]
        assert len(texts) > 10, kind.name
        assert " ".join(texts).isascii() is False
        assert docx.render(*made.papers).startswith(b"PK")
        assert pdf.render(*made.papers).startswith(b"%PDF")


def test_the_page_of_a_proposal_offers_its_papers(two_lists, story, visit):
    proposal = story.proposed(*two_lists.values())
    page = visit("hue-dic", reverse("allocations:proposal_detail", args=[proposal.pk])).content.decode()
    for name in ("submission_docx", "submission_pdf", "decision_docx", "decision_pdf", "decision_full"):
        assert reverse(f"allocations:paper_proposal_{name}", args=[proposal.pk]) in page
    page = visit("hue-ppc", reverse("allocations:proposal_detail", args=[proposal.pk])).content.decode()
    assert reverse("allocations:paper_proposal_decision_full", args=[proposal.pk]) not in page


def test_a_long_annex_takes_the_same_few_queries(two_lists, story, cast, django_assert_max_num_queries):
    proposal = story.proposed(*two_lists.values())
    kind = next(kind for kind in KINDS if kind.name == "proposal_decision")
    row = kind.rows(cast("hue-dic")).get(pk=proposal.pk)
    with django_assert_max_num_queries(14):
        kind.make(row, Asked(cast("hue-dic")))


def test_a_batch_of_hand_overs_takes_the_same_queries_however_many(delivered, cast):
    officer = cast("hue-dic")
    kind = next(kind for kind in KINDS if kind.name == "list_hand_overs")
    row = kind.rows(officer).get(pk=delivered["list"].pk)
    assert officer.role  # read once a request
    counts = []
    for commune in (communes_of(row).get(code="20044"), None):  # two households, three households
        with CaptureQueriesContext(connection) as seen:
            made = kind.make(row, Asked(officer, commune=commune))
        counts.append((made.papers[0].rows(), len(seen)))
    (few, first), (more, second) = counts
    assert few < more
    assert first == second <= 8
