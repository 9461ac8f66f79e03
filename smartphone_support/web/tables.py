"""Tables of the site's look: one row template, columns that know how numbers and states are set."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.formats import date_format, localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from .templatetags.web import badge, masked_id

DASH = "–"


class BaseTable(tables.Table):
    """Inherit this for every list. Sorting and pages live in the address; on a phone a row is a card."""

    class Meta:
        attrs = {"class": "table cards"}
        default = DASH
        per_page = 50


class NumberColumn(tables.Column):
    """A number: right-aligned, figures of one width, thousands separated."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        attrs = kwargs.pop("attrs", {})
        super().__init__(*args, attrs={"th": {"class": "num"}, "td": {"class": "num"}, **attrs}, **kwargs)

    def render(self, value: Any) -> str:
        return str(localize(value))


class DateColumn(tables.Column):
    """A date as dd/mm/yyyy, or a moment with its minute."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        attrs = kwargs.pop("attrs", {})
        super().__init__(*args, attrs={"td": {"class": "date"}, **attrs}, **kwargs)

    def render(self, value: Any) -> str:
        if hasattr(value, "hour"):
            return date_format(localtime(value), "SHORT_DATETIME_FORMAT")
        return date_format(value, "SHORT_DATE_FORMAT")


class StateColumn(tables.Column):
    """The badge of a record that has `badge` and `get_state_display`."""

    def render(self, record: Any) -> SafeString:
        return badge(record.badge, record.get_state_display())


class IdentityColumn(tables.Column):
    """An identity number with its middle hidden."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        attrs = kwargs.pop("attrs", {})
        super().__init__(*args, attrs={"td": {"class": "code"}, **attrs}, **kwargs)

    def render(self, value: Any) -> str:
        return masked_id(value) or DASH


class TitleColumn(tables.Column):
    """The column that names the row and leads to it; on a phone it is the card's heading.

    `note`, an accessor, adds a second, smaller line.
    """

    def __init__(self, *args: Any, note: str = "", **kwargs: Any) -> None:
        self.note = tables.A(note) if note else None
        attrs = kwargs.pop("attrs", {})
        super().__init__(*args, attrs={"td": {"class": "title"}, **attrs}, **kwargs)

    def render(self, value: Any, record: Any) -> Any:
        note = self.note.resolve(record, quiet=True) if self.note else ""
        return format_html("{} <small>{}</small>", value, note) if note else value
