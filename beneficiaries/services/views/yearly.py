"""The change of the year: whom to suspend as of 1 January, to restore, to take off the list."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.web.components import Crumb, Tab
from smartphone_support.web.views import ConfirmPage, Page

from ...models import ServiceSubscription
from ..forms import YearForm
from ..permits import may_manage
from ..workflow import yearly
from .subscriptions import LIST_CRUMB

HEADING = gettext_lazy("Change of the year")
SHOWN = 500
SUSPEND, RESTORE, REMOVE = "suspend", "restore", "remove"


def _asked(query: QueryDict) -> tuple[int, bool]:
    """The year and whether certificates are demanded, as the address says; today's year otherwise."""
    form = YearForm(query)
    data = form.cleaned_data if form.is_valid() else {}
    today = timezone.localdate()
    year = data.get("year") or today.year
    return min(max(year, yearly.FIRST_YEAR), today.year), bool(data.get("with_certificate"))


def rows_of(part: str, province: Any, year: int, *, with_certificate: bool) -> list[ServiceSubscription]:
    """The subscriptions of one part of the page."""
    if part == SUSPEND:
        return yearly.to_suspend(province, year, with_certificate=with_certificate)
    if part == RESTORE:
        return yearly.to_restore(province, timezone.localdate(), with_certificate=with_certificate)
    return yearly.to_remove(province, year, with_certificate=with_certificate)


class YearChange(Page):
    """Circular 14/2022/TT-BTTTT art. 26: who is not certified any more, listed before anything is written."""

    permission_required = "beneficiaries.manage_service"
    template_name = "services/year_change.html"
    page_heading = HEADING
    lead = gettext_lazy(
        "Households that are no longer poor or near-poor as of 1 January are suspended for the year; "
        "certified again, they are restored; after the year they leave the list."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(LIST_CRUMB), reverse("services:subscription_list"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        year, demanded = _asked(self.request.GET)
        part = self.request.GET.get("part", SUSPEND)
        part = part if part in (SUSPEND, RESTORE, REMOVE) else SUSPEND
        found = {
            each: rows_of(each, user.province, year, with_certificate=demanded)
            for each in (SUSPEND, RESTORE, REMOVE)
        }
        query = urlencode({"year": year, **({"with_certificate": "on"} if demanded else {})})
        words = {
            SUSPEND: _("To suspend"), RESTORE: _("To restore"), REMOVE: _("To take off the list"),
        }  # fmt: skip
        tabs = [
            Tab(words[each], len(rows), f"?{query}&part={each}", each == part) for each, rows in found.items()
        ]
        return super().get_context_data(**kwargs) | {
            "year": year, "form": YearForm({"year": year, "with_certificate": demanded}), "part": part,
            "tabs": tabs, "rows": found[part][:SHOWN], "count": len(found[part]),
            "hidden_rows": max(0, len(found[part]) - SHOWN),
            "act_url": f"{reverse(f'services:year_{part}')}?{query}",
        }  # fmt: skip


class YearStep(ConfirmPage):
    """One of the three, for the whole province, with the number the person saw."""

    permission_required = "beneficiaries.manage_service"
    tone = "danger"

    def find_subject(self) -> None:
        """The whole province is its subject."""

    def has_permission(self) -> bool:
        user: Any = self.request.user
        return super().has_permission() and may_manage(user, user.province)

    @property
    def part(self) -> str:
        return str(self.kwargs["part"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(str(LIST_CRUMB), reverse("services:subscription_list")),
            Crumb(str(HEADING), self.get_success_url()),
        ]

    def get_page_heading(self) -> str:
        return {
            SUSPEND: _("Suspend as of 1 January?"), RESTORE: _("Restore as of today?"),
            REMOVE: _("Take off the list as of 1 January?"),
        }[self.part]  # fmt: skip

    def get_submit_label(self) -> str:
        return {SUSPEND: _("Suspend them"), RESTORE: _("Restore them"), REMOVE: _("Take them off")}[self.part]

    def get_success_url(self) -> str:
        return f"{reverse('services:year_change')}?{self.request.GET.urlencode()}"

    def _count(self) -> int:
        user: Any = self.request.user
        year, demanded = _asked(self.request.GET)
        return len(rows_of(self.part, user.province, year, with_certificate=demanded))

    def get_consequence(self) -> str:
        year, _demanded = _asked(self.request.GET)
        n = self._count()
        sentence = {
            SUSPEND: ngettext(
                "%(n)s subscription is suspended as of 01/01/%(year)s, of all operators.",
                "%(n)s subscriptions are suspended as of 01/01/%(year)s, of all operators.", n,
            ),
            RESTORE: ngettext(
                "%(n)s subscription is supported again as of today.",
                "%(n)s subscriptions are supported again as of today.", n,
            ),
            REMOVE: ngettext(
                "%(n)s subscription leaves the list as of 01/01/%(year)s and cannot be restored.",
                "%(n)s subscriptions leave the list as of 01/01/%(year)s and cannot be restored.", n,
            ),
        }[self.part]  # fmt: skip
        return sentence % {"n": n, "year": str(year)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"expected": self._count()}

    template_name = "services/year_step.html"

    def perform(self, reason: str) -> str:
        user: Any = self.request.user
        year, demanded = _asked(self.request.GET)
        expected = self.request.POST.get("expected", "")
        seen = int(expected) if expected.isdecimal() else -1
        if self.part == SUSPEND:
            n = yearly.suspend_for_year(
                user.province, year, expected=seen, with_certificate=demanded, actor=user
            )
            done = ngettext("%(n)s subscription was suspended.", "%(n)s subscriptions were suspended.", n)
        elif self.part == RESTORE:
            today: date = timezone.localdate()
            n = yearly.restore_certified(
                user.province, today, expected=seen, with_certificate=demanded, actor=user
            )
            done = ngettext("%(n)s subscription was restored.", "%(n)s subscriptions were restored.", n)
        else:
            n = yearly.remove_uncertified(
                user.province, year, expected=seen, with_certificate=demanded, actor=user
            )
            done = ngettext("%(n)s subscription left the list.", "%(n)s subscriptions left the list.", n)
        return done % {"n": n}
