"""May this person do this, to this row, now?"""

from __future__ import annotations

from typing import Any

from smartphone_support.areas.models import AdministrativeArea

from .models import Household, ListBatch


def may_import(user: Any, province: AdministrativeArea) -> bool:
    """Upload, decide, confirm and cancel lists of a province: its register officers only."""
    own = user.province is not None and user.province.pk == province.pk
    return own and bool(user.has_perm("beneficiaries.import_list"))


def may_change_batch(user: Any, batch: ListBatch) -> bool:
    return may_import(user, batch.province)


def may_reveal(user: Any, household: Household) -> bool:
    """Read the full identity number of a household in one's own scope."""
    if not user.has_perm("beneficiaries.reveal_identity"):
        return False
    return Household.objects.visible_to(user).filter(pk=household.pk).exists()
