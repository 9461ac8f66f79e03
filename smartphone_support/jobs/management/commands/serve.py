"""Web server and worker together, as `make run` and small installations start them."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

# A worker that dies is started again: killed ones (out of memory, by hand) must not take the web with
# them. One that dies this often within the span is broken, and then everything stops, loudly.
RESTARTS, SPAN_SECONDS = 5, 60
LONGEST_GOODBYE_SECONDS = 30


class Command(BaseCommand):
    help = "Run the web server and one worker; Ctrl+C or SIGTERM stops both."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default=os.environ.get("BIND", "127.0.0.1:8000"))
        parser.add_argument("--web-workers", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        bind = options["bind"]
        if _answers(bind):
            self.stderr.write(
                _(
                    "Another program already uses %(bind)s: choose another port, "
                    "for example BIND=127.0.0.1:8001."
                )
                % {"bind": bind}
            )
            raise SystemExit(1)
        for stop_signal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(stop_signal, _interrupt)
        web = _start(
            "-m", "gunicorn", "smartphone_support.wsgi:application", "--bind", bind,
            "--workers", str(options["web_workers"]), "--threads", "4", "--timeout", "60",
            "--graceful-timeout", str(LONGEST_GOODBYE_SECONDS // 2), "--no-control-socket",
            "--log-level", "warning",
            "--access-logfile", "-" if settings.DEBUG else "/dev/null",
        )  # fmt: skip
        children = [web, _start_worker()]
        try:
            code = self._watch(children, bind)
        except KeyboardInterrupt:
            code = 0
        finally:
            _stop(children)
        raise SystemExit(code)

    def _watch(self, children: list[subprocess.Popen[bytes]], bind: str) -> int:
        """Keep both alive until the web server ends or the worker proves broken; returns the exit code."""
        announced, deaths = False, list[float]()
        while children[0].poll() is None:
            if not announced and _answers(bind):
                announced = True
                self.stdout.write(_("Open http://%(bind)s in the browser. Ctrl+C stops.") % {"bind": bind})
                self.stdout.flush()
            if children[1].poll() is not None:
                now = time.monotonic()
                deaths = [*(then for then in deaths if now - then < SPAN_SECONDS), now]
                if len(deaths) > RESTARTS:
                    self.stderr.write(_("The worker keeps dying; everything is stopped."))
                    return 1
                self.stderr.write(_("The worker died and is started again."))
                children[1] = _start_worker()
            time.sleep(0.3)
        return 1


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    """A child in a session of its own: Ctrl+C reaches this process only, which then stops both in order.

    gunicorn's workers hang when the terminal and their master signal them at once.
    """
    return subprocess.Popen(  # noqa: S603 - put together here, from nothing typed but the address
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        start_new_session=True,
        preexec_fn=_die_with_parent,  # safe: this process has one thread
    )


def _die_with_parent() -> None:
    """Where the system is Linux: end this child too if the parent is killed without a word."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def _start_worker() -> subprocess.Popen[bytes]:
    return _start(str(settings.BASE_DIR / "manage.py"), "run_worker")


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask both to finish what they do. Who takes too long, or is awaited impatiently, is killed with its
    own children; a job cut short is taken up again.
    """
    for child in children:
        if child.poll() is None:
            child.terminate()
    try:
        for child in children:
            child.wait(timeout=LONGEST_GOODBYE_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        pass
    finally:
        for child in children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def _answers(bind: str) -> bool:
    """Whether somebody listens there; an address that is no host and port is left to gunicorn."""
    host, _colon, port = bind.rpartition(":")
    if not host or not port.isdigit():
        return False
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host.replace("0.0.0.0", "127.0.0.1"), int(port))) == 0  # noqa: S104 - compared, not bound
