"""Money and rules of the demo beside the programme's own: marked as invented, for no text of them is known.

The levels and classes of the provinces' resolutions are entered by the departments; what stands here is
there to be looked at, and every citation says so.
"""

from __future__ import annotations

from datetime import date

from allocations.choices import ContributionKind, DeviceKind, DonorKind
from allocations.models import BudgetLine, Contribution, EligibilityRuleSet
from allocations.money.unserved import unserved_households
from allocations.workflow.budget import open_budget_line
from allocations.workflow.contributions import match_households, pledge_contribution, receive_contribution
from allocations.workflow.levels import add_level, approve_level
from allocations.workflow.rules import approve_rule, create_rule, save_condition, save_rank, submit_rule
from beneficiaries.choices import PovertyClass
from programs.choices import FundingKind

from .offices import Office

INVENTED = "Số liệu minh họa: nhập theo văn bản của tỉnh"
#: Cash of the provincial budget, VND a household: invented.
LEVEL = 1_000_000
SINCE = date(2023, 9, 1)


def play_provincial_rule(office: Office) -> EligibilityRuleSet:
    """A rule and a level of the provincial budget, drawn up by the officer, put into force by the leader."""
    program, actor = office.program, office.officer
    kind = FundingKind.PROVINCIAL_BUDGET
    draft = create_rule(
        program, actor=actor, funding_kind=kind, name="Ngân sách tỉnh (số liệu minh họa)", citation=INVENTED
    )
    classes = {"classes": [PovertyClass.POOR, PovertyClass.NEAR_POOR], "policies": ["merit"]}
    for condition, params in (("class_or_policy", classes), ("need", {}), ("not_served", {})):
        save_condition(draft, actor=actor, kind=condition, params=params, citation=INVENTED)
    for kinds in (["merit"], ["poor", "ethnic_minority"], ["poor"], ["other"]):
        save_rank(draft, actor=actor, kinds=kinds, citation=INVENTED)
    rule = approve_rule(submit_rule(draft, actor=actor), actor=office.leader, valid_from=SINCE)
    level = add_level(
        program, actor=actor, funding_kind=kind, form="cash", amount=LEVEL, citation=INVENTED,
        valid_from=SINCE,
    )  # fmt: skip
    approve_level(level, actor=office.leader)
    return rule


def play_budget(devices: int, unit_cost: int, office: Office) -> BudgetLine:
    """A line of the programme that pays for so many devices, and for some more."""
    return open_budget_line(
        office.source(FundingKind.PUBLIC_UTILITY_TELECOM), actor=office.officer, year=2023,
        name="Máy điện thoại thông minh (số liệu minh họa)", amount=devices * unit_cost * 5 // 4,
        decision_number="Số liệu minh họa 01", decision_date=date(2023, 3, 20), issuer="UBND tỉnh",
    )  # fmt: skip


def play_contribution(size: int, office: Office) -> Contribution:
    """Phones pledged through the Fatherland Front: most have come, some have found their household."""
    front, officer = office.person("front"), office.officer
    pledged = max(4, size // 100)
    contribution = pledge_contribution(
        office.source(FundingKind.SOCIALISED), actor=front, donor_name="Công ty minh họa Hương Giang",
        donor_kind=DonorKind.ENTERPRISE, kind=ContributionKind.DEVICES, device_kind=DeviceKind.SMARTPHONE,
        pledged=pledged, pledged_on=date(2023, 9, 20), purpose="Hộ nghèo có học sinh học trực tuyến",
    )  # fmt: skip
    arrived = pledged * 3 // 4
    receive_contribution(
        contribution, actor=front, quantity=arrived, received_on=date(2023, 10, 10), document_number="07/BBTN"
    )
    unserved = unserved_households(office.program.province).order_by("pk").values_list("pk", flat=True)
    chosen = list(unserved[: arrived // 2])
    if chosen:
        match_households(contribution, chosen, actor=officer)
    return contribution
