""" "Vì sao?": why a household qualifies or not, and the households behind a round's figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.choices import PovertyClass
from beneficiaries.models import Household
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.components import Crumb, Tab
from smartphone_support.web.views import DetailPage

from ..models import AllocationRound, ListLine
from ..rules.eligibility import HouseholdFacts, RuleSet
from ..rules.explaining import Explained, explain, explain_rank
from ..rules.facts import from_snapshot, households_as_of
from ..rules.ranking import TIE_BREAKER, rank_key
from ..workflow.rounds import round_rule
from .rounds import QUALIFY, round_crumbs

PER_PAGE = 50
MOST_COLUMNS = 20


def reasons(rule: RuleSet, facts: HouseholdFacts, round_: AllocationRound) -> dict[str, Any]:
    """What `_why.html` shows: every condition beside the household, the verdict, the rank."""
    explained: list[Explained] = explain(rule, facts, round_.as_of)
    return {
        "explained": explained,
        "qualifies": all(row.met for row in explained),
        "rank": explain_rank(rule, facts),
        "rule": rule,
        "as_of": round_.as_of,
        "tie_breaker": TIE_BREAKER,
    }


class _WhyPage(DetailPage):
    """A page, or only its middle where a page asks for it behind "Vì sao?" (htmx)."""

    def get_template_names(self) -> list[str]:
        if not self.request.headers.get("HX-Request"):
            return ["allocations/why_detail.html"]
        return ["allocations/_why_row.html" if self.columns else "allocations/_why.html"]

    @property
    def columns(self) -> int:
        """How many columns the asking table has, where the reasons become a row of it; else 0."""
        wanted = self.request.GET.get("columns", "")
        return int(wanted) if wanted in {str(number) for number in range(1, MOST_COLUMNS + 1)} else 0

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"columns": self.columns}


class LineWhy(_WhyPage):
    """Why a line stands on its list: by the facts frozen with it."""

    model = ListLine
    permission_required = "allocations.view_districtlist"

    def get_queryset(self) -> Any:
        related = (
            "district_list__district", "round__program__province", "round__funding_source", "commune",
        )  # fmt: skip
        return super().get_queryset().select_related(*related)

    def get_page_heading(self) -> str:
        return _("Why %(name)s?") % {"name": self.object.snapshot.get("head_name", "")}

    def get_breadcrumbs(self) -> list[Crumb]:
        row = self.object.district_list
        return [
            *round_crumbs(self.object.round),
            Crumb(row.district.name, reverse("allocations:list_detail", args=[row.pk])),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        line: ListLine = self.object
        facts, frozen = line_facts(line)
        return super().get_context_data(**kwargs) | {
            **reasons(round_rule(line.round), facts, line.round),
            "line": line,
            "frozen": frozen,
        }


def line_facts(line: ListLine) -> tuple[HouseholdFacts, bool]:
    """The facts frozen with a line, and that they are; of older lines, which froze less, the register's."""
    round_ = line.round
    if "devices" not in line.snapshot:
        found = households_as_of(
            round_.program.province, round_.as_of, households=[line.household_id], except_round=round_.pk
        )
        if found:
            return found[0], False
    return from_snapshot(line.household_id, line.snapshot, commune_code=line.commune.code), True


class HouseholdWhy(_WhyPage):
    """Why a household of the register would get a device of a round, or not: by the register as it is."""

    model = AllocationRound
    permission_required = ("allocations.view_allocationround", "beneficiaries.view_household")
    household: Household

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("program__province", "funding_source")

    def find_subject(self) -> None:
        super().find_subject()
        visible = Household.objects.visible_to(self.request.user)
        self.household = get_object_or_404(visible, pk=self.kwargs["household"])

    def get_page_heading(self) -> str:
        return _("Why %(name)s?") % {"name": self.household.head_name}

    def get_breadcrumbs(self) -> list[Crumb]:
        url = reverse("allocations:round_households", args=[self.object.pk])
        return [*round_crumbs(self.object), Crumb(_("Who qualifies"), url)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round_, rule = self.object, round_rule(self.object)
        (facts,) = households_as_of(
            round_.program.province, round_.as_of, households=[self.household.pk], rule=rule,
            except_round=round_.pk,
        )  # fmt: skip
        return super().get_context_data(**kwargs) | {
            **reasons(rule, facts, round_),
            "household": self.household,
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """A household of the page as its row shows it."""

    facts: HouseholdFacts
    number: int
    class_words: str
    rank: int
    commune: str
    url: str
    why_url: str


class RoundHouseholds(DetailPage):
    """The households behind a round's figures: who qualifies, and who does not by which condition.

    In the address: `part` (a condition's code, or those who qualify), `district`, `page`.
    """

    model = AllocationRound
    permission_required = ("allocations.view_allocationround", "beneficiaries.view_household")
    template_name = "allocations/round_households.html"
    context_object_name = "round"
    page_heading = gettext_lazy("Who qualifies")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("program__province", "funding_source")

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round_, rule = self.object, round_rule(self.object)
        districts = self._districts()
        district = self._chosen(districts)
        parts = self._parts(rule, {row.code for row in districts} if district is None else {district.code})
        part = self.request.GET.get("part", QUALIFY)
        part = part if part in parts else QUALIFY
        page = Paginator(parts[part], PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "rule": rule,
            "as_of": round_.as_of,
            "tabs": self._tabs(rule, parts, part, district),
            "condition": rule.condition(part) if part != QUALIFY else None,
            "part": part,
            "districts": districts,
            "district": district,
            "page_obj": page,
            "shown": self._shown(rule, page.object_list, page.start_index()),
            "tie_breaker": TIE_BREAKER,
        }

    def _districts(self) -> list[AdministrativeArea]:
        own = self.request.user.district  # type: ignore[union-attr]  # logged in
        rows = AdministrativeArea.objects.districts_of(self.object.program.province).as_of(self.object.as_of)
        return [row for row in rows if own is None or row.pk == own.pk]

    def _chosen(self, districts: list[AdministrativeArea]) -> AdministrativeArea | None:
        wanted = self.request.GET.get("district", "")
        if not wanted:
            return None
        found = next((row for row in districts if row.code == wanted), None)
        if found is None:
            raise Http404
        return found

    def _parts(self, rule: RuleSet, codes: set[str]) -> dict[str, list[HouseholdFacts]]:
        """Part → its households in the order of support."""
        round_ = self.object
        parts: dict[str, list[HouseholdFacts]] = {QUALIFY: []}
        parts |= {condition.code: [] for condition in rule.in_force(round_.as_of)}
        for facts in households_as_of(
            round_.program.province, round_.as_of, rule=rule, except_round=round_.pk
        ):
            if facts.district_code in codes:
                failed = rule.failed(facts, round_.as_of)
                parts[failed[0] if failed else QUALIFY].append(facts)
        for rows in parts.values():
            rows.sort(key=lambda facts: rank_key(facts, rule))
        return parts

    def _tabs(
        self, rule: RuleSet, parts: dict[str, list[Any]], part: str, district: AdministrativeArea | None
    ) -> list[Tab]:
        labels = {QUALIFY: _("Qualify")} | {row.code: str(row.excluded) for row in rule.conditions}
        more = {"district": district.code} if district is not None else {}
        return [
            Tab(
                labels[code][:1].upper() + labels[code][1:],
                len(rows),
                f"{self.request.path}?{urlencode({'part': code} | more)}",
                code == part,
            )
            for code, rows in parts.items()
            if rows or code in (part, QUALIFY)
        ]

    def _shown(self, rule: RuleSet, rows: Any, first: int) -> list[Shown]:
        communes = {row.commune_id for row in rows}
        names = dict(AdministrativeArea.objects.filter(pk__in=communes).values_list("pk", "name"))
        return [
            Shown(
                facts,
                number,
                str(PovertyClass(facts.poverty_class).label) if facts.poverty_class else _("no class"),
                rule.rank(facts),
                names.get(facts.commune_id, ""),
                reverse("beneficiaries:household_detail", args=[facts.id]),
                reverse("allocations:household_why", args=[self.object.pk, facts.id]),
            )
            for number, facts in enumerate(rows, start=first)
        ]
