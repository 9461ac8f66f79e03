"""Two officers at one complaint at the same moment, on PostgreSQL: one wins, the other gets a sentence."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from inspections.models import Complaint, ComplaintTerm
from inspections.workflow import complaint_answers, complaints
from inspections.workflow.denunciations import name_reader, take_off_reader
from inspections.workflow.public_form import send_in
from programs.loading import load_plans
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.recording import verify
from tests.complaint_rows import said, written_down
from tests.together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")


@pytest.fixture
def officer(cast):
    load_plans()
    return cast("hue-dic")


def sentences(results):
    return [result for result in results if isinstance(result, str)]


def test_two_take_it_up_and_one_does(officer, cast):
    row = written_down(officer)
    offices = [Organisation.objects.get(code=code) for code in ("hue-481", "hue-viettel")]
    results = at_once(
        lambda: complaints.take_up(row, actor=officer, organisation=offices[0]),
        lambda: complaints.take_up(row, actor=cast("hue-dic-leader"), organisation=offices[1]),
    )
    assert len(sentences(results)) == 1
    row.refresh_from_db()
    assert row.state == "assigned"
    assert ComplaintTerm.objects.filter(complaint=row, step="answer").count() == 1
    assert verify().broken_at is None


def test_one_takes_it_up_while_another_refuses_it(officer, cast):
    row = written_down(officer)
    office = Organisation.objects.get(code="hue-481")
    results = at_once(
        lambda: complaints.take_up(row, actor=officer, organisation=office),
        lambda: complaints.refuse(row, actor=cast("hue-dic-leader"), reason="Không thuộc"),
    )
    assert len(sentences(results)) == 1
    row.refresh_from_db()
    assert (row.state == "assigned") == (row.closed_reason == "")


def test_two_answers_become_one(officer, cast):
    row = written_down(officer)
    complaints.take_up(row, actor=officer, organisation=officer.organisation)
    today = timezone.localdate()

    def answer(text):
        return lambda: complaint_answers.answer(row, actor=officer, text=text, answered_on=today, upheld=None)

    results = at_once(answer("Một"), answer("Hai"))
    assert len(sentences(results)) == 1
    won = next(result for result in results if not isinstance(result, str))
    assert Complaint.objects.get(pk=row.pk).answer == won.answer


def test_two_readers_do_not_take_each_other_off(officer, cast):
    leader = cast("hue-dic-leader")
    row = written_down(officer, "denunciation")
    name_reader(row, actor=officer, person=officer)
    name_reader(row, actor=officer, person=leader)

    def off(actor, person):
        def call():
            try:
                return take_off_reader(row, actor=actor, person=person)
            except Exception as error:  # the right may be gone by then, or the sentence says so
                return type(error).__name__

        return call

    at_once(off(officer, leader), off(leader, officer))
    assert row.named.count() == 1


def test_the_button_pressed_twice_makes_one(officer, cast):
    cache.clear()
    province = cast.area("46")
    results = at_once(*[lambda: send_in(said(), province=province) for _ in range(4)])
    assert len(sentences(results)) == 3
    assert Complaint.objects.count() == 1
