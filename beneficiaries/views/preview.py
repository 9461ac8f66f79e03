"""What a batch's page says: one line of what was read, where it stands, its counted parts, its rows."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.components import Step, Tab, steps_to

from ..choices import BatchKind, BatchState, GoneReason, MovementKind, Outcome
from ..models import BatchProblem, BatchRow, ListBatch
from ..presenting import Wording, class_label, decision_words, reasons_of, shown_problem, shown_value
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
    if batch.state == BatchState.REVERTED and batch.reverted_at:
        undone = _("Reverted on %(time)s by %(who)s.") % {
            "time": date_format(timezone.localtime(batch.reverted_at), "SHORT_DATETIME_FORMAT"),
            "who": batch.reverted_by,
        }
        return f"{text} {undone}"
    if batch.state == BatchState.AWAITING_CONFIRMATION:
        # Not inside the f-string: there the text would not be found for translation.
        nothing = _("Nothing has been written to the register yet.")
        return f"{text} {nothing}"
    return text


def lifecycle_of(batch: ListBatch) -> list[Step]:
    if batch.state in (BatchState.REJECTED, BatchState.FAILED, BatchState.REVERTED):
        return []
    when = date_format(timezone.localtime(batch.uploaded_at), "SHORT_DATETIME_FORMAT")
    details = {str(BatchState.UPLOADED): f"{batch.uploaded_by}, {when}"}
    if batch.confirmed_by:
        details[str(BatchState.AWAITING_CONFIRMATION)] = str(batch.confirmed_by)
    states = [
        (BatchState.UPLOADED, _("Uploaded and read")),
        *([(BatchState.AWAITING_LAYOUT, _("How to read it"))] if batch.questions else []),
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


def rivals_of(batch: ListBatch) -> list[ListBatch]:
    """Other lists of the same kind and period that wait for a person too: only one of them is right."""
    waiting = [BatchState.UPLOADED, BatchState.AWAITING_LAYOUT, BatchState.AWAITING_CONFIRMATION]
    if batch.state not in waiting:
        return []
    same = ListBatch.objects.filter(
        province=batch.province, kind=batch.kind, period=batch.period, state__in=waiting
    )
    return list(same.exclude(pk=batch.pk).select_related("file", "uploaded_by").order_by("-uploaded_at")[:5])


def reason_counts(batch: ListBatch) -> list[dict[str, Any]]:
    """Households no longer listed by reason, those nobody has given one first."""
    gone = batch.rows.filter(outcome=Outcome.GONE).order_by().values_list("reason").annotate(n=Count("pk"))
    counts = dict(gone)
    counts[GoneReason.UNKNOWN.value] = counts.pop("", 0) + counts.get(GoneReason.UNKNOWN, 0)
    first = [
        GoneReason.UNKNOWN.value,
        *(reason for reason in GoneReason.values if reason != GoneReason.UNKNOWN),
    ]
    return [
        {"value": reason, "label": str(GoneReason(reason).label), "n": counts[reason]}
        for reason in first
        if counts.get(reason)
    ]


#: Sheets described on the page; a workbook of one sheet a commune has many more that read alike.
MOST_SHEETS = 40


def shown_sheets(batch: ListBatch) -> list[dict[str, Any]]:
    """How sheets were understood, first those of which there is something to say."""

    def is_ordinary(sheet: dict[str, Any]) -> bool:
        said = ("hidden_rows", "hidden_columns", "comments")
        unicode = sheet.get("encoding", "unicode") == "unicode"
        return unicode and sheet["skipped"] != "hidden" and not any(sheet.get(name) for name in said)

    return sorted(batch.sheets, key=is_ordinary)[:MOST_SHEETS]


def movement_counts(batch: ListBatch, outcome: str) -> list[dict[str, Any]]:
    """Rows of one part of a monthly list by what happened, in the order of the report on movements."""
    rows = batch.rows.filter(outcome=outcome).exclude(movement="").order_by()
    counts = dict(rows.values_list("movement").annotate(n=Count("pk")))
    return [
        {"value": kind, "label": str(MovementKind(kind).label), "n": counts[kind]}
        for kind in MovementKind.values
        if kind in counts
    ]


def shown_problems(batch: ListBatch, problems: list[BatchProblem]) -> list[dict[str, Any]]:
    """Problems of one page with the household each stands at."""
    rows = batch.rows.filter(row__in={p.household_row for p in problems if p.household_row})
    heads = {(sheet, row): name for sheet, row, name in rows.values_list("sheet", "row", "head_name")}
    return [
        {
            "problem": problem,
            "value": shown_value(problem),
            "told": shown_problem(problem),
            "head": heads.get((problem.sheet, problem.household_row), ""),
        }
        for problem in problems
    ]


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
    # A monthly list leaves alone what it does not name: nobody is gone by absence.
    monthly = batch.kind == BatchKind.MONTHLY
    return [
        Tab(str(label), n, f"{address}?outcome={key}", part == key, tone)
        for key, label, n, tone in named
        if not (monthly and key == Outcome.GONE)
    ]


def total_of(balance: list[dict[str, Any]]) -> dict[str, int]:
    keys = ("start", "new", "moved_in", "moved_out", "exited", "gone", "end", "listed")
    return {key: sum(row[key] for row in balance) for key in keys}


def class_move(row: BatchRow) -> str:
    """ "Near-poor → Poor" where the class changes, "" where it does not."""
    if not row.movement or row.old_class == row.new_class:
        return ""
    words = [
        class_label(name) if name else _("not in the register") for name in (row.old_class, row.new_class)
    ]
    return " → ".join(words)


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
        "movement": row.get_movement_display(),
        "moves": class_move(row),
    }


def commune_choices(batch: ListBatch) -> list[tuple[str, list[tuple[str, str]]]]:
    """The communes of the province by district, as (code, name), for a drop-down."""
    communes = AdministrativeArea.objects.as_of(batch.effective_on).communes_of(batch.province)
    groups: dict[str, list[tuple[str, str]]] = {}
    for commune in communes.select_related("parent").order_by("parent__code", "code"):
        groups.setdefault(commune.parent.name if commune.parent else "", []).append(
            (commune.code, commune.name)
        )
    return list(groups.items())
