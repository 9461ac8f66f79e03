"""Rules, rounds, lists, decisions, supports, devices and money of the allocation."""

from .delivery import Acceptance, DeliveryUpload, HandOver
from .devices import Device, DeviceMove, Shipment
from .lists import DistrictList, FieldHousehold, ListLine, ListVersion, ReviewUpload
from .money import BudgetAdjustment, BudgetEntry, BudgetLine, Contribution, ContributionReceipt
from .posting import Objection, PublicPosting
from .proposals import ApprovalDecision, Proposal
from .rounds import AllocationRound, DistrictQuota, QuotaPlan, QuotaReturn
from .rules import DesignationEntry, EligibilityRuleSet, PriorityRank, RuleCondition, SupportLevel
from .supports import Amendment, AmendmentLine, EligibilitySnapshot, Support

__all__ = [
    "Acceptance",
    "AllocationRound",
    "Amendment",
    "AmendmentLine",
    "ApprovalDecision",
    "BudgetAdjustment",
    "BudgetEntry",
    "BudgetLine",
    "Contribution",
    "ContributionReceipt",
    "DeliveryUpload",
    "DesignationEntry",
    "Device",
    "DeviceMove",
    "DistrictList",
    "DistrictQuota",
    "EligibilityRuleSet",
    "EligibilitySnapshot",
    "FieldHousehold",
    "HandOver",
    "ListLine",
    "ListVersion",
    "Objection",
    "PriorityRank",
    "Proposal",
    "PublicPosting",
    "QuotaPlan",
    "QuotaReturn",
    "ReviewUpload",
    "RuleCondition",
    "Shipment",
    "Support",
    "SupportLevel",
]
