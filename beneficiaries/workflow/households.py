"""What is done with single households of the register."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..models import Household
from ..permissions import may_reveal


def reveal_identity(household: Household, *, actor: Any, reason: str) -> str:
    """The full identity number, for a reason that stays on the record."""
    if not may_reveal(actor, household):
        raise Refusal(_("You may not read identity numbers of this household."))
    if not reason.strip():
        raise Refusal(_("Say why the full number is needed."))
    record("beneficiaries.household.reveal", household, actor=actor, reason=reason.strip())
    return household.national_id
