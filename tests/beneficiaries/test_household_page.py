"""A household's page: its story, what it lacks, who read it; and the pages that complete it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from beneficiaries.household import readings, story
from beneficiaries.household.readings import note_export
from beneficiaries.models import (
    DuplicateCandidate,
    EarlierDevice,
    Household,
    HouseholdMember,
    HouseholdMerge,
    HouseholdReading,
    InformationDeprivation,
    Movement,
    PovertyCertificate,
)
from beneficiaries.workflow.movements import record_movement

from .conftest import household, identity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def as_(client, cast):
    def log_in(username):
        cast.log_in(client, username)
        return client

    return log_in


@pytest.fixture
def known(desk):
    desk.register(household(1), household(2), household(3, F=None), year=2023)
    return Household.objects.get(national_id=identity(1))


def address(name, *args):
    return reverse(f"beneficiaries:{name}", args=args)


def page_of(browser, one, **query):
    answer = browser.get(address("household_detail", one.pk), query)
    assert answer.status_code == 200
    return answer.content.decode()


# --- the story ------------------------------------------------------------------------------------


def test_the_story_tells_everything_that_happened_with_its_source(as_, cast, known):
    other = Household.objects.get(national_id=identity(2))
    officer = cast("hue-dolisa")
    PovertyCertificate.objects.create(household=known, year=2024, number="7/GCN-HN.HCN", recorded_by=officer)
    InformationDeprivation.objects.create(
        household=known,
        assessed_on=date(2024, 2, 1),
        occasion="review",
        lacks_telecom=True,
        lacks_means=False,
    )
    EarlierDevice.objects.create(household=known, kind="tablet", received_on=date(2022, 5, 1))
    DuplicateCandidate.objects.create(
        province=known.province, first=known, second=other, score=70, state="different",
        decided_by=officer, decided_at=timezone.now(), note="Khác thôn",
    )  # fmt: skip
    HouseholdMerge.objects.create(kept=known, absorbed=other, merged_by=officer, reason="Ghi trùng")
    browser = as_("hue-dolisa")
    browser.post(
        address("household_change", known.pk), form_data(known, village="Thôn Chín", reason="Theo đơn")
    )
    page = page_of(browser, known)
    for words in (
        "Annual list 2023", "7/GCN-HN.HCN", "deprived", "Tablet of the programme", "Khác thôn", "Ghi trùng",
        "Changed by hand", "Thôn Chín", officer.full_name, "31/12/2023",
    ):  # fmt: skip
        assert words in page, words


def test_a_role_that_sees_no_lists_gets_no_link_to_one(as_, known):
    assert "/beneficiaries/lists/" in page_of(as_("hue-dic"), known)
    assert "/beneficiaries/lists/" not in page_of(as_("hue-481"), known)


def test_the_page_shows_what_was_known_on_a_day(as_, cast, known):
    tomorrow = timezone.now() + timedelta(days=1)
    with time_machine.travel(tomorrow, tick=True):
        record_movement(
            known, kind="exited_poor", effective_on=date(2024, 3, 1), decision_number="9/QĐ-UBND",
            expected=known.updated_at, actor=cast("hue-dolisa"),
        )  # fmt: skip
    with time_machine.travel(tomorrow + timedelta(days=1), tick=True):
        browser = as_("hue-dic")
        before = timezone.localdate() - timedelta(days=2)
        url = address("household_detail", known.pk)
        now = browser.get(url).context
        then = browser.get(url, {"known": f"{before:%d/%m/%Y}"}).context
    assert "Exited poverty" in {event.title for event in now["story"]}
    assert "Exited poverty" not in {event.title for event in then["story"]}
    assert "Not poor" in now["class_now"]
    assert "Not poor" not in then["class_now"]


@pytest.mark.parametrize("typed", ["", "32/13/2024", "0", "x" * 500])
def test_what_is_no_day_asks_for_today(as_, known, typed):
    assert "What the system knew on" not in page_of(as_("hue-dic"), known, known=typed)


def test_a_movement_and_the_class_it_began_are_told_once(known, cast):
    record_movement(
        known, kind="exited_poor", effective_on=date(2024, 3, 1), decision_number="9/QĐ-UBND",
        expected=known.updated_at, actor=cast("hue-dolisa"),
    )  # fmt: skip
    with translation.override("en"):
        told = [event for event in story.story_of(known, cast("hue-dic")) if event.on == date(2024, 3, 1)]
    assert [event.title for event in told] == ["Exited poverty"]
    assert "Not poor" in told[0].badge


def test_higher_apps_add_their_part(known, cast, monkeypatch):
    monkeypatch.setattr(story, "_providers", [])
    story.register(lambda household, user: [story.Event(date(2030, 1, 1), f"Máy cho {household}")])
    assert story.story_of(known, cast("hue-dic"))[0].title == f"Máy cho {known}"


def test_the_merged_entry_leads_to_the_kept_household_for_those_who_may_see_it(as_, known):
    other = Household.objects.get(national_id=identity(2))
    Household.objects.filter(pk=other.pk).update(merged_into=known)
    answer = as_("hue-481").get(address("household_detail", other.pk))
    assert answer.url == address("household_detail", known.pk)
    assert as_("daknong-dic").get(address("household_detail", other.pk)).status_code == 404


# --- who read it ----------------------------------------------------------------------------------


def test_readings_are_counted_once_a_day_and_person(as_, cast, known):
    browser = as_("hue-dic")
    page_of(browser, known)
    page_of(browser, known)
    page_of(as_("hue-481"), known)
    rows = {row.user.username: (row.what, row.times) for row in known.readings.select_related("user")}
    assert rows == {"hue-dic": ("page", 2), "hue-481": ("page", 1)}


@pytest.mark.parametrize(
    ("who", "sees"), [("hue-dic", True), ("hue-dolisa", True), ("hue-481", False), ("hue-ppc", False)]
)
def test_who_read_it_is_for_the_two_departments(as_, known, who, sees):
    assert ("Who read it" in page_of(as_(who), known)) == sees


def test_a_database_that_cannot_write_loses_the_count_and_not_the_page(as_, known, monkeypatch):
    def busy(*_args, **_values):
        raise DatabaseError("locked")

    monkeypatch.setattr(readings.HouseholdReading.objects, "create", busy)
    page_of(as_("hue-dic"), known)
    assert not HouseholdReading.objects.exists()


def test_an_exported_list_is_noted_for_each_of_its_households(cast, known):
    everyone = Household.objects.order_by("pk")
    ids = list(everyone.values_list("pk", flat=True))
    note_export(everyone, cast("hue-dic"))
    note_export(everyone.filter(pk=ids[0]).as_of(date(2024, 1, 1)), cast("hue-dic"))
    assert dict(HouseholdReading.objects.values_list("household", "times")) == dict.fromkeys(ids, 1) | {
        ids[0]: 2
    }


# --- completing -----------------------------------------------------------------------------------


def form_data(one, **typed):
    """The form as the page fills it, with what the person types."""
    data = {
        "expected": one.updated_at.isoformat(), "head_name": one.head_name, "gender": one.gender,
        "birth": f"{one.birth_date:%d/%m/%Y}" if one.birth_date else one.birth_year or "",
        "commune": one.commune_id or "", "village": one.village, "ethnicity": one.ethnicity,
        "merit": {True: "yes", False: "no", None: ""}[one.merit],
        "social_policy": {True: "yes", False: "no", None: ""}[one.social_policy],
        "has_need": {True: "yes", False: "no", None: ""}[one.has_need],
    }  # fmt: skip
    return data | typed


def test_an_incomplete_household_is_listed_completed_and_gone_from_the_list(as_, known):
    lacking = Household.objects.get(national_id="")
    browser = as_("hue-dolisa")
    listed = browser.get(address("incomplete_list")).content.decode()
    assert lacking.head_name in listed
    assert "Identity number" in page_of(browser, lacking)
    Household.objects.filter(pk=lacking.pk).update(gender="male")
    lacking.refresh_from_db()
    answer = browser.post(
        address("household_change", lacking.pk), form_data(lacking, national_id="046070999999", reason="CCCD")
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert lacking.head_name not in browser.get(address("incomplete_list")).content.decode()


def test_a_district_sees_its_own_incomplete_households_and_changes_none(as_, known):
    lacking = Household.objects.get(national_id="")
    page = as_("hue-481").get(address("incomplete_list")).content.decode()
    assert lacking.head_name in page
    assert address("household_change", lacking.pk) not in page
    assert lacking.head_name not in as_("hue-474").get(address("incomplete_list")).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"national_id": "123"}, "12 digits"),
        ({"birth": "31/02/1960"}, "dd/mm/yyyy"),
        ({"phone": "12"}, "ten digits"),
        ({"merit": "yes"}, "paper that proves"),
        ({"expected": "2020-01-01T00:00:00+00:00"}, "Somebody changed this household"),
        ({"expected": "x"}, "damaged"),
    ],
)
def test_a_wrong_answer_is_told_and_changes_nothing(as_, known, typed, words):
    before = Household.objects.values().get(pk=known.pk)
    answer = as_("hue-dolisa").post(
        address("household_change", known.pk), form_data(known, village="Khác", reason="Theo đơn", **typed)
    )
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert Household.objects.values().get(pk=known.pk) == before


def test_the_form_never_sends_a_number_in_full(as_, known):
    page = as_("hue-dolisa").get(address("household_change", known.pk)).content.decode()
    assert identity(1) not in page
    assert known.phone not in page


# --- movements in the browser ---------------------------------------------------------------------


def test_a_movement_is_chosen_recorded_and_taken_back(as_, known):
    browser = as_("hue-dolisa")
    page = browser.get(address("household_movement", known.pk)).content.decode()
    assert "?kind=exited_poor" in page
    assert "?kind=relapsed_poor" not in page
    url = address("household_movement", known.pk) + "?kind=exited_poor"
    assert browser.get(url).status_code == 200
    data = {"expected": known.updated_at.isoformat(), "effective_on": "15/03/2024", "decision_number": "1/QĐ"}
    assert browser.post(url, data).status_code == 302
    assert Movement.objects.get().kind == "exited_poor"
    undo = address("household_movement_undo", known.pk)
    assert "15/03/2024" in browser.get(undo).content.decode()
    browser.post(undo, {"reason": "Ghi nhầm"})
    assert not Movement.objects.filter(superseded_at=None).exists()


@pytest.mark.parametrize("kind", ["moved_in", "moved_out", "merged", "poor_to_near"])
def test_every_kind_has_its_form(as_, known, kind):
    url = address("household_movement", known.pk)
    assert as_("hue-dolisa").get(url, {"kind": kind}).status_code == 200


@pytest.mark.parametrize("kind", ["corrected", "nonsense", "\0"])
def test_a_kind_that_is_none_does_not_exist(as_, known, kind):
    assert as_("hue-dolisa").get(address("household_movement", known.pk), {"kind": kind}).status_code == 404


def test_the_other_household_is_found_by_name_and_chosen_where_several_fit(as_, known):
    browser = as_("hue-dolisa")
    other = Household.objects.get(national_id=identity(2))
    url = address("household_movement", known.pk) + "?kind=merged"
    data = {"expected": known.updated_at.isoformat(), "effective_on": "15/03/2024", "note": "Về ở chung"}
    assert "No household" in browser.post(url, data | {"find": "Không Có Ai"}).content.decode()
    Household.objects.filter(national_id="").update(
        head_name=other.head_name, head_name_folded=other.head_name_folded
    )
    assert "choose one" in browser.post(url, data | {"find": other.head_name}).content.decode()
    answer = browser.post(url, data | {"find": other.head_name, "other": other.pk})
    assert answer.status_code == 302, answer.context["form"].errors
    assert Movement.objects.get(household=known).other == other


def test_a_split_is_recorded_in_the_browser(as_, known):
    for position, name in enumerate([known.head_name, "Hồ Thị Mẹ", "Hồ Văn Con"]):
        HouseholdMember.objects.create(household=known, position=position, name=name)
    son = known.members.get(name="Hồ Văn Con")
    url = address("household_movement", known.pk) + "?kind=split"
    data = {
        "expected": known.updated_at.isoformat(), "effective_on": "15/03/2024", "note": "Tách hộ",
        "members": [son.pk], "head": son.pk, "poverty_class": "poor",
    }  # fmt: skip
    answer = as_("hue-dolisa").post(url, data)
    assert answer.status_code == 302, answer.context["form"].errors
    assert Household.objects.filter(head_name="Hồ Văn Con").exists()


# --- constant numbers of queries ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["incomplete_list", "certificate_list", "certificate_missing"])
def test_lists_ask_as_often_for_one_row_as_for_three(as_, desk, name):
    desk.register(household(1, F=None))
    browser = as_("hue-dolisa")
    browser.get(address(name))
    with CaptureQueriesContext(connection) as one:
        browser.get(address(name))
    desk.register(household(1, F=None), household(2, F=None), household(3, F=None))
    with CaptureQueriesContext(connection) as three:
        browser.get(address(name))
    assert len(three) == len(one)
