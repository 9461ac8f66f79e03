"""The delivery on its way: whose households wait, how far each district and operator is, the export."""

from __future__ import annotations

import tempfile
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Count, Q
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.household.readings import note_export
from beneficiaries.models import Household
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import plain_name
from smartphone_support.spreadsheets.exporting import write_resource
from smartphone_support.spreadsheets.streaming import FORMATS
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.components import Crumb, Tab
from smartphone_support.web.filters import BaseFilterSet
from smartphone_support.web.tables import BaseTable, DateColumn, IdentityColumn, StateColumn, TitleColumn
from smartphone_support.web.views import ListPage, Page

from ..choices import SupportState
from ..delivery.forms import operators_of
from ..delivery.progress import (
    LONG_DAYS,
    PARTS,
    by_area,
    by_operator,
    part_counts,
    summed,
    waiting_long,
)
from ..delivery.resources import DeliveryResource, export_rows
from ..filters import districts_of
from ..models import AllocationRound, DeliveryUpload, Support
from ..permits.delivery import DELIVER, is_operator

HAND_OVERS = gettext_lazy("Hand-overs")
PROGRESS = gettext_lazy("Delivery progress")
SEES = "allocations.view_support"
PART_WORDS = {
    "waiting": gettext_lazy("Awaiting hand-over"),
    "unassigned": gettext_lazy("No operator yet"),
    "delivered": gettext_lazy("Handed over"),
    "confirmed": gettext_lazy("Confirmed"),
    "hold": gettext_lazy("On hold"),
    "undeliverable": gettext_lazy("Cannot be delivered"),
}
PART_TONES = {"hold": "bad", "undeliverable": "bad"}
#: Households open for a hand-over: those of an operator, and those the district serves itself.
LATE_SHOWN = 100


def delivery_crumbs() -> list[Crumb]:
    return [Crumb(str(HAND_OVERS), reverse("allocations:delivery_home"))]


def rounds_of_supports(user: Any) -> Any:
    """Rounds of which this person sees a support. An operator sees no others."""
    seen = Support.objects.visible_to(user).order_by().values("round")
    return AllocationRound.objects.filter(pk__in=seen)


def communes_of_supports(request: Any) -> Any:
    seen = Support.objects.visible_to(request.user).order_by().values("commune")
    return AdministrativeArea.objects.filter(pk__in=seen).order_by("code")


class HandOverTable(BaseTable):
    household = TitleColumn(
        verbose_name=gettext_lazy("Head of household"),
        accessor="household__head_name",
        order_by="household__head_name_key",
        linkify=lambda record: support_url(record),
    )
    national_id = IdentityColumn(
        verbose_name=gettext_lazy("Identity number"), accessor="household__national_id", orderable=False
    )
    village = tables.Column(verbose_name=gettext_lazy("Address"), accessor="household__village")
    form = tables.Column(verbose_name=gettext_lazy("Form"))
    state = StateColumn(verbose_name=gettext_lazy("State"))
    delivered_on = DateColumn(verbose_name=gettext_lazy("Handed over on"))
    action = tables.Column(verbose_name="", accessor="pk", orderable=False)

    def render_village(self, record: Any) -> str:
        parts = (record.household.village, record.commune.name_in_text)
        return ", ".join(part for part in parts if part)

    def render_action(self, record: Any) -> SafeString:
        if record.state not in (SupportState.APPROVED, SupportState.ASSIGNED):
            return SafeString("–")
        url = reverse("allocations:handover_create", args=[record.pk])
        return format_html('<a class="btn btn-outline-primary big" href="{}">{}</a>', url, _("Hand over"))


def support_url(support: Support) -> str:
    """Where a household of the list leads: to its form while it waits, to its record afterwards."""
    records = [row for row in support.hand_overs.all() if row.state != "reversed"]
    if records:
        return reverse("allocations:handover_detail", args=[records[0].pk])
    return reverse("allocations:handover_create", args=[support.pk])


class HandOverFilter(BaseFilterSet):
    q = django_filters.CharFilter(label=gettext_lazy("Name, phone or IMEI"), method="find")
    round = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Round"), queryset=lambda request: rounds_of_supports(request.user)
    )
    district = django_filters.ModelChoiceFilter(label=gettext_lazy("District"), queryset=districts_of)
    commune = django_filters.ModelChoiceFilter(label=gettext_lazy("Commune"), queryset=communes_of_supports)

    class Meta:
        model = Support
        fields = ["q", "round", "district", "commune"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None and self.request.user.district is not None:
            del self.form.fields["district"]

    def find(self, queryset: Any, name: str, value: str) -> Any:
        digits = "".join(sign for sign in value if sign.isdigit())
        found = Q(household__head_name_folded__contains=fold(value))
        if len(digits) >= 4:
            found |= Q(household__phone__contains=digits) | Q(hand_overs__device__imei__contains=digits)
        return queryset.filter(found).distinct()


class DeliveryHome(ListPage):
    """The households this person hands over to, commune by commune; big targets for a phone."""

    model = Support
    permission_required = DELIVER
    table_class = HandOverTable
    filterset_class = HandOverFilter
    template_name = "allocations/delivery_home.html"
    page_heading = HAND_OVERS
    empty_title = gettext_lazy("No household to hand over to")
    empty_text = gettext_lazy(
        "Households appear here when their list is approved and the department assigns them to you."
    )

    def get_lead(self) -> str:
        if is_operator(self.request.user):
            return _("Households assigned to you: record each hand-over here, or with the workbook.")
        return _("Approved households: record each hand-over here.")

    def part(self) -> str:
        wanted = self.request.GET.get("part", "")
        return wanted if wanted in PART_WORDS else "open"

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("household", "commune", "district", "round")
        rows = rows.prefetch_related("hand_overs")
        return rows.order_by(
            "district__code", "commune__code", "household__village", "household__head_name_key", "pk"
        )

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        """The filters narrow the part that is shown; the counts of the tabs are made before."""
        kwargs: dict[str, Any] = super().get_filterset_kwargs(filterset_class)
        kwargs["data"] = kwargs["data"] if kwargs["data"] is not None else self.request.GET
        return kwargs

    def get_table_data(self) -> Any:
        states = PARTS.get(self.part(), (SupportState.APPROVED, SupportState.ASSIGNED))
        return self.object_list.filter(state__in=states)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        counts = part_counts(self.object_list)
        by_commune = by_area(self.object_list, "commune") if not self.request.GET.get("commune") else []
        rounds = rounds_of_supports(self.request.user).order_by("-decision_date", "-pk")
        user: Any = self.request.user
        own_open = DeliveryUpload.objects.visible_to(user).filter(applied_at=None, discarded_at=None)
        return context | {
            "tabs": self._tabs(counts),
            "any": sum(counts.values()),
            "communes": [row for row in by_commune if row.total],
            "kept_filters": self._address(without=("commune", "page", "part")),
            "workbooks": self._workbooks(rounds) if user.district is None else [],
            "open_upload": own_open.select_related("file").order_by("-pk").first(),
        }

    def _workbooks(self, rounds: Any) -> list[tuple[Any, Any, int]]:
        """Round, operator and how many wait, for every workbook this person may download; one query."""
        waiting = Support.objects.visible_to(self.request.user).filter(state=SupportState.ASSIGNED)
        counts = {
            (round_, operator): count
            for round_, operator, count in waiting.order_by()
            .values_list("round", "operator")
            .annotate(n=Count("pk"))
        }
        operators = list(operators_of(self.request.user)) if counts else []
        return [
            (round_, operator, counts[round_.pk, operator.pk])
            for round_ in (rounds if counts else ())
            for operator in operators
            if (round_.pk, operator.pk) in counts
        ]

    def _address(self, without: tuple[str, ...]) -> str:
        query = self.request.GET.copy()
        for name in without:
            query.pop(name, None)
        return query.urlencode()

    def _tabs(self, counts: dict[str, int]) -> list[Tab]:
        kept = self._address(without=("part", "page"))
        shown = [("open", _("To hand over"), counts["waiting"] + counts["unassigned"])]
        shown += [
            (name, str(PART_WORDS[name]), counts[name])
            for name in ("delivered", "confirmed", "undeliverable", "hold")
        ]
        current = self.part()
        return [
            Tab(label, count, f"?part={name}&{kept}" if kept else f"?part={name}", name == current,
                PART_TONES.get(name, ""))
            for name, label, count in shown
        ]  # fmt: skip


class ProgressFilter(BaseFilterSet):
    round = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Round"), queryset=lambda request: rounds_of_supports(request.user)
    )
    district = django_filters.ModelChoiceFilter(label=gettext_lazy("District"), queryset=districts_of)
    operator = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Operator"), queryset=lambda request: operators_of(request.user)
    )

    class Meta:
        model = Support
        fields = ["round", "district", "operator"]


def long_days(request: HttpRequest) -> int:
    """After how many days a hand-over is shown as waiting long: as the reader says, else a month."""
    typed = request.GET.get("days", "")
    return int(typed) if typed.isdecimal() and typed.isascii() and 0 < int(typed) < 1000 else LONG_DAYS


class DeliveryProgress(Page):
    """How far each district, commune and operator is, and which households wait long."""

    permission_required = SEES
    template_name = "allocations/delivery_progress.html"
    page_heading = PROGRESS
    lead = gettext_lazy("Approved households: how many have their device or cash, and who still waits.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visible = Support.objects.visible_to(self.request.user)
        chosen = ProgressFilter(self.request.GET or None, queryset=visible, request=self.request)
        supports = chosen.qs
        days = long_days(self.request)
        districts = by_area(supports, "district")
        late = waiting_long(supports, days)
        one = len(districts) == 1
        return super().get_context_data(**kwargs) | {
            "filter": chosen,
            "total": summed(districts),
            "districts": districts,
            "operators": by_operator(supports),
            "communes": by_area(supports, "commune") if one else [],
            "days": days,
            "late": [dress_late(row) for row in late[:LATE_SHOWN]],
            "late_count": late.count(),
            "query": self.request.GET.urlencode(),
            "may_export": self.request.user.has_perm("beneficiaries.export_household"),
        }


def dress_late(support: Support) -> Support:
    """Add for how many days it waits."""
    since = support.assigned_at or timezone.now()
    support.waits = (timezone.now() - since).days  # type: ignore[attr-defined]  # for templates only
    return support


class DeliveryExport(Page):
    """The supports of the progress page as a file; masked, and on the record."""

    permission_required = (SEES, "beneficiaries.export_household")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # a file
        user: Any = request.user
        form = request.GET.get("format", "xlsx")
        form = form if form in FORMATS else "xlsx"
        chosen = ProgressFilter(
            request.GET or None, queryset=Support.objects.visible_to(user), request=request
        )
        supports = export_rows(chosen.qs)
        target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        written = write_resource(target, DeliveryResource(), supports, form=form, title=_("Delivery"))
        note_export(Household.objects.filter(supports__in=chosen.qs.order_by().values("pk")), user)
        after = {"households": written, "filters": dict(request.GET.items()), "format": form}
        record("allocations.support.export", None, actor=user, after=after)
        target.seek(0)
        name = _("Delivery %(day)s") % {"day": f"{timezone.localdate():%Y-%m-%d}"}
        response = FileResponse(target, as_attachment=True, filename=plain_name(f"{name}.{form}"))
        response["Content-Type"] = FORMATS[form][1]
        return response
