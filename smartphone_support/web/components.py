"""What the shared components are given: plain values, made by views."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Crumb:
    """A place on the way to this page; without an address it is the page itself."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Step:
    """A state in the life of a thing: `status` is done, here or next; `detail` says who and when."""

    label: str
    detail: str = ""
    status: str = "next"


@dataclass(frozen=True)
class Tab:
    """A counted part of a list. `tone` "bad" colours the count where something needs mending."""

    label: str
    count: int
    url: str
    current: bool = False
    tone: str = ""


def steps_to(
    current: str, states: list[tuple[str, str]], details: dict[str, str] | None = None
) -> list[Step]:
    """The lifecycle strip of a thing that goes through `states` (value, label) one after the other.

    Everything before `current` is done; a last state that is reached is done as well.
    """
    details = details or {}
    values = [value for value, _label in states]
    here = values.index(current) if current in values else 0
    last = len(states) - 1
    return [
        Step(
            str(label),
            details.get(value, ""),
            "done" if index < here or index == here == last else "here" if index == here else "next",
        )
        for index, (value, label) in enumerate(states)
    ]
