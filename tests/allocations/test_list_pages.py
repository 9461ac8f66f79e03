"""A list's page narrowed down, by commune, on paper; each asks the database as often for many as for few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allocations.lists.listing import commune_totals

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_communes(story):
    """A Lưới's list over two communes: 8 households, 5 kept."""
    story.households(c20044=5)
    story.household("20047", "near_poor", head_name="Kăn Đực", merit=True)
    story.household("20047", "near_poor", head_name="Y - Bhăm Niê Kđăm")
    story.household("20047", "near_poor", head_name="Hồ Thị Ẩn", social_policy=True)
    return story.lists(total=5)["481"]


def page(client, name, row, **query):
    return client.get(reverse(f"allocations:{name}", args=[row.pk]), query)


def names(response):
    return [line.snapshot["head_name"] for line in response.context["page_obj"].object_list]


@pytest.fixture
def district(client, cast):
    cast.log_in(client, "hue-481")
    return client


@pytest.mark.parametrize("typed", ["kan duc", "Kăn  Đực", "KĂN Đ"])
def test_a_household_is_found_by_its_name_with_or_without_accents(two_communes, district, typed):
    response = page(district, "list_detail", two_communes, part="whole", q=typed)
    assert names(response) == ["Kăn Đực"]


def test_a_list_is_narrowed_to_one_commune_and_keeps_its_tabs(two_communes, district, cast):
    commune = cast.area("20047").pk
    response = page(district, "list_detail", two_communes, part="whole", commune=commune)
    assert sorted(names(response)) == ["Hồ Thị Ẩn", "Kăn Đực", "Y - Bhăm Niê Kđăm"]
    assert all(f"commune={commune}" in tab.url for tab in response.context["tabs"])


@pytest.mark.parametrize("wrong", ["x", "0", "²", "99999999999999999999", "-1"])
def test_an_impossible_commune_is_as_none(two_communes, district, wrong):
    response = page(district, "list_detail", two_communes, part="whole", commune=wrong)
    assert len(names(response)) == 8


def test_nothing_that_fits_says_so_and_leads_back(two_communes, district):
    assert (
        "Nothing fits these filters"
        in page(district, "list_detail", two_communes, q="Không ai").content.decode()
    )


def test_the_reserves_stand_below_a_visible_line(two_communes, district):
    response = page(district, "list_detail", two_communes, part="whole")
    text = response.content.decode()
    assert "Quota 5, 5 kept above; below this line: reserve" in text
    below = [getattr(line, "below_quota", False) for line in response.context["page_obj"].object_list]
    assert below == [False] * 5 + [True, False, False]
    assert text.count(' reserve"') == 3


def test_communes_are_counted_by_decision_and_class(two_communes, district):
    rows, total = commune_totals(two_communes)
    counts = {row.commune.code: row.counts for row in rows}
    assert set(counts) == {"20044", "20047"}
    for code, lines in (("20044", 5), ("20047", 3)):
        own = counts[code]
        assert own["kept"] + own["reserve"] + own["dropped"] == lines
        assert own["kept"] == own["kept_poor"] + own["kept_near_poor"]
    assert (counts["20047"]["kept_merit"], counts["20047"]["kept_policy"]) == (1, 1)
    assert (total.counts["kept"], total.counts["reserve"]) == (5, 3)
    text = page(district, "list_communes", two_communes).content.decode()
    assert "Total" in text


def test_the_printed_list_has_everybody_and_no_identity_number(two_communes, district):
    text = page(district, "list_print", two_communes).content.decode()
    for line in two_communes.lines.all():
        assert line.snapshot["head_name"] in text
        assert line.snapshot["national_id"] not in text
        assert line.snapshot["national_id"][-3:] + "<" not in text


@pytest.mark.parametrize(
    "name", ["list_detail", "list_communes", "list_print", "posting_list", "posted_list"]
)
def test_a_page_asks_as_often_for_many_households_as_for_few(story, district, name):
    story.households(c20044=3, c20161=2)
    few = story.lists(total=3)["481"]
    story.households(c20044=40, c20047=20)
    many = story.lists(round_=story.round(total=60, number="99/QĐ-BTTTT"))["481"]

    def queries(row):
        page(district, name, row)
        with CaptureQueriesContext(connection) as seen:
            assert page(district, name, row).status_code == 200
        return len(seen)

    assert queries(many) == queries(few)
