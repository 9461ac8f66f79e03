"""Figures of the home page: what there is to do in all, and how far the latest round is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allocations.choices import ListState, PlanState
from allocations.models import AllocationRound, DistrictList, QuotaPlan
from allocations.waves import AT_WORK, district_quotas
from beneficiaries.choices import PovertyClass
from beneficiaries.models import Household
from smartphone_support.accounts.models import Organisation, User

# A list counts as submitted to the department from here on.
SUBMITTED = (
    ListState.SUBMITTED,
    ListState.APPRAISING,
    ListState.ACCEPTED,
    ListState.PROPOSED,
    ListState.APPROVED,
)


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, and the page with the rows behind it ("" where this person has none)."""

    value: int
    label: str
    url: str = ""


@dataclass(frozen=True)
class DistrictProgress:
    """A district in the latest round: households it may propose, has proposed, and has had approved."""

    name: str
    quota: int
    kept: int
    approved: int
    tone: str
    state: str
    url: str


@dataclass(frozen=True)
class Progress:
    round: AllocationRound
    url: str
    rows: list[DistrictProgress]

    @property
    def total(self) -> DistrictProgress:
        return DistrictProgress(
            name=_("Total"),
            quota=sum(row.quota for row in self.rows),
            kept=sum(row.kept for row in self.rows),
            approved=sum(row.approved for row in self.rows),
            tone="",
            state="",
            url="",
        )


def figures_for(user: Any) -> list[Figure]:
    """The figures this person may see, of the own district for a district role."""
    figures: list[Figure] = []
    if user.has_perm("beneficiaries.view_household"):
        figures += household_figures(user)
    if user.has_perm("accounts.view_user"):
        figures += account_figures()
    return figures


def household_figures(user: Any) -> list[Figure]:
    """Poor and near-poor households today, those in need, approved, and still without a device."""
    today = timezone.localdate()
    in_force = Q(spells__superseded_at__isnull=True, spells__valid_from__lte=today) & (
        Q(spells__valid_to__isnull=True) | Q(spells__valid_to__gt=today)
    )
    classes = Q(spells__poverty_class__in=[PovertyClass.POOR, PovertyClass.NEAR_POOR])
    listed = Household.objects.visible_to(user).filter(in_force & classes)
    approved = Q(list_lines__decision="keep", list_lines__district_list__state=ListState.APPROVED)
    served = approved | Q(earlier_devices__isnull=False)
    register = reverse("beneficiaries:household_list")
    return [
        Figure(listed.count(), _("poor and near-poor households"), register),
        Figure(listed.filter(has_need=True).count(), _("households in need of a smartphone"), register),
        Figure(
            Household.objects.visible_to(user).filter(approved).distinct().count(),
            _("households approved"),
            reverse("allocations:list_list"),
        ),
        Figure(
            listed.exclude(pk__in=Household.objects.visible_to(user).filter(served).values("pk")).count(),
            _("households not yet served"),
            register,
        ),
    ]


def account_figures() -> list[Figure]:
    """What an administrator looks after; accounts without a membership can do nothing yet."""
    users = reverse("admin:accounts_user_changelist")
    active = User.objects.filter(is_active=True)
    return [
        Figure(active.count(), _("accounts in use"), f"{users}?is_active__exact=1"),
        Figure(active.exclude(memberships__is_active=True).count(), _("accounts without a role"), users),
        Figure(
            Organisation.objects.filter(is_active=True).count(),
            pgettext("counted", "organisations"),
            reverse("admin:accounts_organisation_changelist"),
        ),
    ]


def progress_for(user: Any) -> Progress | None:
    """The latest round, district by district; None before the first one or for who may not see rounds."""
    latest = AllocationRound.objects.visible_to(user).first()
    if latest is None:
        return None
    url = reverse("allocations:round_detail", args=[latest.pk])
    if user.has_perm("allocations.view_districtlist"):
        lists = DistrictList.objects.visible_to(user).filter(AT_WORK, round=latest)
        rows = lists.select_related("district", "round").order_by("wave", "district__code")
        return Progress(latest, url, [_of_list(row) for row in rows])
    return Progress(latest, url, _of_quotas(user, latest))


def _of_list(row: DistrictList) -> DistrictProgress:
    name = row.district.short_name
    if row.wave > 1:
        name = _("%(district)s, wave %(wave)s") % {"district": name, "wave": row.wave}
    return DistrictProgress(
        name=name,
        quota=row.quota,
        kept=row.kept if row.state in SUBMITTED else 0,
        approved=row.kept if row.state == ListState.APPROVED else 0,
        tone=row.badge,
        state=row.get_state_display(),
        url=reverse("allocations:list_detail", args=[row.pk]),
    )


def _of_quotas(user: Any, latest: AllocationRound) -> list[DistrictProgress]:
    """Totals without lists, for partners: they see figures of the approved plan and no household."""
    if not QuotaPlan.objects.visible_to(user).filter(round=latest, state=PlanState.APPROVED).exists():
        return []
    approved = dict(
        DistrictList.objects.filter(round=latest, state=ListState.APPROVED)
        .order_by()
        .values_list("district")
        .annotate(Sum("kept"))
    )
    submitted = dict(
        DistrictList.objects.filter(round=latest, state__in=SUBMITTED)
        .order_by()
        .values_list("district")
        .annotate(Sum("kept"))
    )
    return [
        DistrictProgress(
            name=row.district.short_name,
            quota=row.quota,
            kept=submitted.get(row.district.pk, 0),
            approved=approved.get(row.district.pk, 0),
            tone="",
            state="",
            url="",
        )
        for row in district_quotas(latest)
    ]
