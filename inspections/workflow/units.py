"""Inspected units: chosen, notified, their reports taken in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.choices import Level
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.documents.scans import SCAN_BYTES, SCAN_SIGNATURES
from smartphone_support.documents.storing import store
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.errors import Refusal

from ..choices import MinutesState, RoundState, UnitKind
from ..models import InspectedUnit, InspectionMinutes, InspectionRound
from ..permits.rounds import may_hand_in_report, may_run
from .rounds import locked_round
from .steps import locked, require, require_state, step

#: States in which units can be chosen.
CHOOSING = frozenset({RoundState.PLANNED, RoundState.ANNOUNCED})
#: States in which a unit is notified.
NOTIFYING = frozenset({RoundState.ANNOUNCED, RoundState.FIELDWORK})
#: States in which a unit's report is taken in.
REPORTING = frozenset({RoundState.ANNOUNCED, RoundState.FIELDWORK, RoundState.MINUTES})
#: What a report may be: a scan, or a document of a word processor or spreadsheet (.docx, .xlsx, .odt, .doc).
REPORT_SIGNATURES = (*SCAN_SIGNATURES, b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
REPORT_ACCEPT = ".pdf,.doc,.docx,.odt,.xlsx,.jpg,.jpeg,.png"


def locked_unit(pk: int) -> InspectedUnit:
    """The unit under its round's lock, so that the round stays where it is meanwhile."""
    round_id = InspectedUnit.objects.values_list("round_id", flat=True).get(pk=pk)
    round_ = locked_round(round_id)
    unit = locked(InspectedUnit.objects.select_related("area__parent", "organisation"), pk)
    unit.round = round_
    return unit


def add_units(
    round_: InspectionRound,
    *,
    actor: Any,
    areas: Iterable[AdministrativeArea] = (),
    operators: Iterable[Organisation] = (),
) -> list[InspectedUnit]:
    """Choose districts, communes and operators to inspect; those chosen before stay as they are.

    Refuses units of another province; a district's own round inspects its own communes and operators.
    """
    areas, operators = list(areas), list(operators)
    with step():
        round_ = locked_round(round_.pk)
        require(may_run(actor, round_))
        require_state(round_, CHOOSING)
        for area in areas:
            _check_area(area, round_)
        for operator in operators:
            _check_operator(operator, round_)
        has_areas = set(round_.units.exclude(area=None).values_list("area_id", flat=True))
        has_operators = set(round_.units.exclude(organisation=None).values_list("organisation_id", flat=True))
        added = [
            InspectedUnit(round=round_, kind=UnitKind(area.level), area=area)
            for area in areas
            if area.pk not in has_areas
        ]
        added += [
            InspectedUnit(round=round_, kind=UnitKind.OPERATOR, organisation=operator)
            for operator in operators
            if operator.pk not in has_operators
        ]
        if not added:
            raise Refusal(_("Choose at least one unit that is not in the round yet."))
        for unit in added:
            unit.save()
        after = {"units": [str(unit) for unit in added]}
        record("inspections.round.add_units", round_, actor=actor, after=after)
    return added


def _check_area(area: AdministrativeArea, round_: InspectionRound) -> None:
    province = round_.program.province_id
    is_district = area.level == Level.DISTRICT and area.parent_id == province
    parent = area.parent
    is_commune = area.level == Level.COMMUNE and parent is not None and parent.parent_id == province
    if round_.district_id is not None:
        is_district, is_commune = False, is_commune and area.parent_id == round_.district_id
    if not is_district and not is_commune:
        raise Refusal(_("“%(unit)s” cannot be inspected in this round.") % {"unit": area})


def _check_operator(operator: Organisation, round_: InspectionRound) -> None:
    fits = operator.kind == OrganisationKind.OPERATOR and operator.province_id == round_.program.province_id
    if not fits:
        raise Refusal(_("“%(unit)s” cannot be inspected in this round.") % {"unit": operator})


def remove_unit(unit: InspectedUnit, *, actor: Any) -> None:
    """Take a unit out of the round, unless it was notified already."""
    with step():
        unit = locked_unit(unit.pk)
        require(may_run(actor, unit.round))
        require_state(unit.round, CHOOSING)
        if unit.notice_date is not None:
            raise Refusal(_("“%(unit)s” was notified already: it stays in the round.") % {"unit": unit})
        if unit.report_id is not None or unit.findings.exists() or unit.checks.exists():
            raise Refusal(
                _("Something of “%(unit)s” is kept already: it stays in the round.") % {"unit": unit}
            )
        before = {"unit": str(unit)}
        round_ = unit.round
        unit.delete()
        record("inspections.round.remove_unit", round_, actor=actor, before=before)


def record_notice(
    unit: InspectedUnit, *, actor: Any, notice_number: str, notice_date: date, visit_on: date | None
) -> InspectedUnit:
    """Write down the notice sent to the unit, and the day of the visit; again where it was wrong."""
    number = clean_text(notice_number)[:60]
    with step():
        unit = locked_unit(unit.pk)
        require(may_run(actor, unit.round))
        require_state(unit.round, NOTIFYING)
        _check_notice(unit.round, notice_date, visit_on)
        before = {"notice": unit.notice_number, "date": unit.notice_date, "visit": unit.visit_on}
        unit.notice_number, unit.notice_date, unit.visit_on = number, notice_date, visit_on
        unit.save(update_fields=["notice_number", "notice_date", "visit_on"])
        after = {"notice": number, "date": notice_date, "visit": visit_on}
        record("inspections.inspectedunit.notify", unit, actor=actor, before=before, after=after)
    return unit


def _check_notice(round_: InspectionRound, notice_date: date, visit_on: date | None) -> None:
    decided = round_.decision_date
    if notice_date > timezone.localdate():
        raise Refusal(_("The date of the notice lies in the future."))
    if decided is not None and notice_date < decided:
        raise Refusal(
            _("The notice cannot be older than the decision on the team of %(day)s.")
            % {"day": f"{decided:%d/%m/%Y}"}
        )
    if visit_on is not None and not round_.fieldwork_from <= visit_on <= round_.fieldwork_to:
        raise Refusal(
            _("The visit lies within the fieldwork: between %(first)s and %(last)s.")
            % {"first": f"{round_.fieldwork_from:%d/%m/%Y}", "last": f"{round_.fieldwork_to:%d/%m/%Y}"}
        )


def receive_report(
    unit: InspectedUnit, *, actor: Any, report: File[Any], received_on: date | None = None
) -> InspectedUnit:
    """Take in the unit's report; a later one replaces it until the minutes are signed, both are kept."""
    day = received_on or timezone.localdate()
    with step():
        unit = locked_unit(unit.pk)
        require(may_hand_in_report(actor, unit))
        require_state(unit.round, REPORTING)
        if day > timezone.localdate():
            raise Refusal(_("A report cannot be received in the future."))
        if InspectionMinutes.objects.filter(unit=unit, state=MinutesState.SIGNED).exists():
            raise Refusal(
                _("The minutes of “%(unit)s” are signed: its report stays as it is.") % {"unit": unit}
            )
        refuse_no_report(report)
        before = {"report": unit.report.sha256 if unit.report else ""}
        unit.report, unit.report_received_on = store(report, actor=actor), day
        unit.save(update_fields=["report", "report_received_on"])
        after = {"report": unit.report.sha256, "received": day}
        record("inspections.inspectedunit.report", unit, actor=actor, before=before, after=after)
    return unit


def refuse_no_report(upload: File[Any]) -> None:
    """Refuse what is too large, or neither a scan nor a document, with one sentence."""
    if upload.size > SCAN_BYTES:
        raise Refusal(
            _("The report is larger than %(mb)s MB: save it as PDF.") % {"mb": SCAN_BYTES // 1024 // 1024}
        )
    start = upload.read(16)
    upload.seek(0)
    if not start.startswith(REPORT_SIGNATURES):
        raise Refusal(_("The report must be a PDF file, a Word or Excel document, or a photo."))
