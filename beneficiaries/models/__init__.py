"""The household register, its history in spells, and the lists that feed it."""

from .batches import BatchProblem, BatchRow, LayoutMemory, ListBatch, RegisterVersion
from .certificates import InformationDeprivation, PovertyCertificate
from .duplicates import DuplicateCandidate, HouseholdMerge
from .exports import RegisterExport
from .history import Movement, PovertySpell
from .households import EarlierDevice, Household, HouseholdMember, HouseholdReading

__all__ = [
    "BatchProblem",
    "BatchRow",
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
    "PovertyCertificate",
    "PovertySpell",
    "RegisterExport",
    "RegisterVersion",
]
