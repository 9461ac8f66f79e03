from typing import Any

from django.core.management.base import BaseCommand

from programs.loading import load_plans


class Command(BaseCommand):
    help = "Load both provinces' areas, organisations and plans. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        written = load_plans()
        self.stdout.write(f"{written.created} rows created, {written.corrected} corrected")
