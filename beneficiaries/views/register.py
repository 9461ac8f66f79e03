"""The register's list: search, filters, pages, and the same as a workbook."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send_bytes
from smartphone_support.web.templatetags.web import masked_id
from smartphone_support.web.views import ListPage

from ..filters import HouseholdFilter
from ..models import Household
from ..resources import HouseholdResource, workbook_of
from ..tables import HouseholdTable
from .households import REGISTER


class HouseholdList(ListPage):
    permission_required: str | tuple[str, ...] = "beneficiaries.view_household"
    model = Household
    table_class = HouseholdTable
    filterset_class = HouseholdFilter
    template_name = "beneficiaries/household_list.html"
    page_heading = REGISTER
    lead = gettext_lazy("Households of the poverty register, with the class they have on the chosen day.")
    empty_title = gettext_lazy("The register is still empty")
    empty_text = gettext_lazy("It is filled when the register officer confirms the first annual list.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("commune", "district").order_by("commune", "pk")

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        return super().get_filterset_kwargs(filterset_class) | {"user": self.request.user}

    def get_table_data(self) -> Any:
        return self.object_list.as_of(self.filterset.day)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"day": self.filterset.day}


class HouseholdExport(HouseholdList):
    """The households the list shows, as a workbook with masked numbers; who took it is on the record."""

    permission_required = ("beneficiaries.view_household", "beneficiaries.export_household")

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        day = self.filterset.day
        dataset = HouseholdResource().export(self.object_list.as_of(day))
        name = _("Household register %(day)s.xlsx") % {"day": f"{day:%Y-%m-%d}"}
        # A number that was searched for is no more whole in the record than on the screen.
        chosen = {key: masked_number(value) for key, value in self.request.GET.items() if value}
        after = {"households": len(dataset), "as_of": day, "filters": chosen}
        record("beneficiaries.household.export", None, actor=self.request.user, after=after)
        return send_bytes(workbook_of(dataset, _("Household register")), name)


def masked_number(typed: Any) -> str:
    """What was typed; an identity or telephone number with its middle hidden."""
    text = str(typed)
    return masked_id(text) if "".join(text.split()).isdecimal() and len(text) >= 9 else text
