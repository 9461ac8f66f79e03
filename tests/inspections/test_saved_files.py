"""A file saved on a device, brought in from another machine: each check once, each told."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from inspections.models import CheckPhoto, FieldCheck
from inspections.offline.incoming import canonical

from .field_rows import JPEG, Phone, code, fieldwork, first_of, sent

pytestmark = pytest.mark.django_db
UPLOAD = "/inspections/field/files/upload/"


@pytest.fixture
def round_(cast):
    return fieldwork()


def saved(inspector, *checks, photos=()):
    rest = {
        "format": "field-checks", "version": 1, "pack": None, "inspector": inspector.pk,
        "checks": list(checks), "photos": list(photos),
    }  # fmt: skip
    return canonical(rest | {"sum": hashlib.sha256(canonical(rest)).hexdigest()})


def photo(check, content=JPEG, **known):
    data = base64.b64encode(content).decode()
    return {"client_id": str(uuid.uuid4()), "check": check["client_id"], "item": "", "data": data, **known}


def send(client, content):
    return client.post("/inspections/field/files/", content, content_type="application/json")


def upload(client, content):
    return client.post(UPLOAD, {"file": SimpleUploadedFile("phieu-kiem-tra.json", content)})


def test_a_file_brings_checks_with_their_photos_once(round_, client, cast):
    inspector = cast.log_in(client, "hue-inspector")
    one, two, _three = round_.sample.order_by("order")
    checks = [sent(one), sent(two)]
    content = saved(inspector, *checks, photos=[photo(checks[0])])
    first = send(client, content).json()
    assert (first["new"], first["known"], first["refused"]) == (2, 0, 0)
    assert [row["photos"] for row in first["checks"]] == [1, 0]
    again = send(client, content).json()
    assert (again["new"], again["known"], again["refused"]) == (0, 2, 0)
    assert (FieldCheck.objects.count(), CheckPhoto.objects.count()) == (2, 1)
    assert set(FieldCheck.objects.values_list("source", flat=True)) == {"file"}


def test_what_came_from_the_phone_is_known_in_the_file(round_, client, cast):
    inspector = cast.log_in(client, "hue-inspector")
    data = sent(first_of(round_))
    assert Phone(client)(data).status_code == 201
    assert send(client, saved(inspector, data)).json()["known"] == 1


def test_one_check_that_cannot_be_taken_stops_no_other(round_, client, cast):
    inspector = cast.log_in(client, "hue-inspector")
    one, two, _three = round_.sample.order_by("order")
    bad = sent(one)
    bad["answers"] = bad["answers"][:-1]
    told = send(client, saved(inspector, bad, sent(two))).json()
    assert [(row["code"], row["id"] is not None) for row in told["checks"]] == [
        ("incomplete", False),
        ("", True),
    ]


def test_photos_left_over_come_in_a_file_of_their_own(round_, client, cast):
    inspector = cast.log_in(client, "hue-inspector")
    data = sent(first_of(round_))
    Phone(client)(data)
    told = send(client, saved(inspector, photos=[photo(data)])).json()
    assert (told["checks"][0]["photos"], told["refused"]) == (1, 0)


def test_the_head_brings_in_a_members_file_in_their_name(round_, client, cast):
    cast.log_in(client, "hue-dic")
    inspector = cast("hue-inspector")
    data = sent(first_of(round_))
    assert send(client, saved(inspector, data, photos=[photo(data)])).json()["new"] == 1
    check = FieldCheck.objects.get()
    assert (check.inspector, check.photos.count()) == (inspector, 1)
    # The device, back in the network, is told that it is here.
    cast.log_in(client, "hue-inspector")
    assert Phone(client)(data).json()["again"] is True


def test_the_head_brings_in_what_was_given_to_somebody_else_since(round_, client, cast):
    sampled = first_of(round_)
    type(sampled).objects.filter(pk=sampled.pk).update(inspector=cast("hue-dic"))
    cast.log_in(client, "hue-dic")
    assert send(client, saved(cast("hue-inspector"), sent(sampled))).json()["new"] == 1


@pytest.mark.parametrize("username", ["daknong-inspector", "daknong-dic", "hue-481"])
def test_nobody_else_brings_in_a_members_file(round_, client, cast, username):
    cast.log_in(client, username)
    answer = send(client, saved(cast("hue-inspector"), sent(first_of(round_))))
    assert code(answer) == (403, "scope")
    assert not FieldCheck.objects.exists()


def test_a_member_brings_in_nothing_in_the_heads_name(round_, client, cast):
    cast.log_in(client, "hue-inspector")
    assert code(send(client, saved(cast("hue-dic"), sent(first_of(round_))))) == (403, "scope")


def edited(content):
    return content.replace(b'"answer":"pass"', b'"answer":"fail"', 1)


def resummed(content, **change):
    data = json.loads(content) | change
    data.pop("sum")
    return canonical(data | {"sum": hashlib.sha256(canonical(data)).hexdigest()})


@pytest.mark.parametrize(
    "damage",
    [
        edited,
        lambda content: content[:-20],
        lambda content: b"\x00" + content,
        lambda content: b"PK\x03\x04",
        lambda content: b"[" * 50_000,
        lambda content: resummed(content, version=2),
        lambda content: resummed(content, format="x"),
        lambda content: resummed(content, checks={}),
        lambda content: resummed(content, photos=[1]),
        lambda content: resummed(content, checks=[{}] * 2001),
    ],
)
def test_a_damaged_or_edited_file_brings_nothing(round_, client, cast, damage):
    inspector = cast.log_in(client, "hue-inspector")
    answer = send(client, damage(saved(inspector, sent(first_of(round_)))))
    assert answer.status_code == 422
    assert not FieldCheck.objects.exists()


@pytest.mark.parametrize("change", [{"data": "x"}, {"data": None}, {"item": "x"}, {"data": "AAAA"}])
def test_a_photo_that_is_none_is_told_with_its_check(round_, client, cast, change):
    inspector = cast.log_in(client, "hue-inspector")
    data = sent(first_of(round_))
    told = send(client, saved(inspector, data, photos=[photo(data, **change)])).json()
    assert (told["new"], told["checks"][0]["photos"]) == (1, 0)
    assert len(told["checks"][0]["photo_problems"]) == 1


def test_the_sum_is_that_of_a_browser():
    # As static/js/field/saving.js writes it: sorted keys, no spaces, letters as they are.
    assert (
        canonical({"b": [1, 16.25, None], "a": 'Hồ "Văn"\n'})
        == '{"a":"Hồ \\"Văn\\"\\n","b":[1,16.25,null]}'.encode()
    )
    assert canonical("\ud800") == b'"\\ud800"'


def test_the_page_tells_what_became_of_every_check(round_, client, cast):
    inspector = cast.log_in(client, "hue-inspector")
    one, two, _three = round_.sample.order_by("order")
    assert client.get(UPLOAD).status_code == 200
    page = upload(client, saved(inspector, sent(one), sent(two) | {"answers": []}))
    text = page.content.decode()
    assert one.support.household.head_name in text
    assert (page.context["report"].new, page.context["report"].refused) == (1, 1)
    wrong = upload(client, b"{}")
    assert wrong.context["form"].non_field_errors()


def test_the_name_of_a_household_outside_the_scope_is_not_told(round_, client, cast):
    inspector = cast.log_in(client, "hue-inspector")
    hidden = first_of(round_)
    type(hidden).objects.filter(pk=hidden.pk).update(inspector=cast("hue-dic"))
    page = upload(client, saved(inspector, sent(hidden)))
    assert hidden.support.household.head_name not in page.content.decode()
    assert page.context["report"].checks[0].code == "scope"
