"""What every finding needs: who mends it and until when, where it is, and whether its subjects fit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from allocations.choices import HandOverState
from allocations.models import Support
from allocations.permits.supports import may_deliver_for
from programs.models import Program
from programs.working_days import work_calendar
from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.errors import Refusal

from ..models import Complaint, FieldCheck, Finding, InspectedUnit, InspectionRound
from ..rules.from_answers import days_to_remedy, is_the_operators

#: A deadline further ahead is a slip in typing its year.
_LONGEST_DAYS = 366


def district_of(unit: InspectedUnit | None) -> AdministrativeArea | None:
    """The district of an inspected district or commune; an operator has none."""
    if unit is None or unit.area is None:
        return None
    return unit.area if unit.kind == "district" else unit.area.parent


def responsible_for(
    kind: str,
    *,
    support: Support | None,
    unit: InspectedUnit | None,
    district: AdministrativeArea | None,
) -> Organisation | None:
    """Who mends a finding unless a person says otherwise: the inspected operator, the operator that serves
    the household for what it delivers, and for money taken where it handed over; else the district's People's
    Committee. None: the department decides.
    """
    if unit is not None and unit.organisation is not None:
        return unit.organisation
    if support is not None and is_the_operators(
        kind, has_operator=support.operator_id is not None, handed_over=_handed_over_by_operator(support)
    ):
        return support.operator
    if district is None:
        return None
    rows = Organisation.objects.filter(kind=OrganisationKind.DISTRICT, area=district, is_active=True)
    return rows.order_by("pk").first()


def _handed_over_by_operator(support: Support) -> bool:
    """Whether the hand-over in force was recorded by somebody of the operator that serves the household."""
    rows = support.hand_overs.exclude(state=HandOverState.REVERSED)
    return bool(rows.filter(recorded_by__memberships__organisation=support.operator_id).exists())


def first_due(severity: str, today: date | None = None) -> date:
    """The last of the working days the setting gives this severity, counted from tomorrow."""
    today = today or timezone.localdate()
    days = days_to_remedy(severity, settings.FINDING_DAYS)
    return work_calendar().last_of(today + timedelta(days=1), days)


def kept(finding: Finding) -> dict[str, Any]:
    """What the audit record says of a finding: no description, which may name people."""
    return {
        "kind": str(finding.kind),
        "severity": str(finding.severity),
        "round": finding.round_id,
        "support": finding.support_id,
        "responsible": finding.responsible.code if finding.responsible else "",
        "due": finding.due,
    }


def check_together(
    program: Program,
    round: InspectionRound | None,
    unit: InspectedUnit | None,
    check: FieldCheck | None,
    complaint: Complaint | None,
    support: Support | None,
) -> None:
    """What a finding names belongs to the same round, and to the province."""
    province = program.province_id
    apart = (
        (round is not None and round.program_id != program.pk)
        or (complaint is not None and complaint.province_id != province)
        or (unit is not None and (round is None or unit.round_id != round.pk))
        or (check is not None and (round is None or check.round_id != round.pk))
        or (support is not None and support.district.parent_id != province)
    )
    if apart:
        raise Refusal(_("These do not belong together: choose again from the round or the complaint."))


def place_of(
    round: InspectionRound | None,
    unit: InspectedUnit | None,
    complaint: Complaint | None,
    support: Support | None,
) -> AdministrativeArea | None:
    """The district a finding is about: the household's, the unit's, the complaint's, the round's own."""
    if support is not None:
        return support.district
    if unit is not None:
        return district_of(unit)
    if complaint is not None and complaint.district is not None:
        return complaint.district
    return round.district if round is not None else None


def check_responsible(
    actor: Any,
    program: Program,
    organisation: Organisation,
    support: Support | None,
    district: AdministrativeArea | None,
) -> None:
    """Refuse an organisation to which the finding would show a household that is none of its business."""
    province = program.province_id
    if organisation.kind == OrganisationKind.OPERATOR:
        if not may_deliver_for(organisation, province):
            raise Refusal(
                _("%(organisation)s is no active operator of the province.") % {"organisation": organisation}
            )
        if support is not None and support.operator_id != organisation.pk:
            raise Refusal(
                _("%(organisation)s does not serve this household: name its operator or its district.")
                % {"organisation": organisation}
            )
    elif not organisation.is_active or organisation.province_id != province:
        raise Refusal(
            _("%(organisation)s is no active organisation of the province.") % {"organisation": organisation}
        )
    elif (
        organisation.kind == OrganisationKind.DISTRICT
        and district is not None
        and organisation.area_id != district.pk
    ):
        raise Refusal(
            _("This finding is about %(district)s: another district cannot mend it.")
            % {"district": district.name_in_text}
        )
    if actor.district is not None and organisation.kind not in (
        OrganisationKind.DISTRICT,
        OrganisationKind.OPERATOR,
    ):
        raise Refusal(_("A district names its own committee or an operator."))


def check_due(due: date) -> None:
    today = timezone.localdate()
    if due < today:
        raise Refusal(_("The day to remedy it by lies in the past."))
    if due > today + timedelta(days=_LONGEST_DAYS):
        raise Refusal(_("The day to remedy it by is more than a year ahead: check its year."))
