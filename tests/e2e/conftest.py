"""A real site for the browser: own database, web server and worker as separate processes, the demo inside."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.migrated import kept_database

from .inspector import FieldServer, Phone, picture
from .running import CHROMIUM, PASSWORD, Site, database, free_port, wait_for

expect.set_options(timeout=20_000)  # milliseconds; machines are slow and shared


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if CHROMIUM is None:
                item.add_marker(
                    pytest.mark.skip(reason="no chromium on this machine: apt-get install chromium")
                )


@pytest.fixture(scope="session")
def site(tmp_path_factory, request):
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
        migrated = kept_database(request.config)
        if url.startswith("sqlite") and migrated is not None and migrated.exists():
            shutil.copy(migrated, folder / "site.sqlite3")
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


@pytest.fixture(scope="module")
def server(site):
    """A web server for one inspector's phones, to be killed and started again."""
    running = FieldServer(site)
    running.start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    return picture(tmp_path_factory.mktemp("camera") / "may-anh.png")


@pytest.fixture
def phones(playwright, server, tmp_path):
    """`phones("name")` is a browser with its own memory; `width` for another screen."""
    opened: list[Phone] = []

    def phone(name: str = "phone", **size: int) -> Phone:
        opened.append(Phone(playwright, tmp_path / name, server.site, **size).open())
        return opened[-1]

    yield phone
    for one in opened:
        one.close()
