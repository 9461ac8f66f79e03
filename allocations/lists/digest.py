"""The fingerprint of an approved list: SHA-256 over its lines in one canonical form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date

from ..models import Amendment, AmendmentLine, DistrictList, ListLine

LINE_FIELDS = (
    "position", "household_id", "commune__code", "priority", "decision", "reason", "support_form", "note",
    "has_need", "verdict", "snapshot",
)  # fmt: skip
AMENDMENT_FIELDS = (
    "position", "removes_id", "adds_id", "reserve_line_id", "priority", "support_form", "reason", "failed",
    "snapshot",
)  # fmt: skip


def list_digest(district_list: DistrictList) -> str:
    """Covers the round's decision, the district, the quota and every line in order.

    The same on every database: keys sorted, no spaces, letters as they are (UTF-8).
    """
    round_ = district_list.round
    head = [
        round_.decision_number,
        round_.decision_date.isoformat(),
        district_list.district.code,
        district_list.quota,
        district_list.kept,
    ]
    lines = ListLine.objects.filter(district_list=district_list).order_by("position")
    return _sha256([head, [list(values) for values in lines.values_list(*LINE_FIELDS)]])


def amendment_digest(
    amendment: Amendment,
    lines: Iterable[AmendmentLine],
    *,
    decision_number: str,
    decision_date: date,
    signer: str,
) -> str:
    """Covers the approved list it amends, its own proposal and decision, and every line in order."""
    head = [
        amendment.district_list.digest, amendment.kind, amendment.number, amendment.date.isoformat(),
        amendment.reason, decision_number, decision_date.isoformat(), signer,
    ]  # fmt: skip
    return _sha256([head, [[getattr(line, name) for name in AMENDMENT_FIELDS] for line in lines]])


def amendment_untouched(amendment: Amendment) -> bool:
    """Whether a decided amendment still is what was decided."""
    if amendment.decision_date is None or not amendment.digest:
        return False
    lines = AmendmentLine.objects.filter(amendment=amendment).order_by("position")
    return amendment.digest == amendment_digest(
        amendment,
        lines,
        decision_number=amendment.decision_number,
        decision_date=amendment.decision_date,
        signer=amendment.signer,
    )


def decision_digest(list_digests: Iterable[tuple[str, str]]) -> str:
    """Covers the digests of the approved lists: (district code, digest), in the order of codes."""
    return _sha256(sorted(list_digests))


def _sha256(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def untouched(district_list: DistrictList) -> bool:
    """Whether an approved list still is what was approved."""
    return bool(district_list.digest) and district_list.digest == list_digest(district_list)
