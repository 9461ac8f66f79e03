"""Who asks to confirm a list, who decides, whom the department asks (Đắk Nông plan, task II.4)."""

from __future__ import annotations

from typing import Any

from smartphone_support.accounts.models import Organisation
from smartphone_support.accounts.scope import in_province

from ..models import ConfirmationLine, ConfirmationRequest
from .permits import own_operator


def may_request(user: Any, operator: Organisation | None) -> bool:
    """Upload, send or withdraw a list: the operator's own people only."""
    own = own_operator(user)
    if own is None or operator is None or own.pk != operator.pk:
        return False
    return bool(user.has_perm("beneficiaries.request_confirmation")) and in_province(user, own.province_id)


def may_withdraw(user: Any, request: ConfirmationRequest) -> bool:
    return may_request(user, request.operator)


def may_decide(user: Any, request: ConfirmationRequest) -> bool:
    """Decide line by line, ask a district, answer: the department in charge, of what was sent."""
    allowed = user.has_perm("beneficiaries.decide_confirmation") and in_province(user, request.province_id)
    return bool(allowed and request.submitted_on is not None)


def may_answer_question(user: Any, line: ConfirmationLine) -> bool:
    """Say whether a line is right: the district that was asked."""
    own = user.district is not None and user.district.pk == line.district_id
    return bool(own and user.has_perm("beneficiaries.answer_confirmation"))
