"""The plan's goals as figures: each with its present value, how it is computed, and the rows behind it.

Plan 413/KH-UBND I.2 aims at support for every household with a need, in time, without complaint or petition.
An app names its figure in its `AppConfig.ready`; a builder answers None to who may not see the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext as _

from smartphone_support.accounts.scope import in_province

from .dues.organisations import on_time
from .dues.progress import list_address
from .dues.standing import clock_of
from .models import Program, TaskDue


@dataclass(frozen=True, slots=True)
class Indicator:
    """A goal and where it stands. `part` of `whole` draws a bar; `tone`: ok, wait, bad, or idle (no basis).

    `how` says in a sentence what is counted and from what.
    """

    title: str
    target: str
    value: str
    how: str
    tone: str
    url: str = ""
    part: int = 0
    whole: int = 0


Builder = Callable[[Program, Any, date], Indicator | None]
_builders: dict[str, tuple[int, Builder]] = {}


def register(key: str, order: int, builder: Builder) -> None:
    """Add a goal's figure; the same key again replaces it."""
    _builders[key] = (order, builder)


def indicators(program: Program, user: Any, today: date) -> list[Indicator]:
    """The goals of a plan that states goals, as far as this person may see what they count."""
    if not program.objectives:
        return []
    ordered = sorted(_builders.items(), key=lambda entry: (entry[1][0], entry[0]))
    found = (builder(program, user, today) for _key, (_order, builder) in ordered)
    return [indicator for indicator in found if indicator is not None]


def share(part: int, whole: int) -> str:
    """ "1.234/1.500 (82%)"; rounded down, so that 100% means all of them."""
    return f"{localize(part)}/{localize(whole)} ({part * 100 // whole}%)" if whole else "–"


def tone_of(part: int, whole: int, *, enough: int = 80) -> str:
    """All: reached; from `enough` percent on nearly; below that not; nothing to judge: idle."""
    if not whole:
        return "idle"
    if part >= whole:
        return "ok"
    return "wait" if part * 100 >= enough * whole else "bad"


def dues_in_time(program: Program, user: Any, today: date) -> Indicator | None:
    """Tasks of the plan done by their day: for who follows all organisations."""
    if not user.has_perm("programs.follow_program") or not in_province(user, program.province_id):
        return None
    clock = clock_of(program, today)
    rows = TaskDue.objects.visible_to(user).filter(task__group__program=program)
    found = on_time(rows, clock)
    return Indicator(
        title=_("Tasks of the plan done in time"),
        target="100%",
        value=share(found.in_time, found.judged),
        how=_(
            "Of all dues whose day has passed or which are reported: those reported or done on or before "
            "their day. Returned ones do not count until they are reported again."
        ),
        tone=tone_of(found.in_time, found.judged),
        url=list_address(program),
        part=found.in_time,
        whole=found.judged,
    )


register("dues", 20, dues_in_time)
