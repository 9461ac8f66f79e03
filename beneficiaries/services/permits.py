"""Who may do what with services: operators report their own, the department in charge keeps the rest."""

from __future__ import annotations

from typing import Any

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.accounts.scope import in_province
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.templatetags.web import masked_phone

from ..models import OperatorReport


def own_operator(user: Any) -> Organisation | None:
    """The operator this person works for; None for everybody else."""
    organisation: Organisation | None = user.organisation
    if organisation is None or organisation.kind != OrganisationKind.OPERATOR:
        return None
    return organisation


def may_report(user: Any, operator: Organisation | None) -> bool:
    """Send and confirm monthly updates: the operator's own people only."""
    own = own_operator(user)
    if own is None or operator is None or own.pk != operator.pk:
        return False
    return bool(user.has_perm("beneficiaries.send_operatorreport")) and in_province(user, own.province_id)


def may_confirm(user: Any, report: OperatorReport) -> bool:
    return may_report(user, report.operator)


def may_manage(user: Any, province: AdministrativeArea | None) -> bool:
    """Enter levels, suspend for the year, take updates back: the department in charge of the programme."""
    own = province is not None and in_province(user, province.pk)
    return own and bool(user.has_perm("beneficiaries.manage_service"))


def may_take_back(user: Any, report: OperatorReport) -> bool:
    return may_manage(user, report.province)


def number_for(user: Any, number: str) -> str:
    """A subscriber number as this person reads it: operators their own whole, everybody else with its middle
    hidden, like every telephone number."""
    return number if own_operator(user) else masked_phone(number)


def may_follow(user: Any) -> bool:
    """See which operators are late, and totals of all of them: whoever is no operator and sees updates."""
    return own_operator(user) is None and bool(user.has_perm("beneficiaries.view_operatorreport"))
