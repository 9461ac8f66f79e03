"""A small province: households of two districts, a round, and each step of its way."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.utils import translation

from allocations import workflow
from allocations.choices import ListState
from allocations.models import AllocationRound, Contribution, DistrictList
from allocations.rules.stored import load_rules
from allocations.workflow.budget import open_budget_line
from beneficiaries.models import EarlierDevice, Household, PovertySpell
from programs.choices import FundingKind
from programs.models import FundingSource, Program

DAY = date(2024, 1, 15)
NAMES = ["Hồ Văn Brôi", "Kăn Mrai", "Hồ Viết Đạt", "Hồ Thị Oanh", "A Viết Thuận", "Nguyễn Thị Diệu Hương",
         "Lê Văn Ánh", "Trần Thị Bé", "Y - Bhăm Niê Kđăm"]  # fmt: skip


class Story:
    """Tells the way of a round through the workflow, one step a method, by the right person each."""

    def __init__(self, cast, prefix="hue", program=None):
        self.cast, self.prefix, self.own_program = cast, prefix, program
        self.number = 0

    def person(self, who):
        """The officer, leader, … of the story's province."""
        return self.cast(f"{self.prefix}-{who}")

    def household(
        self, commune="20044", poverty_class="poor", *, since=date(2023, 1, 1), device=None, **known
    ):
        self.number += 1
        place = self.cast.area(commune)
        known.setdefault("head_name", NAMES[self.number % len(NAMES)])
        known.setdefault("birth_year", 1940 + self.number % 60)
        known.setdefault("national_id", f"0460{self.number:08d}")
        household = Household.objects.create(
            province=place.parent.parent, district=place.parent, commune=place, village="Thôn 1", **known
        )
        PovertySpell.objects.create(household=household, poverty_class=poverty_class, valid_from=since)
        if device:
            EarlierDevice.objects.create(household=household, kind="tablet", received_on=device)
        return household

    def households(self, **communes):
        """`households(c20044=6, c20161=3)`: so many poor households in each commune."""
        for code, count in communes.items():
            for _ in range(count):
                self.household(code[1:])

    def program(self, province="46") -> Program:
        if self.own_program is not None:
            return self.own_program
        program, made = Program.objects.get_or_create(
            code=f"test-{province}",
            defaults={
                "province": self.cast.area(province), "title": "Kế hoạch", "first_year": 2023,
                "last_year": 2025,
            },
        )  # fmt: skip
        if made:
            load_rules(program)
        return program

    def source(self, province="46", kind=FundingKind.PUBLIC_UTILITY_TELECOM) -> FundingSource:
        source, _ = FundingSource.objects.get_or_create(
            program=self.program(province), kind=kind, defaults={"name": "Chương trình viễn thông công ích"}
        )
        return source

    def rule_draft(self, kind=FundingKind.PROVINCIAL_BUDGET, *, conditions=None, ranks=None):
        """A draft of a source's rule: poor, near-poor and merit families, merit first, unless told."""
        officer = self.person("dic")
        draft = workflow.create_rule(
            self.program(), actor=officer, funding_kind=kind, name="Quy định của tỉnh",
            citation="Văn bản của tỉnh",
        )  # fmt: skip
        admitted = {"classes": ["poor", "near_poor"], "policies": ["merit"]}
        for condition, params in conditions or [("class_or_policy", admitted), ("not_served", {})]:
            workflow.save_condition(draft, actor=officer, kind=condition, params=params, citation="Văn bản")
        for kinds in ranks or [["merit"], ["other"]]:
            workflow.save_rank(draft, actor=officer, kinds=kinds, citation="Văn bản")
        return draft

    def rule(self, kind=FundingKind.PROVINCIAL_BUDGET, *, since=date(2023, 1, 1), **known):
        """The source's rule, submitted and put into force from a day."""
        draft = workflow.submit_rule(self.rule_draft(kind, **known), actor=self.person("dic"))
        return workflow.approve_rule(draft, actor=self.person("dic-leader"), valid_from=since)

    def level(self, amount=300_000, *, kind=FundingKind.PROVINCIAL_BUDGET, since=DAY, **known):
        """Cash of a source, entered by the officer and put in force by the leader."""
        level = workflow.add_level(
            self.program(), actor=self.person("dic"), funding_kind=kind, form="cash", amount=amount,
            citation="Văn bản của tỉnh", valid_from=since, **known,
        )  # fmt: skip
        return workflow.approve_level(level, actor=self.person("dic-leader"))

    def difficult(self, *codes, citation="Quyết định của tỉnh"):
        """Communes of a decision, entered by the officer and put in force by the leader."""
        entry = workflow.designate_communes(
            actor=self.person("dic"), communes=[self.cast.area(code) for code in codes], citation=citation,
            valid_from=DAY,
        )  # fmt: skip
        return workflow.approve_designation(entry, actor=self.person("dic-leader"))

    def round(
        self, total=4, *, name="Đợt 1/2024", number="88/QĐ-BTTTT", day=DAY, officer="",
        kind=FundingKind.PUBLIC_UTILITY_TELECOM, device="smartphone", **known,
    ) -> AllocationRound:  # fmt: skip
        officer = officer or f"{self.prefix}-dic"
        province = "46" if officer.startswith("hue") else "67"
        return workflow.record_round(
            self.program(province), actor=self.cast(officer), funding_source=self.source(province, kind),
            name=name, device_kind=device, total=total, decision_number=number, decision_date=day,
            issuer="Bộ Thông tin và Truyền thông", **known,
        )  # fmt: skip

    def plan(self, round_=None, total=4):
        plan = workflow.prepare_quota_plan(round_ or self.round(total), actor=self.person("dic"))
        return workflow.submit_quota_plan(plan, actor=self.person("dic"))

    def approve(self, plan, day=date(2024, 1, 20)):
        return workflow.approve_quota_plan(
            plan, actor=self.person("dic-leader"), decision_number="120/QĐ-UBND", decision_date=day
        )

    def lists(self, total=4, round_=None) -> dict[str, DistrictList]:
        """The districts' lists after the quotas are approved, by district code."""
        plan = self.approve(self.plan(round_, total))
        rows = DistrictList.objects.filter(round=plan.round).select_related(
            "district", "round__program__province"
        )
        return {row.district.code: row for row in rows}

    def swap(self, row: DistrictList, *, down: int, up: int) -> None:
        """The district puts one household into reserve and takes another in for it."""
        row.lines.filter(position=down).update(decision="reserve", reason="Đi làm ăn xa")
        row.lines.filter(position=up).update(decision="keep")

    def signed(self, row: DistrictList) -> DistrictList:
        code = row.district.code
        workflow.request_signature(row, actor=self.person(code))
        return workflow.sign_and_submit(row, actor=self.person(f"{code}-leader"))

    def appraising(self, row: DistrictList) -> DistrictList:
        return workflow.open_appraisal(self.signed(row), actor=self.person("dic"))

    def accepted(self, row: DistrictList) -> DistrictList:
        officer = self.person("dic")
        row = self.appraising(row)
        for line in row.lines.filter(decision="keep"):
            workflow.set_line_verdict(line, "accepted", actor=officer)
        return workflow.accept_list(row, actor=officer)

    def proposed(self, *rows: DistrictList, number="15/TTr-STTTT", day=date(2024, 2, 1)):
        accepted = [self.accepted(row) for row in rows]
        proposal = workflow.create_proposal(
            accepted[0].round, actor=self.person("dic"), lists=accepted, number=number, day=day
        )
        return workflow.submit_proposal(proposal, actor=self.person("dic"))

    def decided(self, *rows: DistrictList, decided_on=date(2024, 2, 5), **known):
        return workflow.record_decision(
            self.proposed(*rows, **known), actor=self.person("dic-leader"), number="210/QĐ-UBND",
            day=decided_on, signer="Phó Chủ tịch UBND tỉnh",
        )  # fmt: skip

    def budget_line(self, round_, *, amount, unit_cost):
        """A line of the budget that pays for the round's devices, VND."""
        line = open_budget_line(
            round_.funding_source, actor=self.person("dic"), year=2024, name="Hỗ trợ điện thoại",
            amount=amount, decision_number="50/QĐ-UBND", decision_date=date(2024, 1, 5), issuer="UBND tỉnh",
        )  # fmt: skip
        AllocationRound.objects.filter(pk=round_.pk).update(budget_line=line, unit_cost=unit_cost)
        round_.refresh_from_db()
        return line

    def contribution(self, *, devices, province="46"):
        """Devices of a donor, received and to be given."""
        return Contribution.objects.create(
            program=self.program(province), funding_source=self.source(province, FundingKind.SOCIALISED),
            donor_name="Công ty Hương Giang", donor_kind="enterprise", kind="devices",
            device_kind="smartphone", pledged=devices, received=devices, pledged_on=DAY, state="received",
            recorded_by=self.person("dic"),
        )  # fmt: skip

    def amendment(self, district_list, kind="replace", number="20/TTr-STTTT"):
        """A draft amendment of an approved list, drawn up by the department's officer."""
        return workflow.draft_amendment(
            district_list, actor=self.person("dic"), kind=kind, number=number, day=date(2024, 3, 1),
            reason="Theo đề nghị của UBND huyện",
        )  # fmt: skip

    def amended(self, amendment):
        """The amendment submitted and decided by the PPC."""
        workflow.submit_amendment(amendment, actor=self.person("dic"))
        return workflow.decide_amendment(
            amendment, actor=self.person("dic-leader"), number=f"{amendment.number} QĐ",
            day=date(2024, 3, 5), signer="Phó Chủ tịch UBND tỉnh",
        )  # fmt: skip


@pytest.fixture(autouse=True)
def in_english(settings):
    """Sentences are compared in English; that the Vietnamese is complete is another test's matter."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def delete_behind_the_programs_back(row):
    """As who has the database's password could: past every trigger."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def story(cast):
    return Story(cast)


@pytest.fixture
def a_luoi(story):
    """A Lưới's list under review: 6 households, 3 kept."""
    story.households(c20044=6, c20161=2)
    row = story.lists(total=4)["481"]
    assert (row.state, row.quota, row.kept) == (ListState.DRAFTING, 3, 3)
    return row
