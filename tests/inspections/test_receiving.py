"""Checks arrive exactly once, from whoever made them, while the round takes them."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inspections.models import CheckPhoto, FieldCheck, Finding, InspectionRound, SampledHousehold
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.documents.models import StoredFile

from .field_rows import JPEG, Phone, code, fieldwork, first_of, sent

pytestmark = pytest.mark.django_db
CHECKS = "/inspections/field/checks/"


@pytest.fixture
def round_(cast):
    return fieldwork()


@pytest.fixture
def device(client, cast):
    """The device of the round's member: `device(data)` sends a check; `device.photo(...)` a photo."""
    cast.log_in(client, "hue-inspector")
    return Phone(client)


def at(days):
    return (timezone.localtime() + timedelta(days=days)).isoformat()


# --- once ---------------------------------------------------------------------------------------------


def test_a_check_arrives_once_and_a_resend_is_acknowledged(round_, device):
    data = sent(first_of(round_), note="Máy để trong tủ")
    first = device(data)
    assert first.status_code == 201
    again = device(data)
    assert (again.status_code, again.json()) == (200, {"id": first.json()["id"], "again": True})
    check = FieldCheck.objects.get()
    assert (check.note, check.counts, check.late) == ("Máy để trong tủ", True, False)
    assert check.answers.count() == round_.checklist_c.items.count()
    assert (check.source, check.accuracy, str(check.latitude)) == ("online", 12, "16.245123")
    assert AuditEntry.objects.filter(action="inspections.fieldcheck.receive").count() == 1
    assert SampledHousehold.objects.get(pk=check.sampled_id).state == "checked"
    assert verify().broken_at is None


def test_the_same_check_another_way_is_the_same_check(round_, device):
    data = sent(first_of(round_))
    assert device(data).status_code == 201
    other = data | {
        "answers": data["answers"][::-1],
        "photos": [str(uuid.uuid4())],
        "pack": str(uuid.uuid4()),
        "visited_at": datetime.fromisoformat(data["visited_at"]).astimezone(None).isoformat(),
    }
    assert device(other).json()["again"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"note": "khác"},
        {"imei_seen": "356938040000018"},
        {"signer_name": "Người khác"},
        {"latitude": 16.3},
        {"visited_at": "2024-05-02T08:00:00+07:00"},
    ],
)
def test_other_content_under_the_same_sign_is_refused(round_, device, change):
    data = sent(first_of(round_))
    device(data)
    assert code(device(data | change)) == (409, "changed")
    assert FieldCheck.objects.get().note == ""


def test_other_answers_under_the_same_sign_are_refused(round_, device):
    data = sent(first_of(round_))
    device(data)
    data["answers"][0]["answer"] = "fail"
    assert code(device(data)) == (409, "changed")
    assert set(FieldCheck.objects.get().answers.values_list("answer", flat=True)) == {"pass"}


def test_a_resend_is_acknowledged_after_the_round_has_ended(round_, device):
    data = sent(first_of(round_))
    device(data)
    set_state(round_, "concluded")
    assert device(data).json()["again"] is True


def test_answers_open_their_findings_with_the_check(round_, device):
    data = sent(first_of(round_), answers={"C3": "fail"})
    device(data)
    assert [row.kind for row in Finding.objects.all()] == ["not_received"]
    device(data)
    assert Finding.objects.count() == 1


def test_an_imei_that_is_not_the_records_opens_a_finding_whatever_was_ticked(round_, device):
    sampled = first_of(round_)
    device(sent(sampled, imei_seen="356938049999999"))
    assert [row.kind for row in Finding.objects.all()] == ["imei_differs"]


# --- whose --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["daknong-inspector", "hue-dic-leader", "hue-viettel", "hue-481"])
def test_who_is_not_of_the_team_sends_nothing(round_, client, cast, username):
    cast.log_in(client, username)
    assert code(Phone(client)(sent(first_of(round_)))) == (403, "scope")
    assert not FieldCheck.objects.exists()


def test_another_members_household_and_none_at_all_are_refused_alike(round_, device, cast):
    sampled = first_of(round_)
    SampledHousehold.objects.filter(pk=sampled.pk).update(inspector=cast("hue-dic"))
    others = device(sent(sampled))
    nobodys = device(sent(sampled) | {"sampled": 10**9})
    assert code(others) == code(nobodys) == (403, "scope")
    assert others.json() == nobodys.json()


def test_the_head_checks_any_household_of_the_round(round_, client, cast):
    cast.log_in(client, "hue-dic")
    assert Phone(client)(sent(first_of(round_))).status_code == 201


def test_what_was_taken_along_is_taken_although_it_was_given_to_somebody_else(round_, device, cast):
    sampled = first_of(round_)
    pack = device.client.post(
        "/inspections/field/packs/", json.dumps({"round": round_.pk}), content_type="application/json"
    ).json()
    SampledHousehold.objects.filter(pk=sampled.pk).update(inspector=cast("hue-dic"))
    assert code(device(sent(sampled, visited_at=at(0.5)))) == (201, None)
    # Not what was seen after the device was handed in.
    device.client.post(f"/inspections/field/packs/{pack['pack']}/hand-in/")
    other = round_.sample.exclude(pk=sampled.pk).first()
    SampledHousehold.objects.filter(pk=other.pk).update(inspector=cast("hue-dic"))
    assert code(device(sent(other, visited_at=at(0.5)))) == (403, "scope")


def test_who_left_the_team_sends_what_was_visited_before(round_, device):
    one, two, _three = round_.sample.order_by("order")
    device.client.post(
        "/inspections/field/packs/", json.dumps({"round": round_.pk}), content_type="application/json"
    )
    round_.team.filter(role="member").update(left_at=timezone.now())
    assert code(device(sent(one, visited_at=at(-0.2)))) == (201, None)
    assert code(device(sent(two, visited_at=at(0.2)))) == (403, "scope")


def test_two_inspectors_at_one_household_are_both_kept_and_the_first_counts(round_, device, client, cast):
    sampled = first_of(round_)
    device(sent(sampled))
    cast.log_in(client, "hue-dic")
    Phone(client)(sent(sampled, answers={"C8": "fail"}))
    assert list(sampled.checks.order_by("pk").values_list("inspector__username", "counts")) == [
        ("hue-inspector", True),
        ("hue-dic", False),
    ]


# --- when ---------------------------------------------------------------------------------------------


def set_state(round_, state):
    values = {"state": state}
    if state in ("concluded", "closed"):
        values |= {"conclusion": "Đạt", "concluded_by": round_.created_by}
    InspectionRound.objects.filter(pk=round_.pk).update(**values)


def test_work_done_in_time_and_sent_late_is_kept_and_marked(round_, device):
    data = sent(first_of(round_), visited_at=at(-1))
    set_state(round_, "minutes")
    assert device(data).status_code == 201
    assert FieldCheck.objects.get().late is True


def test_a_visit_after_the_fieldwork_ended_is_not_taken(cast, device):
    today = timezone.localdate()
    round_ = fieldwork(fieldwork_from=today - timedelta(days=9), fieldwork_to=today - timedelta(days=3))
    set_state(round_, "minutes")
    one, two, three = round_.sample.order_by("order")
    assert code(device(sent(one, visited_at=at(-2)))) == (422, "round")
    assert device(sent(two, visited_at=at(-4))).status_code == 201
    # A late one does not move the last day.
    assert code(device(sent(three, visited_at=at(-2)))) == (422, "round")


def test_fieldwork_that_ran_over_its_planned_end_ends_with_the_last_check(cast, device):
    today = timezone.localdate()
    round_ = fieldwork(fieldwork_from=today - timedelta(days=9), fieldwork_to=today - timedelta(days=3))
    one, two, _three = round_.sample.order_by("order")
    assert device(sent(one)).status_code == 201
    set_state(round_, "minutes")
    assert device(sent(two, visited_at=at(-1))).status_code == 201


@pytest.mark.parametrize("state", ["planned", "announced", "concluded", "closed", "cancelled"])
def test_a_round_that_is_not_in_the_field_takes_nothing(round_, device, state):
    data = sent(first_of(round_))
    set_state(round_, state)
    assert code(device(data)) == (422, "round")
    assert not FieldCheck.objects.exists()


@pytest.mark.parametrize("days", [2, -30])
def test_a_clock_that_is_wrong_is_said(round_, device, days):
    assert code(device(sent(first_of(round_), visited_at=at(days)))) == (422, "clock")


def test_a_substitute_in_reserve_is_not_visited(round_, device):
    sampled = first_of(round_)
    SampledHousehold.objects.filter(pk=sampled.pk).update(state="reserve")
    assert code(device(sent(sampled))) == (422, "reserve")


def test_a_household_replaced_after_the_visit_keeps_its_check_which_does_not_count(round_, device):
    sampled = first_of(round_)
    SampledHousehold.objects.filter(pk=sampled.pk).update(state="replaced", reason="Vắng nhà")
    assert device(sent(sampled)).status_code == 201
    assert FieldCheck.objects.get().counts is False
    sampled.refresh_from_db()
    assert sampled.state == "replaced"


# --- what ---------------------------------------------------------------------------------------------


def test_every_question_is_answered_once(round_, device):
    data = sent(first_of(round_))
    short = data | {"answers": data["answers"][:-1]}
    answer = device(short)
    assert code(answer) == (422, "incomplete")
    assert str(round_.checklist_c.items.last().code) in answer.json()["problem"]
    double = data | {"answers": [*data["answers"], data["answers"][0]]}
    assert code(device(double)) == (422, "checklist")


def test_answers_of_another_checklist_are_refused(round_, device):
    data = sent(first_of(round_))
    office = round_.checklist_a
    answers = [{"item": item.pk, "answer": "pass"} for item in office.items.all()]
    assert code(device(data | {"checklist": office.pk, "answers": answers})) == (422, "checklist")
    assert code(device(data | {"answers": answers})) == (422, "checklist")


BAD = [
    {"client_id": "x"},
    {"sampled": "1; drop"},
    {"sampled": True},
    {"sampled": 2**70},
    {"checklist": None},
    {"visited_at": "hôm qua"},
    {"visited_at": "2024-02-30T10:00"},
    {"visited_at": "0001-01-01T00:00:00+07:00"},
    {"answers": {}},
    {"answers": [1]},
    {"answers": [{"item": 1, "answer": "maybe"}]},
    {"answers": [{"item": 1, "answer": "pass"}] * 300},
    {"note": "x" * 6000},
    {"note": ["x"]},
    {"latitude": "NaN"},
    {"longitude": 200},
    {"accuracy": -1},
    {"pack": "x"},
]


@pytest.mark.parametrize("change", BAD, ids=str)
def test_what_is_no_check_is_refused_in_one_sentence(round_, device, change):
    answer = device(sent(first_of(round_)) | change)
    assert code(answer) == (422, "content")
    assert answer.json()["problem"]
    assert not FieldCheck.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(round_, device, body):
    answer = device.client.post(CHECKS, body, content_type="application/json")
    assert code(answer) == (422, "content")


def test_a_body_too_large_is_refused_unread(round_, device):
    answer = device.client.post(CHECKS, b"x" * (256 * 1024 + 1), content_type="application/json")
    assert code(answer) == (422, "content")


def test_a_torn_photo_is_refused_in_json(cast):
    strict = Client(enforce_csrf_checks=True)
    cast.log_in(strict, "hue-inspector")
    torn = strict.post(
        "/inspections/field/photos/", b"--x\r\n", content_type="multipart/form-data; boundary="
    )
    assert torn.status_code in (403, 422)
    assert torn.json()["code"] in ("csrf", "content")


def test_signs_no_database_keeps_are_left_out(round_, device):
    assert device(sent(first_of(round_), note="a\x00b\ud800")).status_code == 201
    assert FieldCheck.objects.get().note == "ab?"


# --- photos -------------------------------------------------------------------------------------------


def test_a_photo_arrives_once(round_, device):
    data = sent(first_of(round_))
    device(data)
    item = data["answers"][0]["item"]
    sign = str(uuid.uuid4())
    first = device.photo(data["client_id"], client_id=sign, item=item, taken_at="2024-05-02T08:00:00Z")
    assert first.status_code == 201
    assert device.photo(data["client_id"], client_id=sign).json() == {"id": first.json()["id"], "again": True}
    photo = CheckPhoto.objects.get()
    assert (photo.item_id, photo.file.size) == (item, len(JPEG))
    assert StoredFile.objects.count() == 1
    assert code(device.photo(data["client_id"], JPEG + b"x", client_id=sign)) == (409, "changed")


def test_a_photo_waits_for_its_check(round_, device):
    assert code(device.photo(str(uuid.uuid4()))) == (422, "check")


def test_a_photo_of_a_check_of_an_ended_round_is_still_taken(round_, device):
    data = sent(first_of(round_))
    device(data)
    set_state(round_, "closed")
    assert device.photo(data["client_id"]).status_code == 201


def test_nobody_else_adds_a_photo(round_, device, client, cast):
    data = sent(first_of(round_))
    device(data)
    cast.log_in(client, "daknong-inspector")
    assert code(Phone(client).photo(data["client_id"])) == (422, "check")
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"<svg onload=alert(1)>", b"GIF89a" + b"0" * 40, b"%PDF-1.4", b"MZ", b"\xff\xd8\xff" * 2_000_000],
)
def test_what_is_no_photo_is_refused_and_not_kept(round_, device, content):
    data = sent(first_of(round_))
    device(data)
    assert device.photo(data["client_id"], content).status_code == 422
    assert not StoredFile.objects.exists()


def test_no_more_photos_than_a_check_has_room_for(round_, device, settings, monkeypatch):
    monkeypatch.setattr("inspections.workflow.receiving.MOST_PHOTOS", 2)
    data = sent(first_of(round_))
    device(data)
    assert [device.photo(data["client_id"]).status_code for _ in range(3)] == [201, 201, 422]


# --- how the machine answers ----------------------------------------------------------------------------

ADDRESSES = [
    ("post", "field_check_receive", []),
    ("post", "field_photo_receive", []),
    ("post", "field_pack_create", []),
    ("get", "field_token", []),
    ("get", "field_pack", [uuid.uuid4()]),
    ("post", "field_pack_hand_in", [uuid.uuid4()]),
]


@pytest.mark.parametrize(("method", "name", "args"), ADDRESSES)
def test_without_log_in_it_is_json_and_never_a_redirect(db, client, method, name, args):
    answer = getattr(client, method)(reverse(f"inspections:{name}", args=args))
    assert code(answer) == (401, "login")


@pytest.mark.parametrize(("method", "name", "args"), [row for row in ADDRESSES if row[0] == "post"])
def test_without_token_it_is_json(cast, method, name, args):
    strict = Client(enforce_csrf_checks=True)
    cast.log_in(strict, "hue-inspector")
    assert code(getattr(strict, method)(reverse(f"inspections:{name}", args=args))) == (403, "csrf")


def test_a_fresh_token_lets_a_page_opened_offline_send(round_, cast):
    strict = Client(enforce_csrf_checks=True)
    user = cast.log_in(strict, "hue-inspector")
    told = strict.get("/inspections/field/token/").json()
    assert told["user"] == {"id": user.pk, "name": user.full_name}
    answer = Phone(strict)(sent(first_of(round_)), headers={"X-CSRFToken": told["token"]})
    assert answer.status_code == 201


def test_nothing_is_half_kept_when_a_finding_cannot_be_opened(round_, device, monkeypatch):
    def broken(check):
        raise RuntimeError

    monkeypatch.setattr("inspections.workflow.receiving.open_findings_of", broken)
    data = sent(first_of(round_))
    device.client.raise_request_exception = False
    assert device(data).status_code == 500
    assert not FieldCheck.objects.exists()
    monkeypatch.undo()
    assert device(data).status_code == 201
    assert connection.is_usable()
