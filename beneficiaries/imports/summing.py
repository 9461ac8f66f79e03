"""Counts, balance and brakes of a batch, from its rows: after reading, and after each decision."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db.models import Count

from smartphone_support.areas.models import AdministrativeArea

from ..choices import BatchKind, Outcome, RowDecision
from ..models import BatchRow, Household, ListBatch
from .balance import LISTED, CommuneBalance, Movement, as_claimed, balance, brakes
from .coverage import classes_covered


def summarise(batch: ListBatch) -> None:
    """Write the batch's ``counts``, ``balance`` and ``brakes`` anew. A handful of queries."""
    rows = BatchRow.objects.filter(batch=batch)
    batch.counts = _counts(batch, rows)
    covered = _covered(batch, rows)
    communes = AdministrativeArea.objects.select_related("parent").in_bulk(covered)
    ordered = sorted(covered, key=lambda pk: (_parent_code(communes[pk]), communes[pk].code))
    figures = _figures(batch, _start(batch), _movements(rows), ordered, rows)
    limits = {"percent": settings.LIST_BRAKE_PERCENT, "at_least": settings.LIST_BRAKE_HOUSEHOLDS}
    batch.balance = [_plain(row, communes[row.commune]) for row in figures]
    batch.brakes = [_plain(row, communes[row.commune]) for row in brakes(figures, **limits)]
    batch.save(update_fields=["counts", "balance", "brakes"])


def _covered(batch: ListBatch, rows: Any) -> set[int]:
    """The communes a list is about; a monthly one also those its households come from."""
    places = ["commune", "old_commune"] if batch.kind == BatchKind.MONTHLY else ["commune"]
    named = rows.exclude(outcome=Outcome.GONE).order_by()
    return {
        pk
        for place in places
        for pk in named.exclude(**{place: None}).values_list(place, flat=True).distinct()
    }


def _figures(
    batch: ListBatch, start: dict[int, int], movements: list[Movement], communes: list[int], rows: Any
) -> list[CommuneBalance]:
    figures = balance(start, movements, communes)
    if batch.kind == BatchKind.MONTHLY:
        claimed = balance(start, as_claimed(movements), communes)
        for row, claim in zip(figures, claimed, strict=True):
            row.listed = claim.end
    elif passed_over := LISTED - classes_covered(batch):
        untouched = _start(batch, passed_over, but=rows)
        for row in figures:
            row.listed += untouched.get(row.commune, 0)
    return figures


def _counts(batch: ListBatch, rows: Any) -> dict[str, int]:
    counts = dict.fromkeys(Outcome.values, 0)
    counts |= dict(rows.order_by().values_list("outcome").annotate(n=Count("pk")))
    levels = dict(batch.problems.order_by().values_list("level").annotate(n=Count("pk")))
    ambiguous = rows.filter(outcome=Outcome.AMBIGUOUS)
    return counts | {
        "households": sum(counts.values()) - counts[Outcome.GONE],
        "errors": levels.get("error", 0),
        "warnings": levels.get("warning", 0),
        "undecided": ambiguous.filter(decision="").count(),
        "decided_new": ambiguous.filter(decision=RowDecision.NEW).count(),
        "decided_same": ambiguous.filter(decision=RowDecision.SAME).count(),
    }


def _movements(rows: Any) -> list[Movement]:
    grouped = (
        rows.order_by()
        .values_list("outcome", "decision", "old_commune", "commune", "old_class", "new_class", "movement")
        .annotate(n=Count("pk"))
    )
    movements = []
    for outcome, decision, old_commune, commune, old_class, new_class, kind, number in grouped:
        if outcome == Outcome.AMBIGUOUS and decision in (RowDecision.NEW, RowDecision.SAME):
            outcome = Outcome.NEW if decision == RowDecision.NEW else Outcome.CHANGED
        movements.append(Movement(outcome, old_commune, commune, old_class, new_class, number, kind))
    return movements


def _start(batch: ListBatch, classes: Set[str] = LISTED, but: Any = None) -> dict[int, int]:
    """The register's households of those classes by commune, without those that are ``but`` rows."""
    listed = Household.objects.filter(
        province=batch.province,
        merged_into__isnull=True,
        removed_at__isnull=True,
        spells__poverty_class__in=classes,
        spells__valid_to__isnull=True,
        spells__superseded_at__isnull=True,
    )
    if but is not None:
        listed = listed.exclude(pk__in=but.order_by().exclude(household=None).values("household"))
    return dict(listed.order_by().values_list("commune").annotate(n=Count("pk")))


def _parent_code(commune: AdministrativeArea) -> str:
    return commune.parent.code if commune.parent else ""


def _plain(row: CommuneBalance, commune: AdministrativeArea) -> dict[str, Any]:
    return {
        **asdict(row),
        "end": row.end,
        "off": row.is_off,
        "code": commune.code,
        "name": commune.name,
        "district": commune.parent.name if commune.parent else "",
    }
