"""The pages of quotas: choosing how devices are shared out, the proof, giving quota back."""

import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allocations import workflow
from allocations.models import DistrictList, QuotaPlan, QuotaReturn
from allocations.workflow.plan_drafts import PlanChoices

from .test_waves import approved, drop, fresh, give_back, second_wave

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"allocations:{name}", args=args)


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def send(client, cast):
    def post(username, address, **data):
        cast.log_in(client, username)
        response = client.post(address, data)
        return response, [str(message) for message in get_messages(response.wsgi_request)]

    return post


@pytest.fixture
def round_(story):
    story.households(c20044=8, c20161=3)
    return story.round(total=7)


def row_of(page, district):
    """The cells of a district's row in the comparison, without marks."""
    row = re.search(rf"<tr> <td class=\"title\">{district}.*?</tr>", page)[0]
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row)]


def test_every_method_stands_side_by_side_with_the_difference_marked(round_, visit):
    page = text_of(visit("hue-dic", url("quotaplan_create", round_.pk)))
    for words in (
        "Largest remainder",
        "Sainte-Laguë",
        "D&#x27;Hondt",
        "Equal shares",
        "By hand, with a reason",
    ):
        assert words in page
    # District, listed, qualify, at most, and the quotas by four methods; equal shares differ from the chosen.
    assert row_of(page, "Huyện A Lưới")[4:8] == ["5", "5", "5", "4 -1"]
    assert row_of(page, "Huyện Nam Đông")[4:8] == ["2", "2", "2", "3 +1"]
    assert not QuotaPlan.objects.exists()


def test_choices_are_computed_without_making_a_plan(round_, send):
    response, _ = send(
        "hue-dic", url("quotaplan_create", round_.pk), action="compare", method="equal", cap_481="4",
        basis="classes", poor="3",
    )  # fmt: skip
    page = text_of(response)
    assert response.status_code == 200
    assert not QuotaPlan.objects.exists()
    cells = row_of(page, "Huyện A Lưới")
    assert (cells[3], cells[5:9]) == ("24", ["4", "4", "4", "4"])
    assert 'value="4"' in page


def test_a_plan_is_made_with_the_choices(round_, send):
    response, said = send(
        "hue-dic", url("quotaplan_create", round_.pk), action="make", method="dhondt", cap_481="6", seats="6",
        basis="listed", basis_reason="Theo tổng số hộ",
    )  # fmt: skip
    plan = QuotaPlan.objects.get()
    assert response.url == url("quotaplan_detail", plan.pk)
    assert said == ["The quota plan is made. Check the proof, then submit it."]
    assert (plan.method, plan.round_total, plan.inputs["basis"]["kind"]) == ("dhondt", 6, "listed")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"method": "manual", "method_reason": ""}, "Say why the quotas are set by hand"),
        (
            {"method": "manual", "method_reason": "Theo họp", "given_481": "6"},
            "sum to 6; 7 are to be shared out",
        ),
        ({"basis": "listed"}, "Say by which decision"),
        ({"cap_483": "9"}, "can get 3 at most"),
        ({"cap_481": "-1"}, "greater than or equal to 0"),
        ({"seats": "70"}, "Between 1 and 7 devices"),
        ({"method": "hamilton"}, "Select a valid choice"),
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(round_, send, data, words):
    kept = {"cap_482": "0", "method_reason": "Theo Kết luận", "poor": "7"} | data
    response, _ = send("hue-dic", url("quotaplan_create", round_.pk), action="make", **kept)
    page = text_of(response)
    assert response.status_code == 200
    assert words in page
    assert kept["method_reason"] in page
    assert re.search(r'name="poor" value="7"', page)
    assert re.search(r'name="cap_482" value="0"', page)
    assert not QuotaPlan.objects.exists()


def test_a_plan_made_anew_begins_with_its_earlier_choices(round_, send, visit):
    given = {
        "action": "make",
        "method": "manual",
        "method_reason": "Theo họp",
        "given_481": "6",
        "given_483": "1",
    }
    send("hue-dic", url("quotaplan_create", round_.pk), **given)
    page = text_of(visit("hue-dic", url("quotaplan_create", round_.pk)))
    assert re.search(r'value="manual"[^>]* checked', page)
    assert re.search(r'name="given_481" value="6"', page)
    assert "Theo họp" in page


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("largest_remainder", "Remainder"),
        ("sainte_lague", "Quotient of the last device"),
        ("dhondt", "÷ 5 = 1,6000"),
        ("equal", "Equal part"),
        ("manual", "-0,0909"),
    ],
)
def test_the_proof_of_every_method_is_shown_with_its_explanation(story, round_, visit, cast, method, words):
    known = {"given": {"481": 5, "483": 2}, "method_reason": "Theo họp"} if method == "manual" else {}
    choices = PlanChoices(method=method, **known)
    plan = workflow.prepare_quota_plan(round_, actor=cast("hue-dic"), choices=choices)
    page = text_of(visit("hue-dic", url("quotaplan_detail", plan.pk)))
    assert words in page
    assert "Recomputed: the same" in page
    assert "How it is calculated" in page
    assert f"apportion --seats 7 --method {method} --caps --json" in page


def test_the_inputs_are_downloaded_as_a_file_the_command_reads(a_luoi, visit):
    plan = QuotaPlan.objects.get()
    response = visit("hue-finance", url("quotaplan_inputs", plan.pk))
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "code,weight,cap,quota,name"
    assert "481,6,6,3,Huyện A Lưới" in lines
    assert response["Content-Type"].startswith("text/csv")


def test_giving_back_tells_the_figures_and_keeps_what_was_typed(story, a_luoi, visit, send):
    row = drop(a_luoi, 1, 2)
    address = url("quota_give_back", row.pk)
    assert "Give quota back" in text_of(visit("hue-481", url("list_detail", row.pk)))
    page = text_of(visit("hue-481", address))
    assert "Of 3 devices 1 are kept for households; 2 can go back" in page
    response, _ = send("hue-481", address, count="3", reason="Hết hộ đủ điều kiện")
    assert "Between 1 and 2 devices can be given back; 3 was entered." in text_of(response)
    assert "Hết hộ đủ điều kiện" in text_of(response)
    response, said = send("hue-481", address, count="2", reason="Hết hộ đủ điều kiện")
    assert said == ["2 devices are given back; the round can share them out in a later wave."]
    assert QuotaReturn.objects.get().count == 2
    assert "uses its whole quota (1)" in text_of(visit("hue-481", address))
    assert "Give quota back" not in text_of(visit("hue-481", url("list_detail", row.pk)))


def test_the_round_shows_its_waves_what_came_back_and_what_is_left(story, a_luoi, visit):
    officer = "hue-dic"
    page = text_of(visit(officer, url("round_detail", a_luoi.round_id)))
    assert "Waves" not in page
    give_back(story, drop(a_luoi, 1, 2), 2)
    page = text_of(visit(officer, url("round_detail", a_luoi.round_id)))
    assert "Of 4 devices 2 are given to lists; 2 can be shared out in a later wave." in page
    assert "Share out 2 devices more" in page
    second_wave(story, a_luoi.round)
    page = text_of(visit(officer, url("round_detail", a_luoi.round_id)))
    assert "Wave 2" in page
    assert "Share out" not in page
    later = DistrictList.objects.get(wave=2, district__code="481")
    heading = text_of(visit("hue-481", url("list_detail", later.pk)))
    assert "Đợt 1/2024, wave 2" in heading
    assert "wave 2" in text_of(visit("hue-dic", "/"))


def test_a_partner_sees_what_districts_hold_over_all_waves(story, a_luoi, visit):
    give_back(story, drop(a_luoi, 1, 2), 2)
    second_wave(story, a_luoi.round)
    page = text_of(visit("hue-finance", url("round_detail", a_luoi.round_id)))
    assert "Approved quotas of the districts" in page
    assert re.search(r"<td>Huyện A Lưới</td><td class=\"num\">3</td>", page)


def test_quota_left_over_in_an_approved_list_leads_to_taking_it_back(story, a_luoi, visit, send):
    row = approved(story, drop(a_luoi, 1))
    page = text_of(visit("hue-dic", url("round_detail", row.round_id)))
    assert "Quota left over in approved lists" in page
    assert url("quota_give_back", row.pk) in page
    assert "Quota left over" not in text_of(visit("hue-481", url("round_detail", row.round_id)))
    _, said = send("hue-dic", url("quota_give_back", row.pk), count="1", reason="Không dùng hết")
    assert said == ["1 device is given back; the round can share it out in a later wave."]


def test_lists_are_filtered_by_wave(story, a_luoi, visit):
    give_back(story, drop(a_luoi, 1, 2), 2)
    second_wave(story, a_luoi.round)
    first = text_of(visit("hue-dic", url("list_list"), wave="first"))
    later = text_of(visit("hue-dic", url("list_list"), wave="later"))
    assert ("Đợt 1/2024, wave 2" in first, "Đợt 1/2024, wave 2" in later) == (False, True)


def test_an_old_page_of_making_a_plan_leads_to_the_plan_there_is(story, a_luoi, visit, send):
    plan = QuotaPlan.objects.get()
    response = visit("hue-dic", url("quotaplan_create", a_luoi.round_id))
    assert response.url == url("round_detail", a_luoi.round_id)
    _, said = send("hue-dic", url("quotaplan_create", a_luoi.round_id))
    assert said[-1] == "Every device of this round is shared out; nothing was given back."
    assert QuotaPlan.objects.get() == plan
    give_back(story, drop(a_luoi, 1), 1)
    later = story.plan(fresh(a_luoi.round))
    assert visit("hue-dic", url("quotaplan_create", a_luoi.round_id)).url == url("quotaplan_detail", later.pk)


def test_the_rounds_page_asks_the_same_however_many_waves_it_has(story, a_luoi, visit):
    def another_wave():
        row = DistrictList.objects.filter(kept__gt=0).order_by("wave").last()
        give_back(story, drop(row, row.lines.filter(decision="keep").first().position), 1)
        second_wave(story, a_luoi.round)

    def asked():
        visit("hue-dic", url("round_detail", a_luoi.round_id))
        with CaptureQueriesContext(connection) as queries:
            visit("hue-dic", url("round_detail", a_luoi.round_id))
        return len(queries)

    another_wave()
    with_two = asked()
    another_wave()
    another_wave()
    assert DistrictList.objects.filter(wave=4).exists()
    assert asked() == with_two


@pytest.mark.parametrize(
    ("name", "opens", "sees"),
    [
        ("quotaplan_discard", {"hue-dic"}, {"hue-dic", "hue-dic-leader"}),
        ("quotaplan_inputs", {"hue-dic", "hue-dic-leader"}, {"hue-dic", "hue-dic-leader"}),
        ("quota_give_back", {"hue-dic", "hue-481"}, {"hue-dic", "hue-dic-leader", "hue-481", "hue-ppc"}),
    ],
)
def test_who_opens_the_pages_of_quotas(story, a_luoi, visit, name, opens, sees):
    """403 for who sees the row without the right, 404 for everybody else."""
    give_back(story, drop(a_luoi, 1), 1)
    pk = a_luoi.pk if name == "quota_give_back" else story.plan(fresh(a_luoi.round)).pk
    people = ("hue-dic", "hue-dic-leader", "hue-481", "hue-474", "hue-ppc", "hue-viettel", "daknong-dic")
    found = {person: visit(person, url(name, pk)).status_code for person in people}
    # A plan that waits for the leader leads back from the page of discarding it.
    assert {person for person, status in found.items() if status in (200, 302)} == opens
    assert {person for person, status in found.items() if status == 403} == sees - opens
