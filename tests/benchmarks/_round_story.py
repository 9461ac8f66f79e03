"""One district's way through a round by the public doors, each step timed and its queries counted.

Every story has a district of its own and households nobody else listed: several can be told in one database.
"""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.core.files.base import ContentFile
from django.db import connection
from openpyxl import load_workbook

from allocations import workflow
from allocations.choices import Decision
from allocations.delivery import workbook as delivery_book
from allocations.delivery.imei import luhn_digit
from allocations.delivery.reading import receive_delivery_upload
from allocations.lists import review_workbook as review_book
from allocations.lists.review_reading import receive_upload
from allocations.models import AllocationRound, DistrictList, Support
from allocations.rules.checks import OK
from allocations.rules.stored import load_rules
from allocations.workflow.supports import assign_operator
from allocations.workflow.uploads import apply_delivery_upload
from beneficiaries.models import Household, PovertySpell
from programs.choices import FundingKind
from programs.models import FundingSource, Program
from smartphone_support.accounts.models import Organisation, User
from smartphone_support.areas.models import AdministrativeArea

from ._register_rows import Names

PROVINCE, PREFIX = "46", "hue"
DAY = date(2024, 1, 15)
HANDED = date(2024, 3, 1)
#: Of a list's lines so many stand above the line of the quota.
KEPT_PART = 2 / 3
#: A household in so many lacks its identity number, which the checks flag.
FLAGGED = 50
Result = TypeVar("Result")


@dataclass(slots=True)
class Took:
    """One step: seconds by the clock, and how many statements went to the database."""

    seconds: float
    queries: int


@dataclass(slots=True)
class Steps:
    """What the steps of one story took, in their order."""

    took: dict[str, Took] = field(default_factory=dict)

    def time(self, name: str, call: Callable[[], Result]) -> Result:
        with counted() as queries:
            begun = time.perf_counter()
            result = call()
            self.took[name] = Took(time.perf_counter() - begun, len(queries))
        return result


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent meanwhile; one executed for many rows counts once."""
    queries: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield queries


def person(name: str) -> User:
    return User.objects.get(username=f"{PREFIX}-{name}")


def make_program() -> Program:
    """The plan the rounds belong to, with the packaged rule."""
    province = AdministrativeArea.objects.provinces().get(code=PROVINCE)
    program, made = Program.objects.get_or_create(
        code="bench",
        defaults={"province": province, "title": "Kế hoạch", "first_year": 2023, "last_year": 2025},
    )  # fmt: skip
    if made:
        load_rules(program)
        FundingSource.objects.create(
            program=program, kind=FundingKind.PUBLIC_UTILITY_TELECOM, name="Chương trình"
        )
    return program


def make_households(district: AdministrativeArea, count: int, seed: int) -> list[Household]:
    """Poor and near-poor households of a district's communes that qualify; no other stands in need there."""
    dice = random.Random(f"{district.code} {seed}")
    names = Names(dice)
    communes = list(district.children.order_by("code"))
    before = Household.objects.filter(district=district).count()  # their numbers are taken
    rows = []
    for number in range(count):
        gender = "male" if dice.random() < 0.6 else "female"
        name = names.one(gender)
        folded, key = names.keys(name)
        rows.append(
            Household(
                province_id=district.parent_id, district=district, commune=communes[number % len(communes)],
                village=f"Thôn {dice.randrange(1, 9)}", head_name=name, head_name_folded=folded,
                head_name_key=key, birth_year=dice.randrange(1940, 2000), gender=gender,
                national_id=f"0{district.code}{before + number:08}" if (number + 1) % FLAGGED else "",
                ethnicity="Kinh", member_count=dice.randrange(1, 7), merit=dice.random() < 0.04,
                social_policy=dice.random() < 0.1, has_need=True,
            )
        )  # fmt: skip
    rows = Household.objects.bulk_create(rows, batch_size=500)
    PovertySpell.objects.bulk_create(
        (
            PovertySpell(
                household=row, poverty_class=dice.choice(("poor", "near_poor")), valid_from=date(2022, 12, 31)
            )
            for row in rows
        ),
        batch_size=500,
    )
    return rows


class Story:
    """A district's list of `size` lines, from the Ministry's decision to the phones in hand."""

    def __init__(self, district: AdministrativeArea, size: int, seed: int) -> None:
        self.district, self.size, self.steps = district, size, Steps()
        self.program = make_program()
        self.dic, self.leader = person("dic"), person("dic-leader")
        self.officer, self.signer = person(district.code), person(f"{district.code}-leader")
        make_households(district, size, seed)
        self.round: AllocationRound
        self.list: DistrictList
        self.imei = (int(district.code) * 1_000_000) % 10**9

    def until_appraisal(self) -> None:
        """The round is recorded and shared out; the list is reviewed in the workbook, signed and opened."""
        step, seats = self.steps.time, max(1, int(self.size * KEPT_PART))
        self.round = workflow.record_round(
            self.program, actor=self.dic, funding_source=self.program.funding_sources.get(),
            name=f"Đợt {self.district.code}", device_kind="smartphone", total=seats,
            decision_number=f"{self.district.code}/QĐ-BTTTT", decision_date=DAY, issuer="Bộ",
        )  # fmt: skip
        plan = step("share the quota out", lambda: workflow.prepare_quota_plan(self.round, actor=self.dic))
        plan = workflow.submit_quota_plan(plan, actor=self.dic)
        step(
            "open the list, ranked",
            lambda: workflow.approve_quota_plan(
                plan, actor=self.leader, decision_number=f"{self.district.code}/QĐ-UBND", decision_date=DAY
            ),
        )
        row = DistrictList.objects.select_related("round__program__province", "district").get(
            round=self.round
        )
        if row.lines.count() != self.size:
            raise RuntimeError(f"the list has {row.lines.count()} lines, not {self.size}")
        content = step("write the review workbook", lambda: review_book.write_review_workbook(row))
        answered = ContentFile(self._answered(content), name="phieu.xlsx")
        upload = step("read it back", lambda: receive_upload(row, answered, actor=self.officer))
        step("write its answers", lambda: workflow.apply_review_upload(upload, actor=self.officer))
        workflow.request_signature(row, actor=self.officer)
        step("sign, with the checks", lambda: workflow.sign_and_submit(row, actor=self.signer))
        step("open the appraisal", lambda: workflow.open_appraisal(row, actor=self.dic))
        self.list = DistrictList.objects.select_related("round__program__province", "district").get(pk=row.pk)

    def _answered(self, content: bytes) -> bytes:
        """Every fifth kept row goes to the reserve, and as many reserves come up, with reasons and notes."""
        book = load_workbook(io.BytesIO(content))
        sheet, column = book[review_book.SHEET], review_book.INDEX
        words = review_book.DECISION_WORDS
        rows = [row for row in sheet.iter_rows() if isinstance(row[0].value, int)]
        kept = [row for row in rows if row[column["decision"] - 1].value == words[Decision.KEEP]]
        reserve = [row for row in rows if row[column["decision"] - 1].value == words[Decision.RESERVE]]
        for down, up in zip(kept[::5], reserve, strict=False):
            down[column["decision"] - 1].value = words[Decision.RESERVE]
            down[column["reason"] - 1].value = "Đi làm ăn xa"
            up[column["decision"] - 1].value = words[Decision.KEEP]
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def until_approval(self) -> None:
        """Judged, accepted, proposed, and approved by the decision."""
        step, row = self.steps.time, self.list
        step("accept the clean lines", lambda: workflow.accept_clean_lines(row, actor=self.dic))
        flagged = (
            row.lines.filter(decision=Decision.KEEP).exclude(check_result=OK).values_list("pk", flat=True)
        )
        if flagged:
            workflow.set_verdicts(row, list(flagged), "accepted", actor=self.dic, reason="Đã đối chiếu")
        step("accept the list", lambda: workflow.accept_list(row, actor=self.dic))
        proposal = workflow.create_proposal(
            self.round, actor=self.dic, lists=[row], number=f"{self.district.code}/TTr", day=DAY
        )
        workflow.submit_proposal(proposal, actor=self.dic)
        step(
            "approve by the decision",
            lambda: workflow.record_decision(
                proposal, actor=self.leader, number=f"{self.district.code}A/QĐ-UBND", day=DAY, signer="PCT"
            ),
        )

    def until_assigned(self) -> None:
        """The households are an operator's to hand over to."""
        operator = Organisation.objects.get(code=f"{PREFIX}-viettel")
        supports = list(Support.objects.filter(round=self.round))
        self.steps.time("assign the operator", lambda: assign_operator(supports, operator, actor=self.dic))

    def until_delivered(self) -> None:
        """The operator's workbook comes back filled in, and is recorded."""
        step = self.steps.time
        operator, hands = Organisation.objects.get(code=f"{PREFIX}-viettel"), person("viettel")

        def written() -> bytes:
            waiting = delivery_book.waiting_supports(self.round, operator, hands)
            return delivery_book.write_delivery_workbook(self.round, operator, waiting)

        filled = ContentFile(self._filled(step("write the delivery workbook", written)), name="phieu.xlsx")
        upload = step(
            "read that back", lambda: receive_delivery_upload(self.round, operator, filled, actor=hands)
        )
        step("record its hand-overs", lambda: apply_delivery_upload(upload, actor=hands))

    def _filled(self, content: bytes) -> bytes:
        book = load_workbook(io.BytesIO(content))
        sheet, column = book[delivery_book.SHEET], delivery_book.INDEX
        for row in sheet.iter_rows():
            if not isinstance(row[0].value, int):
                continue
            given = {
                "result": delivery_book.RESULT_WORDS[delivery_book.DELIVERED],
                "handed_on": f"{HANDED:%d/%m/%Y}", "receiver": "Chủ hộ", "model": "Vsmart Joy 4",
                "imei": self.next_imei(),
            }  # fmt: skip
            for name, value in given.items():
                row[column[name] - 1].value = value
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def next_imei(self) -> str:
        """A number of this story's own with its check digit."""
        self.imei += 1
        digits = f"35000{self.imei:09d}"
        return digits + luhn_digit(digits)

    def put_away(self) -> None:
        """Nobody here waits for another story's round."""
        Household.objects.filter(district=self.district).update(has_need=False)
