"""What the lists of rounds answer when the register wants to change under them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils.translation import gettext as _

from beneficiaries.models import Household, HouseholdMerge
from beneficiaries.signals import household_in_use, household_merging, merge_undoing

from .models import ListLine


@receiver(household_in_use, dispatch_uid="allocations.household_in_use")
def stands_on_a_list(households: QuerySet[Household], **kwargs: Any) -> str:
    """The first of these households that stands on a list of a round, as a sentence; "" for none."""
    lines = ListLine.objects.filter(household__in=households)
    line = lines.select_related("household", "district_list__district", "round").order_by("pk").first()
    if line is None:
        return ""
    return _("“%(name)s” stands on the list of %(district)s in the round “%(round)s”.") % {
        "name": line.household,
        "district": line.district_list.district.name_in_text,
        "round": line.round,
    }


@receiver(household_merging, dispatch_uid="allocations.household_merging")
def absorbed_on_a_list(kept: Household, absorbed: Household, **kwargs: Any) -> str:
    """A household on a list of a round cannot be taken up into another one: its line would lead nowhere."""
    words = {"absorbed": absorbed.head_name, "lists": _lists_with(absorbed)}
    if not words["lists"]:
        return ""
    kept_on = _lists_with(kept)
    if not kept_on:
        return (
            _("“%(absorbed)s” stands on a list (%(lists)s): keep this household and merge the other into it.")
            % words
        )
    return _(
        "Both households stand on lists (%(lists)s; %(kept)s): they can be merged only when one of them "
        "stands on none."
    ) % (words | {"kept": kept_on})


@receiver(merge_undoing, dispatch_uid="allocations.merge_undoing")
def listed_since(merge: HouseholdMerge, **kwargs: Any) -> str:
    """A list made after the merge counts on the one household there is."""
    lines = ListLine.objects.filter(
        household=merge.kept_id, round__plans__approved_at__gt=merge.merged_at
    ).select_related("district_list__district", "district_list__round")
    line = lines.first()
    if line is None:
        return ""
    return _("“%(name)s” stands on a list made after the merge (%(list)s): it can no longer be undone.") % {
        "name": merge.kept,
        "list": line.district_list,
    }


def _lists_with(household: Household) -> str:
    lines = ListLine.objects.filter(household=household).select_related(
        "district_list__district", "district_list__round"
    )
    return ", ".join(str(line.district_list) for line in lines.order_by("pk"))
