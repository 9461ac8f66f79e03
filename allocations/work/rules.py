"""Rules that wait for their officer or for the leader."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from smartphone_support.web.worklist import WorkItem

from ..choices import RuleState
from ..models import EligibilityRuleSet


def waiting_for(user: Any) -> list[WorkItem]:
    """Drafts to finish, and submitted rules to decide on."""
    items: list[WorkItem] = []
    rows = EligibilityRuleSet.objects.visible_to(user).select_related("prepared_by").order_by("pk")
    if user.has_perm("allocations.prepare_rule"):
        for row in rows.filter(state=RuleState.DRAFT):
            detail = _("draft, not submitted yet")
            if row.return_reason:
                detail = _("returned: %(reason)s") % {"reason": row.return_reason}
            items.append(_item(row, detail, _("Finish rule")))
    if user.has_perm("allocations.approve_rule"):
        for row in rows.filter(state=RuleState.SUBMITTED).exclude(prepared_by=user):
            detail = _("prepared by %(maker)s") % {"maker": row.prepared_by}
            items.append(_item(row, detail, _("Decide on rule")))
    return items


def awaited_by(user: Any) -> list[WorkItem]:
    """Rules the officer handed on to the leader."""
    if not user.has_perm("allocations.prepare_rule"):
        return []
    rows = EligibilityRuleSet.objects.visible_to(user).filter(state=RuleState.SUBMITTED).order_by("pk")
    return [_item(row, _("with the programme leader for approval"), _("View rule")) for row in rows]


def _item(row: EligibilityRuleSet, detail: str, verb: str) -> WorkItem:
    return WorkItem(
        title=_("Rules of the source “%(source)s”") % {"source": row.get_funding_kind_display()},
        detail=detail,
        url=reverse("allocations:rule_detail", args=[row.pk]),
        verb=verb,
    )
