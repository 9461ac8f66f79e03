"""``manage.py verify_devices [--json]``: does the ledger of devices add up from its first move?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from ...choices import DevicePlace
from ...delivery.balance import recompute


class Command(BaseCommand):
    help = "Recompute where every device is from its moves, and name those that are said to be elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        ledger = recompute()
        if options["as_json"]:
            self.stdout.write(json.dumps(ledger.as_dict()))
        else:
            self._say(ledger)
        if not ledger.is_sound:
            raise CommandError("the ledger of devices does not add up")

    def _say(self, ledger: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            self.stdout.write(
                _("%(devices)s devices, %(moves)s moves.")
                % {"devices": ledger.devices, "moves": ledger.moves}
            )
            for place, count in sorted(ledger.places.items()):
                self.stdout.write(f"  {DevicePlace(place).label}: {count}")
            wrong = (
                (_("Moves that do not follow"), ledger.broken_chains),
                (_("Said to be elsewhere than the last move"), ledger.elsewhere),
                (_("With a household without a record"), ledger.without_household),
                (_("With a record but not with a household"), ledger.not_with_household),
            )
            for words, devices in wrong:
                if devices:
                    self.stdout.write(f"  {words}: {', '.join(map(str, devices[:20]))}")
