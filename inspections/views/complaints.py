"""Complaints: the list with its figures, one complaint, writing one down, its receipt, its files."""

from __future__ import annotations

import tempfile
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from allocations.models import HandOver, Objection, Support
from beneficiaries.models import Household
from programs.working_days import work_calendar
from smartphone_support.audit.recording import record
from smartphone_support.documents import docx, pdf
from smartphone_support.documents.storing import plain_name, send, send_bytes, without_marks
from smartphone_support.spreadsheets.exporting import write_resource
from smartphone_support.spreadsheets.streaming import FORMATS
from smartphone_support.web.components import Crumb, Step, Tab
from smartphone_support.web.templatetags.web import masked_phone
from smartphone_support.web.views import DetailPage, FormPage, ListPage, Page, PermissionMixin

from ..choices import RUNNING, ClockStep, ComplaintChannel, ComplaintState
from ..complaints.figures import figures
from ..complaints.filters import ComplaintFilter
from ..complaints.forms import ComplaintForm
from ..complaints.resources import ComplaintResource, export_rows
from ..complaints.story import household_now
from ..complaints.tables import ComplaintTable, left_words
from ..models import Complaint, Finding, InspectionRound
from ..papers.complaints import answer_letter
from ..permits import complaints as may
from ..permits.findings import may_open
from ..workflow.complaints import Said, record_complaint
from ..workflow.denunciations import note_download, note_opening

VIEW = "inspections.view_complaint"
RELATED = (
    "province", "district", "commune", "household", "support__operator", "objection__posting", "round",
    "assigned_to", "handler", "answered_by", "appeal_answered_by", "recorded_by", "file", "program",
)  # fmt: skip
#: Part of the list → its states.
PARTS: dict[str, frozenset[str]] = {
    "": frozenset(),
    "received": frozenset({ComplaintState.RECEIVED}),
    "assigned": frozenset({ComplaintState.ASSIGNED}),
    "appealed": frozenset({ComplaintState.APPEALED}),
    "answered": frozenset({ComplaintState.ANSWERED}),
    "ended": frozenset({ComplaintState.CLOSED, ComplaintState.REFUSED}),
}
LATE = "late"
#: How many years the figures go back.
YEARS = 4
#: Where the receipt waits between writing down and being shown, once.
RECEIPT = "complaint_receipt"
RENDERERS = {"docx": (docx.render, docx.DOCX), "pdf": (pdf.render, pdf.PDF)}


def complaint_crumbs(complaint: Complaint | None = None) -> list[Crumb]:
    crumbs = [Crumb(_("Complaints"), reverse("inspections:complaint_list"))]
    if complaint is not None:
        crumbs.append(Crumb(complaint.number, reverse("inspections:complaint_detail", args=[complaint.pk])))
    return crumbs


def year_asked(request: HttpRequest) -> int:
    """The year of `?year=`, or this one."""
    typed, now = request.GET.get("year", ""), timezone.localdate().year
    return int(typed) if typed in {str(now - back) for back in range(YEARS)} else now


class ComplaintList(ListPage):
    """Complaints the person sees. A denunciation is listed for the people named for it, by number alone."""

    model = Complaint
    permission_required = VIEW
    table_class = ComplaintTable
    filterset_class = ComplaintFilter
    template_name = "inspections/complaint_list.html"
    page_heading = gettext_lazy("Complaints")
    lead = gettext_lazy("Petitions, feedback and complaints, from the day received to the answer.")
    empty_title = gettext_lazy("No complaint so far")
    empty_text = gettext_lazy(
        "What people say by phone, on paper, in person or through the public form stands here."
    )

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("district", "commune", "assigned_to", "handler")
        part = self.request.GET.get("part", "")
        if part == LATE:
            rows = rows.filter(state__in=RUNNING, due__lt=timezone.localdate())
        elif PARTS.get(part):
            rows = rows.filter(state__in=PARTS[part])
        # What is due first stands first; what has ended, by when it came in.
        return rows.order_by(F("due").asc(nulls_last=True), "-received_on", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        year = year_asked(self.request)
        return super().get_context_data(**kwargs) | {
            "tabs": self._tabs(),
            "figures": figures(user, year),
            "year": year,
            "years": [timezone.localdate().year - back for back in range(YEARS)],
            "may_record": user.province is not None and may.may_record(user, user.province.pk),
            "may_assign": user.has_perm(may.ASSIGN),
            "unnamed": may.unnamed_denunciations(user).count() if user.has_perm(may.ASSIGN) else 0,
        }

    def _tabs(self) -> list[Tab]:
        counts: dict[str, Any] = {
            name or "all": Count("pk", distinct=True, filter=Q(state__in=states) if states else None)
            for name, states in PARTS.items()
        }
        late = Q(state__in=RUNNING, due__lt=timezone.localdate())
        counts[LATE] = Count("pk", distinct=True, filter=late)
        found = Complaint.objects.visible_to(self.request.user).aggregate(**counts)
        labels = {
            "": _("All"),
            "received": _("To be taken up"),
            "assigned": str(ComplaintState.ASSIGNED.label),
            LATE: _("Overdue"),
            "appealed": str(ComplaintState.APPEALED.label),
            "answered": str(ComplaintState.ANSWERED.label),
            "ended": _("Ended"),
        }
        current = self.request.GET.get("part", "")
        current = current if current in labels else ""
        return [
            Tab(
                label,
                found[name or "all"],
                f"{self.request.path}?part={name}" if name else self.request.path,
                name == current,
                "bad" if name == LATE else "",
            )
            for name, label in labels.items()
        ]


class ComplaintExport(Page):
    """The list as its filters show it, as a file, and on the record. Denunciations are never on it."""

    permission_required = (VIEW, may.RECORD)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # a file
        user: Any = request.user
        form = request.GET.get("format", "xlsx")
        form = form if form in FORMATS else "xlsx"
        seen = Complaint.objects.visible_to(user)
        rows = export_rows(ComplaintFilter(request.GET or None, queryset=seen, request=request).qs)
        target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        written = write_resource(target, ComplaintResource(), rows, form=form, title=_("Complaints"))
        after = {"complaints": written, "filters": sorted(request.GET), "format": form}
        record("inspections.complaint.export", None, actor=user, after=after)
        target.seek(0)
        name = _("Complaints %(day)s") % {"day": f"{timezone.localdate():%Y-%m-%d}"}
        response = FileResponse(target, as_attachment=True, filename=plain_name(f"{name}.{form}"))
        response["Content-Type"] = FORMATS[form][1]
        return response


class ComplaintQuery(PermissionMixin):
    """One complaint as the person sees it: a denunciation only by who is named for it."""

    model = Complaint
    object: Complaint
    success_url_name = "inspections:complaint_detail"
    #: Whether the page shows what the complaint says: then opening it is noted for a denunciation.
    shows_content = False

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def find_subject(self) -> None:
        super().find_subject()
        if self.shows_content and self.has_permission():
            note_opening(self.object, self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        return complaint_crumbs(self.object)


@method_decorator(never_cache, name="dispatch")
class ComplaintDetail(ComplaintQuery, DetailPage):
    """One complaint: what was said, who has it until when, what was answered, and whom it is about."""

    permission_required = VIEW
    template_name = "inspections/complaint_detail.html"
    context_object_name = "complaint"
    shows_content = True

    def get_breadcrumbs(self) -> list[Crumb]:
        return complaint_crumbs()

    def get_page_heading(self) -> str:
        return f"{self.object.get_kind_display()} {self.object.number}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.object, self.request.user
        return super().get_context_data(**kwargs) | {
            "steps": complaint_steps(row),
            "sender": _sender(row, user),
            "left": left_words(row.due, work_calendar()) if row.due and row.state in RUNNING else "",
            "terms": row.terms.select_related("set_by"),
            "running": row.state in RUNNING,
            **linked(row, user),
            **self._confidential(),
            **steps_open(row, user),
        }

    def _confidential(self) -> dict[str, Any]:
        if not self.object.is_confidential:
            return {}
        return {
            "readers": self.object.named.select_related("user", "named_by").order_by("pk"),
            "readings": self.object.readings.select_related("user")[:50],
        }


def steps_open(row: Complaint, user: Any) -> dict[str, bool]:
    """What this person may do with it now."""
    state = row.state
    assigns, answers = may.may_assign(user, row), may.may_answer(user, row)
    return {
        "may_take_up": assigns and state == ComplaintState.RECEIVED,
        "may_refuse": assigns and state == ComplaintState.RECEIVED,
        "may_transfer": assigns and state in (ComplaintState.RECEIVED, ComplaintState.ASSIGNED),
        "may_hand_on": assigns and state in (ComplaintState.ASSIGNED, ComplaintState.APPEALED),
        "may_extend": assigns and state in RUNNING and row.due is not None,
        "may_reply": answers and state == ComplaintState.ASSIGNED,
        "may_reply_to_appeal": answers and state == ComplaintState.APPEALED,
        "may_appeal": may.may_write_appeal(user, row) and state == ComplaintState.ANSWERED and not row.appeal,
        "may_close": may.may_handle(user, row) and state == ComplaintState.ANSWERED,
        "may_classify": state in RUNNING and (assigns if row.is_confidential else may.may_link(user, row)),
        "may_link": may.may_link(user, row),
        "may_name": may.may_name(user, row),
        "may_find": not row.is_confidential and may_open(user, row.province_id, complaint=row),
    }


def linked(row: Complaint, user: Any) -> dict[str, Any]:
    """The household, support, hand-overs, round and findings, each only where this person sees it."""
    household = household_now(row, user)
    supports = Support.objects.visible_to(user).filter(pk=row.support_id)
    rounds = InspectionRound.objects.visible_to(user).filter(pk=row.round_id)
    return {
        "household": household,
        "support": supports.select_related("round", "contribution", "operator").first(),
        "hand_overs": HandOver.objects.visible_to(user).filter(support=row.support_id).order_by("pk"),
        "round": rounds.first(),
        "findings": Finding.objects.visible_to(user).filter(complaint=row).order_by("pk"),
    }


def _sender(row: Complaint, user: Any) -> list[tuple[str, str]]:
    """Who sent it; for who only reads, the telephone with its middle hidden and no address."""
    full = may.sees_sender(user, row)
    phone = row.sender_phone if full else masked_phone(row.sender_phone)
    facts = [(_("Name"), row.sender_name or _("without a name")), (_("Phone"), phone)]
    return [*facts, (_("Address"), row.sender_address)] if full else facts


def complaint_steps(row: Complaint) -> list[Step]:
    """Received, taken up, answered, ended: when, or who is next."""
    if row.state == ComplaintState.REFUSED:
        ended = _("Transferred") if row.transferred_to else str(row.get_state_display())
        return [Step(_("Received"), f"{row.received_on:%d/%m/%Y}", "done"), Step(ended, "", "here")]
    begun = row.terms.filter(step=ClockStep.ANSWER).first()
    who = "" if row.is_confidential or row.assigned_to is None else row.assigned_to.short_name
    marks = [
        (_("Received"), f"{row.received_on:%d/%m/%Y}"),
        (_("Taken up"), f"{begun.started_on:%d/%m/%Y}" if begun else ""),
        (str(ComplaintState.ANSWERED.label), f"{row.answered_on:%d/%m/%Y}" if row.answered_on else who),
    ]
    at = {ComplaintState.RECEIVED: 1, ComplaintState.ASSIGNED: 2, ComplaintState.ANSWERED: 3}.get(
        ComplaintState(row.state), 4
    )
    if row.appeal:
        done = row.appeal_answered_on
        marks.append((_("Appeal answered"), f"{done:%d/%m/%Y}" if done else who))
        at = {ComplaintState.APPEALED: 3, ComplaintState.ANSWERED: 4}.get(ComplaintState(row.state), 5)
    marks.append((_("Closed"), ""))
    return [
        Step(label, words, "done" if index < at else "here" if index == at else "next")
        for index, (label, words) in enumerate(marks)
    ]


class ComplaintFile(ComplaintQuery, DetailPage):
    """The photo or scan that came with it; taking it is on the record."""

    permission_required = VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # a file
        if self.object.file is None:
            raise Http404
        note_download(self.object, request.user, "file")
        return send(self.object.file)


class ComplaintLetter(ComplaintQuery, DetailPage):
    """The answer as a letter; `?appeal=1` the answer to the appeal."""

    permission_required = VIEW
    extension = "docx"

    def has_permission(self) -> bool:
        return may.may_handle(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        appeal = request.GET.get("appeal") == "1"
        if not (self.object.appeal_answer if appeal else self.object.answer):
            messages.warning(request, _("There is no answer to print yet."))
            return redirect(self.success_url_name, pk=self.object.pk)
        render, content_type = RENDERERS[self.extension]
        content = render(answer_letter(self.object, appeal=appeal))
        note_download(self.object, request.user, f"letter.{self.extension}")
        name = without_marks(f"Tra loi {self.object.number}{' lan hai' if appeal else ''}")
        return send_bytes(content, f"{name}.{self.extension}", content_type)


class ComplaintCreate(FormPage):
    """Write down what came by phone, on paper, in person; `?household=` and `?objection=` say about whom."""

    form_class = ComplaintForm
    permission_required = (VIEW, may.RECORD)
    template_name = "inspections/complaint_create.html"
    page_heading = gettext_lazy("Write down a complaint")
    submit_label = gettext_lazy("Write it down")
    household: Household | None = None
    objection: Objection | None = None

    def find_subject(self) -> None:
        user = self.request.user
        self.household = self._asked("household", Household.objects.visible_to(user).standing())
        objections = Objection.objects.visible_to(user).select_related("line__household", "line__commune")
        self.objection = self._asked("objection", objections)
        if self.objection is not None and self.objection.line is not None:
            self.household = self.objection.line.household

    def _asked(self, name: str, rows: Any) -> Any:
        typed = self.request.GET.get(name, "")
        if not typed:
            return None
        key = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 15 else 0
        return get_object_or_404(rows, pk=key)

    def get_breadcrumbs(self) -> list[Crumb]:
        return complaint_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("inspections:complaint_list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        known = super().get_initial()
        if self.household is not None:
            known["commune"] = str(self.household.commune_id or "")
        if self.objection is not None:
            known |= {
                "channel": ComplaintChannel.POSTING, "content": self.objection.content,
                "sender_name": self.objection.from_whom, "received_on": self.objection.received_on,
            }  # fmt: skip
        return known

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"household": self.household, "objection": self.objection}
        return super().get_context_data(**kwargs) | context

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        user: Any = self.request.user
        names = (
            "kind", "subject", "content", "sender_name", "sender_phone", "sender_address", "commune",
        )  # fmt: skip
        said = Said(**{name: known[name] for name in names})
        complaint, code = record_complaint(
            said, actor=user, province=user.province, channel=known["channel"],
            received_on=known["received_on"], scan=known["scan"], household=self.household,
            objection=self.objection, round=known.get("round"),
        )  # fmt: skip
        keep_receipt(self.request, complaint, code)
        return redirect("inspections:complaint_receipt")


def keep_receipt(request: HttpRequest, complaint: Complaint, code: str) -> None:
    """Keep number and code for the one page that shows them."""
    day = f"{complaint.received_on:%d/%m/%Y}"
    request.session[RECEIPT] = {"number": complaint.number, "code": code, "day": day, "pk": complaint.pk}


def take_receipt(request: HttpRequest) -> dict[str, Any] | None:
    """What was kept, and it is kept no longer."""
    found: dict[str, Any] | None = request.session.pop(RECEIPT, None)
    return found


@method_decorator(never_cache, name="dispatch")
class ComplaintReceipt(Page):
    """Number and code for the sender, shown this once."""

    permission_required = (VIEW, may.RECORD)
    template_name = "inspections/complaint_receipt.html"
    page_heading = gettext_lazy("It is written down")

    def get_breadcrumbs(self) -> list[Crumb]:
        return complaint_crumbs()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        receipt = take_receipt(request)
        if receipt is None:
            return redirect("inspections:complaint_list")
        seen = Complaint.objects.visible_to(request.user).filter(pk=receipt["pk"]).exists()
        follow = request.build_absolute_uri(reverse("public_complaint_follow"))
        return self.render_to_response(
            self.get_context_data(receipt=receipt, sees_it=seen, follow_url=follow)
        )


class ComplaintObjections(Page):
    """Objections to public postings that stand nowhere among the complaints yet."""

    permission_required = (VIEW, may.RECORD, "allocations.view_districtlist")
    template_name = "inspections/complaint_objections.html"
    page_heading = gettext_lazy("Objections to public postings")
    lead = gettext_lazy(
        "The district answers an objection with its list. Where it asks for more, write it down as a "
        "complaint."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return complaint_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Objection.objects.visible_to(self.request.user)
        rows = rows.exclude(pk__in=Complaint.objects.filter(objection__isnull=False).values("objection"))
        related = ("posting__district_list__district", "posting__district_list__round", "line")
        shown = rows.select_related(*related).order_by("-received_on", "-pk")[:200]
        return super().get_context_data(**kwargs) | {"objections": shown}
