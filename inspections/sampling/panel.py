"""The sample's part of a round's page, and how a drawing is said in a few lines."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _

from ..choices import RoundState, SampleKind, SampleState
from ..models import InspectionRound, SampledHousehold, SampleDraw
from ..permits.sampling import may_draw, may_see_frame, may_see_sample

_DRAWN_IN = frozenset({RoundState.PLANNED, RoundState.ANNOUNCED, RoundState.FIELDWORK})


def panel(round_: InspectionRound, user: Any) -> dict[str, Any]:
    """What its template shows this person of the round; empty: nothing."""
    if not may_see_sample(user, round_):
        return {}
    draw = SampleDraw.objects.filter(round=round_, superseded=False).select_related("drawn_by").first()
    seen = SampledHousehold.objects.visible_to(user).filter(round=round_).values("pk")
    counts = SampledHousehold.objects.filter(pk__in=seen).aggregate(
        total=Count("pk", filter=~Q(state=SampleState.REPLACED)),
        checked=Count("pk", filter=Q(state=SampleState.CHECKED)),
        replaced=Count("pk", filter=Q(state=SampleState.REPLACED)),
        risks=Count("pk", filter=Q(kind=SampleKind.RISK)),
        nobody=Count("pk", filter=Q(state=SampleState.PENDING, inspector=None)),
    )
    sees = may_see_frame(user, round_)
    return {
        "draw": draw,
        "counts": counts,
        "draws": draw is None and round_.state in _DRAWN_IN and may_draw(user, round_),
        "assigns": counts["nobody"] and round_.state in _DRAWN_IN and may_draw(user, round_),
        "sees_frame": sees,
        "estimates": sees and draw is not None and counts["checked"],
    }


def draw_facts(draw: SampleDraw) -> list[tuple[str, Any]]:
    """A drawing in label and value."""
    if draw.fixed_size is not None:
        size = _("fixed number of households")
    else:
        size = _("confidence %(confidence)s %%, margin of error ± %(margin)s points") % {
            "confidence": draw.confidence,
            "margin": localize(draw.margin.normalize() if draw.margin else draw.margin),
        }
    seed = _("given by the team") if draw.seed_given else _("made by the system")
    moment = date_format(timezone.localtime(draw.drawn_at), "SHORT_DATETIME_FORMAT")
    return [
        (
            _("Sample"),
            _("%(size)s of %(frame)s households")
            % {
                "size": localize(draw.size),
                "frame": localize(draw.frame_size),
            },
        ),
        (_("As of"), date_format(draw.as_of, "SHORT_DATE_FORMAT")),
        (_("Size from"), size),
        (_("How it was shared out"), draw.get_allocation_display()),
        (_("Seed"), f"{draw.seed} ({seed})"),
        (_("Drawn by"), f"{draw.drawn_by}, {moment}"),
    ]
