"""``manage.py rank_households ROUND [--district CODE] [--json]``: the order of its lists, recomputed."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from ...models import AllocationRound, DistrictList
from ...rules.recomputing import Recomputed, recompute_order
from ...workflow.rounds import round_rule


class Command(BaseCommand):
    help = (
        "Rank the households of a round's lists again, from the rule and the facts frozen with them, and "
        "say whether each list stands in that order. Ends with 1 where one does not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("round", type=int, help="number of the round, as in its address")
        parser.add_argument("--district", help="code of one district")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            round_ = AllocationRound.objects.filter(pk=options["round"]).first()
            if round_ is None:
                self._give_up(_("There is no round %(number)s.") % {"number": options["round"]})
            lists = DistrictList.objects.filter(round=round_).select_related("district")
            if options["district"]:
                lists = lists.filter(district__code=options["district"])
            lists = lists.order_by("wave", "district__code")
            if not lists:
                self._give_up(_("This round has no list here yet."))
            rule = round_rule(round_)
            orders = [(row, recompute_order(row, rule)) for row in lists]
            matches = all(row.matches for _list, order in orders for row in order)
            if options["as_json"]:
                found = {"round": round_.pk, "rule": rule.as_dict(), "matches": matches}
                found["lists"] = [self._plain(row, order) for row, order in orders]
                self.stdout.write(json.dumps(found, ensure_ascii=False))
            else:
                for row, order in orders:
                    self._write(row, order)
        if not matches:
            sys.exit(1)

    def _plain(self, row: DistrictList, order: list[Recomputed]) -> dict[str, Any]:
        return {
            "district": row.district.code,
            "wave": row.wave,
            "matches": all(line.matches for line in order),
            "households": [
                {
                    "number": line.number, "rank": line.rank, "household": line.facts.id,
                    "position": line.position, "priority": line.priority,
                }
                for line in order
            ],
        }  # fmt: skip

    def _write(self, row: DistrictList, order: list[Recomputed]) -> None:
        wrong = [line for line in order if not line.matches]
        words = {"list": row, "count": len(order), "wrong": len(wrong)}
        if wrong:
            self.stdout.write(_("%(list)s: %(wrong)s of %(count)s households stand elsewhere.") % words)
        else:
            self.stdout.write(_("%(list)s: all %(count)s households stand where the rule puts them.") % words)
        for line in order:
            mark = " " if line.matches else "!"
            said = f"{mark}{line.number:>5} {line.rank:>3}  {line.facts.commune_code}  {line.facts.head_name}"
            self.stdout.write(said if line.matches else f"{said}  ({line.position}, {line.priority})")

    def _give_up(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(1)
