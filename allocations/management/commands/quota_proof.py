"""``manage.py quota_proof PLAN [--json]``: recompute a quota plan from its frozen inputs."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from ...models import QuotaPlan
from ...workflow.plan_drafts import proof_matches


class Command(BaseCommand):
    help = "Recompute a quota plan from its frozen inputs and say whether its proof and quotas still match."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", type=int, help="number of the plan, as in its address")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            plan = QuotaPlan.objects.select_related("round").filter(pk=options["plan"]).first()
            if plan is None:
                self.stderr.write(_("There is no quota plan %(number)s.") % {"number": options["plan"]})
                sys.exit(1)
            matches = proof_matches(plan)
            quotas = dict(plan.quotas.values_list("district__code", "quota"))
            if options["as_json"]:
                found = {
                    "plan": plan.pk, "matches": matches, "total": plan.round_total, "quotas": quotas,
                    "method": plan.method, "wave": plan.wave, "version": plan.version, "state": plan.state,
                }  # fmt: skip
                self.stdout.write(json.dumps(found))
            elif matches:
                self.stdout.write(_("%(plan)s: the proof gives the stored quotas.") % {"plan": plan})
            else:
                self.stdout.write(_("%(plan)s: the proof does not give the stored quotas.") % {"plan": plan})
