"""A source's rule from draft to force: drawn up by the officer, put into force by the leader.

A rule in force never changes; what changes is the next version. Rounds keep the one they were recorded
under, so that replacing a rule moves no list.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.choices import DeviceKind as EarlierKind
from beneficiaries.choices import PovertyClass
from programs.choices import FundingKind
from programs.models import Program
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import ConditionKind, RankKind, RuleState
from ..models import EligibilityRuleSet, PriorityRank, RuleCondition
from ..permits.rules import may_approve_rule, may_change_rule, may_prepare_rules
from ..rules.stored import frozen, rule_of_rows, write_rule
from ..rules.wording import POLICIES
from .steps import locked, move, need_reason, require, require_state, step

OLDEST_AGE = 120


def _locked_rule(rule_set: EligibilityRuleSet) -> EligibilityRuleSet:
    return locked(EligibilityRuleSet.objects.select_related("program__province"), rule_set.pk)


def _locked_draft(rule_set: EligibilityRuleSet, actor: Any) -> EligibilityRuleSet:
    row = _locked_rule(rule_set)
    require(may_change_rule(actor, row))
    require_state(row, {RuleState.DRAFT}, _("Only a draft can be changed; this rule is no draft any more."))
    return row


def create_rule(
    program: Program,
    *,
    actor: Any,
    funding_kind: str,
    name: str,
    citation: str = "",
    copy_of: EligibilityRuleSet | None = None,
) -> EligibilityRuleSet:
    """Begin a draft of a source's rule, empty or as a copy of another source's or version's.

    Refuses while another draft of the source is open, and a copy from another province.
    """
    require(may_prepare_rules(actor, program))
    if funding_kind not in FundingKind.values:
        raise Refusal(_("There is no such source."))
    if copy_of is not None and copy_of.program_id != program.pk:
        raise Refusal(_("This rule belongs to another plan."))
    with step():
        # One at a time a plan: else two drafts would count the same next version.
        locked(Program.objects.all(), program.pk)
        rows = EligibilityRuleSet.objects.filter(program=program, funding_kind=funding_kind)
        if rows.filter(state__in=(RuleState.DRAFT, RuleState.SUBMITTED)).exists():
            raise Refusal(_("A draft of this source's rules is open already: finish it first."))
        last = rows.aggregate(last=Max("version"))["last"] or 0
        row = EligibilityRuleSet.objects.create(
            program=program, funding_kind=funding_kind, version=last + 1, name=_line(name),
            citation=_line(citation), prepared_by=actor,
        )  # fmt: skip
        if copy_of is not None:
            write_rule(row, rule_of_rows(copy_of))
        after = {"source": funding_kind, "version": row.version, "copy_of": copy_of.pk if copy_of else None}
        record("allocations.rule.draft", row, actor=actor, after=after)
    return row


def change_rule(rule_set: EligibilityRuleSet, *, actor: Any, name: str, citation: str) -> EligibilityRuleSet:
    """Rename a draft or change its legal basis."""
    with step():
        row = _locked_draft(rule_set, actor)
        before = {"name": row.name, "citation": row.citation}
        row.name, row.citation = _line(name), _line(citation)
        row.save(update_fields=["name", "citation"])
        after = {"name": row.name, "citation": row.citation}
        record("allocations.rule.change", row, actor=actor, before=before, after=after)
    return row


def discard_rule(rule_set: EligibilityRuleSet, *, actor: Any) -> None:
    """Throw a draft away; it was never in force and no round knows it."""
    with step():
        row = _locked_draft(rule_set, actor)
        before = {"source": row.funding_kind, "version": row.version, "rule": frozen(row)}
        pk = row.pk
        row.delete()
        row.pk = pk  # so that the record says which one it was
        record("allocations.rule.discard", row, actor=actor, before=before)


# --- conditions and ranks ---------------------------------------------------------------------------


def save_condition(
    rule_set: EligibilityRuleSet,
    *,
    actor: Any,
    kind: str,
    params: dict[str, Any],
    citation: str,
    sentence: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    condition: RuleCondition | None = None,
) -> RuleCondition:
    """Add a condition at the end of a draft, or rewrite one of its own.

    Refuses a condition without citation, without anything to test, or that ends before it begins.
    """
    params = _checked(kind, params)
    citation = _line(citation)
    if not citation:
        raise Refusal(_("Every condition needs its legal basis."))
    if valid_from and valid_to and valid_to < valid_from:
        raise Refusal(_("The last day lies before the first."))
    with step():
        draft = _locked_draft(rule_set, actor)
        row = _own(draft.conditions, condition) if condition is not None else RuleCondition(rule_set=draft)
        before = _condition_words(row) if condition is not None else None
        if condition is None:
            row.position = _next_position(draft.conditions)
        row.kind, row.params, row.citation, row.sentence = kind, params, citation, _line(sentence)
        row.valid_from, row.valid_to = valid_from, valid_to
        row.save()
        action = "allocations.rule.change_condition" if before else "allocations.rule.add_condition"
        record(action, draft, actor=actor, before=before, after=_condition_words(row))
    return row


def save_rank(
    rule_set: EligibilityRuleSet,
    *,
    actor: Any,
    kinds: list[str],
    citation: str,
    sentence: str = "",
    rank: PriorityRank | None = None,
) -> PriorityRank:
    """Add a rank at the end of a draft's order, or rewrite one of its own."""
    kinds = [kind for kind in RankKind.values if kind in kinds]
    citation = _line(citation)
    if not kinds:
        raise Refusal(_("Choose what the rank tests."))
    if RankKind.OTHER in kinds and len(kinds) > 1:
        raise Refusal(_("“Every other household” stands alone in its rank."))
    if not citation:
        raise Refusal(_("Every rank needs its legal basis."))
    with step():
        draft = _locked_draft(rule_set, actor)
        row = _own(draft.ranks, rank) if rank is not None else PriorityRank(rule_set=draft)
        before = _rank_words(row) if rank is not None else None
        if rank is None:
            row.position = _next_position(draft.ranks)
        row.kinds, row.citation, row.sentence = kinds, citation, _line(sentence)
        row.save()
        action = "allocations.rule.change_rank" if before else "allocations.rule.add_rank"
        record(action, draft, actor=actor, before=before, after=_rank_words(row))
    return row


def remove_part(part: RuleCondition | PriorityRank, *, actor: Any) -> None:
    """Take a condition or a rank out of its draft; those behind it move up."""
    with step():
        draft = _locked_draft(part.rule_set, actor)
        rows = _parts_of(draft, part)
        row = _own(rows, part)
        before = _words(row)
        row.delete()
        # One by one from the front: no two ever share a position.
        for position, behind in enumerate(rows.order_by("position"), start=1):
            if behind.position != position:
                rows.filter(pk=behind.pk).update(position=position)
        record(f"allocations.rule.remove_{_kind_of(part)}", draft, actor=actor, before=before)


def move_part(part: RuleCondition | PriorityRank, *, actor: Any, up: bool) -> None:
    """Change places with the condition or rank above or below; at the end of the row nothing happens."""
    with step():
        draft = _locked_draft(part.rule_set, actor)
        rows = _parts_of(draft, part)
        row = _own(rows, part)
        other = rows.filter(position=row.position - 1 if up else row.position + 1).first()
        if other is None:
            return
        here, there = row.position, other.position
        rows.filter(pk=row.pk).update(position=0)
        rows.filter(pk=other.pk).update(position=here)
        rows.filter(pk=row.pk).update(position=there)
        row.position = there
        before = {"position": here}
        record(
            f"allocations.rule.move_{_kind_of(part)}", draft, actor=actor, before=before, after=_words(row)
        )


def _parts_of(draft: EligibilityRuleSet, part: RuleCondition | PriorityRank) -> Any:
    return draft.conditions if isinstance(part, RuleCondition) else draft.ranks


def _kind_of(part: RuleCondition | PriorityRank) -> str:
    return "condition" if isinstance(part, RuleCondition) else "rank"


def _own(rows: Any, part: Any) -> Any:
    found = rows.filter(pk=part.pk).first()
    if found is None:
        raise Refusal(_("Somebody else has taken this out meanwhile; look at the page again."))
    return found


def _next_position(rows: Any) -> int:
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


def _words(part: RuleCondition | PriorityRank) -> dict[str, Any]:
    return _condition_words(part) if isinstance(part, RuleCondition) else _rank_words(part)


def _condition_words(row: RuleCondition) -> dict[str, Any]:
    return {
        "position": row.position, "kind": row.kind, "params": row.params, "sentence": row.sentence,
        "citation": row.citation, "from": row.valid_from, "to": row.valid_to,
    }  # fmt: skip


def _rank_words(row: PriorityRank) -> dict[str, Any]:
    return {
        "position": row.position, "kinds": row.kinds, "sentence": row.sentence, "citation": row.citation,
    }  # fmt: skip


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _checked(kind: str, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters a kind of condition takes, in one order; refuses where there is nothing to test."""
    if kind not in ConditionKind.values:
        raise Refusal(_("There is no such condition."))
    if kind in (ConditionKind.CLASS_IN, ConditionKind.CLASS_OR_POLICY):
        found = {"classes": _chosen(params.get("classes"), PovertyClass.values)}
        if kind == ConditionKind.CLASS_OR_POLICY:
            found["policies"] = _chosen(params.get("policies"), list(POLICIES))
        if not all(found.values()):
            raise Refusal(_("Choose the classes, and the policy status where the condition admits it."))
        return found
    if kind == ConditionKind.NO_EARLIER_DEVICE:
        devices = _chosen(params.get("devices"), EarlierKind.values)
        if not devices:
            raise Refusal(_("Choose which earlier devices exclude a household."))
        return {"devices": devices}
    if kind == ConditionKind.MEMBER_AGED:
        return _checked_ages(params.get("age_from"), params.get("age_to"))
    return {}


def _chosen(values: Any, allowed: list[str]) -> list[str]:
    return [value for value in allowed if value in (values or ())]


def _checked_ages(age_from: int | None, age_to: int | None) -> dict[str, Any]:
    given = [age for age in (age_from, age_to) if age is not None]
    if not given:
        raise Refusal(_("Say from which age, or up to which, a member counts."))
    if any(not 0 <= age <= OLDEST_AGE for age in given):
        raise Refusal(_("An age lies between 0 and %(oldest)s.") % {"oldest": OLDEST_AGE})
    if age_from is not None and age_to is not None and age_to < age_from:
        raise Refusal(_("The upper age lies below the lower one."))
    return {name: age for name, age in (("age_from", age_from), ("age_to", age_to)) if age is not None}


# --- to the leader and into force -------------------------------------------------------------------


def submit_rule(rule_set: EligibilityRuleSet, *, actor: Any) -> EligibilityRuleSet:
    """Send a draft to the leader.

    Refuses one without name, legal basis, condition or rank, and an order in which some rank is never
    reached because one above takes every household.
    """
    with step():
        row = _locked_draft(rule_set, actor)
        for sentence in what_is_missing(row):
            raise Refusal(sentence)
        # Whoever submits stands for it, whoever began it.
        move(row, RuleState.SUBMITTED, prepared_by=actor, prepared_at=timezone.now(), return_reason="")
        record("allocations.rule.submit", row, actor=actor, after={"rule": frozen(row)})
    return row


def what_is_missing(rule_set: EligibilityRuleSet) -> list[str]:
    """What a draft still lacks before it can be submitted, as sentences."""
    found = []
    if not rule_set.name or not rule_set.citation:
        found.append(_("The rule needs a name and its legal basis."))
    if not rule_set.conditions.exists():
        found.append(_("The rule needs at least one condition."))
    ranks = list(rule_set.ranks.order_by("position"))
    if not ranks:
        found.append(_("The rule needs at least one rank; “Every other household” is one."))
    for rank in ranks[:-1]:
        if RankKind.OTHER in rank.kinds:
            found.append(
                _("Rank %(rank)s takes every household: the ranks below it are never reached.")
                % {"rank": rank.position}
            )
    return found


def return_rule(rule_set: EligibilityRuleSet, *, actor: Any, reason: str) -> EligibilityRuleSet:
    """Give a submitted rule back to the officer, with the reason."""
    reason = need_reason(reason)
    with step():
        row = _locked_rule(rule_set)
        require(may_approve_rule(actor, row))
        require_state(row, {RuleState.SUBMITTED})
        move(row, RuleState.DRAFT, return_reason=reason)
        record("allocations.rule.return", row, actor=actor, after={"state": row.state}, reason=reason)
    return row


def approve_rule(rule_set: EligibilityRuleSet, *, actor: Any, valid_from: date) -> EligibilityRuleSet:
    """Put a submitted rule into force from a day; the one before it ends the day before.

    The day may lie in the past, where a decision is entered late: rounds already recorded keep their
    rule. Refuses a day on or before the one the present rule is in force from, and the maker.
    """
    with step():
        # The plan first: two versions of one source are never put into force at once.
        locked(Program.objects.all(), rule_set.program_id)
        row = _locked_rule(rule_set)
        require(may_approve_rule(actor, row))
        require_state(row, {RuleState.SUBMITTED})
        previous = (
            EligibilityRuleSet.objects.filter(
                program=row.program, funding_kind=row.funding_kind, state=RuleState.IN_FORCE
            )
            .select_for_update(of=("self",))
            .first()
        )
        if previous is not None:
            if previous.valid_from is not None and valid_from <= previous.valid_from:
                raise Refusal(
                    _("The present rule is in force from %(day)s: the new one must begin later.")
                    % {"day": f"{previous.valid_from:%d/%m/%Y}"}
                )
            move(previous, RuleState.RETIRED, valid_to=valid_from - timedelta(days=1))
        move(row, RuleState.IN_FORCE, valid_from=valid_from, approved_by=actor, approved_at=timezone.now())
        after = {"from": valid_from, "retired": previous.pk if previous else None, "rule": frozen(row)}
        record("allocations.rule.approve", row, actor=actor, after=after)
    return row
