"""What a household must have before a device can be given to it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..models import Household

#: Field → its name and what it is needed for, in the order of ``Household.lacks``.
NEEDED: dict[str, tuple[Any, Any]] = {
    "commune": (
        _("Commune"),
        _("Lists and quotas are made by commune; without it the household stands on none."),
    ),
    "village": (_("Village"), _("The public posting and the hand-over go by village.")),
    "national_id": (
        _("Identity number"),
        _("It shows that nobody is supported twice, and the hand-over record needs it."),
    ),
    "birth_year": (_("Birth year"), _("It tells people of the same name apart.")),
    "gender": (_("Sex"), _("The approved list states it, and it is checked against the identity number.")),
}

#: The same as a condition on rows; a household is complete when none of these holds.
LACKING: dict[str, Q] = {
    "commune": Q(commune__isnull=True),
    "village": Q(village=""),
    "national_id": Q(national_id=""),
    "birth_year": Q(birth_year__isnull=True),
    "gender": Q(gender=""),
}
INCOMPLETE = (
    LACKING["commune"]
    | LACKING["village"]
    | LACKING["national_id"]
    | LACKING["birth_year"]
    | LACKING["gender"]
)


@dataclass(frozen=True)
class Need:
    """One needed fact: its name, why it matters, whether it is known."""

    name: str
    label: str
    why: str
    is_known: bool


@dataclass(frozen=True)
class Completeness:
    needs: list[Need]

    @property
    def known(self) -> int:
        return sum(need.is_known for need in self.needs)

    @property
    def total(self) -> int:
        return len(self.needs)

    @property
    def missing(self) -> list[Need]:
        return [need for need in self.needs if not need.is_known]

    @property
    def tone(self) -> str:
        return "ok" if not self.missing else "wait"


def completeness_of(household: Household) -> Completeness:
    lacks = set(household.lacks)
    return Completeness(
        [Need(name, str(label), str(why), name not in lacks) for name, (label, why) in NEEDED.items()]
    )


def lacking_words(household: Household) -> list[str]:
    """What it lacks, in words: ["Xã, phường", "Số định danh"]."""
    return [str(NEEDED[name][0]) for name in household.lacks]
