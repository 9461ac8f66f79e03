"""The demo's story, played through the public doors of every app: nothing is written behind their backs.

Two provinces, the list of the year before, one finished round and one in the middle of everything.
All people and figures are invented ("số liệu minh họa").
"""

from __future__ import annotations

import tempfile
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files import File

from allocations.choices import Decision, SupportState
from allocations.models import AllocationRound, Support
from beneficiaries.choices import BatchKind, BatchState
from beneficiaries.duplicates.finding import FIND
from beneficiaries.models import BatchRow, EarlierDevice, Household, ListBatch, RegisterVersion
from beneficiaries.workflow import confirm_batch, upload_list
from programs.choices import FundingKind
from smartphone_support.accounts.models import User
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.jobs.models import Job, JobState
from smartphone_support.jobs.running import execute

from .accounts import PREFIXES
from .complaints import play_complaints
from .confirmations import play_confirmations
from .deliveries import play_delivery
from .dues import play_dues
from .evidence import play_assessments, play_certificates
from .findings import play_findings
from .inspections import play_inspections
from .months import after_month, after_months
from .offices import Office
from .plan_work import play_plan_work
from .population import (
    POOR,
    Movement,
    NextYear,
    SyntheticHousehold,
    advance_year,
    make_population,
    monthly_movements,
)
from .rounds import (
    FIRST_ROUND,
    PHONE_COSTS,
    play_finished_round,
    play_open_round,
    play_second_wave,
    play_waiting_plan,
)
from .services import play_services
from .sources import play_budget, play_contribution, play_provincial_rule
from .twins import twins_of
from .workbooks import write_monthly, write_national

FIRST_YEAR = 2022
SEED = 413
SIZES = {"46": 6000, "67": 4000}
#: The months whose movements are in the register when the story begins.
MONTHS = ("2023-01", "2023-02")
#: The month in which a household leaves the register after its phone was approved.
LATER_MONTH = "2023-08"
#: The district of each province whose officer has recorded certificates and assessments.
EVIDENCE_OF = {"46": "474", "67": "661"}

Say = Callable[[str], None]


def population_of(province: str, size: int) -> list[SyntheticHousehold]:
    """The households of the demo's first list."""
    return make_population(province, year=FIRST_YEAR, size=size, seed=SEED)


def next_year_of(province: str, size: int) -> NextYear:
    """What the review of the year after found: the list the demo's visitor uploads."""
    return advance_year(after_months(population_of(province, size), MONTHS, seed=SEED), seed=SEED)


def play(province: str, size: int, say: Say) -> None:
    """Load the first year's list of a province, of `size` households, and its rounds."""
    office = Office(PREFIXES[province])
    say(f"{office.prefix}: {size} hộ")
    play_first_list(province, size, office)
    play_months(province, size, office)
    say(f"{office.prefix}: các đợt phân bổ, bàn giao")
    if office.has_source(FundingKind.PROVINCIAL_BUDGET):
        play_provincial_rule(office)
    total = size // 25
    round_ = play_finished_round(total, office, budget_line=play_budget(total, PHONE_COSTS, office))
    play_delivery(round_, office, province)
    play_later_month(round_, province, size, office)
    if province == "46":
        play_second_wave(round_, office)
    play_waiting_plan(max(1, size // 100), office)
    play_open_round(province, size // 10, office)
    if office.has_source(FundingKind.SOCIALISED):
        play_contribution(size, office)
    say(f"{office.prefix}: giấy chứng nhận, thiếu hụt thông tin của một huyện")
    play_evidence(province, office)
    say(f"{office.prefix}: kiểm tra, tồn tại, kiến nghị")
    play_inspections(office)
    play_findings(office)
    play_complaints(province, office)
    say(f"{office.prefix}: đề nghị xác nhận của doanh nghiệp")
    play_confirmations(office)
    say(f"{office.prefix}: dịch vụ viễn thông, doanh nghiệp cập nhật hằng tháng")
    play_services(office)
    say(f"{office.prefix}: các kỳ thực hiện của kế hoạch")
    play_dues(office)
    say(f"{office.prefix}: tuyên truyền, khó khăn, báo cáo định kỳ")
    play_plan_work(office)


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


def play_later_month(round_: AllocationRound, province: str, size: int, office: Office) -> None:
    """A household whose phone is approved and not handed over leaves poverty: its support goes on hold."""
    waiting = Support.objects.filter(round=round_, state=SupportState.ASSIGNED).select_related("household")
    heads = {person.head.national_id: person for person in population_of(province, size)}
    known = [heads.get(support.household.national_id) for support in waiting.order_by("pk")]
    leaving = next((person for person in known if person and person.poverty_class == POOR), None)
    if leaving is None:
        return
    movement = Movement("exited_poor", leaving, None, "71/QĐ-UBND", date(2023, 7, 18))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{province}-bien-dong-{LATER_MONTH}.xlsx"
        write_monthly(path, [movement], month=LATER_MONTH, seed=SEED, clean=True)
        import_workbook(
            path, kind=BatchKind.MONTHLY, province=province, period=date(2023, 8, 1),
            effective_on=date(2023, 8, 31), actor=office.register_officer,
        )  # fmt: skip


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
