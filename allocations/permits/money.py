"""Who may enter budget lines and contributions."""

from __future__ import annotations

from typing import Any

from allocations.models import Contribution
from programs.models import Program
from smartphone_support.accounts.scope import in_province


def may_manage_budget(user: Any, program: Program) -> bool:
    return user.has_perm("allocations.manage_budget") and in_province(user, program.province_id)


def may_manage_contribution(user: Any, program: Program) -> bool:
    return user.has_perm("allocations.manage_contribution") and in_province(user, program.province_id)


def may_pledge(user: Any, program: Program) -> bool:
    """The department for any donor, a partner for donors that come through it."""
    own = user.has_perm("allocations.pledge_contribution") and user.organisation is not None
    return may_manage_contribution(user, program) or (own and in_province(user, program.province_id))


def may_record_receipt(user: Any, contribution: Contribution) -> bool:
    """The department, or the partner the contribution comes through."""
    if may_manage_contribution(user, contribution.program):
        return True
    own = user.organisation is not None and contribution.organisation_id == user.organisation.pk
    return own and may_pledge(user, contribution.program)
