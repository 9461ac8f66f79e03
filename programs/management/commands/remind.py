from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.dues.reminding import remind, summary


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: YYYY-MM-DD") from None


class Command(BaseCommand):
    help = (
        "Open the dues of running periods and send everybody who has to report something one mail a day "
        "with what is overdue, returned or due soon. Meant for cron, every working morning."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--date", type=day, default=None, help="the day to act as of, YYYY-MM-DD")
        parser.add_argument(
            "--dry-run", action="store_true", help="write and send nothing; say what would happen"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = remind(options["date"] or timezone.localdate(), dry_run=options["dry_run"])
        for line in summary(outcome, dry_run=options["dry_run"]):
            self.stdout.write(line)
        if outcome.failed:
            raise CommandError(_("Some mails could not be sent; the next run tries them again."))
