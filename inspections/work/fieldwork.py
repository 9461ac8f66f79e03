"""What waits in fieldwork: households to visit, checks to choose from, devices not handed in."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.web.worklist import WorkItem

from ..choices import RoundState, SampleState
from ..models import InspectionRound, OfflinePack
from ..offline.panel import undecided
from ..permits.fieldwork import CHECK, may_choose


def waiting_for(user: Any) -> list[WorkItem]:
    """Steps this person may take now."""
    if not user.has_perm(CHECK):
        return []
    return _visits(user) + _choices(user) + _devices(user)


def awaited_by(user: Any) -> list[WorkItem]:
    """What this person handed on and somebody else has now: nothing, the round's page shows the team's."""
    return []


def _own_rounds(user: Any, *states: str) -> Any:
    own = InspectionRound.objects.visible_to(user).filter(team__user=user, team__left_at__isnull=True)
    rows = InspectionRound.objects.filter(pk__in=own.values("pk"), state__in=states)
    return rows.select_related("program__province").order_by("fieldwork_to", "pk")


def _visits(user: Any) -> list[WorkItem]:
    mine = Q(sample__inspector=user, sample__state=SampleState.PENDING)
    rows = (
        _own_rounds(user, RoundState.FIELDWORK).annotate(left=Count("sample", filter=mine)).filter(left__gt=0)
    )
    return [
        WorkItem(
            _("Households of “%(round)s” to visit") % {"round": row},
            ngettext("%(count)s household is left", "%(count)s households are left", row.left)
            % {"count": localize(row.left)},
            reverse("inspections:field_home"),
            _("Visit households"),
            due=row.fieldwork_to,
        )
        for row in rows
    ]


def _choices(user: Any) -> list[WorkItem]:
    items = []
    for row in _own_rounds(user, RoundState.FIELDWORK, RoundState.MINUTES):
        count = len(undecided(row)) if may_choose(user, row) else 0
        if count:
            items.append(
                WorkItem(
                    _("Households of “%(round)s” checked twice") % {"round": row},
                    ngettext(
                        "for %(count)s household nobody has said which check counts",
                        "for %(count)s households nobody has said which check counts",
                        count,
                    )
                    % {"count": localize(count)},
                    reverse("inspections:check_list", args=[row.pk]) + "?mark=twice",
                    _("Choose the check"),
                )
            )
    return items


def _devices(user: Any) -> list[WorkItem]:
    """Devices that still hold a round whose fieldwork has ended; forgotten with the round itself."""
    rows = OfflinePack.objects.filter(inspector=user, handed_in_at__isnull=True)
    over = (RoundState.FIELDWORK, RoundState.CLOSED, RoundState.CANCELLED)
    rows = rows.exclude(round__state__in=over).select_related("round").order_by("pk")
    return [
        WorkItem(
            _("“%(round)s” is still on a device") % {"round": row.round},
            row.device or _("unknown device"),
            reverse("inspections:field_home"),
            _("Send and hand in"),
        )
        for row in rows
    ]
