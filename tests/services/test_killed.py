"""kill -9 while an update is read or confirmed: nothing half-written, and the same step finishes it, once."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from tests.beneficiaries.test_killed_worker import Databases, Processes, wait_for

from .killed_update import CONFIRMING, LINES, READING

NOTHING = {"written": 0, "subscriptions": 0, "spells": 0, "evidence": 0, "confirmed": 0, "broken_at": None}
WRITTEN = {
    "written": LINES, "subscriptions": LINES, "spells": LINES, "evidence": 1, "confirmed": 1,
    "broken_at": None,
}  # fmt: skip


class Steps(Processes):
    """Steps of ``killed_update`` in processes of their own, on one database."""

    def start(self, *arguments):
        command = [sys.executable, "-m", "tests.services.killed_update", *map(str, arguments)]
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=self.environment, stdout=subprocess.PIPE
        )
        self.started.append(process)
        return process


@pytest.fixture(scope="module")
def templates(tmp_path_factory, django_db_blocker):
    """A database with an update to be read, and one with an update to be confirmed."""
    folder = tmp_path_factory.mktemp("killed-update")
    with django_db_blocker.unblock():
        databases, names, template = Databases(folder), {}, None
        for until in ("uploaded", "read"):
            template = names[until] = databases.new(template)
            steps = Steps(databases.address(template), folder)
            assert steps.start("prepare", folder, until).wait(300) == 0
        yield databases, names
        for name in names.values():
            databases.drop(name)


@pytest.fixture
def on_copy(templates, django_db_blocker):
    """`on_copy("read")`: steps on a fresh copy of that database."""
    databases, names = templates
    made = []

    def copy(until):
        with django_db_blocker.unblock():
            name = databases.new(names[until])
        made.append((name, Steps(databases.address(name), databases.folder)))
        return made[-1][1]

    yield copy
    for name, steps in made:
        steps.stop()
        with django_db_blocker.unblock():
            databases.drop(name)


def killed(steps, point, flag):
    """What is left in the database when the process was killed at that point."""
    victim = steps.start("hang", point, flag)
    wait_for(flag.exists)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    return steps.answer("look")


@pytest.mark.parametrize("point", READING)
def test_killed_while_the_file_is_read(on_copy, tmp_path, point):
    steps = on_copy("uploaded")
    left = killed(steps, point, tmp_path / "flag")
    assert left == {"state": "uploaded", "lines": 0, "attempts": left["attempts"], **NOTHING}
    found = steps.answer("work")
    assert found == {"state": "awaiting", "lines": LINES, "attempts": 2, **NOTHING}


@pytest.mark.parametrize("point", CONFIRMING)
def test_killed_while_it_is_confirmed(on_copy, tmp_path, point):
    steps = on_copy("read")
    left = killed(steps, point, tmp_path / "flag")
    assert left == {"state": "awaiting", "lines": LINES, "attempts": 1, **NOTHING}
    assert steps.answer("confirm") == {"state": "applied", "lines": LINES, "attempts": 1, **WRITTEN}
