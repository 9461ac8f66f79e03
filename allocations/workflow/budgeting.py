"""Money of a round's budget line: committed by approvals, released again, spent by acceptances.

Called inside the step where the thing happens, never by itself. A round without a budget line, or without
a known cost, counts no money. The database refuses to commit beyond the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.utils.formats import localize
from django.utils.translation import gettext as _

from allocations.choices import BudgetEntryKind, SupportForm
from allocations.models import AllocationRound, BudgetEntry, BudgetLine
from smartphone_support.web.errors import Refusal

from .steps import locked


def cost_of(round_: AllocationRound, form: str) -> int | None:
    """What one household of this form costs the round's budget line, in VND; None: not known."""
    return round_.cash_amount if form == SupportForm.CASH else round_.unit_cost


def amount_of(round_: AllocationRound, forms: Sequence[str]) -> tuple[int, int]:
    """VND and households whose cost is known, over the forms of support of some households."""
    costs = [cost for cost in (cost_of(round_, form) for form in forms) if cost]
    return sum(costs), len(costs)


def commit(round_: AllocationRound, forms: Sequence[str], *, actor: Any, **cause: Any) -> BudgetEntry | None:
    """Commit the money of approved households. `cause`: decision= or amendment=.

    Refuses where the line does not cover it: a decision that raises the line has to be recorded first.
    """
    return _enter(round_, BudgetEntryKind.COMMIT, forms, actor, cause)


def release(round_: AllocationRound, forms: Sequence[str], *, actor: Any, **cause: Any) -> BudgetEntry | None:
    """Give back what was committed for households that get nothing. `cause`: amendment= or support=."""
    return _enter(round_, BudgetEntryKind.RELEASE, forms, actor, cause)


def spend(round_: AllocationRound, forms: Sequence[str], *, actor: Any, **cause: Any) -> BudgetEntry | None:
    """Count accepted hand-overs as spent. `cause`: acceptance=."""
    return _enter(round_, BudgetEntryKind.SPEND, forms, actor, cause)


def refund(round_: AllocationRound, forms: Sequence[str], *, actor: Any, **cause: Any) -> BudgetEntry | None:
    """Take back what was spent on a support that is recovered. `cause`: support=."""
    return _enter(round_, BudgetEntryKind.REFUND, forms, actor, cause)


# How an entry moves the line's counters.
_MOVES = {
    BudgetEntryKind.COMMIT: {"committed": 1},
    BudgetEntryKind.RELEASE: {"committed": -1},
    BudgetEntryKind.SPEND: {"spent": 1},
    BudgetEntryKind.REFUND: {"spent": -1},
}


def _enter(
    round_: AllocationRound, kind: BudgetEntryKind, forms: Sequence[str], actor: Any, cause: dict[str, Any]
) -> BudgetEntry | None:
    amount, households = amount_of(round_, forms)
    if round_.budget_line_id is None or not amount:
        return None
    line = locked(BudgetLine.objects.all(), round_.budget_line_id)
    if kind == BudgetEntryKind.COMMIT and amount > line.remaining:
        raise Refusal(
            _(
                "The budget line “%(line)s” has %(left)s VND left, %(amount)s VND are needed: record the "
                "decision that raises it first."
            )
            % {"line": line, "left": localize(line.remaining), "amount": localize(amount)}
        )
    changes = {name: F(name) + sign * amount for name, sign in _MOVES[kind].items()}
    BudgetLine.objects.filter(pk=line.pk).update(**changes)
    return BudgetEntry.objects.create(
        line=line, kind=kind, amount=amount, households=households, entered_by=actor, **cause
    )
