"""kill -9 of a real worker at each point of reading and writing: the next one finishes it, once and whole."""

import json
import os
import shutil
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

from .killed_worker import APPLYING, MONTHLY, READING, REVERTING, STAGES

HOUSEHOLDS = 60
MADE = ("rows", "households", "members", "spells", "movements", "version", "applied")


class Databases:
    """Databases of the kind the suite runs on: prepared once, copied for each worker that is killed."""

    def __init__(self, folder):
        self.folder, self.made = folder, 0
        self.on_sqlite = connection.vendor == "sqlite"

    def new(self, template=None):
        self.made += 1
        if self.on_sqlite:
            path = self.folder / f"killed{self.made}.sqlite3"
            if template:
                shutil.copy(template, path)
            return path
        name = f"killed_{os.getpid()}_{self.made}"
        self.run(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return name

    def drop(self, name):
        if not self.on_sqlite:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @staticmethod
    def run(statement):
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)

    def address(self, name):
        if self.on_sqlite:
            return f"sqlite:///{name}"
        known = settings.DATABASES["default"]
        person = quote(known["USER"]) + (f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else "")
        return f"postgres://{person}@{known['HOST'] or 'localhost'}:{known['PORT'] or 5432}/{name}"


class Processes:
    """Steps of ``killed_worker`` in processes of their own, on one database."""

    def __init__(self, address, folder):
        self.environment = os.environ | {
            "DATABASE_URL": address, "VAR_DIR": str(folder / "var"), "JOB_STALE_SECONDS": "2", "DEMO": "1",
            "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        self.started = []

    def start(self, *arguments):
        command = [sys.executable, "-m", "tests.beneficiaries.killed_worker", *map(str, arguments)]
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=self.environment, stdout=subprocess.PIPE
        )
        self.started.append(process)
        return process

    def answer(self, *arguments):
        output, _ = self.start(*arguments).communicate(timeout=300)
        return json.loads(output)

    def stop(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()


def wait_for(what, seconds=120):
    limit = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def people():
    return make_population("46", year=2023, size=HOUSEHOLDS, seed=3)


@pytest.fixture(scope="module")
def templates(people, tmp_path_factory, django_db_blocker):
    """A database with a list to be read, and others with one to be written or taken back."""
    folder = tmp_path_factory.mktemp("killed")
    write_national(folder / "list.xlsx", people, seed=3, clean=True)
    with django_db_blocker.unblock():
        databases, names = Databases(folder), {}
        template = None
        for until in STAGES:
            template = names[until] = databases.new(template)
            processes = Processes(databases.address(names[until]), folder)
            assert processes.start("prepare", folder / "list.xlsx", until).wait(300) == 0
        yield databases, names
        for name in names.values():
            databases.drop(name)


@pytest.fixture
def on_copy(templates, django_db_blocker):
    """`on_copy("confirmed")`: processes on a fresh copy of that database."""
    databases, names = templates
    made = []

    def copy(until):
        with django_db_blocker.unblock():
            name = databases.new(names[until])
        made.append((name, Processes(databases.address(name), databases.folder)))
        return made[-1][1]

    yield copy
    for name, processes in made:
        processes.stop()
        with django_db_blocker.unblock():
            databases.drop(name)


def kill_at(processes, point, flag):
    victim = processes.start("hang", point, flag)
    wait_for(flag.exists)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    return processes.answer("look")


def finished(processes):
    """What stands in the database once another worker is through with the batch's job."""
    return processes.answer("work")


@pytest.mark.parametrize("point", READING)
def test_a_worker_killed_while_reading_leaves_no_half_preview(on_copy, people, tmp_path, point):
    processes = on_copy("uploaded")
    left = kill_at(processes, point, tmp_path / "flag")
    assert (left["state"], *(left[name] for name in MADE)) == ("uploaded", *[0] * len(MADE))
    found = finished(processes)
    assert (found["state"], found["rows"], found["attempts"]) == ("awaiting_confirmation", len(people), 2)
    assert (found["households"], found["broken_at"]) == (0, None)


@pytest.mark.parametrize("point", APPLYING)
def test_a_worker_killed_while_writing_leaves_all_or_nothing(on_copy, people, tmp_path, point):
    processes = on_copy("confirmed")
    left = kill_at(processes, point, tmp_path / "flag")
    committed = point == "when all is written and nobody was told"
    assert left["state"] == ("applied" if committed else "applying")
    assert left["households"] == left["spells"] == (len(people) if committed else 0)
    assert left["version"] == left["applied"] == int(committed)
    found = finished(processes)
    assert found["state"] == "applied"
    assert found["households"] == found["spells"] == len(people)
    assert found["members"] == sum(len(household.members) for household in people)
    assert (found["version"], found["applied"], found["attempts"], found["broken_at"]) == (1, 1, 2, None)


@pytest.fixture(scope="module")
def before_and_after(templates, django_db_blocker):
    """What the register says before a monthly list is written, and what an undisturbed worker makes of it."""
    databases, names = templates
    with django_db_blocker.unblock():
        name = databases.new(names["monthly"])
        processes = Processes(databases.address(name), databases.folder)
        before, after = processes.answer("look")["register"], finished(processes)["register"]
        databases.drop(name)
    assert before != after
    return before, after


@pytest.mark.parametrize("point", MONTHLY)
def test_a_worker_killed_in_a_monthly_list_leaves_all_or_nothing(on_copy, before_and_after, tmp_path, point):
    before, after = before_and_after
    processes = on_copy("monthly")
    left = kill_at(processes, point, tmp_path / "flag")
    committed = point.endswith("nobody was told")
    assert (left["state"], left["register"]) == (("applied", after) if committed else ("applying", before))
    found = finished(processes)
    assert (found["state"], found["register"]) == ("applied", after)
    assert (found["version"], found["applied"], found["attempts"], found["broken_at"]) == (2, 2, 2, None)


@pytest.mark.parametrize("point", REVERTING)
def test_a_worker_killed_in_a_revert_leaves_all_or_nothing(on_copy, before_and_after, tmp_path, point):
    before, after = before_and_after
    processes = on_copy("reverting")
    left = kill_at(processes, point, tmp_path / "flag")
    committed = point.endswith("nobody was told")
    assert (left["state"], left["register"]) == (("reverted", before) if committed else ("applied", after))
    found = finished(processes)
    assert (found["state"], found["register"]) == ("reverted", before)
    assert (found["version"], found["attempts"], found["broken_at"]) == (3, 2, None)
