"""Acceptance of what districts handed over themselves and of contributions; whose record is whose."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allocations.models import Acceptance, BudgetEntry, BudgetLine, HandOver, Support
from allocations.papers.acceptances import acceptance_minutes
from allocations.permits.makers import has_worked_on
from allocations.permits.rounds import may_approve_plan
from allocations.permits.supports import may_decide_amendment
from allocations.work.delivery import waiting_for
from allocations.workflow.acceptance import (
    collect_again,
    confirm_acceptance,
    leave_out,
    prepare_acceptance,
    submit_acceptance,
)
from allocations.workflow.contributions import match_households
from allocations.workflow.delivery import record_hand_over
from allocations.workflow.devices import NewDevice, Stock, take_in
from allocations.workflow.shipments import dispatch, receive_shipment
from allocations.workflow.taking_back import reverse_hand_over
from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import store
from smartphone_support.web.errors import Refusal

from ..delivery_rows import PNG
from .handing import HANDED, Delivery, imei

DAYS = {"from_day": date(2024, 2, 1), "to_day": date(2024, 3, 31), "day": date(2024, 4, 5)}


@pytest.fixture
def delivery(a_luoi, story, cast):
    """A Lưới handed over to two households without an operator; Viettel to a third."""
    story.budget_line(a_luoi.round, amount=30_000_000, unit_cost=2_000_000)
    delivery = Delivery(story, cast, [a_luoi])
    delivery.at_district(1, 2, 3, 4)
    first, second, third = delivery.supports
    delivery.hand_over(first, 1)
    delivery.hand_over(second, 2)
    delivery.assigned(supports=[third])
    delivery.hand_over(Support.objects.get(pk=third.pk), 3, actor="hue-viettel")
    return delivery


@pytest.fixture
def gift(story, cast):
    """A donor's two phones at A Lưới, one of them handed over."""
    gift, officer = story.contribution(devices=2), cast("hue-dic")
    own = story.household(), story.household()
    households = [household.pk for household in own]
    supports = match_households(gift, households, actor=officer)
    stock = Stock(None, gift, None)
    take_in(
        stock, actor=officer, devices=[NewDevice(imei(n)) for n in (71, 72)], model="Nokia G22",
        number="PX-7", day=date(2024, 2, 10),
    )  # fmt: skip
    sent = dispatch(stock, cast.area("481"), actor=officer, number="GH-7", day=date(2024, 2, 12), count=2)
    receive_shipment(sent, actor=cast("hue-481"))
    record_hand_over(supports[0], actor=cast("hue-481"), handed_on=HANDED, imei=imei(71))
    return gift


def prepare(cast, source, deliverer=None, number="01/BBNT", **known):
    return prepare_acceptance(source, deliverer, actor=cast("hue-dic"), number=number, **(DAYS | known))


def confirmed(acceptance, cast):
    submit_acceptance(acceptance, actor=cast("hue-dic"))
    return confirm_acceptance(acceptance, actor=cast("hue-dic-leader"))


def test_what_a_district_handed_over_itself_is_accepted_and_its_money_spent(delivery, cast):
    acceptance = prepare(cast, delivery.round, cast.area("481"))
    assert (acceptance.devices, acceptance.amount, acceptance.operator) == (2, 4_000_000, None)
    operators = prepare(cast, delivery.round, delivery.operator(), number="02/BBNT")
    assert (operators.devices, operators.district) == (1, None)
    confirmed(acceptance, cast)
    assert Support.objects.filter(state="confirmed", operator=None).count() == 2
    line = BudgetLine.objects.get()
    assert (line.spent, BudgetEntry.objects.get(kind="spend").acceptance) == (4_000_000, acceptance)
    with pytest.raises(Refusal, match="has no hand-over"):
        prepare(cast, delivery.round, cast.area("476"), number="03/BBNT")


def test_a_left_out_hand_over_of_a_district_comes_in_again(delivery, cast):
    acceptance = prepare(cast, delivery.round, cast.area("481"))
    row = acceptance.hand_overs.earliest("pk")
    leave_out(acceptance, [row.pk], actor=cast("hue-dic"), reason="Thiếu ảnh")
    assert collect_again(acceptance, actor=cast("hue-dic")) == 1
    assert {one.operator_id for one in acceptance.hand_overs.all()} == {None}


def test_a_contribution_is_accepted_as_a_whole_and_spends_no_budget(gift, cast):
    with pytest.raises(Refusal, match="as a whole"):
        prepare(cast, gift, cast.area("481"))
    acceptance = confirmed(prepare(cast, gift), cast)
    assert (acceptance.devices, acceptance.amount, acceptance.deliverer) == (1, None, "Công ty Hương Giang")
    assert gift.supports.get(state="confirmed").hand_overs.get().acceptance == acceptance
    assert not BudgetEntry.objects.exists()
    other = gift.supports.exclude(state="confirmed").get()
    record_hand_over(other, actor=cast("hue-481"), handed_on=HANDED, imei=imei(72))
    with pytest.raises(Refusal, match="already of this contribution"):
        prepare(cast, gift)


def test_money_a_donor_paid_is_the_amount_of_the_acceptance(gift, story, cast):
    gift.kind, gift.received = "money", 3_000_000
    gift.save()
    household = story.household()
    (support,) = match_households(gift, [household.pk], actor=cast("hue-dic"), each=900_000)
    bought = {
        "invoice_number": "7",
        "invoice_date": HANDED,
        "invoice_amount": 2_000_000,
        "seller": "Cửa hàng",
    }
    record_hand_over(
        support, actor=cast("hue-481"), handed_on=HANDED, cash_amount=900_000, payment_means="cash", **bought
    )
    acceptance = prepare(cast, gift)
    assert (acceptance.cash_households, acceptance.devices, acceptance.amount) == (1, 1, None)
    bundle = acceptance.hand_overs.get(form="bundle")
    assert leave_out(acceptance, [bundle.pk], actor=cast("hue-dic"), reason="Máy").amount == 900_000


def test_every_acceptance_is_of_one_deliverer_whoever_writes_it(delivery, gift, cast):
    acceptance = prepare(cast, delivery.round, cast.area("481"))
    for wrong in (
        {"operator": delivery.operator()},
        {"district": None},
        {"contribution": gift},
        {"round": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Acceptance.objects.filter(pk=acceptance.pk).update(**wrong)
    with pytest.raises(Refusal, match="Say who delivered"):
        prepare(cast, delivery.round)


def test_the_officer_is_told_of_all_three_and_draws_them_up_on_one_page(delivery, gift, client, cast):
    officer = cast.log_in(client, "hue-dic")
    urls = [item.url for item in waiting_for(officer) if "acceptances/new/" in item.url]
    assert len(urls) == 3
    known = {"date": "05/04/2024", "from_day": "01/02/2024", "to_day": "31/03/2024"}
    for number, url in enumerate(urls):
        assert client.get(url).status_code == 200
        asked = dict(part.split("=") for part in url.partition("?")[2].split("&"))
        answer = client.post(url, known | asked | {"number": f"{number}/BBNT"}, follow=True)
        assert "Drawn up" in answer.content.decode()
        assert answer.context["acceptance"].hand_overs.exists()
    assert not [item for item in waiting_for(officer) if "acceptances/new/" in item.url]
    assert client.get(reverse("allocations:acceptance_list")).status_code == 200


def test_the_page_refuses_a_mixture(delivery, gift, client, cast):
    cast.log_in(client, "hue-dic")
    known = {"date": "05/04/2024", "from_day": "01/02/2024", "to_day": "31/03/2024", "number": "1"}
    for mixed in (
        {"round": delivery.round.pk},
        {"round": delivery.round.pk, "contribution": gift.pk},
        {"round": delivery.round.pk, "operator": delivery.operator().pk, "district": cast.area("481").pk},
    ):
        answer = client.post(reverse("allocations:acceptance_create"), known | mixed)
        assert "one of the three" in answer.content.decode()
    assert not Acceptance.objects.exists()


def test_the_record_names_the_district_or_the_donor_as_the_other_side(delivery, gift, cast):
    seen = HandOver.objects.all()
    by_district = acceptance_minutes(prepare(cast, delivery.round, cast.area("481")), seen, in_full=False)
    assert "Ủy ban nhân dân huyện A Lưới thực hiện" in by_district.summary
    of_gift = acceptance_minutes(prepare(cast, gift), seen, in_full=False)
    assert "do Công ty Hương Giang tài trợ" in of_gift.summary
    assert "BÊN TÀI TRỢ" in str(of_gift.signatures)


def test_a_district_sees_its_own_acceptance_and_an_operator_none_of_the_others(delivery, gift, cast):
    own = prepare(cast, delivery.round, cast.area("481"))
    given = prepare(cast, gift)
    operators = prepare(cast, delivery.round, delivery.operator(), number="02/BBNT")
    assert set(Acceptance.objects.visible_to(cast("hue-481"))) == {own, given, operators}
    assert set(Acceptance.objects.visible_to(cast("hue-474"))) == {given, operators}
    assert set(Acceptance.objects.visible_to(cast("hue-viettel"))) == {operators}
    assert not Acceptance.objects.visible_to(cast("daknong-dic")).exists()


# --- who worked on it does not decide on it ------------------------------------------------------------


def as_leader(cast, username):
    """The officer is promoted: the same person, the leader's role."""
    officer, leader = cast(username), cast("hue-dic-leader")
    officer.membership.role = leader.membership.role
    officer.membership.save()
    return type(officer).objects.get(pk=officer.pk)


def test_who_left_hand_overs_out_does_not_confirm_even_as_the_leader_of_later(delivery, cast):
    acceptance = prepare(cast, delivery.round, cast.area("481"))
    row = acceptance.hand_overs.earliest("pk")
    leave_out(acceptance, [row.pk], actor=cast("hue-dic"), reason="Thiếu ảnh")
    submit_acceptance(acceptance, actor=cast("hue-dic"))
    # Another person's name stands as who prepared it: what the officer did stays with the officer.
    Acceptance.objects.filter(pk=acceptance.pk).update(prepared_by=cast("hue-ppc"))
    promoted = as_leader(cast, "hue-dic")
    assert has_worked_on(promoted, acceptance)
    assert not has_worked_on(cast("hue-dic-leader"), acceptance)
    acceptance.refresh_from_db()
    with pytest.raises(PermissionDenied):
        confirm_acceptance(acceptance, actor=promoted)
    assert confirm_acceptance(acceptance, actor=cast("hue-dic-leader")).state == "confirmed"


def test_who_added_a_line_to_an_amendment_does_not_decide_it(delivery, story, cast):
    row = delivery.supports[0].line.district_list
    amendment, leader = story.amendment(row, kind="remove"), cast("hue-dic-leader")
    assert may_decide_amendment(leader, amendment)
    record("allocations.amendment.return", amendment, actor=leader)
    assert may_decide_amendment(leader, amendment)
    record("allocations.amendment.add_line", amendment, actor=leader)
    assert not may_decide_amendment(leader, amendment)


def test_who_submitted_a_plan_does_not_approve_it(story, cast):
    story.households(c20044=3)
    plan, leader = story.plan(total=2), cast("hue-dic-leader")
    assert may_approve_plan(leader, plan)
    record("allocations.quotaplan.submit", plan, actor=leader)
    assert not may_approve_plan(leader, plan)


# --- whose record it is ---------------------------------------------------------------------------------


def test_a_reversed_record_and_its_photo_stay_with_the_operator_that_made_it(delivery, cast, client):
    support = delivery.supports[2]
    reverse_hand_over(support.hand_overs.get(), actor=cast("hue-dic"), reason="Ghi nhầm")
    photo = store(ContentFile(PNG, name="anh.png"), actor=cast("hue-viettel"))
    support = Support.objects.get(pk=support.pk)
    facts = {"handed_on": HANDED, "imei": imei(3)}
    old = record_hand_over(support, actor=cast("hue-viettel"), photo=photo, **facts)
    reverse_hand_over(old, actor=cast("hue-dic"), reason="Ghi nhầm")
    delivery.assigned("vnpt", supports=[support])
    new = delivery.hand_over(Support.objects.get(pk=support.pk), 3, actor="hue-vnpt")
    assert old in HandOver.objects.visible_to(cast("hue-viettel"))
    assert set(HandOver.objects.visible_to(cast("hue-vnpt"))) == {new}
    assert {old, new} <= set(HandOver.objects.visible_to(cast("hue-481")))
    names = ("handover_detail", "handover_photo")
    pages = {name: reverse(f"allocations:{name}", args=[old.pk]) for name in names}
    for username, status in (("hue-viettel", 200), ("hue-vnpt", 404)):
        cast.log_in(client, username)
        assert {client.get(url).status_code for url in pages.values()} == {status}
    for name, key in (("handover_detail", new.pk), ("support_detail", support.pk)):
        text = client.get(reverse(f"allocations:{name}", args=[key])).content.decode()
        assert pages["handover_detail"] not in text
    cast.log_in(client, "hue-viettel")
    text = client.get(pages["handover_detail"]).content.decode()
    assert ("Viettel" in text, reverse("allocations:handover_detail", args=[new.pk]) in text) == (True, False)


# --- the facts of a record never change ---------------------------------------------------------------


@pytest.mark.parametrize(
    "fact",
    [
        {"handed_on": date(2024, 3, 2)}, {"receiver_name": "Khác"}, {"operator": None}, {"device": None},
        {"number": "9"}, {"photo": None, "note": "x"}, {"recorded_at": timezone.now()}, {"signed": False},
    ],
)  # fmt: skip
def test_nobody_changes_what_a_hand_over_says(delivery, fact):
    row = HandOver.objects.get(operator__isnull=False)
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        HandOver.objects.filter(pk=row.pk).update(**fact)


def test_a_record_goes_on_but_a_confirmed_or_reversed_one_stays(delivery, cast):
    acceptance = confirmed(prepare(cast, delivery.round, cast.area("481")), cast)
    row = acceptance.hand_overs.earliest("pk")
    for wrong in ({"state": "recorded"}, {"acceptance": None}):
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            HandOver.objects.filter(pk=row.pk).update(**wrong)
    other = HandOver.objects.get(operator__isnull=False)
    reverse_hand_over(other, actor=cast("hue-dic"), reason="Ghi nhầm")
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        HandOver.objects.filter(pk=other.pk).update(state="recorded")
