"""District lists: seeing them, reviewing them, signing them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send_bytes
from smartphone_support.web.components import Crumb
from smartphone_support.web.views import DetailPage, FormPage, ListPage, PermissionMixin

from .. import workflow
from ..choices import DISTRICT_STATES, Decision, ListState, SupportForm, Verdict
from ..filters import DistrictListFilter
from ..forms import WorkbookForm
from ..lists.lifecycles import list_steps
from ..lists.listing import counts_of, lines_page, list_tabs
from ..lists.review_reading import receive_upload
from ..lists.review_workbook import file_name, write_review_workbook
from ..models import DistrictList, ReviewUpload
from ..permissions import may_appraise, may_prepare_proposal, may_review, may_sign
from ..rules.ranking import RANKS, TIE_BREAKER
from ..tables import DistrictListTable
from .rounds import round_crumbs
from .steps import StepPage

RELATED = (
    "round__program__province", "district", "reviewed_by", "signed_by", "appraised_by", "proposal",
)  # fmt: skip


def list_crumbs(row: DistrictList | None = None) -> list[Crumb]:
    """The way to a list's pages."""
    crumbs = [Crumb(_("District lists"), reverse("allocations:list_list"))]
    if row is not None:
        crumbs.append(Crumb(str(row), reverse("allocations:list_detail", args=[row.pk])))
    return crumbs


class DistrictListList(ListPage):
    """All lists the person sees: a district its own, the department those of the province."""

    model = DistrictList
    permission_required = "allocations.view_districtlist"
    table_class = DistrictListTable
    filterset_class = DistrictListFilter
    template_name = "allocations/districtlist_list.html"
    page_heading = gettext_lazy("District lists")
    lead = gettext_lazy("The households each district proposes in a round, ranked by the statutory priority.")
    empty_title = gettext_lazy("No list yet")
    empty_text = gettext_lazy("Lists are opened when the leader approves a round's quotas.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("round", "district")


class _ListQuery(PermissionMixin):
    model = DistrictList
    success_url_name = "allocations:list_detail"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_breadcrumbs(self) -> list[Crumb]:
        return list_crumbs(self.object)


class DistrictListDetail(_ListQuery, DetailPage):
    """A list with its lines in counted parts, and the one step that is next for this person."""

    permission_required = "allocations.view_districtlist"
    template_name = "allocations/districtlist_detail.html"
    context_object_name = "list"

    def get_page_heading(self) -> str:
        return _("List of %(district)s, %(round)s") % {
            "district": self.object.district.name_in_text,
            "round": self.object.round.name,
        }

    def get_breadcrumbs(self) -> list[Crumb]:
        return [*round_crumbs(self.object.round), Crumb(_("District list"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        row, user = self.object, self.request.user
        counts = counts_of(row)
        tabs, current = list_tabs(row, counts, self.request.GET.get("part", ""), self.request.path)
        appraising = row.state == ListState.APPRAISING and may_appraise(user, row)
        page = lines_page(row, current, self.request.GET.get("page", 1))
        return context | {
            "steps": list_steps(row),
            "counts": counts,
            "tabs": tabs,
            "page_obj": page,
            "appraising": appraising,
            "verdicts": row.state not in {*DISTRICT_STATES, ListState.AWAITING_SIGNATURE}
            or counts["returned"],
            "review": may_review(user, row) and row.state in DISTRICT_STATES,
            "sign": may_sign(user, row) and row.state == ListState.AWAITING_SIGNATURE,
            "open": may_appraise(user, row) and row.state == ListState.SUBMITTED,
            "returnable": may_appraise(user, row) and row.state in {ListState.APPRAISING, ListState.ACCEPTED},
            "propose": may_prepare_proposal(user, row.round) and row.state == ListState.ACCEPTED,
            "waiting_upload": self._waiting_upload(),
            "ranks": RANKS,
            "tie_breaker": TIE_BREAKER,
        }

    def _waiting_upload(self) -> ReviewUpload | None:
        """An upload of the present version that was read but neither applied nor discarded."""
        row = self.object
        if not (may_review(self.request.user, row) and row.state in DISTRICT_STATES):
            return None
        open_ = row.uploads.filter(applied_at=None, discarded_at=None, list_version=row.version)
        return open_.order_by("-id").first()


def not_under_review(request: HttpRequest, row: DistrictList) -> HttpResponse:
    """Back to the list, with the sentence that says why there is nothing to review now."""
    state = row.get_state_display()
    messages.warning(request, _("The list is “%(state)s”; it is not under review now.") % {"state": state})
    return redirect("allocations:list_detail", pk=row.pk)


class ReviewWorkbook(_ListQuery, DetailPage):
    """The list's review workbook; its download is on the record."""

    def has_permission(self) -> bool:
        return may_review(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = self.object
        if row.state not in DISTRICT_STATES:
            return not_under_review(request, row)
        content = write_review_workbook(row)
        record("allocations.districtlist.download", row, actor=request.user, after={"version": row.version})
        return send_bytes(content, file_name(row))


class ReviewUploadCreate(_ListQuery, FormPage):
    """Give a filled-in workbook back; what it would change is shown before anything changes."""

    form_class = WorkbookForm
    template_name = "allocations/reviewupload_create.html"
    page_heading = gettext_lazy("Upload the review workbook")
    submit_label = gettext_lazy("Read the workbook")

    def has_permission(self) -> bool:
        return may_review(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state not in DISTRICT_STATES:
            return not_under_review(request, self.object)
        return super().get(request, *args, **kwargs)

    def get_cancel_url(self) -> str:
        return reverse(self.success_url_name, args=[self.object.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        upload = receive_upload(self.object, form.cleaned_data["file"], actor=self.request.user)
        return redirect("allocations:upload_detail", pk=upload.pk)


class _UploadQuery(PermissionMixin):
    model = ReviewUpload
    success_url_name = "allocations:upload_detail"

    def get_queryset(self) -> Any:
        related = (
            "district_list__round__program__province",
            "district_list__district",
            "file",
            "uploaded_by",
        )
        return super().get_queryset().select_related(*related)

    def get_breadcrumbs(self) -> list[Crumb]:
        return list_crumbs(self.object.district_list)

    @staticmethod
    def may(user: Any, upload: Any) -> bool:
        return may_review(user, upload.district_list)


FIELD_WORDS = {
    "decision": gettext_lazy("District's decision"),
    "reason": gettext_lazy("Reason"),
    "support_form": gettext_lazy("Form of support"),
    "has_need": gettext_lazy("Needs a smartphone"),
    "note": gettext_lazy("Note"),
}


def answer_words(name: str, value: Any) -> str:
    """An answer as people read it."""
    if name == "decision":
        return str(Decision(value).label)
    if name == "support_form":
        return str(SupportForm(value).label)
    if name == "has_need":
        return {True: _("Yes"), False: _("No"), None: _("Not asked")}[value]
    return value


class ReviewUploadDetail(_UploadQuery, DetailPage):
    """What an uploaded workbook would change, line by line, and the quota after it."""

    template_name = "allocations/reviewupload_detail.html"
    context_object_name = "upload"
    page_heading = gettext_lazy("Check the review workbook")

    def has_permission(self) -> bool:
        return self.may(self.request.user, self.object) or self.request.user.has_perm(
            "allocations.appraise_districtlist"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        upload, row = self.object, self.object.district_list
        changes = [
            {
                "position": change["position"],
                "name": change["name"],
                "row": change["row"],
                "fields": [
                    (FIELD_WORDS[name], answer_words(name, change["before"][name]), answer_words(name, value))
                    for name, value in change["after"].items()
                ],
            }
            for change in upload.changes
        ]
        current = upload.list_version == row.version and row.state in DISTRICT_STATES
        return context | {
            "list": row,
            "changes": changes,
            "counts": upload.counts,
            "left": row.quota - upload.counts["keep"],
            "confirmable": upload.is_open and current and self.may(self.request.user, upload),
            "outdated": upload.is_open and not current,
        }


class ReviewUploadConfirm(_UploadQuery, StepPage):
    page_heading = gettext_lazy("Write the answers into the list")
    verb = gettext_lazy("Write into the list")

    def get_consequence(self) -> str:
        upload = self.object
        return ngettext(
            "%(count)s line changes; then %(kept)s of %(quota)s households are kept. Workbooks "
            "downloaded before expire.",
            "%(count)s lines change; then %(kept)s of %(quota)s households are kept. Workbooks "
            "downloaded before expire.",
            len(upload.changes),
        ) % {
            "count": localize(len(upload.changes)),
            "kept": localize(upload.counts["keep"]),
            "quota": localize(upload.district_list.quota),
        }

    def get_success_url(self) -> str:
        return reverse("allocations:list_detail", args=[self.object.district_list_id])

    def perform(self, reason: str) -> str:
        workflow.apply_review_upload(self.object, actor=self.request.user)
        count = len(self.object.changes)
        return ngettext("%(count)s line was written.", "%(count)s lines were written.", count) % {
            "count": localize(count)
        }


class ReviewUploadDiscard(_UploadQuery, StepPage):
    page_heading = gettext_lazy("Discard the upload")
    verb = gettext_lazy("Discard the upload")
    consequence = gettext_lazy("The workbook is put aside; the list stays as it is.")

    def get_success_url(self) -> str:
        return reverse("allocations:list_detail", args=[self.object.district_list_id])

    def perform(self, reason: str) -> str:
        workflow.discard_review_upload(self.object, actor=self.request.user)
        return _("The upload is discarded; the list has not changed.")


def households(count: int) -> str:
    """ "164 households" in the reader's language."""
    return ngettext("%(count)s household", "%(count)s households", count) % {"count": localize(count)}


class ListRequestSignature(_ListQuery, StepPage):
    may = may_review
    states = DISTRICT_STATES
    page_heading = gettext_lazy("Send the list for signature")
    verb = gettext_lazy("Send for signature")

    def get_consequence(self) -> str:
        row = self.object
        parts = [
            _("%(households)s of %(district)s (quota %(quota)s) go to the district's leader for signature.")
            % {
                "households": households(row.kept),
                "district": row.district.name_in_text,
                "quota": localize(row.quota),
            }
        ]
        if row.remaining:
            parts.append(_("%(count)s of the quota stay unused.") % {"count": localize(row.remaining)})
        returned = row.lines.filter(Q(verdict=Verdict.RETURNED), decision=Decision.KEEP).aggregate(
            n=Count("pk")
        )["n"]
        if returned:
            parts.append(
                _("%(count)s returned lines are still kept unchanged.") % {"count": localize(returned)}
            )
        return " ".join(parts)

    def perform(self, reason: str) -> str:
        workflow.request_signature(self.object, actor=self.request.user)
        return _("The list is with the leader of the district.")


class ListSendBack(_ListQuery, StepPage):
    may = may_sign
    states = frozenset({ListState.AWAITING_SIGNATURE})
    page_heading = gettext_lazy("Send the list back to the officer")
    verb = gettext_lazy("Send back")
    tone = "danger"
    needs_reason = True
    consequence = gettext_lazy("The officer reviews the list again; it does not go to the department yet.")

    def perform(self, reason: str) -> str:
        workflow.send_back(self.object, actor=self.request.user, reason=reason)
        return _("The list is back with the officer.")


class ListSign(_ListQuery, StepPage):
    may = may_sign
    states = frozenset({ListState.AWAITING_SIGNATURE})
    page_heading = gettext_lazy("Sign and submit the list")
    verb = gettext_lazy("Sign and submit")

    def get_consequence(self) -> str:
        row = self.object
        return _(
            "%(households)s of %(district)s are submitted to the department; you answer for the list. "
            "After that it cannot be changed unless it is returned."
        ) % {"households": households(row.kept), "district": row.district.name_in_text}

    def perform(self, reason: str) -> str:
        workflow.sign_and_submit(self.object, actor=self.request.user)
        return _("The list is signed and submitted.")
