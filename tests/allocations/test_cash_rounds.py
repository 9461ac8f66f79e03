"""Support in cash: a round that gives nothing else, and what a round that gives devices may pay."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from allocations import workflow
from allocations.choices import SupportForm
from allocations.delivery.handing import Expected, HandOverFacts, problems_of
from allocations.lists.posted_list import posted_list
from allocations.lists.review_workbook import ADDED_SHEET, INDEX, SHEET
from allocations.models import AllocationRound, DistrictList, Support
from allocations.workflow.acceptance import confirm_acceptance, prepare_acceptance, submit_acceptance
from allocations.workflow.delivery import record_hand_over
from allocations.workflow.devices import NewDevice, Stock, create_devices, take_in
from allocations.workflow.supports import assign_operator
from smartphone_support.accounts.models import Organisation
from smartphone_support.web.errors import Refusal

from .handing import HANDED, imei
from .test_review_workbook import Paper

PAID: dict[str, Any] = {
    "handed_on": HANDED, "invoice_number": "HD-12", "invoice_date": date(2024, 2, 20),
    "seller": "Cửa hàng A", "invoice_amount": 1_890_000, "cash_amount": 500_000, "payment_means": "cash",
}  # fmt: skip


@pytest.fixture
def in_cash(story):
    """A Lưới's list of a round that gives cash: 6 households, 3 kept."""
    story.households(c20044=6, c20161=2)
    return story.lists(round_=story.round(device="cash"))["481"]


def test_a_cash_round_is_paid_from_its_list_to_its_budget(in_cash, story, cast):
    line = story.budget_line(in_cash.round, amount=3_000_000, unit_cost=None)
    assert set(in_cash.lines.values_list("support_form", flat=True)) == {"cash"}
    story.decided(in_cash)
    line.refresh_from_db()
    assert (line.committed, line.spent) == (1_500_000, 0)

    supports = list(Support.objects.filter(round=in_cash.round))
    operator = Organisation.objects.get(code="hue-viettel")
    assign_operator(supports, operator, actor=cast("hue-dic"))
    for support in supports:
        paid = record_hand_over(support, actor=cast("hue-viettel"), **PAID)
        assert (paid.form, paid.device, paid.cash_amount) == ("cash", None, 500_000)
    acceptance = prepare_acceptance(
        in_cash.round, operator, actor=cast("hue-dic"), number="01/BBNT", day=date(2024, 4, 5),
        from_day=date(2024, 2, 1), to_day=date(2024, 3, 31),
    )  # fmt: skip
    submit_acceptance(acceptance, actor=cast("hue-dic"))
    confirm_acceptance(acceptance, actor=cast("hue-dic-leader"))
    line.refresh_from_db()
    assert (line.committed, line.spent) == (1_500_000, 1_500_000)


def test_what_a_round_gives(story):
    cash, both = story.round(device="cash"), story.round(number="89/QĐ-BTTTT")
    story.rule()
    devices = story.round(number="90/QĐ-BTTTT", kind="provincial_budget")
    assert cash.forms == (SupportForm.CASH,)
    assert both.forms == (SupportForm.BUNDLE, SupportForm.CASH)
    assert (devices.cash_amount, devices.forms) == (None, (SupportForm.BUNDLE,))


def test_a_device_kept_on_the_list_of_a_cash_round_is_never_approved(in_cash, story):
    in_cash.lines.filter(position=2).update(support_form="bundle")
    with pytest.raises(Refusal, match=r"Line 2 of .*A Lưới says .*, which this round does not give"):
        story.decided(in_cash)
    assert not Support.objects.exists()


def test_cash_kept_on_a_list_whose_round_has_no_level_is_never_approved(a_luoi, story):
    AllocationRound.objects.filter(pk=a_luoi.round_id).update(cash_amount=None)
    a_luoi.lines.filter(position=1).update(support_form="cash")
    with pytest.raises(Refusal, match="does not give"):
        story.decided(a_luoi)


def test_who_comes_on_by_an_amendment_gets_cash_too(in_cash, story):
    in_cash.lines.filter(position__gt=3).update(support_form="bundle")
    story.decided(in_cash)
    change = workflow.propose_replacement(
        Support.objects.first(),
        actor=story.person("dic"),
        number="20/TTr",
        day=date(2024, 3, 1),
        reason="Mất",
    )
    assert change.lines.get().support_form == "cash"
    change.lines.update(support_form="bundle")
    with pytest.raises(Refusal, match="which this round does not give: draw this line up anew"):
        story.amended(change)
    change.lines.update(support_form="cash")
    story.amended(change)
    assert Support.objects.latest("pk").form == "cash"


def test_a_cash_round_owns_no_device_whichever_way_it_comes(in_cash, cast):
    stock, new = Stock(in_cash.round), [NewDevice(imei(1))]
    with pytest.raises(Refusal, match="it has no devices"):
        create_devices(stock, new, actor=cast("hue-dic"), model="Vsmart Joy 4")
    with pytest.raises(Refusal, match="it has no devices"):
        take_in(stock, actor=cast("hue-dic"), devices=new, model="Vsmart", number="1", day=HANDED)


# --- the words of workbooks and papers --------------------------------------------------------------


def without_level(row):
    """The round is one that gives devices, and no cash beside them."""
    AllocationRound.objects.filter(pk=row.round_id).update(cash_amount=None)
    return DistrictList.objects.select_related("round__program__province", "district").get(pk=row.pk)


def offered(paper, sheet):
    return [rule.formula1 for rule in paper.book[sheet].data_validations.dataValidation]


def test_a_cash_round_offers_cash_alone_and_refuses_a_device(in_cash, cast):
    paper = Paper(in_cash)
    for sheet in (SHEET, ADDED_SHEET):
        assert '"Tiền 500.000 đồng"' in offered(paper, sheet)
    assert paper.upload(cast("hue-481")).changes == []
    paper.write(2, support_form="Máy kèm dịch vụ")
    with pytest.raises(Refusal, match=r"does not give “Máy kèm dịch vụ”: rows 10, column N\. Choose “Tiền"):
        paper.upload(cast("hue-481"))


def test_a_household_found_in_the_field_gets_what_the_round_gives(in_cash, story, cast):
    found = story.household("20044", head_name="Hồ Thị Mới", birth_year=1970, has_need=True)
    known = {"head_name": found.head_name, "birth_year": 1970, "national_id": found.national_id}
    upload = Paper(in_cash).add(**known).upload(cast("hue-481"))
    assert upload.found.get().answer["support_form"] == "cash"
    with pytest.raises(Refusal, match=r"“Máy kèm dịch vụ” is none of Tiền 500\.000 đồng"):
        Paper(in_cash).add(**known, support_form="Máy kèm dịch vụ").upload(cast("hue-481"))


def test_cash_is_neither_offered_nor_accepted_without_a_level(a_luoi, cast):
    row = without_level(a_luoi)
    paper = Paper(row)
    assert not [rule for sheet in (SHEET, ADDED_SHEET) for rule in offered(paper, sheet) if "Tiền" in rule]
    paper.write(1, support_form="Tiền 500.000 đồng")
    with pytest.raises(Refusal, match=r"does not give “Tiền”: rows 9, column N\. Choose “Máy kèm dịch vụ”"):
        paper.upload(cast("hue-481"))


def test_the_words_are_those_of_the_rounds_level_and_the_earlier_ones_are_read(a_luoi, cast):
    AllocationRound.objects.filter(pk=a_luoi.round_id).update(cash_amount=300_000)
    a_luoi.round.refresh_from_db()
    a_luoi.lines.filter(position=1).update(support_form="cash")
    paper = Paper(a_luoi)
    assert paper.rows()[0][INDEX["support_form"] - 1] == "Tiền 300.000 đồng"
    assert "500.000" not in str(offered(paper, SHEET) + offered(paper, ADDED_SHEET))
    assert posted_list(a_luoi).communes[0].rows[0].form == "Tiền 300.000 đồng"
    assert paper.upload(cast("hue-481")).changes == []
    paper.write(2, support_form="Tiền 500.000 đồng")
    (change,) = paper.upload(cast("hue-481")).changes
    assert change["after"] == {"support_form": "cash"}


def test_no_cash_is_paid_where_no_level_says_how_much():
    expected = Expected(form="cash", head_name="A", today=date(2024, 4, 1))
    (problem,) = problems_of(HandOverFacts(**PAID), expected)
    assert "no level of support in cash" in problem.sentence
