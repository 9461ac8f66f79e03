"""``manage.py read_workbook FILE [--province 46] [--json]``: what the reader makes of it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from smartphone_support.areas.gazetteer import PROVINCES, Gazetteer
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused

from ...imports.messages import problem_message, problem_place, problem_title, refusal_message
from ...imports.reading import read_workbook
from ...imports.records import (
    HouseholdRecord,
    MemberRecord,
    MovementRecord,
    Problem,
    ReadResult,
    SheetInfo,
    SubscriptionRecord,
)


class Command(BaseCommand):
    help = "Read a list of households from a workbook and show what was understood; nothing is stored."
    requires_system_checks: list[str] = []  # reads a file: no database, no checks

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook")
        parser.add_argument(
            "--province", choices=sorted(PROVINCES), default="46", help="code of the province"
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        with translation.override(settings.LANGUAGE_CODE):
            if not path.is_file():
                self.stderr.write(f"read_workbook: {path}: no such file")
                sys.exit(2)
            try:
                result = read_workbook(path, Gazetteer.packaged(options["province"]))
            except SpreadsheetRefused as refusal:
                self.stderr.write(refusal_message(refusal))
                sys.exit(1)
            if options["as_json"]:
                self.stdout.write(json.dumps(as_json(result), ensure_ascii=False))
            else:
                self._summarise(result)

    def _summarise(self, result: ReadResult) -> None:
        for sheet in result.sheets:
            what = sheet.skipped or f"{sheet.layout}, {sheet.first_row}-{sheet.last_row}: {sheet.households}"
            self.stdout.write(f"{sheet.name}: {what}")
            for letter, name in sheet.columns.items():
                self.stdout.write(f"  {letter}: {name}")
            for letter, header in sheet.unmapped.items():
                self.stdout.write(f"  {letter}: ({header})")
        classes = Counter(household.poverty_class or "?" for household in result.households)
        kinds = Counter(movement.kind or "?" for movement in result.movements)
        changes = Counter(subscription.change or "?" for subscription in result.subscriptions)
        counted = [*sorted(classes.items()), *sorted(kinds.items()), *sorted(changes.items())]
        self.stdout.write(", ".join(f"{name} {count}" for name, count in counted))
        for question in result.questions:
            place = f"{question.sheet} {question.column}".strip()
            self.stdout.write(f"question {question.kind}: {place}: {question.params.get('guess')}")
        counts = Counter((problem.level, problem.code) for problem in result.problems)
        for (level, code), count in sorted(counts.items()):
            first = next(problem for problem in result.problems if problem.code == code)
            self.stdout.write(f"{level} {code} ({problem_title(code)}): {count}")
            self.stdout.write(f"  {problem_place(first)}: {problem_message(first)}")


def as_json(result: ReadResult) -> dict[str, Any]:
    """The result under the names scripts rely on."""
    return {
        "sheets": [_sheet(sheet) for sheet in result.sheets],
        "households": [_household(household) for household in result.households],
        "changes": [
            *(_movement(movement) for movement in result.movements),
            *(_subscription(line) for line in result.subscriptions),
        ],
        "problems": [_problem(problem) for problem in result.problems],
        "questions": [asdict(question) for question in result.questions],
    }


def _sheet(sheet: SheetInfo) -> dict[str, Any]:
    return {field.name: getattr(sheet, field.name) for field in fields(sheet)}


def _household(record: HouseholdRecord) -> dict[str, Any]:
    """A policy status nobody ticked is false here, as scripts expect of the two flags every list is asked
    for; `known` still tells which fields the sheet has a column for.
    """
    found = {f.name: _plain(getattr(record, f.name)) for f in fields(record)}
    found["merit"], found["social_policy"] = bool(record.merit), bool(record.social_policy)
    found["known"] = sorted(record.known)
    found["members"] = [_member(member) for member in record.members]
    return found


def _movement(movement: MovementRecord) -> dict[str, Any]:
    """What happened, with the household's fields beside it."""
    found = _household(movement.household)
    return found | {
        "kind": movement.kind,
        "decision": movement.household.decision_number,
        "new_head": movement.new_head,
        "other_place": movement.other_place,
        "other_name": movement.other_name,
        "new": {"new_head": movement.new_head} if movement.new_head else {},
    }


def _subscription(line: SubscriptionRecord) -> dict[str, Any]:
    found = {f.name: _plain(getattr(line, f.name)) for f in fields(line)}
    return {**found, "date": found.pop("on")}


def _member(member: MemberRecord) -> dict[str, Any]:
    return {field.name: _plain(getattr(member, field.name)) for field in fields(member)}


def _problem(problem: Problem) -> dict[str, Any]:
    found = {field.name: getattr(problem, field.name) for field in fields(problem)}
    return {**found, "message": problem_message(problem)}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
