"""What every benchmark shares: a process of its own for each case, machine facts, medians, tables."""

from __future__ import annotations

import multiprocessing
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

#: Seconds by the clock, seconds of processors.
Asked = tuple[float, float]
BACKEND = "smartphone_support.accounts.backends.LoginBackend"
#: Settings under which pages are asked for: everything as served, but for hashed names of static files.
WHOLE_STACK: dict[str, Any] = {
    "ALLOWED_HOSTS": ["testserver"],
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
}


@dataclass(slots=True)
class Measured:
    """One run of one case: wall seconds, peak memory it added in MB, and what it returned.

    `child_mb` is the peak of the largest process the case itself started (the fenced reader).
    """

    seconds: float
    added_mb: float
    child_mb: float
    result: dict[str, Any] = field(default_factory=dict)


def alone(case: str, **arguments: Any) -> Measured:
    """Run `module:function` in a fresh process, as a user's first request after a start would."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        return pool.submit(_in_child, case, arguments).result()


def _in_child(case: str, arguments: dict[str, Any]) -> Measured:
    import django

    django.setup()
    module, name = case.split(":")
    function = getattr(import_module(module), name)
    before = _peak_mb(reset=True)
    started = time.perf_counter()
    result = function(**arguments)
    seconds = time.perf_counter() - started
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Measured(seconds, max(0.0, _peak_mb() - before), child, result or {})


def _peak_mb(*, reset: bool = False) -> float:
    """The process's peak memory so far; Linux forgets the former peak on request."""
    if reset and Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    import django
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        version = cursor.fetchone()[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_mb": memory,
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": f"{connection.vendor} {version}",
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def time_request(ask: Callable[[], Any]) -> Asked:
    """Seconds by the clock and of processors of one request, which must succeed."""
    begun, work = time.perf_counter(), _work()
    answer = ask()
    seconds = time.perf_counter() - begun, _work() - work
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.request['PATH_INFO']}: {answer.status_code}")
    return seconds


def _work() -> float:
    """Processor seconds of this process and of the database's, if that runs on this machine."""
    from django.db import connection

    own = time.process_time()
    if connection.vendor != "postgresql" or connection.connection is None:
        return own
    spent = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return own + (int(spent.read_text().split()[0]) / 1e9 if spent.exists() else 0)


def summary(asked: list[Asked]) -> dict[str, float]:
    """p50, p95 and processor time in ms, and requests a second of one client."""
    ordered = sorted(seconds for seconds, _w in asked)
    return {
        "p50": round(statistics.median(ordered) * 1000, 1),
        "p95": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
        "per_second": round(len(ordered) / sum(ordered), 1),
        "work": round(statistics.median(work for _s, work in asked) * 1000, 1),
    }


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def print_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table that reads well on a terminal and pastes into a document."""
    texts = [[str(value) for value in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(headings), *texts]) for i in range(len(headings))]
    print(f"\n## {title}\n")  # noqa: T201 - a benchmark speaks on standard output
    for line in (list(headings), ["-" * width for width in widths], *texts):
        cells = [
            text.ljust(width) if i == 0 else text.rjust(width)
            for i, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("| " + " | ".join(cells) + " |")  # noqa: T201 - see above


def seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"
