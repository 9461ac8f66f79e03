"""Review workbooks: out to the district, back again, looked at, written into the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from beneficiaries.choices import Doubt
from beneficiaries.models import Household
from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send_bytes
from smartphone_support.web.components import Crumb
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, PermissionMixin

from .. import workflow
from ..choices import DISTRICT_STATES, Decision, FieldMatch, SupportForm
from ..forms_lists import WorkbookForm
from ..lists.found import why_not
from ..lists.review_reading import receive_upload
from ..lists.review_workbook import file_name, write_review_workbook
from ..models import DistrictList, FieldHousehold, ReviewUpload
from ..permits.rounds import may_review
from ..rules.eligibility import RuleSet
from ..workflow.finds import FOR_THE_REGISTER
from ..workflow.plans import round_rule
from .lists import _ListQuery, list_crumbs


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
            "district_list__round__funding_source",
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


@dataclass(frozen=True, slots=True)
class ShownFind:
    """A household found in the field as the preview tells of it.

    `tone` and `fate` say in a badge what becomes of it, `sentences` why; `known` is the register's household
    where the reader may see it.
    """

    find: FieldHousehold
    sheet: str
    tone: str
    fate: str
    sentences: list[str]
    known: Household | None
    decision: str


def shown_finds(upload: ReviewUpload, user: Any) -> list[ShownFind]:
    """The upload's finds in words; a household of another district is named to nobody of this one."""
    rule = round_rule(upload.district_list.round)
    finds = upload.found.select_related("household__commune", "household__district")
    return [_shown(find, rule, user) for find in finds]


def _shown(find: FieldHousehold, rule: RuleSet, user: Any) -> ShownFind:
    answer = find.answer
    doubts = [str(Doubt(code).label) for code in answer.get("doubts", ()) if code in Doubt.values]
    known = find.household
    if known is not None and user.district is not None and known.district_id != user.district.pk:
        known = None
    if find.match == FieldMatch.ON_LIST:
        position = answer.get("position")
        tone, fate = "idle", _("Already on the list")
        sentences = [_("It stands there with No. %(number)s; answer in that row.") % {"number": position}]
    elif find.match == FieldMatch.FOUND and not find.failed:
        tone, fate = "ok", _("Comes onto the list")
        sentences = doubts
    elif find.match == FieldMatch.FOUND:
        tone, fate = "bad", _("Does not come onto the list")
        sentences = [why_not(code, rule) for code in find.failed]
    elif find.match == FieldMatch.SEVERAL:
        tone, fate = "wait", _("For the register's officer")
        sentences = [_("The register cannot tell which household it is."), *doubts]
    else:
        tone, fate = "wait", _("For the register's officer")
        sentences = [_("The register does not know this household.")]
    decision = str(Decision(answer["decision"]).label)
    return ShownFind(find, answer.get("sheet", ""), tone, fate, sentences, known, decision)


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
        finds = shown_finds(upload, self.request.user) if upload.counts.get("found") else []
        return context | {
            "finds": finds,
            "something": bool(changes or finds),
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
        told = ngettext(
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
        added = upload.counts.get("added", 0)
        if not added:
            return told
        more = ngettext(
            "%(count)s household found in the field comes onto the list.",
            "%(count)s households found in the field come onto the list.",
            added,
        ) % {"count": localize(added)}
        return f"{told} {more}"

    def get_success_url(self) -> str:
        return reverse("allocations:list_detail", args=[self.object.district_list_id])

    def perform(self, reason: str) -> str:
        workflow.apply_review_upload(self.object, actor=self.request.user)
        return written_words(self.object)


def written_words(upload: ReviewUpload) -> str:
    """What a confirmed workbook did: lines written, households found in the field that came on, and those
    handed to the register.
    """
    finds = list(upload.found.values_list("match", "line_id"))
    added = sum(line is not None for _match, line in finds)
    waiting = sum(line is None and match in FOR_THE_REGISTER for match, line in finds)
    lines, words = len(upload.changes), []
    if lines or not (added or waiting):
        words.append(ngettext("%(count)s line was written.", "%(count)s lines were written.", lines))
        words[-1] %= {"count": localize(lines)}
    if added:
        came = ngettext(
            "%(count)s household found in the field came onto the list.",
            "%(count)s households found in the field came onto the list.",
            added,
        )
        words.append(came % {"count": localize(added)})
    if waiting:
        handed = ngettext(
            "%(count)s household is handed to the register's officer.",
            "%(count)s households are handed to the register's officer.",
            waiting,
        )
        words.append(handed % {"count": localize(waiting)})
    return " ".join(words)


class ReviewUploadDiscard(_UploadQuery, StepPage):
    page_heading = gettext_lazy("Discard the upload")
    verb = gettext_lazy("Discard the upload")
    consequence = gettext_lazy("The workbook is put aside; the list stays as it is.")

    def get_success_url(self) -> str:
        return reverse("allocations:list_detail", args=[self.object.district_list_id])

    def perform(self, reason: str) -> str:
        workflow.discard_review_upload(self.object, actor=self.request.user)
        return _("The upload is discarded; the list has not changed.")
