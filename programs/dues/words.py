"""How a due's day was computed, in sentences: the setting, then the move to a working day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..choices import HolidayKind, TimingKind
from ..models import Holiday, TaskDue
from ..rules.cadence import FIXED_DAY, Deadlines, Period, period_of
from ..workflow.opening import Timetable

CIVIL_CODE = "Bộ luật Dân sự 91/2015/QH13, điều 148 khoản 5"
REQUEST = "request:"


@dataclass(frozen=True, slots=True)
class EveryDay:
    """A calendar on which offices work every day: what the settings say before the move."""

    def last_of(self, first: date, days: int) -> date:
        return first + timedelta(days=max(0, days - 1))


def nominal_day(kind: TimingKind, day: date, deadlines: Deadlines) -> date | None:
    """The due day the settings give, before the move to a working day; None for a timing without periods."""
    period = period_of(kind, day, deadlines, EveryDay())
    return period.due if period else None


def how_computed(due: TaskDue, table: Timetable) -> list[str]:
    """Sentences that lead from the period or event to the due day; the last says where a person moved it."""
    if due.period_key.startswith(REQUEST):
        return _of_request(due, table)
    if due.period_end is None:
        return _of_event(due, table)
    period = table.period_of(due.task, due.opened_on)
    if due.period_key == FIXED_DAY and due.task.due_by is not None:
        nominal: date | None = due.task.due_by
        said = [_("The plan itself names the day: %(day)s.") % {"day": short(due.task.due_by)}]
    else:
        nominal = nominal_day(TimingKind(due.task.timing_kind), due.opened_on, table.deadlines)
        said = [_of_period(due, table.deadlines)]
    if period is None or nominal is None:
        return [*said, *_other_day(due, None)]
    return [*said, *_moved(nominal, period), *_other_day(due, period.due)]


def _of_period(due: TaskDue, deadlines: Deadlines) -> str:
    kind = TimingKind(due.task.timing_kind)
    words = {"period": due.period_words}
    if kind in (TimingKind.MONTHLY, TimingKind.MONTHLY_IF_ANY):
        return _("%(period)s: due on day %(day)s of the following month.") % (
            words | {"day": deadlines.month_day}
        )
    if kind in (TimingKind.QUARTERLY, TimingKind.HALF_YEARLY):
        return ngettext(
            "%(period)s: due %(days)s day after the period ends.",
            "%(period)s: due %(days)s days after the period ends.",
            deadlines.quarter_days,
        ) % (words | {"days": deadlines.quarter_days})
    day, month = deadlines.review if kind == TimingKind.REVIEW_PERIOD else deadlines.year
    return _("%(period)s: due on %(day)s of the same year.") % (words | {"day": f"{day:02d}/{month:02d}"})


def _of_event(due: TaskDue, table: Timetable) -> list[str]:
    days = table.deadlines.event_days
    computed = table.due_after(due.opened_on)
    said = ngettext(
        "Opened by an event on %(from)s: due %(days)s working day after it, on %(day)s.",
        "Opened by an event on %(from)s: due %(days)s working days after it, on %(day)s.",
        days,
    ) % {"from": short(due.opened_on), "days": days, "day": short(computed)}
    return [said, *_other_day(due, computed)]


def _of_request(due: TaskDue, table: Timetable) -> list[str]:
    days = table.deadlines.event_days
    computed = table.due_after(due.opened_on)
    if computed != due.due_on:
        # By the day it named, or by one a person gave afterwards: the history tells which.
        return [_("An authority asked for it on %(from)s; it falls due on %(day)s.")
                % {"from": short(due.opened_on), "day": short(due.due_on)}]  # fmt: skip
    return [
        ngettext(
            "An authority asked for it on %(from)s: due %(days)s working day after.",
            "An authority asked for it on %(from)s: due %(days)s working days after.",
            days,
        )
        % {"from": short(due.opened_on), "days": days}
    ]


def _moved(nominal: date, period: Period) -> list[str]:
    if nominal == period.due:
        return [_("%(day)s is a working day.") % {"day": weekday(nominal)}]
    return [
        _("%(day)s is no working day%(why)s: it moves to the next one, %(due)s (%(source)s).")
        % {
            "day": weekday(nominal),
            "why": _why(nominal),
            "due": weekday(period.due),
            "source": CIVIL_CODE,
        }
    ]


def _why(day: date) -> str:
    named = Holiday.objects.filter(day=day, kind=HolidayKind.HOLIDAY)
    name = named.values_list("name", flat=True).first()
    return f" ({name})" if name else ""


def _other_day(due: TaskDue, computed: date | None) -> list[str]:
    if computed is None or computed == due.due_on:
        return []
    return [
        _("A person or earlier settings gave it another day, %(day)s: see the history.")
        % {"day": short(due.due_on)}
    ]


def short(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def weekday(day: date) -> str:
    """ "Thứ Bảy 04/05/2024"."""
    return f"{date_format(day, 'l')} {short(day)}"
