"""The answers of a round's checks as estimates: per question, per district and overall."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from ..choices import SampleKind, SampleState
from ..models import CheckAnswer, ChecklistItem, FieldCheck, InspectionRound, SampledHousehold, SampleDraw
from ..rules.estimates import Estimate, Slot, estimates
from .strata import Places


@dataclass(frozen=True, slots=True)
class Response:
    """How many places of the sample were answered, by whom, and how many are still or for ever silent."""

    drawn: int
    answered: int
    by_substitutes: int
    replaced: int

    @property
    def silent(self) -> int:
        return self.drawn - self.answered


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the household checklist with its estimates: over all, and district code → estimate."""

    item: ChecklistItem
    overall: Estimate
    districts: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Estimates:
    """All questions of a round; `districts`: code → name of those with a place in the sample."""

    draw: SampleDraw
    response: Response
    questions: list[Question]
    districts: dict[str, str]
    places: Places


@dataclass(frozen=True, slots=True)
class _Place:
    """One place of the sample: who was drawn, and the check that answers for it, if any."""

    stratum: str
    district: str
    check: int | None
    by_substitute: bool


def estimates_of(round_: InspectionRound) -> Estimates | None:
    """None without a sample. Additions for a risk and checks that were not chosen are left out; a substitute
    counts for the one it replaces. A fixed number of queries."""
    draw = SampleDraw.objects.filter(round=round_, superseded=False).first()
    if draw is None:
        return None
    slots = _places_of(draw)
    answers = _answers([slot.check for slot in slots if slot.check is not None])
    populations = {name: sizes["population"] for name, sizes in draw.strata.items()}
    places = Places(round_, draw.as_of)
    questions = []
    for item in _items(round_, answers):
        by_place = estimates(
            populations,
            [Slot(one.stratum, one.district, answers.get((one.check, item.code), "")) for one in slots],
        )
        overall = by_place.pop("")
        questions.append(Question(item, overall, by_place))
    codes = sorted({slot.district for slot in slots})
    response = Response(
        drawn=len(slots),
        answered=sum(slot.check is not None for slot in slots),
        by_substitutes=sum(slot.check is not None and slot.by_substitute for slot in slots),
        replaced=SampledHousehold.objects.filter(draw=draw, state=SampleState.REPLACED).count(),
    )
    return Estimates(draw, response, questions, {code: places.district(code) for code in codes}, places)


def _places_of(draw: SampleDraw) -> list[_Place]:
    """Every drawn household followed to whoever was visited in its place: the last one with an answer."""
    rows = SampledHousehold.objects.filter(draw=draw).exclude(kind=SampleKind.RISK)
    known = {
        row["pk"]: row
        for row in rows.values("pk", "kind", "stratum", "replaces", "support__district__code").order_by("pk")
    }
    checks = dict(FieldCheck.objects.filter(sampled__in=rows, counts=True).values_list("sampled", "pk"))
    after = {row["replaces"]: pk for pk, row in known.items() if row["replaces"] is not None}
    found = []
    for pk, row in known.items():
        if row["kind"] != SampleKind.RANDOM:
            continue
        visited, step = pk, pk
        while step in after:
            step = after[step]
            visited = step if step in checks else visited
        place = known[visited]["support__district__code"]
        found.append(_Place(row["stratum"], place, checks.get(visited), visited != pk))
    return found


def _answers(checks: list[int]) -> dict[tuple[int | None, str], str]:
    """(check, code of the question) → answer."""
    rows = CheckAnswer.objects.filter(check_row__in=checks)
    return {
        (check, code): answer for check, code, answer in rows.values_list("check_row", "item__code", "answer")
    }


def _items(round_: InspectionRound, answers: dict[tuple[int | None, str], str]) -> list[ChecklistItem]:
    """The questions of the round's household checklist, and of another one only what was answered on it."""
    found: dict[str, ChecklistItem] = {}
    if round_.checklist_c is not None:
        found = {item.code: item for item in round_.checklist_c.items.order_by("position")}
    missing = {code for _check, code in answers} - set(found)
    if missing:
        others = defaultdict(list)
        rows = ChecklistItem.objects.filter(code__in=missing, checklist__checks__round=round_).distinct()
        for item in rows.order_by("position", "pk"):
            others[item.code].append(item)
        found |= {code: items[0] for code, items in others.items()}
    return list(found.values())
