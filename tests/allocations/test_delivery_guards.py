"""What the delivery holds people to: devices examined before they are gone, no more of a gift than came,
what was known at the approval, and one sentence for whoever was slower."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from allocations import workflow
from allocations.choices import HoldReason
from allocations.delivery.balance import recompute
from allocations.delivery.entitlement import Looked, look_again
from allocations.models import (
    AllocationRound,
    ApprovalDecision,
    BudgetLine,
    Contribution,
    Device,
    DistrictList,
    EligibilitySnapshot,
    Support,
)
from allocations.views.supports import support_steps
from allocations.waves import waves_of
from allocations.work.delivery import waiting_for
from allocations.workflow.contributions import match_households, receive_contribution
from allocations.workflow.devices import NewDevice, Stock, restore_device, take_in, write_off
from allocations.workflow.holding import hold_changed
from allocations.workflow.shipments import give_back
from allocations.workflow.steps import step
from allocations.workflow.supports import recover_support
from allocations.workflow.taking_back import swap_device, take_back_device
from beneficiaries.models import Household, PovertySpell
from smartphone_support.web.errors import Refusal

from .handing import HANDED, Delivery, imei


@pytest.fixture
def delivery(a_luoi, story, cast):
    """A Lưới's list is approved and five phones stand at the district."""
    delivery = Delivery(story, cast, [a_luoi])
    delivery.at_district(1, 2, 3, 4, 5)
    return delivery


def at(number):
    device = Device.objects.get(imei=imei(number))
    return device.place, device.district and device.district.code


def test_a_claim_mended_between_two_looks_is_one_sentence_and_holds_nobody(delivery, cast, monkeypatch):
    """The register lets go of the household and takes it back at that very moment."""
    support = delivery.supports[0]
    found, looks = look_again([(support, HANDED)]), []

    def look(rows):
        looks.append(list(rows))
        lost = dict.fromkeys(
            found, Looked(found[support.pk].snapshot, HoldReason.LEFT_REGISTER, "Đã rời sổ.")
        )
        return lost if len(looks) == 1 else found

    monkeypatch.setattr("allocations.workflow.delivery.look_again", look)
    with pytest.raises(Refusal, match="Somebody else was faster"):
        delivery.hand_over(support, 1)
    support.refresh_from_db()
    assert (len(looks), support.state, support.hold_reason) == (2, "approved", "")


# --- a device is examined before it is gone -------------------------------------------------------------


def test_a_district_that_swaps_leaves_a_broken_device_to_the_department(delivery, cast):
    row = delivery.hand_over(delivery.supports[0], 1)
    told = {"imei": imei(2), "day": HANDED, "reason": "Vỡ màn hình"}
    with pytest.raises(Refusal, match="Only the department writes a device off"):
        swap_device(row, actor=cast("hue-481"), back_to="written_off", **told)
    assert at(1) == ("household", "481")
    swap_device(row, actor=cast("hue-481"), back_to="examine", **told)
    assert at(1) == ("examine", "481")
    assert recompute().is_sound
    device = Device.objects.get(imei=imei(1))
    assert [item.url for item in waiting_for(cast("hue-dic")) if "place=examine" in item.url]
    for who in ("hue-481", "hue-viettel"):
        with pytest.raises(PermissionDenied):
            write_off(device, actor=cast(who), reason="Hỏng")
    write_off(device, actor=cast("hue-dic"), reason="Đã kiểm tra: hỏng")
    assert at(1) == ("written_off", None)
    assert not [item for item in waiting_for(cast("hue-dic")) if "place=examine" in item.url]


def test_a_sound_device_comes_back_to_the_province(delivery, cast):
    row = delivery.hand_over(delivery.supports[0], 1)
    swap_device(row, actor=cast("hue-481"), imei=imei(2), back_to="examine", day=HANDED, reason="Hộ báo lỗi")
    restore_device(Device.objects.get(imei=imei(1)), actor=cast("hue-dic"), reason="Máy dùng tốt")
    assert at(1) == ("province", None)


def test_the_department_itself_may_write_off_at_the_swap(delivery, cast):
    row = delivery.hand_over(delivery.supports[0], 1)
    told = {"imei": imei(2), "day": HANDED, "reason": "Cháy"}
    swap_device(row, actor=cast("hue-dic"), back_to="written_off", **told)
    assert at(1)[0] == "written_off"


def test_a_recovered_device_is_not_written_off_by_who_brings_it(delivery, cast):
    row = delivery.hand_over(delivery.supports[0], 1)
    recover_support(row.support, actor=cast("hue-dic"), reason="Cấp sai")
    with pytest.raises(Refusal, match="Only the department"):
        take_back_device(row, actor=cast("hue-481"), back_to="written_off", reason="Mất")
    take_back_device(row, actor=cast("hue-481"), back_to="examine", reason="Mất")
    assert at(1) == ("examine", "481")


def test_an_operators_report_waits_for_the_department(delivery, cast, client):
    delivery.assigned()
    delivery.taken_in(9, operator="viettel", number="PX-9")
    device, hands = Device.objects.get(imei=imei(9)), cast.log_in(client, "hue-viettel")
    url = reverse("allocations:device_write_off", args=[device.pk])
    assert "Report the device as lost or broken" in client.get(url).content.decode()
    client.post(url, {"reason": "Mất ở kho"})
    assert at(9) == ("examine", None)
    page = client.get(reverse("allocations:device_detail", args=[device.pk])).content.decode()
    assert reverse("allocations:device_restore", args=[device.pk]) not in page
    with pytest.raises(PermissionDenied):
        restore_device(device, actor=hands, reason="Tìm thấy")
    cast.log_in(client, "hue-dic")
    page = client.get(reverse("allocations:device_detail", args=[device.pk])).content.decode()
    assert {url, reverse("allocations:device_restore", args=[device.pk])} <= set(page.split('"'))


def test_only_the_department_is_offered_to_write_off(delivery, cast, client):
    url = reverse("allocations:handover_swap", args=[delivery.hand_over(delivery.supports[0], 1).pk])
    for who, offered in (("hue-481", False), ("hue-dic", True)):
        cast.log_in(client, who)
        text = client.get(url).content.decode()
        assert ('value="written_off"' in text, 'value="examine"' in text) == (offered, True)
    cast.log_in(client, "hue-481")
    told = {"imei": imei(2), "day": "01/03/2024", "reason": "Hỏng", "back_to": "written_off"}
    client.post(url, told)
    assert at(1)[0] == "household"


# --- a contribution has no more devices than were received ---------------------------------------------


def test_no_more_devices_of_a_gift_are_taken_in_than_were_received(story, cast):
    gift, officer = story.contribution(devices=2), cast("hue-dic")

    def take(*numbers):
        devices = [NewDevice(imei(number)) for number in numbers]
        paper = {"model": "Nokia G22", "number": f"PX-{numbers[0]}", "day": date(2024, 2, 10)}
        return take_in(Stock(None, gift, None), actor=officer, devices=devices, **paper)

    with pytest.raises(Refusal, match="2 devices were received and 0 are in the ledger: 3 more"):
        take(11, 12, 13)
    take(11, 12)
    with pytest.raises(Refusal, match="2 are in the ledger: 1 more"):
        take(13)
    back = Device.objects.get(imei=imei(11))
    give_back([back], actor=officer, number="TL-1", day=date(2024, 2, 20), reason="Máy lỗi")
    take(13)
    with pytest.raises(Refusal, match="1 more cannot be taken in"):
        restore_device(back, actor=officer, reason="Nhà cung cấp trả lại")
    receive_contribution(gift, actor=officer, quantity=1, received_on=date(2024, 2, 21))
    restore_device(back, actor=officer, reason="Nhà cung cấp trả lại")
    assert Device.objects.filter(contribution=gift, place="province").count() == 3


def test_a_gift_of_money_has_no_devices(story, cast):
    gift = story.contribution(devices=5)
    Contribution.objects.filter(pk=gift.pk).update(kind="money")
    gift.refresh_from_db()
    with pytest.raises(Refusal, match="cannot be taken in"):
        take_in(
            Stock(None, gift, None), actor=cast("hue-dic"), devices=[NewDevice(imei(1))], model="Nokia",
            number="1", day=date(2024, 2, 10),
        )  # fmt: skip


# --- what was known at the approval ---------------------------------------------------------------------


def test_a_class_lost_before_the_approval_holds_nobody_at_the_hand_over(a_luoi, story, cast):
    household = a_luoi.lines.get(position=1).household
    PovertySpell.objects.filter(household=household).update(valid_to=date(2024, 2, 1))
    delivery = Delivery(story, cast, [a_luoi])
    delivery.at_district(1)
    support = Support.objects.get(household=household)
    delivery.hand_over(support, 1)
    support.refresh_from_db()
    assert (support.state, support.hold_reason) == ("delivered", "")
    assert support.snapshots.get(moment="hand_over").failed == support.snapshots.get(moment="approval").failed


def test_who_was_approved_without_the_register_is_not_held_for_missing_in_it(delivery, story):
    household = story.household()
    support = Support.objects.create(
        household=household, district=household.district, commune=household.commune, round=delivery.round,
        form="bundle",
    )  # fmt: skip
    Household.objects.filter(pk=household.pk).update(removed_at=timezone.now())
    assert look_again([(support, HANDED)])[support.pk].why == "left_register"
    EligibilitySnapshot.objects.create(support=support, moment="approval", on=date(2024, 2, 5), facts={})
    assert look_again([(support, HANDED)])[support.pk].why == ""
    assert hold_changed(household.province, [household.pk]) == 0


def test_a_class_lost_after_the_approval_still_holds(delivery):
    support = delivery.supports[0]
    PovertySpell.objects.filter(household=support.household).update(valid_to=date(2024, 2, 20))
    with pytest.raises(Refusal, match="on hold"):
        delivery.hand_over(support, 1)
    support.refresh_from_db()
    assert (support.state, support.hold_reason) == ("on_hold", "left_register")


def test_a_move_is_held_even_where_the_class_was_known_to_be_lost(a_luoi, story, cast):
    household = a_luoi.lines.get(position=1).household
    PovertySpell.objects.filter(household=household).update(valid_to=date(2024, 2, 1))
    delivery = Delivery(story, cast, [a_luoi])
    delivery.at_district(1)
    household.commune = cast.area("20161")
    household.district = household.commune.parent
    household.save()
    with pytest.raises(Refusal, match="moved to another district"):
        delivery.hand_over(Support.objects.get(household=household), 1)


# --- what pages say --------------------------------------------------------------------------------------


def test_a_district_is_told_before_it_fills_in_what_it_may_give(delivery, visit):
    support = delivery.supports[0]
    url = reverse("allocations:handover_create", args=[support.pk])
    assert "only one of the 5 devices that stand at" in visit("hue-481", url).content.decode()
    for number in (1, 2, 3, 4):
        write_off(Device.objects.get(imei=imei(number)), actor=delivery.cast("hue-dic"), reason="Hỏng")
    assert "only the device that stands at" in visit("hue-481", url).content.decode()
    write_off(Device.objects.get(imei=imei(5)), actor=delivery.cast("hue-dic"), reason="Hỏng")
    assert (
        "before the department assigns an operator or sends devices" in visit("hue-481", url).content.decode()
    )
    delivery.assigned()
    assert "has no operator" not in visit("hue-481", url).content.decode()


def test_a_support_is_approved_on_the_day_of_its_decision(delivery, story, cast):
    first = support_steps(delivery.supports[0])[0]
    assert (first.label, first.detail) == ("Approved", "05/02/2024")
    gift = story.contribution(devices=1)
    (support,) = match_households(gift, [story.household().pk], actor=cast("hue-dic"))
    assert support_steps(support)[0].label == "Chosen"


def test_of_a_contribution_nobody_says_that_a_rule_or_a_list_approved_it(story, cast, visit):
    gift = story.contribution(devices=1)
    (support,) = match_households(gift, [story.household().pk], actor=cast("hue-dic"))
    url = reverse("allocations:support_detail", args=[support.pk])
    text = visit("hue-dic", url).content.decode()
    assert "no list and no rule approved it" in text
    assert "before the system kept them" not in text
    facts = {"poverty_class": "poor", "head_name": "A"}
    EligibilitySnapshot.objects.create(support=support, moment="hand_over", on=HANDED, facts=facts)
    text = visit("hue-dic", url).content.decode()
    assert ("No rule applies" in text, "Qualifies" in text) == (True, False)


def test_an_early_snapshot_without_a_district_shows_that_of_the_list(delivery, visit):
    support = delivery.supports[0]
    EligibilitySnapshot.objects.create(
        support=support, moment="as_of", on=HANDED, facts={"head_name": "A", "district_code": ""}
    )
    text = visit("hue-dic", reverse("allocations:support_detail", args=[support.pk])).content.decode()
    row = text.partition('<th scope="row">District')[2].partition("</tr>")[0]
    assert row.count("A Lưới") == 2
    assert "–" not in row


def test_after_a_give_back_the_round_shows_what_its_lists_hold(delivery, story, cast, visit):
    round_ = AllocationRound.objects.get(pk=delivery.round.pk)
    support = delivery.supports[0]
    workflow.mark_undeliverable(support, actor=cast("hue-dic"), reason="Không còn ở địa phương")
    row = DistrictList.objects.get(round=round_, district__code="481")
    workflow.give_back_quota(row, actor=cast("hue-dic"), count=1, reason="Không có hộ thay thế")
    answer = visit("hue-dic", reverse("allocations:round_detail", args=[round_.pk]))
    holds = {one.district.code: (held.quota, held.used) for one, held in answer.context["held"]}
    assert holds["481"] == (2, 2)
    assert answer.context["quota"] == sum(quota for quota, _used in holds.values()) == 3
    assert waves_of(round_, cast("hue-dic"))[0].kept == sum(used for _quota, used in holds.values())


# --- one sentence for whoever was slower ----------------------------------------------------------------


def again(row, **changed):
    """Write the row a second time, as somebody at the same moment would."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    type(row).objects.create(**(fields | {"id": None} | changed))


def test_a_second_support_of_a_line_is_a_sentence(delivery, story):
    with pytest.raises(Refusal, match="already has a support"), step():
        again(delivery.supports[0], household_id=story.household().pk)


def test_a_second_decision_on_a_proposal_is_a_sentence(delivery):
    with pytest.raises(Refusal, match="already recorded"), step():
        again(ApprovalDecision.objects.get())


def test_a_second_opening_of_a_list_is_a_sentence(delivery):
    with pytest.raises(Refusal, match="already opened"), step():
        again(DistrictList.objects.earliest("pk"))


def test_a_budget_line_that_is_used_up_meanwhile_is_a_sentence(delivery, story):
    line = story.budget_line(delivery.round, amount=5, unit_cost=1)
    with pytest.raises(Refusal, match="does not cover this any more"), step():
        BudgetLine.objects.filter(pk=line.pk).update(committed=6)
    with pytest.raises(Refusal, match="exists already"), step():
        again(line)
