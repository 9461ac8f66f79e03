"""A real site for the browser: own database, web server and worker as separate processes, the demo inside."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "Hue-DakNong-2024"


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if CHROMIUM is None:
                item.add_marker(
                    pytest.mark.skip(reason="no chromium on this machine: apt-get install chromium")
                )


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


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The demo as `make run` starts it, on the database the suite runs on."""
    folder = tmp_path_factory.mktemp("site")
    with database(folder) as url:
        port = free_port()
        environment = {
            **os.environ, "DATABASE_URL": url, "VAR_DIR": str(folder), "DEMO": "1", "DEBUG": "0",
            "DEMO_PASSWORD": PASSWORD, "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        pictures = Path(os.environ.get("PICTURES", folder / "pictures"))
        pictures.mkdir(parents=True, exist_ok=True)
        running = Site(f"http://127.0.0.1:{port}", folder / "samples", pictures, environment)
        for command in (
            ["migrate", "-v0"],
            ["createcachetable"],
            ["collectstatic", "--noinput", "-v0"],
            ["demo"],
        ):
            running.manage(*command)
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{port}"],
            cwd=settings.BASE_DIR, env=environment, start_new_session=True,
        )  # fmt: skip
        try:
            wait_for(running.url)
            yield running
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


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
    for _second in range(60):
        try:
            urllib.request.urlopen(f"{url}/accounts/login/", timeout=5)
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        # As root, and without a network, chromium needs to be told so.
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "vi-VN", "viewport": {"width": 1366, "height": 768}}
