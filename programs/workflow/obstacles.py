"""Obstacles on their way: raised, answered, asked again, settled or withdrawn; summed up for the Committee.

Plan 413/KH-UBND, last paragraph: units report difficulties to the department in charge in time, which sums
them up for the provincial People's Committee.
"""

from __future__ import annotations

from typing import Any

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.audit.steps import locked, move, require, require_state, step
from smartphone_support.documents.scans import store_scan
from smartphone_support.web.errors import Refusal

from ..choices import ObstacleState, ObstacleWord, ProgramState
from ..models import Obstacle, ObstacleMessage, PlanTask, Program
from ..permits.work import may_answer, may_flag, may_raise, may_settle

RELATED = ("program__province", "organisation", "task__group")
LONGEST = 5_000
#: Not settled and not withdrawn.
RUNNING = frozenset({ObstacleState.OPEN, ObstacleState.ANSWERED})


def raise_obstacle(
    program: Program,
    *,
    actor: Any,
    title: str,
    detail: str = "",
    wish: str = "",
    task: PlanTask | None = None,
    file: File[Any] | None = None,
) -> Obstacle:
    """Report what stands in the way and what the organisation proposes."""
    require(may_raise(actor, program))
    title = " ".join(written(title).split())
    if not title:
        raise Refusal(_("Say in a sentence what the difficulty is."))
    with step():
        program = locked(Program.objects.select_related("province"), program.pk)
        if program.state != ProgramState.IN_FORCE:
            raise Refusal(_("The plan is not in force: nothing can be recorded for it."))
        if task is not None and not PlanTask.objects.filter(group__program=program, pk=task.pk).exists():
            raise Refusal(_("This task is not one of the plan."))
        obstacle = Obstacle.objects.create(
            program=program, task=task, organisation=actor.organisation, title=title[:200],
            detail=written(detail), wish=written(wish), file=store_scan(file, actor=actor), raised_by=actor,
        )  # fmt: skip
        after = {"title": obstacle.title, "task": task.label if task else "", "wish": obstacle.wish}
        record("programs.obstacle.raise", obstacle, actor=actor, after=after)
    return obstacle


def answer_obstacle(
    obstacle: Obstacle, *, actor: Any, text: str, for_committee: bool | None = None
) -> Obstacle:
    """Answer it, and again as long as it is not settled. `for_committee`: sum it up for the People's
    Committee too, or not; None leaves that as it is."""
    text = written(text)
    if not text:
        raise Refusal(_("Write the answer."))
    with step():
        obstacle = _locked(obstacle)
        require(may_answer(actor, obstacle))
        require_state(obstacle, RUNNING)
        before = {"state": obstacle.state, "for_committee": obstacle.for_committee}
        flag = obstacle.for_committee if for_committee is None else for_committee
        move(
            obstacle, ObstacleState.ANSWERED, answer=text, answered_by=actor, answered_at=timezone.now(),
            for_committee=flag,
        )  # fmt: skip
        _say(obstacle, ObstacleWord.ANSWER, text, actor)
        after = {"state": obstacle.state, "answer": text, "for_committee": flag}
        record("programs.obstacle.reply", obstacle, actor=actor, before=before, after=after)
    return obstacle


def ask_again(obstacle: Obstacle, *, actor: Any, text: str) -> Obstacle:
    """The answer does not settle it: say what is still missing."""
    text = written(text)
    if not text:
        raise Refusal(_("Say what the answer leaves open."))
    with step():
        obstacle = _locked(obstacle)
        require(may_settle(actor, obstacle))
        require_state(obstacle, {ObstacleState.ANSWERED})
        move(obstacle, ObstacleState.OPEN)
        _say(obstacle, ObstacleWord.QUESTION, text, actor)
        record("programs.obstacle.ask_again", obstacle, actor=actor, after={"text": text})
    return obstacle


def settle_obstacle(obstacle: Obstacle, *, actor: Any, text: str = "") -> Obstacle:
    """The difficulty is out of the way. Without an answer the organisation says how it ended."""
    text = written(text)
    with step():
        obstacle = _locked(obstacle)
        require(may_settle(actor, obstacle))
        require_state(obstacle, RUNNING)
        if obstacle.state == ObstacleState.OPEN and not text:
            raise Refusal(_("It was not answered yet: say how the difficulty was settled."))
        _end(obstacle, ObstacleState.CLOSED, text, actor)
        record("programs.obstacle.settle", obstacle, actor=actor, after={"text": text})
    return obstacle


def withdraw_obstacle(obstacle: Obstacle, *, actor: Any, reason: str) -> Obstacle:
    """Raised in error: it counts nowhere any more."""
    text = written(reason)
    if not text:
        raise Refusal(_("Say why: the reason is missing."))
    with step():
        obstacle = _locked(obstacle)
        require(may_settle(actor, obstacle))
        require_state(obstacle, RUNNING)
        _end(obstacle, ObstacleState.WITHDRAWN, text, actor)
        record("programs.obstacle.withdraw_obstacle", obstacle, actor=actor, reason=text)
    return obstacle


def sum_up(obstacle: Obstacle, *, actor: Any, for_committee: bool) -> Obstacle:
    """Put it on the summary for the People's Committee, or take it off."""
    with step():
        obstacle = _locked(obstacle)
        require(may_flag(actor, obstacle))
        if obstacle.state == ObstacleState.WITHDRAWN:
            raise Refusal(_("The difficulty was withdrawn: it is not summed up."))
        rows = Obstacle.objects.filter(pk=obstacle.pk, for_committee=not for_committee)
        if not rows.update(for_committee=for_committee):
            raise Refusal(_("Somebody else was faster; look at the page again."))
        obstacle.for_committee = for_committee
        verb = "sum_up" if for_committee else "leave_off"
        record(f"programs.obstacle.{verb}", obstacle, actor=actor)
    return obstacle


def _locked(obstacle: Obstacle) -> Obstacle:
    return locked(Obstacle.objects.select_related(*RELATED), obstacle.pk)


def _say(obstacle: Obstacle, kind: ObstacleWord, text: str, actor: Any) -> None:
    ObstacleMessage.objects.create(obstacle=obstacle, kind=kind, text=text, written_by=actor)


def _end(obstacle: Obstacle, to: ObstacleState, text: str, actor: Any) -> None:
    flag = {"for_committee": False} if to == ObstacleState.WITHDRAWN else {}
    move(obstacle, to, closed_at=timezone.now(), **flag)
    if text:
        _say(obstacle, ObstacleWord.END, text, actor)


def written(text: str) -> str:
    """Text of several lines as typed, without signs no database keeps."""
    kept = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text.replace("\r\n", "\n"))
    return "\n".join(line.rstrip() for line in kept.strip().split("\n"))[:LONGEST]
