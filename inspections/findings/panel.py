"""The findings' part of a round's page: how many of which kind, and what every organisation has to mend."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from ..choices import FindingKind, FindingState
from ..models import Finding, InspectionRound
from ..permits.findings import may_open
from ..workflow.findings import FINDING_STATES
from .filters import overdue


def panel(round_: InspectionRound, user: Any) -> dict[str, Any]:
    """What its template shows this person of the round; empty: nothing."""
    if not user.has_perm("inspections.view_finding"):
        return {}
    seen = Finding.objects.visible_to(user).filter(round=round_).values("pk")
    rows = Finding.objects.filter(pk__in=seen).order_by()
    opens = round_.state in FINDING_STATES and may_open(user, round_.program.province_id, round=round_)
    return {
        "total": rows.count(),
        "kinds": _kinds(rows),
        "menders": _menders(rows),
        "list_url": f"{reverse('inspections:finding_list')}?round={round_.pk}",
        "create_url": reverse("inspections:finding_create", args=[round_.pk]) if opens else "",
    }


def _kinds(rows: Any) -> list[dict[str, Any]]:
    """Kinds with their counts, those not upheld left out, in the order of the checklist."""
    found = dict(rows.exclude(state=FindingState.DROPPED).values_list("kind").annotate(count=Count("pk")))
    return [
        {"kind": kind.value, "label": kind.label, "count": found[kind]}
        for kind in FindingKind
        if kind in found
    ]


def _menders(rows: Any) -> list[dict[str, Any]]:
    """Each organisation with what it still has to do; the one not named yet last."""
    counts = {
        "total": Count("pk"),
        "open": Count("pk", filter=Q(state=FindingState.OPEN)),
        "late": Count("pk", filter=overdue()),
        "verify": Count("pk", filter=Q(state=FindingState.REMEDIED)),
        "closed": Count("pk", filter=Q(state=FindingState.CLOSED)),
    }
    found = (
        rows.exclude(state=FindingState.DROPPED)
        .values("responsible", "responsible__short_name", "responsible__kind", "round")
        .annotate(**counts)
    )
    ordered = sorted(
        found,
        key=lambda row: (
            row["responsible"] is None,
            row["responsible__kind"] or "",
            row["responsible__short_name"] or "",
        ),
    )
    return [row | {"name": row["responsible__short_name"], "papers": _papers(row)} for row in ordered]


def _papers(row: dict[str, Any]) -> dict[str, str]:
    """The request to this organisation, while something is left to ask for."""
    if row["responsible"] is None or not row["open"] + row["verify"]:
        return {}
    args = [row["round"], row["responsible"]]
    return {
        "docx": reverse("inspections:finding_request_docx", args=args),
        "pdf": reverse("inspections:finding_request_pdf", args=args),
    }
