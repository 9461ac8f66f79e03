"""Web server and worker together, as `make run` and small installations start them."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Run the web server and one worker; Ctrl+C or SIGTERM stops both."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default=os.environ.get("BIND", "127.0.0.1:8000"))
        parser.add_argument("--web-workers", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        web = [
            sys.executable, "-m", "gunicorn", "smartphone_support.wsgi:application",
            "--bind", options["bind"], "--workers", str(options["web_workers"]), "--threads", "4",
            "--timeout", "60", "--access-logfile", "-" if settings.DEBUG else "/dev/null",
        ]  # fmt: skip
        children = [
            # Both commands are put together here, from nothing a user typed.
            subprocess.Popen(web, cwd=settings.BASE_DIR),  # noqa: S603
            subprocess.Popen([*manage, "run_worker"], cwd=settings.BASE_DIR),  # noqa: S603
        ]

        def stop(signum: int, frame: FrameType | None) -> None:
            for child in children:
                child.send_signal(signal.SIGTERM)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        # If one of the two dies the other must not go on alone, unnoticed.
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        stop(signal.SIGTERM, None)
        codes = [child.wait(timeout=30) for child in children]
        raise SystemExit(max(abs(code) for code in codes if code is not None) and 1)
