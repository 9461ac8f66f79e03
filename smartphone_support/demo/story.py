"""The demo's story, played through the public doors of every app: nothing is written behind their backs.

Two provinces, the list of the year before, one finished round and one in the middle of everything.
All people and figures are invented ("số liệu minh họa").
"""

from __future__ import annotations

import tempfile
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files import File

from allocations.choices import Decision, DeviceKind, ListState, Verdict
from allocations.models import AllocationRound, DistrictList, Proposal
from allocations.workflow.appraisal import (
    accept_clean_lines,
    accept_list,
    open_appraisal,
    return_list,
    set_line_verdict,
)
from allocations.workflow.lists import request_signature, sign_and_submit
from allocations.workflow.plans import (
    approve_quota_plan,
    prepare_quota_plan,
    submit_quota_plan,
)
from allocations.workflow.proposals import create_proposal, record_decision, submit_proposal
from allocations.workflow.rounds import record_round
from beneficiaries.choices import BatchKind, BatchState
from beneficiaries.duplicates.finding import FIND
from beneficiaries.models import BatchRow, EarlierDevice, Household, ListBatch, RegisterVersion
from beneficiaries.workflow import confirm_batch, upload_list
from programs.choices import FundingKind
from programs.models import FundingSource, Program
from smartphone_support.accounts.models import User
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.jobs.models import Job, JobState
from smartphone_support.jobs.running import execute

from .accounts import PREFIXES, district_codes
from .evidence import play_assessments, play_certificates
from .months import after_month, after_months
from .population import NextYear, SyntheticHousehold, advance_year, make_population, monthly_movements
from .twins import twins_of
from .workbooks import write_monthly, write_national

FIRST_YEAR = 2022
SEED = 413
SIZES = {"46": 6000, "67": 4000}
#: The months whose movements are in the register when the story begins.
MONTHS = ("2023-01", "2023-02")
FIRST_ROUND = "Đợt 1 năm 2023"
#: The district of each province whose officer has recorded certificates and assessments.
EVIDENCE_OF = {"46": "474", "67": "661"}

Say = Callable[[str], None]


def population_of(province: str, size: int) -> list[SyntheticHousehold]:
    """The households of the demo's first list."""
    return make_population(province, year=FIRST_YEAR, size=size, seed=SEED)


def next_year_of(province: str, size: int) -> NextYear:
    """What the review of the year after found: the list the demo's visitor uploads."""
    return advance_year(after_months(population_of(province, size), MONTHS, seed=SEED), seed=SEED)


@dataclass(frozen=True)
class Office:
    """The people of one province, by what they do."""

    prefix: str

    def person(self, suffix: str) -> User:
        return User.objects.get(username=f"{self.prefix}-{suffix}")

    @property
    def officer(self) -> User:
        return self.person("dic")

    @property
    def leader(self) -> User:
        return self.person("dic-leader")

    @property
    def register_officer(self) -> User:
        return self.person("dolisa")


def play(province: str, size: int, say: Say) -> None:
    """Load the first year's list of a province, of `size` households, and its rounds."""
    office = Office(PREFIXES[province])
    say(f"{office.prefix}: {size} hộ")
    play_first_list(province, size, office)
    play_months(province, size, office)
    say(f"{office.prefix}: các đợt phân bổ")
    play_finished_round(province, size // 25, office)
    play_waiting_plan(province, max(1, size // 100), office)
    play_open_round(province, size // 10, office)
    say(f"{office.prefix}: giấy chứng nhận, thiếu hụt thông tin của một huyện")
    play_evidence(province, office)


def play_first_list(province: str, size: int, office: Office) -> None:
    """Upload, read, confirm and write the list of the first year, and what its sheets do not say."""
    population = population_of(province, size)
    people = [*population, *twins_of(population, seed=SEED)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{province}-danh-sach-nam-{FIRST_YEAR}.xlsx"
        truth = write_national(path, people, seed=SEED, clean=True)
        batch = import_workbook(
            path, province=province, period=date(FIRST_YEAR, 12, 1), effective_on=date(FIRST_YEAR, 12, 31),
            actor=office.register_officer,
        )  # fmt: skip
    keys = {(row["sheet"], row["row"]): row["key"] for row in truth["households"]}
    add_what_lists_lack(batch, keys, {household.key: household for household in people})
    search_for_duplicates(province)


def play_months(province: str, size: int, office: Office) -> None:
    """The monthly movements that followed the first list."""
    people = population_of(province, size)
    for month in MONTHS:
        movements = monthly_movements(people, month, SEED)
        year, number = (int(part) for part in month.split("-"))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{province}-bien-dong-{month}.xlsx"
            write_monthly(path, movements, month=month, seed=SEED, clean=True)
            import_workbook(
                path, kind=BatchKind.MONTHLY, province=province, period=date(year, number, 1),
                effective_on=date(year, number, monthrange(year, number)[1]), actor=office.register_officer,
            )  # fmt: skip
        people = after_month(people, movements)


def search_for_duplicates(province: str) -> None:
    """Do the search that followed the list here and now, so that the queue is there from the start."""
    subject = str(RegisterVersion.objects.get(province__code=province).pk)
    for job in Job.objects.filter(kind=FIND, subject_id=subject, state=JobState.QUEUED):
        execute(str(job.key))


def import_workbook(
    path: Path,
    *,
    province: str,
    period: date,
    effective_on: date,
    actor: User,
    kind: BatchKind = BatchKind.ANNUAL,
) -> ListBatch:
    """The browser's steps in one process: upload, read, confirm, write."""
    area = AdministrativeArea.objects.provinces().get(code=province)
    with path.open("rb") as handle:
        batch = upload_list(
            File(handle, name=path.name), kind=kind, period=period, effective_on=effective_on,
            province=area, actor=actor,
        )  # fmt: skip
    run_job_of(batch)
    batch = confirm_batch(ListBatch.objects.get(pk=batch.pk), actor=actor)
    run_job_of(batch)
    batch.refresh_from_db()
    if batch.state != BatchState.APPLIED:
        raise RuntimeError(f"the demo's list was not written: {batch.failure}")
    return batch


def run_job_of(batch: ListBatch) -> None:
    """Do the batch's queued work here and now; the worker then finds nothing left of it."""
    if batch.job is not None:
        execute(str(batch.job.key))


def add_what_lists_lack(
    batch: ListBatch, keys: dict[tuple[str, int], str], people: dict[str, SyntheticHousehold]
) -> None:
    """Social policy, need and earlier devices: districts ask for them, no national sheet carries them."""
    devices: list[EarlierDevice] = []
    households: list[Household] = []
    rows = BatchRow.objects.filter(batch=batch, household__isnull=False).select_related("household")
    for row in rows:
        person = people[keys[(row.sheet, row.row or 0)]]
        household: Any = row.household
        household.social_policy, household.has_need = person.social_policy, person.has_need
        household.phone = person.phone
        households.append(household)
        if person.earlier_device:
            kind, received_on = person.earlier_device
            devices.append(
                EarlierDevice(
                    household=household, kind=kind, received_on=received_on, source="Số liệu minh họa"
                )
            )
    Household.objects.bulk_update(households, ["social_policy", "has_need", "phone"], batch_size=300)
    EarlierDevice.objects.bulk_create(devices, batch_size=500)


def play_evidence(province: str, office: Office) -> None:
    """A district's certificates of the first year; what households of its first list lack of information."""
    officer = office.person(EVIDENCE_OF[province])
    play_certificates(FIRST_YEAR, until=date(2023, 3, 31), actor=officer, seed=SEED)
    listed = Household.objects.visible_to(officer).standing().filter(list_lines__round__name=FIRST_ROUND)
    kept = listed.filter(list_lines__round__name=FIRST_ROUND, list_lines__decision=Decision.KEEP)
    supported = set(kept.values_list("pk", flat=True))
    play_assessments(listed.order_by("commune__code", "pk").distinct(), supported, actor=officer, seed=SEED)


# --- rounds -----------------------------------------------------------------------------------------


def open_round(
    province: str, office: Office, *, name: str, total: int, number: str, on: date, issuer: str
) -> AllocationRound:
    """Record a decision of the Ministry and send its quota plan to the leader."""
    program = Program.objects.get(province__code=province)
    source = FundingSource.objects.get(program=program, kind=FundingKind.PUBLIC_UTILITY_TELECOM)
    round_ = record_round(
        program, actor=office.officer, funding_source=source, name=name, device_kind=DeviceKind.SMARTPHONE,
        total=total, decision_number=number, decision_date=on, issuer=issuer,
    )  # fmt: skip
    submit_quota_plan(prepare_quota_plan(round_, actor=office.officer), actor=office.officer)
    return round_


MINISTRY = "Bộ Thông tin và Truyền thông"


def play_finished_round(province: str, total: int, office: Office) -> None:
    """A round of the spring of 2023, approved to the end."""
    round_ = open_round(
        province, office, name=FIRST_ROUND, total=total, number="301/QĐ-BTTTT", on=date(2023, 3, 15),
        issuer=MINISTRY,
    )  # fmt: skip
    approve_quota_plan(
        round_.plans.get(), actor=office.leader, decision_number="812/QĐ-UBND", decision_date=date(2023, 4, 3)
    )
    for district_list in round_.lists.all():
        bring_to(district_list, ListState.ACCEPTED, office)
    proposal = create_proposal(
        round_, actor=office.officer, lists=round_.lists.all(), number="45/TTr-STTTT", day=date(2023, 5, 12)
    )
    submit_proposal(proposal, actor=office.officer)
    record_decision(
        Proposal.objects.get(pk=proposal.pk),
        actor=office.leader,
        number="1120/QĐ-UBND",
        day=date(2023, 5, 29),
        signer="Người ký minh họa",
    )


# In the order of the districts' codes, so that both provinces have lists in every state.
OPEN_STATES = (
    ListState.DRAFTING,
    ListState.ACCEPTED,
    ListState.SUBMITTED,
    ListState.AWAITING_SIGNATURE,
    ListState.RETURNED,
    ListState.APPRAISING,
    ListState.DRAFTING,
    ListState.PROPOSED,
    ListState.ACCEPTED,
)


def play_open_round(province: str, total: int, office: Office) -> None:
    """A round of the autumn of 2023: each district has come to another point."""
    round_ = open_round(
        province, office, name="Đợt 2 năm 2023", total=total, number="1765/QĐ-BTTTT", on=date(2023, 9, 18),
        issuer=MINISTRY,
    )  # fmt: skip
    approve_quota_plan(
        round_.plans.get(),
        actor=office.leader,
        decision_number="2410/QĐ-UBND",
        decision_date=date(2023, 10, 6),
    )
    states = dict(zip(district_codes(province), OPEN_STATES, strict=False))
    proposed = []
    for district_list in round_.lists.select_related("district").order_by("district__code"):
        state = states[district_list.district.code]
        if state == ListState.PROPOSED:
            proposed.append(district_list)
            state = ListState.ACCEPTED
        bring_to(district_list, state, office)
    if proposed:  # a very small register gives some districts no device
        proposal = create_proposal(
            round_, actor=office.officer, lists=proposed, number="118/TTr-STTTT", day=date(2023, 11, 20)
        )
        submit_proposal(proposal, actor=office.officer)


def play_waiting_plan(province: str, total: int, office: Office) -> None:
    """A small round whose quota plan waits for the leader."""
    open_round(
        province, office, name="Đợt bổ sung năm 2023", total=total, number="1204/QĐ-BTTTT",
        on=date(2023, 7, 20), issuer=MINISTRY,
    )  # fmt: skip


def bring_to(district_list: DistrictList, state: str, office: Office) -> None:
    """Walk a district's list from its first ranking to `state`, each step by the person it belongs to."""
    code = district_list.district.code
    if state == ListState.DRAFTING:
        return
    request_signature(district_list, actor=office.person(code))
    if state == ListState.AWAITING_SIGNATURE:
        return
    sign_and_submit(district_list, actor=office.person(f"{code}-leader"))
    if state == ListState.SUBMITTED:
        return
    open_appraisal(district_list, actor=office.officer)
    if state == ListState.APPRAISING:
        return
    if state == ListState.RETURNED:
        reason = "Đề nghị rà soát lại các hộ chưa có số CCCD và bổ sung biên bản niêm yết."
        return_list(district_list, actor=office.officer, reason=reason)
        return
    accept_clean_lines(district_list, actor=office.officer)
    for line in district_list.lines.live().exclude(verdict=Verdict.ACCEPTED):
        set_line_verdict(
            line, Verdict.ACCEPTED, actor=office.officer, reason="Đã đối chiếu hồ sơ gốc tại huyện."
        )
    accept_list(district_list, actor=office.officer)
