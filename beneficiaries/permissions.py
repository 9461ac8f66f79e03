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


def may_resolve(user: Any, province: AdministrativeArea) -> bool:
    """Decide on duplicates of a province, merge households and undo it: its register officers only."""
    own = user.province is not None and user.province.pk == province.pk
    return own and bool(user.has_perm("beneficiaries.resolve_duplicate"))


def may_reveal(user: Any, household: Household) -> bool:
    """Read the full identity number of a household in one's own scope."""
    if not user.has_perm("beneficiaries.reveal_identity"):
        return False
    return _in_scope(user, household)


def may_change_register(user: Any, household: Household) -> bool:
    """Complete households and record movements by hand: register officers of its province."""
    own = user.province is not None and user.province.pk == household.province_id
    return own and bool(user.has_perm("beneficiaries.change_register"))


def may_record_certificate(user: Any, household: Household) -> bool:
    """Record certificates of a household in one's own scope."""
    return bool(user.has_perm("beneficiaries.record_certificate")) and _in_scope(user, household)


def may_record_deprivation(user: Any, household: Household) -> bool:
    """Record the information deprivation of a household in one's own scope."""
    return bool(user.has_perm("beneficiaries.record_deprivation")) and _in_scope(user, household)


def _in_scope(user: Any, household: Household) -> bool:
    return Household.objects.visible_to(user).filter(pk=household.pk).exists()
