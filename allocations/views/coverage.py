"""Coverage: how every poor and near-poor household stands, per district and commune."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocations.filters import districts_of
from allocations.money.forms import StandingQuery
from allocations.money.unserved import (
    EARLIER,
    NO_NEED,
    SOURCES,
    STANDINGS,
    UNDER_WAY,
    UNSERVED,
    concerned_today,
    coverage,
    total,
    with_standing,
)
from allocations.papers.coverage import coverage_workbook
from beneficiaries.models import Household
from programs.choices import FundingKind
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.storing import send_bytes
from smartphone_support.web.components import Crumb
from smartphone_support.web.views import Page

COVERAGE = gettext_lazy("Coverage")
SEES = "allocations.view_allocationround"
WORDS = {
    **{kind.value: kind.label for kind in FundingKind},
    EARLIER: gettext_lazy("Device from before"),
    UNDER_WAY: gettext_lazy("On a list under way"),
    NO_NEED: gettext_lazy("No need declared"),
    UNSERVED: gettext_lazy("Not served yet"),
}
PER_PAGE = 50


def key_of(typed: str) -> int | None:
    """The key an address names; None where nothing is named. A number no database holds is nobody's."""
    if not (typed.isascii() and typed.isdecimal()):
        return None
    return int(typed) if len(typed) < 15 else 0


class CoveragePage(Page):
    """Districts of the province, or the communes of one district; each number leads to its households."""

    permission_required = SEES
    template_name = "allocations/coverage.html"
    district: AdministrativeArea | None = None

    def find_subject(self) -> None:
        user: Any = self.request.user
        if "district" in self.kwargs:
            self.district = get_object_or_404(districts_of(self.request), pk=self.kwargs["district"])
        else:
            self.district = user.district

    def get_page_heading(self) -> str:
        return f"{COVERAGE} · {self.district.name}" if self.district else str(COVERAGE)

    lead = gettext_lazy(
        "Every poor, near-poor and policy household of today, counted once: served by which source, on the "
        "way, without a need, or not served yet. The plan's goal is every household with a need."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        user: Any = self.request.user
        if self.district is None or user.district is not None:
            return []
        return [Crumb(str(COVERAGE), reverse("allocations:coverage"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        rows = coverage(user, timezone.localdate(), self.district)
        whole = total(rows, self.district or user.province)
        # Sources nobody got anything from are left out, so that the table stays readable.
        shown = [name for name in STANDINGS if name not in SOURCES or whole.of[name]]
        opens = user.has_perm("beneficiaries.view_household")
        return super().get_context_data(**kwargs) | {
            "rows": [(row, self._cells(row, shown, opens), self._place_url(row)) for row in rows],
            "whole": whole,
            "whole_cells": [(whole.of[name], "", WORDS[name]) for name in shown],
            "columns": [WORDS[name] for name in shown],
            "district": self.district,
            "day": timezone.localdate(),
        }

    def _place_url(self, row: Any) -> str:
        if self.district is not None or not row.area.pk:
            return ""
        return reverse("allocations:coverage_district", args=[row.area.pk])

    def _cells(self, row: Any, shown: list[str], opens: bool) -> list[tuple[int, str, Any]]:
        level = "commune" if self.district is not None else "district"
        page = reverse("allocations:coverage_households")
        return [
            (
                row.of[name],
                f"{page}?standing={name}&{level}={row.area.pk}"
                if opens and row.of[name] and row.area.pk
                else "",
                WORDS[name],
            )
            for name in shown
        ]


class CoverageWorkbook(CoveragePage):
    """The same figures as a workbook; no household is named in it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        day = timezone.localdate()
        rows = coverage(request.user, day, self.district)
        whole = total(rows, self.district or getattr(request.user, "province", None))  # type: ignore[arg-type]  # logged in
        return send_bytes(coverage_workbook(rows, whole, day), f"Muc do bao phu - {day:%Y-%m-%d}.xlsx")


class CoverageHouseholds(Page):
    """The households behind a number of the coverage page."""

    permission_required = (SEES, "beneficiaries.view_household")
    template_name = "allocations/coverage_households.html"

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(COVERAGE), reverse("allocations:coverage"))]

    @property
    def standing(self) -> str:
        asked = self.request.GET.get("standing", UNSERVED)
        return asked if asked in STANDINGS else UNSERVED

    def get_page_heading(self) -> str:
        return str(WORDS[self.standing])

    def households(self) -> Any:
        rows = Household.objects.visible_to(self.request.user)
        for level in ("district", "commune"):
            asked = key_of(self.request.GET.get(level, ""))
            if asked is not None:
                rows = rows.filter(**{f"{level}_id": asked})
        return with_standing(concerned_today(rows, timezone.localdate()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.households().filter(standing=self.standing)
        ordered = rows.select_related("commune", "district").order_by(
            "district__code", "commune__code", "head_name_key", "pk"
        )
        page = Paginator(ordered, PER_PAGE).get_page(self.request.GET.get("page"))
        filtered_by = self.request.GET.copy()
        filtered_by["standing"] = self.standing
        asked = [key_of(self.request.GET.get(level, "")) for level in ("district", "commune")]
        places = AdministrativeArea.objects.filter(pk__in=[key for key in asked if key is not None])
        return super().get_context_data(**kwargs) | {
            "page_obj": page,
            "filter": StandingQuery(filtered_by, standings=list(WORDS.items())),
            "count": page.paginator.count,
            "place": ", ".join(place.name for place in places) or _("the whole area"),
        }
