"""A list's whole way into the register, against django-import-export and against a bare floor.

What is timed is what a person waits for: ours uploads (with the file's checks), reads, matches, compares
and stages a preview, then confirms and writes with spells, history and audit; the peer previews and imports.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from ._lists import PROVINCE, first_list, next_list, write_list
from ._measuring import Measured, alone, median, print_table, seconds

FIRST, UPDATE = "first list", "monthly update"
OURS, TUNED, FLOOR, PLAIN = "ours", "import-export tuned", "bare floor", "import-export plain"
BIG = 150_000
CASES = {
    OURS: "tests.benchmarks.import_:ours",
    TUNED: "tests.benchmarks._peer:tuned",
    FLOOR: "tests.benchmarks._peer:floor",
    PLAIN: "tests.benchmarks._peer:plain",
}


def run(*, rows: int = 30_000, runs: int = 3, seed: int = 1, plain: bool = False) -> dict[str, Any]:
    """Peer, floor and ours at `rows`; ours again at 150,000 (or alone from 100,000 rows on)."""
    figures: dict[str, Any] = {}
    cases = [OURS, FLOOR, TUNED, *([PLAIN] if plain else [])]
    with tempfile.TemporaryDirectory() as folder:
        if rows < 100_000:
            figures[str(rows)] = _compare(Path(folder), cases, rows, runs, seed)
            if rows < 30_000:
                return figures
        big = max(rows, BIG)
        figures[str(big)] = _compare(Path(folder), [OURS, FLOOR], big, 1, seed)
    if str(rows) in figures and str(big) in figures and rows != big:
        figures["linear"] = _linear(figures[str(rows)], figures[str(big)])
    return figures


def _compare(folder: Path, cases: list[str], rows: int, runs: int, seed: int) -> dict[str, Any]:
    lines = first_list(rows, seed)
    later = next_list(lines, seed)
    files = {FIRST: folder / f"{rows}-first.xlsx", UPDATE: folder / f"{rows}-next.xlsx"}
    write_list(lines, files[FIRST])
    write_list(later, files[UPDATE])
    counts = {FIRST: len(lines), UPDATE: len(later)}
    measured: dict[str, dict[str, list[Measured]]] = {phase: defaultdict(list) for phase in files}
    ends: dict[str, set[str]] = {phase: set() for phase in files}
    _make_peer_table()
    for number in range(runs):
        # The peer needs minutes: it runs as often as it must, the others every time, in turns.
        for case in cases if number % 2 == 0 else reversed(cases):
            if case == PLAIN and number:
                continue
            _clear(ours=case == OURS)
            for phase, path in files.items():
                measured[phase][case].append(alone(CASES[case], path=str(path)))
                ends[phase].add(_end_state(ours=case == OURS, active=case != PLAIN))
            print(f"  run {number + 1}: {case} done", flush=True)  # noqa: T201 - a run takes minutes
    figures = {phase: _figures(measured[phase], counts[phase]) for phase in files}
    for phase in files:
        _show(f"{phase}, {counts[phase]:,} rows", figures[phase])
    # The plain peer never retires who is gone, so its end differs by those.
    print("\nend states: " + ", ".join(f"{phase} {len(found)}" for phase, found in ends.items()))  # noqa: T201
    return figures | {"end_states": {phase: len(found) for phase, found in ends.items()}}


def _figures(cases: dict[str, list[Measured]], rows: int) -> dict[str, Any]:
    return {
        case: {
            "seconds": round(median(m.seconds for m in measured), 3),
            "rows_per_second": round(rows / median(m.seconds for m in measured)),
            "added_mb": round(median(m.added_mb for m in measured)),
            "reader_mb": round(median(m.child_mb for m in measured)),
            "stages": _stages(measured),
            "n": len(measured),
        }
        for case, measured in cases.items()
    }


def _stages(measured: list[Measured]) -> dict[str, float]:
    names = measured[0].result.get("stages", {})
    return {name: round(median(m.result["stages"][name] for m in measured), 2) for name in names}


def _show(title: str, figures: dict[str, Any]) -> None:
    tuned, floor = (figures.get(name, {}).get("seconds") for name in (TUNED, FLOOR))
    print_table(
        title,
        (
            "case",
            "median",
            "n",
            "rows/s",
            "× of tuned",
            "× slower than floor",
            "+MB",
            "reader MB",
            "stages (s)",
        ),
        [
            (
                case,
                seconds(one["seconds"]),
                one["n"],
                f"{one['rows_per_second']:,}",
                f"{tuned / one['seconds']:.1f}×" if tuned else "",
                f"{one['seconds'] / floor:.1f}×" if floor else "",
                f"+{one['added_mb']}",
                one["reader_mb"] or "",
                ", ".join(f"{name} {value}" for name, value in one["stages"].items()),
            )
            for case, one in sorted(figures.items(), key=lambda item: item[1]["seconds"])
        ],
    )


def _linear(small: dict[str, Any], big: dict[str, Any]) -> dict[str, float]:
    found = {
        phase: round(big[phase][OURS]["rows_per_second"] / small[phase][OURS]["rows_per_second"], 2)
        for phase in (FIRST, UPDATE)
    }
    rows = [(phase, f"{ratio:.2f}", "≥ 0.75") for phase, ratio in found.items()]
    print_table("rows/s of ours, large against small", ("list", "ratio", "goal"), rows)
    return found


# --- ours -----------------------------------------------------------------------------------------


def ours(path: str) -> dict[str, Any]:
    """The steps of the browser: upload, the job that reads, confirmation, the job that writes."""
    from time import perf_counter

    from django.core.files import File

    from beneficiaries import workflow
    from beneficiaries.choices import BatchState
    from beneficiaries.models import ListBatch
    from smartphone_support.accounts.models import User
    from smartphone_support.areas.models import AdministrativeArea
    from smartphone_support.jobs.running import execute

    officer = User.objects.get(username="hue-dolisa")
    province = AdministrativeArea.objects.get(code=PROVINCE, level="province")
    month = 1 + ListBatch.objects.count()
    started = perf_counter()
    with Path(path).open("rb") as file:
        batch = workflow.upload_list(
            File(file, name="danh-sach.xlsx"), kind="annual", period=date(2024, month, 1),
            effective_on=date(2024, month, 28), province=province, actor=officer,
        )  # fmt: skip
    uploaded = perf_counter()
    execute(str(batch.job.key), heartbeat=True)
    staged = perf_counter()
    batch = workflow.confirm_batch(ListBatch.objects.get(pk=batch.pk), actor=officer, reason="Đã kiểm tra.")
    execute(str(batch.job.key), heartbeat=True)
    batch = ListBatch.objects.get(pk=batch.pk)
    if batch.state != BatchState.APPLIED:
        raise RuntimeError(f"{batch.state}: {batch.failure} {batch.notice} {batch.questions}")
    parts = {name: value for name, value in batch.seconds.items() if name != "apply"}
    return {
        "stages": {"upload": uploaded - started, **parts, "confirm": perf_counter() - staged},
        "counts": batch.counts,
    }


def _end_state(*, ours: bool, active: bool) -> str:
    """A checksum of the households in force; the plain peer's is of all it holds."""
    from . import _peer

    if not active:
        return "plain"
    rows = _register() if ours else _peer.end_state()["rows"]
    return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()[:12]


def _register() -> list[tuple[Any, ...]]:
    from beneficiaries.models import Household

    return list(
        Household.objects.filter(
            spells__valid_to=None, spells__superseded_at=None, spells__poverty_class__in=["poor", "near_poor"]
        ).values_list(
            "household_code", "head_name", "birth_date", "gender", "national_id", "commune__code", "village",
            "member_count", "spells__poverty_class", "merit", "phone",
        )
    )  # fmt: skip


def _clear(*, ours: bool) -> None:
    """An empty register, or an empty table of the peer. The audit record stays: nothing may touch it."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    from . import _peer

    if not ours:
        _peer.clear()
        return
    tables = [model._meta.db_table for model in apps.get_app_config("beneficiaries").get_models()]
    statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=False, allow_cascade=True)
    connection.ops.execute_sql_flush(statements)


def _make_peer_table() -> None:
    from django.db import connection

    from . import _peer

    if _peer.PeerHousehold._meta.db_table not in connection.introspection.table_names():
        _peer.make_table()
