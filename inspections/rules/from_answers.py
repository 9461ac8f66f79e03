"""What the answers of a check open by rule, who has to mend it and in how many working days. Pure.

The questions say what a "fail" opens and how severe it is (domain 12.4, compiled for this programme; no
official form was found). One thing no tick decides: an IMEI read on the device that is not the one of the
hand-over record opens "IMEI differs", whatever was ticked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..choices import Answer, FindingKind, Severity

#: Digits of an IMEI that say which device it is; the 15th only checks them, a 16-digit IMEISV ends otherwise.
_DEVICE_DIGITS = 14
#: Fewer digits than this, read from the device's label, compare with nothing.
_FEWEST_DIGITS = 4
_RANK = {Severity.REMINDER: 0, Severity.REMEDY: 1, Severity.SERIOUS: 2}

#: Found about what the operator delivers and serves, whoever handed it over; everything else is for the
#: district to look into, but a fee where the operator handed over.
OF_THE_OPERATOR = frozenset(
    {
        FindingKind.NOT_RECEIVED,
        FindingKind.IMEI_DIFFERS,
        FindingKind.SIM_INACTIVE,
        FindingKind.SERVICE,
    }
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer with what its question says. `kind` "": a fail opens nothing by itself."""

    id: int
    item: int
    code: str
    text: str
    answer: str
    note: str = ""
    kind: str = ""
    severity: str = ""
    asks_imei: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """A finding to open: from which answers, and whether the IMEI itself says so."""

    kind: FindingKind
    severity: Severity
    answers: tuple[Answered, ...] = ()
    by_imei: bool = False


def openings(
    answers: Iterable[Answered],
    *,
    imei_seen: str = "",
    imeis_recorded: Iterable[str] = (),
    together: bool = True,
) -> list[Opening]:
    """What these answers open, in the order of the questions.

    `together` (a household): questions of one kind open one finding with the gravest severity; otherwise (an
    office, an operator) every question opens its own, since each is about another paper or step.
    """
    rows = list(answers)
    found = [
        Opening(FindingKind(row.kind), Severity(row.severity), (row,))
        for row in rows
        if row.answer == Answer.FAIL and row.kind
    ]
    if together:
        found = _by_kind(found)
    if imei_differs(imei_seen, imeis_recorded):
        found = _with_imei(found, rows)
    return found


def _by_kind(found: list[Opening]) -> list[Opening]:
    merged: dict[FindingKind, Opening] = {}
    for opening in found:
        first = merged.get(opening.kind)
        if first is None:
            merged[opening.kind] = opening
            continue
        gravest = max(first.severity, opening.severity, key=_RANK.__getitem__)
        merged[opening.kind] = replace(first, severity=gravest, answers=first.answers + opening.answers)
    return list(merged.values())


def _with_imei(found: list[Opening], rows: list[Answered]) -> list[Opening]:
    """The finding of the IMEI: the one a fail opened, or a new one of the question that asks for it."""
    for place, opening in enumerate(found):
        if opening.kind == FindingKind.IMEI_DIFFERS:
            found[place] = replace(opening, by_imei=True)
            return found
    asking = [row for row in rows if row.asks_imei]
    grave = Severity(asking[0].severity) if asking and asking[0].severity else Severity.SERIOUS
    # An answer opens one finding: where the question's own fail opened another kind, this one has no answer.
    taken = {row.id for opening in found for row in opening.answers}
    source = tuple(row for row in asking[:1] if row.id not in taken)
    return [*found, Opening(FindingKind.IMEI_DIFFERS, grave, source, by_imei=True)]


def digits_of(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def imei_differs(seen: str, recorded: Iterable[str]) -> bool:
    """Whether what was read on the device is none of the recorded numbers.

    A phone with two SIMs has two: either will do. An IMEI without its check digit and an IMEISV are the same
    device; part of a number, as on a worn label, differs only where no recorded number ends with it. Nothing
    read, or nothing recorded (support in cash): nothing to compare.
    """
    digits = digits_of(seen)
    known = [digits_of(number) for number in recorded if digits_of(number)]
    if len(digits) < _FEWEST_DIGITS or not known:
        return False
    if len(digits) == _DEVICE_DIGITS or len(digits) == _DEVICE_DIGITS + 2:
        return all(number[:_DEVICE_DIGITS] != digits[:_DEVICE_DIGITS] for number in known)
    return not any(number.endswith(digits) for number in known)


def ending(number: str, *others: str) -> str:
    """The last digits of a number, as few as tell it from the others, at least four: no paper or list needs
    the whole of it."""
    digits = digits_of(number)
    for count in range(_FEWEST_DIGITS, len(digits)):
        if not any(digits_of(other).endswith(digits[-count:]) for other in others):
            return digits[-count:]
    return digits


def is_the_operators(kind: str, *, has_operator: bool, handed_over: bool = False) -> bool:
    """Whether an operator mends it: what it delivered or serves, and money taken where its own people handed
    the device over (`handed_over`). Otherwise the district's committee does.
    """
    if kind == FindingKind.FEE_COLLECTED:
        return has_operator and handed_over
    return has_operator and kind in OF_THE_OPERATOR


def days_to_remedy(severity: str, days: Mapping[str, int]) -> int:
    """Working days a finding of this severity may take; one the setting leaves out takes the shortest."""
    return days.get(severity, min(days.values()))
