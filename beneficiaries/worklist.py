"""What lists ask of a person, for the home page."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from smartphone_support.web.worklist import WorkItem

from .choices import BatchKind, BatchState, DuplicateState
from .models import DuplicateCandidate, ListBatch, RegisterVersion
from .tables import batch_title

#: How long a written list stays news for those who did not write it.
NEWS_DAYS = 14
#: States in which a list is on somebody's mind.
UNDER_WAY = (
    BatchState.UPLOADED,
    BatchState.AWAITING_LAYOUT,
    BatchState.AWAITING_CONFIRMATION,
    BatchState.APPLYING,
    BatchState.FAILED,
)


def waiting_for(user: Any) -> list[WorkItem]:
    """Lists the register officer has to confirm or mend; for others of the province the newest ones."""
    if not user.has_perm("beneficiaries.import_list"):
        return _all_news(user)
    # On every page, for the figures of the menu: one query for all that is under way.
    batches = list(
        ListBatch.objects.visible_to(user)
        .filter(state__in=UNDER_WAY)
        .select_related("file")
        .only("kind", "period", "state", "failure", "counts", "uploaded_at", "file__name")
        .order_by("uploaded_at", "id")
    )
    by_state: dict[str, list[ListBatch]] = {state: [] for state in UNDER_WAY}
    for batch in batches:
        by_state[batch.state].append(batch)
    waiting = by_state[BatchState.AWAITING_CONFIRMATION]
    periods = Counter((batch.kind, batch.period) for batch in waiting)
    annual = any(b.kind == BatchKind.ANNUAL and b.state != BatchState.FAILED for b in batches)
    return [
        *_failures(by_state[BatchState.FAILED][::-1]),
        *(_question(batch) for batch in by_state[BatchState.AWAITING_LAYOUT]),
        *(_confirm(batch, told_apart=periods[batch.kind, batch.period] > 1) for batch in waiting),
        *([] if annual else _missing(user)),
        *_duplicates(user),
    ]


def _all_news(user: Any) -> list[WorkItem]:
    """The newest lists in the register, for those who work with what they changed."""
    if not user.has_perm("allocations.manage_round"):
        return []
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    applied = ListBatch.objects.visible_to(user).filter(state=BatchState.APPLIED, applied_at__gte=since)
    newest = applied.only("kind", "period", "counts", "applied_at").order_by("-applied_at")[:3]
    return [_news(batch) for batch in newest]


def _duplicates(user: Any) -> list[WorkItem]:
    """The queue of pairs, as one piece of work however long it is."""
    if not user.has_perm("beneficiaries.resolve_duplicate"):
        return []
    pairs = DuplicateCandidate.objects.visible_to(user).filter(state=DuplicateState.OPEN).count()
    if not pairs:
        return []
    title = ngettext("%(n)s pair of households may be one", "%(n)s pairs of households may be one", pairs)
    return [
        WorkItem(
            title=title % {"n": localize(pairs)},
            detail=_("Found by comparing the whole register; a household must not be served twice."),
            url=reverse("beneficiaries:duplicate_list"),
            verb=_("Decide the pairs"),
        )
    ]


def awaited_by(user: Any) -> list[WorkItem]:
    """Lists others have to confirm before the register is up to date."""
    if user.has_perm("beneficiaries.import_list") or not user.has_perm("allocations.manage_round"):
        return []
    states = [BatchState.AWAITING_LAYOUT, BatchState.AWAITING_CONFIRMATION]
    waiting = ListBatch.objects.visible_to(user).filter(state__in=states)
    return [
        WorkItem(
            title=batch_title(batch),
            detail=_awaited_detail(batch),
            url=_address(batch),
            verb=_("View the list"),
        )
        for batch in waiting.select_related("uploaded_by").order_by("uploaded_at")
    ]


def _address(batch: ListBatch) -> str:
    return reverse("beneficiaries:batch_detail", args=[batch.pk])


def _awaited_detail(batch: ListBatch) -> str:
    if batch.state == BatchState.AWAITING_LAYOUT:
        return _("%(who)s still has to say how the file is to be read.") % {"who": batch.uploaded_by}
    return _("%(who)s has read it and still has to confirm it.") % {"who": batch.uploaded_by}


def _question(batch: ListBatch) -> WorkItem:
    detail = _("%(file)s: the file does not say clearly enough how it is to be read.") % {
        "file": batch.file.name
    }
    url = reverse("beneficiaries:batch_layout", args=[batch.pk])
    return WorkItem(batch_title(batch), detail, url, _("Say how to read it"))


def _confirm(batch: ListBatch, *, told_apart: bool) -> WorkItem:
    """``told_apart``: another list of the same period waits too, so the file is named."""
    counts = {key: localize(batch.counts.get(key, 0)) for key in ("new", "changed", "gone", "errors")}
    detail = _("%(new)s new, %(changed)s changed, %(gone)s no longer listed, %(errors)s errors.") % counts
    if batch.counts.get("undecided"):
        undecided = localize(batch.counts["undecided"])
        detail += " " + _("%(n)s households to decide.") % {"n": undecided}
    if told_apart:
        uploaded = date_format(timezone.localtime(batch.uploaded_at), "SHORT_DATETIME_FORMAT")
        detail = f"{batch.file.name}, {uploaded}: {detail}"
    return WorkItem(batch_title(batch), detail, _address(batch), _("Check and confirm"))


def _failures(failed: list[ListBatch]) -> list[WorkItem]:
    """Files that could not be read, the newest with its sentence; several are one line."""
    if len(failed) < 2:
        return [_failed(batch) for batch in failed]
    newest = failed[0]
    title = ngettext("%(n)s file could not be read", "%(n)s files could not be read", len(failed))
    return [
        WorkItem(
            title=title % {"n": localize(len(failed))},
            detail=_("The latest, %(file)s: %(sentence)s")
            % {"file": newest.file.name, "sentence": newest.failure},
            url=f"{reverse('beneficiaries:batch_list')}?state={BatchState.FAILED}",
            verb=_("Look at them"),
        )
    ]


def _failed(batch: ListBatch) -> WorkItem:
    detail = f"{batch.file.name}: {batch.failure}"
    return WorkItem(batch_title(batch), detail, _address(batch), _("Look at it"))


def _missing(user: Any) -> list[WorkItem]:
    """The review of a year ends in December (Decision 24/2021/QĐ-TTg); its list is missing afterwards."""
    today = timezone.localdate()
    last = today.year if today.month == 12 else today.year - 1
    latest = (
        RegisterVersion.objects.filter(province=user.province).values_list("latest_annual", flat=True).first()
    )
    year = latest.year + 1 if latest else last
    if year > last:
        return []
    held = str(latest.year) if latest else pgettext("list", "none")
    return [
        WorkItem(
            title=_("The annual list %(year)s is missing") % {"year": str(year)},
            detail=_("Latest list in the register: %(year)s.") % {"year": held},
            url=reverse("beneficiaries:batch_create"),
            verb=_("Upload the list"),
        )
    ]


def _news(batch: ListBatch) -> WorkItem:
    when = (
        date_format(timezone.localtime(batch.applied_at), "SHORT_DATETIME_FORMAT") if batch.applied_at else ""
    )
    detail = _(
        "In the register since %(time)s: %(new)s new, %(changed)s changed, %(gone)s no longer listed."
    ) % {
        "time": when,
        **{key: localize(batch.counts.get(key, 0)) for key in ("new", "changed", "gone")},
    }
    return WorkItem(batch_title(batch), detail, _address(batch), _("View the list"))
