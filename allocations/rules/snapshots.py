"""A household's facts and the rule's verdict at the three moments of a support, and what changed between.

Day of allocation, approval, hand-over: each is kept with the support and never changed, so that an auditor
sees on what a device was given, whatever the register says later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from beneficiaries.choices import DeviceKind as EarlierKind
from beneficiaries.choices import PovertyClass
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.templatetags.web import masked_id, masked_phone

from ..models import AllocationRound, EligibilitySnapshot, Support
from .eligibility import HouseholdFacts, RuleSet
from .facts import households_as_of, snapshot
from .stored import frozen_rule

#: Facts kept, in the order people read them.
FIELDS = {
    "head_name": gettext_lazy("Head of household"),
    "birth_year": gettext_lazy("Birth year"),
    "gender": gettext_lazy("Gender"),
    "national_id": gettext_lazy("Identity number"),
    "phone": gettext_lazy("Phone"),
    "poverty_class": gettext_lazy("Class"),
    "merit": gettext_lazy("Family of a person with merit"),
    "social_policy": gettext_lazy("Social-policy family"),
    "is_ethnic_minority": gettext_lazy("Ethnic minority"),
    "no_labour_capacity": gettext_lazy("Without labour capacity"),
    "difficult_commune": gettext_lazy("Extremely difficult commune"),
    "has_need": gettext_lazy("Needs a smartphone"),
    "devices": gettext_lazy("Earlier devices"),
    "served": gettext_lazy("Served by"),
    "village": gettext_lazy("Village"),
    "commune_code": gettext_lazy("Commune"),
    "district_code": gettext_lazy("District"),
}


def plain(facts: HouseholdFacts) -> dict[str, Any]:
    """Facts as a snapshot keeps them: those a line keeps, and the district."""
    return snapshot(facts) | {"district_code": facts.district_code}


def snapshot_of(
    support: Support, moment: str, on: date, facts: HouseholdFacts | None, rule: RuleSet | None
) -> EligibilitySnapshot:
    """The snapshot, not saved. Without facts the register did not know the household that day.

    Without a rule (a contribution's support) no condition is judged.
    """
    failed = list(rule.failed(facts, on)) if facts and rule else []
    return EligibilitySnapshot(
        support=support, moment=moment, on=on, facts=plain(facts) if facts else {}, failed=failed
    )


def facts_on(
    province: AdministrativeArea,
    on: date,
    households: Iterable[int],
    *,
    rule: RuleSet | None = None,
    except_round: int | None = None,
) -> dict[int, HouseholdFacts]:
    """Household → its facts as of a day; a fixed number of queries, however many households."""
    keys = sorted(set(households))
    rows = households_as_of(province, on, households=keys, rule=rule, except_round=except_round)
    return {facts.id: facts for facts in rows}


def take_snapshot(
    support: Support, moment: str, on: date, *, actor: Any = None, rule: RuleSet | None = None
) -> EligibilitySnapshot:
    """Keep the household's facts of the day `on` with the support. Called inside the step it belongs to.

    The support itself does not count as serving the household. `actor` is not kept: the step's own entry
    in the record says who.
    """
    round_ = support.round
    rule = rule or rule_for(round_)
    province = support.household.province
    facts = facts_on(
        province, on, [support.household_id], rule=rule, except_round=round_.pk if round_ else None
    )
    taken = snapshot_of(support, moment, on, facts.get(support.household_id), rule)
    taken.save(force_insert=True)
    return taken


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that differs between two moments, in words."""

    field: str
    label: str
    before: str
    after: str


def changes_between(earlier: EligibilitySnapshot, later: EligibilitySnapshot) -> list[Change]:
    """What changed from one moment to a later one. Only facts both know are compared.

    Identity and telephone numbers are said with their middle hidden.
    """
    if bool(earlier.facts) != bool(later.facts):
        known = [in_register(earlier), in_register(later)]
        return [Change("register", str(_("In the register")), *known)]
    return [
        Change(name, str(label), spoken(name, earlier.facts[name]), spoken(name, later.facts[name]))
        for name, label in FIELDS.items()
        if name in earlier.facts and name in later.facts and earlier.facts[name] != later.facts[name]
    ]


def in_register(kept: EligibilitySnapshot) -> str:
    return pgettext("answer", "Yes") if kept.facts else pgettext("answer", "No")


def spoken(name: str, value: Any, places: Mapping[str, str] | None = None) -> str:
    """A fact as people read it; `places` names areas by code."""
    if name == "national_id":
        return masked_id(value)
    if name == "phone":
        return masked_phone(value)
    if name == "poverty_class":
        return str(PovertyClass(value).label) if value in PovertyClass.values else _("Not in the register")
    if name == "devices":
        return ", ".join(_device(kind, received) for kind, received in value)
    if name == "gender":
        return {"male": _("Male"), "female": _("Female")}.get(value, "")
    if name in ("commune_code", "district_code"):
        return (places or {}).get(value, value)
    if value is None:
        return _("Not asked") if name == "has_need" else ""
    if isinstance(value, bool):
        return pgettext("answer", "Yes") if value else pgettext("answer", "No")
    return str(value)


def _device(kind: str, received: str) -> str:
    label = EarlierKind(kind).label if kind in EarlierKind.values else kind
    return f"{label} ({date.fromisoformat(received):%d/%m/%Y})"


def rule_for(round_: AllocationRound | None) -> RuleSet | None:
    """The rule a support is judged by: its round's; none for a contribution's."""
    return frozen_rule(round_) if round_ is not None else None


def keep_all(snapshots: Sequence[EligibilitySnapshot]) -> None:
    """Write many snapshots at once."""
    EligibilitySnapshot.objects.bulk_create(snapshots, batch_size=500)
