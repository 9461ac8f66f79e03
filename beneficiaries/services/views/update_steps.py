"""Steps of a monthly update: confirm, discard, read again, take back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.web.components import Crumb
from smartphone_support.web.steps import StepPage

from ...choices import OperatorReportState
from ...models import OperatorReport
from ..permits import may_confirm, may_take_back
from ..workflow import reports
from .updates import crumbs

State = OperatorReportState


class ReportStep(StepPage):
    model = OperatorReport
    permission_required = "beneficiaries.view_operatorreport"
    success_url_name = "services:report_detail"
    may = staticmethod(may_confirm)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("operator", "province", "file")

    def get_breadcrumbs(self) -> list[Crumb]:
        return crumbs(self.object)


class ReportConfirm(ReportStep):
    states = (State.AWAITING_CONFIRMATION,)
    page_heading = gettext_lazy("Write the update?")
    verb = gettext_lazy("Write the lines in order")

    def get_consequence(self) -> str:
        counts = self.object.counts
        good, refused = counts.get("good", 0), counts.get("refused", 0)
        written = ngettext("%(n)s line in order is written.", "%(n)s lines in order are written.", good)
        text = written % {"n": good}
        if refused:
            left = ngettext(
                "%(n)s refused line is left out: mend it and send it with another file.",
                "%(n)s refused lines are left out: mend them and send them with another file.", refused,
            )  # fmt: skip
            text = f"{text} {left % {'n': refused}}"
        return text

    def perform(self, reason: str) -> str:
        report = reports.confirm_report(self.object, actor=self.request.user)
        if report.state != State.APPLIED:
            return ""  # the notice on the page says why
        return _("The update of %(month)s is written.") % {"month": f"{report.month:%m/%Y}"}


class ReportDiscard(ReportStep):
    states = (State.UPLOADED, State.AWAITING_CONFIRMATION, State.FAILED)
    page_heading = gettext_lazy("Discard the update?")
    consequence = gettext_lazy("Nothing of it is written. The file is kept, its lines are not.")
    verb = gettext_lazy("Discard it")
    tone = "danger"

    def perform(self, reason: str) -> str:
        reports.discard_report(self.object, actor=self.request.user)
        return _("The update was discarded.")


class ReportReread(ReportStep):
    states = (State.AWAITING_CONFIRMATION, State.FAILED)
    page_heading = gettext_lazy("Read the file again?")
    consequence = gettext_lazy("Every line is read and checked against the register as it is now.")
    verb = gettext_lazy("Read it again")

    def perform(self, reason: str) -> str:
        reports.read_again(self.object, actor=self.request.user)
        return ""


class ReportTakeBack(ReportStep):
    states = (State.APPLIED,)
    may = staticmethod(may_take_back)
    page_heading = gettext_lazy("Take the update back?")
    consequence = gettext_lazy(
        "Every subscription it began, stopped or changed stands as before. The month is open again for the "
        "operator, who is told by its list of things to do."
    )
    verb = gettext_lazy("Take it back")
    tone = "danger"
    needs_reason = True

    def perform(self, reason: str) -> str:
        reports.take_report_back(self.object, actor=self.request.user, reason=reason)
        return _("The update was taken back.")
