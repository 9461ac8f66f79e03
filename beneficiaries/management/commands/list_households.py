"""``manage.py list_households --province 46``: the register with the class each household had on a day."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from smartphone_support.areas.models import AdministrativeArea

from ...models import Household
from .import_list import day

_FIELDS = {
    "id": "pk", "head_name": "head_name", "birth_date": "birth_date", "birth_year": "birth_year",
    "gender": "gender", "national_id": "national_id", "district_code": "district__code",
    "commune_code": "commune__code", "village": "village", "member_count": "member_count",
    "poverty_class": "class_as_of", "merit": "merit", "social_policy": "social_policy",
    "household_code": "household_code",
}  # fmt: skip


class Command(BaseCommand):
    help = "List the households of a province with their class as of a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--province", required=True, help="code of the province")
        parser.add_argument("--district", default="", help="code of a district")
        parser.add_argument("--as-of", type=day, help="the day, as 2024-02-29; today by default")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        on: date = options["as_of"] or timezone.localdate()
        province = AdministrativeArea.objects.provinces().filter(code=options["province"]).first()
        if province is None:
            self.stderr.write(f"list_households: no province {options['province']}")
            sys.exit(1)
        households = Household.objects.standing().filter(province=province).as_of(on)
        if options["district"]:
            districts = AdministrativeArea.objects.districts_of(province).filter(code=options["district"])
            if not districts:
                self.stderr.write(f"list_households: no district {options['district']} in this province")
                sys.exit(1)
            households = households.filter(district__in=districts)
        # A household the register did not know that day has no class and is not of that day's list.
        known = households.exclude(class_as_of=None).order_by("commune__code", "pk")
        rows = [dict(zip(_FIELDS, values, strict=True)) for values in known.values_list(*_FIELDS.values())]
        if options["as_json"]:
            shown = {"as_of": on, "households": rows}
            self.stdout.write(json.dumps(shown, ensure_ascii=False, default=str))
            return
        for row in rows:
            self.stdout.write(
                f"{row['id']}\t{row['commune_code']}\t{row['poverty_class']}\t{row['head_name']}"
            )
