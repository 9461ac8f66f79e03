"""What a device sends, read: whatever comes, it is a check or a refusal in one sentence."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from inspections.offline.incoming import canonical, read_visit
from inspections.offline.photos import kind_of
from inspections.offline.refusals import FieldRefusal

KEYS = (
    "client_id", "pack", "sampled", "checklist", "visited_at", "answers", "imei_seen", "note", "signer_name",
    "latitude", "longitude", "accuracy", "photos",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
ANSWERS = st.lists(
    st.fixed_dictionaries(
        {
            "item": st.integers(1, 40),
            "answer": st.sampled_from(["pass", "fail", "na"]),
            "note": st.text(max_size=60),
        }
    ),
    max_size=15,
    unique_by=lambda row: row["item"],
)
CHECKS = st.fixed_dictionaries(
    {
        "client_id": st.uuids().map(str),
        "sampled": st.integers(1, 10**6),
        "checklist": st.integers(1, 100),
        "visited_at": st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1971 < at.year < 8999).map(
            lambda at: at.isoformat(timespec="milliseconds")
        ),
        "answers": ANSWERS,
        "note": st.text(max_size=100),
        "imei_seen": st.text("0123456789 ", max_size=20),
        "latitude": st.none() | st.floats(-90, 90),
        "longitude": st.none() | st.floats(-180, 180),
        "accuracy": st.none() | st.floats(0, 5000),
    }
)  # fmt: skip


@given(JSON | st.dictionaries(st.sampled_from(KEYS), JSON))
def test_nothing_but_a_check_or_a_refusal(data):
    try:
        said = read_visit(data).content_hash
    except FieldRefusal as refusal:
        said = str(refusal)
    assert said


@given(CHECKS, st.integers(-11, 12), st.randoms())
def test_the_same_check_has_the_same_hash_whatever_way_it_came(data, hours, chance):
    first = read_visit(data)
    other = json.loads(json.dumps(data))
    chance.shuffle(other["answers"])
    shifted = first.visited_at.astimezone(timezone(timedelta(hours=hours)))
    other |= {"visited_at": shifted.isoformat(), "pack": str(uuid.uuid4()), "photos": [str(uuid.uuid4())]}
    assert read_visit(other).content_hash == first.content_hash


@given(CHECKS, st.sampled_from(["note", "signer_name", "imei_seen"]))
def test_another_word_is_another_hash(data, name):
    other = data | {name: uuid.uuid4().hex[:20]}
    assert read_visit(other).content_hash != read_visit(data).content_hash


@given(CHECKS)
def test_half_a_position_is_none(data):
    visit = read_visit(data)
    assert (visit.latitude is None) == (visit.longitude is None)


@given(st.binary(max_size=40))
def test_only_what_begins_like_a_picture_is_one(content):
    known = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"%PDF-")
    assert bool(kind_of(content)) <= content.startswith(known)


@given(JSON)
def test_the_canonical_text_is_json_that_says_the_same(value):
    text = canonical(value)
    assert canonical(json.loads(text)) == text or "NaN" in text.decode() or "Infinity" in text.decode()
