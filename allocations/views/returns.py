"""Giving quota back, so that a later wave can share it out."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.formats import localize
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.web.components import Crumb
from smartphone_support.web.steps import StepPage

from .. import workflow
from ..choices import Decision, ListState
from ..forms_quotas import GiveBackForm
from ..models import DistrictList
from ..permits.quotas import may_give_back
from ..workflow.returns import Held, held_quota, nothing_free
from .rounds import round_crumbs


class QuotaGiveBack(StepPage):
    """How much of its quota a list does not use, and that it goes back to the round."""

    model = DistrictList
    may = may_give_back
    page_heading = gettext_lazy("Give quota back")
    verb = gettext_lazy("Give quota back")
    tone = "danger"
    needs_reason = True
    extra_form_class = GiveBackForm
    success_url_name = "allocations:list_detail"
    template_name = "allocations/quota_give_back.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("round__program__province", "district")

    def get_breadcrumbs(self) -> list[Crumb]:
        row: DistrictList = self.object
        own = Crumb(row.district.name, reverse("allocations:list_detail", args=[row.pk]))
        return [*round_crumbs(row.round), own]

    @cached_property
    def held(self) -> Held:
        return held_quota(self.object)

    def get_initial(self) -> dict[str, Any]:
        return {"count": self.held.free or None}

    def get_consequence(self) -> str:
        row: DistrictList = self.object
        if not self.held.free:
            return nothing_free(row, self.held)
        if row.state == ListState.APPROVED:
            text = _(
                "Of %(quota)s devices %(used)s are used by households whose support stands; %(free)s can go "
                "back to the round. The approved list stays as it is."
            )
        else:
            text = _(
                "Of %(quota)s devices %(used)s are kept for households; %(free)s can go back to the round. "
                "The list's quota sinks at once and does not rise again."
            )
        figures = {"quota": self.held.quota, "used": self.held.used, "free": self.held.free}
        return text % {name: localize(value) for name, value in figures.items()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        row: DistrictList = self.object
        return context | {
            "free": self.held.free,
            "reserves": row.lines.filter(decision=Decision.RESERVE, support__isnull=True).count(),
            "approved": row.state == ListState.APPROVED,
            "returns": row.returns.select_related("recorded_by"),
        }

    def perform(self, reason: str) -> str:
        count = self.form.cleaned_data["count"]
        workflow.give_back_quota(self.object, actor=self.request.user, count=count, reason=reason)
        return ngettext(
            "%(count)s device is given back; the round can share it out in a later wave.",
            "%(count)s devices are given back; the round can share them out in a later wave.",
            count,
        ) % {"count": localize(count)}
