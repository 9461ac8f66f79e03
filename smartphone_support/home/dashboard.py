"""Figures of the home page: what there is to do in all, and how far the latest round is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allocations.choices import ListState, PlanState
from allocations.models import AllocationRound, DistrictList, QuotaPlan
from allocations.money.unserved import coverage, total
from allocations.waves import AT_WORK, district_quotas
from beneficiaries.choices import PovertyClass
from beneficiaries.models import Household, PovertySpell
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
    """Poor and near-poor households today; of all the plan means, who needs a phone, will get one, or not.

    All but the first are the figures of the coverage page, counted in the same way.
    """
    today = timezone.localdate()
    listed = PovertySpell.objects.in_force(today).filter(
        household__in=Household.objects.visible_to(user).standing().values("pk"),
        poverty_class__in=[PovertyClass.POOR, PovertyClass.NEAR_POOR],
    )
    register = reverse("beneficiaries:household_list")
    figures = [
        Figure(listed.values("household").distinct().count(), _("poor and near-poor households"), register)
    ]
    if user.province is None:
        return figures
    page = reverse("allocations:coverage")
    whole = total(coverage(user, today), user.province)
    return [
        *figures,
        Figure(whole.in_need, _("households in need of a smartphone"), page),
        Figure(whole.served, _("households approved"), page),
        Figure(whole.unserved, _("households not yet served"), reverse("allocations:coverage_households")),
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
