"""What test_killed_worker runs in processes of their own: one STEP each."""

from __future__ import annotations

import os
import sys
import time
from datetime import date
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartphone_support.settings")


def prepare(workbook: str) -> None:
    """A confirmed list whose apply waits in the queue; its reading is done here."""
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
    execute(str(batch.job.key))
    workflow.confirm_batch(batch, actor=officer)


def hang(flag: str) -> None:
    """A worker that stops for ever in the middle of writing, with its transaction open."""
    from django.core.management import call_command

    from beneficiaries.imports.apply import _Writer

    def advance(self: object, chunk: object) -> None:
        Path(flag).touch()
        time.sleep(600)

    _Writer._advance = advance  # type: ignore[method-assign]  # this process exists to be killed
    call_command("run_worker")


def work() -> None:
    from django.core.management import call_command

    call_command("run_worker", reap_every=0.5)


def look() -> None:
    """Print what is in the database, for the test to read."""
    import json

    from beneficiaries.models import Household, HouseholdMember, ListBatch, PovertySpell, RegisterVersion
    from smartphone_support.audit.models import AuditEntry
    from smartphone_support.audit.recording import verify

    batch = ListBatch.objects.get()
    sys.stdout.write(
        json.dumps(
            {
                "state": batch.state,
                "households": Household.objects.count(),
                "members": HouseholdMember.objects.count(),
                "spells": PovertySpell.objects.count(),
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
