"""Communes whose households may choose fixed broadband: Circular 14/2022/TT-BTTTT art. 20.

The communes are those a decision names as extremely difficult; the province enters them (`areas`).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from smartphone_support.areas.choices import Designation
from smartphone_support.areas.models import AdministrativeArea, AreaDesignation

from .rules.facts import Days

_DAY = timedelta(days=1)


def difficult_days(province: AdministrativeArea) -> dict[int, tuple[Days, ...]]:
    """Commune → the days it was named, of all communes of the province ever named."""
    found: dict[int, list[Days]] = defaultdict(list)
    rows = AreaDesignation.objects.filter(kind=Designation.DIFFICULT, area__parent__parent=province)
    for area, begin, last in rows.values_list("area_id", "valid_from", "valid_to"):
        found[area].append(Days(begin, last + _DAY if last else None))
    return {area: tuple(days) for area, days in found.items()}
