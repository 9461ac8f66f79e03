"""Findings: the list and its export, writing one down, and one with everything done about it."""

from __future__ import annotations

import tempfile
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from beneficiaries.household.readings import note_export
from beneficiaries.models import Household
from smartphone_support.accounts.roles import Role
from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import plain_name, send
from smartphone_support.spreadsheets.exporting import write_resource
from smartphone_support.spreadsheets.streaming import FORMATS
from smartphone_support.web.components import Crumb, Step, Tab, steps_to
from smartphone_support.web.views import DetailPage, FormPage, ListPage, Page, PermissionMixin

from ..choices import FindingKind, FindingState
from ..findings.export import FindingResource, export_rows
from ..findings.filters import FindingFilter, overdue
from ..findings.forms import FindingForm
from ..findings.tables import FindingTable, severity_badge
from ..findings.words import came_from, findings_seen, subject_of
from ..models import (
    Complaint,
    FieldCheck,
    Finding,
    InspectedUnit,
    InspectionRound,
    Remediation,
    SampledHousehold,
)
from ..permits.findings import may_decide_support, may_manage, may_open, may_report_remedy, may_verify
from ..workflow.findings import FINDING_STATES, UNSETTLED, may_close_without_remedy, open_finding
from ..workflow.supports_of_findings import may_be_held, may_be_recovered, to_take_back
from .finding_papers import papers_of

SEES = "inspections.view_finding"
OPEN = Q(state=FindingState.OPEN)
#: Part of the list → which findings.
PARTS: dict[str, Q] = {
    "": Q(),
    "open": OPEN,
    "late": OPEN,
    "verify": Q(state=FindingState.REMEDIED),
    "closed": Q(state=FindingState.CLOSED),
    "dropped": Q(state=FindingState.DROPPED),
}


def part(name: str) -> Q:
    """The findings of a part of the list; "late" depends on the day."""
    return overdue() if name == "late" else PARTS.get(name, Q())


def finding_crumbs(finding: Finding | None = None) -> list[Crumb]:
    crumbs = [Crumb(_("Findings"), reverse("inspections:finding_list"))]
    if finding is not None:
        crumbs.append(Crumb(heading(finding), reverse("inspections:finding_detail", args=[finding.pk])))
    return crumbs


def heading(finding: Finding) -> str:
    return _("Finding no. %(number)s: %(kind)s") % {"number": finding.pk, "kind": finding.get_kind_display()}


class FindingList(ListPage):
    """Findings the person sees: an operator or a district those it has to mend, the department all."""

    model = Finding
    permission_required = SEES
    table_class = FindingTable
    filterset_class = FindingFilter
    template_name = "inspections/finding_list.html"
    page_heading = gettext_lazy("Findings")
    lead = gettext_lazy(
        "What inspections and complaints found: who has to mend it, by when, and what came of it."
    )
    empty_title = gettext_lazy("No finding yet")
    empty_text = gettext_lazy(
        "Findings are opened by the answers of a check, or written down on the page of an inspection round."
    )

    def get_queryset(self) -> Any:
        rows = findings_seen(self.request.user).filter(part(self.request.GET.get("part", "")))
        return rows.order_by("-pk")

    def get_table_kwargs(self) -> dict[str, Any]:
        user: Any = self.request.user
        return {"own_only": user.role == Role.OPERATOR_OFFICER}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "tabs": self._tabs(),
            "kinds": self._kinds(context["filter"].qs),
            "query": self.request.GET.urlencode(),
        }

    def _tabs(self) -> list[Tab]:
        counts = {name or "all": Count("pk", filter=part(name), distinct=True) for name in PARTS}
        found = Finding.objects.visible_to(self.request.user).order_by().aggregate(**counts)
        labels = {
            "": _("All"), "open": _("Awaiting the remedy"), "late": _("Overdue"),
            "verify": _("To be verified"), "closed": _("Closed"), "dropped": pgettext("state", "Not upheld"),
        }  # fmt: skip
        current = self.request.GET.get("part", "")
        return [
            Tab(
                label,
                found[name or "all"],
                f"{self.request.path}?part={name}" if name else self.request.path,
                name == (current if current in PARTS else ""),
                "bad" if name == "late" else "",
            )
            for name, label in labels.items()
        ]

    def _kinds(self, rows: Any) -> list[dict[str, Any]]:
        """How many of the findings shown are of which kind, most first; each leads to them."""
        found = rows.order_by().values_list("kind").annotate(count=Count("pk", distinct=True))
        query = self.request.GET.copy()
        query.pop("page", None)
        kinds = []
        for kind, count in sorted(found, key=lambda row: (-row[1], row[0])):
            query["kind"] = kind
            kinds.append({"label": FindingKind(kind).label, "count": count, "query": query.urlencode()})
        return kinds


class FindingExport(Page):
    """The findings of the list as a file, without any number of a person or device; on the record."""

    permission_required = SEES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # a file
        user: Any = request.user
        form = request.GET.get("format", "xlsx")
        form = form if form in FORMATS else "xlsx"
        rows = findings_seen(user).filter(part(request.GET.get("part", "")))
        chosen = FindingFilter(request.GET or None, queryset=rows, request=request).qs
        target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        written = write_resource(
            target, FindingResource(), export_rows(chosen), form=form, title=_("Findings")
        )
        named = chosen.filter(names_household=True, support__isnull=False).order_by()
        note_export(Household.objects.filter(supports__in=named.values("support")), user)
        after = {"findings": written, "filters": dict(request.GET.items()), "format": form}
        record("inspections.finding.export", None, actor=user, after=after)
        target.seek(0)
        name = _("Findings %(day)s") % {"day": f"{timezone.localdate():%Y-%m-%d}"}
        response = FileResponse(target, as_attachment=True, filename=plain_name(f"{name}.{form}"))
        response["Content-Type"] = FORMATS[form][1]
        return response


class FindingCreate(FormPage):
    """Write down a finding of a round; `?check=`, `?unit=` or `?household=` says of what of it."""

    model = InspectionRound
    form_class = FindingForm
    template_name = "inspections/finding_create.html"
    page_heading = gettext_lazy("Write down a finding")
    submit_label = gettext_lazy("Write the finding down")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("program__province", "district")

    def has_permission(self) -> bool:
        return may_open(self.request.user, self.object.program.province_id, round=self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state not in FINDING_STATES:
            messages.warning(
                request,
                _("“%(object)s” is now “%(state)s”; this step is not open.")
                % {"object": self.object, "state": self.object.get_state_display()},
            )
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    @cached_property
    def subject(self) -> dict[str, Any]:
        """What the address names of the round: a check with its household or unit, a unit, a household."""
        asked, user = self.request.GET, self.request.user
        if key := _key(asked.get("check", "")):
            checks = FieldCheck.objects.visible_to(user).filter(round=self.object)
            of_check = ("sampled__support__household", "sampled__support__commune", "unit")
            check = get_object_or_404(checks.select_related(*of_check), pk=key)
            if check.sampled is None:
                return {"check": check, "unit": check.unit}
            return {"check": check, "support": check.sampled.support}
        if key := _key(asked.get("unit", "")):
            units = InspectedUnit.objects.visible_to(user).filter(round=self.object)
            return {"unit": get_object_or_404(units, pk=key)}
        if key := _key(asked.get("household", "")):
            sample = SampledHousehold.objects.visible_to(user).filter(round=self.object)
            related = ("support__household", "support__commune")
            return {"support": get_object_or_404(sample.select_related(*related), pk=key).support}
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        known = {"user": self.request.user, "round_": self.object, "subject": self.subject}
        return super().get_form_kwargs() | known

    def get_breadcrumbs(self) -> list[Crumb]:
        return [*finding_crumbs(), Crumb(str(self.object), self.get_cancel_url())]

    def get_lead(self) -> str:
        about = self.subject.get("support") or self.subject.get("unit")
        return f"{self.object} · {about}" if about else str(self.object)

    def get_cancel_url(self) -> str:
        return reverse("inspections:round_detail", args=[self.object.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data | self.subject
        finding = open_finding(
            self.object.program, actor=self.request.user, round=self.object, **_given(known)
        )
        messages.success(self.request, _("The finding is written down."))
        return redirect("inspections:finding_detail", pk=finding.pk)


class FindingOfComplaint(FormPage):
    """Write down a finding that a complaint led to. It never says who complained."""

    model = Complaint
    form_class = FindingForm
    template_name = "inspections/finding_create.html"
    page_heading = gettext_lazy("Write down a finding")
    submit_label = gettext_lazy("Write the finding down")
    lead = gettext_lazy(
        "Who has to mend the finding reads it. Do not write who complained; a denunciation stays with the "
        "people named for it."
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("program", "support__household", "district")

    def has_permission(self) -> bool:
        return self.object.program is not None and may_open(
            self.request.user, self.object.province_id, complaint=self.object
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        known = {"user": self.request.user, "subject": {"support": self.object.support}}
        return super().get_form_kwargs() | known

    def get_breadcrumbs(self) -> list[Crumb]:
        return finding_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("inspections:complaint_detail", args=[self.object.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data | {"support": self.object.support}
        finding = open_finding(
            self.object.program, actor=self.request.user, complaint=self.object, **_given(known)
        )
        messages.success(self.request, _("The finding is written down."))
        return redirect("inspections:finding_detail", pk=finding.pk)


def _given(known: dict[str, Any]) -> dict[str, Any]:
    """What was filled in; empty choices are left to the rules."""
    return {name: value for name, value in known.items() if value not in (None, "")}


def _key(text: str) -> int:
    """The key an address names; what is none finds nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0


class FindingQuery(PermissionMixin):
    """The finding an address names, as this person sees it."""

    model = Finding
    success_url_name = "inspections:finding_detail"

    def get_queryset(self) -> Any:
        return findings_seen(self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        return finding_crumbs(self.object)


class FindingDetail(FindingQuery, DetailPage):
    """One finding: what was found, who mends it by when, what was reported and what came of it."""

    permission_required = SEES
    template_name = "inspections/finding_detail.html"
    context_object_name = "finding"

    def get_breadcrumbs(self) -> list[Crumb]:
        return finding_crumbs()

    def get_page_heading(self) -> str:
        return heading(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        finding, user = self.object, self.request.user
        is_open, manages = finding.state == FindingState.OPEN, may_manage(user, finding)
        decides = may_decide_support(user, finding) and finding.state in UNSETTLED
        remedies = finding.remediations.select_related("evidence", "reported_by", "verified_by")
        return super().get_context_data(**kwargs) | {
            "steps": finding_steps(finding),
            "subject": subject_of(finding),
            "came_from": came_from(finding),
            "downloads": papers_of(finding),
            "severity": severity_badge(finding.severity),
            "remedies": list(remedies.order_by("-pk")),
            "may_report": is_open and may_report_remedy(user, finding),
            "may_verify": finding.state == FindingState.REMEDIED and may_verify(user, finding),
            "may_change": is_open and manages,
            "may_close": is_open and manages and may_close_without_remedy(finding),
            "may_drop": finding.state in UNSETTLED and manages,
            "may_hold": decides and may_be_held(finding.support),
            "may_recover": decides and may_be_recovered(finding.support),
            **self._links(),
        }

    def _links(self) -> dict[str, Any]:
        """The pages behind the finding that this person may open."""
        finding, user = self.object, self.request.user
        sees_support = finding.names_household and user.has_perm("allocations.view_support")
        return {
            "round_seen": _seen(InspectionRound, user, finding.round_id),
            "check_seen": _seen(FieldCheck, user, finding.check_row_id),
            "complaint_seen": _seen(Complaint, user, finding.complaint_id),
            "support_seen": finding.support if sees_support else None,
            "take_back": to_take_back(finding, user) if sees_support else None,
            "sees_history": user.has_perm("inspections.view_inspectionround"),
        }


def _seen(model: Any, user: Any, pk: int | None) -> bool:
    return pk is not None and model.objects.visible_to(user).filter(pk=pk).exists()


def finding_steps(finding: Finding) -> list[Step]:
    """Opened, remedied, closed; one not upheld ends where it was."""
    opened = timezone.localtime(finding.opened_at)
    details = {FindingState.OPEN.value: f"{opened:%d/%m/%Y}"}
    if finding.closed_at is not None:
        details[FindingState.CLOSED.value] = f"{timezone.localtime(finding.closed_at):%d/%m/%Y}"
    labels: list[tuple[str, str]] = [
        (FindingState.OPEN.value, _("Awaiting the remedy")),
        (FindingState.REMEDIED.value, _("To be verified")),
        (FindingState.CLOSED.value, _("Closed")),
    ]
    return [] if finding.state == FindingState.DROPPED else steps_to(finding.state, labels, details)


class RemedyEvidence(DetailPage):
    """The evidence of a report, as a download for whoever sees the finding."""

    model = Remediation
    permission_required = SEES

    def get_queryset(self) -> Any:
        seen = Finding.objects.visible_to(self.request.user).values("pk")
        return Remediation.objects.filter(finding__in=seen).select_related("evidence", "finding")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.evidence is None:
            raise Http404
        return send(self.object.evidence)
