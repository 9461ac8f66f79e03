"""Tasks due by one fixed day: always within the plan, so that none is asked of nobody."""

from datetime import date

import pytest
import time_machine
from django.utils import translation

from programs.choices import TimingKind
from programs.models import PlanTask, TaskDue
from programs.rules.timing import Timing
from programs.workflow.plans import PlanHead, copy_plan, lacking, put_in_force, set_task
from smartphone_support.web.errors import Refusal


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def draft(daknong, cast):
    return copy_plan(daknong, PlanHead("Kế hoạch 2026", 2026, 2026), actor=cast("daknong-dic"))


def due_by(draft, cast, day):
    task = PlanTask.objects.get(group__program=draft, group__number="IV", number="1")
    return set_task(task, Timing(TimingKind.BY_DATE, day), [], actor=cast("daknong-dic"))


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_a_day_outside_the_years_keeps_a_draft_back(draft, cast, day):
    assert lacking(draft) == []
    due_by(draft, cast, day)
    (sentence,) = lacking(draft)
    assert sentence.startswith(f"Task IV.1 is due on {day:%d/%m/%Y}, outside the plan's years")
    due_by(draft, cast, date(2026, 12, 31))
    assert lacking(draft) == []


@time_machine.travel(date(2026, 4, 10))
def test_a_day_that_has_passed_when_the_plan_comes_into_force_is_refused(draft, cast):
    due_by(draft, cast, date(2026, 3, 31))
    known = {"actor": cast("daknong-dic-leader"), "number": "5/KH-UBND", "issued_on": date(2026, 3, 20)}
    with pytest.raises(Refusal, match="31/03/2026, before the plan is in force"):
        put_in_force(draft, in_force_from=date(2026, 4, 1), **known)

    put_in_force(draft, in_force_from=date(2026, 3, 31), **known)

    due = TaskDue.objects.get(task__group__program=draft, task__timing_kind="by_date")
    assert (due.period_key, due.due_on) == ("by-day", date(2026, 3, 31))
