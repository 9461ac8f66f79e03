"""Certificates and assessments of one district, so that the pages of evidence have something to show."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import islice
from typing import Any

from beneficiaries.choices import AssessmentOccasion
from beneficiaries.evidence.counting import without_certificate
from beneficiaries.models import Household
from beneficiaries.workflow.certificates import record_certificate, record_deprivation

from .dice import Dice

#: Most households that get a certificate, and most that are assessed, whatever the size of the register.
CERTIFIED, ASSESSED = 300, 120
REVIEWED_ON, AFTER_SUPPORT_ON = date(2022, 11, 15), date(2023, 10, 20)


def play_certificates(year: int, *, until: date, actor: Any, seed: int) -> int:
    """Let the actor, an officer of a district, record the year's certificates of some communes.

    Commune after commune has recorded fewer of them; the last ones none yet. Returns how many there are now.
    """
    dice = Dice(seed, "certificates", actor.username)
    households = list(without_certificate(actor, until, year))[:CERTIFIED]
    numbers: dict[int, int] = {}
    for place, household in enumerate(households):
        if household.commune is None or dice.chance(place / max(1, len(households))):
            continue
        number = numbers[household.commune_id] = numbers.get(household.commune_id, 0) + 1
        record_certificate(
            household, year=year, number=f"{number}/GCN-HN.HCN",
            issued_on=date(year + 1, 1, 9) + timedelta(days=dice.whole(0, 20)),
            issuer=f"UBND {household.commune.name_in_text}", has_certified_copy=dice.chance(0.7), actor=actor,
        )  # fmt: skip
    return sum(numbers.values())


def play_assessments(
    households: Iterable[Household], supported: Collection[int], *, actor: Any, seed: int
) -> int:
    """Let the actor record indicators 11 and 12 of households at the review, and of most of those in
    `supported` (their keys) once more after support.

    Returns the number of assessments.
    """
    dice = Dice(seed, "assessments", actor.username)
    recorded = 0
    for household in islice(households, ASSESSED):
        telecom, means = dice.chance(0.8), dice.chance(0.55)
        answers = [(REVIEWED_ON, AssessmentOccasion.REVIEW, telecom, means)]
        if household.pk in supported and dice.chance(0.75):
            after = (telecom and dice.chance(0.15), means and dice.chance(0.25))
            answers.append((AFTER_SUPPORT_ON, AssessmentOccasion.AFTER_SUPPORT, *after))
        for day, occasion, lacks_telecom, lacks_means in answers:
            record_deprivation(
                household, assessed_on=day, occasion=occasion, lacks_telecom=lacks_telecom,
                lacks_means=lacks_means, actor=actor,
            )  # fmt: skip
            recorded += 1
    return recorded
