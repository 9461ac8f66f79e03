"""Findings the answers of a stored check open by rule, once a round."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from allocations.choices import HandOverState
from allocations.models import HandOver
from smartphone_support.audit.recording import record, record_each

from ..models import FieldCheck, Finding, InspectedUnit, SampledHousehold
from ..rules.from_answers import Answered, Opening, ending, openings
from .finding_parts import district_of, first_due, kept, responsible_for
from .remedies import LONGEST_TEXT


def open_findings_of(check: FieldCheck) -> list[Finding]:
    """Open what the answers of a stored check open by rule; called in the transaction that stores it.

    The household, or the unit, is locked: two inspectors whose checks arrive together do not open the same
    finding twice. What one of them opened already is noted there as seen again; one settled before this
    visit is opened anew.
    """
    _lock_subject(check)
    with translation.override(settings.LANGUAGE_CODE):  # the office keeps the words, whoever checks
        opened = [
            finding
            for opening in openings_of(check)
            if not _seen_again(check, opening) and (finding := _open_by_rule(check, opening))
        ]
    record_each(
        "inspections.finding.open_finding", [(row, {}, kept(row)) for row in opened], actor=check.inspector,
        chain=check.round.program.province.code,
    )  # fmt: skip
    return opened


def _lock_subject(check: FieldCheck) -> None:
    rows: Any = SampledHousehold.objects if check.sampled_id else InspectedUnit.objects
    rows.select_for_update().only("pk").get(pk=check.sampled_id or check.unit_id)


def openings_of(check: FieldCheck) -> list[Opening]:
    """What the answers of a stored check open."""
    answers = [
        Answered(
            row.pk, row.item_id, row.item.code, row.item.text, row.answer, row.note, row.item.finding,
            row.item.severity, row.item.asks_imei,
        )
        for row in check.answers.select_related("item").order_by("item__position")
    ]  # fmt: skip
    recorded = _recorded_imeis(check.sampled.support_id) if check.sampled else ()
    return openings(
        answers, imei_seen=check.imei_seen, imeis_recorded=recorded, together=check.sampled is not None
    )


def _recorded_imeis(support_id: int) -> list[str]:
    """The numbers of the device the hand-over record in force names."""
    rows = HandOver.objects.filter(support=support_id, device__isnull=False)
    numbers = rows.exclude(state=HandOverState.REVERSED).values_list("device__imei", "device__imei2")
    return [number for pair in numbers for number in pair if number]


def _seen_again(check: FieldCheck, opening: Opening) -> bool:
    """Whether the round knows it already, and not as settled before this visit; then that is noted."""
    rows = Finding.objects.filter(round=check.round)
    if check.sampled is not None:
        rows = rows.filter(support=check.sampled.support_id, kind=opening.kind)
    else:
        rows = rows.filter(unit=check.unit, answer__item__in=[row.item for row in opening.answers])
    for finding in rows.select_related("program"):
        if finding.closed_at is None or finding.closed_at >= check.visited_at:
            after = {"check": check.pk, "answers": [row.code for row in opening.answers]}
            chain = check.round.program.province.code
            record("inspections.finding.see_again", finding, actor=check.inspector, after=after, chain=chain)
            return True
    return False


def _open_by_rule(check: FieldCheck, opening: Opening) -> Finding:
    support = check.sampled.support if check.sampled else None
    unit = check.unit
    district = support.district if support else district_of(unit)
    return Finding.objects.create(
        program=check.round.program,
        district=district,
        round=check.round,
        unit=unit,
        check_row=check,
        answer_id=opening.answers[0].id if opening.answers else None,
        support=support,
        kind=opening.kind,
        severity=opening.severity,
        description=_description(check, opening)[:LONGEST_TEXT],
        responsible=responsible_for(opening.kind, support=support, unit=unit, district=district),
        due=first_due(opening.severity),
    )


def _description(check: FieldCheck, opening: Opening) -> str:
    """The questions that failed with the inspector's notes; of an IMEI only its last digits."""
    sentences = []
    for row in opening.answers:
        words = {"code": row.code, "question": row.text}
        if opening.by_imei and row.asks_imei:
            sentences.append(_("%(code)s. %(question)s: the number differs.") % words)
        else:
            sentences.append(_("%(code)s. %(question)s: fail.") % words)
        if row.note:
            sentences.append(_("Inspector's note: %(note)s") % {"note": row.note})
    if opening.by_imei and check.sampled is not None:
        recorded = _recorded_imeis(check.sampled.support_id)
        sentences.append(
            _("On the device an IMEI ending in %(seen)s was read; the hand-over record’s ends in %(kept)s.")
            % {
                "seen": ending(check.imei_seen, *recorded),
                "kept": " / ".join(ending(number, check.imei_seen) for number in recorded),
            }
        )
    return "\n".join(sentences)
