"""The papers of a row, as buttons for its page."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from ..models import DistrictList
from ..papers.kinds import PaperKind, communes_of, communes_seen, kinds_of

register = template.Library()


@register.inclusion_tag("papers/_downloads.html", takes_context=True)
def papers_of(context: dict[str, Any], row: Any) -> dict[str, Any]:
    """`{% papers_of proposal %}`: every paper of the row this person may have, in both formats."""
    return _papers(row, context["request"].user)


@register.inclusion_tag("papers/_downloads.html", takes_context=True)
def papers_of_commune(context: dict[str, Any]) -> dict[str, Any]:
    """The papers of the commune a page is filtered by (`?commune=`), of what this person sees in it."""
    request = context["request"]
    wanted = request.GET.get("commune", "")
    if not (wanted.isdecimal() and len(wanted) < 10):
        return {}
    commune = communes_seen(request.user).filter(pk=int(wanted)).first()
    return _papers(commune, request.user) if commune else {}


def _papers(row: Any, user: Any) -> dict[str, Any]:
    kinds = kinds_of(row, user)
    narrowed = isinstance(row, DistrictList) and any(kind.by_commune for kind in kinds)
    return {
        "papers": [_links(kind, row, user) for kind in kinds],
        "communes": list(communes_of(row)) if narrowed else [],
        "prefix": f"{row._meta.model_name}-{row.pk}",
    }


def _links(kind: PaperKind, row: Any, user: Any) -> dict[str, Any]:
    def url(ending: str) -> str:
        return reverse(f"allocations:paper_{kind.name}_{ending}", args=[row.pk])

    return {
        "title": kind.title,
        "key": kind.name,
        "by_commune": kind.by_commune,
        "docx": url("docx"),
        "pdf": url("pdf"),
        "full": url("full") if kind.may_be_full(user) else "",
        "invite": url("invite") if kind.is_invitation else "",
    }
