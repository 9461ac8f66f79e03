"""The register's list: search, filters, pages, and the same as a workbook."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.web.keyset import AFTER, BEFORE, NUMBER, Chain, Cursor, KeysetPage, Rows, page_of
from smartphone_support.web.remembering import remembered
from smartphone_support.web.templatetags.web import masked_id
from smartphone_support.web.views import Page, PermissionMixin

from ..choices import PovertyClass
from ..filters import HouseholdFilter, OnlySearched, filter_form
from ..models import Household, PovertySpell
from ..search.results import MEMBER, MOST_RANKED, NEAR, PLACE, YEAR, Search
from ..search.table import HEADS, Line, body_of
from ..tables import class_badge
from .households import REGISTER

PER_PAGE = 50
#: Beyond this a list says "more than": to count further costs more than anybody gains.
MOST_COUNTED, MOST_FILTERED = 10_000, 1_000
#: As many as a search puts in order one by one: to know that there are more then costs nothing.
MOST_FOUND = MOST_RANKED
BY_COMMUNE, BY_NAME, BY_CLASS = "", "name", "class"
SECTIONS = {
    PLACE: gettext_lazy("The name, at the place you typed"),
    MEMBER: gettext_lazy("A member of the household is called so"),
    YEAR: gettext_lazy("The name, but born in another year"),
    NEAR: gettext_lazy("Almost the same name: one letter or syllable differs"),
}
SHOWN = (
    "pk", "head_name", "birth_year", "national_id", "village", "commune", "district", "member_count",
    "merit", "social_policy",
)  # fmt: skip


class RegisterRows(PermissionMixin):
    """The households somebody may see, filtered by the address."""

    model = Household
    permission_required: str | tuple[str, ...] = "beneficiaries.view_household"
    request: HttpRequest

    @cached_property
    def filterset(self) -> HouseholdFilter | OnlySearched:
        asked, rows, user = self.request.GET, self.get_queryset(), self.request.user
        if OnlySearched.suffices(asked):
            return OnlySearched(asked.get("q", ""), queryset=rows, user=user)
        return HouseholdFilter.asked_in(asked)(asked, queryset=rows, request=self.request, user=user)


class HouseholdList(RegisterRows, Page):
    """Pages that cost the same at any depth: each begins behind the last row of the one before."""

    template_name = "beneficiaries/household_list.html"
    page_heading = REGISTER
    lead = gettext_lazy("Households of the poverty register, with the class they have on the chosen day.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = self.filterset
        rows = filters.without_search()
        search = Search(rows, filters.typed, filters.areas.places, SHOWN) if filters.typed else None
        if search is not None and search.typed.is_empty:
            rows, search = rows.none(), None
        sort = self.request.GET.get("sort", BY_COMMUNE)
        read: dict[int, dict[str, Any]] = {}
        chain = search.chain if search else chain_of(rows, sort, filters.day, read)
        page = self._page(chain)
        read |= search.read if search else {}
        shown = lines_of(page, filters, read, search.members if search else {})
        first = (page.number - 1) * PER_PAGE + 1
        here = self._address(AFTER, BEFORE, NUMBER)
        return super().get_context_data(**kwargs) | {
            "filter": filters,
            "form": filter_form(filters, self.request.user),
            "day": filters.day,
            "heads": HEADS,
            "lines": shown,
            "body": body_of(shown),
            "page": page,
            "first": first,
            "last": first + len(shown) - 1,
            "counts": self._counts(rows, search, page),
            "sort": sort,
            "orders": {} if search else self._orders(),
            "address_first": here,
            "address_previous": f"{here}{BEFORE}={page.previous}&{NUMBER}={page.number - 1}",
            "address_next": f"{here}{AFTER}={page.next}&{NUMBER}={page.number + 1}",
        }

    def _page(self, chain: Chain) -> KeysetPage:
        asked = self.request.GET
        number = asked.get(NUMBER, "")
        before = Cursor.read(asked.get(BEFORE, ""))
        after = None if before else Cursor.read(asked.get(AFTER, ""))
        page = page_of(chain, PER_PAGE, after=after, before=before)
        if page.previous is None:
            return page  # the first page, however one came to it
        at = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 2
        return KeysetPage(page.rows, page.previous, page.next, max(2, at))

    def _counts(
        self, rows: QuerySet[Any], search: Search | None, page: KeysetPage
    ) -> list[tuple[str, int, bool]]:
        """What was found as (kind, how many, whether there are more than that)."""
        if search is not None:
            found = search.found(MOST_FOUND + 1)
            return [(name, min(n, MOST_FOUND), n > MOST_FOUND) for name, n in found.items()]
        if not page.has_others:
            return [("", len(page.rows), False)]
        filters = self.filterset
        user: Any = self.request.user
        most = MOST_FILTERED if filters.is_active else MOST_COUNTED
        scope = (user.province and user.province.pk, filters.areas.own_district)
        asked = self._address(AFTER, BEFORE, NUMBER, "sort") if filters.is_active else ""
        key = ("households", scope, asked, filters.day, user.recorded)
        n = remembered(key, lambda: Rows(rows, ("pk",)).count(most + 1))
        return [("", min(n, most), n > most)]

    def _orders(self) -> dict[str, str]:
        """The addresses of the list in its other orders; a search is in the order of how well rows fit."""
        rest = self._address(AFTER, BEFORE, NUMBER, "sort")
        return {name or "commune": f"{rest}sort={name}" for name in (BY_COMMUNE, BY_NAME, BY_CLASS)}

    def _address(self, *without: str) -> str:
        query = self.request.GET.copy()
        for name in without:
            query.pop(name, None)
        kept = query.urlencode()
        return f"?{kept}&" if kept else "?"


def chain_of(rows: QuerySet[Any], sort: str, day: Any, read: dict[int, dict[str, Any]]) -> Chain:
    """The whole list in an order: by commune and name, by name, or by class and name.

    What is read of the rows on the way goes into ``read``.
    """

    def part(rows: QuerySet[Any], *order: str) -> Callable[[], Rows]:
        def make() -> Rows:
            segment = Rows(rows, (*order, "head_name_key", "pk"), shown=SHOWN)
            segment.read = read
            return segment

        return make

    if sort == BY_NAME:
        return [part(rows)]
    if sort == BY_CLASS:
        spells = PovertySpell.objects.in_force(day).filter(household=OuterRef("pk"))
        parts = [Exists(spells.filter(poverty_class=value)) for value in PovertyClass.values]
        return [part(rows.filter(condition)) for condition in (*parts, ~Exists(spells))]
    return [part(rows.filter(commune__isnull=False), "commune_id"), part(rows.filter(commune__isnull=True))]


def lines_of(
    page: KeysetPage,
    filters: HouseholdFilter | OnlySearched,
    read: dict[int, dict[str, Any]],
    members: dict[int, str],
) -> list[Line]:
    """The rows of a page as the table shows them, in the page's order."""
    ids = [pk for _name, pk in page.rows]
    missing = [pk for pk in ids if pk not in read]
    if missing:
        read |= {row["pk"]: row for row in Household.objects.filter(pk__in=missing).values(*SHOWN)}
    spells = PovertySpell.objects.in_force(filters.day).filter(household__in=ids).order_by()
    classes = dict(spells.values_list("household", "poverty_class"))
    badges = {value: class_badge(value) for value in set(classes.values())}
    merit, policy = _("merit"), _("social policy")
    communes, districts = filters.areas.communes, filters.areas.districts
    lines, section = [], ""
    for name, pk in page.rows:
        if pk not in read:
            continue  # gone between two questions
        row = read[pk]
        words = [word for word, is_so in ((merit, row["merit"]), (policy, row["social_policy"])) if is_so]
        area = communes.get(row["commune"] or 0)
        lines.append(
            Line(
                pk=pk,
                section=str(SECTIONS.get(name, "")) if name != section else "",
                head_name=row["head_name"],
                member=members.get(pk, ""),
                birth_year=row["birth_year"],
                number=masked_id(row["national_id"]),
                village=row["village"],
                commune=area[1] if area else "",
                district=districts.get(row["district"], ""),
                poverty_class=badges.get(classes.get(pk, ""), ""),
                persons=row["member_count"],
                policy=", ".join(words),
            )
        )
        section = name
    return lines
