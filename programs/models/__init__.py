"""The province's plan: what is to be done, by whom, with whom, when; and what came of it."""

from .dues import DueEvidence, TaskDue
from .plan import (
    Coordination,
    DeadlineRules,
    FundingSource,
    Holiday,
    LegalBasis,
    LegalDocument,
    Party,
    PlanTask,
    Program,
    TaskGroup,
    TaskTrigger,
)
from .reading import PlanReading
from .reminders import Reminder
from .work import CommunicationActivity, Obstacle, ObstacleMessage, PeriodicReport

__all__ = [
    "CommunicationActivity",
    "Coordination",
    "DeadlineRules",
    "DueEvidence",
    "FundingSource",
    "Holiday",
    "LegalBasis",
    "LegalDocument",
    "Obstacle",
    "ObstacleMessage",
    "Party",
    "PeriodicReport",
    "PlanReading",
    "PlanTask",
    "Program",
    "Reminder",
    "TaskDue",
    "TaskGroup",
    "TaskTrigger",
]
