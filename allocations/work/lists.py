"""What waits of postings, objections and households found in the field."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.web.worklist import WorkItem

from ..models import DistrictList, FieldHousehold, PublicPosting
from ..workflow.finds import FOR_THE_REGISTER


def waiting_for(user: Any) -> list[WorkItem]:
    """Objections to answer and postings that end today, for the district; finds, for the register."""
    items: list[WorkItem] = []
    if user.has_perm("allocations.review_districtlist"):
        items += _objections(user) + _ending_today(user)
    if user.has_perm("beneficiaries.change_register"):
        items += _finds(user)
    return items


def awaited_by(user: Any) -> list[WorkItem]:
    """Objections the department sees unanswered at the districts."""
    if not user.has_perm("allocations.appraise_districtlist"):
        return []
    return _objections(user, _("View posting"))


def _objections(user: Any, verb: str = "") -> list[WorkItem]:
    open_ = Q(postings__objections__outcome="", postings__withdrawn_at=None)
    rows = (
        DistrictList.objects.visible_to(user)
        .select_related("round", "district")
        .annotate(open=Count("postings__objections", filter=open_))
        .filter(open__gt=0)
        .order_by("round_id", "district__code")
    )
    return [
        WorkItem(
            _("Objections to the list of %(district)s, %(round)s")
            % {"district": row.district.name_in_text, "round": row.round.name},
            ngettext("%(count)s objection is not answered", "%(count)s objections are not answered", row.open)
            % {"count": localize(row.open)},
            reverse("allocations:posting_list", args=[row.pk]),
            verb or _("Answer objections"),
        )
        for row in rows
    ]


def _ending_today(user: Any) -> list[WorkItem]:
    today = timezone.localdate()
    rows = (
        PublicPosting.objects.visible_to(user)
        .filter(to_day=today, withdrawn_at=None)
        .select_related("district_list__district", "district_list__round")
        .order_by("id")
    )
    return [
        WorkItem(
            _("Posting of the list of %(district)s ends today")
            % {"district": row.district_list.district.name_in_text},
            row.place,
            reverse("allocations:posting_list", args=[row.district_list_id]),
            _("View posting"),
            due=row.to_day,
        )
        for row in rows
    ]


def _finds(user: Any) -> list[WorkItem]:
    count = (
        FieldHousehold.objects.visible_to(user)
        .filter(match__in=FOR_THE_REGISTER, upload__applied_at__isnull=False, settled_at=None)
        .count()
    )
    if not count:
        return []
    detail = ngettext(
        "%(count)s household is not in the register, or several fit",
        "%(count)s households are not in the register, or several fit",
        count,
    )
    return [
        WorkItem(
            _("Households districts found in the field"),
            detail % {"count": localize(count)},
            reverse("allocations:find_list") + "?open=1",
            _("Settle households"),
        )
    ]
