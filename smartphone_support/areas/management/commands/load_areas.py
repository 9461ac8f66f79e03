from typing import Any

from django.core.management.base import BaseCommand

from smartphone_support.areas.loading import load_areas


class Command(BaseCommand):
    help = "Load the administrative units of both provinces (state of 2023). Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_areas()} administrative units")
