"""Planning a round and taking it from the decision on its team to its closing report.

An administrative check (kiểm tra), not an inspectorate's procedure: Circular 14/2022/TT-BTTTT art. 35 names
its subjects and contents; its steps follow the practice of the provinces.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from programs.models import Program
from smartphone_support.audit.recording import record
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.errors import Refusal

from ..choices import ChecklistPart, ChecklistState, MinutesState, RoundKind, RoundState, TeamRole, UnitKind
from ..happenings import tell_closed
from ..models import Checklist, InspectedUnit, InspectionRound, SampleDraw
from ..permits.rounds import may_conclude, may_plan, may_run
from ..rounds.checklists import checklists_in_force
from ..rounds.outlines import default_outline
from ..sampling.frame import drawn_for_others
from .steps import locked, move, need_reason, require, require_state, step

#: A period or fieldwork of more days is a slip in typing a year.
LONGEST_DAYS = 3 * 366
#: Longest text of an outline, a conclusion, a report, minutes.
LONGEST_TEXT = 20_000
#: States in which a round can still be called off.
CANCELLABLE = frozenset({RoundState.PLANNED, RoundState.ANNOUNCED, RoundState.FIELDWORK})
#: States in which the days of the fieldwork can still be moved.
MOVABLE = frozenset({RoundState.ANNOUNCED, RoundState.FIELDWORK})
_TERMS = (
    "name", "kind", "reason", "scope_text", "period_from", "period_to", "fieldwork_from", "fieldwork_to",
    "as_of", "outline", "checklist_a", "checklist_b", "checklist_c",
)  # fmt: skip


def written(text: str) -> str:
    """A text of several lines as people typed it, its letters composed, without signs no database keeps."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    kept = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
    return "\n".join(line.rstrip() for line in kept.strip().split("\n"))[:LONGEST_TEXT]


def locked_round(pk: int) -> InspectionRound:
    """The round as it is now, locked until the commit."""
    return locked(InspectionRound.objects.select_related("program__province", "district"), pk)


def plan_round(
    program: Program,
    *,
    actor: Any,
    name: str,
    period_from: date,
    period_to: date,
    fieldwork_from: date,
    fieldwork_to: date,
    as_of: date,
    kind: str = RoundKind.ANNUAL,
    reason: str = "",
    scope_text: str = "",
    outline: str = "",
    checklist_a: Checklist | None = None,
    checklist_b: Checklist | None = None,
    checklist_c: Checklist | None = None,
) -> InspectionRound:
    """Plan a round of the province, or of the planner's own district. Checklists left out: those in force.

    Refuses days out of order, a sample as of a day after the fieldwork began, an ad hoc round without its
    reason, and a checklist that is a draft or another part's.
    """
    require(may_plan(actor, program))
    with step():
        round_ = InspectionRound(program=program, district=actor.district, created_by=actor)
        chosen = {"checklist_a": checklist_a, "checklist_b": checklist_b, "checklist_c": checklist_c}
        in_force = checklists_in_force(program.province)
        for field, part in _PARTS.items():
            chosen[field] = chosen[field] or in_force.get(part)
        terms = {
            "name": name, "kind": kind, "reason": reason, "scope_text": scope_text, "outline": outline,
            "period_from": period_from, "period_to": period_to, "fieldwork_from": fieldwork_from,
            "fieldwork_to": fieldwork_to, "as_of": as_of,
        }  # fmt: skip
        _set_terms(round_, terms | chosen)
        round_.save()
        record("inspections.round.plan", round_, actor=actor, after=_recorded(round_))
    return round_


def edit_round(round_: InspectionRound, *, actor: Any, **terms: Any) -> InspectionRound:
    """Change any of the terms of `plan_round` while the round is only planned."""
    with step():
        round_ = locked_round(round_.pk)
        require(may_run(actor, round_))
        require_state(round_, {RoundState.PLANNED})
        before = _recorded(round_)
        _set_terms(round_, {name: getattr(round_, name) for name in _TERMS} | terms)
        round_.save(update_fields=_TERMS)
        record("inspections.round.change", round_, actor=actor, before=before, after=_recorded(round_))
    return round_


_PARTS = {
    "checklist_a": ChecklistPart.OFFICE,
    "checklist_b": ChecklistPart.OPERATOR,
    "checklist_c": ChecklistPart.HOUSEHOLD,
}


def _set_terms(round_: InspectionRound, terms: dict[str, Any]) -> None:
    for name in _TERMS:
        setattr(round_, name, terms[name])
    round_.name = clean_text(round_.name)[:160]
    round_.kind = RoundKind(round_.kind)
    round_.reason, round_.scope_text = written(round_.reason), written(round_.scope_text)
    round_.outline = written(round_.outline) or default_outline(round_)
    if not round_.name:
        raise Refusal(_("The round needs a name."))
    if round_.kind == RoundKind.AD_HOC and not round_.reason:
        raise Refusal(_("An ad hoc inspection needs its reason."))
    _check_days(round_)
    for name, part in _PARTS.items():
        _check_checklist(getattr(round_, name), part, round_.program)


def _check_days(round_: InspectionRound) -> None:
    spans = ((round_.period_from, round_.period_to), (round_.fieldwork_from, round_.fieldwork_to))
    for first, last in spans:
        if last < first:
            raise Refusal(_("The last day lies before the first."))
        if (last - first).days > LONGEST_DAYS:
            raise Refusal(_("Check the years: from %(first)s to %(last)s is longer than three years.") % {
                "first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}",
            })  # fmt: skip
    if round_.as_of > round_.fieldwork_from:
        raise Refusal(_("The sample is drawn as of a day before the fieldwork begins, or that day."))


def _check_checklist(checklist: Checklist | None, part: str, program: Program) -> None:
    if checklist is None:
        return
    fits = checklist.part == part and checklist.province_id == program.province_id
    if not fits or checklist.state == ChecklistState.DRAFT:
        raise Refusal(_("Choose a checklist of part %(part)s that is in force.") % {"part": str(part)})


def _recorded(round_: InspectionRound) -> dict[str, Any]:
    lists = [getattr(round_, name) for name in _PARTS]
    return {
        "name": round_.name, "kind": str(round_.kind), "reason": round_.reason,
        "period": [round_.period_from, round_.period_to],
        "fieldwork": [round_.fieldwork_from, round_.fieldwork_to], "as_of": round_.as_of,
        "checklists": [str(one) for one in lists if one],
    }  # fmt: skip


def announce_round(
    round_: InspectionRound, *, actor: Any, decision_number: str, decision_date: date, issuer: str
) -> InspectionRound:
    """Record the decision that sets up the team; from here on the inspected units see the round.

    Refuses without a head of the team, without a unit, without the checklist a unit of its kind needs, with
    a sample drawn for other units or another day, and a decision without number or from the future.
    """
    number, issuer = clean_text(decision_number)[:60], clean_text(issuer)[:200]
    with step():
        round_ = locked_round(round_.pk)
        require(may_run(actor, round_))
        require_state(round_, {RoundState.PLANNED})
        if not number or not issuer:
            raise Refusal(_("Enter the number of the decision and who issued it."))
        if decision_date > timezone.localdate():
            raise Refusal(_("The decision's date lies in the future."))
        lacking = lacking_to_announce(round_)
        if lacking:
            raise Refusal(lacking)
        fields = {"decision_number": number, "decision_date": decision_date, "issuer": issuer}
        move(round_, RoundState.ANNOUNCED, announced_at=timezone.now(), **fields)
        after = {"units": round_.units.count(), "team": round_.team.filter(left_at=None).count()}
        record("inspections.round.announce", round_, actor=actor, after=fields | after)
    return round_


def lacking_to_announce(round_: InspectionRound) -> str:
    """What a planned round still lacks for its decision, as a sentence; "" when nothing."""
    if not round_.team.filter(role=TeamRole.HEAD, left_at=None).exists():
        return _("The team has no head yet: choose one first.")
    kinds = set(round_.units.values_list("kind", flat=True))
    if not kinds:
        return _("No unit is to be inspected yet: choose the units first.")
    needs = {"checklist_c"}
    needs |= {"checklist_b"} if UnitKind.OPERATOR in kinds else set()
    needs |= {"checklist_a"} if kinds - {UnitKind.OPERATOR} else set()
    for name in sorted(needs):
        if getattr(round_, f"{name}_id") is None:
            return _("The checklist “%(part)s” is missing: choose its version first.") % {
                "part": ChecklistPart(_PARTS[name]).label
            }
    return wrong_sample(round_)


def wrong_sample(round_: InspectionRound) -> str:
    """That the sample was drawn for other units or another day than the round has, as a sentence; or ""."""
    draw = SampleDraw.objects.filter(round=round_, superseded=False).first()
    if draw is None or not drawn_for_others(draw, round_):
        return ""
    return _("The sample was drawn for other units or another day than the round has now: draw it again.")


def move_fieldwork(
    round_: InspectionRound, *, actor: Any, fieldwork_from: date, fieldwork_to: date, reason: str
) -> InspectionRound:
    """Put the fieldwork on other days, before or while it is done, with the reason."""
    reason = need_reason(reason)
    with step():
        round_ = locked_round(round_.pk)
        require(may_run(actor, round_))
        require_state(round_, MOVABLE)
        before = {"fieldwork": [round_.fieldwork_from, round_.fieldwork_to]}
        round_.fieldwork_from, round_.fieldwork_to = fieldwork_from, fieldwork_to
        _check_days(round_)
        round_.save(update_fields=["fieldwork_from", "fieldwork_to"])
        after = {"fieldwork": [fieldwork_from, fieldwork_to]}
        record(
            "inspections.round.move_fieldwork", round_, actor=actor, before=before, after=after, reason=reason
        )
    return round_


def open_fieldwork(round_: InspectionRound, *, actor: Any) -> InspectionRound:
    """Let the team go out. A yearly inspection is notified to every unit before; an ad hoc one may not be.

    Refuses a sample drawn for other units or another day than the round has.
    """
    with step():
        round_ = locked_round(round_.pk)
        require(may_run(actor, round_))
        require_state(round_, {RoundState.ANNOUNCED})
        unnotified = round_.units.filter(notice_date=None).select_related("area", "organisation")
        if round_.kind == RoundKind.ANNUAL and (first := unnotified.first()) is not None:
            raise Refusal(
                _("“%(unit)s” has no notice of the inspection yet: record the notice first.")
                % {"unit": first}
            )
        if wrong := wrong_sample(round_):
            raise Refusal(wrong)
        move(round_, RoundState.FIELDWORK, opened_at=timezone.now())
        record(
            "inspections.round.open_fieldwork", round_, actor=actor, after={"sample": round_.sample.count()}
        )
    return round_


def close_fieldwork(round_: InspectionRound, *, actor: Any) -> InspectionRound:
    """End the visits; the minutes of the units follow. What is on a device already still arrives, marked."""
    with step():
        round_ = locked_round(round_.pk)
        require(may_run(actor, round_))
        require_state(round_, {RoundState.FIELDWORK})
        move(round_, RoundState.MINUTES)
        after = {"checks": round_.checks.filter(counts=True).count()}
        record("inspections.round.close_fieldwork", round_, actor=actor, after=after)
    return round_


def unsigned_units(round_: InspectionRound) -> list[InspectedUnit]:
    """Units whose minutes are not signed by both sides yet."""
    units = round_.units.exclude(minutes__state=MinutesState.SIGNED)
    return list(units.select_related("area", "organisation"))


def conclude_round(
    round_: InspectionRound, *, actor: Any, conclusion: str, conclusion_number: str, conclusion_date: date
) -> InspectionRound:
    """The leader's conclusion, once the minutes of every unit are signed. It never changes afterwards."""
    conclusion, number = written(conclusion), clean_text(conclusion_number)[:60]
    with step():
        round_ = locked_round(round_.pk)
        require(may_conclude(actor, round_))
        require_state(round_, {RoundState.MINUTES})
        if not conclusion:
            raise Refusal(_("Write the conclusion."))
        if conclusion_date > timezone.localdate():
            raise Refusal(_("The date of the conclusion lies in the future."))
        if unsigned := unsigned_units(round_):
            raise Refusal(
                _("The minutes of “%(unit)s” are not signed by both sides yet; the conclusion rests on them.")
                % {"unit": unsigned[0]}
            )
        fields = {"conclusion_number": number, "conclusion_date": conclusion_date}
        move(round_, RoundState.CONCLUDED, conclusion=conclusion, concluded_by=actor, **fields)
        record("inspections.round.conclude", round_, actor=actor, after=fields)
    return round_


def close_round(round_: InspectionRound, *, actor: Any, closing_report: str) -> InspectionRound:
    """Close the round with its report. Findings still open stay open and are followed up as before."""
    closing_report = written(closing_report)
    with step():
        round_ = locked_round(round_.pk)
        require(may_run(actor, round_))
        require_state(round_, {RoundState.CONCLUDED})
        if not closing_report:
            raise Refusal(_("Write the report of the inspection."))
        move(round_, RoundState.CLOSED, closing_report=closing_report, closed_at=timezone.now())
        after = {"open_findings": round_.findings.filter(state__in=("open", "remedied")).count()}
        tell_closed(round_, actor=actor)
        record("inspections.round.close", round_, actor=actor, after=after)
    return round_


def cancel_round(round_: InspectionRound, *, actor: Any, reason: str) -> InspectionRound:
    """Call a round off before its minutes; checks that arrived are kept."""
    reason = need_reason(reason)[:300]
    with step():
        round_ = locked_round(round_.pk)
        require(may_run(actor, round_))
        require_state(round_, CANCELLABLE)
        before = {"state": round_.state}
        move(round_, RoundState.CANCELLED, cancelled_reason=reason)
        record("inspections.round.cancel", round_, actor=actor, before=before, reason=reason)
    return round_
