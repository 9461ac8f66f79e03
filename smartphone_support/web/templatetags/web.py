"""The components of every screen, as tags. The library is a builtin: no {% load %} needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.base import Node, NodeList, Parser, Token
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lucide.templatetags.lucide import lucide

from ..components import Step, Tab

register = template.Library()

TONES = frozenset({"ok", "wait", "bad", "now", "idle"})
BAR_TONES = frozenset({"", "ok", "wait", "bad"})


@register.simple_tag
def badge(tone: str, text: Any) -> SafeString:
    """A state as a dot and a word; tones: ok, wait, bad, now, idle."""
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"badge: unknown tone {tone!r}")
    return format_html('<span class="state state-{}">{}</span>', tone, text)


@register.simple_tag
def state_badge(obj: Any) -> SafeString:
    """The badge of a thing that has `badge` (its tone) and `state` (a choice)."""
    return badge(obj.badge, obj.get_state_display())


@register.simple_tag
def icon(name: str, size: int = 18, label: str = "") -> SafeString:
    """A Lucide icon as inline SVG, hidden from screen readers unless it has a label of its own."""
    return _drawn(name, size, str(label))


@lru_cache(maxsize=512)
def _drawn(name: str, size: int, label: str) -> SafeString:
    """Each icon is drawn once: a page shows twenty, and drawing one takes as long as asking the database."""
    meaning = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return SafeString(lucide(name, size=size, focusable="false", **{"class": "icon"}, **meaning))


@register.simple_tag
def bar(value: int, total: int, tone: str = "", label: str = "") -> SafeString:
    """A share as an SVG bar, with its figures as text alternative. Print the figures beside it."""
    if tone not in BAR_TONES:
        raise template.TemplateSyntaxError(f"bar: unknown tone {tone!r}")
    share = min(100, max(0, round(100 * value / total))) if total else 0
    figures = _("%(value)s of %(total)s") % {"value": localize(value), "total": localize(total)}
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="bar-track" width="100" height="8"/>'
        '<rect class="bar-fill" width="{}" height="8"/></svg>',
        f" bar-{tone}" if tone else "",
        f"{label}: {figures}" if label else figures,
        str(share),
    )


@register.simple_tag
def citation(text: str) -> SafeString:
    """The article a rule comes from, set apart from what it says."""
    return format_html('<p class="cite">{}</p>', text)


@register.inclusion_tag("components/lifecycle.html")
def lifecycle(steps: Iterable[Step]) -> dict[str, Any]:
    """The states of a thing in a row: where it stands, who did and who is next."""
    return {"steps": list(steps)}


@register.inclusion_tag("components/count_tabs.html")
def count_tabs(tabs: Iterable[Tab]) -> dict[str, Any]:
    """Counted parts of one list; each is a page of its own with its own address."""
    return {"tabs": list(tabs)}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", label: str = "") -> dict[str, Any]:
    """Why there is nothing here, and what to do about it."""
    return {"title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("components/facts.html")
def facts(rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """A definition list of (label, value); an empty value shows as a dash."""
    return {"rows": [(row[0], row[1]) for row in rows]}


@register.inclusion_tag("components/page_links.html", takes_context=True)
def page_links(context: template.Context, page_obj: Page[Any], field: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list that keep everything else of the address."""
    paginator = page_obj.paginator
    query = context["request"].GET.copy()
    query.pop(field, None)
    return {
        "page": page_obj,
        "pages": list(paginator.get_elided_page_range(page_obj.number, on_each_side=2, on_ends=1)),
        "ellipsis": paginator.ELLIPSIS,
        "before": f"?{query.urlencode()}&{field}=" if query else f"?{field}=",
    }


@register.filter
def masked_id(value: Any) -> str:
    """An identity number with its middle hidden: 046******789. Shorter ones keep three signs at each end."""
    text = str(value or "")
    return text if len(text) < 7 else f"{text[:3]}{'*' * (len(text) - 6)}{text[-3:]}"


@register.filter
def masked_phone(value: Any) -> str:
    """A phone number with its middle hidden: 091***4567."""
    text = str(value or "")
    return text if len(text) < 8 else f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"


@register.filter
def due_words(due: date | None) -> str:
    """A due date as people say it: overdue by so many days, today, so many days left."""
    if due is None:
        return ""
    days = (due - timezone.localdate()).days
    if days < 0:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", -days) % {"n": localize(-days)}
    if days == 0:
        return _("today")
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": localize(days)}


@register.filter
def is_past(due: date | None) -> bool:
    return due is not None and due < timezone.localdate()


@register.filter
def time_left(seconds: int | None) -> str:
    """Seconds as a rough time left: a person needs "about 2 minutes", not 117."""
    if seconds is None:
        return ""
    if seconds < 60:
        rounded = max(5, -(-seconds // 5) * 5)
        return ngettext("about %(n)s second left", "about %(n)s seconds left", rounded) % {"n": rounded}
    minutes = round(seconds / 60)
    return ngettext("about %(n)s minute left", "about %(n)s minutes left", minutes) % {"n": minutes}


class CaptureNode(Node):
    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> str:
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return ""


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """{% capture as name %}…{% endcapture %}: one block's text, used in two places (title and heading)."""
    bits = token.split_contents()
    if len(bits) != 3 or bits[1] != "as":
        raise template.TemplateSyntaxError("capture: write {% capture as name %}")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, bits[2])
