"""The checks' part of an inspected unit's page."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from ..choices import Answer, RoundState
from ..models import FieldCheck, InspectedUnit
from ..permits.fieldwork import may_check_unit

_TAKING = frozenset({RoundState.FIELDWORK, RoundState.MINUTES})


def panel(unit: InspectedUnit, user: Any) -> dict[str, Any]:
    """What its template shows this person of the unit; empty: nothing."""
    seen = FieldCheck.objects.visible_to(user).filter(unit=unit).values("pk")
    rows = FieldCheck.objects.filter(pk__in=seen).select_related("inspector")
    checks = list(rows.annotate(fails=Count("answers", filter=Q(answers__answer=Answer.FAIL))))
    enters = unit.round.state in _TAKING and may_check_unit(user, unit)
    if not checks and not enters:
        return {}
    return {
        "checks": checks,
        "create_url": reverse("inspections:check_unit_create", args=[unit.pk]) if enters else "",
    }
