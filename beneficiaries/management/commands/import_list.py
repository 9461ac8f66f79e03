"""``manage.py import_list FILE …``: a list's way into the register, by the same steps as in the browser."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from smartphone_support.accounts.models import User
from smartphone_support.areas.gazetteer import PROVINCES
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.jobs.running import finish
from smartphone_support.web.errors import Refusal

from ... import workflow
from ...choices import BatchState
from ...imports.staging import counts_of
from ...models import ListBatch
from ...services.confirmation_importing import import_request
from ...services.importing import import_update
from ...workflow.guessing import guessed_answers

#: Lists of operators have ways of their own.
OPERATORS_KINDS = {"operator": import_update, "confirmation": import_request}
#: An answer may lead to another question (the columns, then their dates), but not for ever.
MOST_ROUNDS = 4


def month(text: str) -> date:
    """The first day of a month written 2023-12."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ArgumentTypeError(f"{text}: write the month as 2023-12") from None


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text}: write the day as 2023-12-31") from None


class Command(BaseCommand):
    help = "Read a list, show what it would change, and with --apply write it to the register."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook")
        parser.add_argument(
            "--kind", choices=["annual", "monthly", "operator", "confirmation"], default="annual"
        )
        parser.add_argument(
            "--province", choices=sorted(PROVINCES), required=True, help="code of the province"
        )
        parser.add_argument("--period", type=month, required=True, help="month the list stands for: 2023-12")
        parser.add_argument(
            "--effective-on", type=day, help="day its classes begin; by default the last day of the period"
        )
        parser.add_argument("--as", dest="username", required=True, help="account of the register officer")
        parser.add_argument("--operator", default="", help="code of the operator, for its lists")
        parser.add_argument("--apply", action="store_true", help="write the list to the register")
        parser.add_argument(
            "--accept-guesses",
            action="store_true",
            help="read the file as it seems to be meant where it does not settle that itself",
        )
        parser.add_argument(
            "--accept-gone",
            metavar="REASON",
            default="",
            help="why so many households may leave the register",
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            self.stderr.write(f"import_list: {path}: no such file")
            sys.exit(2)
        with translation.override(settings.LANGUAGE_CODE):
            try:
                if options["kind"] in OPERATORS_KINDS:
                    self._import_for_operator(path, options)
                    return
                batch = self._upload(path, options)
                if options["apply"]:
                    batch = self._apply(batch, options)
            except Refusal as refusal:
                self.stderr.write(str(refusal))
                sys.exit(1)
            self._show(batch, options["as_json"])

    def _import_for_operator(self, path: Path, options: dict[str, Any]) -> None:
        actor, province = self._who_and_where(options)
        found = OPERATORS_KINDS[options["kind"]](
            path, operator=options["operator"], province=province, period=options["period"], actor=actor,
            apply=options["apply"],
        )  # fmt: skip
        if options["as_json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        for name, value in found.items():
            self.stdout.write(f"{name}: {value}")

    def _who_and_where(self, options: dict[str, Any]) -> tuple[User, AdministrativeArea]:
        actor = User.objects.filter(username=options["username"]).first()
        if actor is None:
            raise Refusal(_("There is no account “%(name)s”.") % {"name": options["username"]})
        province = AdministrativeArea.objects.provinces().filter(code=options["province"]).first()
        if province is None:
            raise Refusal(_("The areas are not loaded yet: run manage.py load_areas."))
        return actor, province

    def _upload(self, path: Path, options: dict[str, Any]) -> ListBatch:
        actor, province = self._who_and_where(options)
        period: date = options["period"]
        last_day = period.replace(day=monthrange(period.year, period.month)[1])
        with path.open("rb") as file:
            batch = workflow.upload_list(
                File(file, name=path.name),
                kind=options["kind"],
                period=period,
                effective_on=options["effective_on"] or last_day,
                province=province,
                actor=actor,
            )
        return self._answer(finish(batch), accept_guesses=options["accept_guesses"])

    def _answer(self, batch: ListBatch, *, accept_guesses: bool) -> ListBatch:
        """Settle how the file is to be read, as far as the file itself or the caller says so."""
        for _round in range(MOST_ROUNDS):
            if batch.state != BatchState.AWAITING_LAYOUT:
                return batch
            answers = guessed_answers(batch, accept_guesses=accept_guesses)
            batch = finish(workflow.answer_questions(batch, answers, actor=batch.uploaded_by))
        raise Refusal(_("The file asks the same question again: say in the browser how it is to be read."))

    def _apply(self, batch: ListBatch, options: dict[str, Any]) -> ListBatch:
        batch = workflow.confirm_batch(batch, actor=batch.uploaded_by, reason=options["accept_gone"])
        batch = finish(batch)
        if batch.state != BatchState.APPLIED:
            if batch.state == BatchState.UPLOADED:
                batch = finish(batch)
            raise Refusal(batch.notice or batch.failure or str(batch.get_state_display()))
        return batch

    def _show(self, batch: ListBatch, as_json: bool) -> None:
        counts = counts_of(batch)
        if as_json:
            shown = {"batch": batch.pk, "state": batch.state, **counts, "seconds": batch.seconds}
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
            return
        self.stdout.write(f"{batch} · {batch.get_state_display()}")
        for name, number in counts.items():
            self.stdout.write(f"  {name}: {number}")
        for brake in batch.brakes:
            self.stdout.write(f"  ! {brake['name']}, {brake['district']}: {brake['gone']}/{brake['start']}")
