"""What becomes of subscriptions when households are made one, or taken out of the register again."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from ..models import Household, HouseholdMerge, ServiceSubscription


def merge_obstacle(kept: Household, absorbed: Household, **_kwargs: Any) -> str:
    """One service by one operator a household: two live ones cannot become one household's."""
    rows = ServiceSubscription.objects.live().filter(household__in=[kept, absorbed])
    if rows.count() < 2:
        return ""
    return _(
        "Both households have a supported telecom service: one of the subscriptions has to be stopped before "
        "they can be one household."
    )


def in_use(households: Any, **_kwargs: Any) -> str:
    """Which household that is to leave the register again has subscriptions."""
    row = (
        ServiceSubscription.objects.standing()
        .filter(household__in=households)
        .select_related("household")
        .first()
    )
    if row is None:
        return ""
    return _("“%(name)s” has a supported telecom service: take the operator's update back first.") % {
        "name": row.household
    }


def move(absorbed: Household, kept: Household) -> list[int]:
    """Let the kept household have the absorbed one's subscriptions; returns those moved, for undoing."""
    keys = list(ServiceSubscription.objects.filter(household=absorbed).values_list("pk", flat=True))
    ServiceSubscription.objects.filter(pk__in=keys).update(household=kept)
    return keys


def move_back(merge: HouseholdMerge) -> None:
    """Give the absorbed household its subscriptions again."""
    keys = merge.before.get("subscriptions", [])
    ServiceSubscription.objects.filter(pk__in=keys).update(household=merge.absorbed_id)
