"""``manage.py apportion --seats N [--method …] [--caps] [--json] < weights.csv``: the pure function."""

from __future__ import annotations

import csv
import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from smartphone_support.web.errors import Refusal

from ...rules.apportionment import Apportionment, ApportionmentError, largest_remainder
from ...workflow.plans import apportionment_sentence

METHODS = ("largest_remainder", "sainte_lague", "dhondt", "equal")


class Command(BaseCommand):
    help = "Share seats out by weights read from standard input: code,weight[,cap] a line."
    requires_system_checks: list[str] = []  # pure: no database, no checks

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seats", type=int, required=True, help="how many seats to share out")
        parser.add_argument("--method", choices=METHODS, default=METHODS[0])
        parser.add_argument("--caps", action="store_true", help="keep to the caps in the third column")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            try:
                if options["method"] != METHODS[0]:
                    raise Refusal(_("Only the method of largest remainder is offered so far."))
                weights, caps = read_weights(sys.stdin, with_caps=options["caps"])
                result = largest_remainder(weights, options["seats"], caps)
            except ApportionmentError as error:
                self.refuse(apportionment_sentence(error))
            except Refusal as refusal:
                self.refuse(str(refusal))
        if options["as_json"]:
            self.stdout.write(json.dumps(as_json(result), ensure_ascii=False))
            return
        for code, share in result.shares.items():
            self.stdout.write(f"{code},{share}")

    def refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(1)


def as_json(result: Apportionment) -> dict[str, Any]:
    return {"shares": result.shares, "proof": [row.as_dict() for row in result.proof]}


def read_weights(lines: Any, *, with_caps: bool) -> tuple[dict[str, int], dict[str, int] | None]:
    """Weights and caps of a CSV; a first line of words is a header. Refuses what is no whole number."""
    weights: dict[str, int] = {}
    caps: dict[str, int] = {}
    rows = csv.reader(line.lstrip("\ufeff") for line in lines)
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if number == 1 and len(cells) > 1 and cells[1].casefold() == "weight":
            continue
        if len(cells) < 2 or not _whole(cells[1]) or (with_caps and (len(cells) < 3 or not _whole(cells[2]))):
            raise Refusal(_("Line %(number)s must hold a code and whole numbers.") % {"number": number})
        if cells[0] in weights:
            raise Refusal(_("“%(code)s” stands twice.") % {"code": cells[0]})
        weights[cells[0]] = int(cells[1])
        if with_caps:
            caps[cells[0]] = int(cells[2])
    return weights, caps if with_caps else None


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit()
