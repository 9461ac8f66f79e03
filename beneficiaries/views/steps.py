"""What is done with a whole list: written to the register, cancelled, read again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.web.components import Crumb
from smartphone_support.web.views import ConfirmPage

from .. import workflow
from ..choices import BatchKind, BatchState, Outcome
from ..imports.records import BLOCKING_CODES, ERROR
from ..models import ListBatch
from .batches import LIST_CRUMB, BatchPage
from .layout import IMPORT
from .preview import reason_counts


class BatchConfirm(BatchPage, ConfirmPage):
    permission_required = IMPORT
    template_name = "beneficiaries/batch_confirm.html"
    page_heading = gettext_lazy("Write the list to the register")
    verb = gettext_lazy("Write to the register")
    success_url_name = "beneficiaries:batch_detail"

    @property
    def needs_reason(self) -> bool:  # type: ignore[override]  # asked for only when the brake is on
        return bool(self.object.brakes)

    def get_consequence(self) -> str:
        counts = self.object.counts
        sentences = [
            _("%(new)s households are added, %(changed)s are changed, %(unchanged)s stay as they are.")
            % {key: localize(counts.get(key, 0)) for key in ("new", "changed", "unchanged")}
        ]
        gone = sum(count["n"] for count in reason_counts(self.object))
        if gone:
            sentences.append(
                ngettext(
                    "%(n)s household no longer listed leaves the poor and near-poor from %(day)s.",
                    "%(n)s households no longer listed leave the poor and near-poor from %(day)s.",
                    gone,
                )
                % {"n": localize(gone), "day": date_format(self.object.effective_on, "SHORT_DATE_FORMAT")}
            )
        return " ".join(sentences)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch = self.object
        return super().get_context_data(**kwargs) | {
            "batch": batch,
            "counts": batch.counts,
            "left_empty": sum(
                cause["count"]
                for cause in batch.causes
                if cause["level"] == ERROR and cause["code"] not in BLOCKING_CODES
            ),
            "without_reason": sum(
                count["n"] for count in reason_counts(batch) if count["value"] in workflow.OPEN_REASONS
            ),
            "gone_url": f"{reverse('beneficiaries:batch_rows', args=[batch.pk])}?outcome={Outcome.GONE}",
        }

    def perform(self, reason: str) -> str:
        batch = workflow.confirm_batch(self.object, actor=self.request.user, reason=reason)
        if batch.state == BatchState.UPLOADED:
            messages.warning(self.request, batch.notice)
            return ""
        return _("Confirmed. The list is being written to the register.")


class BatchReject(BatchPage, ConfirmPage):
    permission_required = IMPORT
    page_heading = gettext_lazy("Cancel this list")
    verb = gettext_lazy("Cancel this list")
    tone = "danger"
    success_url_name = "beneficiaries:batch_detail"

    def get_consequence(self) -> str:
        n = self.object.counts.get("households", 0)
        return _("The %(n)s households read are dropped. The register stays as it is; the file is kept.") % {
            "n": localize(n)
        }

    def perform(self, reason: str) -> str:
        workflow.reject_batch(self.object, actor=self.request.user, reason=reason)
        return _("The list was cancelled. Nothing was written.")


class BatchReread(BatchPage, ConfirmPage):
    permission_required = IMPORT
    page_heading = gettext_lazy("Read the file again")
    verb = gettext_lazy("Read the file again")
    consequence = gettext_lazy(
        "The file is read and compared with the register once more. Nothing is written."
    )
    success_url_name = "beneficiaries:batch_detail"

    def perform(self, reason: str) -> str:
        workflow.read_again(self.object, actor=self.request.user)
        return _("The file is being read again.")


class BatchRevert(BatchPage, ConfirmPage):
    """Take a written list out of the register again, while nothing later depends on it."""

    permission_required = IMPORT
    page_heading = gettext_lazy("Revert the list")
    verb = gettext_lazy("Revert the list")
    tone = "danger"
    needs_reason = True
    success_url_name = "beneficiaries:batch_detail"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obstacle = workflow.revert_obstacle(self.object)
        if obstacle:
            messages.error(request, obstacle)
            return redirect(self.get_success_url())
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def get_consequence(self) -> str:
        counts = {key: localize(self.object.counts.get(key, 0)) for key in ("new", "changed", "gone")}
        brought = (
            _(
                "%(new)s households this list brought leave the register; %(changed)s changed ones stand "
                "again as before."
            )
            if self.object.kind == BatchKind.MONTHLY
            else _(
                "%(new)s households this list brought leave the register; %(changed)s changed ones and "
                "%(gone)s no longer listed stand again as before."
            )
        )
        sentences = [
            brought % counts,
            _("The history keeps what the register said meanwhile. The file can be written again later."),
        ]
        return " ".join(sentences)

    def perform(self, reason: str) -> str:
        workflow.revert_batch(self.object, actor=self.request.user, reason=reason)
        return _("The list is being taken out of the register.")


class FailedDismiss(ConfirmPage):
    """Lists that could not be read pile up on the work list: put all of them aside at once."""

    permission_required = IMPORT
    page_heading = gettext_lazy("Put the unreadable files aside")
    verb = gettext_lazy("Put the unreadable files aside")
    tone = "danger"

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(LIST_CRUMB), reverse("beneficiaries:batch_list"))]

    def failed(self) -> Any:
        return ListBatch.objects.visible_to(self.request.user).filter(state=BatchState.FAILED)

    def get_consequence(self) -> str:
        n = self.failed().count()
        return ngettext(
            "%(n)s file that could not be read leaves the list of things to do. It is kept.",
            "%(n)s files that could not be read leave the list of things to do. They are kept.",
            n,
        ) % {"n": localize(n)}

    def get_success_url(self) -> str:
        return reverse("beneficiaries:batch_list")

    def perform(self, reason: str) -> str:
        failed = list(self.failed().select_related("province"))
        for batch in failed:
            workflow.reject_batch(batch, actor=self.request.user)
        return ngettext("%(n)s file was put aside.", "%(n)s files were put aside.", len(failed)) % {
            "n": localize(len(failed))
        }
