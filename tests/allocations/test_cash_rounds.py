"""Support in cash: a round that gives nothing else, and what a round that gives devices may pay."""

from __future__ import annotations

from datetime import date

import pytest

from allocations.choices import SupportForm
from allocations.models import AllocationRound, Support
from allocations.workflow.acceptance import confirm_acceptance, prepare_acceptance, submit_acceptance
from allocations.workflow.delivery import record_hand_over
from allocations.workflow.devices import NewDevice, Stock, create_devices, take_in
from allocations.workflow.supports import assign_operator
from smartphone_support.accounts.models import Organisation
from smartphone_support.web.errors import Refusal

from .handing import HANDED, imei

PAID = {
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


def test_a_cash_round_owns_no_device_whichever_way_it_comes(in_cash, cast):
    stock, new = Stock(in_cash.round), [NewDevice(imei(1))]
    with pytest.raises(Refusal, match="it has no devices"):
        create_devices(stock, new, actor=cast("hue-dic"), model="Vsmart Joy 4")
    with pytest.raises(Refusal, match="it has no devices"):
        take_in(stock, actor=cast("hue-dic"), devices=new, model="Vsmart", number="1", day=HANDED)
