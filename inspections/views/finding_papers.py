"""The papers of an organisation's findings in a round, or of one finding without a round: the request to
remedy them, and the report on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from beneficiaries.household.readings import note_export
from beneficiaries.models import Household
from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.recording import record
from smartphone_support.documents import docx, pdf
from smartphone_support.documents.paper import Paper
from smartphone_support.documents.storing import send_bytes, without_marks
from smartphone_support.web.views import Page

from ..choices import FindingState
from ..findings.words import RELATED, findings_seen
from ..models import Finding, InspectionRound
from ..papers.findings import Occasion, of_program, of_round, remedy_report, remedy_request
from ..workflow.findings import UNSETTLED

RENDERERS: dict[str, tuple[Callable[..., bytes], str]] = {
    "docx": (docx.render, docx.DOCX),
    "pdf": (pdf.render, pdf.PDF),
}


@dataclass(frozen=True)
class RemedyPaper:
    """One of the two papers: which findings are on it, and who writes it."""

    slug: str
    title: str | Promise
    name: str
    states: frozenset[FindingState]
    make: Callable[[Occasion, Organisation, Sequence[Any]], Paper]


PAPERS = (
    RemedyPaper(
        "request", pgettext_lazy("paper", "Request to remedy"), "Yêu cầu khắc phục", UNSETTLED, remedy_request
    ),
    RemedyPaper(
        "report", pgettext_lazy("paper", "Report on the remedy"), "Báo cáo khắc phục",
        frozenset(FindingState) - {FindingState.DROPPED}, remedy_report,
    ),
)  # fmt: skip


class FindingPaper(Page):
    """A paper as a file, of the findings of this round and organisation that the person sees."""

    permission_required = "inspections.view_finding"
    paper: RemedyPaper = PAPERS[0]
    extension = "docx"

    def find_subject(self) -> None:
        asked = {"round": self.kwargs["round"], "responsible": self.kwargs["organisation"]}
        seen = findings_seen(self.request.user).filter(**asked).prefetch_related("remediations")
        self.findings: list[Any] = list(seen.order_by("support__commune__code", "pk"))
        if not self.findings:
            raise Http404
        first = self.findings[0]
        related = ("program__province", "district__parent")
        self.object: Any = InspectionRound.objects.select_related(*related).get(pk=first.round_id)
        self.organisation = Organisation.objects.select_related("area__parent").get(pk=first.responsible_id)

    def occasion(self) -> Occasion:
        return of_round(self.object)

    def name(self) -> str:
        return str(self.object.name)

    def back(self) -> str:
        return f"{reverse('inspections:finding_list')}?round={self.object.pk}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = [row for row in self.findings if row.state in self.paper.states]
        if not rows:
            messages.warning(request, _("Nothing is left to put on this paper: every finding is settled."))
            return redirect(self.back())
        render, content_type = RENDERERS[self.extension]
        content = render(self.paper.make(self.occasion(), self.organisation, rows))
        after = {
            "paper": f"remedy_{self.paper.slug}", "format": self.extension, "findings": len(rows),
            "organisation": self.organisation.code,
        }  # fmt: skip
        record(f"{self.object._meta.label_lower}.download", self.object, actor=request.user, after=after)
        named = [row.support_id for row in rows if row.support_id and row.names_household]
        if named:
            note_export(Household.objects.filter(supports__in=named), request.user)
        name = f"{self.paper.name} - {self.organisation.short_name} - {self.name()}"
        return send_bytes(content, f"{without_marks(name)}.{self.extension}", content_type)


class LoneFindingPaper(FindingPaper):
    """A paper of one finding without a round: of a complaint, which it does not mention."""

    def find_subject(self) -> None:
        rows = findings_seen(self.request.user).filter(round__isnull=True, responsible__isnull=False)
        self.object = get_object_or_404(
            rows.select_related(*RELATED, "complaint__assigned_to__area__parent", "responsible__area__parent")
            .prefetch_related("remediations"),
            pk=self.kwargs["pk"],
        )  # fmt: skip
        self.findings, self.organisation = [self.object], self.object.responsible

    def occasion(self) -> Occasion:
        handled_by = self.object.complaint.assigned_to if self.object.complaint else None
        if handled_by is not None and handled_by.kind == OrganisationKind.DISTRICT:
            return of_program(self.object.program, handled_by.area)
        return of_program(self.object.program, None)

    def name(self) -> str:
        return f"{self.object.pk}"

    def back(self) -> str:
        return reverse("inspections:finding_detail", args=[self.object.pk])


def papers_for(round_id: int | None, organisation_id: int | None) -> list[dict[str, Any]]:
    """The buttons of both papers of an organisation in a round; none where one of them is missing."""
    if round_id is None or organisation_id is None:
        return []
    return _buttons("finding_", round_id, organisation_id)


def _buttons(prefix: str, *keys: int) -> list[dict[str, Any]]:
    return [
        {"title": paper.title, "key": paper.slug}
        | {
            extension: reverse(f"inspections:{prefix}{paper.slug}_{extension}", args=keys)
            for extension in RENDERERS
        }
        for paper in PAPERS
    ]


def papers_of(finding: Finding) -> dict[str, Any]:
    """What `papers/_downloads.html` needs; without an organisation nobody is written to."""
    lone = finding.round_id is None and finding.responsible_id is not None
    of_round_ = papers_for(finding.round_id, finding.responsible_id)
    return {
        "papers": _buttons("lone_finding_", finding.pk) if lone else of_round_,
        "prefix": f"finding-{finding.pk}",
    }


def addresses() -> list[URLPattern]:
    """findings/requests/<round>/<organisation>.docx and .pdf, findings/<finding>/request.docx and .pdf;
    reports likewise."""
    lone = [
        path(
            f"findings/<int:pk>/{paper.slug}.{extension}",
            LoneFindingPaper.as_view(paper=paper, extension=extension),
            name=f"lone_finding_{paper.slug}_{extension}",
        )
        for paper in PAPERS
        for extension in RENDERERS
    ]
    return lone + [
        path(
            f"findings/{paper.slug}s/<int:round>/<int:organisation>.{extension}",
            FindingPaper.as_view(paper=paper, extension=extension),
            name=f"finding_{paper.slug}_{extension}",
        )
        for paper in PAPERS
        for extension in RENDERERS
    ]
