"""What may be done with the support of a finding's household, and its device that is to come back."""

from __future__ import annotations

from typing import Any

from allocations.choices import HandOverState, SupportState
from allocations.models import HandOver, Support
from allocations.permits.delivery import may_swap
from allocations.workflow.supports import OPEN

from ..models import Finding


def may_be_held(support: Support | None) -> bool:
    """Approved and not handed over yet."""
    return support is not None and support.state in OPEN


def may_be_recovered(support: Support | None) -> bool:
    """Handed over, as the record says."""
    return support is not None and support.state in {SupportState.DELIVERED, SupportState.CONFIRMED}


def to_take_back(finding: Finding, user: Any) -> HandOver | None:
    """The hand-over of a recovered support whose device this person may take back."""
    if finding.support is None or finding.support.state != SupportState.RECOVERED:
        return None
    rows = HandOver.objects.visible_to(user).filter(support=finding.support, device__isnull=False)
    hand_over = rows.exclude(state=HandOverState.REVERSED).select_related("support__district").first()
    return hand_over if hand_over is not None and may_swap(user, hand_over) else None
