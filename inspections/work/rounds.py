"""What waits in rounds."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.web.worklist import WorkItem

from ..choices import MinutesState, RoundState, UnitKind
from ..models import InspectedUnit, InspectionRound
from ..workflow.units import REPORTING

#: States in which whoever runs a round has the next step.
_TO_RUN = (RoundState.PLANNED, RoundState.ANNOUNCED, RoundState.FIELDWORK, RoundState.MINUTES,
           RoundState.CONCLUDED)  # fmt: skip


def waiting_for(user: Any) -> list[WorkItem]:
    """The next step of the own rounds, conclusions for the leader, reports for the inspected unit."""
    items: list[WorkItem] = []
    if user.has_perm("inspections.plan_round"):
        items += [item for row in _own(user, _TO_RUN) if (item := _next_step(row)) is not None]
    if user.has_perm("inspections.conclude_round"):
        items += [_conclusion(row) for row in _ready(user) if row.created_by_id != user.pk]
    if user.has_perm("inspections.remedy_finding") and user.district is not None:
        items += _reports(user)
    return items


def awaited_by(user: Any) -> list[WorkItem]:
    """Conclusions the officer waits for, and reports of units that have not come."""
    if not user.has_perm("inspections.plan_round"):
        return []
    items = [_conclusion(row, _("View the round")) for row in _ready(user)]
    return items + [item for row in _own(user, REPORTING) if (item := _missing_reports(row)) is not None]


def _own(user: Any, states: Any) -> list[InspectionRound]:
    """Rounds of the person's own level: the province's, or their district's."""
    rows = InspectionRound.objects.visible_to(user).filter(district=user.district, state__in=list(states))
    return list(rows.order_by("fieldwork_from", "pk"))


def _unsigned(row: InspectionRound) -> int:
    return row.units.exclude(minutes__state=MinutesState.SIGNED).count()


def _ready(user: Any) -> list[InspectionRound]:
    """Rounds whose minutes are all signed: the leader's turn."""
    return [row for row in _own(user, [RoundState.MINUTES]) if not _unsigned(row)]


def _next_step(row: InspectionRound) -> WorkItem | None:
    """What the round waits for from whoever runs it; None while it waits for its day or for others."""
    today, due = timezone.localdate(), None
    if row.state == RoundState.PLANNED:
        detail, verb, due = _("Team, units and decision"), _("Prepare the round"), row.fieldwork_from
    elif row.state == RoundState.ANNOUNCED:
        waiting = row.units.filter(notice_date=None).count()
        words = ngettext(
            "%(count)s unit is not notified yet", "%(count)s units are not notified yet", waiting
        )
        detail = words % {"count": localize(waiting)} if waiting else _("The fieldwork can be opened")
        verb, due = _("Prepare the fieldwork"), row.fieldwork_from
    elif row.state == RoundState.FIELDWORK:
        if today <= row.fieldwork_to:
            return None
        detail, verb, due = _("Its last day is over"), _("Close the fieldwork"), row.fieldwork_to
    elif row.state == RoundState.MINUTES:
        unsigned = _unsigned(row)
        if not unsigned:
            return None
        words = ngettext(
            "The minutes of %(count)s unit are not signed", "The minutes of %(count)s units are not signed",
            unsigned,
        )  # fmt: skip
        detail, verb = words % {"count": localize(unsigned)}, _("Finish the minutes")
    else:
        detail, verb = _("Concluded; the report is missing"), _("Close the round")
    return WorkItem(row.name, detail, reverse("inspections:round_detail", args=[row.pk]), verb, due=due)


def _conclusion(row: InspectionRound, verb: str = "") -> WorkItem:
    url = reverse("inspections:round_detail", args=[row.pk])
    return WorkItem(
        row.name, _("All minutes are signed; the conclusion is missing"), url, verb or _("Conclude the round")
    )


def _reports(user: Any) -> list[WorkItem]:
    """Reports this district has to hand in: its own, and those of its communes."""
    units = (
        InspectedUnit.objects.visible_to(user)
        .filter(Q(area=user.district) | Q(area__parent=user.district), report=None)
        .filter(round__state__in=list(REPORTING), notice_date__isnull=False)
        .exclude(round__district=user.district)
        .exclude(minutes__state=MinutesState.SIGNED)
        .select_related("round", "area")
        .order_by("visit_on", "pk")
    )
    return [
        WorkItem(
            _("Report for the inspection: %(unit)s") % {"unit": unit},
            unit.round.name,
            reverse("inspections:unit_detail", args=[unit.pk]),
            _("Hand in the report"),
            due=unit.visit_on,
        )
        for unit in units
    ]


def _missing_reports(row: InspectionRound) -> WorkItem | None:
    units = row.units.filter(report=None, notice_date__isnull=False).exclude(kind=UnitKind.OPERATOR)
    count = units.exclude(minutes__state=MinutesState.SIGNED).count()
    if not count:
        return None
    words = ngettext(
        "%(count)s unit has not handed in its report",
        "%(count)s units have not handed in their reports",
        count,
    )
    url = reverse("inspections:round_detail", args=[row.pk])
    return WorkItem(row.name, words % {"count": localize(count)}, url, _("View the round"))
