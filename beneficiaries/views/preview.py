"""What a batch's page says: one line of what was read, where it stands, its counted parts, its rows."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.web.components import Step, Tab, steps_to

from ..choices import BatchState, Outcome
from ..models import BatchRow, ListBatch
from ..presenting import Wording, decision_words, reasons_of
from ..tables import class_badge

ERRORS, BALANCE = "errors", "balance"
#: What `?outcome=` may ask for.
PARTS = (ERRORS, BALANCE, "new", "changed", "unchanged", "gone", "ambiguous")


def lead_of(batch: ListBatch) -> str:
    """What was read, from which file, and what became of it: one line."""
    parts = [batch.file.name]
    read = [sheet for sheet in batch.sheets if not sheet["skipped"]]
    if read:
        lines = sum(sheet["last_row"] - sheet["first_row"] + 1 for sheet in read)
        parts.append(ngettext("%(n)s sheet", "%(n)s sheets", len(read)) % {"n": localize(len(read))})
        parts.append(ngettext("%(n)s row", "%(n)s rows", lines) % {"n": localize(lines)})
        seconds = max(1, round(batch.seconds.get("read", 0)))
        parts.append(
            ngettext("read in %(s)s second", "read in %(s)s seconds", seconds) % {"s": localize(seconds)}
        )
    text = " · ".join(parts) + ("." if read else "")
    if batch.state == BatchState.APPLIED and batch.applied_at:
        done = _("Written to the register on %(time)s by %(who)s.") % {
            "time": date_format(timezone.localtime(batch.applied_at), "SHORT_DATETIME_FORMAT"),
            "who": batch.confirmed_by,
        }
        return f"{text} {done}"
    if batch.state == BatchState.AWAITING_CONFIRMATION:
        # Not inside the f-string: there the text would not be found for translation.
        nothing = _("Nothing has been written to the register yet.")
        return f"{text} {nothing}"
    return text


def lifecycle_of(batch: ListBatch) -> list[Step]:
    if batch.state in (BatchState.REJECTED, BatchState.FAILED):
        return []
    when = date_format(timezone.localtime(batch.uploaded_at), "SHORT_DATETIME_FORMAT")
    details = {str(BatchState.UPLOADED): f"{batch.uploaded_by}, {when}"}
    if batch.confirmed_by:
        details[str(BatchState.AWAITING_CONFIRMATION)] = str(batch.confirmed_by)
    states = [
        (BatchState.UPLOADED, _("Uploaded and read")),
        (BatchState.AWAITING_CONFIRMATION, _("Checked and confirmed")),
        (BatchState.APPLYING, _("Written")),
        (BatchState.APPLIED, _("In the register")),
    ]
    return steps_to(batch.state, [(str(state), label) for state, label in states], details)


def twin_of(batch: ListBatch) -> ListBatch | None:
    """An earlier batch of the very same file that is in the register already."""
    same = ListBatch.objects.filter(
        province=batch.province, file__sha256=batch.file.sha256, state=BatchState.APPLIED, pk__lt=batch.pk
    )
    return same.first()


def nothing_to_do(batch: ListBatch) -> bool:
    return not any(
        batch.counts.get(key, 0) for key in (Outcome.NEW, Outcome.CHANGED, Outcome.GONE, Outcome.AMBIGUOUS)
    )


def tabs_of(batch: ListBatch, part: str) -> list[Tab]:
    counts = batch.counts
    address = reverse("beneficiaries:batch_rows", args=[batch.pk])
    named = [
        (Outcome.NEW, _("New"), counts.get("new", 0), ""),
        (Outcome.CHANGED, _("Changed"), counts.get("changed", 0), ""),
        (Outcome.UNCHANGED, _("Unchanged"), counts.get("unchanged", 0), ""),
        (Outcome.GONE, _("No longer listed"), counts.get("gone", 0), "wait"),
        (ERRORS, _("Errors"), counts.get("errors", 0), "bad"),
        (Outcome.AMBIGUOUS, _("To be decided"), counts.get("ambiguous", 0), "wait"),
    ]
    return [
        Tab(str(label), n, f"{address}?outcome={key}", part == key, tone) for key, label, n, tone in named
    ]


def total_of(balance: list[dict[str, Any]]) -> dict[str, int]:
    keys = ("start", "new", "moved_in", "moved_out", "exited", "gone", "end", "listed")
    return {key: sum(row[key] for row in balance) for key in keys}


#: Facts of a listed household that the tables of the preview show.
SHOWN = ("birth_date", "birth_year", "gender", "national_id", "village", "member_count")


def shown_row(row: BatchRow, wording: Wording) -> dict[str, Any]:
    """A row as its table shows it."""
    packed = row.record
    return {
        "row": row,
        "facts": {name: wording.value(name, packed.get(name)) for name in SHOWN},
        "stated_class": wording.value("poverty_class", packed.get("poverty_class")),
        "old_class": class_badge(row.old_class),
        "new_class": class_badge(row.new_class),
        "changes": wording.changes(row.changes),
        "reasons": reasons_of(row),
        "decision": decision_words(row),
        "twin": next((c for c in row.candidates if "row" in c), None),
    }
