"""What waits for a person in inspections and complaints, and what they wait for from others."""

from __future__ import annotations

from typing import Any

from smartphone_support.web.worklist import WorkItem

from .work import complaints, fieldwork, findings, rounds

PARTS = (rounds, fieldwork, findings, complaints)


def waiting_for(user: Any) -> list[WorkItem]:
    """Steps this person may take now, the parts in the order of the work."""
    return [item for part in PARTS for item in part.waiting_for(user)]


def awaited_by(user: Any) -> list[WorkItem]:
    """What this person handed on and somebody else has now."""
    return [item for part in PARTS for item in part.awaited_by(user)]
