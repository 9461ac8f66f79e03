"""Public posting: what must hang out before the signature, objections and answers, the posted list."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from allocations import workflow
from allocations.lists.posted import Posted, coverage, coverage_of, suggested_days
from allocations.lists.posted_list import posted_list
from allocations.models import AllocationRound, Objection, PublicPosting
from allocations.worklist import awaited_by, waiting_for
from programs.working_days import WorkCalendar
from smartphone_support.web.errors import Refusal

from .test_lists import DROP, KEEP, upload

pytestmark = pytest.mark.django_db

MONDAY = date(2030, 3, 4)
LAST = date(2030, 3, 6)
AFTER = date(2030, 3, 7)
SCAN = b"%PDF-1.7 scan"


def on(day):
    return time_machine.travel(f"{day}T03:00:00Z", tick=False)


@pytest.fixture
def posted_round(a_luoi):
    """A Lưới's list in a round that asks for three working days of posting."""
    AllocationRound.objects.filter(pk=a_luoi.round_id).update(posting_days=3)
    a_luoi.round.refresh_from_db()
    return a_luoi


@pytest.fixture
def officer(cast):
    return cast("hue-481")


def post(row, actor, from_day=MONDAY, to_day=LAST, **known):
    return workflow.record_posting(
        row, actor=actor, place="UBND xã Hồng Hạ", from_day=from_day, to_day=to_day, **known
    )


def send(row, actor):
    return workflow.request_signature(row, actor=actor)


def test_a_list_is_not_signed_before_its_posting_is_over(posted_round, officer, cast):
    with on(MONDAY):
        with pytest.raises(
            Refusal, match=r"3 kept households were not publicly posted for 3 working days, .* No. 1"
        ):
            send(posted_round, officer)
        post(posted_round, officer)
    with on(LAST), pytest.raises(Refusal, match=r"lasts until 06/03/2030: .* from 07/03/2030 on"):
        send(posted_round, officer)
    with on(AFTER):
        row = send(posted_round, officer)
        assert workflow.sign_and_submit(row, actor=cast("hue-481-leader")).state == "submitted"


def test_a_posting_withdrawn_after_the_list_went_to_the_leader_stops_the_signature(
    posted_round, officer, cast
):
    with on(MONDAY):
        posting = post(posted_round, officer)
    with on(AFTER):
        row = send(posted_round, officer)
        workflow.withdraw_posting(posting, actor=officer, reason="Nhầm xã")
        with pytest.raises(Refusal, match="not publicly posted"):
            workflow.sign_and_submit(row, actor=cast("hue-481-leader"))


def test_who_was_taken_in_after_the_posting_must_be_posted_and_nobody_else(posted_round, officer):
    with on(MONDAY):
        post(posted_round, officer)
    with on(AFTER):
        workflow.apply_review_upload(upload(posted_round, officer, p1=DROP, p4=KEEP), actor=officer)
        posted_round.refresh_from_db()
        added = posted_round.lines.get(position=4)
        assert coverage_of(posted_round).unposted == {added.household_id}
        with pytest.raises(Refusal, match=r"1 kept household was not publicly posted .* No. 4"):
            send(posted_round, officer)
        only = posted_list(posted_round, households=coverage_of(posted_round).unposted)
        assert [row.name for part in only.communes for row in part.rows] == [added.snapshot["head_name"]]
        post(posted_round, officer, AFTER, date(2030, 3, 11))
    with on(date(2030, 3, 12)):
        assert send(posted_round, officer).state == "awaiting_signature"


def test_a_posting_of_one_commune_covers_its_households_only(story, cast):
    story.households(c20044=4, c20047=4)
    row = story.lists(total=6)["481"]
    AllocationRound.objects.update(posting_days=3)
    row.round.refresh_from_db()
    with on(MONDAY):
        post(row, cast("hue-481"), commune=cast.area("20044"))
    with on(AFTER):
        left = set(
            row.lines.filter(decision="keep", commune__code="20047").values_list("household", flat=True)
        )
        assert coverage_of(row).unposted == left != set()


BAD = {
    "short": ({"to_day": date(2030, 3, 5)}, "are 2 working days; the round asks for 3"),
    "backwards": ({"to_day": date(2030, 3, 1)}, "last day lies before the first"),
    "before the round": ({"from_day": date(2023, 3, 4), "to_day": date(2023, 3, 9)}, "before the round"),
    "a slip in the year": ({"to_day": date(2303, 3, 6)}, "longer than a year"),
    "no place": ({"place": " \u00a0"}, "Say where"),
    "no scan": ({"proof": SimpleUploadedFile("a.pdf", b"MZ\x90\x00")}, "must be a PDF file or a photo"),
}


@pytest.mark.parametrize(("changed", "words"), BAD.values(), ids=BAD)
def test_an_impossible_posting_is_refused_and_not_kept(posted_round, officer, changed, words):
    known = {"place": "UBND", "from_day": MONDAY, "to_day": LAST} | changed
    with pytest.raises(Refusal, match=words):
        workflow.record_posting(posted_round, actor=officer, **known)
    assert not PublicPosting.objects.exists()


def test_a_commune_without_a_kept_household_is_not_posted(posted_round, officer, cast):
    with pytest.raises(Refusal, match="No household is kept there"):
        post(posted_round, officer, commune=cast.area("20047"))


def test_the_same_posting_clicked_twice_is_written_once(posted_round, officer):
    post(posted_round, officer)
    with pytest.raises(Refusal, match="already written down"):
        post(posted_round, officer)
    assert PublicPosting.objects.count() == 1


def test_only_the_districts_officer_posts_and_answers(posted_round, officer, cast):
    posting = post(posted_round, officer)
    with on(MONDAY):
        said = workflow.record_objection(posting, actor=officer, content="Đã có máy", received_on=MONDAY)
    for username in ("hue-481-leader", "hue-483", "hue-dic", "daknong-666"):
        actor = cast(username)
        for act in (
            lambda actor=actor: post(posted_round, actor, to_day=AFTER),
            lambda actor=actor: workflow.withdraw_posting(posting, actor=actor, reason="x"),
            lambda actor=actor: workflow.record_objection(
                posting, actor=actor, content="x", received_on=MONDAY
            ),
            lambda actor=actor: workflow.attach_proof(
                posting, actor=actor, proof=SimpleUploadedFile("a.pdf", SCAN)
            ),
            lambda actor=actor: workflow.answer_objection(
                said, actor=actor, outcome="noted", answer="x", answered_on=MONDAY
            ),
        ):
            with pytest.raises(PermissionDenied):
                act()


def test_a_signed_lists_posting_stays(posted_round, officer, cast):
    with on(MONDAY):
        posting = post(posted_round, officer)
    with on(AFTER):
        workflow.sign_and_submit(send(posted_round, officer), actor=cast("hue-481-leader"))
        for act in (
            lambda: workflow.withdraw_posting(posting, actor=officer, reason="x"),
            lambda: post(posted_round, officer, AFTER, date(2030, 3, 20)),
        ):
            with pytest.raises(Refusal, match="is now “Submitted”"):
                act()


def test_an_objection_waits_for_its_answer_before_the_signature(posted_round, officer, cast):
    line = posted_round.lines.get(position=2)
    with on(MONDAY):
        posting = post(posted_round, officer)
        said = workflow.record_objection(
            posting, actor=officer, content="Hộ đã có điện thoại", received_on=MONDAY, line=line
        )
        assert [item.detail for item in waiting_for(officer)].count("1 objection is not answered") == 1
        assert any("1 objection is not answered" in item.detail for item in awaited_by(cast("hue-dic")))
    with on(AFTER):
        with pytest.raises(Refusal, match="1 objection to the posted list is not answered"):
            send(posted_round, officer)
        with pytest.raises(Refusal, match="An objection to this posting is not answered"):
            workflow.withdraw_posting(posting, actor=officer, reason="x")
        done = {"outcome": "upheld", "answer": "Đúng, sẽ loại", "answered_on": AFTER}
        workflow.answer_objection(said, actor=officer, **done)
        with pytest.raises(Refusal, match="already answered"):
            workflow.answer_objection(said, actor=officer, **done)
        assert send(posted_round, officer).state == "awaiting_signature"


def test_days_of_objections_and_answers_are_possible_ones(posted_round, officer):
    with on(LAST):
        posting = post(posted_round, officer)
        for day in (date(2030, 3, 1), AFTER):
            with pytest.raises(Refusal, match="received between 04/03/2030"):
                workflow.record_objection(posting, actor=officer, content="x", received_on=day)
        said = workflow.record_objection(posting, actor=officer, content="x", received_on=date(2030, 3, 5))
        with pytest.raises(Refusal, match="already written down"):
            workflow.record_objection(posting, actor=officer, content="x", received_on=date(2030, 3, 5))
        for day in (MONDAY, AFTER):
            with pytest.raises(Refusal, match="answered between 05/03/2030"):
                workflow.answer_objection(said, actor=officer, outcome="noted", answer="x", answered_on=day)
    assert Objection.objects.count() == 1


def test_a_posting_that_ends_today_is_on_the_work_list(posted_round, officer):
    with on(MONDAY):
        post(posted_round, officer)
        titles = [item.title for item in waiting_for(officer)]
        assert "Posting of the list of huyện A Lưới ends today" not in titles
    with on(LAST):
        titles = [item.title for item in waiting_for(officer)]
        assert "Posting of the list of huyện A Lưới ends today" in titles


def test_the_posted_list_says_nothing_that_is_nobodys_business(posted_round, visit):
    household = posted_round.lines.first().household
    type(household).objects.filter(pk=household.pk).update(phone="0912345678", ethnicity="Pa Cô")
    facts = posted_round.lines.first().snapshot
    page = visit("hue-481", reverse("allocations:posted_list", args=[posted_round.pk])).content.decode()
    sheet = visit("hue-481", reverse("allocations:posted_workbook", args=[posted_round.pk]))
    book = openpyxl.load_workbook(io.BytesIO(sheet.content)).active
    told = str(list(book.values))
    article = page[page.index("<article") : page.index("</article>")]
    for text in (article, told):
        assert facts["head_name"] in text
        assert "Thôn 1" in text
        for secret in (facts["national_id"], "0912345678", str(facts["birth_year"]), "Pa Cô", "****"):
            assert secret not in text
    assert [cell.value for cell in book[5]] == [
        "STT",
        "Họ và tên chủ hộ",
        "Thôn",
        "Diện",
        "Ưu tiên",
        "Hình thức hỗ trợ",
    ]


def test_the_pages_from_posting_to_answer(posted_round, client, cast):
    url = lambda name, key: reverse(f"allocations:{name}", args=[key])  # noqa: E731  # said once
    with on(MONDAY):
        cast.log_in(client, "hue-481")
        form = client.get(url("posting_create", posted_round.pk)).context["form"]
        assert (form.initial["from_day"], form.initial["to_day"]) == (MONDAY, LAST)
        said = {"place": "Nhà văn hóa thôn 1", "from_day": "04/03/2030", "to_day": "05/03/2030"}
        page = client.post(url("posting_create", posted_round.pk), said)
        assert "are 2 working days; the round asks for 3" in page.content.decode()
        said["to_day"] = "06/03/2030"
        client.post(url("posting_create", posted_round.pk), said)
        posting = PublicPosting.objects.get()
        client.post(
            url("posting_attach", posting.pk), {"proof": SimpleUploadedFile("anh.png", b"\x89PNG\r\n\x1a\n")}
        )
        got = client.get(url("posting_proof", posting.pk))
        assert b"".join(got.streaming_content) == b"\x89PNG\r\n\x1a\n"
        assert got["Content-Disposition"].startswith("attachment")
        objection = {"content": "Sai <b>tên</b>", "number": "99", "received_on": "04/03/2030"}
        page = client.post(url("objection_create", posting.pk), objection).content.decode()
        assert "The list has no No. 99" in page
        client.post(url("objection_create", posting.pk), objection | {"number": "2"})
        row = Objection.objects.get()
        assert row.line.position == 2
        answer = {"outcome": "rejected", "answer": "Đã kiểm tra", "answered_on": "04/03/2030"}
        client.post(url("objection_answer", row.pk), answer)
    cast.log_in(client, "hue-dic")
    page = client.get(url("posting_list", posted_round.pk)).content.decode()
    assert "Sai &lt;b&gt;tên&lt;/b&gt;" in page
    assert "Not upheld" in page
    assert url("posting_create", posted_round.pk) not in page


days = st.dates(date(2030, 1, 1), date(2030, 2, 28))
posting = st.tuples(st.sampled_from([None, 1, 2]), days, st.integers(0, 12), st.frozensets(st.integers(1, 8)))


@given(
    kept=st.dictionaries(st.integers(1, 8), st.sampled_from([1, 2])),
    rows=st.lists(posting, max_size=6),
    wanted=st.integers(0, 6),
    today=days,
)
def test_a_household_is_covered_exactly_when_one_posting_covers_it(kept, rows, wanted, today):
    calendar = WorkCalendar()
    postings = [Posted(commune, first, first + timedelta(days=n), who) for commune, first, n, who in rows]
    found = coverage(kept, postings, days=wanted, today=today, calendar=calendar)
    for household, commune in kept.items():
        fitting = [
            one
            for one in postings
            if household in one.households
            and one.commune in (None, commune)
            and calendar.count(one.from_day, one.to_day) >= wanted
        ]
        over = any(one.to_day < today for one in fitting)
        expected = "ok" if over or not wanted else "running" if fitting else "unposted"
        told = (
            "unposted" if household in found.unposted else "running" if household in found.running else "ok"
        )
        assert told == expected
    assert found.is_complete == (not found.unposted and not found.running)


@given(today=days, wanted=st.integers(1, 15))
def test_the_days_suggested_are_enough_and_not_one_more(today, wanted):
    calendar = WorkCalendar(holidays=frozenset({date(2030, 1, 1), date(2030, 2, 4), date(2030, 2, 5)}))
    first, last = suggested_days(wanted, calendar, today)
    assert first >= today
    assert calendar.count(first, last) == wanted
