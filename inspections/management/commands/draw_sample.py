"""``manage.py draw_sample ROUND [--json]``: draw a round's stored sample again and compare.

With ``--frame FILE [--seed SEED]`` it draws from a proof file downloaded from the sample's page: no database.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from smartphone_support.web.errors import Refusal

from ...models import SampleDraw
from ...rules.frames import FrameError
from ...rules.sampling import SamplingError, Stratum, clean_seed, draw
from ...sampling.redrawing import ProofError, differences, drawn_again, proof_differences, read_proof
from ...workflow.sampling import sentence_of


class Command(BaseCommand):
    help = (
        "Draw the sample of a round again from its stored seed and frame, or from a proof file, and compare "
        "with what is on record. Exit code 0: the same households in the same order; 1: not."
    )
    requires_system_checks: list[str] = []  # a proof file is drawn without a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("round", type=int, nargs="?", help="number of the round, as in its address")
        parser.add_argument("--frame", help="a proof file (.json) downloaded from the sample's page")
        parser.add_argument("--seed", default="", help="with --frame: another seed than the file's")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            try:
                if options["frame"]:
                    found, drawn = self.from_file(options["frame"], options["seed"])
                else:
                    found, drawn = self.from_record(options["round"], options["seed"])
            except Refusal as refusal:
                self.refuse(str(refusal))
            except (SamplingError, FrameError) as error:
                self.refuse(sentence_of(error))
            self.say(found, drawn, as_json=options["as_json"])
        if found:
            sys.exit(1)

    def from_record(self, number: int | None, seed: str) -> tuple[list[str], dict[str, Stratum]]:
        if number is None or seed:
            raise Refusal(_("Give the number of a round, or a proof file with --frame."))
        row = SampleDraw.objects.select_related("round").filter(round=number, superseded=False).first()
        if row is None:
            raise Refusal(_("Round %(number)s has no sample.") % {"number": number})
        return differences(row), drawn_again(row)

    def from_file(self, name: str, seed: str) -> tuple[list[str], dict[str, Stratum]]:
        try:
            proof = read_proof(json.loads(Path(name).read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError, ProofError, RecursionError) as error:
            raise Refusal(_("“%(file)s” is no proof file of a sample.") % {"file": name}) from error
        seed = clean_seed(seed) if seed else ""
        return proof_differences(proof, seed), draw(proof.frame, proof.wanted, seed or proof.seed)

    def say(self, found: list[str], drawn: dict[str, Stratum], *, as_json: bool) -> None:
        size = sum(one.sample for one in drawn.values())
        if as_json:
            said = {
                "matches": not found,
                "differences": found,
                "size": size,
                "drawn": {name: list(one.drawn) for name, one in drawn.items()},
            }
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        elif found:
            words = {
                "frame_hash": _("the hash of the frame"),
                "strata": _("the sizes of the strata"),
                "drawn": _("the drawn households"),
            }
            self.stderr.write(
                _("The redraw does not agree with the record: %(what)s.")
                % {"what": ", ".join(words[one] for one in found)}
            )
        else:
            self.stdout.write(
                _("Drawn again: the same %(size)s households in the same order.") % {"size": size}
            )

    def refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(1)
