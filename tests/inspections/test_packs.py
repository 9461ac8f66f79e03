"""What goes to an inspector's device: the own sample only, no number in full, for a while."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from allocations.models import Device, HandOver
from beneficiaries.models import HouseholdReading
from inspections.models import InspectionRound, OfflinePack, SampledHousehold
from inspections.offline.packs import LONGEST, SHORTEST, expiry, standing_hand_overs
from inspections.papers.sheets import sheets
from inspections.work.fieldwork import waiting_for
from smartphone_support.audit.models import AuditEntry
from tests.inspection_rows import inspection_round, sample

from .field_rows import Phone, code, fieldwork, first_of, imei, sent, served

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(cast):
    return fieldwork()


@pytest.fixture
def device(client, cast):
    cast.log_in(client, "hue-inspector")
    return Phone(client)


def prepare(device, round_, **known):
    return device.post("packs/", {"round": round_.pk, "device": "Samsung A14", **known})


def test_a_pack_holds_the_own_sample_with_what_was_handed_over(round_, device):
    answer = prepare(device, round_)
    assert answer.status_code == 201
    pack = answer.json()
    assert [row["id"] for row in pack["households"]] == list(
        round_.sample.order_by("order").values_list("pk", flat=True)
    )
    first = pack["households"][0]
    household = first_of(round_).support.household
    assert (first["head"], first["class"], first["members"]) == (household.head_name, "Nghèo", 4)
    assert first["delivered"]["on"] == "2024-03-01"
    assert first["delivered"]["model"] == "Nokia G22"
    assert len(pack["checklist"]["items"]) == round_.checklist_c.items.count()
    assert any(item["asks_imei"] for item in pack["checklist"]["items"])
    assert pack["token"]


def test_of_a_swapped_device_the_day_of_the_hand_over_is_told(round_, device):
    first = first_of(round_)
    record = first.support.hand_overs.get()
    HandOver.objects.filter(pk=record.pk).update(state="reversed", reversed_reason="Đổi máy")
    record.pk, record.number, record.handed_on = None, "BB-9999", date(2024, 3, 20)
    record.save(force_insert=True)
    pack = prepare(device, round_).json()
    assert [row["delivered"]["on"] for row in pack["households"]] == ["2024-03-01"] * 3
    device(sent(first))
    [sheet] = sheets(round_, [first], standing_hand_overs([first]))
    pages = (
        " ".join(sheet.texts()),
        device.client.get(reverse("inspections:check_create", args=[first.pk])).content.decode(),
        device.client.get(reverse("inspections:check_detail", args=[first.checks.get().pk])).content.decode(),
    )
    for page in pages:
        assert "01/03/2024" in page
        assert "20/03/2024" not in page


def test_no_number_goes_to_a_device_in_full(round_, device):
    text = prepare(device, round_).content.decode()
    for row in round_.sample.select_related("support__household"):
        handed = row.support.hand_overs.get()
        for number in (row.support.household.national_id, row.support.household.phone, handed.device.imei):
            assert number not in text
        assert handed.device.imei[-4:] in text


def test_both_numbers_of_a_phone_with_two_sims_go_along_by_their_ends(round_, device):
    phone = first_of(round_).support.hand_overs.get().device
    Device.objects.filter(pk=phone.pk).update(imei2=imei(777))
    answer = prepare(device, round_)
    first, second = (row["delivered"]["imei_last4"] for row in answer.json()["households"][:2])
    assert first == [phone.imei[-4:], imei(777)[-4:]]
    assert len(second) == 1
    assert imei(777) not in answer.content.decode()


def test_others_households_stay_away(cast, device):
    round_ = fieldwork(2)
    mine = first_of(round_)
    other = sample(round_, served(40), order=9, inspector=cast("hue-dic"))
    reserve = sample(round_, served(41), order=10, inspector=cast("hue-inspector"), state="reserve")
    keys = {row["id"] for row in prepare(device, round_).json()["households"]}
    assert mine.pk in keys
    assert not keys & {other.pk, reserve.pk}


def test_who_took_what_along_stays_on_the_record(round_, device, cast):
    answer = prepare(device, round_)
    pack = OfflinePack.objects.get(key=answer.json()["pack"])
    keys = [row["id"] for row in answer.json()["households"]]
    assert (pack.contents, pack.households, pack.device) == (keys, 3, "Samsung A14")
    entry = AuditEntry.objects.get(action="inspections.inspectionround.take_along")
    assert (entry.actor, entry.after["households"]) == (cast("hue-inspector"), keys)
    assert HouseholdReading.objects.filter(user=cast("hue-inspector"), what="export").count() == 3


@pytest.mark.parametrize(
    ("username", "status"),
    [("daknong-inspector", 404), ("hue-481", 404), ("hue-viettel", 403), ("hue-dic-leader", 403)],
)
def test_who_is_not_of_the_team_takes_nothing(round_, client, cast, username, status):
    cast.log_in(client, username)
    assert code(prepare(Phone(client), round_)) == (status, "scope")
    assert not OfflinePack.objects.exists()


def test_a_member_who_left_takes_nothing(round_, device):
    round_.team.filter(role="member").update(left_at=timezone.now())
    assert code(prepare(device, round_)) == (404, "scope")


def test_somebody_without_a_household_is_told_so(round_, client, cast):
    cast.log_in(client, "hue-dic")
    assert code(prepare(Phone(client), round_)) == (422, "content")


@pytest.mark.parametrize("state", ["planned", "announced", "minutes"])
def test_only_a_round_in_the_field_is_prepared(round_, device, state):
    InspectionRound.objects.filter(pk=round_.pk).update(state=state)
    assert prepare(device, round_).status_code in (404, 422)
    assert not OfflinePack.objects.exists()


@pytest.mark.parametrize("value", [None, "x", True, 10**30, -1, [], 10**9])
def test_a_round_that_is_none_is_refused(round_, device, value):
    assert device.post("packs/", {"round": value}).status_code in (404, 422)


# --- afterwards ---------------------------------------------------------------------------------------


def again(device, key):
    return device.client.get(f"/inspections/field/packs/{key}/")


def test_a_refresh_brings_the_sample_as_it_is_now(round_, device, cast):
    key = prepare(device, round_).json()["pack"]
    gone = first_of(round_)
    SampledHousehold.objects.filter(pk=gone.pk).update(inspector=cast("hue-dic"))
    new = sample(round_, served(50), order=9, inspector=cast("hue-inspector"))
    answer = again(device, key)
    keys = {row["id"] for row in answer.json()["households"]}
    assert answer.status_code == 200
    assert new.pk in keys
    assert gone.pk not in keys
    # What was on the device stays known: the visit may have been made.
    assert set(OfflinePack.objects.get(key=key).contents) == keys | {gone.pk}


def test_nobody_elses_pack_is_there(round_, device, client, cast):
    key = prepare(device, round_).json()["pack"]
    cast.log_in(client, "hue-dic")
    assert code(again(device, key)) == (404, "scope")
    assert code(client.post(f"/inspections/field/packs/{key}/hand-in/")) == (404, "scope")
    assert code(again(device, uuid.uuid4())) == (404, "scope")
    assert OfflinePack.objects.get(key=key).handed_in_at is None


def test_a_device_handed_in_is_refreshed_no_more(round_, device):
    key = prepare(device, round_).json()["pack"]
    address = f"/inspections/field/packs/{key}/hand-in/"
    assert device.client.post(address).json() == {}
    first = OfflinePack.objects.get(key=key).handed_in_at
    assert device.client.post(address).status_code == 200
    assert OfflinePack.objects.get(key=key).handed_in_at == first
    assert AuditEntry.objects.filter(action="inspections.inspectionround.hand_in").count() == 1
    assert code(again(device, key)) == (409, "pack")


def test_an_expired_pack_and_an_ended_round_are_refreshed_no_more(round_, device):
    key = prepare(device, round_).json()["pack"]
    OfflinePack.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert code(again(device, key)) == (409, "pack")
    key = prepare(device, round_).json()["pack"]
    InspectionRound.objects.filter(pk=round_.pk).update(state="minutes")
    assert code(again(device, key)) == (409, "pack")


def test_what_was_done_from_an_expired_pack_still_arrives(round_, device):
    key = prepare(device, round_).json()["pack"]
    OfflinePack.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert device(sent(first_of(round_), pack=key)).status_code == 201
    assert first_of(round_).checks.get().source == "offline"


# --- a lost device ------------------------------------------------------------------------------------


def lost(key):
    return f"/inspections/field/packs/{key}/lost/"


def waits(user):
    return [item for item in waiting_for(user) if "Samsung A14" in str(item.detail)]


def test_a_lost_device_is_reported_and_waits_no_longer(round_, device, client, cast):
    inspector = cast("hue-inspector")
    key = prepare(device, round_).json()["pack"]
    InspectionRound.objects.filter(pk=round_.pk).update(state="minutes")
    assert len(waits(inspector)) == 1
    assert lost(key) in client.get("/inspections/field/").content.decode()
    assert client.post(lost(key), {"reason": ""}).status_code == 200
    assert len(waits(inspector)) == 1
    assert client.post(lost(key), {"reason": "Rơi xuống suối"}).url == "/inspections/field/"
    assert waits(inspector) == []
    assert lost(key) not in client.get("/inspections/field/").content.decode()
    entry = AuditEntry.objects.get(action="inspections.inspectionround.report_lost")
    assert (entry.reason, entry.after["device"]) == ("Rơi xuống suối", "Samsung A14")
    assert code(again(device, key)) == (409, "pack")


def test_what_was_visited_before_the_loss_still_arrives(round_, device, client):
    key = prepare(device, round_).json()["pack"]
    check = sent(first_of(round_), pack=key)
    client.post(lost(key), {"reason": "Mất máy"})
    assert device(check).status_code == 201


def test_who_leads_reports_it_from_the_rounds_page(round_, device, client, cast):
    key = prepare(device, round_).json()["pack"]
    cast.log_in(client, "hue-dic")
    page = f"/inspections/rounds/{round_.pk}/"
    assert lost(key) in client.get(page).content.decode()
    assert client.post(lost(key), {"reason": "Cán bộ báo mất máy"}).url == page
    text = client.get(page).content.decode()
    assert lost(key) not in text
    assert OfflinePack.objects.get(key=key).lost_reason == "Cán bộ báo mất máy"
    assert client.post(lost(key), {"reason": "Lần nữa"}).status_code == 200
    assert AuditEntry.objects.filter(action="inspections.inspectionround.report_lost").count() == 1


@pytest.mark.parametrize(("username", "status"), [("hue-481", 404), ("daknong-dic", 404), ("hue-ppc", 404)])
def test_nobody_else_reports_it(round_, device, client, cast, username, status):
    key = prepare(device, round_).json()["pack"]
    cast.log_in(client, username)
    assert client.post(lost(key), {"reason": "Mất"}).status_code == status
    assert OfflinePack.objects.get(key=key).handed_in_at is None


# --- how long -----------------------------------------------------------------------------------------

DAYS = st.dates(min_value=date(2023, 1, 1), max_value=date(2030, 12, 31))


@given(DAYS, DAYS)
def test_a_pack_lives_a_day_at_least_and_a_fortnight_at_most(last, today):
    now = timezone.make_aware(datetime(today.year, today.month, today.day, 9, 30))
    until = expiry(InspectionRound(fieldwork_to=last), now)
    assert now + SHORTEST <= until <= now + LONGEST
    if timedelta(0) <= last - today <= timedelta(days=10):
        assert timezone.localdate(until) >= last + timedelta(days=3)


def test_a_round_of_another_province_is_not_there(cast, device):
    fieldwork(1)
    other = inspection_round("daknong")
    assert code(prepare(device, other)) == (404, "scope")
    assert json.loads(prepare(device, other).content)["problem"]
