"""Who reports a due, who accepts it.

The leading organisation's officers report; the department in charge accepts what others reported, its leader
what its own officers reported. Nobody accepts what they reported themselves.
"""

from __future__ import annotations

from typing import Any

from smartphone_support.accounts.scope import in_province

from ..models import PlanTask, Program, TaskDue


def _in_place(user: Any, due: TaskDue) -> bool:
    return in_province(user, due.task.group.program.province_id)


def may_report(user: Any, due: TaskDue) -> bool:
    """Report, correct a returned report, say that nothing arose: the due's own organisation."""
    own = user.organisation is not None and user.organisation.pk == due.organisation_id
    return own and user.has_perm("programs.report_taskdue") and _in_place(user, due)


def may_accept(user: Any, due: TaskDue) -> bool:
    """Accept or return what was reported."""
    if not _in_place(user, due) or user.pk == due.reported_by_id:
        return False
    own = user.organisation is not None and user.organisation.pk == due.organisation_id
    return bool(user.has_perm("programs.accept_own_taskdue" if own else "programs.accept_taskdue"))


def may_extend(user: Any, due: TaskDue) -> bool:
    """Move the day a due falls due: the department in charge."""
    return user.has_perm("programs.manage_program") and _in_place(user, due)


def may_open(user: Any, task: PlanTask) -> bool:
    """Open a due on an authority's request."""
    return user.has_perm("programs.manage_program") and in_province(user, task.group.program.province_id)


def may_set_deadlines(user: Any, program: Program) -> bool:
    return user.has_perm("programs.manage_program") and in_province(user, program.province_id)
