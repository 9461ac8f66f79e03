"""The pages of supports and amendments, as each role gets them."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allocations import workflow
from allocations.choices import Moment
from allocations.models import Amendment, DistrictList, Support
from smartphone_support.accounts.models import Organisation

from .test_views import opened

pytestmark = pytest.mark.django_db
PROVINCE = {"hue-dic", "hue-dic-leader", "hue-dolisa", "hue-ppc"}
OWN = {"hue-481", "hue-481-leader"}


def url(name, *keys):
    return reverse(f"allocations:{name}", args=keys)


def page(client, address, **data):
    answer = client.get(address, data)
    assert answer.status_code == 200, answer
    return answer.content.decode()


@pytest.fixture
def approved(a_luoi, story):
    story.decided(a_luoi)
    return DistrictList.objects.get(pk=a_luoi.pk)


@pytest.fixture
def supports(approved):
    return list(Support.objects.filter(line__district_list=approved).order_by("line__position"))


@pytest.fixture
def viettel():
    return Organisation.objects.get(code="hue-viettel")


# --- who sees what ----------------------------------------------------------------------------------


def test_a_support_is_seen_by_the_province_its_district_and_its_operator(supports, client, cast, viettel):
    workflow.assign_operator(supports[:1], viettel, actor=cast("hue-dic"))
    assert opened(client, cast, url("support_detail", supports[0].pk)) == (
        PROVINCE | OWN | {"hue-viettel"}, set(),
    )  # fmt: skip
    assert opened(client, cast, url("support_detail", supports[1].pk)) == (PROVINCE | OWN, set())


@pytest.mark.parametrize("name", ["support_hold", "support_replace", "support_withdraw"])
def test_only_the_departments_officer_decides_over_a_support(supports, client, cast, name):
    assert opened(client, cast, url(name, supports[0].pk)) == ({"hue-dic"}, (PROVINCE | OWN) - {"hue-dic"})


def test_an_operator_sees_its_own_and_nothing_of_class_or_of_others(supports, client, cast, viettel):
    workflow.assign_operator(supports, Organisation.objects.get(code="hue-vnpt"), actor=cast("hue-dic"))
    workflow.assign_operator(supports[:1], viettel, actor=cast("hue-dic"))
    movement_reason = "Hộ thoát nghèo theo danh sách"
    workflow.hold_support(supports[0], actor=cast("hue-dic"), why="other", reason=movement_reason)
    cast.log_in(client, "hue-viettel")
    listed = page(client, url("support_list"))
    mine, other = supports[0].household, supports[1].household
    assert mine.head_name in listed
    assert other.head_name not in listed
    detail = page(client, url("support_detail", supports[0].pk))
    vnpt = Organisation.objects.get(code="hue-vnpt").short_name
    for word in (movement_reason, "Poor", mine.national_id, vnpt, "History"):
        assert word not in listed + detail, word
    assert f"{mine.national_id[:3]}******{mine.national_id[-3:]}" in detail


def test_a_district_reads_its_own_and_offers_no_steps_but_its_own(supports, client, cast):
    cast.log_in(client, "hue-481")
    html = page(client, url("support_detail", supports[0].pk))
    assert url("support_undeliverable", supports[0].pk) in html
    assert url("support_hold", supports[0].pk) not in html
    assert 'name="row"' not in page(client, url("support_list"))


# --- the list ---------------------------------------------------------------------------------------


def test_the_list_counts_its_parts_and_finds_a_name_without_tone_marks(supports, client, cast):
    cast.log_in(client, "hue-dic")
    workflow.hold_support(supports[0], actor=cast("hue-dic"), why="complaint", reason="Có đơn")
    html = page(client, url("support_list"))
    assert "On hold <b>1</b>" in html
    assert "All <b>3</b>" in html
    named = supports[1].household
    found = page(client, url("support_list"), q=named.head_name_folded)
    assert named.head_name in found
    assert supports[2].household.head_name not in found
    held = page(client, url("support_list"), part="hold")
    assert supports[0].household.head_name in held
    assert named.head_name not in held


def test_the_list_costs_the_same_however_long(supports, story, client, cast):
    cast.log_in(client, "hue-dic")

    def cost():
        with CaptureQueriesContext(connection) as captured:
            page(client, url("support_list"))
        return len(captured)

    cost()
    before = cost()
    for _ in range(10):
        household = story.household("20044")
        Support.objects.create(
            household=household, district=household.district, commune=household.commune,
            round=supports[0].round, form="bundle",
        )  # fmt: skip
    assert cost() <= before


def test_ticked_supports_are_assigned_after_their_numbers_are_shown(supports, client, cast, viettel):
    cast.log_in(client, "hue-dic")
    address = f"{url('support_assign')}?row={supports[0].pk}&row={supports[1].pk}"
    assert "2 households are given to the operator" in page(client, address)
    client.post(address, {"operator": viettel.pk, "expected": "2"})
    assert list(Support.objects.order_by("pk").values_list("operator", flat=True)) == [
        viettel.pk, viettel.pk, None,
    ]  # fmt: skip


def test_without_a_tick_the_filters_choose_and_a_changed_number_is_shown_again(
    supports, client, cast, viettel
):
    cast.log_in(client, "hue-dic")
    address = f"{url('support_assign')}?district={supports[0].district_id}&part=waiting"
    assert "3 households are given to the operator" in page(client, address)
    workflow.hold_support(supports[0], actor=cast("hue-dic"), why="other", reason="Chờ")
    answer = client.post(address, {"operator": viettel.pk, "expected": "3"})
    assert "2 households: look at the numbers again" in answer.content.decode()
    assert not Support.objects.filter(operator__isnull=False).exists()


def test_another_provinces_operator_is_not_offered(supports, client, cast):
    cast.log_in(client, "hue-dic")
    stranger = Organisation.objects.get(code="daknong-viettel")
    answer = client.post(url("support_assign"), {"operator": stranger.pk, "expected": "3"})
    assert answer.status_code == 200
    assert not Support.objects.filter(operator__isnull=False).exists()


# --- one support ------------------------------------------------------------------------------------


def test_the_page_shows_the_facts_of_each_moment_and_what_changed(a_luoi, story, client, cast):
    household = a_luoi.lines.get(position=1).household
    proposal = story.proposed(a_luoi)
    household.village = "Thôn 7"
    household.save()
    workflow.record_decision(
        proposal, actor=cast("hue-dic-leader"), number="210/QĐ", day=date(2024, 2, 5), signer="Chủ tịch"
    )
    cast.log_in(client, "hue-dic")
    html = page(client, url("support_detail", Support.objects.get(household=household).pk))
    row = html[html.index('scope="row">Village') :]
    row = row[: row.index("</tr>")]
    assert "changed" in row
    assert row.index("Thôn 1") < row.index("Thôn 7")
    # On a phone a row is a card: each cell says which moment it is of.
    moments = re.findall('data-label="([^"]+)"', row)
    assert moments == [str(Moment.AS_OF.label), str(Moment.APPROVAL.label)]
    assert "15/01/2024" in html
    assert "05/02/2024" in html


def test_holding_and_letting_go_on_by_the_pages(supports, client, cast):
    cast.log_in(client, "hue-dic")
    key = supports[0].pk
    assert "until the department decides" in page(client, url("support_hold", key))
    client.post(url("support_hold", key), {"why": "complaint", "reason": "Có đơn phản ánh"})
    assert Support.objects.get(pk=key).state == "on_hold"
    assert "Có đơn phản ánh" in page(client, url("support_release", key))
    client.post(url("support_release", key), {"reason": "Đơn không có căn cứ"})
    assert Support.objects.get(pk=key).state == "approved"


def test_what_cannot_be_delivered_leads_to_the_next_reserves_amendment(approved, supports, client, cast):
    cast.log_in(client, "hue-dic")
    key = supports[0].pk
    client.post(url("support_undeliverable", key), {"reason": "Không tìm thấy hộ"})
    fourth = approved.lines.get(position=4).household
    assert f"“{fourth}” comes on: line 4" in page(client, url("support_replace", key)).replace("&quot;", '"')
    answer = client.post(
        url("support_replace", key), {"number": "20/TTr", "date": "01/03/2024", "reason": "Chuyển đi"}
    )
    amendment = Amendment.objects.get()
    assert answer["Location"] == url("amendment_detail", amendment.pk)
    html = page(client, url("amendment_detail", amendment.pk))
    assert fourth.head_name in html
    assert url("amendment_submit", amendment.pk) in html


# --- amendments -------------------------------------------------------------------------------------


def test_an_amendment_is_seen_by_the_province_and_its_district(approved, story, client, cast):
    amendment = story.amendment(approved)
    assert opened(client, cast, url("amendment_detail", amendment.pk)) == (PROVINCE | OWN, set())
    assert opened(client, cast, url("amendment_add_line", amendment.pk)) == (
        {"hue-dic"}, (PROVINCE | OWN) - {"hue-dic"},
    )  # fmt: skip
    assert opened(client, cast, url("amendment_create", approved.pk)) == (
        {"hue-dic"}, (PROVINCE | OWN) - {"hue-dic"},
    )  # fmt: skip


def test_the_whole_way_of_an_amendment_by_its_pages(approved, supports, client, cast):
    cast.log_in(client, "hue-dic")
    known = {"kind": "replace", "number": "20/TTr", "date": "01/03/2024", "reason": "Theo đề nghị"}
    client.post(url("amendment_create", approved.pk), known)
    amendment = Amendment.objects.get()
    fourth, fifth = (approved.lines.get(position=n).household for n in (4, 5))
    form = page(client, url("amendment_add_line", amendment.pk))
    assert f"line 4, {fourth}" in form
    change = {"removes": supports[1].pk, "adds": fifth.pk, "reason": "Chuyển đi"}
    refused = client.post(url("amendment_add_line", amendment.pk), change)
    assert "comes first" in refused.content.decode()
    client.post(url("amendment_add_line", amendment.pk), change | {"adds": fourth.pk})
    client.post(url("amendment_submit", amendment.pk))
    cast.log_in(client, "hue-dic-leader")
    assert "1 household goes, 1 comes" in page(client, url("amendment_decide", amendment.pk))
    client.post(
        url("amendment_decide", amendment.pk), {"number": "9/QĐ", "date": "05/03/2024", "signer": "Chủ tịch"}
    )
    html = page(client, url("amendment_detail", amendment.pk))
    assert "The same: nothing was changed" in html
    assert Support.objects.live().filter(household=fourth).exists()


def test_a_change_is_taken_out_of_a_draft_again(approved, supports, story, client, cast):
    amendment = story.amendment(approved, "remove")
    workflow.add_amendment_line(amendment, actor=cast("hue-dic"), removes=supports[0], reason="Chuyển đi")
    cast.log_in(client, "hue-dic")
    client.post(url("amendment_remove_line", amendment.pk), {"line": amendment.lines.get().pk})
    assert not amendment.lines.exists()


def test_a_household_that_is_not_on_the_list_is_found_by_name(approved, story, client, cast):
    stranger = story.household("20047", head_name="Lê Thị Hạnh Phúc")
    amendment = story.amendment(approved, "supplement")
    cast.log_in(client, "hue-dic")
    html = page(client, url("amendment_add_line", amendment.pk), q="hanh phuc")
    assert f'value="{stranger.pk}"' in html
