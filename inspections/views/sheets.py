"""Sheets of paper to take along, for those who have no phone or no power."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from beneficiaries.household.readings import note_export
from beneficiaries.models import Household
from smartphone_support.audit.recording import record
from smartphone_support.documents import pdf
from smartphone_support.documents.storing import send_bytes, without_marks
from smartphone_support.web.views import DetailPage

from ..choices import SampleState
from ..models import InspectionRound, SampledHousehold
from ..offline.packs import standing_hand_overs
from ..papers.sheets import sheets
from ..permits.fieldwork import is_on_team


class FieldSheets(DetailPage):
    """One A4 page for each household still to be visited that this person sees: the own, the head's all."""

    model = InspectionRound

    def get_queryset(self) -> Any:
        related = ("program__province", "district", "checklist_c")
        return super().get_queryset().select_related(*related)

    def has_permission(self) -> bool:
        return is_on_team(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        round_, user = self.object, request.user
        seen = SampledHousehold.objects.visible_to(user).filter(round=round_, state=SampleState.PENDING)
        related = ("support__household", "support__commune", "support__district", "support__operator")
        rows = SampledHousehold.objects.filter(pk__in=seen.values("pk")).select_related(*related)
        samples = list(rows.order_by("support__commune__code", "order", "pk"))
        if not samples or round_.checklist_c is None:
            messages.info(request, _("There is no household left to visit, so there is no sheet to print."))
            return redirect("inspections:round_detail", pk=round_.pk)
        content = pdf.render(*sheets(round_, samples, standing_hand_overs(samples)))
        keys = [row.support.household_id for row in samples]
        after = {"paper": "sheets", "households": len(keys)}
        record("inspections.inspectionround.download", round_, actor=user, after=after)
        note_export(Household.objects.filter(pk__in=keys), user)
        name = without_marks(_("Sheets %(round)s") % {"round": round_.name})
        return send_bytes(content, f"{name}.pdf", pdf.PDF)
