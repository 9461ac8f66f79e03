"""``manage.py apportion --seats N [--method …] [--caps] [--json] < weights.csv``: the pure function.

A quota plan's inputs, downloaded from its page, are such a CSV: whoever has it recomputes the plan.
"""

from __future__ import annotations

import csv
import json
import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from smartphone_support.web.errors import Refusal

from ...rules.apportionment import (
    BY_HAND,
    METHODS,
    TIE_RULE,
    Apportionment,
    ApportionmentError,
    apportion,
)
from ...workflow.plan_drafts import apportionment_sentence


class Command(BaseCommand):
    help = (
        "Share seats out by weights read from standard input: code,weight[,cap[,share]] a line; the share "
        "is read for the method manual alone, which checks it."
    )
    requires_system_checks: list[str] = []  # pure: no database, no checks

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seats", type=int, required=True, help="how many seats to share out")
        parser.add_argument("--method", choices=(*METHODS, BY_HAND), default=next(iter(METHODS)))
        parser.add_argument("--caps", action="store_true", help="keep to the caps in the third column")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            try:
                table = read_table(
                    sys.stdin, with_caps=options["caps"], with_shares=options["method"] == BY_HAND
                )
                result = apportion(
                    options["method"], table.weights, options["seats"], table.caps, given=table.shares
                )
            except ApportionmentError as error:
                self.refuse(apportionment_sentence(error))
            except Refusal as refusal:
                self.refuse(str(refusal))
        if options["as_json"]:
            self.stdout.write(json.dumps(as_json(options["method"], result), ensure_ascii=False))
            return
        for code, share in result.shares.items():
            self.stdout.write(f"{code},{share}")

    def refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(1)


def as_json(method: str, result: Apportionment) -> dict[str, Any]:
    return {
        "shares": result.shares,
        "proof": [row.as_dict() for row in result.proof],
        "method": method,
        "seats": sum(result.shares.values()),
        "tie_rule": TIE_RULE,
    }


@dataclass(slots=True)
class Table:
    """What the CSV says by code; without caps or shares asked for there are none."""

    weights: dict[str, int]
    caps: dict[str, int] | None
    shares: dict[str, int] | None


def read_table(lines: Any, *, with_caps: bool, with_shares: bool = False) -> Table:
    """Weights, caps and shares of a CSV; a first line of words is a header.

    Refuses what is no whole number, and a code that stands twice.
    """
    columns = (True, with_caps, with_shares)
    found: tuple[dict[str, int], ...] = ({}, {}, {})
    rows = csv.reader(line.lstrip("\ufeff") for line in lines)
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if number == 1 and len(cells) > 1 and cells[1].casefold() == "weight":
            continue
        figures = [*cells[1:4], "", "", ""]
        if not all(_whole(cell) for cell, wanted in zip(figures, columns, strict=False) if wanted):
            raise Refusal(_("Line %(number)s must hold a code and whole numbers.") % {"number": number})
        if cells[0] in found[0]:
            raise Refusal(_("“%(code)s” stands twice.") % {"code": cells[0]})
        for known, cell, wanted in zip(found, figures, columns, strict=False):
            if wanted:
                known[cells[0]] = int(cell)
    return Table(found[0], found[1] if with_caps else None, found[2] if with_shares else None)


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
