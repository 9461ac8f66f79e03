"""What one line of a monthly list does to a household of the register. Pure: plain values in and out.

The kinds are those of the reports on movements of Circular 07/2021/TT-BLĐTBXH. A line that contradicts the
register does nothing and says why; a line whose movement stands in the register already changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from smartphone_support.vietnamese.text import fold

from ..choices import MovementKind as Kind
from ..choices import Outcome, PovertyClass, SpellEnd
from ..household.moving import EFFECTS, LISTED, Effect
from .diff import Change, class_of, compare, filled, merge_members, same_text
from .layouts import class_of_text
from .records import HouseholdRecord, MovementRecord
from .register import RegisterHousehold, RegisterMember

#: Movements of households the register need not know yet.
NEWCOMERS = frozenset(
    {
        Kind.NEW_POOR,
        Kind.NEW_NEAR_POOR,
        Kind.RELAPSED_POOR,
        Kind.RELAPSED_NEAR_POOR,
        Kind.MOVED_IN,
        Kind.SPLIT,
    }
)
#: The class a household must have for the movement to be possible.
CLASS_BEFORE = {
    Kind.NEAR_TO_POOR: PovertyClass.NEAR_POOR,
    Kind.POOR_TO_NEAR: PovertyClass.POOR,
    Kind.EXITED_POOR: PovertyClass.POOR,
    Kind.EXITED_NEAR_POOR: PovertyClass.NEAR_POOR,
}
#: Fields of the head that a new head brings along; blank where nothing is known of that person.
HEAD_FIELDS = ("birth_date", "birth_year", "gender", "national_id", "ethnicity")
HEAD = "Chủ hộ"
_WORD_OF_HEAD = {"vo": "Chồng", "chong": "Vợ"}
_PARENT = {"male": "Bố", "female": "Mẹ"}
_UNDER_CHILD = {"con": "Anh chị em", "vo": "Mẹ", "chong": "Bố"}
_DIED = ("chet", "tu tran", "qua doi", "da mat")


@dataclass(slots=True)
class Plan:
    """What a line will do: ``outcome`` and, when it is blocked, the code of the ``problem``.

    ``fields`` are the household's new values by name (``commune_code`` for the place), ``members`` its
    people afterwards (None: as they are), ``new_class`` its class afterwards ("": it has left), ``changes``
    the same for people to read.
    """

    outcome: Outcome
    problem: str = ""
    new_class: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    members: list[RegisterMember] | None = None
    changes: list[Change] = field(default_factory=list)


def plan(
    movement: MovementRecord,
    household: RegisterHousehold | None,
    *,
    done: bool = False,
    origin_class: str = "",
) -> Plan:
    """The plan for one line and the household it was matched with, None for one the register lacks.

    ``done`` says that the register holds this movement of this month already; ``origin_class`` is the class
    of the household a new one split off from.
    """
    kind, record = Kind(movement.kind), movement.household
    if household is None:
        return _arrival(kind, record, origin_class)
    if done:
        return Plan(Outcome.UNCHANGED, new_class=household.poverty_class)
    effect = EFFECTS.get(kind, Effect())
    if effect.ends:
        return _departure(household)
    if effect.begins:
        return _class_change(kind, record, household, effect.begins)
    if kind == Kind.SPLIT:
        return _blocked("movement_known", household)
    if kind == Kind.MOVED_IN:
        return _move(record, household)
    if kind == Kind.HEAD_CHANGED:
        return _new_head(movement, household)
    return _with_changes(record, household, household.poverty_class)


def stated_class(record: HouseholdRecord) -> str:
    """The class the line itself gives, in its own column or in the note: poor, near-poor or ""."""
    stated = class_of(record) or class_of_text(record.note)
    return stated if stated in LISTED else ""


def _blocked(problem: str, household: RegisterHousehold | None = None) -> Plan:
    return Plan(Outcome.BLOCKED, problem, household.poverty_class if household else "")


def _arrival(kind: Kind, record: HouseholdRecord, origin_class: str) -> Plan:
    if kind not in NEWCOMERS:
        return _blocked("movement_unknown")
    begins = EFFECTS[kind].begins or stated_class(record) or origin_class
    if begins not in LISTED:
        return _blocked("movement_no_class")
    return Plan(Outcome.NEW, new_class=begins)


def _departure(household: RegisterHousehold) -> Plan:
    if not household.poverty_class:
        return _blocked("movement_left", household)
    change = Change("poverty_class", household.poverty_class, "")
    return Plan(Outcome.CHANGED, changes=[change])


def _class_change(kind: Kind, record: HouseholdRecord, household: RegisterHousehold, begins: str) -> Plan:
    if household.poverty_class == begins:
        return _blocked("movement_no_change", household)
    if household.poverty_class != CLASS_BEFORE.get(kind, household.poverty_class):
        return _blocked("movement_other_class" if household.poverty_class else "movement_left", household)
    return _with_changes(record, household, begins)


def _move(record: HouseholdRecord, household: RegisterHousehold) -> Plan:
    begins = stated_class(record) or household.poverty_class
    if not begins:
        return _blocked("movement_no_class", household)
    moved = bool(record.commune_code) and record.commune_code != household.commune_code
    if not moved and begins == household.poverty_class:
        return _blocked("movement_lives_here", household)
    return _with_changes(record, household, begins)


def _with_changes(
    record: HouseholdRecord,
    household: RegisterHousehold,
    new_class: str,
    without: Collection[str] = (),
) -> Plan:
    """Everything the line states otherwise than the register, but for the fields ``without``; the class
    follows the movement."""
    stated = replace(record, poverty_class=None, known=record.known - set(without))
    changes = compare(stated, household)
    members = None
    if any(change.field == "members" for change in changes):
        pairs = merge_members(record.members, household.members)
        members = [filled(member, person) for member, person in pairs]
    fields = {change.field: change.new for change in changes if change.field != "members"}
    if new_class != household.poverty_class:
        changes.append(Change("poverty_class", household.poverty_class, new_class))
    outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
    return Plan(outcome, "", new_class, fields, members, changes)


# --- a new head ---------------------------------------------------------------------------------------


def _new_head(movement: MovementRecord, household: RegisterHousehold) -> Plan:
    if not movement.new_head:
        return _blocked("movement_no_new_head", household)
    if not household.poverty_class:
        return _blocked("movement_left", household)
    if same_text(household.head_name, movement.new_head):
        return Plan(Outcome.UNCHANGED, new_class=household.poverty_class)
    # The line describes the former head: what it says of a head is not said of the new one.
    about_former = {"head_name", "members", *HEAD_FIELDS}
    result = _with_changes(movement.household, household, household.poverty_class, about_former)
    people, left = under_new_head(
        household, movement.new_head, former_leaves=says_died(movement.household.note)
    )
    head = people[0]
    facts = {"head_name": head.name} | {name: getattr(head, name) for name in HEAD_FIELDS}
    for name, new in facts.items():
        old = getattr(household, name)
        if old != new:
            result.fields[name] = new
            result.changes.append(Change(name, old, new))
    result.members = people
    if household.members:
        joined = [] if any(head.name == person.name for person in household.members) else [head.name]
        details = {"joined": joined, "left": left, "altered": [head.name] if not joined else []}
        kept = {key: names for key, names in details.items() if names}
        result.changes.append(Change("members", len(household.members), len(people), kept))
    result.outcome = Outcome.CHANGED
    return result


def under_new_head(
    household: RegisterHousehold, name: str, *, former_leaves: bool
) -> tuple[list[RegisterMember], list[str]]:
    """The household's people with the new head first, and the names of those who left.

    The new head is the member of that name, with everything known of that person; otherwise only the name
    is known. The former head stays a member unless ``former_leaves``.
    """
    own = {field: getattr(household, field) for field in HEAD_FIELDS}
    former, *others = household.members or [RegisterMember(household.head_name, HEAD, **own)]
    heir = next((person for person in others if same_text(person.name, name)), None)
    rest = [_renamed(person, heir) for person in others if person is not heir]
    if not former_leaves:
        rest.insert(0, replace(former, relation=_former_word(former, heir)))
    new_head = replace(heir, relation=HEAD) if heir else RegisterMember(name, HEAD)
    return [new_head, *rest], [former.name] if former_leaves else []


def _former_word(former: RegisterMember, heir: RegisterMember | None) -> str:
    """What the former head is to the new one, "" where the list does not tell."""
    relation = fold(heir.relation) if heir else ""
    return _PARENT.get(former.gender, "") if relation == "con" else _WORD_OF_HEAD.get(relation, "")


def _renamed(person: RegisterMember, heir: RegisterMember | None) -> RegisterMember:
    if heir is None or fold(heir.relation) != "con":
        return person
    return replace(person, relation=_UNDER_CHILD.get(fold(person.relation), person.relation))


def says_died(note: str) -> bool:
    words = f" {fold(note)} "
    return any(f" {word} " in words for word in _DIED)


# --- people who move along -----------------------------------------------------------------------------


def without_people(
    origin: RegisterHousehold, leaving: Sequence[RegisterMember]
) -> list[RegisterMember] | None:
    """The people left in a household some split off from; None where none of them is named there."""
    numbers = {person.national_id for person in leaving if person.national_id}
    names = {(fold(person.name), person.birth_year) for person in leaving}
    stay = [
        person
        for place, person in enumerate(origin.members)
        if place == 0
        or (person.national_id not in numbers and (fold(person.name), person.birth_year) not in names)
    ]
    return stay if len(stay) < len(origin.members) else None


def moved(household: RegisterHousehold, result: Plan) -> RegisterHousehold:
    """The household as it stands after the plan: for a second line of the same list about it."""
    people = household.members if result.members is None else result.members
    return replace(household, **result.fields, members=people, poverty_class=result.new_class)


# --- what an annual list tells of movements ------------------------------------------------------------

_BEGINNINGS = {
    PovertyClass.POOR: (Kind.NEW_POOR, Kind.RELAPSED_POOR),
    PovertyClass.NEAR_POOR: (Kind.NEW_NEAR_POOR, Kind.RELAPSED_NEAR_POOR),
}
_CHANGES = {
    (PovertyClass.NEAR_POOR, PovertyClass.POOR): Kind.NEAR_TO_POOR,
    (PovertyClass.POOR, PovertyClass.NEAR_POOR): Kind.POOR_TO_NEAR,
    (PovertyClass.POOR, PovertyClass.NOT_POOR): Kind.EXITED_POOR,
    (PovertyClass.NEAR_POOR, PovertyClass.NOT_POOR): Kind.EXITED_NEAR_POOR,
}


def kind_of_change(old: str, new: str, *, was_listed: bool, left_by: str = "") -> str:
    """The movement a change of class amounts to, "" for none.

    ``was_listed`` says that the household was poor or near-poor at some time before; ``left_by`` why it was
    not in the register any more.
    """
    if (old, new) in _CHANGES:
        return _CHANGES[PovertyClass(old), PovertyClass(new)]
    if old == new or new not in LISTED:
        return ""
    if left_by == SpellEnd.MOVED_OUT:
        return Kind.MOVED_IN
    first, again = _BEGINNINGS[PovertyClass(new)]
    return again if was_listed else first
