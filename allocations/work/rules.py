"""Rules, levels and difficult communes that wait for their officer or for the leader."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from smartphone_support.web.worklist import WorkItem

from ..choices import EntryState, RuleState
from ..models import DesignationEntry, EligibilityRuleSet, SupportLevel
from ..permits.rules import may_approve_rule


def waiting_for(user: Any) -> list[WorkItem]:
    """Drafts to finish; submitted rules, levels and communes to decide on."""
    items: list[WorkItem] = []
    rows = EligibilityRuleSet.objects.visible_to(user).select_related("prepared_by").order_by("pk")
    if user.has_perm("allocations.prepare_rule"):
        for row in rows.filter(state=RuleState.DRAFT):
            detail = _("draft, not submitted yet")
            if row.return_reason:
                detail = _("returned: %(reason)s") % {"reason": row.return_reason}
            items.append(_item(row, detail, _("Finish rule")))
    if user.has_perm("allocations.approve_rule"):
        submitted = rows.filter(state=RuleState.SUBMITTED).select_related("program")
        for row in (row for row in submitted if may_approve_rule(user, row)):
            detail = _("prepared by %(maker)s") % {"maker": row.prepared_by}
            items.append(_item(row, detail, _("Decide on rule")))
        items += _entries(user, mine=False)
    return items


def awaited_by(user: Any) -> list[WorkItem]:
    """Rules, levels and communes the officer handed on to the leader."""
    if not user.has_perm("allocations.prepare_rule"):
        return []
    rows = EligibilityRuleSet.objects.visible_to(user).filter(state=RuleState.SUBMITTED).order_by("pk")
    items = [_item(row, _("with the programme leader for approval"), _("View rule")) for row in rows]
    return items + _entries(user, mine=True)


def _entries(user: Any, *, mine: bool) -> list[WorkItem]:
    """Levels and communes that wait for the leader: `mine` as whoever enters them sees it."""
    levels = SupportLevel.objects.visible_to(user).filter(state=EntryState.SUBMITTED).order_by("pk")
    entries = DesignationEntry.objects.visible_to(user).filter(state=EntryState.SUBMITTED).order_by("pk")
    if not mine:
        levels, entries = levels.exclude(entered_by=user), entries.exclude(entered_by=user)
    named = [
        (
            _("Level of support of the source “%(source)s”") % {"source": row.get_funding_kind_display()},
            row.entered_by,
            "level_list",
        )
        for row in levels.select_related("entered_by")
    ]
    named += [
        (
            _("Difficult communes by %(citation)s") % {"citation": row.citation},
            row.entered_by,
            "designation_list",
        )
        for row in entries.select_related("entered_by")
    ]
    waits = _("with the programme leader for approval")
    return [
        WorkItem(
            title=title,
            detail=waits if mine else _("entered by %(maker)s") % {"maker": maker},
            url=reverse(f"allocations:{page}"),
            verb=_("View entry") if mine else _("Decide on entry"),
        )
        for title, maker, page in named
    ]


def _item(row: EligibilityRuleSet, detail: str, verb: str) -> WorkItem:
    return WorkItem(
        title=_("Rules of the source “%(source)s”") % {"source": row.get_funding_kind_display()},
        detail=detail,
        url=reverse("allocations:rule_detail", args=[row.pk]),
        verb=verb,
    )
