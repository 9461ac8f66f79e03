"""Budget lines, contributions, and where every household stands."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from allocations.models import BudgetEntry, BudgetLine, Contribution, Support
from allocations.money.unserved import STANDINGS, coverage, total, unserved_households
from allocations.workflow.budget import adjust_budget_line, open_budget_line
from allocations.workflow.budgeting import commit, release, spend
from allocations.workflow.contributions import (
    close_contribution,
    match_households,
    pledge_contribution,
    receive_contribution,
    unmatch_household,
)
from beneficiaries.models import EarlierDevice, Household
from programs.choices import FundingKind
from smartphone_support.audit.recording import verify
from smartphone_support.web.errors import Refusal
from smartphone_support.web.forms import MoneyField

from ..together import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(story, cast):
    """A line of the provincial budget of 10 million VND."""
    return open_budget_line(
        story.source(kind=FundingKind.PROVINCIAL_BUDGET), actor=cast("hue-dic"), year=2024, name="Điện thoại",
        amount=10_000_000, decision_number="12/QĐ-UBND", decision_date=date(2024, 1, 2), issuer="UBND tỉnh",
    )  # fmt: skip


@pytest.fixture
def paid_round(story, line):
    """A round paid from the line, two million VND a device."""
    round_ = story.round()
    round_.budget_line, round_.unit_cost = line, 2_000_000
    round_.save()
    return round_


def raise_by(line, delta, cast):
    return adjust_budget_line(
        line, actor=cast("hue-dic"), delta=delta, decision_number="40/QĐ-UBND",
        decision_date=date(2024, 3, 1), issuer="UBND tỉnh",
    )  # fmt: skip


# --- budget ---------------------------------------------------------------------------------------


def test_a_line_begins_with_the_decision_that_grants_it(line):
    assert (line.amount, line.committed, line.spent, line.remaining) == (10_000_000, 0, 0, 10_000_000)
    assert line.adjustments.get().decision_number == "12/QĐ-UBND"


def test_money_is_committed_released_and_spent(line, paid_round, cast):
    officer = cast("hue-dic")
    commit(paid_round, ["bundle"] * 4, actor=officer)
    release(paid_round, ["bundle"], actor=officer)
    spend(paid_round, ["bundle"] * 2, actor=officer)
    line.refresh_from_db()
    assert (line.committed, line.spent, line.remaining) == (6_000_000, 4_000_000, 4_000_000)
    assert [entry.kind for entry in line.entries.all()] == ["commit", "release", "spend"]


def test_nothing_is_committed_beyond_the_line_without_a_decision(line, paid_round, cast):
    with pytest.raises(Refusal, match=r"has 10.000.000 VND left, 12.000.000 VND are needed"):
        commit(paid_round, ["bundle"] * 6, actor=cast("hue-dic"))
    raise_by(line, 2_000_000, cast)
    commit(paid_round, ["bundle"] * 6, actor=cast("hue-dic"))
    line.refresh_from_db()
    assert line.remaining == 0


def test_a_line_never_sinks_below_what_is_committed(line, paid_round, cast):
    commit(paid_round, ["bundle"] * 4, actor=cast("hue-dic"))
    with pytest.raises(Refusal, match=r"8.000.000 VND are committed already"):
        raise_by(line, -3_000_000, cast)
    raise_by(line, -2_000_000, cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetLine.objects.filter(pk=line.pk).update(amount=7_000_000)


def test_a_round_of_unknown_cost_counts_no_money(line, story, cast):
    round_ = story.round()
    round_.budget_line = line
    round_.save()
    assert commit(round_, ["bundle"] * 100, actor=cast("hue-dic")) is None
    assert not BudgetEntry.objects.exists()


def test_entries_and_decisions_never_change(line, paid_round, cast):
    entry = commit(paid_round, ["bundle"], actor=cast("hue-dic"))
    for row in (entry, line.adjustments.get()):
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(line=line)


def test_only_the_department_enters_budgets_and_partners_read_them(line, client, cast):
    new, page = reverse("allocations:budget_create"), reverse("allocations:budget_detail", args=[line.pk])
    cast.log_in(client, "hue-finance")
    assert client.get(page).status_code == 200
    assert client.get(new).status_code == 403
    cast.log_in(client, "daknong-finance")
    assert client.get(page).status_code == 404


def test_the_form_enters_a_line_with_its_scan_and_keeps_what_was_typed_on_an_error(story, client, cast):
    story.source(kind=FundingKind.PROVINCIAL_BUDGET)
    cast.log_in(client, "hue-dic")
    scan = SimpleUploadedFile("qd.pdf", b"%PDF-1.7 ...", content_type="application/pdf")
    source = story.source(kind=FundingKind.PROVINCIAL_BUDGET).pk
    typed = {"funding_source": source, "year": 2024, "name": "Dòng 1", "amount": "1.500.000.000",
             "decision_number": "12/QĐ-UBND", "decision_date": "31/12/2099",
             "issuer": "UBND tỉnh"}  # fmt: skip
    answer = client.post(reverse("allocations:budget_create"), typed)
    assert "lies in the future" in answer.content.decode()
    assert "Dòng 1" in answer.content.decode()
    answer = client.post(
        reverse("allocations:budget_create"),
        typed | {"decision_date": "02/01/2024", "file": scan},
        follow=True,
    )
    line = BudgetLine.objects.get()
    assert line.amount == 1_500_000_000
    row = line.adjustments.get()
    assert client.get(reverse("allocations:budget_file", args=[line.pk, row.pk])).status_code == 200
    assert client.get(reverse("allocations:budget_file", args=[line.pk, row.pk + 1])).status_code == 404


@given(st.integers(1, 10**12))
def test_an_amount_is_read_as_people_group_it(amount):
    field = MoneyField()
    grouped = f"{amount:,}"
    assert field.clean(grouped.replace(",", ".")) == field.clean(grouped.replace(",", " ")) == amount
    assert field.prepare_value(amount) == grouped.replace(",", ".")


@pytest.mark.parametrize("typed", ["1.5", "1,5", "12.34.567", "mười", "0", "-5", "1.0000"])
def test_what_is_no_whole_amount_is_refused(typed):
    with pytest.raises(Exception, match=r"VND|greater"):
        MoneyField().clean(typed)


@pytest.mark.postgresql
def test_entries_and_decisions_are_not_deleted_either(line, paid_round, cast):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite empties a test database by the same statement")
    entry = commit(paid_round, ["bundle"], actor=cast("hue-dic"))
    for row in (entry, line.adjustments.get()):
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()


# --- contributions --------------------------------------------------------------------------------


@pytest.fixture
def gift(story, cast):
    """A donor pledged 5 smartphones, 3 of which arrived."""
    gift = pledge_contribution(
        story.source(kind=FundingKind.SOCIALISED), actor=cast("hue-dic"), donor_name="Công ty Hảo Tâm",
        donor_kind="enterprise", kind="devices", device_kind="smartphone", pledged=5,
        pledged_on=date(2024, 1, 10),
    )  # fmt: skip
    receive_contribution(gift, actor=cast("hue-dic"), quantity=3, received_on=date(2024, 2, 1))
    gift.refresh_from_db()
    return gift


def test_received_devices_go_to_households_nothing_serves(story, gift, cast):
    first, second, listed = story.household(), story.household(), story.household()
    EarlierDevice.objects.create(household=listed, kind="tablet", received_on=date(2023, 5, 1))
    assert set(unserved_households(first.province)) == {first, second}
    match_households(gift, [first.pk, second.pk], actor=cast("hue-dic"))
    assert not unserved_households(first.province).exists()
    gift.refresh_from_db()
    assert gift.allotted == 2
    assert set(gift.supports.values_list("household", flat=True)) == {first.pk, second.pk}
    assert verify().broken_at is None


def test_no_more_is_promised_than_arrived(story, gift, cast):
    households = [story.household() for _ in range(4)]
    with pytest.raises(Refusal, match="4 are needed, 3 of what was received are left"):
        match_households(gift, [row.pk for row in households], actor=cast("hue-dic"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.filter(pk=gift.pk).update(allotted=4)


def test_a_household_served_meanwhile_is_refused_and_nothing_is_promised(story, gift, cast):
    one, two = story.household(), story.household()
    match_households(gift, [one.pk], actor=cast("hue-dic"))
    with pytest.raises(Refusal, match="served by now"):
        match_households(gift, [one.pk, two.pk], actor=cast("hue-dic"))
    gift.refresh_from_db()
    assert (gift.allotted, Support.objects.count()) == (1, 1)


def test_money_is_promised_by_amount_and_comes_back_whole(story, cast):
    gift = pledge_contribution(
        story.source(kind=FundingKind.SOCIALISED), actor=cast("hue-dic"), donor_name="Nhóm Thiện Nguyện",
        donor_kind="organisation", kind="money", pledged=5_000_000, pledged_on=date(2024, 1, 10),
    )  # fmt: skip
    receive_contribution(gift, actor=cast("hue-dic"), quantity=5_000_000, received_on=date(2024, 1, 11))
    one, two = story.household(), story.household()
    (first,) = match_households(gift, [one.pk], actor=cast("hue-dic"), each=2_000_000)
    match_households(gift, [two.pk], actor=cast("hue-dic"), each=1_500_000)
    unmatch_household(first, actor=cast("hue-dic"), reason="Hộ đã chuyển đi")
    gift.refresh_from_db()
    assert gift.allotted == 1_500_000
    assert one in unserved_households(one.province)


def test_a_partner_pledges_through_itself_and_chooses_no_households(story, gift, client, cast):
    cast.log_in(client, "hue-front")
    typed = {"funding_source": story.source(kind=FundingKind.SOCIALISED).pk, "donor_name": "Ông A",
             "donor_kind": "person", "kind": "devices", "device_kind": "smartphone", "pledged": "2",
             "pledged_on": "05/01/2024"}  # fmt: skip
    answer = client.post(reverse("allocations:contribution_create"), typed)
    own = Contribution.objects.get(donor_name="Ông A")
    assert answer.url == reverse("allocations:contribution_detail", args=[own.pk])
    assert own.organisation == cast("hue-front").organisation
    assert client.get(reverse("allocations:contribution_receive", args=[own.pk])).status_code == 200
    assert client.get(reverse("allocations:contribution_receive", args=[gift.pk])).status_code == 403
    assert client.get(reverse("allocations:contribution_match", args=[gift.pk])).status_code == 403


def test_households_are_ticked_on_the_page(story, gift, client, cast):
    one, two = story.household(), story.household(commune="20161")
    cast.log_in(client, "hue-dic")
    page = reverse("allocations:contribution_match", args=[gift.pk])
    assert one.head_name in client.get(page).content.decode()
    only = client.get(page, {"district": two.district_id}).context["page_obj"]
    assert list(only) == [two]
    answer = client.post(page, {"household": [one.pk, two.pk]}, follow=True)
    assert "2 households get something" in answer.content.decode()
    answer = client.post(page, {"household": []})
    assert "Choose at least one household" in answer.content.decode()


def test_the_poor_stand_before_the_near_poor_and_a_declared_need_before_an_unasked_one(story, gift, visit):
    """On both databases: one sorts what is not known first, the other last."""
    policy = story.household(poverty_class="not_poor", merit=True)
    near = story.household(poverty_class="near_poor", has_need=True)
    unasked, needy = story.household(has_need=None), story.household(has_need=True)
    page = visit("hue-dic", reverse("allocations:contribution_match", args=[gift.pk]))
    assert list(page.context["page_obj"]) == [needy, unasked, near, policy]


def test_a_closed_contribution_takes_nothing_more(gift, cast):
    close_contribution(gift, actor=cast("hue-dic"), reason="Nhà tài trợ ngừng")
    with pytest.raises(Refusal, match="Closed"):
        receive_contribution(gift, actor=cast("hue-dic"), quantity=1, received_on=date(2024, 3, 1))


# --- coverage -------------------------------------------------------------------------------------


def test_every_household_is_counted_once_and_the_columns_add_up(story, gift, cast):
    matched = story.household()
    story.household(device=date(2022, 1, 1))
    story.household(has_need=False, poverty_class="near_poor")
    story.household(commune="20161")
    story.household(poverty_class="not_poor", merit=True)
    story.household(poverty_class="not_poor")
    match_households(gift, [matched.pk], actor=cast("hue-dic"))
    rows = coverage(cast("hue-dic"), timezone.localdate())
    whole = total(rows, cast.area("46"))
    told = {name: count for name, count in whole.of.items() if count}
    assert told == {"socialised": 1, "earlier": 1, "no_need": 1, "unserved": 2}
    assert (whole.listed, whole.in_need, whole.served) == (5, 3, 1)
    by_commune = coverage(cast("hue-dic"), timezone.localdate(), matched.district)
    assert sum(row.listed for row in by_commune) == 4


def test_a_kept_line_of_an_open_list_is_on_the_way_and_an_approved_one_is_served(story, cast):
    story.households(c20044=3)
    lists = story.lists(total=2)
    standing = total(coverage(cast("hue-dic"), timezone.localdate()), cast.area("46")).of
    assert (standing["under_way"], standing["unserved"]) == (2, 1)
    story.decided(lists["481"])
    standing = total(coverage(cast("hue-dic"), timezone.localdate()), cast.area("46")).of
    assert (standing["public_utility_telecom"], standing["under_way"], standing["unserved"]) == (2, 0, 1)


def test_the_page_counts_with_the_same_queries_whatever_the_size(story, client, cast):
    story.households(c20044=2)
    cast.log_in(client, "hue-dic")
    client.get(reverse("allocations:coverage"))
    with CaptureQueriesContext(connection) as small:
        client.get(reverse("allocations:coverage"))
    story.households(c20044=6, c20161=6)
    with CaptureQueriesContext(connection) as large:
        client.get(reverse("allocations:coverage"))
    assert len(large) == len(small)


@pytest.mark.parametrize("standing", STANDINGS)
def test_each_number_leads_to_its_households(story, client, cast, standing):
    household = story.household()
    cast.log_in(client, "hue-dic")
    answer = client.get(reverse("allocations:coverage_households"), {"standing": standing})
    assert (household.head_name in answer.content.decode()) == (standing == "unserved")


def test_a_district_sees_its_own_communes_only(story, client, cast):
    story.households(c20044=1, c20161=1)
    cast.log_in(client, "hue-481")
    answer = client.get(reverse("allocations:coverage"))
    assert answer.context["district"].code == "481"
    other = Household.objects.exclude(district__code="481").get().district_id
    assert client.get(reverse("allocations:coverage_district", args=[other])).status_code == 404
    assert client.get(reverse("allocations:coverage_workbook")).status_code == 200


# --- at the same moment ---------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_officers_promising_the_last_device_at_once(story, gift, cast):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")
    one, two, three, four = (story.household().pk for _ in range(4))
    match_households(gift, [three, four], actor=cast("hue-dic"))
    officer = cast("hue-dic")
    results = at_once(
        lambda: match_households(gift, [one], actor=officer),
        lambda: match_households(gift, [two], actor=officer),
        lambda: match_households(gift, [one], actor=officer),
    )
    assert sum(isinstance(result, str) for result in results) == 2
    gift.refresh_from_db()
    assert gift.allotted == gift.supports.count() == 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_never_overdraw_a_line(story, line, paid_round, cast):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")
    officer = cast("hue-dic")

    def approve():
        with transaction.atomic():
            return commit(paid_round, ["bundle"] * 3, actor=officer)

    results = at_once(approve, approve, approve)
    assert sum(isinstance(result, str) for result in results) == 2
    line.refresh_from_db()
    assert line.committed == 6_000_000
