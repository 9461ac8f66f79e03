"""On which day a support was approved: by the decision on its list, or by that on its amendment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ..models import AmendmentLine, ApprovalDecision, Support


def approval_days(supports: Iterable[Support]) -> dict[int, date]:
    """Support id → day of its decision; a contribution's support has none. Two queries."""
    rows = list(supports)
    lists = {row.pk: row.line_id for row in rows if row.line_id}
    changes = {row.pk: row.amendment_line_id for row in rows if row.amendment_line_id}
    by_line = dict(
        ApprovalDecision.objects.filter(proposal__lists__lines__in=set(lists.values())).values_list(
            "proposal__lists__lines", "date"
        )
    )
    by_change = dict(
        AmendmentLine.objects.filter(pk__in=set(changes.values())).values_list(
            "pk", "amendment__decision_date"
        )
    )
    found = {pk: by_line.get(line) for pk, line in lists.items()}
    found |= {pk: by_change.get(line) for pk, line in changes.items()}
    return {pk: day for pk, day in found.items() if day is not None}
