"""The phone pages of an inspector: what to take along, the page that works without network, its worker."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import Page

from ..choices import RoundState, SampleState
from ..models import InspectionRound, OfflinePack
from ..offline import shell
from ..offline.packs import own_sample
from ..permits.fieldwork import CHECK, leads, may_report_lost
from ..workflow.packs import report_lost


class FieldHome(Page):
    """Rounds of the own teams in fieldwork, with the own households: without JavaScript a plain list."""

    permission_required = CHECK
    template_name = "inspections/field_home.html"
    page_heading = gettext_lazy("Fieldwork")
    lead = gettext_lazy(
        "Take a round along before you leave: its households and questions then work without network."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        rounds = InspectionRound.objects.visible_to(user).filter(
            state=RoundState.FIELDWORK, team__user=user, team__left_at__isnull=True
        )
        parts = []
        for round_ in rounds:
            households = list(own_sample(round_, user))
            done = sum(row.state == SampleState.CHECKED for row in households)
            parts.append((round_, households, done))
        return super().get_context_data(**kwargs) | {
            "rounds": parts,
            "packs": _devices_out(user),
            "configuration": shell.configuration(),
            "script": shell.module(shell.HOME),
        }


def _devices_out(user: Any) -> Any:
    """The person's devices that have not been handed in, of rounds still running."""
    over = (RoundState.CLOSED, RoundState.CANCELLED)
    rows = OfflinePack.objects.filter(inspector=user, handed_in_at__isnull=True).exclude(
        round__state__in=over
    )
    return rows.select_related("round").order_by("-pk")


class PackLost(StepPage):
    """Say that a device with a round on it is lost or broken and will not be handed in."""

    model = OfflinePack
    permission_required = CHECK
    may = may_report_lost
    page_heading = gettext_lazy("Report a device as lost")
    verb = gettext_lazy("Report as lost")
    tone = "danger"
    needs_reason = True

    def find_subject(self) -> None:
        user: Any = self.request.user
        rounds = InspectionRound.objects.visible_to(user).filter(team__user=user, team__left_at__isnull=True)
        rows = OfflinePack.objects.filter(Q(round__in=rounds.values("pk")) | Q(inspector=user))
        related = ("round__program__province", "inspector")
        self.object = get_object_or_404(rows.select_related(*related), key=self.kwargs["key"])

    def get_consequence(self) -> str:
        pack = self.object
        return _(
            "“%(device)s” of %(person)s holds names and addresses of households of “%(round)s” and will not "
            "be handed in. It takes no households along any more; what was visited until now can still be "
            "sent, from the device if it is found or from a saved file. Lock or wipe the device from afar if "
            "it allows that."
        ) % {
            "device": pack.device or _("unknown device"),
            "person": pack.inspector.full_name,
            "round": pack.round,
        }

    def get_success_url(self) -> str:
        """Who leads the team came from the round's page, the inspector from the own one."""
        if leads(self.request.user, self.object.round):
            return reverse("inspections:round_detail", args=[self.object.round_id])
        return reverse("inspections:field_home")

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def perform(self, reason: str) -> str:
        report_lost(self.object, actor=self.request.user, reason=reason)
        return _("The device is reported as lost.")


# Kept by the device for days and asked for by its worker when the log-in may have ended: it holds nothing of
# any person, so it needs no log-in.
@method_decorator(login_not_required, name="dispatch")
class FieldWork(View):
    """The page that shows what the device keeps."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(shell.page())


@method_decorator(login_not_required, name="dispatch")
class FieldWorker(View):
    """The service worker, from an address that lets it serve the whole of the field pages."""

    def get(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(shell.worker(), content_type="text/javascript; charset=utf-8")
        response["Service-Worker-Allowed"] = reverse("inspections:field_home")
        response["Cache-Control"] = "no-cache"
        return response
