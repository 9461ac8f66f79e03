"""Who records activities, raises, answers and settles obstacles, prepares and issues periodic reports.

Every organisation with duties in the plan speaks for itself alone; the department in charge answers
obstacles, its officer prepares reports and its leader issues them, never the same person.
"""

from __future__ import annotations

from typing import Any

from smartphone_support.accounts.scope import in_province

from ..models import CommunicationActivity, Obstacle, PeriodicReport, Program


def _speaks_for(user: Any, organisation_id: int) -> bool:
    return user.organisation is not None and user.organisation.pk == organisation_id


def may_record_activity(user: Any, program: Program) -> bool:
    """Record an activity of the own organisation."""
    own = user.organisation is not None and user.has_perm("programs.record_activity")
    return own and in_province(user, program.province_id)


def may_change_activity(user: Any, activity: CommunicationActivity) -> bool:
    """Take it back, correct it while the plan is in force: any officer of the organisation that held it."""
    own = _speaks_for(user, activity.organisation_id)
    return own and may_record_activity(user, activity.program)


def may_raise(user: Any, program: Program) -> bool:
    """Report what stands in the way, for the own organisation."""
    own = user.organisation is not None and user.has_perm("programs.raise_obstacle")
    return own and in_province(user, program.province_id)


def may_settle(user: Any, obstacle: Obstacle) -> bool:
    """Settle it, ask again, change or withdraw it: any officer of the organisation that raised it."""
    return _speaks_for(user, obstacle.organisation_id) and may_raise(user, obstacle.program)


def may_answer(user: Any, obstacle: Obstacle) -> bool:
    """Answer, and sum up for the People's Committee: the department in charge, never who raised it."""
    return bool(
        user.has_perm("programs.answer_obstacle")
        and in_province(user, obstacle.program.province_id)
        and user.pk != obstacle.raised_by_id
    )


def may_flag(user: Any, obstacle: Obstacle) -> bool:
    """Say whether it is summed up for the People's Committee: the department in charge, of its own too."""
    return user.has_perm("programs.answer_obstacle") and in_province(user, obstacle.program.province_id)


def may_sum_up(user: Any) -> bool:
    """Read the summary of obstacles for the People's Committee: whoever follows the whole plan."""
    return bool(user.has_perm("programs.follow_program") and user.province is not None)


def may_prepare(user: Any, program: Program) -> bool:
    """Prepare, correct, refresh or cancel a report."""
    return user.has_perm("programs.prepare_periodicreport") and in_province(user, program.province_id)


def may_issue(user: Any, report: PeriodicReport) -> bool:
    """Issue it: the leader, never who prepared it."""
    return bool(
        user.has_perm("programs.issue_periodicreport")
        and in_province(user, report.program.province_id)
        and user.pk != report.prepared_by_id
    )
