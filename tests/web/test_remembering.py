"""What pages keep from one request to the next."""

from smartphone_support.web import remembering as keeping
from smartphone_support.web.remembering import forget, remembered


def counting():
    made = []

    def make():
        made.append(1)
        return f"made {len(made)}"

    return make


def test_a_value_is_made_once_for_each_key(remembering):
    make = counting()
    assert [remembered(key, make) for key in ("a", "a", "b", "a")] == ["made 1", "made 1", "made 2", "made 1"]


def test_an_old_value_is_made_anew(remembering, monkeypatch):
    make, now = counting(), [100.0]
    monkeypatch.setattr(keeping.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(keeping, "SECONDS", 15)
    assert remembered("a", make) == "made 1"
    now[0] = 114.0
    assert remembered("a", make) == "made 1"
    now[0] = 115.0
    assert remembered("a", make) == "made 2"


def test_nothing_is_kept_of_a_value_that_could_not_be_made(remembering):
    def fail():
        raise LookupError

    for _turn in range(2):
        try:
            remembered("a", fail)
        except LookupError:
            continue
        raise AssertionError
    assert remembered("a", lambda: "made") == "made"


def test_values_used_longest_ago_make_room(remembering, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 2)
    make = counting()
    remembered("a", make)
    remembered("b", make)
    remembered("a", make)
    remembered("c", make)
    assert remembered("a", make) == "made 1"
    assert remembered("b", make) == "made 4"


def test_what_is_forgotten_is_made_anew(remembering):
    make = counting()
    remembered("a", make)
    forget()
    assert remembered("a", make) == "made 2"
