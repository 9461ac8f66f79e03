"""The frame's one text and its hash."""

import hashlib

import pytest

from inspections.rules.frames import FrameError, frame_of


def test_the_hash_covers_every_household_and_its_stratum():
    frame = frame_of([("474/2|poor", "b"), ("474/1|poor", "c"), ("474/1|poor", "a")])
    text = "frame/1\n474/1|poor\ta\n474/1|poor\tc\n474/2|poor\tb\n"
    assert frame.text == text
    assert frame.hash == hashlib.sha256(text.encode("utf-8")).hexdigest()
    for other in (
        [("474/2|poor", "b"), ("474/1|poor", "c")],
        [("474/2|poor", "b"), ("474/1|poor", "c"), ("474/2|poor", "a")],
        [("474/2|poor", "b"), ("474/1|poor", "c"), ("474/1|poor", "á")],
    ):
        assert frame_of(other).hash != frame.hash


@pytest.mark.parametrize(
    "members",
    [
        [("474/1|poor", "a"), ("474/2|poor", "a")],
        [("474/1|poor", "")],
        [("474/1|poor", "a\tb")],
        [("474/1\n|poor", "a")],
    ],
)
def test_a_frame_that_cannot_be_written_down_is_refused(members):
    with pytest.raises(FrameError):
        frame_of(members)


def test_nobody_in_the_frame_is_a_frame_of_nobody():
    assert frame_of([]).size == 0
