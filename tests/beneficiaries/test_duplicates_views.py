"""The pages on which pairs are decided, as each role meets them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries import workflow
from beneficiaries.duplicates.finding import search_register
from beneficiaries.models import DuplicateCandidate, Household, HouseholdMerge
from beneficiaries.worklist import waiting_for
from smartphone_support.jobs.models import Job

from .twins import area, settle, twins

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english_pages(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def as_(client, cast):
    def log_in(username):
        cast.log_in(client, username)
        return client

    return log_in


@pytest.fixture
def pair(cast):
    twins(phone="0912345678", village="Thôn 4")
    search_register(area("46"))
    return DuplicateCandidate.objects.get()


def address(name, *args):
    return reverse(f"beneficiaries:{name}", args=args)


def text(response):
    return response.content.decode()


SEES = ["hue-dolisa", "hue-dic", "hue-dic-leader", "hue-ppc"]
SEES_NONE = ["daknong-dolisa", "hue-481", "hue-481-leader", "hue-viettel", "hue-inspector", "admin"]
STEPS = ["duplicate_merge", "duplicate_different", "duplicate_reopen"]


@pytest.mark.parametrize("who", SEES)
def test_roles_of_the_province_see_the_queue_and_the_register_officer_decides(as_, pair, who):
    browser = as_(who)
    assert "Hồ Văn Brôi" in text(browser.get(address("duplicate_list")))
    page = text(browser.get(address("duplicate_detail", pair.pk)))
    decides = who == "hue-dolisa"
    assert ("keep this one" in page) == decides
    for step in STEPS:
        answer = browser.get(address(step, pair.pk)).status_code
        assert answer == (200 if decides else 403)
        if not decides:
            assert browser.post(address(step, pair.pk)).status_code == 403
    assert browser.get(address("duplicate_search")).status_code == (200 if decides else 403)


@pytest.mark.parametrize("who", SEES_NONE)
def test_outside_the_scope_a_pair_and_a_merge_do_not_exist(as_, pair, cast, who):
    merge = workflow.merge_pair(pair, kept=pair.first_id, actor=cast("hue-dolisa"))
    browser = as_(who)
    for name in ("duplicate_detail", *STEPS):
        assert browser.get(address(name, pair.pk)).status_code == 404
    assert browser.get(address("merge_undo", merge.pk)).status_code == 404
    listed = browser.get(address("duplicate_list"))
    assert listed.status_code == 403 or "Hồ Văn Brôi" not in text(listed)


def test_the_pair_says_why_and_what_differs_with_numbers_masked(as_, pair):
    page = text(as_("hue-dolisa").get(address("duplicate_detail", pair.pk)))
    for words in ("same name", "same birth date", "old card", "046******001", "190***456", "Thôn 4"):
        assert words in page
    assert "046061000001" not in page
    assert '<tr class="differs"><th scope="row">Identity number' in page
    assert '<tr class="blank"><th scope="row">Phone' in page


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, 1),
        ({"state": "different"}, 0),
        ({"state": ""}, 1),
        ({"score": "80"}, 1),
        ({"score": "below"}, 0),
        ({"reason": "old_card"}, 1),
        ({"reason": "moved"}, 0),
        ({"district": "481"}, 1),
        ({"district": "474"}, 0),
        ({"commune": "20044"}, 1),
    ],
)
def test_filters_find_what_they_say(as_, pair, filters, found):
    filters = {
        key: area(value).pk if key in ("district", "commune") else value for key, value in filters.items()
    }
    page = as_("hue-dolisa").get(address("duplicate_list"), filters)
    assert len(page.context["table"].data) == found


def test_merging_goes_on_to_the_next_pair_and_can_be_undone(as_, pair):
    third = settle(national_id="191999888", commune="19750")
    search_register(area("46"))
    rest = DuplicateCandidate.objects.get(second=third)
    browser = as_("hue-dolisa")
    form = address("duplicate_merge", pair.pk) + f"?keep={pair.second_id}"
    proposed = browser.get(form).context["form"]
    # The fuller number and the only phone, although the other household is kept.
    assert proposed["national_id"].initial == "absorbed"
    assert "phone" not in proposed.fields
    answer = browser.post(form, {"national_id": "absorbed", "place": "kept", "note": "Cùng người"})
    merge = HouseholdMerge.objects.get()
    kept = Household.objects.get(pk=pair.second_id)
    assert (merge.kept, kept.national_id, kept.village) == (kept, "046061000001", "Thôn 4")
    # The pair of the absorbed household left with it: nothing is left to decide.
    assert not DuplicateCandidate.objects.filter(pk=rest.pk, state="open").exists()
    assert answer.url == address("duplicate_list")
    led = browser.get(address("household_detail", pair.first_id))
    assert led.url == address("household_detail", kept.pk)
    assert "Undo the merge" in text(browser.get(address("duplicate_detail", pair.pk)))
    assert browser.post(address("merge_undo", merge.pk), {"reason": ""}).status_code == 200
    browser.post(address("merge_undo", merge.pk), {"reason": "Hai anh em"})
    assert Household.objects.standing().filter(pk=pair.first_id).exists()


def test_every_difference_must_be_answered(as_, pair):
    answer = as_("hue-dolisa").post(address("duplicate_merge", pair.pk), {"note": ""})
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"national_id", "place"}
    assert not HouseholdMerge.objects.exists()


def test_a_household_on_a_list_is_kept_or_nothing_happens(as_, pair, monkeypatch):
    from beneficiaries.signals import household_merging

    def objects(kept, absorbed, **kwargs):
        return "stands on the list of A Lưới"

    household_merging.connect(objects)
    try:
        form = {"national_id": "kept", "place": "kept"}
        answer = as_("hue-dolisa").post(address("duplicate_merge", pair.pk), form)
    finally:
        household_merging.disconnect(objects)
    assert "stands on the list of A Lưới" in text(answer)
    assert not HouseholdMerge.objects.exists()


def test_different_asks_no_reason_and_is_kept(as_, pair):
    browser = as_("hue-dolisa")
    browser.post(address("duplicate_different", pair.pk), {"note": ""})
    pair.refresh_from_db()
    assert pair.state == "different"
    assert not browser.get(address("duplicate_list")).context["table"].data
    assert "Decide the pair again" in text(browser.get(address("duplicate_detail", pair.pk)))


def test_the_search_is_shown_while_it_runs(as_, pair):
    browser = as_("hue-dolisa")
    browser.post(address("duplicate_search"))
    browser.post(address("duplicate_search"))
    assert Job.objects.filter(kind="beneficiaries.duplicates").count() == 1
    page = text(browser.get(address("duplicate_list")))
    assert "progress-box" in page
    assert "Search for duplicates…" not in page


def test_the_queue_is_one_piece_of_work_of_the_register_officer(pair, cast):
    items = [item for item in waiting_for(cast("hue-dolisa")) if "pair" in item.title]
    assert [(item.title, item.url) for item in items] == [
        ("1 pair of households may be one", address("duplicate_list"))
    ]
    assert not [item for item in waiting_for(cast("hue-dic")) if "pair" in item.title]


def test_the_queue_asks_as_often_for_many_pairs(as_, pair):
    browser = as_("hue-dolisa")
    browser.get(address("duplicate_list"))
    with CaptureQueriesContext(connection) as one:
        browser.get(address("duplicate_list"))
    for number in range(3):
        settle(national_id=f"19199988{number}", phone="0912345678")
    search_register(area("46"))
    assert DuplicateCandidate.objects.count() > 2
    with CaptureQueriesContext(connection) as many:
        browser.get(address("duplicate_list"))
    assert len(many) == len(one)
