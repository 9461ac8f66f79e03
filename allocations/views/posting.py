"""Public posting of a list: where it hung, what people said, what was answered, and the list to hang out."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.working_days import work_calendar
from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send, send_bytes
from smartphone_support.documents.words import closing_sentence
from smartphone_support.web.components import Crumb
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, PermissionMixin

from .. import workflow
from ..forms_lists import AnswerForm, ObjectionForm, PostingForm, ProofForm, communes_of_list
from ..lists.posted import coverage_of, not_signable, suggested_days
from ..lists.posted_list import COLUMNS, TITLE, file_name, heading_lines, posted_list, write_posted_list
from ..models import Objection, PublicPosting
from ..permits.lists import may_answer, may_change_posting, may_post
from ..workflow.posting import POSTING_STATES
from .lists import ListPart, _ListQuery, list_crumbs


def posting_crumbs(row: Any) -> list[Crumb]:
    return [*list_crumbs(row), Crumb(_("Public posting"), reverse("allocations:posting_list", args=[row.pk]))]


class PostingList(ListPart):
    """The postings of a list with their objections, and whether they cover every kept household."""

    template_name = "allocations/posting_list.html"
    page_heading = gettext_lazy("Public posting")
    part = "posting"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.object, self.request.user
        postings = (
            PublicPosting.objects.visible_to(user)
            .filter(district_list=row)
            .select_related("commune", "proof", "recorded_by")
            .prefetch_related("objections__line", "objections__answered_by")
        )
        today = timezone.localdate()
        may = may_post(user, row)
        return super().get_context_data(**kwargs) | {
            "postings": [(posting, _standing(posting, today)) for posting in postings],
            "coverage": coverage_of(row, today=today),
            "not_signable": not_signable(row) if row.state in POSTING_STATES else "",
            "posts": may and row.state in POSTING_STATES,
            "answers": may,
            "days": row.round.posting_days,
        }


def _standing(posting: PublicPosting, today: Any) -> tuple[str, str]:
    """Tone and word of a posting's badge."""
    if posting.withdrawn_at is not None:
        return "idle", _("Withdrawn")
    if posting.from_day > today:
        return "wait", _("Not begun yet")
    if posting.to_day >= today:
        return "now", _("Hangs out now")
    return "ok", _("Over")


class PostingCreate(_ListQuery, FormPage):
    """Write down where the list hangs and how long; the days are suggested."""

    form_class = PostingForm
    template_name = "allocations/posting_create.html"
    page_heading = gettext_lazy("Write down a public posting")
    submit_label = gettext_lazy("Write the posting down")

    def has_permission(self) -> bool:
        return may_post(self.request.user, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"district_list": self.object}

    def get_initial(self) -> dict[str, Any]:
        days = self.object.round.posting_days
        first, last = suggested_days(days, work_calendar(), timezone.localdate())
        return super().get_initial() | {"from_day": first, "to_day": last}

    def get_breadcrumbs(self) -> list[Crumb]:
        return posting_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return reverse("allocations:posting_list", args=[self.object.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        workflow.record_posting(self.object, actor=self.request.user, **form.cleaned_data)
        return redirect("allocations:posting_list", pk=self.object.pk)


class PostedListPage(ListPart):
    """The list as it hangs out, on A4; `commune` and `added` narrow it down."""

    template_name = "allocations/posted_list.html"
    page_heading = gettext_lazy("The posted list")
    part = "posting"

    def get_breadcrumbs(self) -> list[Crumb]:
        return posting_crumbs(self.object)

    def asked(self) -> dict[str, Any]:
        """What of the list is wanted: one commune, or only the households not posted yet."""
        row, query = self.object, self.request.GET
        communes = list(communes_of_list(row))
        commune = next((area for area in communes if str(area.pk) == query.get("commune")), None)
        added = query.get("added") == "1"
        households = coverage_of(row).unposted if added else None
        posted = posted_list(row, commune=commune, households=households)
        return {"communes": communes, "commune": commune, "added": added, "posted": posted}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.asked()
        place, source = heading_lines(self.object, asked["commune"])
        return super().get_context_data(**kwargs) | {
            **asked,
            "title": TITLE,
            "columns": [title for title, _width in COLUMNS],
            "place": place,
            "source": source,
            "closing": closing_sentence(asked["posted"].households),
        }


class PostedWorkbook(PostedListPage):
    """The same list as a workbook; its download is on the record."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = self.asked()
        content = write_posted_list(self.object, asked["posted"], asked["commune"])
        after = {"version": self.object.version, "households": asked["posted"].households}
        record("allocations.districtlist.download", self.object, actor=request.user, after=after)
        return send_bytes(content, file_name(self.object, asked["commune"]))


class _PostingQuery(PermissionMixin):
    model = PublicPosting

    def get_queryset(self) -> Any:
        related = ("district_list__round__program__province", "district_list__district", "proof", "commune")
        return super().get_queryset().select_related(*related)

    def get_breadcrumbs(self) -> list[Crumb]:
        return posting_crumbs(self.object.district_list)

    def get_success_url(self) -> str:
        return reverse("allocations:posting_list", args=[self.object.district_list_id])

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class PostingProof(_PostingQuery, DetailPage):
    """The photo or scan, as a download for whoever sees the list."""

    permission_required = "allocations.view_districtlist"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.proof is None:
            raise Http404
        return send(self.object.proof)


class PostingAttach(_PostingQuery, FormPage):
    form_class = ProofForm
    page_heading = gettext_lazy("Add the photo or scan")
    submit_label = gettext_lazy("Add the photo or scan")

    def has_permission(self) -> bool:
        return may_change_posting(self.request.user, self.object)

    def form_valid(self, form: Any) -> HttpResponse:
        workflow.attach_proof(self.object, actor=self.request.user, proof=form.cleaned_data["proof"])
        return redirect(self.get_success_url())


class PostingWithdraw(_PostingQuery, StepPage):
    may = may_change_posting
    page_heading = gettext_lazy("Withdraw the posting")
    verb = gettext_lazy("Withdraw the posting")
    tone = "danger"
    needs_reason = True
    consequence = gettext_lazy(
        "The posting stays readable, crossed out, and counts no more; households posted nowhere else must be "
        "posted again."
    )

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def perform(self, reason: str) -> str:
        workflow.withdraw_posting(self.object, actor=self.request.user, reason=reason)
        return _("The posting is withdrawn.")


class ObjectionCreate(_PostingQuery, FormPage):
    """Write down what somebody said against the posted list."""

    form_class = ObjectionForm
    page_heading = gettext_lazy("Write down an objection")
    submit_label = gettext_lazy("Write the objection down")

    def has_permission(self) -> bool:
        return may_change_posting(self.request.user, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"district_list": self.object.district_list}

    def form_valid(self, form: Any) -> HttpResponse:
        said = form.cleaned_data
        workflow.record_objection(
            self.object, actor=self.request.user, content=said["content"], from_whom=said["from_whom"],
            received_on=said["received_on"], line=form.line,
        )  # fmt: skip
        return redirect(self.get_success_url())


class ObjectionAnswer(FormPage):
    """Answer an objection, once."""

    model = Objection
    form_class = AnswerForm
    template_name = "allocations/objection_answer.html"
    page_heading = gettext_lazy("Answer the objection")
    submit_label = gettext_lazy("Answer the objection")

    def get_queryset(self) -> Any:
        related = (
            "posting__district_list__round__program__province",
            "posting__district_list__district",
            "line",
        )
        return super().get_queryset().select_related(*related)

    def has_permission(self) -> bool:
        return may_answer(self.request.user, self.object)

    def get_breadcrumbs(self) -> list[Crumb]:
        return posting_crumbs(self.object.posting.district_list)

    def get_cancel_url(self) -> str:
        return reverse("allocations:posting_list", args=[self.object.posting.district_list_id])

    def form_valid(self, form: Any) -> HttpResponse:
        workflow.answer_objection(self.object, actor=self.request.user, **form.cleaned_data)
        return redirect(self.get_cancel_url())
