"""Rules as the department entered them: from rows to the rule set the rounds are judged by, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q

from programs.choices import FundingKind
from programs.models import Program

from ..choices import EntryState, RuleState, SupportForm
from ..models import AllocationRound, EligibilityRuleSet, PriorityRank, RuleCondition, SupportLevel
from .eligibility import VTCI, Condition, Rank, RuleSet, coded
from .wording import CIRCULAR_14_STORED

#: Circular 14/2022/TT-BTTTT is in force from here; cash of its programme is 500,000 VND a household.
CIRCULAR_14_FROM = date(2022, 12, 12)
VTCI_CASH = 500_000


def rule_of_rows(rule_set: EligibilityRuleSet) -> RuleSet:
    """The rule set of these rows; two queries, none where conditions and ranks are prefetched."""
    source = rule_set.funding_kind
    rows = sorted(rule_set.conditions.all(), key=lambda row: row.position)
    codes = coded(row.kind for row in rows)
    return RuleSet(
        code=VTCI.code if is_packaged(rule_set) else f"{source}-{rule_set.version}",
        title=rule_set.name,
        source=source,
        version=rule_set.version,
        basis=rule_set.citation,
        conditions=tuple(_condition(row, code, source) for row, code in zip(rows, codes, strict=True)),
        ranks=tuple(
            Rank(row.position, tuple(row.kinds), row.sentence, row.citation, source)
            for row in sorted(rule_set.ranks.all(), key=lambda row: row.position)
        ),
    )


def _condition(row: RuleCondition, code: str, source: str) -> Condition:
    data = {
        "code": code, "kind": row.kind, "params": row.params, "sentence": row.sentence,
        "citation": row.citation,
    }  # fmt: skip
    return replace(Condition.from_dict(data, source), valid_from=row.valid_from, valid_to=row.valid_to)


def is_packaged(rule_set: EligibilityRuleSet) -> bool:
    """Whether it came with the program: nobody prepared it."""
    return rule_set.prepared_by_id is None


def rules_on(program: Program, on: date) -> dict[str, EligibilityRuleSet]:
    """Kind of source → the rule set in force on that day; one that was replaced since counts on its days."""
    rows = EligibilityRuleSet.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        program=program,
        state__in=(RuleState.IN_FORCE, RuleState.RETIRED),
        valid_from__lte=on,
    )
    return {row.funding_kind: row for row in rows.order_by("valid_from", "version")}


def rule_in_force(program: Program, kind: str, on: date) -> EligibilityRuleSet | None:
    """The rule set of a kind of source on that day, or None where none is laid down."""
    return rules_on(program, on).get(kind)


def level_in_force(program: Program, kind: str, form: str, on: date) -> SupportLevel | None:
    """How much a form of support is worth on that day, or None where no level is in force."""
    rows = SupportLevel.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        program=program,
        funding_kind=kind,
        form=form,
        valid_from__lte=on,
        state=EntryState.IN_FORCE,
    )
    return rows.order_by("-valid_from").first()


def frozen_rule(round_: AllocationRound) -> RuleSet:
    """The rule a round was recorded under; rounds older than rules as data have the packaged one."""
    return RuleSet.from_dict(round_.rule) if round_.rule else VTCI


def load_rules(program: Program) -> int:
    """Give a plan the packaged rule and level of the public-utility programme; returns rows written.

    Only where the source has no rule (no level) at all: what the department made of them stays.
    """
    source = {"program": program, "funding_kind": FundingKind.PUBLIC_UTILITY_TELECOM}
    written = 0
    if not EligibilityRuleSet.objects.filter(**source).exists():
        packaged = EligibilityRuleSet.objects.create(
            **source, name=VTCI.title, citation=VTCI.basis, state=RuleState.IN_FORCE,
            valid_from=CIRCULAR_14_FROM,
        )  # fmt: skip
        written_rows = write_rule(packaged, VTCI)
        written += 1 + written_rows
    if not SupportLevel.objects.filter(**source).exists():
        SupportLevel.objects.create(
            **source, form=SupportForm.CASH, amount=VTCI_CASH, citation=CIRCULAR_14_STORED,
            valid_from=CIRCULAR_14_FROM, state=EntryState.IN_FORCE,
        )  # fmt: skip
        written += 1
    return written


def write_rule(rule_set: EligibilityRuleSet, rule: RuleSet) -> int:
    """Write a rule's conditions and ranks into a rule set that has none; returns rows written."""
    conditions = RuleCondition.objects.bulk_create(
        RuleCondition(
            rule_set=rule_set, position=position, kind=row.kind, params=row.params, sentence=row.words,
            citation=row.basis, valid_from=row.valid_from, valid_to=row.valid_to,
        )
        for position, row in enumerate(rule.conditions, start=1)
    )  # fmt: skip
    ranks = PriorityRank.objects.bulk_create(
        PriorityRank(
            rule_set=rule_set, position=position, kinds=list(row.kinds), sentence=row.words,
            citation=row.basis,
        )
        for position, row in enumerate(rule.ranks, start=1)
    )  # fmt: skip
    return len(conditions) + len(ranks)


def frozen(rule_set: EligibilityRuleSet) -> dict[str, Any]:
    """The rule set as a round keeps it."""
    return rule_of_rows(rule_set).as_dict()
