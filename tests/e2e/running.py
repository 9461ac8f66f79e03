"""A web server and a database of their own, as processes, for the browser to look at."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "Hue-DakNong-2024"


@dataclass
class Site:
    url: str
    samples: Path
    pictures: Path
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


class database:  # noqa: N801 - reads as a word in a with statement
    """A database of its own: a file on SQLite, a new one on the same server on PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = os.environ.get("DATABASE_URL", "")
        self.name = f"e2e_{os.getpid()}"

    def __enter__(self) -> str:
        if not self.server.startswith("postgres"):
            return f"sqlite:///{self.folder / 'site.sqlite3'}"
        self._run(f'CREATE DATABASE "{self.name}"')
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{self.name}"))

    def __exit__(self, *stopped: object) -> None:
        if self.server.startswith("postgres"):
            self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        import psycopg2

        connection = psycopg2.connect(self.server)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str) -> None:
    for _half_second in range(600):  # machines are slow and shared
        try:
            urllib.request.urlopen(f"{url}/accounts/login/", timeout=5)
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{url} does not answer")
