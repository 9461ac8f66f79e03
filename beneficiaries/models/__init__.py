"""The household register, its history in spells, and the lists that feed it."""

from .batches import BatchProblem, BatchRow, LayoutMemory, ListBatch, RegisterVersion
from .certificates import InformationDeprivation, PovertyCertificate
from .duplicates import DuplicateCandidate, HouseholdMerge
from .exports import RegisterExport
from .history import Movement, PovertySpell
from .households import EarlierDevice, Household, HouseholdMember, HouseholdReading
from .services import (
    ConfirmationLine,
    ConfirmationRequest,
    OperatorReport,
    OperatorReportLine,
    ServiceLevel,
    ServiceSubscription,
    SubscriptionSpell,
)

__all__ = [
    "BatchProblem",
    "BatchRow",
    "ConfirmationLine",
    "ConfirmationRequest",
    "DuplicateCandidate",
    "EarlierDevice",
    "Household",
    "HouseholdMember",
    "HouseholdMerge",
    "HouseholdReading",
    "InformationDeprivation",
    "LayoutMemory",
    "ListBatch",
    "Movement",
    "OperatorReport",
    "OperatorReportLine",
    "PovertyCertificate",
    "PovertySpell",
    "RegisterExport",
    "RegisterVersion",
    "ServiceLevel",
    "ServiceSubscription",
    "SubscriptionSpell",
]
