"""What lists to confirm ask of a person, for the home page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.web.worklist import WorkItem

from ..choices import ConfirmationState, LineDecision
from ..models import ConfirmationLine, ConfirmationRequest

#: How long an answer stays news for the operator.
NEWS_DAYS = 7
_OWN = (ConfirmationState.READ, ConfirmationState.FAILED, ConfirmationState.ANSWERED)


def waiting_for(user: Any) -> list[WorkItem]:
    """An operator's lists to send or mend and its new answers; the department's requests; a district's
    questions."""
    if user.has_perm("beneficiaries.request_confirmation"):
        return _of_operator(user)
    if user.has_perm("beneficiaries.decide_confirmation"):
        rows = _requests(user, ConfirmationState.SUBMITTED).order_by("due_on", "pk")
        return [_item(row, _("Decide line by line"), due=True) for row in rows]
    if user.has_perm("beneficiaries.answer_confirmation"):
        return _questions(user)
    return []


def awaited_by(user: Any) -> list[WorkItem]:
    """An operator waits for the department's answer; the department for districts it asked."""
    if user.has_perm("beneficiaries.request_confirmation"):
        rows = _requests(user, ConfirmationState.SUBMITTED).order_by("due_on", "pk")
        return [_item(row, _("View"), due=True) for row in rows]
    if user.has_perm("beneficiaries.decide_confirmation"):
        rows = _asked(user).values("request", "district__name").annotate(n=Count("pk"), since=Min("asked_on"))
        return [
            WorkItem(
                title=_("Question about subscribers to %(district)s") % {"district": row["district__name"]},
                detail=ngettext("%(n)s line without an answer", "%(n)s lines without an answer", row["n"])
                % {"n": localize(row["n"])},
                url=f"{reverse('services:confirmation_detail', args=[row['request']])}?part=asked",
                verb=_("View"),
            )
            for row in rows.order_by("request", "district__name")
        ]
    return []


def _requests(user: Any, *states: str) -> Any:
    return ConfirmationRequest.objects.visible_to(user).filter(state__in=states).select_related("operator")


def _of_operator(user: Any) -> list[WorkItem]:
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    rows = _requests(user, *_OWN).order_by("uploaded_at", "pk")
    verbs = {
        ConfirmationState.READ: _("Look at the check and send"),
        ConfirmationState.FAILED: _("Look why it could not be read"),
        ConfirmationState.ANSWERED: _("Read the answer"),
    }
    return [
        _item(row, verbs[ConfirmationState(row.state)])
        for row in rows
        if row.state != ConfirmationState.ANSWERED or (row.answered_at and row.answered_at >= since)
    ]


def _item(request: ConfirmationRequest, verb: str, *, due: bool = False) -> WorkItem:
    day = request.due_on if due else None
    return WorkItem(
        title=_("List to confirm: %(request)s") % {"request": request},
        detail=f"{request.operator.short_name} · {request.get_state_display()}",
        url=reverse("services:confirmation_detail", args=[request.pk]),
        verb=verb,
        due=day,
        late=day is not None and day < timezone.localdate(),
    )


def _asked(user: Any) -> Any:
    """Lines a district was asked about and has not answered."""
    rows = ConfirmationLine.objects.visible_to(user)
    return rows.filter(
        decision=LineDecision.ASKED, district_says_right__isnull=True,
        request__state=ConfirmationState.SUBMITTED,
    )  # fmt: skip


def _questions(user: Any) -> list[WorkItem]:
    count = _asked(user).count()
    if not count:
        return []
    title = ngettext("%(n)s question about subscribers", "%(n)s questions about subscribers", count)
    return [
        WorkItem(
            title=title % {"n": localize(count)},
            detail=_("The department asks whether the households are supported rightly."),
            url=reverse("services:question_list"),
            verb=_("Answer"),
        )
    ]
