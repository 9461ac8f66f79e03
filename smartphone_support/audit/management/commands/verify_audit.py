import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from smartphone_support.audit.recording import verify


class Command(BaseCommand):
    help = "Walk the hash chain of the audit record. Exits 1 where it is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify()
        if options["json"]:
            self.stdout.write(json.dumps({"entries": result.entries, "broken_at": result.broken_at}))
        elif result.broken_at is None:
            self.stdout.write(f"{result.entries} entries, unbroken")
        if result.broken_at is not None:
            self.stderr.write(f"Chuỗi nhật ký bị đứt ở mục số {result.broken_at}.")
            raise SystemExit(1)
