"""Inspection rounds, samples, field checks, findings and complaints."""

from .complaints import Complaint, ComplaintClock, ComplaintReader, ComplaintReading, ComplaintTerm
from .fieldwork import CheckAnswer, CheckPhoto, FieldCheck, OfflinePack
from .findings import Finding, Remediation
from .rounds import (
    Checklist,
    ChecklistItem,
    InspectedUnit,
    InspectionMinutes,
    InspectionRound,
    TeamMember,
)
from .sampling import SampledHousehold, SampleDraw

__all__ = [
    "CheckAnswer",
    "CheckPhoto",
    "Checklist",
    "ChecklistItem",
    "Complaint",
    "ComplaintClock",
    "ComplaintReader",
    "ComplaintReading",
    "ComplaintTerm",
    "FieldCheck",
    "Finding",
    "InspectedUnit",
    "InspectionMinutes",
    "InspectionRound",
    "OfflinePack",
    "Remediation",
    "SampleDraw",
    "SampledHousehold",
    "TeamMember",
]
