"""The same steps as they are usually written first: line by line through the ORM, one question at a time.

Each runs over the lines a story has just written, inside a transaction that is rolled back. None of them does
all that ours does (no versions, no record, no reasons): they are cheaper than they would have to be.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction
from openpyxl import Workbook

from allocations.choices import Decision, Verdict
from allocations.models import DistrictList, ListLine, Support
from allocations.rules.ranking import rank_key
from allocations.workflow.delivery import record_hand_over
from allocations.workflow.plans import round_rule
from beneficiaries.models import Household

from ._round_story import HANDED, Story, Took, counted, person


def timed(call: Callable[[], Any]) -> Took:
    """What a call takes, and nothing of it stays."""
    with transaction.atomic(), counted() as queries:
        begun = time.perf_counter()
        call()
        took = Took(time.perf_counter() - begun, len(queries))
        transaction.set_rollback(True)
    return took


def open_list(story: Story) -> Took:
    """Every household's class, devices and supports asked for by itself; every line saved by itself."""

    def call() -> None:
        rule, on = round_rule(story.round), story.round.as_of
        found = []
        for household in Household.objects.filter(district=story.district):
            spell = household.spells.in_force(on).first()
            has_device = household.earlier_devices.filter(received_on__lte=on).exists()
            if spell is None or has_device or household.supports.live().exists():
                continue
            facts = _facts(household, spell.poverty_class)
            if not rule.failed(facts, on):
                found.append((rank_key(facts, rule), facts, household))
        found.sort(key=lambda row: row[0])
        # Beside the first list: a wave of its own.
        row = DistrictList.objects.create(
            round=story.round, district=story.district, wave=9, quota=len(found), kept=0
        )
        for position, (key, facts, household) in enumerate(found, start=1):
            ListLine.objects.create(
                district_list=row, round=story.round, household=household, commune=household.commune,
                position=position, priority=key[0], snapshot={"head_name": facts.head_name},
            )  # fmt: skip

    return timed(call)


def _facts(household: Household, poverty_class: str) -> Any:
    from allocations.rules.eligibility import HouseholdFacts

    return HouseholdFacts(
        id=household.pk,
        poverty_class=poverty_class,
        head_name=household.head_name,
        birth_year=household.birth_year,
        merit=bool(household.merit),
        social_policy=bool(household.social_policy),
        has_need=household.has_need,
        commune_code=household.commune.code if household.commune else "",
    )


def check_lines(story: Story) -> Took:
    """Class then and now, another list, a support, a namesake elsewhere: five questions a line."""

    def call() -> None:
        on = story.round.as_of
        for line in ListLine.objects.filter(district_list=story.list):
            household = line.household
            findings = []
            if (
                household.spells.in_force(on).first() is None
                or household.spells.in_force(HANDED).first() is None
            ):
                findings.append({"code": "class", "verdict": "fail"})
            others = ListLine.objects.live().filter(household=household).exclude(pk=line.pk)
            if others.exists():
                findings.append({"code": "duplicate", "verdict": "fail"})
            if Support.objects.live().filter(household=household).exists():
                findings.append({"code": "served", "verdict": "fail"})
            namesakes = Household.objects.standing().filter(
                head_name_folded=household.head_name_folded, birth_year=household.birth_year
            )
            if namesakes.exclude(district=story.district).exists():
                findings.append({"code": "possible_duplicate", "verdict": "warn"})
            line.checks = findings
            line.save(update_fields=["checks"])

    return timed(call)


def write_answers(story: Story) -> Took:
    """Every line read, changed and saved."""

    def call() -> None:
        for line in ListLine.objects.filter(district_list=story.list):
            line.note = "Đã rà soát"
            line.save()

    return timed(call)


def accept_lines(story: Story) -> Took:
    def call() -> None:
        for line in story.list.lines.filter(decision=Decision.KEEP):
            line.verdict = Verdict.ACCEPTED
            line.save()

    return timed(call)


def approve(story: Story) -> Took:
    """A support for each kept line, after asking whether the household has one."""

    def call() -> None:
        for line in story.list.lines.filter(decision=Decision.KEEP).select_related("household"):
            if not Support.objects.live().filter(household=line.household).exists():
                Support.objects.create(
                    household=line.household, district=story.district, commune_id=line.commune_id,
                    round=story.round, line=line, form=line.support_form,
                )  # fmt: skip

    return timed(call)


def hand_over(story: Story) -> Took:
    """Our own door for one hand-over, once for each household: what the workbook saves."""

    def call() -> None:
        hands = person("viettel")
        for support in Support.objects.filter(round=story.round):
            record_hand_over(
                support, actor=hands, handed_on=HANDED, imei=story.next_imei(), model="Vsmart Joy 4"
            )

    return timed(call)


def bare_workbook(story: Story) -> Took:
    """As many cells in openpyxl's fastest mode: no style, no drop-down, no lock, no key."""

    def call() -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for line in story.list.lines.select_related("commune").order_by("position"):
            facts = line.snapshot
            words = [
                facts.get(name) for name in ("head_name", "birth_year", "gender", "national_id", "village")
            ]
            answers = [line.has_need, line.decision, line.reason, line.support_form, line.note]
            place = [line.commune.name, facts.get("poverty_class"), line.priority]
            sheet.append([line.position, line.pk, *words, *place, *answers, line.verdict_reason, line.pk])
        book.save(io.BytesIO())

    return timed(call)
