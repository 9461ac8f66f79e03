"""kill -9 of a real worker in the middle of an apply: another one finishes it, once and whole."""

import json
import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from smartphone_support.demo.population import make_population
from smartphone_support.demo.workbooks import write_national

HOUSEHOLDS = 120


@pytest.fixture
def database(tmp_path, django_db_blocker):
    """The address of an empty database of the test's own, of the kind the suite runs on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'killed.sqlite3'}"
        return
    name = f"killed_{os.getpid()}"
    known = settings.DATABASES["default"]
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        person = quote(known["USER"]) + (f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else "")
        yield f"postgres://{person}@{known['HOST'] or 'localhost'}:{known['PORT'] or 5432}/{name}"
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def start(database, tmp_path):
    """`start("work")` starts that step in a process; those still alive at the end are killed."""
    environment = os.environ | {
        "DATABASE_URL": database, "VAR_DIR": str(tmp_path / "var"), "JOB_STALE_SECONDS": "2", "DEMO": "1",
        "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    started = []

    def run(*arguments):
        command = [sys.executable, "-m", "tests.beneficiaries.killed_worker", *map(str, arguments)]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE)
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_for(what, seconds=40):
    limit = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.2)


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_one_writes_all_of_it_once(start, tmp_path):
    def look():
        output, _ = start("look").communicate(timeout=60)
        return json.loads(output)

    people = make_population("46", year=2023, size=HOUSEHOLDS, seed=3)
    write_national(tmp_path / "list.xlsx", people, seed=3, clean=True)
    assert start("prepare", tmp_path / "list.xlsx").wait(120) == 0
    flag = tmp_path / "writing"
    victim = start("hang", flag)
    wait_for(flag.exists)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    found = look()
    assert (found["state"], found["households"], found["version"]) == ("applying", 0, 0)

    start("work")
    wait_for(lambda: look()["state"] == "applied")
    found = look()
    assert found["households"] == found["spells"] == HOUSEHOLDS
    assert found["members"] == sum(len(household.members) for household in people)
    assert (found["version"], found["applied"], found["attempts"], found["broken_at"]) == (1, 1, 2, None)
