"""Minutes of a unit (biên bản kiểm tra): written by the team, signed by both sides, then never changed."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.documents.scans import store_scan
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.errors import Refusal

from ..choices import MinutesState, RoundState
from ..models import InspectedUnit, InspectionMinutes, InspectionRound
from ..permits.rounds import may_write_minutes
from .rounds import written
from .steps import locked, move, require, require_state, step
from .units import locked_unit

#: States of the round in which minutes are written and signed.
WRITING = frozenset({RoundState.FIELDWORK, RoundState.MINUTES})
#: Minutes are made in at least one copy for each side.
COPIES = range(2, 21)


def write_minutes(
    unit: InspectedUnit,
    *,
    actor: Any,
    date: date,
    place: str,
    unit_people: str,
    contents: str,
    number: str = "",
    began_at: time | None = None,
    ended_at: time | None = None,
    strengths: str = "",
    shortcomings: str = "",
    opinion: str = "",
    recommendations: str = "",
    copies: int = 2,
) -> InspectionMinutes:
    """Write the minutes of a unit, or rewrite them while they are a draft.

    Refuses a day in the future or before the decision on the team, an end before the beginning, and minutes
    without place, people of the unit or contents.
    """
    values: dict[str, Any] = {
        "number": clean_text(number)[:60], "date": date, "place": clean_text(place)[:200],
        "began_at": began_at, "ended_at": ended_at, "unit_people": written(unit_people),
        "contents": written(contents), "strengths": written(strengths),
        "shortcomings": written(shortcomings), "opinion": written(opinion),
        "recommendations": written(recommendations), "copies": copies,
    }  # fmt: skip
    with step():
        unit = locked_unit(unit.pk)
        require(may_write_minutes(actor, unit))
        require_state(unit.round, WRITING)
        _check(values, unit.round)
        minutes = InspectionMinutes.objects.select_for_update().filter(unit=unit).first()
        if minutes is not None:
            _require_draft(minutes)
        minutes = minutes or InspectionMinutes(unit=unit)
        for name, value in values.items():
            setattr(minutes, name, value)
        minutes.written_by = actor
        minutes.save()
        after = {"date": date, "place": values["place"], "number": values["number"]}
        record("inspections.inspectedunit.write_minutes", unit, actor=actor, after=after)
    return minutes


def _check(values: dict[str, Any], round_: InspectionRound) -> None:
    if not values["place"] or not values["unit_people"] or not values["contents"]:
        raise Refusal(_("The minutes need a place, the people of the unit and the contents examined."))
    if values["date"] > timezone.localdate():
        raise Refusal(_("The date of the minutes lies in the future."))
    if round_.decision_date is not None and values["date"] < round_.decision_date:
        raise Refusal(
            _("The minutes cannot be older than the decision on the team of %(day)s.")
            % {"day": f"{round_.decision_date:%d/%m/%Y}"}
        )
    began, ended = values["began_at"], values["ended_at"]
    if began is not None and ended is not None and ended < began:
        raise Refusal(_("The meeting ends before it begins: check the hours."))
    if values["copies"] not in COPIES:
        raise Refusal(_("Minutes are made in 2 to 20 copies, one at least for each side."))


def _require_draft(minutes: InspectionMinutes) -> None:
    if minutes.state == MinutesState.SIGNED:
        raise Refusal(_("These minutes are signed by both sides and never change."))


def sign_minutes(unit: InspectedUnit, *, actor: Any, scan: File[Any]) -> InspectionMinutes:
    """Add the copy signed by both sides; from then on nobody changes the minutes."""
    with step():
        unit = locked_unit(unit.pk)
        require(may_write_minutes(actor, unit))
        require_state(unit.round, WRITING)
        found = InspectionMinutes.objects.filter(unit=unit).first()
        if found is None:
            raise Refusal(_("The minutes of “%(unit)s” are not written yet.") % {"unit": unit})
        minutes = locked(InspectionMinutes.objects.all(), found.pk)
        _require_draft(minutes)
        stored = store_scan(scan, actor=actor)
        if stored is None:
            raise Refusal(_("Choose the photo or scan."))
        move(minutes, MinutesState.SIGNED, scan=stored, signed_at=timezone.now())
        after = {"scan": stored.sha256, "date": minutes.date}
        record("inspections.inspectedunit.sign_minutes", unit, actor=actor, after=after)
    return minutes
