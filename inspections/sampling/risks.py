"""What speaks for looking at a household although chance did not choose it: read from what is on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy

from allocations.choices import HandOverState, SupportState
from allocations.models import HandOver, Support

from ..choices import ComplaintKind, FindingState, SampleKind
from ..models import Complaint, Finding, InspectionRound, SampledHousehold
from .frame import frame_supports

#: So many hand-overs in one commune on one day, recorded by one person, are worth a look.
MANY_A_DAY = 20
#: What a page shows of them at most.
SHOWN = 300

#: Sign → what it says beside a household.
SIGNS = {
    "receiver": gettext_lazy("One person took the devices of several households"),
    "many": gettext_lazy("Many hand-overs in the commune on one day by one person"),
    "batch": gettext_lazy("The device is from another batch or operator"),
    "complaint": gettext_lazy("There is a complaint"),
    "reversed": gettext_lazy("A hand-over was reversed or a device swapped"),
    "hold": gettext_lazy("On hold since the hand-over"),
    "finding": gettext_lazy("A finding of an earlier check is open"),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A household not in the sample, and the signs that speak for adding it."""

    support: Support
    signs: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        return [str(SIGNS[sign]) for sign in self.signs]


def suggestions(round_: InspectionRound, *, sign: str = "", commune: int | None = None) -> list[Suggestion]:
    """Households with a sign, those with most signs first; with a commune all its households.

    One that is in the sample already is not among them; neither is what only a denunciation says.
    """
    outside = frame_supports(round_).exclude(pk__in=_sampled(round_).values("support"))
    found = signs_of(outside)
    if sign in SIGNS:
        found = {support: signs for support, signs in found.items() if sign in signs}
    rows = outside.select_related("household", "district", "commune")
    if commune is not None:
        rows = rows.filter(commune=commune)
    if commune is None or sign in SIGNS:
        rows = rows.filter(pk__in=found)
    order = sorted(
        rows, key=lambda row: (-len(found.get(row.pk, ())), row.district.code, row.commune.code, row.pk)
    )
    return [Suggestion(row, tuple(found.get(row.pk, ()))) for row in order[:SHOWN]]


def _sampled(round_: InspectionRound) -> Any:
    return SampledHousehold.objects.filter(round=round_)


def signs_of(supports: Any) -> dict[int, list[str]]:
    """Support → its signs, in the order of `SIGNS`; a fixed number of queries."""
    found: dict[int, list[str]] = defaultdict(list)
    for sign in SIGNS:
        for support in sorted(set(_FINDERS[sign](supports))):
            found[support].append(sign)
    return dict(found)


def _standing(supports: Any) -> Any:
    return HandOver.objects.filter(support__in=supports).exclude(state=HandOverState.REVERSED)


def _receiver(supports: Any) -> Any:
    rows = _standing(supports).exclude(receiver_national_id="")
    several = (
        rows.values("receiver_national_id")
        .annotate(households=Count("support__household", distinct=True))
        .filter(households__gt=1)
    )
    return rows.filter(receiver_national_id__in=several.values("receiver_national_id")).values_list(
        "support", flat=True
    )


def _many(supports: Any) -> list[int]:
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    rows = _standing(supports).values_list("recorded_by", "handed_on", "support__commune", "support")
    for *group, support in rows:
        groups[tuple(group)].append(support)
    return [support for group in groups.values() if len(group) >= MANY_A_DAY for support in group]


def _batch(supports: Any) -> Any:
    rows = _standing(supports).filter(device__isnull=False)
    other = (
        Q(device__round__isnull=False, support__round__isnull=False) & ~Q(device__round=F("support__round"))
        | Q(device__contribution__isnull=False, support__contribution__isnull=False)
        & ~Q(device__contribution=F("support__contribution"))
        | Q(device__operator__isnull=False, support__operator__isnull=False)
        & ~Q(device__operator=F("support__operator"))
    )
    return rows.filter(other).values_list("support", flat=True)


def _complaint(supports: Any) -> Any:
    rows = Complaint.objects.exclude(kind=ComplaintKind.DENUNCIATION)
    named = Q(pk__in=rows.values("support")) | Q(household__in=rows.values("household"))
    return supports.filter(named).values_list("pk", flat=True)


def _reversed(supports: Any) -> Any:
    rows = HandOver.objects.filter(support__in=supports, state=HandOverState.REVERSED)
    return rows.values_list("support", flat=True)


def _hold(supports: Any) -> Any:
    return supports.filter(state=SupportState.ON_HOLD).values_list("pk", flat=True)


def _finding(supports: Any) -> Any:
    rows = Finding.objects.filter(support__in=supports, state=FindingState.OPEN, complaint__isnull=True)
    return rows.values_list("support", flat=True)


_FINDERS: dict[str, Callable[[Any], Any]] = {
    "receiver": _receiver,
    "many": _many,
    "batch": _batch,
    "complaint": _complaint,
    "reversed": _reversed,
    "hold": _hold,
    "finding": _finding,
}


def risk_count(round_: InspectionRound) -> int:
    """Additions of a round so far."""
    return int(_sampled(round_).filter(kind=SampleKind.RISK).count())
