"""The plan's goal of support for every household with a need, as a figure: Plan 413/KH-UBND I.2.b."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _

from programs import indicators
from programs.indicators import Indicator, share, tone_of
from programs.models import Program
from smartphone_support.web.remembering import remembered

from .money.unserved import Coverage, coverage, total

SEES = "allocations.view_allocationround"


def register_indicators() -> None:
    indicators.register("served", 10, served)
    indicators.register("delivered", 15, delivered)


def served(program: Program, user: Any, today: date) -> Indicator | None:
    """Households with a need that have a live support, whichever source pays: the coverage page's figures."""
    whole = _whole(program, user, today)
    if whole is None:
        return None
    return Indicator(
        title=_("Households with a need that are supported"),
        target="100%",
        value=share(whole.served, whole.in_need),
        how=_(
            "Today's poor, near-poor and policy households, less those with a device from before or without "
            "a need; supported are those approved for a phone or cash from any source. %(n)s are kept on a "
            "list under way, %(unserved)s are not served yet."
        )
        % {"n": localize(whole.of["under_way"]), "unserved": localize(whole.unserved)},
        tone=tone_of(whole.served, whole.in_need),
        url=reverse("allocations:coverage"),
        part=whole.served,
        whole=whole.in_need,
    )


def delivered(program: Program, user: Any, today: date) -> Indicator | None:
    """Of those approved, how many have the phone in hand."""
    whole = _whole(program, user, today)
    if whole is None:
        return None
    part = min(whole.delivered, whole.served)
    page = "allocations:delivery_progress" if user.has_perm("allocations.view_support") else ""
    return Indicator(
        title=_("Approved households that have received their support"),
        target="100%",
        value=share(part, whole.served),
        how=_(
            "Of the households with a live support today: those with a recorded hand-over. No text sets a "
            "number of days for it: whether the work was in time is seen by the dues of the plan."
        ),
        tone=tone_of(part, whole.served),
        url=reverse(page) if page else reverse("allocations:coverage"),
        part=part,
        whole=whole.served,
    )


def _whole(program: Program, user: Any, today: date) -> Coverage | None:
    """The province's coverage, or the district's for its own people; None for who sees no figures."""
    if not user.has_perm(SEES) or user.province is None or user.province.pk != program.province_id:
        return None
    key = ("goals", user.pk, user.membership and user.membership.pk, user.recorded, today)
    found: Coverage = remembered(key, lambda: total(coverage(user, today), user.province))
    return found
