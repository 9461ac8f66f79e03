"""Pages of lists to confirm: the operator's, the department's workbench, the answer's files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.audit.recording import record
from smartphone_support.documents import docx, pdf
from smartphone_support.documents.storing import XLSX, send, send_bytes, without_marks
from smartphone_support.web.components import Crumb, Step, Tab, steps_to
from smartphone_support.web.views import DetailPage, FormPage, ListPage, PermissionMixin

from ..choices import ConfirmationState, LineDecision, LineVerdict
from ..models import ConfirmationLine, ConfirmationRequest
from .confirmation_answer import answer_letter, answer_workbook
from .confirmation_forms import RequestFilter, RequestForm, RequestTable, left_words
from .confirming import may_decide, may_request, may_withdraw
from .permits import own_operator
from .tables import without_operator
from .wording import said
from .workflow.confirmations import DECIDED, WITHDRAWABLE, upload_request

VIEW = "beneficiaries.view_confirmationrequest"
RELATED = ("province", "operator", "file", "job", "uploaded_by", "answered_by")
RENDERERS: dict[str, tuple[Callable[..., bytes], str]] = {
    "docx": (docx.render, docx.DOCX),
    "pdf": (pdf.render, pdf.PDF),
}
PER_PAGE = 50
_STEPS = (
    ConfirmationState.UPLOADED,
    ConfirmationState.READ,
    ConfirmationState.SUBMITTED,
    ConfirmationState.ANSWERED,
)


def crumbs(request: ConfirmationRequest | None = None) -> list[Crumb]:
    found = [Crumb(_("Confirmation requests"), reverse("services:confirmation_list"))]
    if request is not None:
        found.append(Crumb(str(request), reverse("services:confirmation_detail", args=[request.pk])))
    return found


class RequestQuery(PermissionMixin):
    """The request an address names, as the person sees it."""

    model = ConfirmationRequest
    permission_required: str | tuple[str, ...] = VIEW
    success_url_name = "services:confirmation_detail"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_breadcrumbs(self) -> list[Crumb]:
        return crumbs(self.object)


class ConfirmationList(ListPage):
    model = ConfirmationRequest
    permission_required = VIEW
    table_class = RequestTable
    filterset_class = RequestFilter
    template_name = "services/confirmation_list.html"
    page_heading = gettext_lazy("Confirmation requests")
    lead = gettext_lazy(
        "Lists of subscribers an operator asks the department to confirm as of a day (plan, task II.4)."
    )
    empty_title = gettext_lazy("No request yet")
    empty_text = gettext_lazy("An operator uploads its list here; the department answers line by line.")

    def get_table_kwargs(self) -> dict[str, Any]:
        return without_operator(self.request.user)

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("operator")
        return rows.annotate(lines_count=Count("lines", distinct=True))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        operator = own_operator(self.request.user)
        return super().get_context_data(**kwargs) | {"may_request": may_request(self.request.user, operator)}


class ConfirmationCreate(FormPage):
    permission_required = "beneficiaries.request_confirmation"
    form_class = RequestForm
    page_heading = gettext_lazy("Ask to confirm a list")
    lead = gettext_lazy("The list is checked first; you see the result and decide then whether to send it.")
    submit_label = gettext_lazy("Check the list")

    def get_breadcrumbs(self) -> list[Crumb]:
        return crumbs()

    def get_cancel_url(self) -> str:
        return reverse("services:confirmation_list")

    def has_permission(self) -> bool:
        return may_request(self.request.user, own_operator(self.request.user))

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        operator = own_operator(self.request.user)
        if operator is None:
            raise TypeError("asked of an operator's people only")
        request = upload_request(
            known["file"], as_of=known["as_of"], subject=known["subject"], operator=operator,
            actor=self.request.user,
        )  # fmt: skip
        return redirect("services:confirmation_detail", pk=request.pk)


class ConfirmationDetail(RequestQuery, DetailPage):
    """A request: its clock, its lines by part, and what this person can do with it.

    In the address: `part` is a verdict or a decision, `page` the page of its lines.
    """

    template_name = "services/confirmation_detail.html"
    context_object_name = "confirmation"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request, user = self.object, self.request.user
        decides = may_decide(user, request) and request.state == ConfirmationState.SUBMITTED
        operator = own_operator(user) is not None
        part = self.request.GET.get("part", "")
        facets = facets_of(request, user)
        # An operator reads decisions when it gets the answer, not while they are made.
        decided = not operator or request.state == ConfirmationState.ANSWERED
        rows = narrowed(lines_seen(request, user), part if part in _parts(decided) else "")
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page", 1))
        for line in page.object_list:
            dress(line, request)
        return super().get_context_data(**kwargs) | {
            "facts": self._facts(request),
            "steps": self._steps(request),
            "page_obj": page,
            "facets": facets,
            "tabs": self._tabs(facets, part, decided),
            "part": part,
            "decides": decides,
            "decided": decided,
            "is_operator": operator,
            "asks": may_request(user, request.operator) and request.state == ConfirmationState.READ,
            "withdraws": may_withdraw(user, request) and request.state in WITHDRAWABLE,
            "works": request.state == ConfirmationState.UPLOADED and request.job is not None,
            "own_job": request.job is not None and request.job.owner_id == user.pk,
            "here": self.request.get_full_path(),
            "reads_file": operator or may_decide(user, request),
            "papers": papers_of(request, user),
        }

    @staticmethod
    def _facts(request: ConfirmationRequest) -> list[tuple[str, Any]]:
        return [
            (_("Operator"), request.operator.name),
            (_("As of"), f"{request.as_of:%d/%m/%Y}"),
            (_("Sent"), f"{request.submitted_on:%d/%m/%Y}" if request.submitted_on else _("Not sent yet")),
            (_("Answer due"), f"{request.due_on:%d/%m/%Y}" if request.due_on else ""),
            (_("Deadline"), left_words(request)),
            (_("Number of the answer"), request.number),
        ]

    @staticmethod
    def _steps(request: ConfirmationRequest) -> list[Step]:
        if request.state not in _STEPS:
            return []
        return steps_to(request.state, [(state.value, str(state.label)) for state in _STEPS])

    @staticmethod
    def _tabs(facets: Facets, part: str, decided: bool) -> list[Tab]:
        labels: dict[str, tuple[Any, int, str]] = {
            "": (_("All"), facets.total, ""),
            LineVerdict.GOOD: (_("In order"), facets.verdicts[LineVerdict.GOOD], ""),
            LineVerdict.REFUSED: (_("Something found"), facets.verdicts[LineVerdict.REFUSED], "bad"),
        }
        if decided:
            labels |= {
                LineDecision.OPEN: (LineDecision.OPEN.label, facets.decisions[LineDecision.OPEN], ""),
                LineDecision.ASKED: (_("Asked of the district"), facets.decisions[LineDecision.ASKED], ""),
                LineDecision.CONFIRMED: (
                    LineDecision.CONFIRMED.label,
                    facets.decisions[LineDecision.CONFIRMED],
                    "",
                ),
                "not_confirmed": (_("Not confirmed"), facets.decisions[LineDecision.REFUSED], ""),
            }
        # A part that is empty for good is no part: nothing is open or asked once the answer is given.
        passing = {LineDecision.OPEN, LineDecision.ASKED}
        return [
            Tab(label, count, f"?part={name}" if name else "?", name == part, tone)
            for name, (label, count, tone) in labels.items()
            if count or name not in passing or name == part
        ]


class Facets:
    """How many lines of each verdict and decision the person sees."""

    def __init__(
        self, verdicts: Counter[str], decisions: Counter[str], open_by_verdict: Counter[str]
    ) -> None:
        self.verdicts, self.decisions, self.open_by_verdict = verdicts, decisions, open_by_verdict
        self.total = sum(verdicts.values())
        self.done = sum(decisions[name] for name in DECIDED)

    @property
    def open_good(self) -> int:
        return self.open_by_verdict[LineVerdict.GOOD]

    @property
    def open_refused(self) -> int:
        return self.open_by_verdict[LineVerdict.REFUSED]


def lines_seen(request: ConfirmationRequest, user: Any) -> Any:
    """The request's lines this person sees; a district those asked of it."""
    return ConfirmationLine.objects.visible_to(user).filter(request=request)


def facets_of(request: ConfirmationRequest, user: Any) -> Facets:
    rows = lines_seen(request, user).values_list("verdict", "decision").annotate(n=Count("pk")).order_by()
    verdicts: Counter[str] = Counter()
    decisions: Counter[str] = Counter()
    undecided: Counter[str] = Counter()
    for verdict, decision, count in rows:
        verdicts[verdict] += count
        decisions[decision] += count
        if decision == LineDecision.OPEN:
            undecided[verdict] += count
    return Facets(verdicts, decisions, undecided)


def _parts(decided: bool) -> set[str]:
    found: set[str] = {LineVerdict.GOOD.value, LineVerdict.REFUSED.value}
    if decided:
        found |= {LineDecision.OPEN.value, LineDecision.ASKED.value, LineDecision.CONFIRMED.value}
        found.add("not_confirmed")
    return found


def narrowed(rows: Any, part: str) -> Any:
    rows = rows.select_related("household__commune", "district").order_by("row", "pk")
    if part in (LineVerdict.GOOD, LineVerdict.REFUSED):
        return rows.filter(verdict=part)
    if part == "not_confirmed":
        return rows.filter(decision=LineDecision.REFUSED)
    return rows.filter(decision=part) if part else rows


def dress(line: ConfirmationLine, request: ConfirmationRequest) -> ConfirmationLine:
    """The line with its reasons in words and the letters of their columns."""
    columns: dict[str, str] = next(
        (sheet.get("columns", {}) for sheet in request.sheets if sheet.get("name") == line.sheet), {}
    )
    line.said = said(line.reasons, columns)  # type: ignore[attr-defined]  # for the page only
    return line


# --- files ------------------------------------------------------------------------------------------


def reads_answer(user: Any, request: ConfirmationRequest) -> bool:
    """Whether a person gets the files of the answer: who decides while it is prepared, then the operator and
    whoever sees the province."""
    if user.district is not None:
        return False
    return request.state == ConfirmationState.ANSWERED or may_decide(user, request)


def papers_of(request: ConfirmationRequest, user: Any) -> list[dict[str, Any]]:
    """The letter, for who decides as a draft and for everybody once it is sent; a district reads its own
    lines on the page."""
    if not reads_answer(user, request):
        return []
    return [
        {
            "title": _("Letter with the result"),
            "key": "confirmation",
            "docx": reverse("services:confirmation_letter_docx", args=[request.pk]),
            "pdf": reverse("services:confirmation_letter_pdf", args=[request.pk]),
        }
    ]


class _AnswerFile(RequestQuery, DetailPage):
    """A file of the answer: while it is prepared for who decides, then for everybody who sees the request."""

    def has_permission(self) -> bool:
        return super().has_permission() and reads_answer(self.request.user, self.object)

    def note(self, name: str) -> None:
        record(
            "beneficiaries.confirmationrequest.download", self.object, actor=self.request.user,
            after={"file": name},
        )  # fmt: skip


class ConfirmationWorkbook(_AnswerFile):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = without_marks(
            f"Kết quả xác nhận - {self.object.operator.short_name} - {self.object.as_of:%Y-%m-%d}"
        )
        content = answer_workbook(self.object, request.user)
        self.note(f"{name}.xlsx")
        return send_bytes(content, f"{name}.xlsx", XLSX)


class ConfirmationLetter(_AnswerFile):
    extension = "docx"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        make, content_type = RENDERERS[self.extension]
        content = make(answer_letter(self.object))
        name = without_marks(
            f"Thông báo xác nhận - {self.object.operator.short_name} - {self.object.as_of:%Y-%m-%d}"
        )
        self.note(f"{name}.{self.extension}")
        return send_bytes(content, f"{name}.{self.extension}", content_type)


class ConfirmationFile(RequestQuery, DetailPage):
    """The operator's file as it came: for the operator itself and for who decides."""

    def has_permission(self) -> bool:
        user = self.request.user
        return may_request(user, self.object.operator) or may_decide(user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        record(
            "beneficiaries.confirmationrequest.download", self.object, actor=request.user,
            after={"file": self.object.file.name},
        )  # fmt: skip
        return send(self.object.file)


def answered_row(http: HttpRequest, request: ConfirmationRequest, line_pk: int, refusal: str) -> HttpResponse:
    """One line after it was decided, for the workbench (htmx)."""
    line = dress(narrowed(lines_seen(request, http.user), "").get(pk=line_pk), request)
    context = {
        "line": line, "confirmation": request, "facets": facets_of(request, http.user), "refusal": refusal,
        "decides": True, "decided": True, "swap": True,
    }  # fmt: skip
    return render(http, "services/_confirmation_answer.html", context)
