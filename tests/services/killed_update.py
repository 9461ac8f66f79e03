"""What test_killed runs in processes of their own: one STEP each."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from datetime import date
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartphone_support.settings")

SERVICES = "beneficiaries.services"
#: Lines of the file: as many households.
LINES = 40
MARCH = date(2024, 3, 1)
#: Of Đắk Nông, whose plan asks operators for the update (task II.5).
PERSON, COMMUNE = "daknong-viettel", "24637"
#: Where a process may stop for ever: the function, and whether before it is called or after.
READING = {
    "after the file is read": (f"{SERVICES}.staging", "read_operator_file", "after"),
    "when the lines are written": (f"{SERVICES}.workflow.reports", "move", "before"),
}
CONFIRMING = {
    "when the subscriptions have begun": (f"{SERVICES}.workflow.reports", "begin_all", "after"),
    "before the record": (f"{SERVICES}.workflow.reports", "record", "before"),
}


def prepare(folder: str, until: str) -> None:
    """A register and an uploaded file whose reading waits ("uploaded"); from there, read ("read")."""
    from django.core.management import call_command

    from beneficiaries.models import OperatorReport
    from smartphone_support.demo.accounts import load_accounts
    from smartphone_support.jobs.running import execute

    if until == "uploaded":
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        load_accounts()
        _upload(Path(folder))
        return
    execute(str(OperatorReport.objects.get().job.key))


def _upload(folder: Path) -> None:
    from beneficiaries.models import Household, PovertySpell
    from beneficiaries.services.workflow.reports import upload_report
    from programs.loading import load_plans
    from smartphone_support.accounts.models import User
    from tests.cast import Cast

    from .conftest import Counter

    load_plans()
    counter = Counter(Cast(), folder)
    for number in range(LINES):
        counter.household(number, commune=COMMUNE)
    assert Household.objects.count() == PovertySpell.objects.count() == LINES
    actor = User.objects.get(username=PERSON)
    file = counter.file(*(counter.line(number) for number in range(LINES)))
    upload_report(file, month=MARCH, operator=actor.organisation, actor=actor)


def hang(point: str, flag: str) -> None:
    """A worker, or a person's confirmation, that stops for ever at that point, its transaction open."""
    import importlib

    from django.core.management import call_command

    from tests.beneficiaries.killed_worker import stopping

    module_name, name, when = (READING | CONFIRMING)[point]
    module = importlib.import_module(module_name)
    setattr(module, name, stopping(getattr(module, name), when, Path(flag)))
    if point in READING:
        call_command("run_worker")
    else:
        _confirm()


def _confirm() -> None:
    from beneficiaries.models import OperatorReport
    from beneficiaries.services.workflow.reports import confirm_report
    from smartphone_support.accounts.models import User

    confirm_report(OperatorReport.objects.get(), actor=User.objects.get(username=PERSON))


def confirm() -> None:
    """Confirmed as by a person who clicks twice; then what is in the database."""
    _confirm()
    _confirm()
    look()


def work() -> None:
    """Another worker, until the reading is done; then what is in the database."""
    from django.core.management import call_command

    threading.Thread(target=_look_when_done, daemon=True).start()
    call_command("run_worker", reap_every=0.5)


def _look_when_done() -> None:
    from beneficiaries.models import OperatorReport

    while OperatorReport.objects.select_related("job").get().job.state in ("queued", "running"):
        time.sleep(0.2)
    look()
    sys.stdout.flush()
    os._exit(0)  # the worker would go on for ever


def look() -> None:
    """Print what is in the database, for the test to read."""
    from beneficiaries.models import (
        OperatorReport,
        OperatorReportLine,
        ServiceSubscription,
        SubscriptionSpell,
    )
    from programs.models import DueEvidence
    from smartphone_support.audit.models import AuditEntry
    from smartphone_support.audit.recording import verify

    report = OperatorReport.objects.select_related("job").get()
    confirmed = AuditEntry.objects.filter(action="beneficiaries.operatorreport.confirm")
    known = {
        "state": report.state,
        "attempts": report.job.attempts if report.job else 0,
        "lines": OperatorReportLine.objects.count(),
        "written": OperatorReportLine.objects.exclude(subscription=None).count(),
        "subscriptions": ServiceSubscription.objects.count(),
        "spells": SubscriptionSpell.objects.count(),
        "evidence": DueEvidence.objects.count(),
        "confirmed": confirmed.count(),
        "broken_at": verify().broken_at,
    }
    sys.stdout.write(json.dumps(known))


if __name__ == "__main__":
    django.setup()
    step, *arguments = sys.argv[1:]
    {"prepare": prepare, "hang": hang, "work": work, "confirm": confirm, "look": look}[step](*arguments)
