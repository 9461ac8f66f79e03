"""What inspection tells the plan: a round was closed."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from programs import subjects
from programs.choices import TaskEvent
from programs.workflow.happenings import happened
from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation

from .models import InspectionRound


def register_subjects() -> None:
    """The pages of the records this app gives as evidence."""
    rounds = "inspections.view_inspectionround"
    subjects.register("inspections.inspectionround", "inspections:round_detail", rounds)


def tell_closed(round_: InspectionRound, *, actor: Any) -> None:
    """A round is closed: IV.1 and IV.2 of Đắk Nông; Plan 413/KH-UBND IV.1.d, a district's own IV.5.e."""
    kind = OrganisationKind.DISTRICT if round_.district_id else OrganisationKind.PROGRAM_LEAD
    owners = Organisation.objects.filter(province=round_.program.province, kind=kind, is_active=True)
    owner = owners.filter(area=round_.district).first() if round_.district_id else owners.first()
    if owner is not None:
        happened(
            TaskEvent.ROUND_CLOSED, province=round_.program.province, about=round_, label=round_.name,
            on=timezone.localdate(), period=round_.fieldwork_from, organisation=owner, actor=actor,
        )  # fmt: skip
