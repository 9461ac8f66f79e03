"""Loads the two packaged plans, word for word, with the organisations behind their parties."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.accounts.organisations import PREFIXES, load_organisations
from smartphone_support.accounts.seeds.writer import SeedWriter
from smartphone_support.areas.choices import Level
from smartphone_support.areas.loading import VALID_FROM, load_areas
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record

from .holidays import load_holidays
from .models import (
    Coordination,
    FundingSource,
    LegalBasis,
    LegalDocument,
    Party,
    PlanTask,
    Program,
    TaskGroup,
    TaskTrigger,
)
from .signals import plan_loaded

SEEDS = Path(__file__).parent / "seeds"
# The Huế plan first: it says in full what its legal documents are, the Đắk Nông annex only points to one.
FILES = ("hue_413_kh_ubnd.json", "daknong_appendix.json")
# Words of the seed files that stand for every organisation of a kind.
ALL_OF_A_KIND = {"districts": OrganisationKind.DISTRICT, "operators": OrganisationKind.OPERATOR}
TEXTS = (
    "number",
    "place",
    "title",
    "reference_line",
    "first_year",
    "last_year",
    "objectives",
    "contents",
    "funding_text",
    "closing_line",
)

Seed = dict[str, Any]


def packaged_plan(name: str) -> Seed:
    """A plan as data; its keys are explained in the seeds package."""
    seed: Seed = json.loads((SEEDS / name).read_text(encoding="utf-8"))
    return seed


@transaction.atomic
def load_plans() -> SeedWriter:
    """Create or correct areas, organisations, holidays and both plans; returns what was written.

    Running it again writes nothing. Rows that differ from the packaged plan are corrected; nothing that
    something else may refer to is deleted. Sources: Plan 413/KH-UBND of Thừa Thiên Huế, 19/12/2023; the
    task matrix annexed to the plan of Đắk Nông, whose number and date are blank in print.
    """
    load_areas()
    writer = load_organisations()
    load_holidays(writer)
    for name in FILES:
        created, corrected = writer.created, writer.corrected
        program = _load_plan(writer, packaged_plan(name))
        answers = plan_loaded.send(Program, program=program)
        writer.created += sum(int(answer or 0) for _receiver, answer in answers)
        written = {"created": writer.created - created, "corrected": writer.corrected - corrected}
        if any(written.values()):
            record("programs.program.change", program, actor=None, after=written, chain=program.province.code)
    return writer


def _load_plan(writer: SeedWriter, seed: Seed) -> Program:
    province = AdministrativeArea.objects.get(
        code=seed["province"], level=Level.PROVINCE, valid_from=VALID_FROM
    )
    values = {name: seed[name] for name in TEXTS}
    days = {name: _date(seed[name]) for name in ("issued_on", "in_force_from")}
    values |= {"province": province} | days
    program = writer.put(Program, {"code": seed["code"]}, values)
    _load_legal_bases(writer, program, seed["legal_bases"])
    for source in seed["funding_sources"]:
        basis = LegalDocument.objects.get(**source["legal_basis"]) if source["legal_basis"] else None
        key = {"program": program, "kind": source["kind"]}
        writer.put(FundingSource, key, {"name": source["name"], "legal_basis": basis})
    parties = _load_parties(writer, program, seed)
    for position, group_seed in enumerate(seed["groups"], start=1):
        values = {"number": group_seed["number"], "name": group_seed["name"]}
        group = writer.put(TaskGroup, {"program": program, "position": position}, values)
        for task_position, task_seed in enumerate(group_seed["tasks"], start=1):
            _load_task(writer, group, task_position, task_seed, parties)
    return program


def _load_legal_bases(writer: SeedWriter, program: Program, bases: list[Seed]) -> None:
    for position, basis in enumerate(bases, start=1):
        key = {"issuer": basis["issuer"], "number": basis["number"]}
        values = {"kind": basis["kind"], "issued_on": _date(basis["issued_on"]), "title": basis["title"]}
        document = writer.put(LegalDocument, key, values)
        values = {"position": position, "printed": basis["printed"]}
        writer.put(LegalBasis, {"program": program, "document": document}, values)


def _load_parties(writer: SeedWriter, program: Program, seed: Seed) -> dict[str, Party]:
    """The plan's parties by every name it prints for them, linked to the organisations they stand for."""
    here = Organisation.objects.filter(province=program.province)
    by_code = {organisation.code: organisation for organisation in here}
    prefix = PREFIXES[program.province.code]
    parties = {}
    for name, codes in seed["parties"].items():
        party = writer.put(Party, {"program": program, "name": name}, {})
        organisations = []
        for code in codes:
            if code in ALL_OF_A_KIND:
                organisations += [o for o in by_code.values() if o.kind == ALL_OF_A_KIND[code]]
            else:
                organisations.append(by_code[f"{prefix}-{code}"])
        writer.link(party.organisations, organisations)
        parties[name] = party
    return parties | {printed: parties[name] for printed, name in seed["aliases"].items()}


def _load_task(
    writer: SeedWriter, group: TaskGroup, position: int, seed: Seed, parties: dict[str, Party]
) -> None:
    values = {
        "number": seed["number"],
        "content": seed["content"],
        "lead": parties[seed["lead"]],
        "timing_text": seed["timing"],
        "timing_kind": seed["timing_kind"],
    }
    task = writer.put(PlanTask, {"group": group, "position": position}, values)
    for event, effect in seed.get("triggers", ()):
        writer.put(TaskTrigger, {"task": task, "event": event, "effect": effect}, {})
    for order, printed in enumerate(seed["coordinators"], start=1):
        party = parties[printed.removeprefix("- ").rstrip(";.")]
        key = {"task": task, "party": party}
        writer.put(Coordination, key, {"position": order, "printed": printed})


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
