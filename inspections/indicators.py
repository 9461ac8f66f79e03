"""The plan's goal that no complaint or petition arises, as a figure: Plan 413/KH-UBND I.2."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _

from programs import indicators
from programs.indicators import Indicator
from programs.models import Program

from .complaints.figures import figures

SEES = "inspections.view_complaint"


def register_indicators() -> None:
    indicators.register("complaints", 40, complaints)


def complaints(program: Program, user: Any, today: date) -> Indicator | None:
    """Complaints, petitions and feedback received in the plan's years, and those found right.

    Denunciations are counted nowhere: a number alone would tell that there is one.
    """
    if not user.has_perm(SEES) or user.province is None or user.province.pk != program.province_id:
        return None
    years = range(program.first_year, max(program.first_year, min(program.last_year, today.year)) + 1)
    found = [figures(user, year) for year in years]
    received = sum(year.received for year in found)
    upheld = sum(year.upheld for year in found)
    tone = "bad" if upheld else "wait" if received else "ok"
    return Indicator(
        title=_("Complaints and petitions found right"),
        target="0",
        value=_("%(upheld)s of %(received)s received")
        % {"upheld": localize(upheld), "received": localize(received)},
        how=_(
            "Petitions, feedback and complaints received from %(first)s to %(last)s; found right are those "
            "answered so. The goal is that none arises."
        )
        % {"first": years[0], "last": years[-1]},
        tone=tone,
        url=reverse("inspections:complaint_list"),
    )
