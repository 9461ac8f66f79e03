from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from smartphone_support.demo.samples import write_samples


class Command(BaseCommand):
    help = "Write sample workbooks that fit the demo: one of every layout, font and format lists come in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        for path in write_samples(options["directory"]):
            self.stdout.write(str(path))
