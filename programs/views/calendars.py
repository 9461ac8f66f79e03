"""The dues of a plan as a calendar: a month in weeks, or a year in months."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from smartphone_support.accounts.models import Organisation
from smartphone_support.web.views import Page

from ..dues import calendar
from ..dues.calendar import Item
from ..dues.filters import CalendarFilter
from ..dues.standing import TONES, Standing
from .living import CALENDAR, PlanMixin


class DueCalendar(PlanMixin, Page):
    """`?month=2024-02` shows a month, `?year=2024` a year; without either the running month, or the plan's
    last where the plan has ended."""

    template_name = "programs/due_calendar.html"
    page_heading = gettext_lazy("Calendar of the plan")
    plan_view = CALENDAR

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def near(self) -> date:
        """The running month, kept within the plan's years."""
        if self.today.year > self.program.last_year:
            return date(self.program.last_year, 12, 1)
        if self.today.year < self.program.first_year:
            return date(self.program.first_year, 1, 1)
        return self.today.replace(day=1)

    @cached_property
    def filter(self) -> CalendarFilter:
        data = self.request.GET or None
        return CalendarFilter(
            data, queryset=self.dues, request=self.request, program=self.program, clock=self.clock
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("year", "")
        whole_year = bool(asked) and not self.request.GET.get("month")
        context = super().get_context_data(**kwargs) | {
            "filter": self.filter,
            "whole_year": whole_year,
            "key": [(TONES[standing], self._key(standing)) for standing in Standing],
        }
        return context | (self._year(asked) if whole_year else self._month())

    @staticmethod
    def _key(standing: Standing) -> Any:
        """Periods not open yet share the tone of those with time left."""
        return _("Time left, or not open yet") if standing == Standing.OPEN else standing.label

    def _month(self) -> dict[str, Any]:
        first = calendar.month_from(self.request.GET.get("month", ""), self.near)
        last = calendar.last_of_month(first)
        month = calendar.month_of(first, self._items(first, last), self.today)
        return {
            "month": month,
            "weekdays": [date_format(day.day, "l") for day in month.weeks[0]],
            "shown": calendar.month_words(first),
            "earlier": (calendar.month_words(_before(first)), self._address(month=f"{_before(first):%Y-%m}")),
            "later": (calendar.month_words(_after(last)), self._address(month=f"{_after(last):%Y-%m}")),
            "other": (_("Whole year %(year)s") % {"year": first.year}, self._address(year=str(first.year))),
            "now": self._address(month=f"{self.near:%Y-%m}") if first != self.near else "",
        }

    def _year(self, asked: str) -> dict[str, Any]:
        year = calendar.year_of(asked, self.near.year)
        firsts = [date(year, month, 1) for month in range(1, 13)]
        items = self._items(firsts[0], date(year, 12, 31))
        months = calendar.months_of(firsts, items, self.today)
        return {
            "months": [
                (calendar.month_words(month.first), self._address(month=f"{month.first:%Y-%m}"), month)
                for month in months
            ],
            "short_weekdays": short_weekdays(),
            "number": sum(month.number for month in months),
            "shown": _("Year %(year)s") % {"year": year},
            "earlier": (_("Year %(year)s") % {"year": year - 1}, self._address(year=str(year - 1))),
            "later": (_("Year %(year)s") % {"year": year + 1}, self._address(year=str(year + 1))),
            "other": (_("By month"), self._address(month=f"{self._month_in(year):%Y-%m}")),
            "now": self._address(year=str(self.near.year)) if year != self.near.year else "",
        }

    def _month_in(self, year: int) -> date:
        return self.near if self.near.year == year else date(year, 1, 1)

    def _items(self, first: date, last: date) -> dict[date, list[Item]]:
        rows = self.filter.qs.filter(due_on__range=(first, last))
        known = {
            name: value for name in ("organisation", "group") if (value := self.request.GET.get(name, ""))
        }
        found = calendar.items_by_day(self.program, rows, self.clock, known)
        if self.request.GET.get("state"):
            return found
        return calendar.merged(found, self._planned(first, last))

    def _planned(self, first: date, last: date) -> dict[date, list[Item]]:
        user: Any = self.request.user
        chosen = self.filter.form.cleaned_data if self.filter.form.is_valid() else {}
        organisation: Organisation | None = chosen.get("organisation")
        if not user.has_perm("programs.follow_program"):
            organisation = user.organisation
            if organisation is None:
                return {}
        group = chosen.get("group")
        return calendar.planned_by_day(
            self.program, first, last, organisation=organisation, group=group.pk if group else None
        )

    def _address(self, **parameters: str) -> str:
        query = self.request.GET.copy()
        for name in ("month", "year"):
            query.pop(name, None)
        for name, value in parameters.items():
            query[name] = value
        return f"{self.request.path}?{query.urlencode()}"


def short_weekdays() -> list[str]:
    """Monday to Sunday as short as a small calendar needs them."""
    texts = (
        pgettext("weekday", "Mon"), pgettext("weekday", "Tue"), pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"), pgettext("weekday", "Fri"), pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    )  # fmt: skip
    return list(texts)


def _before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _after(last: date) -> date:
    return last + timedelta(days=1)
