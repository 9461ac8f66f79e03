"""The command that measures: what it offers, and that it never touches the configured database."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command

from smartphone_support.demo.management.commands.bench import benchmarks


def test_every_benchmark_is_offered_by_its_plain_name():
    assert set(benchmarks()) >= {"import", "export", "register", "duplicates", "allocation"}


def test_an_option_the_benchmark_does_not_know_is_wrong_usage(capsys):
    with pytest.raises(SystemExit) as stopped:
        call_command("bench", "import", requests=5)
    assert stopped.value.code == 2
    assert "--requests" in capsys.readouterr().err


def test_ours_floor_and_peer_end_in_the_same_households_and_the_database_is_left_alone(tmp_path):
    own = tmp_path / "own.sqlite3"
    run = subprocess.run(
        [sys.executable, "manage.py", "bench", "import", "--rows", "200", "--runs", "1", "--json"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{own}", "VAR_DIR": str(tmp_path)},
        capture_output=True,
        check=True,
        text=True,
    )
    figures = json.loads(run.stdout)["figures"]["200"]
    assert figures["end_states"] == {"first list": 1, "monthly update": 1}
    assert figures["monthly update"]["ours"]["seconds"] > 0
    assert not own.exists() or own.stat().st_size == 0
