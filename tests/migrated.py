"""The migrated, empty SQLite database, kept from run to run.

Nearly all of the time a short run took went into migrating: what the files that make the schema have made
once is copied while they stay as they are. PostgreSQL is always migrated, so migrations stay proven.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.core import management
from django.db import connection

APPS = ("smartphone_support", "programs", "beneficiaries", "allocations", "inspections")
#: What decides how a migrated database looks: the migrations, what they load, what runs after them.
MAKES_IT = ("migrations/*.py", "models.py", "models/*.py", "search/*.py", "choices.py", "apps.py", "data/*",
            "seeds/*")  # fmt: skip
MOST_KEPT = 3


def kept_database(config: pytest.Config) -> Path | None:
    """Where the database of these very files lies, or would lie; None where pytest keeps nothing."""
    cache = getattr(config, "cache", None)
    if cache is None:
        return None
    digest = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for app in APPS:
        folder = settings.BASE_DIR / app
        for path in sorted({path for pattern in MAKES_IT for path in folder.rglob(pattern)}):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    digest.update((settings.BASE_DIR / "requirements-dev.txt").read_bytes())
    folder = cache.mkdir("migrated")
    return Path(folder) / f"{digest.hexdigest()[:24]}.sqlite3"


@contextlib.contextmanager
def migrating_once(config: pytest.Config) -> Any:
    """While test databases are made: `migrate` copies what it made before from the same files."""
    kept = kept_database(config) if connection.vendor == "sqlite" else None
    call_command = management.call_command

    def call(name: Any, *arguments: Any, **options: Any) -> Any:
        # With `run_syncdb` it is the test database that is made.
        if name != "migrate" or kept is None or "run_syncdb" not in options:
            return call_command(name, *arguments, **options)
        connection.ensure_connection()
        if kept.exists():
            with contextlib.closing(sqlite3.connect(kept)) as made:
                made.backup(connection.connection)
            return None
        done = call_command(name, *arguments, **options)
        _keep(kept)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(management, "call_command", call)
        yield


def _keep(kept: Path) -> None:
    """Put the database aside under its name, whole or not at all."""
    connection.ensure_connection()
    part = kept.with_suffix(f".{os.getpid()}")
    with contextlib.closing(sqlite3.connect(part)) as copy:
        connection.connection.backup(copy)
    part.replace(kept)
    by_age = sorted(kept.parent.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[MOST_KEPT:]:
        old.unlink(missing_ok=True)
