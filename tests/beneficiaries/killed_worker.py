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
MONTHLY = {
    "when lines have changed households": (f"{IMPORTS}.apply_monthly", "MonthlyWriter._change", "after"),
    "when a month is written and nobody was told": APPLYING["when all is written and nobody was told"],
}
REVERTING = {
    "when households are as they were": (f"{IMPORTS}.undo", "Reverter._sources", "before"),
    "when all is taken back and nobody was told": (
        "beneficiaries.workflow.reverting", "queue_search", "before",
    ),
}  # fmt: skip


#: What waits in the queue of each database; each is prepared on a copy of the one before.
STAGES = ("uploaded", "confirmed", "monthly", "reverting")


def prepare(workbook: str, until: str) -> None:
    """From the stage before to a list whose reading or apply ("confirmed") waits in the queue, or a monthly
    list after it whose apply or revert does."""
    from django.core.files import File
    from django.core.management import call_command

    from beneficiaries import workflow
    from beneficiaries.models import ListBatch
    from smartphone_support.accounts.models import User
    from smartphone_support.demo.accounts import load_accounts
    from smartphone_support.jobs.running import execute

    if until == "uploaded":
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        load_accounts()
    officer = User.objects.get(username="hue-dolisa")
    if until == "uploaded":
        with Path(workbook).open("rb") as file:
            workflow.upload_list(
                File(file, name="list.xlsx"), kind="annual", period=date(2023, 12, 1),
                effective_on=date(2023, 12, 31), province=officer.province, actor=officer,
            )  # fmt: skip
        return
    batch = ListBatch.objects.latest("pk")
    execute(str(batch.job.key))
    if until == "confirmed":
        workflow.confirm_batch(batch, actor=officer)
    elif until == "monthly":
        _monthly_list(workbook, officer)
    else:
        workflow.revert_batch(batch, actor=officer, reason="Nhầm tệp")


def _monthly_list(workbook: str, officer: Any) -> None:
    """A confirmed list of four lines about households of the register and one about a new one."""
    from django.core.files import File

    from beneficiaries import workflow
    from beneficiaries.imports import staging
    from beneficiaries.imports.snapshot import load_register
    from smartphone_support.jobs.running import execute

    from .monthly import MonthlyDesk, line

    known = [home for home in load_register(officer.province).values() if home.is_listed][:4]
    kinds = ("corrected", f"exited_{known[1].poverty_class}", "moved_out", "corrected")
    lines = [
        line(
            kind, number, home.head_name, birth_date=home.birth_date, birth_year=home.birth_year,
            national_id=home.national_id, commune_code=home.commune_code, district_code=home.district_code,
            village=home.village, member_count=9,
        )
        for number, (kind, home) in enumerate(zip(kinds, known, strict=True))
    ]  # fmt: skip
    lines.append(line("new_poor", 9))
    staging.read_file = lambda *a: MonthlyDesk.read_as(lines)
    with Path(workbook).open("rb") as file:
        batch = workflow.upload_list(
            File(file, name="monthly.xlsx"), kind="monthly", period=date(2024, 2, 1),
            effective_on=date(2024, 2, 29), province=officer.province, actor=officer,
        )  # fmt: skip
    execute(str(batch.job.key))
    workflow.confirm_batch(batch, actor=officer)


def hang(point: str, flag: str) -> None:
    """A worker that stops for ever at that point, with its transaction open."""
    from django.core.management import call_command

    module_name, path, when = (READING | APPLYING | MONTHLY | REVERTING)[point]
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

    while ListBatch.objects.select_related("job").latest("pk").job.state in ("queued", "running"):
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

    batch = ListBatch.objects.latest("pk")
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
                "register": _register(),
            }
        )
    )


def _register() -> list[str]:
    """What the register says, without ids and moments."""
    from beneficiaries.models import Household, HouseholdMember, Movement, PovertySpell

    homes = Household.objects.standing()
    of = {"household__in": homes}
    parts = (
        homes.values_list("head_name", "national_id", "commune__code", "village", "member_count", "phone"),
        HouseholdMember.objects.filter(**of).values_list("household__head_name", "position", "name"),
        PovertySpell.objects.filter(**of, superseded_at=None).values_list(
            "household__head_name", "poverty_class", "valid_from", "valid_to", "ended_by"
        ),
        Movement.objects.filter(**of, superseded_at=None).values_list("household__head_name", "kind"),
    )
    return sorted(f"{place} {facts}" for place, part in enumerate(parts) for facts in part.order_by())


if __name__ == "__main__":
    django.setup()
    step, *arguments = sys.argv[1:]
    {"prepare": prepare, "hang": hang, "work": work, "look": look}[step](*arguments)
