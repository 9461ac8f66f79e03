"""Certificates of poor and near-poor households: who has one, who lacks it, the notice, recording."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.documents.paper import Letterhead
from smartphone_support.documents.storing import send, send_bytes
from smartphone_support.documents.words import closing_sentence, day_in_words
from smartphone_support.web.components import Crumb
from smartphone_support.web.filters import BaseFilterSet
from smartphone_support.web.tables import DASH, BaseTable, IdentityColumn, TitleColumn
from smartphone_support.web.views import ConfirmPage, DetailPage, ListPage, Page

from ..evidence.certificates import is_usual
from ..evidence.counting import certificate_counts, latest_year, without_certificate
from ..evidence.forms import CertificateForm, EvidenceQuery
from ..evidence.papers import CLASS_WORDS, certificate_workbook
from ..household.readings import note_export
from ..models import Household, PovertyCertificate
from ..tables import class_badge
from ..workflow.certificates import record_certificate, remove_certificate
from .households import HouseholdStep

CERTIFICATES = gettext_lazy("Certificates")
SEES = "beneficiaries.view_household"
RECORDS = (SEES, "beneficiaries.record_certificate")
EXPORTS = (SEES, "beneficiaries.export_household")


def crumbs() -> list[Crumb]:
    return [Crumb(str(CERTIFICATES), reverse("beneficiaries:certificate_list"))]


def query_of(day: date, year: int) -> str:
    """For which day and year a page counts, as its address says it."""
    return urlencode({"as_of": f"{day:%d/%m/%Y}", "year": str(year)})


class CertificatePage(Page):
    """Per commune: poor and near-poor households on a day, with and without the year's certificate."""

    permission_required: str | tuple[str, ...] = SEES
    template_name = "beneficiaries/certificate_list.html"
    page_heading = CERTIFICATES
    lead = gettext_lazy(
        "Which poor and near-poor households have the certificate of the year, and which lack it, by commune."
    )

    @property
    def asked(self) -> EvidenceQuery:
        return EvidenceQuery(self.request.GET, user=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.asked
        day, year = asked.day, asked.chosen_year
        counts = certificate_counts(self.request.user, day, year, asked.chosen_district)
        names = ("poor", "near_poor", "certified", "copies", "missing", "households")
        return super().get_context_data(**kwargs) | {
            "filter": asked,
            "day": day,
            "year": str(year),
            "counts": counts,
            "totals": {name: sum(getattr(count, name) for count in counts) for name in names},
            "query": query_of(day, year),
        }


class CertificateExport(CertificatePage):
    """The counts and the households without a certificate as a workbook; taking it is on the record."""

    permission_required = EXPORTS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = self.asked
        day, year, district = asked.day, asked.chosen_year, asked.chosen_district
        missing = without_certificate(request.user, day, year)
        if district:
            missing = missing.filter(district=district)
        counts = certificate_counts(request.user, day, year, district)
        content, named = certificate_workbook(counts, missing, day, year)
        note_export(missing, request.user)
        after = {"households": len(named), "as_of": day, "year": year}
        record("beneficiaries.povertycertificate.export", None, actor=request.user, after=after)
        return send_bytes(content, f"Giay chung nhan {year} - {day:%Y-%m-%d}.xlsx")


class MissingTable(BaseTable):
    head_name = TitleColumn(
        verbose_name=gettext_lazy("Head of household"),
        order_by=("head_name_key", "pk"),
        linkify=("beneficiaries:household_detail", [tables.A("pk")]),
    )
    birth_year = tables.Column(
        verbose_name=gettext_lazy("Birth year"), localize=False, orderable=False,
        attrs={"td": {"class": "num"}, "th": {"class": "num"}},
    )  # fmt: skip
    national_id = IdentityColumn(verbose_name=gettext_lazy("Identity number"), orderable=False)
    village = tables.Column(verbose_name=gettext_lazy("Village"), orderable=False)
    commune = tables.Column(
        verbose_name=gettext_lazy("Commune"), empty_values=(),
        order_by=("district__code", "commune__code", "pk"),
    )  # fmt: skip
    class_as_of = tables.Column(verbose_name=gettext_lazy("Class"), orderable=False)
    act = tables.Column(verbose_name="", empty_values=(), orderable=False)

    class Meta(BaseTable.Meta):
        model = Household
        fields = ("head_name", "birth_year", "national_id", "village", "commune", "class_as_of", "act")

    def __init__(self, *args: Any, may_record: bool = False, year: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        if not may_record:
            self.columns.hide("act")

    def render_commune(self, record: Household) -> Any:
        commune = record.commune.name if record.commune else DASH
        return format_html("<div>{} <small>{}</small></div>", commune, record.district.name)

    def render_class_as_of(self, value: str) -> Any:
        return class_badge(value)

    def render_act(self, record: Household) -> Any:
        url = reverse("beneficiaries:certificate_record", args=[record.pk])
        return format_html(
            '<a class="btn btn-sm btn-outline-primary" href="{}?year={}">{}'
            '<span class="visually-hidden"> {}</span></a>',
            url, str(self.year), _("Record"), record.head_name,
        )  # fmt: skip


class KeptFilter(django_filters.CharFilter):
    """A word of the address that another control has set: kept, not asked, filtering nothing here."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, method=lambda rows, name, value: rows)


class MissingFilter(BaseFilterSet):
    as_of = KeptFilter()
    year = KeptFilter()
    commune = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Commune"), queryset=AdministrativeArea.objects.none()
    )

    class Meta:
        model = Household
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.province is not None:
            communes = AdministrativeArea.objects.communes_of(user.district or user.province)
            field = self.form.fields["commune"]
            field.queryset = communes.select_related("parent").order_by("parent__code", "code")
            field.label_from_instance = lambda c: c.name if user.district else f"{c.name}, {c.parent.name}"

    @property
    def is_active(self) -> bool:
        """What is kept in the address only says what is counted."""
        return bool(self.form.is_bound and any(field.data for field in self.form.visible_fields()))


class CertificateMissing(ListPage):
    """The households behind a count: poor or near-poor on the day, without the year's certificate."""

    model = Household
    permission_required = SEES
    table_class = MissingTable
    filterset_class = MissingFilter
    template_name = "beneficiaries/certificate_missing.html"
    page_heading = gettext_lazy("Households without a certificate")
    empty_title = gettext_lazy("Every household has its certificate")
    empty_text = gettext_lazy("Nothing is left to record for this day and year.")

    @property
    def asked(self) -> EvidenceQuery:
        return EvidenceQuery(self.request.GET, user=self.request.user)

    def get_queryset(self) -> QuerySet[Any]:
        asked = self.asked
        rows: QuerySet[Any] = without_certificate(self.request.user, asked.day, asked.chosen_year)
        return rows

    def get_breadcrumbs(self) -> list[Crumb]:
        return crumbs()

    def get_lead(self) -> str:
        asked = self.asked
        return _("Poor and near-poor households on %(day)s without a certificate of %(year)s.") % {
            "day": f"{asked.day:%d/%m/%Y}",
            "year": str(asked.chosen_year),
        }

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        return super().get_filterset_kwargs(filterset_class) | {"user": self.request.user}

    def get_table_kwargs(self) -> dict[str, Any]:
        may = self.request.user.has_perm("beneficiaries.record_certificate")
        return {"may_record": may, "year": self.asked.chosen_year}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.asked
        chosen = self.request.GET.get("commune", "")
        user: Any = self.request.user
        communes = AdministrativeArea.objects.communes_of(user.province)
        if user.district is not None:
            communes = communes.filter(parent=user.district)
        commune = communes.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 10 else None
        return super().get_context_data(**kwargs) | {
            "commune": commune,
            "query": query_of(asked.day, asked.chosen_year),
        }


class CertificateNotice(DetailPage):
    """The notice to a commune, to print and sign: its households that lack the year's certificate."""

    permission_required = SEES
    template_name = "beneficiaries/certificate_notice.html"
    page_heading = gettext_lazy("Notice to the commune")
    subject_kwarg = "pk"

    def find_subject(self) -> None:
        """A commune of the person's own scope; without households to see there is no notice either."""
        user: Any = self.request.user
        if user.province is None or not user.has_perm(SEES):
            raise Http404
        communes = AdministrativeArea.objects.communes_of(user.district or user.province)
        self.object = get_object_or_404(communes.select_related("parent__parent"), pk=self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return crumbs()

    def get_lead(self) -> str:
        return _("%(place)s: print it on A4; number, date and signature are filled in by hand.") % {
            "place": self.object.name
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        asked = EvidenceQuery(self.request.GET, user=user)
        rows = without_certificate(user, asked.day, asked.chosen_year).filter(commune=self.object)
        missing = [(row, CLASS_WORDS.get(row.class_as_of, "")) for row in rows]
        return super().get_context_data(**kwargs) | {
            "commune": self.object,
            "head": letterhead(user.organisation),
            "missing": missing,
            "year": str(asked.chosen_year),
            "day": day_in_words(asked.day),
            "closing": closing_sentence(len(missing)),
        }


def letterhead(organisation: Organisation | None) -> Letterhead:
    """Whose paper it is: a district committee stands alone, a department under its province."""
    if organisation is None:
        return Letterhead("", "", "")
    if organisation.area is not None:
        name = organisation.area.name_in_text
        return Letterhead("", f"ỦY BAN NHÂN DÂN {name}".upper(), "TB-UBND")
    province = organisation.province.name_in_text if organisation.province else ""
    parent = f"ỦY BAN NHÂN DÂN {province}".upper() if province else ""
    symbol = organisation.short_name.removeprefix("Sở ").replace("-", "").replace("&", "").replace(" ", "")
    return Letterhead(parent, organisation.name.upper(), f"TB-S{symbol}")


# --- recording ------------------------------------------------------------------------------------


class CertificateRecord(HouseholdStep):
    """Record a household's certificate; the year in the address fills in what is known of it."""

    permission_required = RECORDS
    form_class = CertificateForm
    page_heading = gettext_lazy("Certificate of the household")
    submit_label = gettext_lazy("Save the certificate")

    def get_initial(self) -> dict[str, Any]:
        typed = self.request.GET.get("year", "")
        year = int(typed) if typed.isdecimal() and len(typed) == 4 else latest_year(self.object.province)
        known = self.object.certificates.filter(year=year).first()
        if known is None:
            commune = self.object.commune
            return {"year": year, "issuer": f"UBND {commune.name_in_text}" if commune else ""}
        names = ("year", "number", "issued_on", "issuer", "has_certified_copy")
        return {name: getattr(known, name) for name in names}

    def form_valid(self, form: Any) -> HttpResponse:
        row = record_certificate(self.object, **form.values(), actor=self.request.user)
        messages.success(self.request, _("The certificate is recorded."))
        if not is_usual(row.number):
            messages.warning(
                self.request,
                _("“%(number)s” is not written as usual (12/GCN-HN.HCN): check it against the paper.")
                % {"number": row.number},
            )
        return redirect(self.get_success_url())


class OwnCertificate:
    """A certificate of a household the person sees."""

    request: HttpRequest

    def get_queryset(self) -> Any:
        seen = Household.objects.visible_to(self.request.user)
        return PovertyCertificate.objects.filter(household__in=seen).select_related("household", "copy")


class CertificateCopy(OwnCertificate, DetailPage):
    """The scan, as a download; who opened it is on the record."""

    permission_required = SEES
    model = PovertyCertificate

    def get(  # type: ignore[override]  # a file, not a page
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> FileResponse:
        if self.object.copy is None:
            raise Http404
        record(
            "beneficiaries.povertycertificate.download", self.object.household, actor=request.user,
            after={"year": self.object.year, "file": self.object.copy.name},
        )  # fmt: skip
        return send(self.object.copy)


class CertificateRemove(OwnCertificate, ConfirmPage):
    """Take away a certificate recorded by mistake."""

    permission_required = RECORDS
    model = PovertyCertificate
    needs_reason = True
    tone = "danger"
    page_heading = gettext_lazy("Take the certificate away")
    verb = gettext_lazy("Take it away")

    def get_consequence(self) -> str:
        return _("Certificate %(number)s of %(name)s for %(year)s is taken away; the record keeps it.") % {
            "number": self.object.number,
            "name": self.object.household.head_name,
            "year": str(self.object.year),
        }

    def get_success_url(self) -> str:
        return reverse("beneficiaries:household_detail", args=[self.object.household_id])

    def perform(self, reason: str) -> str:
        remove_certificate(self.object, reason=reason, actor=self.request.user)
        return _("The certificate is taken away.")
