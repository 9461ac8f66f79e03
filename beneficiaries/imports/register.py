"""The register's households as plain values, for matching and comparing. Pure: no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class RegisterMember:
    """One person of a register household, the head included where the lists name persons."""

    name: str
    relation: str = ""
    birth_date: date | None = None
    birth_year: int | None = None
    gender: str = ""
    national_id: str = ""
    ethnicity: str = ""


@dataclass(slots=True)
class RegisterHousehold:
    """One household as the register knows it now.

    ``poverty_class`` is the class of its open spell, begun on ``class_since``; "" when it has none: it
    has left. ``commune_code`` "" means that only its district is known.
    ``former_ids`` are the identity numbers of households merged into this one.
    """

    id: int
    head_name: str = ""
    birth_date: date | None = None
    birth_year: int | None = None
    gender: str = ""
    national_id: str = ""
    ethnicity: str = ""
    is_ethnic_minority: bool | None = None
    district_code: str = ""
    commune_code: str = ""
    village: str = ""
    member_count: int | None = None
    phone: str = ""
    merit: bool | None = None
    social_policy: bool | None = None
    no_labour_capacity: bool | None = None
    b1_score: int | None = None
    b2_score: int | None = None
    poverty_cause: str = ""
    household_code: str = ""
    has_need: bool | None = None
    poverty_class: str = ""
    class_since: date | None = None
    former_ids: tuple[str, ...] = ()
    members: list[RegisterMember] = field(default_factory=list)

    @property
    def is_listed(self) -> bool:
        """Whether it counts as poor or near-poor today."""
        return self.poverty_class in ("poor", "near_poor")
