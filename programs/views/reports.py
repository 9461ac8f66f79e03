"""Periodic reports: the list, preparing, preview and texts, issuing, papers and workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.audit.recording import record
from smartphone_support.documents import docx, pdf
from smartphone_support.documents.storing import XLSX, send_bytes, without_marks
from smartphone_support.web.components import Crumb, steps_to
from smartphone_support.web.errors import Refusal
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, ListPage, PermissionMixin

from ..choices import ReportState
from ..filters_work import ReportFilter
from ..forms_work import IssueForm, PrepareForm, TextsForm
from ..models import PeriodicReport
from ..papers.reports import days_covered, numbered_sections, report_paper, report_workbook
from ..permits.work import may_issue, may_prepare
from ..reporting import FigureTable, digest_of, shown, thaw
from ..tables_work import ReportTable
from ..workflow import reports as workflow

FOLLOWS = "programs.follow_program"
HEADING = gettext_lazy("Periodic reports")
DRAFT = frozenset({ReportState.DRAFT})
#: A first column that takes so many of a page's 165 millimetres keeps its width on the screen too.
WIDE = 60


def report_crumbs(report: PeriodicReport | None = None) -> list[Crumb]:
    crumbs = [Crumb(str(HEADING), reverse("programs:report_list"))]
    if report is not None:
        crumbs.append(Crumb(report.title, reverse("programs:report_detail", args=[report.pk])))
    return crumbs


class ReportRows(PermissionMixin):
    model = PeriodicReport
    success_url_name = "programs:report_detail"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.select_related("program__province", "prepared_by", "issued_by")

    def get_breadcrumbs(self) -> list[Crumb]:
        return report_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return reverse("programs:report_detail", args=[self.object.pk])


class ReportList(ReportRows, ListPage):
    permission_required = FOLLOWS
    table_class = ReportTable
    filterset_class = ReportFilter
    template_name = "programs/report_list.html"
    page_heading = HEADING
    lead = gettext_lazy(
        "Reports on the plan, made from the data: prepared by the officer, issued by the leader, then frozen."
    )
    empty_title = gettext_lazy("No report yet")
    empty_text = gettext_lazy("A report is prepared for a month, a quarter, a year or any days.")

    def get_queryset(self) -> Any:
        return super().get_queryset().defer("figures", "texts").order_by("-last_day", "-pk")

    def get_breadcrumbs(self) -> list[Crumb]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(**kwargs) | {
            "may_prepare": any(may_prepare(user, plan) for plan in PrepareForm.offered(user))
        }


class ReportCreate(FormPage):
    permission_required = "programs.prepare_periodicreport"
    form_class = PrepareForm
    page_heading = gettext_lazy("Prepare a report")
    submit_label = gettext_lazy("Build the report from the data")
    lead = gettext_lazy(
        "The figures are computed from the data; afterwards you write what people have to say."
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not PrepareForm.offered(request.user).exists():
            messages.warning(request, _("No plan of your province is in force: nothing can be recorded yet."))
            return redirect("programs:report_list")
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_breadcrumbs(self) -> list[Crumb]:
        return report_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("programs:report_list")

    def form_valid(self, form: Any) -> HttpResponse:
        plan = form.chosen_plan
        if plan is None:
            raise Http404
        kind, first, last = form.stretch()
        report = workflow.prepare_report(
            plan, actor=self.request.user, kind=kind, first=first, last=last, title=form.cleaned_data["title"]
        )
        messages.success(self.request, _("The report is built; read it and write its texts."))
        return redirect("programs:report_detail", pk=report.pk)


class ReportDetail(ReportRows, DetailPage):
    """The report as its paper prints it, with what may be done about it."""

    permission_required = FOLLOWS
    template_name = "programs/report_detail.html"
    context_object_name = "report"

    def get_breadcrumbs(self) -> list[Crumb]:
        return report_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report, user = self.object, self.request.user
        draft = report.state == ReportState.DRAFT
        prepares = draft and may_prepare(user, report.program)
        states = [(state.value, str(state.label)) for state in (ReportState.DRAFT, ReportState.ISSUED)]
        return super().get_context_data(**kwargs) | {
            "sections": [
                {
                    "number": number,
                    "title": section.title,
                    "blocks": [_shown(block) for block in section.blocks],
                    "paragraphs": text.splitlines(),
                }
                for number, section, text in numbered_sections(report)
            ],
            "days": days_covered(report),
            "steps": [] if report.state == ReportState.CANCELLED else steps_to(report.state, states),
            "may_prepare": prepares,
            "may_issue": draft and may_issue(user, report),
            "papers": _papers(report),
            "unwritten": prepares and not report.texts,
            "has_sections": bool(thaw(report.figures)),
        }


def _shown(block: Any) -> dict[str, Any]:
    """A block for the template: a table's cells with the titles of their columns."""
    if not isinstance(block, FigureTable):
        return {"kind": type(block).__name__.lower(), "text": block.text}
    rows = [
        {
            "bold": row.bold,
            "cells": [
                (shown(cell), column.title, column.kind)
                for cell, column in zip(row.cells, block.columns, strict=True)
            ],
        }
        for row in block.rows
    ]
    wide = block.columns[0].width >= WIDE
    return {"kind": "table", "title": block.title, "columns": block.columns, "rows": rows, "wide": wide}


def _papers(report: PeriodicReport) -> list[dict[str, Any]]:
    if report.state == ReportState.CANCELLED:
        return []
    return [
        {
            "title": _("Report"),
            "key": "report",
            "docx": reverse("programs:report_docx", args=[report.pk]),
            "pdf": reverse("programs:report_pdf", args=[report.pk]),
        }
    ]


class ReportFile(ReportRows, DetailPage):
    """The report as .docx, PDF or workbook; on the record."""

    permission_required = FOLLOWS
    extension = "docx"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = self.object
        if report.state == ReportState.CANCELLED:
            raise Http404
        if self.extension == "xlsx":
            content, content_type = report_workbook(report), XLSX
        elif self.extension == "pdf":
            content, content_type = pdf.render(report_paper(report)), pdf.PDF
        else:
            content, content_type = docx.render(report_paper(report)), docx.DOCX
        after = {"paper": "report", "format": self.extension}
        record("programs.periodicreport.download", report, actor=request.user, after=after)
        name = without_marks(f"Bao cao {report.get_kind_display()} {report.first_day:%Y-%m-%d}")
        return send_bytes(content, f"{name}.{self.extension}", content_type)


class ReportTexts(ReportRows, FormPage):
    """Title and texts; refused when somebody else has changed the draft meanwhile."""

    form_class = TextsForm
    page_heading = gettext_lazy("Write the texts")
    lead = gettext_lazy("Each text stands under the figures of its section. A line break begins a paragraph.")

    def has_permission(self) -> bool:
        return may_prepare(self.request.user, self.object.program)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state not in DRAFT:
            messages.warning(
                request,
                _("“%(object)s” is now “%(state)s”; this step is not open.")
                % {"object": self.object, "state": self.object.get_state_display()},
            )
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"report": self.object}

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        workflow.write_texts(
            self.object, actor=self.request.user, texts=form.texts(), title=known["title"], seen=known["seen"]
        )
        messages.success(self.request, _("The texts are kept."))
        return redirect(self.get_cancel_url())


class ReportStep(ReportRows, StepPage):
    """A step over a draft, of whoever prepares reports."""

    states = DRAFT

    def has_permission(self) -> bool:
        return may_prepare(self.request.user, self.object.program)


class ReportRefresh(ReportStep):
    page_heading = gettext_lazy("Compute the figures again")
    verb = gettext_lazy("Compute again")
    consequence = gettext_lazy(
        "The figures are computed from the data as it is now; the texts stay as they are."
    )

    def perform(self, reason: str) -> str:
        workflow.refresh_report(self.object, actor=self.request.user)
        return _("The figures are computed again.")


class ReportCancel(ReportStep):
    page_heading = gettext_lazy("Give the draft up")
    verb = gettext_lazy("Give it up")
    tone = "danger"
    needs_reason = True
    consequence = gettext_lazy("The draft stays readable, is never issued, and another one may be prepared.")

    def perform(self, reason: str) -> str:
        workflow.cancel_report(self.object, actor=self.request.user, reason=reason)
        return _("The draft is given up.")


class ReportIssue(ReportRows, StepPage):
    """The leader issues it under number and date; never who prepared it."""

    may = may_issue
    states = DRAFT
    page_heading = gettext_lazy("Issue the report")
    verb = gettext_lazy("Issue the report")
    extra_form_class = IssueForm
    consequence = gettext_lazy(
        "Figures and texts are frozen as you read them: nothing of the report ever changes afterwards."
    )

    def get_initial(self) -> dict[str, Any]:
        known = {"issued_on": timezone.localdate(), "seen": digest_of(self.object)}
        return super().get_initial() | known

    def perform(self, reason: str) -> str:
        known = self.form.cleaned_data
        if not known["seen"]:
            raise Refusal(_("The report was changed since you opened this page: read it again first."))
        workflow.issue_report(
            self.object, actor=self.request.user, number=known["number"], issued_on=known["issued_on"],
            seen=known["seen"],
        )  # fmt: skip
        return _("The report is issued.")
