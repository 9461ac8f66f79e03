"""What services ask of a person, for the home page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.accounts.models import Organisation
from smartphone_support.web.worklist import WorkItem

from ..choices import OperatorReportState
from ..models import OperatorReport
from . import late
from .permits import may_follow, may_manage, may_report, own_operator
from .workflow import yearly

State = OperatorReportState
#: In these months the change of the year is on the department's list.
_YEARLY_MONTHS = (1, 2)


def waiting_for(user: Any) -> list[WorkItem]:
    """For an operator its files under way and the month not sent; for the department the year's change."""
    own = own_operator(user)
    if own is not None and may_report(user, own):
        return [*_under_way(user), *_missing(own)]
    if user.has_perm("beneficiaries.manage_service"):
        return _year(user)
    return []


def awaited_by(user: Any) -> list[WorkItem]:
    """Operators who are late with the last month."""
    if user.province is None or not may_follow(user):
        return []
    if not user.has_perm("beneficiaries.manage_service"):
        return []
    today = timezone.localdate()
    month = late.last_month(today)
    names = [
        row.operator.short_name
        for row in late.matrix(user.province, month.year, today)
        if dict(row.cells)[month].status == late.LATE
    ]
    if not names:
        return []
    title = _("Updates of services of %(month)s are missing") % {"month": f"{month:%m/%Y}"}
    return [
        WorkItem(title, ", ".join(names), reverse("services:report_months"), _("See who is late"), late=True)
    ]


def _under_way(user: Any) -> list[WorkItem]:
    states = [State.AWAITING_CONFIRMATION, State.FAILED]
    rows = OperatorReport.objects.visible_to(user).filter(state__in=states).select_related("file")
    return [_item(row) for row in rows.defer("sheets").order_by("uploaded_at")]


def _item(report: OperatorReport) -> WorkItem:
    title = _("Update of services %(month)s") % {"month": f"{report.month:%m/%Y}"}
    url = reverse("services:report_detail", args=[report.pk])
    if report.state == State.FAILED:
        return WorkItem(title, report.failure, url, _("Look at it"))
    counts = {key: localize(report.counts.get(key, 0)) for key in ("good", "refused", "nothing")}
    detail = _("%(good)s lines in order, %(refused)s refused, %(nothing)s with nothing to do.") % counts
    return WorkItem(title, detail, url, _("Check and confirm"))


def _missing(own: Organisation) -> list[WorkItem]:
    today = timezone.localdate()
    month = late.last_month(today)
    if not late.missing_of(own, [month]):
        return []
    return [
        WorkItem(
            title=_("Send the update of services %(month)s") % {"month": f"{month:%m/%Y}"},
            detail=_("Upload the file of the month, or say that nothing arose."),
            url=f"{reverse('services:report_create')}?month={month:%Y-%m}",
            verb=_("Send it"),
            due=late.deadlines([own], [month])[own.pk, month],
        )
    ]


def _year(user: Any) -> list[WorkItem]:
    today = timezone.localdate()
    if today.month not in _YEARLY_MONTHS or not may_manage(user, user.province):
        return []
    n = len(yearly.to_suspend(user.province, today.year))
    if not n:
        return []
    title = ngettext(
        "%(n)s subscription is not certified as of 1 January",
        "%(n)s subscriptions are not certified as of 1 January",
        n,
    )
    return [
        WorkItem(
            title=title % {"n": localize(n)},
            detail=_("Their households are no longer poor or near-poor: suspend them for the year."),
            url=reverse("services:year_change"),
            verb=_("Look at them"),
        )
    ]
