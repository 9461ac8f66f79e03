"""Every address of the site, asked for by every role of both provinces.

The table below is written by hand from the duties of each role, not from the code's own table of rights:
whom an address's row exists for (others get 404), and who of them may open it (the others get 403).
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from allocations.choices import ListState
from allocations.lists.review_reading import receive_upload
from allocations.lists.review_workbook import write_review_workbook
from allocations.models import (
    AllocationRound,
    DistrictList,
    FieldHousehold,
    ListLine,
    Proposal,
    QuotaPlan,
    ReviewUpload,
)
from allocations.workflow import record_objection, record_posting
from beneficiaries.choices import Outcome
from beneficiaries.models import (
    BatchRow,
    DuplicateCandidate,
    Household,
    InformationDeprivation,
    LayoutMemory,
    ListBatch,
    PovertyCertificate,
    RegisterExport,
)
from beneficiaries.workflow import merge_pair
from programs.loading import load_plans
from programs.models import Program
from smartphone_support.accounts.models import User
from smartphone_support.demo.accounts import PREFIXES
from smartphone_support.demo.samples import fill_review
from smartphone_support.demo.story import play
from smartphone_support.documents.storing import store
from smartphone_support.jobs.models import Job

from .cast import usernames
from .complaint_rows import complaints_of
from .delivery_rows import delivery_of
from .due_rows import dues_of
from .field_rows import field_of
from .finding_rows import findings_of
from .inspection_rows import rounds_of
from .making_rows import plans_of, requests_of
from .money_rows import money_of
from .rule_rows import rules_of
from .sampling_rows import drawing_of
from .service_rows import services_of
from .support_rows import amendment_of
from .work_rows import work_of

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

RULES: dict[str, Rule] = {
    "home": rule(EVERYBODY | admin_too),
    "programs:program_list": rule(EVERYBODY | admin_too),
    "programs:program_detail": of("program", EVERYBODY)(),
    # the living plan: dues of Viettel, read by itself and by who follows the whole plan
    "programs:due_list": of("program", EVERYBODY)(),
    "programs:due_export": of("program", EVERYBODY)(),
    "programs:due_calendar": of("program", EVERYBODY)(),
    "programs:due_open": of("program", EVERYBODY)({OFFICER}),
    "programs:deadlines": of("program", EVERYBODY)({OFFICER}),
    "programs:organisation_list": of("program", EVERYBODY)(FOLLOWERS),
    "programs:organisation_detail": of("plan_organisation", FOLLOWERS | {OPERATOR})(),
    "programs:task_request": of("plan_task", EVERYBODY)({OFFICER}),
    "programs:due_detail": due(),
    "programs:due_report": due({OPERATOR}),
    "programs:due_nothing": due({OPERATOR}),
    "programs:due_accept": due({OFFICER, LEADER}),
    "programs:due_return": due({OFFICER, LEADER}),
    "programs:due_extend": due({OFFICER}),
    "programs:due_evidence": of("evidence", FOLLOWERS | {OPERATOR})(),
    "programs:reference_list": rule(admin_too),
    "programs:reference_export": rule(admin_too),
    "programs:reference_upload": rule(admin_too),
    "programs:reference_preview": rule(admin_too),
    # activities, difficulties, periodic reports
    "programs:activity_list": rule(EVERYBODY | admin_too),
    "programs:activity_export": rule(EVERYBODY | admin_too),
    "programs:activity_create": rule(DUTIES),
    "programs:activity_detail": activity(),
    "programs:activity_file": activity(),
    "programs:activity_change": activity({"media"}),
    "programs:activity_take_back": activity({"media"}),
    "programs:obstacle_list": rule(EVERYBODY | admin_too),
    "programs:obstacle_create": rule(DUTIES),
    "programs:obstacle_summary": rule(FOLLOWERS),
    "programs:obstacle_summary_docx": rule(FOLLOWERS),
    "programs:obstacle_summary_pdf": rule(FOLLOWERS),
    "programs:obstacle_detail": obstacle(),
    "programs:obstacle_file": obstacle(),
    "programs:obstacle_answer": obstacle({OFFICER}),
    "programs:obstacle_ask_again": of("answered_obstacle", FOLLOWERS | {"media"})({"media"}),
    "programs:obstacle_settle": obstacle({"media"}),
    "programs:obstacle_withdraw": obstacle({"media"}),
    "programs:obstacle_flag": obstacle({OFFICER}),
    "programs:report_list": rule(FOLLOWERS),
    "programs:report_create": rule({OFFICER}),
    "programs:report_detail": draft_report(),
    "programs:report_texts": draft_report({OFFICER}),
    "programs:report_refresh": draft_report({OFFICER}),
    "programs:report_issue": draft_report({LEADER}),
    "programs:report_cancel": draft_report({OFFICER}),
    "programs:report_docx": draft_report(),
    "programs:report_pdf": draft_report(),
    "programs:report_xlsx": draft_report(),
    # a plan being made: only who prepares it and who approves it know of it
    "programs:program_new": rule({OFFICER}),
    "programs:program_reading": reading(),
    "programs:program_reading_rows": reading(),
    "programs:program_reading_questions": reading(),
    "programs:program_reading_save": reading(),
    "programs:program_reading_discard": reading(),
    "programs:program_copy": of("program", EVERYBODY)({OFFICER}),
    "programs:program_close": of("program", EVERYBODY)({LEADER}),
    "programs:program_draft": draft_plan(),
    "programs:program_change": draft_plan({OFFICER}),
    "programs:program_rows": draft_plan({OFFICER}),
    "programs:program_delete": draft_plan({OFFICER}),
    "programs:program_put_in_force": draft_plan({LEADER}),
    "programs:program_party": of("draft_party", {OFFICER, LEADER})({OFFICER}),
    "programs:program_task_events": of("draft_task", {OFFICER, LEADER})({OFFICER}),
    # telecom services: operators send their own; the department keeps levels, the year, takes back
    "services:subscription_list": rule(DELIVERY_READERS),
    "services:subscription_export": rule(DELIVERY_READERS),
    "services:subscription_detail": of("subscription", PROVINCE | OWN | {OPERATOR})(),
    "services:report_list": rule(PROVINCE | {OPERATOR}),
    "services:report_months": rule(PROVINCE),
    "services:report_create": rule({OPERATOR}),
    "services:report_nothing": rule({OPERATOR}),
    "services:report_detail": update(),
    "services:report_file": update({OPERATOR}),
    "services:report_refused": update({OPERATOR}),
    "services:report_confirm": update({OPERATOR}),
    "services:report_discard": update({OPERATOR}),
    "services:report_reread": update({OPERATOR}),
    "services:report_take_back": update({OFFICER}),
    "services:level_list": rule(DELIVERY_READERS),
    "services:level_create": rule({OFFICER}),
    "services:level_drop": of("service_level", DELIVERY_READERS)({OFFICER}),
    "services:year_change": rule({OFFICER}),
    "services:year_suspend": rule({OFFICER}),
    "services:year_restore": rule({OFFICER}),
    "services:year_remove": rule({OFFICER}),
    "services:settlement": rule(DELIVERY_READERS),
    "services:settlement_lines": rule(DELIVERY_READERS),
    "services:settlement_workbook": rule(DELIVERY_READERS),
    "services:settlement_docx": rule(PROVINCE),
    "services:settlement_pdf": rule(PROVINCE),
    # lists operators ask to confirm
    "services:confirmation_list": rule(DELIVERY_READERS),
    "services:confirmation_create": rule({OPERATOR}),
    "services:confirmation_detail": to_confirm(),
    "services:confirmation_submit": to_confirm({OPERATOR}),
    "services:confirmation_withdraw": to_confirm({OPERATOR}),
    "services:confirmation_verdicts": to_confirm({OFFICER}),
    "services:confirmation_confirm_all": to_confirm({OFFICER}),
    "services:confirmation_refuse_all": to_confirm({OFFICER}),
    "services:confirmation_answer": to_confirm({OFFICER}),
    "services:confirmation_workbook": to_confirm({OFFICER}),
    "services:confirmation_letter_docx": to_confirm({OFFICER}),
    "services:confirmation_letter_pdf": to_confirm({OFFICER}),
    "services:confirmation_file": to_confirm({OFFICER, OPERATOR}),
    "services:question_list": rule({DISTRICT, OTHER_DISTRICT}),
    "services:question_answer": of("asked_line", PROVINCE | OWN | {OPERATOR})({DISTRICT}),
    "jobs:progress": of("job", {REGISTER})(),
    # the register
    "beneficiaries:household_list": rule(REGISTER_READERS),
    "beneficiaries:household_export": rule({OFFICER, REGISTER, DISTRICT, OTHER_DISTRICT}),
    "beneficiaries:export_detail": of("export", {REGISTER})(),
    "beneficiaries:export_file": of("export", {REGISTER})(),
    "beneficiaries:household_detail": household(),
    "beneficiaries:household_reveal": household({OFFICER, REGISTER, DISTRICT}),
    "beneficiaries:household_change": household({REGISTER}),
    "beneficiaries:household_movement": household({REGISTER}),
    "beneficiaries:household_movement_undo": household({REGISTER}),
    "beneficiaries:incomplete_list": rule(REGISTER_READERS),
    "beneficiaries:certificate_list": rule(REGISTER_READERS),
    "beneficiaries:certificate_export": rule({OFFICER, REGISTER, DISTRICT, OTHER_DISTRICT}),
    "beneficiaries:certificate_missing": rule(REGISTER_READERS),
    "beneficiaries:certificate_notice": of("commune", PROVINCE | OWN)(),
    "beneficiaries:certificate_record": household({REGISTER, DISTRICT}),
    "beneficiaries:certificate_copy": certificate(),
    "beneficiaries:certificate_remove": certificate({REGISTER, DISTRICT}),
    "beneficiaries:deprivation_list": rule(REGISTER_READERS),
    "beneficiaries:deprivation_export": rule({OFFICER, REGISTER, DISTRICT, OTHER_DISTRICT}),
    "beneficiaries:deprivation_rows": rule(REGISTER_READERS),
    "beneficiaries:deprivation_record": household({REGISTER, DISTRICT}),
    "beneficiaries:deprivation_remove": assessment({REGISTER, DISTRICT}),
    "beneficiaries:batch_list": rule(PROVINCE),
    "beneficiaries:batch_create": rule({REGISTER}),
    "beneficiaries:batch_detail": batch(),
    "beneficiaries:batch_rows": batch(),
    "beneficiaries:batch_confirm": batch({REGISTER}),
    "beneficiaries:batch_reject": batch({REGISTER}),
    "beneficiaries:batch_reread": batch({REGISTER}),
    "beneficiaries:batch_file": batch({REGISTER}),
    "beneficiaries:batch_error_workbook": batch({REGISTER}),
    "beneficiaries:row_decide": batch_row({REGISTER}),
    "beneficiaries:batch_dismiss_failed": rule({REGISTER}),
    "beneficiaries:batch_layouts": rule({REGISTER}),
    "beneficiaries:batch_layout": batch({REGISTER}),
    "beneficiaries:batch_layout_forget": of("layout", {REGISTER})(),
    "beneficiaries:batch_correct": batch({REGISTER}),
    "beneficiaries:batch_communes": batch({REGISTER}),
    "beneficiaries:batch_corrections": batch({REGISTER}),
    "beneficiaries:batch_withdraw": batch({REGISTER}),
    "beneficiaries:batch_revert": batch({REGISTER}),
    "beneficiaries:batch_mended": batch({REGISTER}),
    "beneficiaries:batch_reasons": batch({REGISTER}),
    # households that may be one
    "beneficiaries:duplicate_list": rule(PROVINCE),
    "beneficiaries:duplicate_search": rule({REGISTER}),
    "beneficiaries:duplicate_detail": pair(),
    "beneficiaries:duplicate_different": pair({REGISTER}),
    "beneficiaries:duplicate_reopen": pair({REGISTER}),
    "beneficiaries:duplicate_merge": pair({REGISTER}),
    "beneficiaries:merge_undo": merge({REGISTER}),
    # rounds and quotas
    "allocations:round_list": rule(REGISTER_READERS | PARTNERS),
    "allocations:round_create": rule({OFFICER}),
    "allocations:round_eligible": rule({OFFICER}),
    "allocations:round_detail": round_(),
    "allocations:round_change": round_({OFFICER}),
    "allocations:round_households": round_(REGISTER_READERS),
    "allocations:household_why": of("why", PROVINCE | OWN)(),
    "allocations:line_why": line(),
    # rules, levels, difficult communes
    "allocations:rule_list": rule(FIGURES),
    "allocations:rule_create": rule({OFFICER}),
    "allocations:rule_detail": rule_set(),
    "allocations:rule_preview": rule_set(),
    "allocations:rule_change": draft_rule({OFFICER}),
    "allocations:rule_submit": draft_rule({OFFICER}),
    "allocations:rule_discard": draft_rule({OFFICER}),
    "allocations:rule_return": submitted_rule({LEADER}),
    "allocations:rule_approve": submitted_rule({LEADER}),
    "allocations:rule_condition_kinds": draft_rule({OFFICER}),
    "allocations:rule_condition_create": draft_rule({OFFICER}),
    "allocations:rule_condition_change": condition({OFFICER}),
    "allocations:rule_condition_remove": condition({OFFICER}),
    "allocations:rule_condition_move": condition({OFFICER}),
    "allocations:rule_rank_create": draft_rule({OFFICER}),
    "allocations:rule_rank_change": rank({OFFICER}),
    "allocations:rule_rank_remove": rank({OFFICER}),
    "allocations:rule_rank_move": rank({OFFICER}),
    "allocations:level_list": rule(FIGURES),
    "allocations:level_create": rule({OFFICER}),
    "allocations:level_approve": of("submitted_level", FIGURES)({LEADER}),
    "allocations:level_return": of("submitted_level", FIGURES)({LEADER}),
    "allocations:level_end": of("level", FIGURES)({OFFICER}),
    "allocations:designation_list": rule(FIGURES),
    "allocations:designation_create": rule({OFFICER}),
    "allocations:designation_approve": of("designation_entry", FIGURES)({LEADER}),
    "allocations:designation_return": of("designation_entry", FIGURES)({LEADER}),
    "allocations:designation_end": of("designation", FIGURES)({OFFICER}),
    "allocations:quotaplan_create": round_({OFFICER}),
    "allocations:quotaplan_detail": approved_plan(),
    "allocations:quotaplan_proof": approved_plan(),
    "allocations:quotaplan_submit": open_plan({OFFICER}),
    "allocations:quotaplan_return": open_plan({LEADER}),
    "allocations:quotaplan_approve": open_plan({LEADER}),
    "allocations:quotaplan_discard": open_plan({OFFICER}),
    "allocations:quotaplan_inputs": approved_plan(),
    "allocations:quota_give_back": district_list({OFFICER, DISTRICT}),
    # lists
    "allocations:list_list": rule(REGISTER_READERS),
    "allocations:list_detail": district_list(),
    "allocations:list_workbook": district_list({DISTRICT}),
    "allocations:list_upload": district_list({DISTRICT}),
    "allocations:list_request_signature": district_list({DISTRICT}),
    "allocations:list_send_back": district_list({DISTRICT_LEADER}),
    "allocations:list_sign": district_list({DISTRICT_LEADER}),
    "allocations:list_open_appraisal": district_list({OFFICER}),
    "allocations:list_accept_clean": district_list({OFFICER}),
    "allocations:list_accept": district_list({OFFICER}),
    "allocations:list_return": district_list({OFFICER}),
    "allocations:line_verdict": line({OFFICER}),
    "allocations:upload_detail": upload({DISTRICT, OFFICER}),
    "allocations:upload_confirm": upload({DISTRICT}),
    "allocations:upload_discard": upload({DISTRICT}),
    "allocations:list_communes": district_list(),
    "allocations:list_print": district_list(),
    "allocations:list_versions": district_list(),
    "allocations:list_compare": district_list(),
    "allocations:list_withdraw": district_list({DISTRICT_LEADER}),
    "allocations:posting_list": district_list(),
    "allocations:posting_create": district_list({DISTRICT}),
    "allocations:posted_list": district_list(),
    "allocations:posted_workbook": district_list(),
    "allocations:posting_proof": posting(),
    "allocations:posting_attach": posting({DISTRICT}),
    "allocations:posting_withdraw": posting({DISTRICT}),
    "allocations:objection_create": posting({DISTRICT}),
    "allocations:objection_answer": of("objection", PROVINCE | OWN)({DISTRICT}),
    "allocations:find_list": rule(REGISTER_READERS),
    "allocations:find_settle": of("find", PROVINCE | OWN)({OFFICER, REGISTER}),
    # proposals
    "allocations:proposal_list": rule(REGISTER_READERS),
    "allocations:proposal_create": round_({OFFICER}),
    "allocations:proposal_detail": proposal(),
    "allocations:proposal_submit": proposal({OFFICER}),
    "allocations:proposal_return": proposal({LEADER}),
    "allocations:proposal_cancel": proposal({OFFICER}),
    "allocations:proposal_decide": proposal({LEADER}),
    "allocations:proposal_annex": proposal(),  # a district gets its own part of it
    "allocations:proposal_annex_full": proposal({OFFICER, REGISTER, OTHER_DISTRICT}),
    "allocations:list_appraisal": district_list({OFFICER}),
    "allocations:list_verdicts": district_list({OFFICER}),
    "allocations:line_facts": line({OFFICER}),
    # supports and amendments
    "allocations:support_list": rule(DELIVERY_READERS),
    "allocations:support_assign": rule({OFFICER}),
    "allocations:support_detail": support(),
    "allocations:support_hold": support({OFFICER}),
    "allocations:support_release": support({OFFICER}),
    "allocations:support_undeliverable": support({OFFICER, DISTRICT, OPERATOR}),
    "allocations:support_recover": support({OFFICER}),
    "allocations:support_replace": listed_support({OFFICER}),
    "allocations:support_withdraw": listed_support({OFFICER}),
    "allocations:amendment_create": district_list({OFFICER}),
    "allocations:amendment_list": rule(REGISTER_READERS),
    "allocations:amendment_detail": amendment(),
    "allocations:amendment_add_line": amendment({OFFICER}),
    "allocations:amendment_remove_line": amendment({OFFICER}),
    "allocations:amendment_submit": amendment({OFFICER}),
    "allocations:amendment_return": amendment({LEADER}),
    "allocations:amendment_cancel": amendment({OFFICER}),
    "allocations:amendment_decide": amendment({LEADER}),
    # delivery: devices, hand-overs, acceptances
    "allocations:device_list": rule(DELIVERY_READERS),
    "allocations:device_intake": rule({OFFICER, OPERATOR}),
    "allocations:device_dispatch": rule({OFFICER, OPERATOR}),
    "allocations:device_give_back": rule({OFFICER, OPERATOR}),
    "allocations:device_return": rule({DISTRICT, OTHER_DISTRICT}),
    "allocations:device_detail": device(),
    "allocations:device_write_off": device({OFFICER, OPERATOR}),
    "allocations:device_restore": device({OFFICER, OPERATOR}),
    "allocations:device_balance": of("delivery_round", DELIVERY_READERS)(),
    "allocations:shipment_list": rule(DELIVERY_READERS),
    "allocations:shipment_detail": shipment(),
    "allocations:shipment_receive": shipment({DISTRICT}),
    "allocations:shipment_found": shipment({DISTRICT}),
    "allocations:shipment_cancel": shipment({OFFICER, OPERATOR}),
    "allocations:delivery_home": rule({OFFICER, DISTRICT, OTHER_DISTRICT, OPERATOR}),
    "allocations:delivery_progress": rule(DELIVERY_READERS),
    "allocations:delivery_export": rule({OFFICER, REGISTER, DISTRICT, OTHER_DISTRICT}),
    "allocations:delivery_workbook": of("delivery_round", DELIVERY_READERS)({OFFICER, OPERATOR}),
    "allocations:delivery_upload": of("delivery_round", DELIVERY_READERS)({OFFICER, OPERATOR}),
    "allocations:delivery_upload_detail": delivery_upload({OFFICER, OPERATOR}),
    "allocations:delivery_upload_confirm": delivery_upload({OFFICER, OPERATOR}),
    "allocations:delivery_upload_discard": delivery_upload({OFFICER, OPERATOR}),
    "allocations:handover_create": support({OFFICER, DISTRICT, OPERATOR}),
    "allocations:delivery_undeliverable": support({OFFICER, DISTRICT, OPERATOR}),
    "allocations:handover_detail": hand_over(),
    "allocations:handover_photo": hand_over(),
    "allocations:handover_reverse": hand_over({OFFICER}),
    "allocations:handover_swap": hand_over({OFFICER, DISTRICT, OPERATOR}),
    "allocations:handover_take_back": hand_over({OFFICER, DISTRICT, OPERATOR}),
    "allocations:acceptance_list": rule(DELIVERY_READERS),
    "allocations:acceptance_create": rule({OFFICER}),
    "allocations:acceptance_detail": acceptance(),
    "allocations:acceptance_leave_out": acceptance({OFFICER}),
    "allocations:acceptance_collect": acceptance({OFFICER}),
    "allocations:acceptance_submit": acceptance({OFFICER}),
    "allocations:acceptance_return": acceptance({LEADER}),
    "allocations:acceptance_confirm": acceptance({LEADER}),
    # money and coverage
    "allocations:budget_list": rule(MONEY),
    "allocations:budget_create": rule({OFFICER}),
    "allocations:budget_detail": budget_line(),
    "allocations:budget_adjust": budget_line({OFFICER}),
    "allocations:budget_file": of("budget_file", MONEY)(),
    "allocations:contribution_list": rule(MONEY),
    "allocations:contribution_create": rule({OFFICER} | PARTNERS),
    "allocations:contribution_detail": contribution(),
    "allocations:contribution_receive": contribution({OFFICER, "front"}),  # it came through the Front
    "allocations:contribution_match": contribution({OFFICER}),
    "allocations:contribution_close": contribution({OFFICER}),
    "allocations:contribution_file": of("contribution_file", MONEY)(),
    "allocations:contribution_unmatch": of("matched", PROVINCE | OWN)({OFFICER}),
    "allocations:coverage": rule(FIGURES),
    "allocations:coverage_workbook": rule(FIGURES),
    "allocations:coverage_households": rule(REGISTER_READERS),
    "allocations:coverage_district": coverage_district(FIGURES - {OTHER_DISTRICT}),
    "allocations:coverage_district_workbook": coverage_district(FIGURES - {OTHER_DISTRICT}),
    # official papers: hidden numbers for everyone who sees the row, whole ones for who may read them
    "allocations:paper_proposal_submission_docx": proposal(),
    "allocations:paper_proposal_submission_pdf": proposal(),
    "allocations:paper_proposal_submission_full": proposal({OFFICER, REGISTER, OTHER_DISTRICT}),
    "allocations:paper_proposal_decision_docx": proposal(),
    "allocations:paper_proposal_decision_pdf": proposal(),
    "allocations:paper_proposal_decision_full": proposal({OFFICER, REGISTER, OTHER_DISTRICT}),
    "allocations:paper_quotaplan_decision_docx": approved_plan(),
    "allocations:paper_quotaplan_decision_pdf": approved_plan(),
    "allocations:paper_amendment_decision_docx": amendment(),
    "allocations:paper_amendment_decision_pdf": amendment(),
    "allocations:paper_amendment_decision_full": amendment({OFFICER, REGISTER, DISTRICT}),
    "allocations:paper_list_posted_docx": district_list(),
    "allocations:paper_list_posted_pdf": district_list(),
    "allocations:paper_list_hand_overs_docx": district_list(),
    "allocations:paper_list_hand_overs_pdf": district_list(),
    "allocations:paper_list_hand_overs_full": district_list({OFFICER, REGISTER, DISTRICT}),
    "allocations:paper_list_notices_docx": district_list(),
    "allocations:paper_list_notices_pdf": district_list(),
    "allocations:paper_list_notices_invite": district_list(),
    "allocations:paper_posting_minutes_docx": posting(),
    "allocations:paper_posting_minutes_pdf": posting(),
    "allocations:paper_support_hand_over_docx": support(),
    "allocations:paper_support_hand_over_pdf": support(),
    "allocations:paper_support_hand_over_full": support({OFFICER, REGISTER, DISTRICT}),
    "allocations:paper_support_notice_docx": support(),
    "allocations:paper_support_notice_pdf": support(),
    "allocations:paper_support_notice_invite": support(),
    "allocations:paper_handover_minutes_docx": hand_over(),
    "allocations:paper_handover_minutes_pdf": hand_over(),
    "allocations:paper_handover_minutes_full": hand_over({OFFICER, REGISTER, DISTRICT}),
    "allocations:paper_commune_hand_overs_docx": delivery_commune(),
    "allocations:paper_commune_hand_overs_pdf": delivery_commune(),
    "allocations:paper_commune_hand_overs_full": delivery_commune({OFFICER, REGISTER, DISTRICT}),
    "allocations:paper_acceptance_minutes_docx": acceptance(),
    "allocations:paper_acceptance_minutes_pdf": acceptance(),
    "allocations:paper_acceptance_minutes_full": acceptance({OFFICER, REGISTER, DISTRICT, OTHER_DISTRICT}),
    # inspection rounds: the department (a district its own) runs them, the leader concludes
    "inspections:round_list": rule(CHECKLIST_READERS),
    "inspections:round_create": rule({OFFICER, DISTRICT, OTHER_DISTRICT}),
    "inspections:round_detail": inspection(),
    "inspections:round_change": inspection({OFFICER}),
    "inspections:round_announce": inspection({OFFICER}),
    "inspections:round_move_fieldwork": inspection({OFFICER}),
    "inspections:round_open_fieldwork": inspection({OFFICER}),
    "inspections:round_close_fieldwork": inspection({OFFICER}),
    "inspections:round_conclude": inspection({LEADER}),
    "inspections:round_close": inspection({OFFICER}),
    "inspections:round_cancel": inspection({OFFICER}),
    "inspections:round_member_add": inspection({OFFICER}),
    "inspections:round_member_role": of("team_member", ROUND_READERS)({OFFICER}),
    "inspections:round_member_remove": of("team_member", ROUND_READERS)({OFFICER}),
    "inspections:round_paper_decision_docx": inspection(),
    "inspections:round_paper_decision_pdf": inspection(),
    "inspections:round_paper_plan_docx": inspection(),
    "inspections:round_paper_plan_pdf": inspection(),
    "inspections:round_paper_conclusion_docx": of("closed_inspection", ROUND_READERS)(),
    "inspections:round_paper_conclusion_pdf": of("closed_inspection", ROUND_READERS)(),
    "inspections:round_paper_report_docx": of("closed_inspection", ROUND_READERS)(),
    "inspections:round_paper_report_pdf": of("closed_inspection", ROUND_READERS)(),
    "inspections:unit_add": inspection({OFFICER}),
    "inspections:unit_detail": inspected_unit(),
    "inspections:unit_remove": inspected_unit({OFFICER}),
    "inspections:unit_notice": inspected_unit({OFFICER}),
    "inspections:unit_report": inspected_unit({OFFICER, DISTRICT}),
    "inspections:unit_report_file": inspected_unit(),
    "inspections:minutes_write": inspected_unit({OFFICER}),
    "inspections:minutes_sign": inspected_unit({OFFICER}),
    "inspections:minutes_scan": of("unit_of_closed", ROUND_READERS)(),
    "inspections:unit_paper_notice_docx": inspected_unit(),
    "inspections:unit_paper_notice_pdf": inspected_unit(),
    "inspections:unit_paper_minutes_docx": of("unit_of_closed", ROUND_READERS)(),
    "inspections:unit_paper_minutes_pdf": of("unit_of_closed", ROUND_READERS)(),
    # a member sees the households given to them; who could have been drawn, and the estimates, the province
    "inspections:sample_detail": drawn_round(),
    "inspections:sample_draw": drawn_round({OFFICER}),
    "inspections:sample_method": drawn_round(PROVINCE),
    "inspections:sample_proof": drawn_round(PROVINCE),
    "inspections:sample_assign": drawn_round({OFFICER}),
    "inspections:sample_risks": drawn_round({OFFICER}),
    "inspections:sample_replace": of("drawn_household", SAMPLE_READERS)({OFFICER}),
    "inspections:estimate_list": drawn_round(PROVINCE),
    "inspections:estimate_export": drawn_round(PROVINCE),
    "inspections:checklist_list": rule(CHECKLIST_READERS),
    "inspections:checklist_detail": of("checklist", CHECKLIST_READERS)(),
    "inspections:checklist_draft": of("checklist", CHECKLIST_READERS)({OFFICER}),
    "inspections:checklist_in_force": draft_checklist({OFFICER}),
    "inspections:checklist_discard": draft_checklist({OFFICER}),
    "inspections:checklist_question_add": draft_checklist({OFFICER}),
    "inspections:checklist_question_change": question({OFFICER}),
    "inspections:checklist_question_remove": question({OFFICER}),
    "inspections:checklist_question_move": question({OFFICER}),
    # findings: the department manages them, whoever has to mend one reports how
    "inspections:finding_list": rule(FINDING_READERS | {OTHER_DISTRICT}),
    "inspections:finding_export": rule(FINDING_READERS | {OTHER_DISTRICT}),
    "inspections:finding_create": of("finding_round", PROVINCE | {"inspector"})({OFFICER}),
    "inspections:finding_of_complaint": complaint({OFFICER, DISTRICT}),
    "inspections:finding_detail": finding(),
    "inspections:finding_remedy": finding({OFFICER, OPERATOR}),
    "inspections:finding_verify": of("remedied_finding", FINDING_READERS)({OFFICER}),
    "inspections:finding_change": finding({OFFICER}),
    "inspections:finding_extend": finding({OFFICER}),
    "inspections:finding_close": finding({OFFICER}),
    "inspections:finding_drop": finding({OFFICER}),
    "inspections:finding_hold": finding({OFFICER}),
    "inspections:finding_recover": finding({OFFICER}),
    "inspections:finding_evidence": of("remedy", FINDING_READERS)(),
    "inspections:finding_request_docx": of("finding_paper", FINDING_READERS)(),
    "inspections:finding_request_pdf": of("finding_paper", FINDING_READERS)(),
    "inspections:finding_report_docx": of("finding_paper", FINDING_READERS)(),
    "inspections:finding_report_pdf": of("finding_paper", FINDING_READERS)(),
    "inspections:lone_finding_request_docx": of("lone_finding", FINDING_READERS - {"inspector"})(),
    "inspections:lone_finding_request_pdf": of("lone_finding", FINDING_READERS - {"inspector"})(),
    "inspections:lone_finding_report_docx": of("lone_finding", FINDING_READERS - {"inspector"})(),
    "inspections:lone_finding_report_pdf": of("lone_finding", FINDING_READERS - {"inspector"})(),
    # complaints; a denunciation is there for the people named for it alone
    # fieldwork: what a device asks for and sends, and the pages of checks
    "inspections:field_home": rule(CHECKERS),
    "inspections:field_work": rule(EVERYBODY | admin_too),
    "inspections:field_worker": rule(EVERYBODY | admin_too),
    "inspections:field_token": rule(CHECKERS),
    "inspections:field_pack_create": rule(CHECKERS),
    "inspections:field_pack": of("pack", {"inspector"})(),
    "inspections:field_pack_hand_in": of("pack", {"inspector"})(),
    "inspections:field_pack_lost": of("pack", {"inspector", OFFICER})(),
    "inspections:field_check_receive": rule(CHECKERS),
    "inspections:field_photo_receive": rule(CHECKERS),
    "inspections:field_file_receive": rule(CHECKERS),
    "inspections:field_file_upload": rule(CHECKERS),
    "inspections:check_list": of("field_round", SAMPLE_READERS | OWN)(),
    "inspections:field_sheets": of("field_round", SAMPLE_READERS | OWN)({OFFICER, "inspector"}),
    "inspections:check_create": of("sampled", SAMPLE_READERS)({OFFICER, "inspector"}),
    "inspections:check_unit_create": of("field_unit", SAMPLE_READERS | OWN)({OFFICER, "inspector"}),
    "inspections:check_detail": of("field_check", SAMPLE_READERS)(),
    "inspections:check_choose": of("rival_check", SAMPLE_READERS - {"inspector"})({OFFICER}),
    "inspections:check_photo": of("check_photo", SAMPLE_READERS)(),
    "inspections:complaint_list": rule(COMPLAINT_READERS),
    "inspections:complaint_export": rule(COMPLAINT_WRITERS),
    "inspections:complaint_create": rule(COMPLAINT_WRITERS),
    "inspections:complaint_receipt": rule(COMPLAINT_WRITERS),
    "inspections:complaint_objections": rule(COMPLAINT_WRITERS),
    "inspections:complaint_unnamed": rule({OFFICER, LEADER}),
    "inspections:complaint_detail": complaint(),
    "inspections:complaint_file": complaint(),
    "inspections:complaint_letter_docx": complaint({OFFICER, LEADER, DISTRICT}),
    "inspections:complaint_letter_pdf": complaint({OFFICER, LEADER, DISTRICT}),
    "inspections:complaint_take_up": complaint({OFFICER, LEADER}),
    "inspections:complaint_assign": complaint({OFFICER, LEADER}),
    "inspections:complaint_refuse": complaint({OFFICER, LEADER}),
    "inspections:complaint_transfer": complaint({OFFICER, LEADER}),
    "inspections:complaint_extend": complaint({OFFICER, LEADER}),
    "inspections:complaint_classify": complaint({OFFICER, LEADER, REGISTER, DISTRICT}),
    "inspections:complaint_link": complaint({OFFICER, LEADER, REGISTER, DISTRICT}),
    "inspections:complaint_answer": complaint({DISTRICT}),
    "inspections:complaint_appeal": complaint({OFFICER, LEADER, REGISTER, DISTRICT}),
    "inspections:complaint_answer_appeal": complaint({DISTRICT}),
    "inspections:complaint_close": complaint({OFFICER, LEADER, DISTRICT}),
    "inspections:complaint_story": complaint(),
    "inspections:complaint_name": of("unnamed_denunciation", {OFFICER, LEADER})(),
    "inspections:complaint_unname": of("denunciation_reader", {OFFICER})(),
    "inspections:clock_list": rule(COMPLAINT_READERS),
    "inspections:clock_create": rule({OFFICER, LEADER}),
    "inspections:clock_end": of("complaint_clock", COMPLAINT_READERS)({OFFICER, LEADER}),
}
# Open to people who are not logged in, and machinery of others that has tests of its own.
ELSEWHERE = ("admin/", "accounts/", "i18n/", "phan-anh/")


def addresses(patterns: Any, route: str = "", space: str = "") -> Any:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, here, inner)
        elif isinstance(pattern, URLPattern) and not here.startswith(ELSEWHERE):
            yield f"{space}{pattern.name}", here


def test_every_address_has_its_rule():
    assert {name for name, _route in addresses(get_resolver().url_patterns)} == set(RULES)


def rows_of(province: str) -> dict[str, Any]:
    """One row of every kind, of one province and (where a district owns it) of its district 481 or 666."""
    code = {"46": "481", "67": "666"}[province]
    rounds = AllocationRound.objects.filter(program__province__code=province)
    lists = DistrictList.objects.filter(round__in=rounds, district__code=code)
    batch = ListBatch.objects.filter(province__code=province).order_by("pk").first()
    mine = lists.get(state=ListState.DRAFTING)
    workbook = ContentFile(fill_review(write_review_workbook(mine)), name="phieu.xlsx")
    upload = receive_upload(mine, workbook, actor=User.objects.get(username=f"{PREFIXES[province]}-{code}"))
    delivery = delivery_of(PREFIXES[province], code)
    ambiguous = BatchRow.objects.filter(batch=batch).first()
    BatchRow.objects.filter(pk=ambiguous.pk).update(outcome=Outcome.AMBIGUOUS)
    return {
        "program": Program.objects.get(province__code=province),
        **evidence_of(province, code, batch.uploaded_by),
        "batch": batch,
        "batch_row": ambiguous,
        "layout": LayoutMemory.objects.create(
            organisation=batch.uploaded_by.organisation, signature=province, decided_by=batch.uploaded_by
        ),
        "round": rounds.first(),
        "why": {"pk": rounds.first().pk, "household": mine.lines.first().household_id},
        "open_plan": QuotaPlan.objects.filter(round__in=rounds).exclude(state="approved").get(),
        "approved_plan": QuotaPlan.objects.filter(round__in=rounds, state="approved").first(),
        "list": mine,
        "line": ListLine.objects.filter(district_list=mine).first(),
        "upload": upload,
        **posting_of(mine, upload.uploaded_by),
        "proposal": Proposal.objects.filter(round__in=rounds, state="submitted").get(),
        "export": RegisterExport.objects.create(
            owner=batch.uploaded_by,
            file_format="csv",
            file=store(ContentFile(b"a", name="so-ho.csv"), actor=batch.uploaded_by),
        ),
        "job": Job.objects.filter(owner=batch.uploaded_by).first(),
        **twins_of(province, batch.uploaded_by),
        **rules_of(PREFIXES[province], Program.objects.get(province__code=province)),
        **delivery,
        **amendment_of(PREFIXES[province], code),
        **money_of(PREFIXES[province], code, Program.objects.get(province__code=province)),
        **complaints_of(PREFIXES[province], code),
        **rounds_of(PREFIXES[province], code),
        **findings_of(PREFIXES[province], delivery["listed_support"]),
        **field_of(PREFIXES[province], code),
        **drawing_of(PREFIXES[province]),
        **requests_of(PREFIXES[province], code),
        **services_of(PREFIXES[province], code),
        **dues_of(PREFIXES[province], Program.objects.get(province__code=province)),
        **work_of(PREFIXES[province], Program.objects.get(province__code=province)),
        # Last: a second plan, which nothing above expects.
        **plans_of(PREFIXES[province], Program.objects.get(province__code=province)),
    }


def posting_of(mine: DistrictList, officer: User) -> dict[str, Any]:
    """A posting of the list with its scan, an objection to it, and a household found in the field."""
    today = date.today()
    scan = ContentFile(b"%PDF-1.7", name="niem-yet.pdf")
    known = {"place": "UBND", "from_day": today, "to_day": today + timedelta(days=14), "proof": scan}
    hung = record_posting(mine, actor=officer, **known)
    said = record_objection(hung, actor=officer, content="Hộ đã có máy", received_on=today)
    file = store(ContentFile(b"a", name="phieu-cu.xlsx"), actor=officer)
    applied = ReviewUpload.objects.create(
        district_list=mine, list_version=mine.version, file=file, uploaded_by=officer,
        applied_at=timezone.now(), counts={"keep": 0, "reserve": 0, "drop": 0, "changed": 0},
    )  # fmt: skip
    find = FieldHousehold.objects.create(upload=applied, row=5, head_name="Ai Đó", match="not_found")
    return {"posting": hung, "objection": said, "find": find}


def twins_of(province: str, officer: User) -> dict[str, Any]:
    """Two pairs of households of the province's last commune: an open one, and one already merged."""
    free = Household.objects.filter(province__code=province, list_lines=None, subscriptions=None)
    rows = list(free.order_by("-pk")[:4])
    pairs = [
        DuplicateCandidate.objects.create(province=one.province, first=one, second=two, score=70)
        for two, one in (rows[:2], rows[2:])
    ]
    return {"pair": pairs[0], "merge": merge_pair(pairs[1], kept=pairs[1].first_id, actor=officer)}


def evidence_of(province: str, district: str, actor: User) -> dict[str, Any]:
    """A household with a certificate and an assessment, and its commune."""
    own = Household.objects.filter(
        province__code=province, district__code=district, commune__isnull=False
    ).first()
    scan = store(ContentFile(b"%PDF-1.7", name="gcn.pdf"), actor=actor)
    return {
        "household": own,
        "commune": own.commune,
        "certificate": PovertyCertificate.objects.create(household=own, year=2023, number="1", copy=scan),
        "assessment": InformationDeprivation.objects.create(
            household=own, assessed_on=date(2023, 12, 1), occasion="review", lacks_means=True
        ),
    }


@pytest.fixture
def world(cast):
    load_plans()
    for province in ("46", "67"):
        play(province, 300, lambda _words: None)
    # The open proposal holds a list of 474 and none of 481, so that both sides of the rule are asked.
    proposal = Proposal.objects.get(round__program__province__code="46", state="submitted")
    proposal.lists.update(proposal=None)
    DistrictList.objects.filter(round=proposal.round, district__code="474").update(proposal=proposal)
    return {province: rows_of(province) for province in ("46", "67")}


def keys_of(kind: str, row: Any) -> dict[str, Any]:
    """What an address names of a row; a row may be the names themselves, where there are several."""
    if row is None or isinstance(row, dict):
        return row or {}
    key = {"job": "key", "pack": "key"}.get(kind, "pk")
    return {key: getattr(row, key)}


def expected(rule: Rule, who: str, home: str, province: str) -> set[int]:
    """Answers that are right for `who` (a name without its province) at an address of `province`."""
    if rule.sees is not None and (home != province or who not in rule.sees):
        return {404}
    if who not in rule.opens:
        return {403}
    return {200, 302, 405}  # 405: may be done, but not by looking


@pytest.fixture
def bare_refusals(monkeypatch):
    """Refusals without their page: thousands are asked for here, and drawing each is most of the time.

    The pages themselves are tested in tests/web.
    """

    def bare(resolver: URLResolver, status: int) -> Any:
        return lambda request, exception=None: HttpResponse(status=status)

    monkeypatch.setattr(URLResolver, "resolve_error_handler", bare)


@pytest.fixture
def read_once(monkeypatch):
    """`read_once("hue-dic")`: who asks is read once for thousands of requests, or that is most of the time.

    That each request reads them, with their rights of the moment, is tested in tests/accounts.
    """

    def read(username: str) -> None:
        user = User.with_membership(User.objects.get(username=username).pk)
        monkeypatch.setattr("django.contrib.auth.middleware.get_user", lambda request: user)

    return read


def test_every_address_answers_every_role_as_it_should(world, client, cast, caplog, bare_refusals, read_once):
    caplog.set_level(logging.CRITICAL)  # a refusal is what is asked for, not worth a traceback
    wrong = []
    for username in usernames():
        prefix, _dash, who = username.partition("-")
        home = {"hue": "46", "daknong": "67"}.get(prefix, "")
        who = {"666": DISTRICT, "666-leader": DISTRICT_LEADER}.get(who, who or "admin")
        cast.log_in(client, username)
        read_once(username)
        for name, rule in RULES.items():
            # An address that names nothing is the same for both provinces.
            for province in world if rule.row else ["46"]:
                row = world[province].get(rule.row)
                url = reverse(name, kwargs=keys_of(rule.row, row))
                right = expected(rule, who, home, province)
                # Where nobody may look nobody may act either: a form can be sent without its page.
                for ask in (client.get,) if 200 in right else (client.get, client.post):
                    # Taken back at once: what thousands of requests write in one transaction slows it down.
                    with transaction.atomic():
                        status = ask(url).status_code
                        transaction.set_rollback(True)
                    if status not in right:
                        asked = f"{ask.__name__} {name} ({province})"
                        wrong.append(f"{username} {asked}: {status}, not {sorted(right)}")
    assert not wrong, "\n".join(wrong)


#: The shell of the field page holds no data: a phone opens it for days without network.
WITHOUT_LOG_IN = {"inspections:field_work", "inspections:field_worker"}
#: A device would follow a redirect and take the log-in page for an answer: it is told in JSON.
FOR_DEVICES = {
    f"inspections:field_{name}"
    for name in (
        "token", "pack_create", "pack", "pack_hand_in", "check_receive", "photo_receive", "file_receive",
    )
}  # fmt: skip
MADE_UP: dict[str, Any] = {"int": 1, "uuid": UUID(int=1)}


@pytest.mark.django_db
def test_nobody_gets_in_without_logging_in(client):
    # Who is not logged in is sent away before anything is looked for: no row need exist.
    for name, route in addresses(get_resolver().url_patterns):
        keys = {key: MADE_UP[kind] for kind, key in re.findall(r"<(\w+):(\w+)>", route)}
        answer = client.get(reverse(name, kwargs=keys))
        if name in WITHOUT_LOG_IN:
            assert answer.status_code == 200, name
            continue
        if name in FOR_DEVICES:
            assert (answer.status_code, answer.json()["code"]) == (401, "login"), name
            continue
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/accounts/login/"), name
