"""The versions of a list, and what changed between two of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.web.components import Crumb

from ..lists.versions import Change, decisions_of, difference
from ..models import ListVersion
from .lists import ListPart, list_crumbs
from .uploads import FIELD_WORDS, answer_words


class ListVersions(ListPart):
    """Who wrote the list how, when and why; the newest first."""

    template_name = "allocations/list_versions.html"
    page_heading = gettext_lazy("Versions of the list")
    part = "versions"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = list(
            ListVersion.objects.visible_to(self.request.user)
            .filter(district_list=self.object)
            .select_related("made_by")
            .order_by("id")
        )
        rows = [
            {"version": version, "counts": decisions_of(version.lines), "before": None, "changes": 0}
            for version in versions
        ]
        for (before, after), row in zip(pairwise(versions), rows[1:], strict=True):
            row |= {"before": before, "changes": difference(before.lines, after.lines).count}
        return super().get_context_data(**kwargs) | {"rows": rows[::-1], "newest": versions[-1:]}


class VersionCompare(ListPart):
    """The households that came, went or changed between two versions, old → new."""

    template_name = "allocations/list_compare.html"
    page_heading = gettext_lazy("What changed between two versions")
    part = "versions"
    before: ListVersion
    after: ListVersion

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.versions: list[ListVersion] = []

    def find_subject(self) -> None:
        super().find_subject()
        versions = ListVersion.objects.filter(district_list=self.object)
        known = versions.select_related("made_by").defer("lines").order_by("id")
        self.versions = list(known)
        query = self.request.GET
        chosen = [str(query.get(name, "")) for name in ("from", "to")]
        ids = [pk for pk in chosen if pk.isascii() and pk.isdigit() and len(pk) < 15]
        if len(ids) != 2:
            # Without a choice: the last step.
            ids = [str(version.pk) for version in self.versions[-2:]]
            ids = ids * 2 if len(ids) == 1 else ids
        full = versions.select_related("made_by")
        pair = [get_object_or_404(full, pk=pk) for pk in ids or ["0"]]
        self.before, self.after = sorted(pair, key=lambda version: version.pk)

    def get_breadcrumbs(self) -> list[Crumb]:
        row = self.object
        return [
            *list_crumbs(row),
            Crumb(_("Versions of the list"), reverse("allocations:list_versions", args=[row.pk])),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = difference(self.before.lines, self.after.lines)
        parts = [
            (_("Now kept"), "ok", found.came),
            (_("No longer kept"), "bad", found.went),
            (_("Other answers changed"), "now", found.changed),
            (_("New on the list"), "wait", found.added),
        ]
        return super().get_context_data(**kwargs) | {
            "versions": self.versions,
            "before": self.before,
            "after": self.after,
            "parts": [(title, tone, [_in_words(change) for change in part]) for title, tone, part in parts],
            "left": found.left,
            "count": found.count,
        }


def _in_words(change: Change) -> dict[str, Any]:
    """A changed household as the page prints it: its answers old → new."""
    fields = []
    for name, (was, becomes) in change.fields.items():
        if change.before is None and becomes in ("", None):
            continue
        old = "" if change.before is None else answer_words(name, was)
        fields.append((FIELD_WORDS[name], old, answer_words(name, becomes)))
    return {"line": change.line, "is_new": change.before is None, "fields": fields}
