"""What the rules of the allocation's tables say to a person, and the tools its steps are made of."""

from __future__ import annotations

from django.utils.translation import gettext as _

from smartphone_support.audit.steps import (
    locked,
    move,
    need_reason,
    require,
    require_state,
    say,
    step,
)

__all__ = ["locked", "move", "need_reason", "require", "require_state", "step"]

say(
    (
        (
            ("one_round_per_decision", "allocationround.decision_number"),
            lambda: _("This decision is already recorded for this device."),
        ),
        (
            ("one_open_plan", "quota_plan_version_once", "one_approved_plan", "quotaplan.round_id"),
            lambda: _("This round already has a quota plan."),
        ),
        (
            ("one_proposal_per_number", "proposal.number"),
            lambda: _("A proposal with this number exists already."),
        ),
        (
            ("one_amendment_per_number", "amendment.number"),
            lambda: _("An amendment with this number exists already in this round."),
        ),
        (
            (
                "one_live_support_per_household",
                "support.household_id",
                "support_line_id_key",
                "support.line_id",
                "support_amendment_line_id_key",
                "support.amendment_line_id",
            ),
            lambda: _("A household of this step already has a support: one device a household."),
        ),
        (
            ("approvaldecision_proposal_id_key", "approvaldecision.proposal_id"),
            lambda: _("The decision on this proposal is already recorded."),
        ),
        (
            ("one_list_per_district_and_wave", "districtlist.round_id"),
            lambda: _("The district lists of this wave are already opened."),
        ),
        (
            ("committed_within_budget",),
            lambda: _(
                "The budget line does not cover this any more: record the decision that raises it first."
            ),
        ),
        (
            ("allotted_within_received",),
            lambda: _("No more can be given out than was received."),
        ),
        (
            ("budget_line_once_a_year", "budgetline.funding_source_id"),
            lambda: _("This budget line exists already."),
        ),
        (
            ("support_level_once_a_day", "supportlevel.program_id"),
            lambda: _("A level from this day is already entered."),
        ),
        (
            ("area_designated_once_a_day", "areadesignation.area_id"),
            lambda: _("A commune of this step is already named from that day."),
        ),
        (
            (
                "one_quota_per_district",
                "districtquota.plan_id",
                "household_once_per_list",
                "list_position_once",
                "listline.district_list_id",
                "amendment_position_once",
                "amendmentline.amendment_id",
                "condition_position_once",
                "rulecondition.rule_set_id",
                "rank_position_once",
                "priorityrank.rule_set_id",
                "rule_set_version_once",
                "one_open_rule_set",
                "eligibilityruleset.program_id",
            ),
            lambda: _("Somebody else was faster; look at the page again."),
        ),
        (
            (
                "plan_maker_not_approver",
                "proposal_maker_not_recorder",
                "list_reviewer_not_signer",
                "amendment_maker_not_recorder",
                "rule_maker_not_approver",
                "level_maker_not_approver",
                "designation_maker_not_approver",
            ),
            lambda: _("Whoever prepared this cannot approve it."),
        ),
        (
            ("round_given_within_total",),
            lambda: _("The quotas of all waves would exceed the round's total."),
        ),
        (("list_within_quota",), lambda: _("The list would exceed its quota.")),
        (
            ("one_live_line_per_round", "listline.round_id"),
            lambda: _("A household of this list is already kept on another list of this round."),
        ),
        (("dropped_line_has_reason",), lambda: _("A dropped household needs a reason.")),
        (
            ("one_device_per_imei", "one_device_per_imei2", "device.imei"),
            lambda: _("A device with this IMEI is already in the ledger."),
        ),
        (
            ("one_hand_over_per_support", "handover.support_id"),
            lambda: _("This household's hand-over is already recorded."),
        ),
        (
            ("one_household_per_device", "handover.device_id"),
            lambda: _("This device is already handed over to another household."),
        ),
        (
            ("cash_has_invoice",),
            lambda: _("Support in cash needs an invoice dated 12/12/2022 or later, and the amount paid."),
        ),
        (("short_shipment_has_reason",), lambda: _("Another number than on the paper needs a reason.")),
        (
            ("one_acceptance_per_number", "acceptance.round_id"),
            lambda: _("An acceptance with this number exists already in this round."),
        ),
        (
            ("one_contribution_acceptance_per_number", "acceptance.contribution_id"),
            lambda: _("An acceptance with this number exists already of this contribution."),
        ),
        (
            ("acceptance_maker_not_confirmer",),
            lambda: _("Whoever prepared the acceptance does not confirm it."),
        ),
        (
            ("spent_within_committed",),
            lambda: _(
                "More would be spent than was committed on the budget line: look at the entries of the line."
            ),
        ),
    )
)
