"""One piece of waiting work, as every app hands it to the home page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class WorkItem:
    """What waits, why and for whom (`detail`), where it is done (`url`) and with which word (`verb`).

    `due` is the day it must be done by; `late` marks what is overdue for another reason than the day.
    """

    title: str
    detail: str
    url: str
    verb: str
    due: date | None = None
    late: bool = False
