"""Who prepares a plan, who puts it in force: never the same person."""

from __future__ import annotations

from typing import Any

from smartphone_support.accounts.scope import in_province
from smartphone_support.audit.models import AuditEntry

from ..models import PlanReading, Program

#: Steps that leave something of a person in the plan to be approved.
_MAKING = ("draft", "change", "change_rows", "change_party", "change_events", "set_deadlines")


def may_prepare_plans(user: Any) -> bool:
    """Upload a plan, copy one: the department's officer."""
    return bool(user.has_perm("programs.manage_program") and user.province is not None)


def may_work_on_reading(user: Any, reading: PlanReading) -> bool:
    return may_prepare_plans(user) and in_province(user, reading.province_id)


def may_change_plan(user: Any, program: Program) -> bool:
    """Correct or delete a draft; the state is asked by the door."""
    return may_prepare_plans(user) and in_province(user, program.province_id)


def may_approve_plan(user: Any, program: Program) -> bool:
    """Put a draft in force, close a plan: the leader, never who worked on it."""
    return bool(
        user.has_perm("programs.approve_program")
        and in_province(user, program.province_id)
        and user.pk != program.prepared_by_id
        and not has_worked_on(user, program)
    )


def has_worked_on(user: Any, program: Program) -> bool:
    """Whether this person drew the plan up or changed it, by the record nobody changes."""
    return AuditEntry.objects.filter(
        object_type="programs.program", object_id=str(program.pk), actor=user.pk,
        action__in=[f"programs.program.{verb}" for verb in _MAKING],
    ).exists()  # fmt: skip
