"""What rounds, lists and supports answer when the register wants to change under them, or has changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.dispatch import receiver
from django.utils.translation import gettext as _

from beneficiaries.models import Household, HouseholdMerge
from beneficiaries.signals import household_in_use, household_merging, merge_undoing, register_changed
from programs.models import Program
from programs.signals import plan_loaded
from smartphone_support.areas.models import AdministrativeArea

from .models import AmendmentLine, ListLine, Support
from .rules.stored import load_rules
from .workflow.holding import hold_changed


@receiver(register_changed, dispatch_uid="allocations.register_changed")
def hold_what_lost_its_ground(
    province: AdministrativeArea, households: Collection[int] | None, **kwargs: Any
) -> None:
    """Supports not handed over yet wait for a decision where the register no longer carries them."""
    hold_changed(province, households)


@receiver(household_in_use, dispatch_uid="allocations.household_in_use")
def stands_on_a_list(households: QuerySet[Household], **kwargs: Any) -> str:
    """The first of these households on a list of a round, or with a support, as a sentence; "" for none."""
    lines = ListLine.objects.filter(household__in=households)
    line = lines.select_related("household", "district_list__district", "round").order_by("pk").first()
    if line is not None:
        return _("“%(name)s” stands on the list of %(district)s in the round “%(round)s”.") % {
            "name": line.household,
            "district": line.district_list.district.name_in_text,
            "round": line.round,
        }
    supports = Support.objects.filter(household__in=households)
    support = supports.select_related("household", "round", "contribution").order_by("pk").first()
    added = AmendmentLine.objects.filter(adds__in=households).select_related("adds", "amendment__round")
    if support is not None:
        return _("“%(name)s” has a support from “%(source)s”.") % {
            "name": support.household,
            "source": support.round or support.contribution,
        }
    change = added.order_by("pk").first()
    if change is not None:
        return _("“%(name)s” stands in an amendment of “%(round)s”.") % {
            "name": change.adds,
            "round": change.amendment.round,
        }
    return ""


@receiver(household_merging, dispatch_uid="allocations.household_merging")
def absorbed_on_a_list(kept: Household, absorbed: Household, **kwargs: Any) -> str:
    """A household on a list of a round, or with a support, cannot be taken up into another one: its line
    would lead nowhere."""
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
    """A list, an amendment or a support made after the merge counts on the one household there is."""
    lines = ListLine.objects.filter(
        household=merge.kept_id, round__plans__approved_at__gt=merge.merged_at
    ).select_related("district_list__district", "district_list__round")
    line = lines.first()
    added = AmendmentLine.objects.filter(adds=merge.kept_id, amendment__prepared_at__gt=merge.merged_at)
    change = added.select_related("amendment__district_list__district", "amendment__round").first()
    supports = Support.objects.filter(
        household=merge.kept_id, created_at__gt=merge.merged_at, contribution__isnull=False
    )
    gift = supports.select_related("contribution").first()
    since: Any = line.district_list if line else None
    since = since or (change.amendment if change else None) or (gift.contribution if gift else None)
    if since is None:
        return ""
    return _("“%(name)s” stands on a list made after the merge (%(list)s): it can no longer be undone.") % {
        "name": merge.kept,
        "list": since,
    }


def _lists_with(household: Household) -> str:
    """Where the household stands: lists of rounds, amendments, contributions; "" for nowhere."""
    lines = ListLine.objects.filter(household=household).select_related(
        "district_list__district", "district_list__round"
    )
    found = [str(line.district_list) for line in lines.order_by("pk")]
    supports = Support.objects.filter(household=household).filter(
        Q(contribution__isnull=False) | Q(amendment_line__isnull=False)
    )
    for support in supports.select_related("round", "contribution").order_by("pk"):
        found.append(str(support.round or support.contribution))
    drafts = AmendmentLine.objects.filter(adds=household, support__isnull=True)
    for change in drafts.select_related("amendment__round").order_by("pk"):
        found.append(str(change.amendment))
    return ", ".join(dict.fromkeys(found))


@receiver(plan_loaded, dispatch_uid="allocations.plan_loaded")
def packaged_rules(program: Program, **kwargs: Any) -> int:
    """A plan comes with the rule and level of the public-utility programme."""
    return load_rules(program)
