"""``manage.py verify_lists [--json]``: are all approved lists and amendments still what was approved?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from ...choices import AmendmentState, ListState
from ...lists.digest import amendment_untouched, untouched
from ...models import Amendment, DistrictList


class Command(BaseCommand):
    help = "Recompute the digests of approved lists and amendments and name those that were changed since."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        approved = DistrictList.objects.filter(state=ListState.APPROVED).select_related("round", "district")
        changed = [row for row in approved if not untouched(row)]
        decided = list(
            Amendment.objects.filter(state=AmendmentState.APPROVED).select_related(
                "round", "district_list__district", "district_list__round"
            )
        )
        altered = [row for row in decided if not amendment_untouched(row)]
        if options["as_json"]:
            found = {
                "lists": len(approved),
                "changed": [row.pk for row in changed],
                "amendments": len(decided),
                "changed_amendments": [row.pk for row in altered],
            }
            self.stdout.write(json.dumps(found))
            return
        with translation.override(settings.LANGUAGE_CODE):
            self.stdout.write(
                _("%(count)s approved lists, %(changed)s changed since.")
                % {"count": len(approved), "changed": len(changed)}
            )
            for row in changed:
                self.stdout.write(f"  {row.pk}: {row}")
            self.stdout.write(
                _("%(count)s decided amendments, %(changed)s changed since.")
                % {"count": len(decided), "changed": len(altered)}
            )
            for amendment in altered:
                self.stdout.write(f"  {amendment.pk}: {amendment} ({amendment.district_list})")
