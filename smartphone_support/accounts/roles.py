"""Which role may do what: the whole table of rights, as data.

Roles are functions, never departments: since 2025 departments have merged and changed names.
Source of the split: Plan 413/KH-UBND section IV and the Đắk Nông appendix. The officer who prepares
never approves, so no role holds both verbs of a pair.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    PROGRAM_OFFICER = "program_officer", _("Programme officer")
    PROGRAM_LEADER = "program_leader", _("Programme leader")
    REGISTER_OFFICER = "register_officer", _("Register officer")
    DISTRICT_OFFICER = "district_officer", _("District officer")
    DISTRICT_LEADER = "district_leader", _("District leader")
    OPERATOR_OFFICER = "operator_officer", _("Operator officer")
    INSPECTOR = "inspector", _("Inspector")
    PARTNER = "partner", _("Partner")
    VIEWER = "viewer", _("Viewer")
    ADMINISTRATOR = "administrator", _("Administrator")


DISTRICT_ROLES = frozenset({Role.DISTRICT_OFFICER, Role.DISTRICT_LEADER})

_PLAN = {"programs.view_program"}
# Whoever leads tasks of the plan reports on them, tells what stands in the way, and what was made known.
_DUTIES = {"programs.report_taskdue", "programs.record_activity", "programs.raise_obstacle"}
_FOLLOW = {"programs.follow_program"}
_REGISTER = {"beneficiaries.view_household"}
_FIGURES = {"allocations.view_allocationround", "allocations.view_quotaplan"}
_LISTS = {"allocations.view_districtlist", "allocations.view_proposal"}
_EVIDENCE = {"beneficiaries.record_certificate", "beneficiaries.record_deprivation"}
_SUPPORTS = {"allocations.view_support", "allocations.view_acceptance", "allocations.view_device"}
_MONEY = {"allocations.view_budgetline", "allocations.view_contribution"}
# Telecom services of households, what operators ask about them, and what it sums to.
_SERVICES = {"beneficiaries.view_servicesubscription", "beneficiaries.view_confirmationrequest"}
# What operators report each month is between them and the province: districts see what came of it.
_UPDATES = {"beneficiaries.view_operatorreport"}
_INSPECTIONS = {"inspections.view_inspectionround", "inspections.view_finding"}
_COMPLAINTS = {"inspections.view_complaint", "inspections.record_complaint", "inspections.answer_complaint"}
_READERS = {"beneficiaries.view_householdreading"}
_REVEAL = {"beneficiaries.reveal_identity", "beneficiaries.export_household"}

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.PROGRAM_OFFICER: frozenset(
        _PLAN | _REGISTER | _FIGURES | _LISTS | _SUPPORTS | _MONEY | _REVEAL | _READERS
        | _INSPECTIONS | _COMPLAINTS | _DUTIES | _FOLLOW | _SERVICES | _UPDATES
        | {
            "programs.manage_program",
            "programs.accept_taskdue",
            "programs.answer_obstacle",
            "programs.prepare_periodicreport",
            "beneficiaries.decide_confirmation",
            "beneficiaries.manage_service",
            "inspections.manage_checklist",
            "inspections.plan_round",
            "inspections.do_fieldcheck",
            "inspections.manage_finding",
            "inspections.assign_complaint",
            "beneficiaries.view_listbatch",
            "allocations.prepare_rule",
            "allocations.prepare_amendment",
            "allocations.manage_support",
            "allocations.deliver_support",
            "allocations.manage_device",
            "allocations.prepare_acceptance",
            "allocations.manage_budget",
            "allocations.manage_contribution",
            "allocations.manage_round",
            "allocations.prepare_quotaplan",
            "allocations.appraise_districtlist",
            "allocations.prepare_proposal",
        }
    ),
    Role.PROGRAM_LEADER: frozenset(
        _PLAN | _REGISTER | _FIGURES | _LISTS | _SUPPORTS | _MONEY | _INSPECTIONS | _FOLLOW | _SERVICES
        | _UPDATES
        | {
            "programs.approve_program",
            "programs.accept_taskdue",
            "programs.accept_own_taskdue",
            "programs.issue_periodicreport",
            "inspections.conclude_round",
            "inspections.view_complaint",
            "inspections.assign_complaint",
            "beneficiaries.view_listbatch",
            "allocations.approve_rule",
            "allocations.approve_quotaplan",
            "allocations.record_decision",
            "allocations.confirm_acceptance",
        }
    ),
    Role.REGISTER_OFFICER: frozenset(
        _PLAN | _REGISTER | _FIGURES | _LISTS | _SUPPORTS | _REVEAL | _READERS
        | _EVIDENCE | _COMPLAINTS | _INSPECTIONS | _DUTIES | _SERVICES | _UPDATES
        | {
            "beneficiaries.view_listbatch",
            "beneficiaries.import_list",
            "beneficiaries.resolve_duplicate",
            "beneficiaries.change_register",
        }
    ),
    Role.DISTRICT_OFFICER: frozenset(
        _PLAN | _REGISTER | _FIGURES | _LISTS | _SUPPORTS | _REVEAL | _EVIDENCE | _INSPECTIONS | _COMPLAINTS
        | _DUTIES | _SERVICES
        | {
            "beneficiaries.answer_confirmation",
            "allocations.review_districtlist",
            "allocations.deliver_support",
            "allocations.receive_shipment",
            "inspections.plan_round",
            "inspections.do_fieldcheck",
            "inspections.manage_finding",
            "inspections.remedy_finding",
        }
    ),
    Role.DISTRICT_LEADER: frozenset(
        _PLAN | _REGISTER | _FIGURES | _LISTS | _SUPPORTS | _INSPECTIONS | _SERVICES
        | {"allocations.sign_districtlist", "inspections.conclude_round", "inspections.view_complaint"}
    ),
    # An operator sees the supports assigned to it, its devices and its acceptances; nothing of the register.
    Role.OPERATOR_OFFICER: frozenset(
        _PLAN | _SUPPORTS | _DUTIES | _SERVICES | _UPDATES
        | {
            "beneficiaries.send_operatorreport",
            "beneficiaries.request_confirmation",
            "allocations.deliver_support",
            "allocations.manage_device",
            "inspections.view_finding",
            "inspections.remedy_finding",
            "inspections.view_complaint",
            "inspections.answer_complaint",
        }
    ),
    # Only rounds of the own teams, and of their samples only the households given to this person.
    Role.INSPECTOR: frozenset(_PLAN | _INSPECTIONS | {"inspections.do_fieldcheck"}),
    Role.PARTNER: frozenset(_PLAN | _FIGURES | _MONEY | _DUTIES | {"allocations.pledge_contribution"}),
    Role.VIEWER: frozenset(
        _PLAN | _REGISTER | _FIGURES | _LISTS | _SUPPORTS | _MONEY | _INSPECTIONS | _FOLLOW | _SERVICES
        | _UPDATES
        | {"beneficiaries.view_listbatch", "inspections.view_complaint"}
    ),
    Role.ADMINISTRATOR: frozenset(
        _PLAN
        | {
            f"{app}.{verb}_{model}"
            for app, model in (
                ("accounts", "user"),
                ("accounts", "organisation"),
                ("accounts", "membership"),
                ("areas", "administrativearea"),
            )
            for verb in ("view", "add", "change")
        }
        | {"audit.view_auditentry", "programs.import_reference"}
    ),
}  # fmt: skip
