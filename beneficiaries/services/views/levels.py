"""Levels of services: those in force with their legal basis, entering one, taking one out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.web.components import Crumb
from smartphone_support.web.views import ConfirmPage, FormPage, Page

from ...models import ServiceLevel
from ..checking import levels_of
from ..forms import LevelForm
from ..permits import may_manage
from ..rules.facts import levels_on
from ..workflow.levels import drop_level, enter_level
from .subscriptions import LIST_CRUMB

HEADING = gettext_lazy("Levels of support")


def crumbs(*, to_levels: bool = True) -> list[Crumb]:
    found = [Crumb(str(LIST_CRUMB), reverse("services:subscription_list"))]
    return [*found, Crumb(str(HEADING), reverse("services:level_list"))] if to_levels else found


class LevelList(Page):
    """Every level known to the province, and which is in force today."""

    permission_required = "beneficiaries.view_servicesubscription"
    template_name = "services/level_list.html"
    page_heading = HEADING
    lead = gettext_lazy(
        "đồng a month for each service. A line of an operator's update is in order only at a level in force "
        "on its day."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return crumbs(to_levels=False)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        today = timezone.localdate()
        rows = ServiceLevel.objects.filter(Q(province=user.province) | Q(province=None))
        known = levels_of(user.province) if user.province else []
        now = {
            (level.service, level.amount, level.days.begin, level.own)
            for row in rows
            for level in levels_on(known, row.service, today)
        }
        shown = [
            {
                "level": row,
                "in_force": (row.service, row.amount, row.valid_from, row.province_id is not None) in now,
                "packaged": row.province_id is None,
            }
            for row in rows.select_related("entered_by").order_by("service", "-valid_from", "-province")
        ]
        manages = may_manage(user, user.province)
        return super().get_context_data(**kwargs) | {"rows": shown, "manages": manages}


class LevelCreate(FormPage):
    permission_required = "beneficiaries.manage_service"
    form_class = LevelForm
    page_heading = gettext_lazy("Enter a level")
    lead = gettext_lazy("Lines dated from that day on are checked against it; those before stay as they are.")
    submit_label = gettext_lazy("Enter the level")

    def get_breadcrumbs(self) -> list[Crumb]:
        return crumbs()

    def get_cancel_url(self) -> str:
        return reverse("services:level_list")

    def form_valid(self, form: Any) -> HttpResponse:
        user: Any = self.request.user
        level = enter_level(province=user.province, actor=user, **form.cleaned_data)
        done = _("%(service)s: %(amount)s đồng a month from %(day)s.") % {
            "service": level.get_service_display(),
            "amount": number_format(level.amount, force_grouping=True),
            "day": f"{level.valid_from:%d/%m/%Y}",
        }
        messages.success(self.request, done)
        return redirect("services:level_list")


class LevelDrop(ConfirmPage):
    """Take out a level entered by mistake."""

    permission_required = "beneficiaries.manage_service"
    page_heading = gettext_lazy("Take the level out?")
    consequence = gettext_lazy(
        "Possible only while no subscription is supported at it. The level before it goes on."
    )
    verb = gettext_lazy("Take it out")
    tone = "danger"
    needs_reason = True

    def find_subject(self) -> None:
        user: Any = self.request.user
        own = ServiceLevel.objects.exclude(province=None).filter(province=user.province)
        if not user.has_perm("beneficiaries.view_servicesubscription"):
            own = own.none()
        self.object = get_object_or_404(own, pk=self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return crumbs()

    def get_success_url(self) -> str:
        return reverse("services:level_list")

    def perform(self, reason: str) -> str:
        drop_level(self.object, actor=self.request.user, reason=reason)
        return _("The level was taken out.")
