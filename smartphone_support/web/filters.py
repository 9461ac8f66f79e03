"""Filters that live in the address, so that a view of a list can be sent to a colleague."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import django_filters
from django import forms
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from .forms import DateField


class DayFilter(django_filters.DateFilter):
    """A day typed as in every form of the site."""

    field_class = DateField


class QuickSelect(forms.Select):
    """A drop-down without a template per option: a hundred communes cost no more than the rest of a page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = _options(tuple((str(key), str(label)) for key, label in self.choices))
        if value:
            chosen = f'value="{escape(value)}"'
            options = options.replace(f"{chosen}>", f"{chosen} selected>", 1)
        identity = (attrs or {}).get("id") or f"id_{name}"
        select = '<select name="{}" id="{}" class="form-select">{}</select>'
        return format_html(select, name, identity, SafeString(options))  # escaped in _options


@lru_cache(maxsize=256)
def _options(choices: tuple[tuple[str, str], ...]) -> str:
    return "".join(f'<option value="{escape(key)}">{escape(label)}</option>' for key, label in choices)


def field_html(field: Any) -> SafeString:
    """A filter with its label and what is wrong with it, without a template of its own."""
    wrong = format_html_join("", '<span class="invalid-feedback">{}</span>', ((e,) for e in field.errors))
    return format_html(
        '<div class="mb-3"><label for="{}" class="form-label">{}</label>{}{}</div>',
        field.id_for_label, field.label, field, wrong,
    )  # fmt: skip


class BaseFilterSet(django_filters.FilterSet):
    """Inherit this for every list. Drop-downs say "All" instead of dashes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            if getattr(field, "empty_label", None):
                field.empty_label = _("All")  # type: ignore[attr-defined]  # choice fields only
            if field.widget.input_type == "text" if hasattr(field.widget, "input_type") else False:
                field.widget.attrs.setdefault("autocomplete", "off")

    @property
    def is_active(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(self.form.is_bound and any(self.form[name].data for name in self.form.fields))
