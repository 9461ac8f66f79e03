"""Who asks, as roles without their province, and who sees each kind of row: by hand, from their duties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

OFFICER, LEADER, REGISTER, VIEWER = "dic", "dic-leader", "dolisa", "ppc"
DISTRICT, DISTRICT_LEADER, OTHER_DISTRICT = "481", "481-leader", "474"
PARTNERS = {"finance", "front", "media"}
HANDS = {"viettel", "inspector"}
PROVINCE = {OFFICER, LEADER, REGISTER, VIEWER}
OWN = {DISTRICT, DISTRICT_LEADER}
EVERYBODY = PROVINCE | OWN | {OTHER_DISTRICT} | PARTNERS | HANDS
REGISTER_READERS = PROVINCE | OWN | {OTHER_DISTRICT}


@dataclass(frozen=True)
class Rule:
    """Who sees the row behind an address (None: there is none) and who of them may open it."""

    sees: frozenset[str] | None
    opens: frozenset[str]
    row: str = ""


def rule(opens: set[str]) -> Rule:
    return Rule(None, frozenset(opens))


def of(row: str, sees: set[str]) -> Any:
    return lambda opens=None: Rule(frozenset(sees), frozenset(sees if opens is None else opens), row)


household = of("household", PROVINCE | OWN)
certificate = of("certificate", PROVINCE | OWN)
assessment = of("assessment", PROVINCE | OWN)
batch = of("batch", PROVINCE)
batch_row = of("batch_row", PROVINCE)
pair = of("pair", PROVINCE)
merge = of("merge", PROVINCE)
round_ = of("round", PROVINCE | OWN | {OTHER_DISTRICT} | PARTNERS)
open_plan = of("open_plan", {OFFICER, LEADER})
approved_plan = of("approved_plan", PROVINCE | OWN | {OTHER_DISTRICT} | PARTNERS)
district_list = of("list", PROVINCE | OWN)
line = of("line", PROVINCE | OWN)
upload = of("upload", PROVINCE | OWN)
posting = of("posting", PROVINCE | OWN)
proposal = of("proposal", PROVINCE | {OTHER_DISTRICT})
# An operator sees what is assigned to it; a district its own; acceptances are the province's.
OPERATOR = "viettel"
DELIVERY_READERS = PROVINCE | OWN | {OTHER_DISTRICT, OPERATOR}
amendment = of("amendment", PROVINCE | OWN)
support = of("support", PROVINCE | OWN | {OPERATOR})
listed_support = of("listed_support", PROVINCE | OWN | {OPERATOR})
hand_over = of("hand_over", PROVINCE | OWN | {OPERATOR})
device = of("device", PROVINCE | {OPERATOR})
shipment = of("shipment", PROVINCE | OWN | {OPERATOR})
delivery_upload = of("delivery_upload", PROVINCE | {OPERATOR})
acceptance = of("acceptance", DELIVERY_READERS)
delivery_commune = of("delivery_commune", PROVINCE | OWN | {OPERATOR})
# Whoever sees rounds reads by which rules.
FIGURES = PROVINCE | OWN | {OTHER_DISTRICT} | PARTNERS
rule_set = of("rule", FIGURES)
draft_rule = of("draft_rule", FIGURES)
submitted_rule = of("submitted_rule", FIGURES)
condition = of("condition", FIGURES)
rank = of("rank", FIGURES)
MONEY = {OFFICER, LEADER, VIEWER} | PARTNERS
budget_line = of("budget_line", MONEY)
reading = of("reading", {OFFICER})
draft_plan = of("draft", {OFFICER, LEADER})
to_confirm = of("request", PROVINCE | OWN | {OPERATOR})
update = of("update", PROVINCE | {OPERATOR})
contribution = of("contribution", MONEY)
# A unit of the province is there for everybody of the province; a district's people know their own alone.
coverage_district = of("coverage_district", PROVINCE | OWN | PARTNERS | HANDS)
COMPLAINT_READERS = PROVINCE | OWN | {OTHER_DISTRICT, OPERATOR}
COMPLAINT_WRITERS = {OFFICER, REGISTER, DISTRICT, OTHER_DISTRICT}
complaint = of("complaint", PROVINCE | OWN)
# An inspector was given the household, the operator has to mend the finding.
FINDING_READERS = PROVINCE | OWN | {OPERATOR, "inspector"}
finding = of("finding", FINDING_READERS)
admin_too = {"admin"}
# Whoever may be of a team; and who reads a sample while its round is in the field (a district afterwards).
CHECKERS = {OFFICER, DISTRICT, OTHER_DISTRICT, "inspector"}
# A round: the province, its team, the inspected district; checklists: whoever sees rounds at all.
ROUND_READERS = PROVINCE | OWN | {"inspector"}
inspection = of("inspection", ROUND_READERS)
inspected_unit = of("inspected_unit", ROUND_READERS)
CHECKLIST_READERS = REGISTER_READERS | {"inspector"}
draft_checklist = of("draft_checklist", CHECKLIST_READERS)
question = of("question", CHECKLIST_READERS)
SAMPLE_READERS = PROVINCE | {"inspector"}
drawn_round = of("drawn_round", SAMPLE_READERS)

# What an organisation did and met for the plan: itself, and who follows the whole plan.
FOLLOWERS = {OFFICER, LEADER, VIEWER}
DUTIES = {OFFICER, REGISTER, DISTRICT, OTHER_DISTRICT, OPERATOR} | PARTNERS
due = of("due", FOLLOWERS | {OPERATOR})
activity = of("activity", FOLLOWERS | {"media"})
obstacle = of("obstacle", FOLLOWERS | {"media"})
draft_report = of("draft_report", {OFFICER, LEADER})
