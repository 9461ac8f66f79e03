"""What test_killed_worker runs in processes of their own: one STEP each."""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartphone_support.settings")

IMPORTS = "beneficiaries.imports"
#: Where a worker may stop for ever: the function, and whether before it is called or after.
READING = {
    "before the file is opened": (f"{IMPORTS}.staging", "read_file", "before"),
    "after the file is read": (f"{IMPORTS}.staging", "read_file", "after"),
    "after the households are matched": (f"{IMPORTS}.staging", "match_households", "after"),
    "before the preview is written": (f"{IMPORTS}.staging", "_write", "before"),
    "when the preview's rows are written": (f"{IMPORTS}.staging", "_problem_rows", "before"),
    "when the preview is written": (f"{IMPORTS}.staging", "summarise", "after"),
}
APPLYING = {
    "when the register is taken": (f"{IMPORTS}.apply", "_take_register", "after"),
    "when households have no class yet": (f"{IMPORTS}.writing", "RegisterWriter.create", "after"),
    "when a thousand are written": (f"{IMPORTS}.apply", "AnnualWriter._advance", "before"),
    "before the record": (f"{IMPORTS}.apply", "record", "before"),
    "when all is written and nobody was told": ("beneficiaries.workflow.batches", "apply_batch", "after"),
}


def prepare(workbook: str, until: str) -> None:
    """A list whose reading waits in the queue, or (``until`` "confirmed") its apply."""
    from django.core.files import File
    from django.core.management import call_command

    from beneficiaries import workflow
    from smartphone_support.accounts.models import User
    from smartphone_support.demo.accounts import load_accounts
    from smartphone_support.jobs.running import execute

    call_command("migrate", verbosity=0)
    load_accounts()
    officer = User.objects.get(username="hue-dolisa")
    with Path(workbook).open("rb") as file:
        batch = workflow.upload_list(
            File(file, name="list.xlsx"), kind="annual", period=date(2023, 12, 1),
            effective_on=date(2023, 12, 31), province=officer.province, actor=officer,
        )  # fmt: skip
    if until == "confirmed":
        execute(str(batch.job.key))
        workflow.confirm_batch(batch, actor=officer)


def hang(point: str, flag: str) -> None:
    """A worker that stops for ever at that point, with its transaction open."""
    from django.core.management import call_command

    module_name, path, when = (READING | APPLYING)[point]
    owner: Any = importlib.import_module(module_name)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    setattr(owner, name, stopping(getattr(owner, name), when, Path(flag)))
    call_command("run_worker")


def stopping(function: Callable[..., Any], when: str, flag: Path) -> Callable[..., Any]:
    def stop() -> None:
        flag.touch()
        time.sleep(600)

    def stopped(*arguments: Any, **options: Any) -> Any:
        if when == "before":
            stop()
        result = function(*arguments, **options)
        stop()
        return result

    return stopped


def work() -> None:
    """Another worker, until the batch's job is done; then what is in the database."""
    from django.core.management import call_command

    threading.Thread(target=_look_when_done, daemon=True).start()
    call_command("run_worker", reap_every=0.5)


def _look_when_done() -> None:
    from beneficiaries.models import ListBatch

    while ListBatch.objects.select_related("job").get().job.state in ("queued", "running"):
        time.sleep(0.2)
    look()
    sys.stdout.flush()
    os._exit(0)  # the worker would go on for ever


def look() -> None:
    """Print what is in the database, for the test to read."""
    from beneficiaries.models import (
        BatchRow,
        Household,
        HouseholdMember,
        ListBatch,
        Movement,
        PovertySpell,
        RegisterVersion,
    )
    from smartphone_support.audit.models import AuditEntry
    from smartphone_support.audit.recording import verify

    batch = ListBatch.objects.get()
    sys.stdout.write(
        json.dumps(
            {
                "state": batch.state,
                "job": batch.job.state,
                "rows": BatchRow.objects.count(),
                "households": Household.objects.count(),
                "members": HouseholdMember.objects.count(),
                "spells": PovertySpell.objects.count(),
                "movements": Movement.objects.count(),
                "version": RegisterVersion.objects.get(province=batch.province).version,
                "applied": AuditEntry.objects.filter(action="beneficiaries.listbatch.apply").count(),
                "attempts": batch.job.attempts,
                "broken_at": verify().broken_at,
            }
        )
    )


if __name__ == "__main__":
    django.setup()
    step, *arguments = sys.argv[1:]
    {"prepare": prepare, "hang": hang, "work": work, "look": look}[step](*arguments)
