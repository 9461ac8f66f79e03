"""The side navigation, as data: what there is, who may open it, where one is, what waits there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _

from smartphone_support.web.worklist import WorkItem


@dataclass(frozen=True)
class Entry:
    """A place: its words, its address, its icon, the permission it needs.

    `prefixes` of view names say which pages belong to it; work that waits on such a page is counted here.
    """

    label: Any
    url_name: str
    icon: str
    permission: str = ""
    prefixes: tuple[str, ...] = ()
    needs_province: bool = True

    def is_open_to(self, user: Any) -> bool:
        return (not self.permission or user.has_perm(self.permission)) and (
            not self.needs_province or user.province is not None
        )

    def holds(self, view_name: str) -> bool:
        return view_name.startswith(self.prefixes) if self.prefixes else view_name == self.url_name


@dataclass(frozen=True)
class Section:
    label: Any
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class ShownEntry:
    label: Any
    url: str
    icon: str
    current: bool
    waiting: int


@dataclass(frozen=True)
class ShownSection:
    label: Any
    entries: list[ShownEntry]


HOME = Entry(_("To do"), "home", "list-checks", needs_province=False)
NAVIGATION = (
    Section("", (HOME,)),
    Section(
        _("Plan"),
        (
            Entry(
                _("Task matrix"),
                "programs:program_list",
                "clipboard-list",
                "programs.view_program",
                (
                    "programs:program_",
                    "programs:due_",
                    "programs:organisation_",
                    "programs:deadlines",
                    "programs:task_",
                ),
            ),
            Entry(
                _("Communication and training"),
                "programs:activity_list",
                "megaphone",
                "programs.view_program",
                ("programs:activity_",),
            ),
            Entry(
                _("Difficulties"),
                "programs:obstacle_list",
                "message-circle-warning",
                "programs.view_program",
                ("programs:obstacle_",),
            ),
            Entry(
                _("Periodic reports"),
                "programs:report_list",
                "file-chart-column",
                "programs.follow_program",
                ("programs:report_",),
            ),
        ),
    ),
    Section(
        _("Households"),
        (
            Entry(
                _("Household register"),
                "beneficiaries:household_list",
                "users",
                "beneficiaries.view_household",
                ("beneficiaries:household_",),
            ),
            Entry(
                _("To be completed"),
                "beneficiaries:incomplete_list",
                "circle-dashed",
                "beneficiaries.view_household",
                ("beneficiaries:incomplete_",),
            ),
            Entry(
                _("Certificates"),
                "beneficiaries:certificate_list",
                "badge-check",
                "beneficiaries.view_household",
                ("beneficiaries:certificate_",),
            ),
            Entry(
                _("Information deprivation"),
                "beneficiaries:deprivation_list",
                "wifi-off",
                "beneficiaries.view_household",
                ("beneficiaries:deprivation_",),
            ),
            Entry(
                _("List imports"),
                "beneficiaries:batch_list",
                "upload",
                "beneficiaries.view_listbatch",
                ("beneficiaries:batch_", "beneficiaries:row_"),
            ),
            Entry(
                _("Possible duplicates"),
                "beneficiaries:duplicate_list",
                "copy",
                "beneficiaries.view_listbatch",
                ("beneficiaries:duplicate_", "beneficiaries:merge_"),
            ),
        ),
    ),
    Section(
        _("Telecom services"),
        (
            Entry(
                _("Subscriptions"),
                "services:subscription_list",
                "signal",
                "beneficiaries.view_servicesubscription",
                ("services:subscription_", "services:level_", "services:year_"),
            ),
            Entry(
                _("Monthly updates"),
                "services:report_list",
                "refresh-cw",
                "beneficiaries.view_operatorreport",
                ("services:report_",),
            ),
            Entry(
                _("Settlement"),
                "services:settlement",
                "receipt-text",
                "beneficiaries.view_servicesubscription",
                ("services:settlement",),
            ),
            Entry(
                _("Confirmation requests"),
                "services:confirmation_list",
                "list-checks",
                "beneficiaries.view_confirmationrequest",
                ("services:confirmation_",),
            ),
            Entry(
                _("Questions about subscribers"),
                "services:question_list",
                "circle-question-mark",
                "beneficiaries.answer_confirmation",
                ("services:question_",),
            ),
        ),
    ),
    Section(
        _("Allocation"),
        (
            Entry(
                _("Allocation rounds"),
                "allocations:round_list",
                "scale",
                "allocations.view_allocationround",
                ("allocations:round_", "allocations:quotaplan_"),
            ),
            Entry(
                _("Eligibility rules"),
                "allocations:rule_list",
                "book-open-check",
                "allocations.view_allocationround",
                ("allocations:rule_", "allocations:level_", "allocations:designation_"),
            ),
            Entry(
                _("District lists"),
                "allocations:list_list",
                "layout-list",
                "allocations.view_districtlist",
                (
                    "allocations:list_",
                    "allocations:upload_",
                    "allocations:line_",
                    "allocations:posting_",
                    "allocations:posted_",
                    "allocations:objection_",
                ),
            ),
            Entry(
                _("Found in the field"),
                "allocations:find_list",
                "map-pin-house",
                "allocations.view_districtlist",
                ("allocations:find_",),
            ),
            Entry(
                _("Proposals"),
                "allocations:proposal_list",
                "send",
                "allocations.view_proposal",
                ("allocations:proposal_",),
            ),
            Entry(
                _("Amendments"),
                "allocations:amendment_list",
                "file-pen",
                "allocations.view_districtlist",
                ("allocations:amendment_",),
            ),
        ),
    ),
    Section(
        _("Delivery"),
        (
            Entry(
                _("Supports"),
                "allocations:support_list",
                "smartphone",
                "allocations.view_support",
                ("allocations:support_",),
            ),
            Entry(
                _("Hand-overs"),
                "allocations:delivery_home",
                "hand-helping",
                "allocations.deliver_support",
                (
                    "allocations:delivery_home",
                    "allocations:delivery_u",
                    "allocations:delivery_w",
                    "allocations:handover_",
                ),
            ),
            Entry(
                _("Delivery progress"),
                "allocations:delivery_progress",
                "chart-bar",
                "allocations.view_support",
                ("allocations:delivery_progress",),
            ),
            Entry(
                _("Devices"),
                "allocations:device_list",
                "smartphone",
                "allocations.view_device",
                ("allocations:device_", "allocations:shipment_"),
            ),
            Entry(
                _("Acceptances"),
                "allocations:acceptance_list",
                "clipboard-check",
                "allocations.view_acceptance",
                ("allocations:acceptance_",),
            ),
        ),
    ),
    Section(
        _("Inspection"),
        (
            Entry(
                _("Inspection rounds"),
                "inspections:round_list",
                "search-check",
                "inspections.view_inspectionround",
                (
                    "inspections:round_",
                    "inspections:checklist_",
                    "inspections:unit_",
                    "inspections:minutes_",
                    "inspections:sample_",
                    "inspections:estimate_",
                    "inspections:check_",
                ),
            ),
            Entry(
                _("Fieldwork"),
                "inspections:field_home",
                "map-pinned",
                "inspections.do_fieldcheck",
                ("inspections:field_",),
            ),
            Entry(
                _("Findings"),
                "inspections:finding_list",
                "flag",
                "inspections.view_finding",
                ("inspections:finding_",),
            ),
            Entry(
                _("Complaints"),
                "inspections:complaint_list",
                "message-square-text",
                "inspections.view_complaint",
                ("inspections:complaint_", "inspections:clock_"),
            ),
        ),
    ),
    Section(
        _("Results and money"),
        (
            Entry(
                _("Coverage"),
                "allocations:coverage",
                "chart-bar",
                "allocations.view_allocationround",
                ("allocations:coverage",),
            ),
            Entry(
                _("Budget"),
                "allocations:budget_list",
                "wallet",
                "allocations.view_budgetline",
                ("allocations:budget_",),
            ),
            Entry(
                _("Contributions"),
                "allocations:contribution_list",
                "hand-heart",
                "allocations.view_contribution",
                ("allocations:contribution_",),
            ),
        ),
    ),
    Section(
        _("System"),
        (
            Entry(
                _("Accounts"),
                "admin:accounts_user_changelist",
                "user-round",
                "accounts.view_user",
                needs_province=False,
            ),
            Entry(
                _("Organisations"),
                "admin:accounts_organisation_changelist",
                "building",
                "accounts.view_organisation",
                needs_province=False,
            ),
            Entry(
                _("Administrative areas"),
                "admin:areas_administrativearea_changelist",
                "map-pin",
                "areas.view_administrativearea",
                needs_province=False,
            ),
            Entry(
                _("Reference data"),
                "programs:reference_list",
                "file-spreadsheet",
                "programs.import_reference",
                ("programs:reference_",),
                needs_province=False,
            ),
            Entry(
                _("Audit record"),
                "admin:audit_auditentry_changelist",
                "history",
                "audit.view_auditentry",
                needs_province=False,
            ),
        ),
    ),
)


def navigation_for(user: Any, here: str, waiting: Sequence[WorkItem]) -> list[ShownSection]:
    """What this person may open, with the current place (the view's name) marked and waiting work counted."""
    work_places = [resolve(item.url.partition("?")[0]).view_name for item in waiting]
    sections = []
    for section in NAVIGATION:
        entries = [
            ShownEntry(
                label=entry.label,
                url=reverse(entry.url_name),
                icon=entry.icon,
                current=entry.holds(here),
                waiting=len(waiting) if entry is HOME else sum(entry.holds(place) for place in work_places),
            )
            for entry in section.entries
            if entry.is_open_to(user)
        ]
        if entries:
            sections.append(ShownSection(section.label, entries))
    return sections
