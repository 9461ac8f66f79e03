"""What a preview is made of beside matching and difference: questions, reasons, papers, the incomplete."""

from dataclasses import replace
from datetime import date

import pytest

from beneficiaries import workflow
from beneficiaries.imports import staging
from beneficiaries.imports.records import HouseholdRecord, Question, ReadResult, SheetInfo
from beneficiaries.models import Household, InformationDeprivation, Movement, PovertyCertificate, PovertySpell

from .conftest import NAMES, household, identity

pytestmark = pytest.mark.django_db
END_23 = date(2023, 12, 31)


@pytest.fixture
def read_as(monkeypatch):
    """`read_as(record, …, questions=[…])`: what the reader finds in whatever file is uploaded."""

    def told(*records, questions=()):
        def result(*arguments):
            sheet = SheetInfo("Danh sách", first_row=8, last_row=8)
            return ReadResult([sheet], [replace(one) for one in records], questions=list(questions))

        monkeypatch.setattr(staging, "read_file", result)

    return told


def stated(number, **values):
    """`conftest.household(number)` as the reader hands it over, with more facts."""
    born = date(1960 + number % 30, 3, number % 27 + 1)
    known = frozenset({"head_name", "birth_date", "birth_year", "national_id", "village", "poverty_class"})
    values = {
        "head_name": f"{NAMES[number % 6]} {number}", "birth_date": born, "birth_year": born.year,
        "national_id": identity(number), "commune_code": "20047", "district_code": "481",
        "village": "Thôn A Năm", "poverty_class": "poor", "known": known | {"commune_code", "district_code"},
    } | values  # fmt: skip
    return HouseholdRecord("Danh sách", 8 + number, **values)


# --- questions ------------------------------------------------------------------------------------


DATES = Question("date_order", "Danh sách", "D", {"guess": "dmy", "samples": [["03/04/1960", "", ""]]})


def test_a_file_that_does_not_settle_how_it_is_read_waits_with_its_questions(desk, read_as):
    settled = Question("encoding", "Danh sách", "", {"guess": "tcvn3"}, settled=True)
    read_as(stated(1), questions=[settled, DATES])
    batch = desk.read()
    assert (batch.state, [q["kind"] for q in batch.questions]) == ("awaiting_layout", ["date_order"])
    assert (batch.rows.count(), Household.objects.count()) == (0, 0)


def test_once_answered_the_preview_is_made(desk, read_as):
    read_as(stated(1), questions=[DATES])
    batch = desk.read()
    answers = workflow.Answers(date_orders={"Danh sách!D": "dmy"})
    batch = workflow.answer_questions(batch, answers, actor=desk.cast("hue-dolisa"))
    read_as(stated(1), questions=[replace(DATES, settled=True)])
    batch = desk.work(batch)
    assert (batch.state, batch.counts["new"]) == ("awaiting_confirmation", 1)
    assert all(question["settled"] for question in batch.questions)


def test_a_file_that_waits_for_answers_can_be_cancelled(desk, read_as):
    read_as(stated(1), questions=[DATES])
    batch = workflow.reject_batch(desk.read(), actor=desk.cast("hue-dolisa"))
    assert batch.state == "rejected"


# --- households no longer listed --------------------------------------------------------------------


@pytest.fixture
def gone(desk):
    """Households 1 to 6 of 2022, of which 2023 names only 1 and 2; 6 was near-poor."""
    desk.register(*map(household, range(1, 6)), household(6, J=None, K="x"), year=2022)
    return desk.read(household(1), household(2), year=2023)


def test_the_reason_says_what_becomes_of_a_household_no_longer_listed(desk, gone, classes):
    reasons = {3: "exited", 4: "moved_out", 6: "exited"}
    rows = {row.household.national_id: row.pk for row in gone.rows.filter(outcome="gone")}
    given = {rows[identity(number)]: reason for number, reason in reasons.items()}
    workflow.give_reasons(gone, given, actor=desk.cast("hue-dolisa"))
    desk.confirm(gone, reason="x")
    now = PovertySpell.objects.filter(superseded_at=None)
    assert now.get(household__national_id=identity(3), valid_to=None).reason == "exited_poor"
    assert now.get(household__national_id=identity(6), valid_to=None).reason == "exited_near_poor"
    assert now.get(household__national_id=identity(5), valid_to=None).reason == "not_listed"
    left = now.get(household__national_id=identity(4))
    assert (left.poverty_class, left.valid_to, left.ended_by) == ("poor", END_23, "moved_out")
    assert sorted(value or "" for value in classes(END_23).values()) == ["", *["not_poor"] * 3, *["poor"] * 2]
    told = dict(Movement.objects.values_list("household__national_id", "kind"))
    assert told == {
        identity(3): "exited_poor",
        identity(4): "moved_out",
        identity(6): "exited_near_poor",
    }


def test_what_was_said_of_rows_is_said_again_of_a_new_preview(desk, gone):
    officer = desk.cast("hue-dolisa")
    workflow.give_reason_to_all(gone, "deceased", actor=officer)
    again = desk.work(workflow.read_again(gone, actor=officer))
    assert set(again.rows.filter(outcome="gone").values_list("reason", flat=True)) == {"deceased"}


# --- what an annual list tells of movements ---------------------------------------------------------


def test_changes_of_class_are_told_as_movements_but_a_first_list_is_none(desk):
    desk.register(household(1), household(2, J=None, K="x"), *map(household, range(5, 12)), year=2021)
    assert not Movement.objects.exists()
    rest = list(map(household, range(6, 12)))
    desk.register(household(1, J=None, K="x"), household(2), household(3), *rest, year=2022)
    desk.register(household(1, J=None, K="x"), household(2), household(3), household(5), *rest, year=2023)
    told = set(Movement.objects.values_list("household__national_id", "kind", "source__period__year"))
    assert told == {
        (identity(1), "poor_to_near", 2022),
        (identity(2), "near_to_poor", 2022),
        (identity(3), "new_poor", 2022),
        (identity(5), "relapsed_poor", 2023),
    }


# --- certificates and deprivation -------------------------------------------------------------------


def test_a_stated_certificate_is_the_years_and_the_same_list_again_changes_nothing(desk, read_as):
    issued = date(2023, 12, 20)
    paper = {"certificate_number": "12/GCN-HN.HCN", "certificate_date": issued}
    read_as(stated(1, **paper, lacks_telecom=True, lacks_means=False))
    desk.register()
    held = PovertyCertificate.objects.get()
    assert (held.year, held.number, held.issued_on) == (2023, "12/GCN-HN.HCN", issued)
    found = InformationDeprivation.objects.get()
    assert (found.assessed_on, found.lacks_telecom, found.lacks_means) == (END_23, True, False)
    assert desk.register().counts["unchanged"] == 1
    assert (PovertyCertificate.objects.count(), InformationDeprivation.objects.count()) == (1, 1)


def test_a_new_certificate_is_shown_as_a_change_and_a_blank_wipes_none(desk, read_as):
    desk.register(household(1))
    read_as(stated(1, certificate_number="7/GCN-HN.HCN", lacks_means=True, reviewed_on=date(2023, 10, 1)))
    batch = desk.read()
    assert batch.rows.get().changes == [
        ["certificate_number", "", "7/GCN-HN.HCN"],
        ["lacks_means", None, True],
    ]
    desk.confirm(batch)
    PovertyCertificate.objects.update(issuer="UBND xã Hồng Vân", has_certified_copy=True)
    read_as(stated(1, certificate_number="", lacks_means=None))
    assert desk.register().counts["unchanged"] == 1
    read_as(stated(1, certificate_number="8/GCN-HN.HCN"))
    desk.register()
    held = PovertyCertificate.objects.get()
    assert (held.number, held.issuer, held.has_certified_copy) == ("8/GCN-HN.HCN", "UBND xã Hồng Vân", True)
    assert InformationDeprivation.objects.get().assessed_on == date(2023, 10, 1)


# --- households of which only the district is known -------------------------------------------------

EXPORTED = frozenset(
    {"head_name", "gender", "member_count", "household_code", "poverty_class", "district_code"}
)


def exported(number, name=None, **values):
    values = {"gender": "male", "member_count": 4, "household_code": str(number)} | values
    return HouseholdRecord(
        "Sheet1", 3 + number, name or f"{NAMES[number % 6]} {number}", district_code="481",
        poverty_class="poor", known=EXPORTED, **values,
    )  # fmt: skip


def test_exported_households_enter_incomplete_and_wait_for_completion(desk, read_as, classes):
    read_as(exported(1), exported(2))
    batch = desk.register(year=2022)
    first = Household.objects.order_by("pk")[0]
    assert (first.commune, first.district.code) == (None, "481")
    assert "commune" in first.lacks
    assert batch.balance == []
    assert set(classes(date(2022, 12, 31)).values()) == {"poor"}


def test_the_export_again_changes_nothing_and_nobody_is_gone(desk, read_as):
    read_as(exported(1), exported(2), exported(3, NAMES[1] + " 1"))
    desk.register(year=2022)
    again = desk.register(year=2022)
    assert (again.counts["unchanged"], again.counts["gone"]) == (3, 0)
    read_as(exported(1))
    assert desk.register(year=2023).counts["gone"] == 0


def test_a_later_list_completes_them(desk, read_as):
    read_as(exported(1))
    desk.register(year=2022)
    pk = Household.objects.get().pk
    read_as(stated(1, gender="male", member_count=4))
    batch = desk.read(year=2023)
    assert (batch.rows.get().basis, batch.rows.get().outcome) == ("incomplete", "changed")
    desk.confirm(batch)
    complete = Household.objects.get()
    assert (complete.pk, complete.commune.code, complete.national_id) == (pk, "20047", identity(1))
    assert complete.lacks == []


# --- lists of one class ------------------------------------------------------------------------------


@pytest.fixture
def detailed(monkeypatch):
    """`detailed("near_poor", record, …)`: a list whose title names that class alone."""

    def told(only, *records):
        def result(*arguments):
            sheet = SheetInfo("Chi tiết", first_row=8, last_row=8, households=len(records), only_class=only)
            return ReadResult([sheet], [replace(one) for one in records])

        monkeypatch.setattr(staging, "read_file", result)

    return told


def test_a_list_of_poor_households_says_nothing_of_the_near_poor(desk, read_as, detailed):
    read_as(stated(1), stated(2), stated(3, poverty_class="near_poor"))
    desk.register(year=2022)
    detailed("poor", stated(1), stated(4))
    batch = desk.read(year=2023)
    assert [row.head_name for row in batch.rows.filter(outcome="gone")] == [stated(2).head_name]
    assert [(row["listed"], row["end"], row["off"]) for row in batch.balance] == [(3, 3, False)]
    assert "hộ cận nghèo" in batch.notice
    desk.confirm(batch)
    detailed("near_poor", stated(3, poverty_class="near_poor"))
    assert desk.read(year=2023).counts["gone"] == 0


def test_a_near_poor_household_on_the_list_of_the_poor_balances_too(desk, read_as, detailed):
    read_as(stated(1), stated(2, poverty_class="near_poor"), stated(3, poverty_class="near_poor"))
    desk.register(year=2022)
    detailed("poor", stated(1), stated(2))
    batch = desk.read(year=2023)
    assert (batch.counts["changed"], batch.counts["gone"]) == (1, 0)
    assert [(row["listed"], row["end"]) for row in batch.balance] == [(3, 3)]


def test_a_title_its_rows_do_not_keep_covers_both_classes(desk, read_as, detailed):
    read_as(stated(1), stated(2), stated(3, poverty_class="near_poor"))
    desk.register(year=2022)
    detailed("poor", stated(1), stated(4, poverty_class="near_poor"))
    batch = desk.read(year=2023)
    assert (batch.counts["gone"], batch.notice) == (2, "")
