"""Budget lines: opened with the decision that grants them, changed only by further decisions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from allocations.models import BudgetAdjustment, BudgetLine
from allocations.permits.money import may_manage_budget
from programs.models import FundingSource
from smartphone_support.audit.recording import record
from smartphone_support.documents.models import StoredFile
from smartphone_support.web.errors import Refusal

from .steps import locked, require, step


def open_budget_line(
    funding_source: FundingSource,
    *,
    actor: Any,
    year: int,
    name: str,
    amount: int,
    decision_number: str,
    decision_date: date,
    issuer: str,
    file: StoredFile | None = None,
) -> BudgetLine:
    """Enter a line of the budget, in VND, with the decision that grants it (Plan 413/KH-UBND III, IV.3)."""
    program = funding_source.program
    require(may_manage_budget(actor, program))
    if not program.first_year <= year <= program.last_year + 1:
        raise Refusal(
            _("The year lies outside the plan (%(first)s–%(last)s).")
            % {"first": program.first_year, "last": program.last_year}
        )
    with step():
        line = BudgetLine.objects.create(
            funding_source=funding_source, year=year, name=name.strip(), created_by=actor
        )
        _adjust(line, amount, decision_number, decision_date, issuer, "", file, actor)
        after = {"year": year, "amount": amount, "decision": decision_number, "date": decision_date}
        record("allocations.budgetline.open", line, actor=actor, after=after)
    return line


def adjust_budget_line(
    line: BudgetLine,
    *,
    actor: Any,
    delta: int,
    decision_number: str,
    decision_date: date,
    issuer: str,
    reason: str = "",
    file: StoredFile | None = None,
) -> BudgetLine:
    """Record a decision that raises or lowers a line by `delta` VND; never below what is committed."""
    with step():
        line = locked(BudgetLine.objects.select_related("funding_source__program"), line.pk)
        require(may_manage_budget(actor, line.funding_source.program))
        before = {"amount": line.amount}
        _adjust(line, delta, decision_number, decision_date, issuer, reason, file, actor)
        after = {"amount": line.amount, "decision": decision_number, "date": decision_date}
        record("allocations.budgetline.adjust", line, actor=actor, before=before, after=after, reason=reason)
    return line


def _adjust(
    line: BudgetLine,
    delta: int,
    number: str,
    day: date,
    issuer: str,
    reason: str,
    file: StoredFile | None,
    actor: Any,
) -> None:
    if not number.strip():
        raise Refusal(_("The decision's number is missing."))
    if day > timezone.localdate():
        raise Refusal(_("The decision's date lies in the future."))
    if delta == 0:
        raise Refusal(_("The amount does not change."))
    if line.amount + delta < line.committed:
        raise Refusal(
            _("%(committed)s VND are committed already: the line cannot sink to %(amount)s VND.")
            % {"committed": localize(line.committed), "amount": localize(line.amount + delta)}
        )
    BudgetAdjustment.objects.create(
        line=line, delta=delta, decision_number=number.strip(), decision_date=day, issuer=issuer.strip(),
        reason=reason.strip(), file=file, recorded_by=actor,
    )  # fmt: skip
    BudgetLine.objects.filter(pk=line.pk).update(amount=F("amount") + delta)
    line.refresh_from_db(fields=["amount"])
