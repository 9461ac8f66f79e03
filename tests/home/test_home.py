import re

import pytest
from django.urls import reverse

from allocations.models import Support
from allocations.workflow.supports import mark_undeliverable
from beneficiaries.models import Household
from smartphone_support.accounts.models import Organisation, User
from tests.cast import usernames


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def figures(response):
    return {
        label: int(value.replace(".", ""))
        for value, label in re.findall(r"<b>([\d.]+)</b><span>([^<]+)</span>", text_of(response))
    }


def kept_outside(lists, code):
    """Households kept on the lists of the other districts."""
    return sum(row.lines.filter(decision="keep").count() for key, row in lists.items() if key != code)


@pytest.mark.parametrize("username", usernames())
def test_every_role_lands_on_its_own_page(visit, username):
    response = visit(username, "/")
    assert response.status_code == 200
    assert "Waiting for you" in text_of(response)


def test_nobody_lands_there_without_logging_in(client, db):
    assert client.get("/").url == "/accounts/login/?next=/"


def test_who_has_no_role_is_told_whom_to_ask(client, cast):
    User.objects.create(username="new", full_name="Người Mới")
    cast.log_in(client, "new")
    assert "Your account has no role yet" in text_of(client.get("/"))


def test_the_district_is_asked_to_review_its_list_and_the_department_waits(visit, lists):
    assert "A Lưới" in text_of(visit("hue-481", "/"))
    assert reverse("allocations:list_detail", args=[lists["481"].pk]) in text_of(visit("hue-481", "/"))
    assert "You are waiting for" in text_of(visit("hue-dic", "/"))


def test_the_other_province_sees_nothing_of_it(visit, lists):
    text = text_of(visit("daknong-dic", "/"))
    assert "A Lưới" not in text
    assert "Đợt 1/2024" not in text


def test_figures_count_the_province_and_the_district_its_own(visit, lists, cast):
    Household.objects.exclude(district=cast.area("481")).update(has_need=False)
    kept_elsewhere = kept_outside(lists, "481")
    province, district = figures(visit("hue-dic", "/")), figures(visit("hue-481", "/"))
    assert province["poor and near-poor households"] == 9
    assert district["poor and near-poor households"] == 6
    assert province["households in need of a smartphone"] == 6 + kept_elsewhere
    assert province["households approved"] == 0
    assert district["households in need of a smartphone"] == 6


def test_a_household_that_left_poverty_is_no_longer_counted(visit, lists):
    from datetime import date

    household = Household.objects.first()
    household.spells.update(valid_to=date(2023, 6, 1))
    assert figures(visit("hue-dic", "/"))["poor and near-poor households"] == 8


def test_an_approved_list_is_counted_as_approved_and_no_longer_unserved(visit, story, lists):
    story.decided(lists["481"])
    shown = figures(visit("hue-ppc", "/"))
    kept = lists["481"].lines.filter(decision="keep").count()
    assert shown["households approved"] == kept > 0
    assert shown["households not yet served"] == 9 - kept - kept_outside(lists, "481")


def test_home_and_the_coverage_page_count_alike(visit, story, lists, cast):
    """A household taken off after the approval, one without a need: both pages must say the same of them."""
    story.decided(lists["481"])
    Household.objects.filter(list_lines=None).update(has_need=False)
    mark_undeliverable(Support.objects.order_by("pk").first(), actor=cast("hue-dic"), reason="Moved away")
    shown, page = figures(visit("hue-dic", "/")), text_of(visit("hue-dic", reverse("allocations:coverage")))
    facts = dict(re.findall(r"<dt>([^<]+)</dt> ?<dd>([\d.]+)", page))
    for label, fact in {
        "households in need of a smartphone": "Households with a need",
        "households approved": "Served",
        "households not yet served": "Not served yet",
    }.items():
        assert shown[label] == int(facts[fact]), label
    assert shown["households approved"] == Support.objects.count() - 1


def test_progress_of_the_latest_round_is_shown_by_district(visit, lists):
    text = text_of(visit("hue-dic-leader", "/"))
    assert "Đợt 1/2024" in text
    assert "Decision 88/QĐ-BTTTT of 15/01/2024 · 4 devices" in text
    rows = re.search(r"<tbody>.*</tbody>", text)[0]
    assert rows.index("Nam Đông") > 0
    assert rows.index("A Lưới") > 0


def test_a_district_sees_only_itself_in_the_progress(visit, lists):
    rows = re.search(r"<tbody>.*</tbody>", text_of(visit("hue-481", "/")))[0]
    assert rows.count("<tr>") == 1


def test_a_partner_sees_figures_by_district_and_no_link_to_a_list(visit, lists):
    text = text_of(visit("hue-finance", "/"))
    assert "A Lưới" in text
    assert "/allocations/lists/" not in text


def test_an_operator_sees_no_figure_of_the_round(visit, lists):
    assert "Đợt 1/2024" not in text_of(visit("hue-viettel", "/"))


def test_the_administrator_sees_accounts_and_organisations(visit, cast):
    User.objects.create(username="new", full_name="Người Mới")
    shown = figures(visit("admin", "/"))
    assert shown["accounts without a role"] == 1
    assert shown["organisations"] == Organisation.objects.filter(is_active=True).count()


@pytest.mark.parametrize("households", [1, 3])
def test_the_page_asks_as_few_questions_for_many_districts_as_for_one(
    visit, story, households, django_assert_max_num_queries
):
    communes = {1: {"c20044": 2}, 3: {"c20044": 2, "c20161": 2, "c19804": 2}}
    story.households(**communes[households])
    story.lists(total=2 * households - 1)
    visit("hue-ppc", "/")
    with django_assert_max_num_queries(45):
        visit("hue-ppc", "/")
