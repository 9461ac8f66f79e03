"""The background worker: the library's worker, with a reaper beside it."""

import logging
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections, connection

from smartphone_support.jobs.running import reap

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run background jobs until stopped. Start as many as there are cores to spare."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interval", type=float, default=0.5, help="seconds between looks at the queue")
        parser.add_argument(
            "--reap-every", type=float, default=10, help="seconds between looks for dead jobs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        reap()
        stop = threading.Event()
        reaper = threading.Thread(target=_reap_for_ever, args=(stop, options["reap_every"]), daemon=True)
        reaper.start()
        try:
            call_command(
                "db_worker", interval=options["interval"], reload=False, startup_delay=False, verbosity=1
            )
        finally:
            stop.set()


def _reap_for_ever(stop: threading.Event, seconds: float) -> None:
    while not stop.wait(seconds):
        try:
            reap()
        except OperationalError:
            # A restarted database: the next round opens a new connection.
            logger.warning("reaping put off: the database did not answer")
        close_old_connections()
    connection.close()
