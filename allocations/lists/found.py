"""Households found in the field: which of the register they are, and whether they come onto the list.

The register's own matching decides (identity number, then name, birth year and commune); nothing is invented:
where several fit, or somebody else has the number, the register's officer looks, and a household the register
does not know goes there too. Only one of the own district that meets the round's rule, and that no other list
keeps, comes onto the list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from beneficiaries.choices import Doubt
from beneficiaries.imports.matching import Match, match_households
from beneficiaries.imports.records import HouseholdRecord
from beneficiaries.imports.snapshot import load_register
from beneficiaries.imports.units import Units
from beneficiaries.models import Household
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.errors import Refusal

from ..choices import Decision, FieldMatch
from ..models import DistrictList, ListLine
from ..rules.eligibility import HouseholdFacts, RuleSet
from ..rules.facts import households_as_of
from .added_rows import AddedRow

#: Beside the codes of the rule's conditions: why a household of the register does not come onto this list.
OTHER_DISTRICT = "other_district"
OTHER_LIST = "other_list"
NO_COMMUNE = "no_commune"
#: A single household of the same name, birth year and commune is it, whatever its village.
_ENOUGH = frozenset({Doubt.NO_VILLAGE, Doubt.OTHER_VILLAGE})


@dataclass(slots=True)
class Find:
    """An added row and what became of it.

    `failed`: why it does not come onto the list, codes of the rule or of this module. `doubts` say why the
    register's officer has to look; `position` is its number where it is on the list.
    """

    row: AddedRow
    match: str = FieldMatch.NOT_FOUND
    household: int | None = None
    failed: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    position: int | None = None
    candidates: list[int] = field(default_factory=list)

    @property
    def comes_on(self) -> bool:
        """Whether the confirmed upload makes it a line of the list."""
        return self.match == FieldMatch.FOUND and not self.failed

    def as_row(self) -> dict[str, Any]:
        """The fields of its `FieldHousehold`."""
        row = self.row
        told: dict[str, Any] = {"sheet": row.sheet, "position": self.position}
        told |= {"doubts": list(self.doubts), "candidates": self.candidates}
        return {
            "row": row.row,
            "head_name": row.head_name,
            "birth_year": row.birth_year,
            "national_id": row.national_id,
            "village": row.village,
            "commune_name": row.commune_name,
            "match": self.match,
            "household_id": self.household,
            "failed": list(self.failed),
            "answer": row.answer | told,
        }


def judged(district_list: DistrictList, rows: Sequence[AddedRow], rule: RuleSet) -> list[Find]:
    """Every added row matched to the register and looked at by the round's rule, in their order.

    Refuses where two rows name the same household. A fixed number of queries, none without rows.
    """
    if not rows:
        return []
    finds = [Find(row) for row in rows]
    for find, match in zip(finds, _matches(district_list, rows), strict=True):
        _take_match(find, match)
    seen: dict[int, AddedRow] = {}
    for find in finds:
        if find.household is not None:
            twin = seen.setdefault(find.household, find.row)
            if twin is not find.row:
                _refuse_twin(find.row, twin)
    ids = {find.household for find in finds if find.household is not None}
    positions = dict(district_list.lines.filter(household__in=ids).values_list("household_id", "position"))
    needs = {find.household: find.row.answer["has_need"] for find in finds if find.household is not None}
    verdicts = verdicts_of(district_list, needs, rule)
    for find in finds:
        if find.household in positions:
            find.match, find.position = FieldMatch.ON_LIST, positions[find.household]
        elif find.household is not None:
            find.failed = verdicts[find.household][1]
    return finds


def _refuse_twin(row: AddedRow, twin: AddedRow) -> None:
    raise Refusal(
        _(
            "Row %(first)s of sheet “%(first_sheet)s” and row %(second)s of sheet “%(second_sheet)s” "
            "name the same household, “%(name)s”: keep one of them."
        )
        % {
            "first": twin.row,
            "first_sheet": twin.sheet,
            "second": row.row,
            "second_sheet": row.sheet,
            "name": row.head_name,
        }
    )


def _matches(district_list: DistrictList, rows: Sequence[AddedRow]) -> list[Match]:
    province = district_list.round.program.province
    units = Units(province, district_list.round.as_of)
    gazetteer, own = units.gazetteer, district_list.district.code
    records = []
    for row in rows:
        commune = gazetteer.resolve_commune(row.commune_name, own) if row.commune_name else None
        records.append(
            HouseholdRecord(
                row.sheet, row.row, head_name=row.head_name, birth_year=row.birth_year, village=row.village,
                national_id=row.national_id, commune_code=commune.code if commune else "",
            )
        )  # fmt: skip
    register = load_register(province, _possible(province, records))
    # Each row alone: two rows that are one household must both find it, to be refused as such.
    matches = [match_households([record], register.values())[0] for record in records]
    written: dict[tuple[str, int | None, str, str], AddedRow] = {}
    for match, record, row in zip(matches, records, rows, strict=True):
        said = (fold(row.head_name), row.birth_year, row.national_id, record.commune_code or row.commune_name)
        twin = written.setdefault(said, row)
        if twin is not row:
            _refuse_twin(row, twin)
        if match.doubts and set(match.doubts) <= _ENOUGH and len(match.candidates) == 1:
            known = register[match.candidates[0].household_id]
            if row.birth_year and known.birth_year == row.birth_year:
                match.household_id = known.id
    return matches


def _possible(province: Any, records: Iterable[HouseholdRecord]) -> list[int]:
    """Households the matching could choose among: by number, a member's number, a former number, or name."""
    numbers = {record.national_id for record in records if record.national_id}
    names = {fold(record.head_name) for record in records}
    own = Household.objects.filter(province=province)
    marked = (
        Q(national_id__in=numbers) | Q(head_name_folded__in=names) | Q(merged_from__national_id__in=numbers)
    )
    found = set(own.filter(marked).values_list("pk", flat=True))
    found |= set(own.filter(members__national_id__in=numbers).values_list("pk", flat=True))
    return sorted(found)


def _take_match(find: Find, match: Match) -> None:
    find.doubts = tuple(str(doubt.value) for doubt in match.doubts)
    if match.household_id is not None:
        find.match, find.household = FieldMatch.FOUND, match.household_id
    elif match.doubts:
        find.match = FieldMatch.SEVERAL
        find.candidates = [candidate.household_id for candidate in match.candidates]


def verdicts_of(
    district_list: DistrictList, needs: dict[int, bool | None], rule: RuleSet
) -> dict[int, tuple[HouseholdFacts | None, tuple[str, ...]]]:
    """Household → its facts as of the round's day, and why it does not come onto this list (empty: it does).

    `needs`: household → what the district says of its need; None leaves the register's word.
    """
    round_ = district_list.round
    facts = {
        one.id: one
        for one in households_as_of(
            round_.program.province, round_.as_of, households=list(needs), rule=rule, except_round=round_.pk
        )
    }
    elsewhere = _kept_elsewhere(district_list, needs)
    verdicts: dict[int, tuple[HouseholdFacts | None, tuple[str, ...]]] = {}
    for household, need in needs.items():
        known = facts.get(household)
        if known is None or known.district_id != district_list.district_id:
            verdicts[household] = (known, (OTHER_DISTRICT,))
        elif not known.commune_id:
            verdicts[household] = (known, (NO_COMMUNE,))
        else:
            if need is not None:
                known = replace(known, has_need=need)
            failed = rule.failed(known, round_.as_of)
            verdicts[household] = (known, (*failed, OTHER_LIST) if household in elsewhere else failed)
    return verdicts


def _kept_elsewhere(district_list: DistrictList, households: Collection[int]) -> set[int]:
    """Those which another list of this very round keeps: another district's, or an earlier wave's."""
    lines = ListLine.objects.filter(
        round=district_list.round_id, household__in=list(households), decision=Decision.KEEP
    )
    return set(lines.exclude(district_list=district_list).values_list("household_id", flat=True))


def why_not(code: str, rule: RuleSet) -> str:
    """The sentence of a code of `Find.failed`: the rule's own, or this module's."""
    own = {
        OTHER_DISTRICT: _("The register has the household, but not in this district."),
        OTHER_LIST: _("Another list of this round keeps the household."),
        NO_COMMUNE: _("The register does not know the household's commune yet."),
    }
    if code in own:
        return own[code]
    for condition in rule.conditions:
        if condition.code == code:
            finding = str(condition.excluded)
            words = {"finding": finding[:1].upper() + finding[1:], "condition": condition.sentence}
            return _("%(finding)s. Condition: %(condition)s") % words
    return code
