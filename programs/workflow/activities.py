"""Communication and training activities: recorded, corrected, taken back; evidence for the plan's tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.audit.steps import locked, need_reason, require, step
from smartphone_support.documents.scans import store_scan
from smartphone_support.web.errors import Refusal

from ..choices import ActivityKind, ProgramState, TaskEvent
from ..models import CommunicationActivity, PlanTask, Program
from ..permits.work import may_change_activity, may_record_activity
from .happenings import happened, undone
from .opening import span

RELATED = ("program__province", "organisation", "task__group", "task__lead", "commune", "file")
#: What the plan hears of an activity: where only other facts were corrected, its evidence stays as it is.
_TOLD = ("kind", "title", "held_on", "task")
#: More people than any province has.
MOST_PEOPLE = 10_000_000


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """What is said of an activity. `task`: the plan's task it serves; None: of no single task."""

    kind: str
    title: str
    held_on: date
    channel: str = ""
    place: str = ""
    commune: AdministrativeArea | None = None
    people_reached: int | None = None
    link: str = ""
    task: PlanTask | None = None


def record_activity(
    program: Program, *, actor: Any, facts: ActivityFacts, file: File[Any] | None = None
) -> CommunicationActivity:
    """Record what the actor's organisation made known or taught, with an address or a file as proof."""
    require(may_record_activity(actor, program))
    with step():
        program = locked(Program.objects.select_related("province"), program.pk)
        if program.state != ProgramState.IN_FORCE:
            raise Refusal(_("The plan is not in force: nothing can be recorded for it."))
        _check(program, actor.organisation, facts)
        activity = CommunicationActivity.objects.create(
            program=program, organisation=actor.organisation, recorded_by=actor,
            file=store_scan(file, actor=actor), **_fields(facts),
        )  # fmt: skip
        _tell(activity, actor)
        record("programs.communicationactivity.record", activity, actor=actor, after=_plain(activity))
    return activity


def change_activity(
    activity: CommunicationActivity, *, actor: Any, facts: ActivityFacts, file: File[Any] | None = None
) -> CommunicationActivity:
    """Correct what was recorded; without a new file the old one stays."""
    with step():
        activity = _locked(activity)
        require(may_change_activity(actor, activity))
        _require_standing(activity)
        if activity.program.state != ProgramState.IN_FORCE:
            raise Refusal(_("The plan is not in force: its activities stay as they were recorded."))
        _check(activity.program, activity.organisation, facts)
        before = _plain(activity)
        for name, value in _fields(facts).items():
            setattr(activity, name, value)
        if file:
            activity.file = store_scan(file, actor=actor)
        after = _plain(activity)
        if after == before:
            raise Refusal(_("Nothing was changed."))
        activity.save(update_fields=[*_fields(facts), "file"])
        if any(before[name] != after[name] for name in _TOLD):
            # Its day or task may be another one now: the plan hears of it anew.
            undone(activity, actor=actor)
            _tell(activity, actor)
        record("programs.communicationactivity.change", activity, actor=actor, before=before, after=after)
    return activity


def take_back_activity(activity: CommunicationActivity, *, actor: Any, reason: str) -> CommunicationActivity:
    """Take it back, with the reason: it stays readable and counts nowhere any more."""
    with step():
        activity = _locked(activity)
        require(may_change_activity(actor, activity))
        _require_standing(activity)
        activity.cancelled_at, activity.cancel_reason = timezone.now(), need_reason(reason)[:300]
        activity.save(update_fields=["cancelled_at", "cancel_reason"])
        undone(activity, actor=actor)
        record(
            "programs.communicationactivity.take_back_activity", activity, actor=actor,
            before=_plain(activity), reason=activity.cancel_reason,
        )  # fmt: skip
    return activity


def _locked(activity: CommunicationActivity) -> CommunicationActivity:
    return locked(CommunicationActivity.objects.select_related(*RELATED), activity.pk)


def _require_standing(activity: CommunicationActivity) -> None:
    if activity.cancelled_at is not None:
        raise Refusal(_("The activity was taken back meanwhile; look at the page again."))


@translation.override(settings.LANGUAGE_CODE)
def _tell(activity: CommunicationActivity, actor: Any) -> None:
    """Tell the plan. An activity for a task another organisation leads is evidence for that organisation."""
    organisations: list[Organisation] = [activity.organisation]
    if activity.task is not None:
        leading = list(activity.task.lead.organisations.filter(is_active=True))
        if activity.organisation not in leading:
            organisations = leading
    for organisation in organisations:
        happened(
            TaskEvent.ACTIVITY_HELD, province=activity.program.province, about=activity,
            label=f"{activity.get_kind_display()}: {activity.title}", on=activity.held_on, actor=actor,
            organisation=organisation, program=activity.program, task=activity.task,
        )  # fmt: skip


def _check(program: Program, organisation: Organisation, facts: ActivityFacts) -> None:
    if facts.kind not in ActivityKind.values:
        raise Refusal(_("Choose what kind of activity it was."))
    if not _text(facts.title):
        raise Refusal(_("Say in a sentence what the activity was about."))
    today = timezone.localdate()
    first, last = span(program)
    if facts.held_on > today:
        raise Refusal(_("The day of the activity lies in the future: record it when it was held."))
    if not first <= facts.held_on <= last:
        raise Refusal(
            _("The plan runs from %(first)s to %(last)s; the activity lies outside.")
            % {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
        )
    if facts.people_reached is not None and not 0 <= facts.people_reached <= MOST_PEOPLE:
        raise Refusal(_("Check the number of people reached."))
    if facts.link and not facts.link.startswith(("http://", "https://")):
        raise Refusal(_("The address must begin with http:// or https://."))
    task = facts.task
    if task is not None:
        own = PlanTask.objects.filter(group__program=program).of(organisation)  # type: ignore[attr-defined]  # its own queryset
        if not own.filter(pk=task.pk).exists():
            raise Refusal(_("Your organisation neither leads nor coordinates this task."))


def _fields(facts: ActivityFacts) -> dict[str, Any]:
    return {
        "kind": facts.kind, "title": _text(facts.title)[:300], "held_on": facts.held_on,
        "channel": _text(facts.channel)[:200], "place": _text(facts.place)[:200], "commune": facts.commune,
        "people_reached": facts.people_reached, "link": facts.link, "task": facts.task,
    }  # fmt: skip


def _text(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _plain(activity: CommunicationActivity) -> dict[str, Any]:
    return {
        "kind": activity.kind,
        "title": activity.title,
        "held_on": activity.held_on,
        "channel": activity.channel,
        "place": activity.place,
        "commune": activity.commune.name if activity.commune else "",
        "people_reached": activity.people_reached,
        "link": activity.link,
        "task": activity.task.label if activity.task else "",
        "file": activity.file.sha256 if activity.file else "",
    }
