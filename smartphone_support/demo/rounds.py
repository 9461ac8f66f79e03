"""The demo's rounds: one approved to the end, one in the middle of everything, one whose plan waits."""

from __future__ import annotations

from datetime import date

from django.core.files.base import ContentFile

from allocations.choices import DeviceKind, ListState, Verdict
from allocations.models import AllocationRound, BudgetLine, DistrictList, Proposal
from allocations.papers.posting import posting_minutes
from allocations.workflow.appraisal import (
    accept_clean_lines,
    accept_list,
    open_appraisal,
    return_list,
    set_line_verdict,
)
from allocations.workflow.lists import request_signature, sign_and_submit
from allocations.workflow.plans import approve_quota_plan, prepare_quota_plan, submit_quota_plan
from allocations.workflow.posting import attach_proof, record_objection, record_posting
from allocations.workflow.proposals import create_proposal, record_decision, submit_proposal
from allocations.workflow.returns import give_back_quota, held_quota
from allocations.workflow.rounds import record_round
from beneficiaries.models import Household, PovertySpell
from programs.choices import FundingKind
from smartphone_support.documents import pdf

from .accounts import district_codes
from .offices import Office
from .reviews import fill_in_cash, fill_review, review, with_found

MINISTRY = "Bộ Thông tin và Truyền thông"
FIRST_ROUND, SECOND_ROUND = "Đợt 1 năm 2023", "Đợt 2 năm 2023"
SIGNER = "Người ký minh họa"
#: An invented price of a phone with its service, VND.
PHONE_COSTS = 2_100_000
#: Working days the second round's lists are posted.
POSTING_DAYS = 5
#: The districts to whose approved lists nobody has assigned an operator yet.
WAITING = {"46": "481", "67": "666"}
POSTED_FROM, POSTED_TO = date(2023, 10, 16), date(2023, 10, 24)


def open_round(
    office: Office,
    *,
    name: str,
    total: int,
    number: str,
    on: date,
    posting_days: int = 0,
    budget_line: BudgetLine | None = None,
) -> AllocationRound:
    """Record a decision of the Ministry and send its quota plan to the leader."""
    round_ = record_round(
        office.program, actor=office.officer, name=name, device_kind=DeviceKind.SMARTPHONE, total=total,
        funding_source=office.source(FundingKind.PUBLIC_UTILITY_TELECOM), decision_number=number,
        decision_date=on, issuer=MINISTRY, posting_days=posting_days, budget_line=budget_line,
        unit_cost=PHONE_COSTS if budget_line else None,
    )  # fmt: skip
    submit_quota_plan(prepare_quota_plan(round_, actor=office.officer), actor=office.officer)
    return round_


def play_finished_round(total: int, office: Office, *, budget_line: BudgetLine) -> AllocationRound:
    """A round of the spring of 2023, approved to the end; one district has cash for some households."""
    round_ = open_round(
        office, name=FIRST_ROUND, total=total, number="301/QĐ-BTTTT", on=date(2023, 3, 15),
        budget_line=budget_line,
    )  # fmt: skip
    approve_quota_plan(
        round_.plans.get(), actor=office.leader, decision_number="812/QĐ-UBND", decision_date=date(2023, 4, 3)
    )
    lists = list(round_.lists.select_related("district", "round__program__province").order_by("-kept", "pk"))
    with_cash = next((row for row in lists if row.district.code not in WAITING.values()), None)
    if with_cash is not None and with_cash.kept:
        review(with_cash, actor=office.person(with_cash.district.code), fill=fill_in_cash)
    for district_list in lists:
        bring_to(district_list, ListState.ACCEPTED, office)
    proposal = create_proposal(
        round_, actor=office.officer, lists=round_.lists.all(), number="45/TTr-STTTT", day=date(2023, 5, 12)
    )
    submit_proposal(proposal, actor=office.officer)
    record_decision(
        Proposal.objects.get(pk=proposal.pk), actor=office.leader, number="1120/QĐ-UBND",
        day=date(2023, 5, 29), signer=SIGNER,
    )  # fmt: skip
    return round_


def play_second_wave(round_: AllocationRound, office: Office) -> None:
    """Quota that approved lists of the round do not use goes back, and is shared out once more."""
    returned = 0
    for district_list in round_.lists.select_related("district", "round__program").order_by("pk"):
        free = held_quota(district_list).free
        if free:
            give_back_quota(
                district_list, actor=office.officer, count=free,
                reason="Hộ không nhận được máy và huyện không đề nghị hộ thay thế",
            )  # fmt: skip
            returned += free
    if not returned:
        return
    plan = submit_quota_plan(prepare_quota_plan(round_, actor=office.officer), actor=office.officer)
    approve_quota_plan(
        plan, actor=office.leader, decision_number="1815/QĐ-UBND", decision_date=date(2023, 8, 25)
    )
    for district_list in round_.lists.filter(wave=plan.wave).select_related("district"):
        bring_to(district_list, ListState.SUBMITTED, office)


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
    """A round of the autumn of 2023: each district has come to another point, after five days of posting."""
    round_ = open_round(
        office, name=SECOND_ROUND, total=total, number="1765/QĐ-BTTTT", on=date(2023, 9, 18),
        posting_days=POSTING_DAYS,
    )  # fmt: skip
    approve_quota_plan(
        round_.plans.get(),
        actor=office.leader,
        decision_number="2410/QĐ-UBND",
        decision_date=date(2023, 10, 6),
    )
    states = dict(zip(district_codes(province), OPEN_STATES, strict=False))
    proposed = []
    for district_list in round_.lists.select_related("district", "round__program__province").order_by(
        "district__code"
    ):
        code = district_list.district.code
        state = states[code]
        if code == min(states):
            review_and_post(district_list, office)
        elif state != ListState.DRAFTING:
            post(district_list, office)
        if state == ListState.PROPOSED:
            proposed.append(district_list)
            state = ListState.ACCEPTED
        bring_to(district_list, state, office)
    if proposed:  # a very small register gives some districts no device
        proposal = create_proposal(
            round_, actor=office.officer, lists=proposed, number="118/TTr-STTTT", day=date(2023, 11, 20)
        )
        submit_proposal(proposal, actor=office.officer)


def post(district_list: DistrictList, office: Office) -> None:
    """Post the whole list at the seat of the district, where it keeps anybody."""
    if district_list.kept:
        record_posting(
            district_list, actor=office.person(district_list.district.code), from_day=POSTED_FROM,
            to_day=POSTED_TO, place=f"Trụ sở UBND {district_list.district.name_in_text}",
        )  # fmt: skip


def review_and_post(district_list: DistrictList, office: Office) -> None:
    """A reviewed list with households found in the field, its posting with the scan, and an objection."""
    actor = office.person(district_list.district.code)
    found = _without_need(district_list)
    review(district_list, actor=actor, fill=lambda content: with_found(fill_review(content), found))
    if not district_list.kept:
        return
    posting = record_posting(
        district_list, actor=actor, from_day=POSTED_FROM, to_day=POSTED_TO,
        place=f"Trụ sở UBND {district_list.district.name_in_text}", note="Có loa truyền thanh xã thông báo",
    )  # fmt: skip
    minutes = ContentFile(pdf.render(posting_minutes(posting)), name="bien-ban-niem-yet.pdf")
    attach_proof(posting, actor=actor, proof=minutes)
    record_objection(
        posting, actor=actor, received_on=date(2023, 10, 19), from_whom="Một người dân trong thôn",
        content="Hộ này đã được cho điện thoại thông minh từ năm trước, đề nghị kiểm tra lại.",
        line=district_list.lines.filter(decision="keep").order_by("position").first(),
    )  # fmt: skip


def _without_need(district_list: DistrictList) -> list[Household]:
    """A poor household of the district that declared no need: the review team met it and it has one."""
    on = district_list.round.decision_date
    poor = PovertySpell.objects.in_force(on).filter(poverty_class="poor").values("household")
    rows = Household.objects.standing().filter(
        district=district_list.district, has_need=False, commune__isnull=False, list_lines=None, pk__in=poor
    )
    rows = rows.exclude(national_id="").filter(supports=None, earlier_devices=None)
    return list(rows.select_related("commune").order_by("pk")[:1])


def play_waiting_plan(total: int, office: Office) -> None:
    """A small round whose quota plan waits for the leader."""
    open_round(office, name="Đợt bổ sung năm 2023", total=total, number="1204/QĐ-BTTTT", on=date(2023, 7, 20))


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
