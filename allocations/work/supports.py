"""What waits for a decision about supports, and amendments on their way."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.web.worklist import WorkItem

from ..choices import AmendmentState, HoldReason, SupportState
from ..models import Amendment, Support
from ..permits.supports import may_decide_amendment


def waiting_for(user: Any) -> list[WorkItem]:
    """Supports on hold, without an operator or undeliverable; amendments to submit or to decide."""
    items: list[WorkItem] = []
    if user.has_perm("allocations.manage_support"):
        items += _on_hold(user) + _without_operator(user)
    if user.has_perm("allocations.prepare_amendment"):
        items += _undeliverable(user) + _amendments(user, AmendmentState.DRAFT, _("Submit amendment"))
    if user.has_perm("allocations.record_decision"):
        items += _amendments(user, AmendmentState.SUBMITTED, _("Record decision"), may_decide_amendment)
    return items


def awaited_by(user: Any) -> list[WorkItem]:
    """Amendments this person handed to the leader."""
    if not user.has_perm("allocations.prepare_amendment"):
        return []
    return _amendments(user, AmendmentState.SUBMITTED, _("View amendment"))


def _households(count: int) -> str:
    return ngettext("%(count)s household", "%(count)s households", count) % {"count": localize(count)}


def _list(query: str) -> str:
    return f"{reverse('allocations:support_list')}?{query}"


def _on_hold(user: Any) -> list[WorkItem]:
    """One item, with how many wait for which reason."""
    rows = Support.objects.visible_to(user).filter(state=SupportState.ON_HOLD).order_by()
    counts = dict(rows.values_list("hold_reason").annotate(count=Count("pk")))
    if not counts:
        return []
    reasons = "; ".join(
        f"{HoldReason(why).label}: {localize(counts[why])}" for why in HoldReason.values if why in counts
    )
    title = _("Decide on %(households)s on hold") % {"households": _households(sum(counts.values()))}
    return [WorkItem(title, reasons, _list("part=hold"), _("Decide on households"))]


def _without_operator(user: Any) -> list[WorkItem]:
    rows = Support.objects.visible_to(user).filter(state=SupportState.APPROVED, round__isnull=False)
    counts = rows.order_by().values_list("round_id", "round__name").annotate(count=Count("pk"))
    return [
        WorkItem(
            title=_("Assign an operator, %(round)s") % {"round": name},
            detail=_("%(households)s approved without an operator") % {"households": _households(count)},
            url=_list(f"part=waiting&round={key}"),
            verb=_("Assign operator"),
        )
        for key, name, count in counts.order_by("round_id")
    ]


def _undeliverable(user: Any) -> list[WorkItem]:
    """Places that fell free and that no amendment fills yet."""
    taken = Amendment.objects.exclude(state=AmendmentState.CANCELLED)
    rows = Support.objects.visible_to(user).filter(state=SupportState.UNDELIVERABLE, round__isnull=False)
    count = rows.exclude(amendment_lines__amendment__in=taken).count()
    if not count:
        return []
    return [
        WorkItem(
            title=_("Propose the next reserves"),
            detail=_("%(households)s cannot be delivered") % {"households": _households(count)},
            url=_list("state=undeliverable"),
            verb=_("Propose reserves"),
        )
    ]


def _amendments(user: Any, state: str, verb: str, may: Any = None) -> list[WorkItem]:
    """`may`: only those this person may take the step over."""
    found = Amendment.objects.visible_to(user).filter(state=state)
    found = found.select_related("district_list__district", "round__program")
    return [
        WorkItem(
            title=f"{row} · {row.district_list.district}",
            detail=(
                _("returned: %(reason)s") % {"reason": row.return_reason} if row.return_reason else row.reason
            ),
            url=reverse("allocations:amendment_detail", args=[row.pk]),
            verb=verb,
        )
        for row in found.order_by("pk")
        if may is None or may(user, row)
    ]
