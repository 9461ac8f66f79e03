"""Information deprivation (indicators 11 and 12): counts per commune and class, and the households behind."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send_bytes
from smartphone_support.web.components import Crumb
from smartphone_support.web.tables import DASH, BaseTable, DateColumn, TitleColumn
from smartphone_support.web.views import ConfirmPage, ListPage, Page

from ..choices import AssessmentOccasion, PovertyClass
from ..evidence.counting import deprivation_counts, latest_assessments
from ..evidence.forms import DeprivationForm, EvidenceQuery, answer_words
from ..evidence.papers import deprivation_workbook
from ..household.story import lacks_words
from ..models import Household, InformationDeprivation
from ..tables import class_badge
from ..workflow.certificates import record_deprivation, remove_deprivation
from .certificates import EXPORTS, SEES, KeptFilter, MissingFilter
from .households import HouseholdStep

DEPRIVATION = gettext_lazy("Information deprivation")
RECORDS = (SEES, "beneficiaries.record_deprivation")
PARTS = (
    ("before", AssessmentOccasion.REVIEW),
    ("after", AssessmentOccasion.AFTER_SUPPORT),
)
#: The four figures of a part: the indicator in the address, the count it shows.
COLUMNS = (
    ("", "households"),
    ("telecom", "lacks_telecom"),
    ("means", "lacks_means"),
    ("any", "lacks_any"),
)
INDICATORS = {
    "telecom": Q(lacks_telecom=True),
    "means": Q(lacks_means=True),
    "any": Q(lacks_telecom=True) | Q(lacks_means=True),
}


class DeprivationPage(Page):
    """Per commune and class: how many lack indicator 11 or 12, at the review and after support."""

    permission_required: str | tuple[str, ...] = SEES
    template_name = "beneficiaries/deprivation_list.html"
    page_heading = DEPRIVATION
    lead = gettext_lazy(
        "Households that lack telecommunication services (indicator 11) or means of access to information "
        "(indicator 12), before and after support."
    )

    @property
    def asked(self) -> EvidenceQuery:
        return EvidenceQuery(self.request.GET, user=self.request.user, with_year=False)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.asked
        counts = deprivation_counts(self.request.user, asked.day, asked.chosen_district)
        rows = [(count, class_badge(count.poverty_class), _cells(count, asked.day)) for count in counts]
        return super().get_context_data(**kwargs) | {
            "filter": asked,
            "day": asked.day,
            "rows": rows,
            "households": sum(count.households for count in counts),
            "totals": _totals(rows),
            "assessed": sum(count.before.households + count.after.households for count in counts),
            "query": urlencode({"as_of": f"{asked.day:%d/%m/%Y}"}),
        }


def _cells(count: Any, day: Any) -> list[tuple[int, str, str]]:
    """Eight figures, each with the address of the households behind it and the words of its column."""
    page = reverse("beneficiaries:deprivation_rows")
    cells = []
    for part, occasion in PARTS:
        assessed = getattr(count, part)
        for indicator, name in COLUMNS:
            asked = {"as_of": f"{day:%d/%m/%Y}", "occasion": occasion, "of": count.poverty_class}
            if count.commune:
                asked["commune"] = count.commune.pk
            if indicator:
                asked["indicator"] = indicator
            cells.append((getattr(assessed, name), f"{page}?{urlencode(asked)}", _words(part, indicator)))
    return cells


def _totals(rows: list[Any]) -> list[tuple[int, str]]:
    """The sum of each column over all rows, with the words of the column."""
    columns = zip(*(cells for _count, _badge, cells in rows), strict=True)
    return [(sum(figure for figure, _address, _label in column), column[0][2]) for column in columns]


def _words(part: str, indicator: str) -> str:
    when = _("Before support") if part == "before" else _("After support")
    what = {
        "": _("assessed"),
        "telecom": _("lack 11"),
        "means": _("lack 12"),
        "any": _("lack either"),
    }[indicator]
    return f"{when}: {what}"


class DeprivationExport(DeprivationPage):
    """The counts as a workbook; taking it is on the record."""

    permission_required = EXPORTS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = self.asked
        counts = deprivation_counts(request.user, asked.day, asked.chosen_district)
        after = {"rows": len(counts), "as_of": asked.day}
        record("beneficiaries.informationdeprivation.export", None, actor=request.user, after=after)
        name = f"Thieu hut thong tin - {asked.day:%Y-%m-%d}.xlsx"
        return send_bytes(deprivation_workbook(counts, asked.day), name)


class AssessmentTable(BaseTable):
    household = TitleColumn(
        verbose_name=gettext_lazy("Head of household"),
        order_by=("household__head_name_key", "pk"),
        linkify=("beneficiaries:household_detail", [tables.A("household_id")]),
    )
    commune = tables.Column(
        accessor="household", verbose_name=gettext_lazy("Commune"),
        order_by=("household__district__code", "household__commune__code", "pk"),
    )  # fmt: skip
    poverty_class = tables.Column(verbose_name=gettext_lazy("Class"), orderable=False)
    assessed_on = DateColumn(verbose_name=gettext_lazy("Assessed on"))
    lacks_telecom = tables.Column(
        verbose_name=gettext_lazy("11. Telecommunication services"), orderable=False, empty_values=()
    )
    lacks_means = tables.Column(
        verbose_name=gettext_lazy("12. Means of access to information"), orderable=False, empty_values=()
    )

    class Meta(BaseTable.Meta):
        model = InformationDeprivation
        fields = ("household", "commune", "poverty_class", "assessed_on", "lacks_telecom", "lacks_means")

    def render_household(self, record: Any) -> str:
        return str(record.household.head_name)

    def render_commune(self, record: Any) -> Any:
        home = record.household
        commune = home.commune.name if home.commune else DASH
        return format_html("<div>{} <small>{}</small></div>", commune, home.district.name)

    def render_poverty_class(self, value: str) -> Any:
        return class_badge(value)

    def render_lacks_telecom(self, record: Any) -> str:
        return lacks_words(record.lacks_telecom)

    def render_lacks_means(self, record: Any) -> str:
        return lacks_words(record.lacks_means)


class AssessmentFilter(MissingFilter):
    year = None  # type: ignore[assignment]  # django-filter's way to drop an inherited filter
    occasion = KeptFilter()
    of = KeptFilter()
    commune = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Commune"), field_name="household__commune",
        queryset=MissingFilter.base_filters["commune"].extra["queryset"],
    )  # fmt: skip
    indicator = django_filters.ChoiceFilter(
        label=gettext_lazy("Indicator"), method="lacking",
        choices=[
            ("telecom", gettext_lazy("lack 11")),
            ("means", gettext_lazy("lack 12")),
            ("any", gettext_lazy("lack either")),
        ],
    )  # fmt: skip

    class Meta:
        model = InformationDeprivation
        fields: list[str] = []

    def lacking(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(INDICATORS[value])


class DeprivationRows(ListPage):
    """The households behind a figure."""

    model = InformationDeprivation
    permission_required = SEES
    table_class = AssessmentTable
    filterset_class = AssessmentFilter
    template_name = "beneficiaries/deprivation_rows.html"
    page_heading = gettext_lazy("Assessed households")
    empty_title = gettext_lazy("No household has been assessed")
    empty_text = gettext_lazy("Assessments come with review lists, or are recorded on a household's page.")

    @property
    def asked(self) -> EvidenceQuery:
        return EvidenceQuery(self.request.GET, user=self.request.user, with_year=False)

    @property
    def occasion(self) -> str:
        chosen = self.request.GET.get("occasion", "")
        return chosen if chosen in AssessmentOccasion.values else AssessmentOccasion.REVIEW

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = latest_assessments(self.request.user, self.asked.day, self.occasion)
        chosen = self.request.GET.get("of", "")
        if chosen in PovertyClass.values:
            rows = rows.filter(poverty_class=chosen)
        rows = rows.select_related("household__commune", "household__district")
        return rows.order_by("household__district__code", "household__commune__code", "pk")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(DEPRIVATION), reverse("beneficiaries:deprivation_list"))]

    def get_lead(self) -> str:
        return _("%(occasion)s: the latest assessment of each household up to %(day)s.") % {
            "occasion": AssessmentOccasion(self.occasion).label,
            "day": f"{self.asked.day:%d/%m/%Y}",
        }

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        return super().get_filterset_kwargs(filterset_class) | {"user": self.request.user}


class DeprivationRecord(HouseholdStep):
    """Record indicators 11 and 12 of a household at one assessment."""

    permission_required = RECORDS
    form_class = DeprivationForm
    page_heading = gettext_lazy("Information deprivation of the household")
    submit_label = gettext_lazy("Save the assessment")

    def get_initial(self) -> dict[str, Any]:
        chosen = self.request.GET.get("row", "")
        rows = self.object.deprivations.all()
        known = rows.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 10 else None
        if known is None:
            return {"assessed_on": timezone.localdate(), "occasion": AssessmentOccasion.REVIEW}
        return {
            "assessed_on": known.assessed_on,
            "occasion": known.occasion,
            "lacks_telecom": answer_words(known.lacks_telecom),
            "lacks_means": answer_words(known.lacks_means),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        record_deprivation(self.object, **form.values(), actor=self.request.user)
        messages.success(self.request, _("The assessment is recorded."))
        return redirect(self.get_success_url())


class DeprivationRemove(ConfirmPage):
    """Take away an assessment recorded by mistake."""

    permission_required = RECORDS
    model = InformationDeprivation
    needs_reason = True
    tone = "danger"
    page_heading = gettext_lazy("Take the assessment away")
    verb = gettext_lazy("Take it away")

    def get_queryset(self) -> Any:
        seen = Household.objects.visible_to(self.request.user)
        return InformationDeprivation.objects.filter(household__in=seen).select_related("household")

    def get_consequence(self) -> str:
        return _("The assessment of %(name)s of %(day)s is taken away; the record keeps it.") % {
            "name": self.object.household.head_name,
            "day": f"{self.object.assessed_on:%d/%m/%Y}",
        }

    def get_success_url(self) -> str:
        return reverse("beneficiaries:household_detail", args=[self.object.household_id])

    def perform(self, reason: str) -> str:
        remove_deprivation(self.object, reason=reason, actor=self.request.user)
        return _("The assessment is taken away.")
