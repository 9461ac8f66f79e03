"""Which events of the system most likely open, show or fulfil a task, by its timing and what it says.

A proposal for a person to look at, never more: plans word the same work in many ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from smartphone_support.vietnamese.text import fold

from ..choices import TaskEvent, TimingKind, TriggerEffect

Triggers = tuple[tuple[TaskEvent, TriggerEffect], ...]

_OPENS, _SHOWS, _FULFILS = TriggerEffect.OPENS, TriggerEffect.EVIDENCES, TriggerEffect.FULFILS
_TOLD = re.compile(r"tuyen truyen|pho bien|tap huan|huong dan su dung")
_INSPECTION = re.compile(r"kiem tra|giam sat")
_DEVICES = re.compile(r"tiep nhan|ban giao|trao|cap phat")
_LIST = re.compile(r"danh sach|xet chon|phe duyet")
_QUOTA = re.compile(r"phan bo|chi tieu|tieu chi")
_CONTRIBUTION = re.compile(r"huy dong|van dong|xa hoi hoa|dong gop|ung ho|tai tro")
_UPDATE = re.compile(r"thue bao|ngung ho tro|dinh muc|muc ho tro|cap nhat")


def proposed(kind: TimingKind, content: str, *, led_by_operators: bool = False) -> Triggers:
    """Events with their effects, none twice, in the order they happen."""
    words = fold(content)
    return tuple(dict.fromkeys(_proposed(kind, words, led_by_operators)))


def _proposed(
    kind: TimingKind, words: str, led_by_operators: bool
) -> Iterable[tuple[TaskEvent, TriggerEffect]]:
    if kind == TimingKind.REVIEW_PERIOD:
        yield TaskEvent.ANNUAL_REVIEW, _FULFILS
    elif kind == TimingKind.MONTHLY_IF_ANY and not led_by_operators:
        yield TaskEvent.MONTHLY_CHANGES, _FULFILS
    elif kind in (TimingKind.MONTHLY, TimingKind.MONTHLY_IF_ANY) and led_by_operators:
        if _UPDATE.search(words):
            yield TaskEvent.OPERATOR_REPORT, _FULFILS
    elif kind == TimingKind.ON_REQUEST:
        yield TaskEvent.CONFIRMATION_REQUESTED, _OPENS
        yield TaskEvent.CONFIRMATION_ANSWERED, _FULFILS
    elif kind == TimingKind.ON_ALLOCATION:
        yield from _on_allocation(words)
    elif kind in (TimingKind.YEARLY, TimingKind.ON_AUTHORITY_REQUEST_OR_YEARLY):
        if _INSPECTION.search(words):
            yield TaskEvent.ROUND_CLOSED, _FULFILS
    elif kind in (TimingKind.CONTINUOUS, TimingKind.UNSTATED):
        yield from _all_year_round(words, stated=kind != TimingKind.UNSTATED)


def _all_year_round(words: str, *, stated: bool) -> Iterable[tuple[TaskEvent, TriggerEffect]]:
    if not stated and _INSPECTION.search(words):
        yield TaskEvent.ROUND_CLOSED, _FULFILS
    if _CONTRIBUTION.search(words):
        yield TaskEvent.CONTRIBUTION_RECEIVED, _SHOWS
    elif _TOLD.search(words):
        yield TaskEvent.ACTIVITY_HELD, _SHOWS


def _on_allocation(words: str) -> Iterable[tuple[TaskEvent, TriggerEffect]]:
    yield TaskEvent.ALLOCATION_DECIDED, _OPENS
    if _DEVICES.search(words):
        yield TaskEvent.DEVICES_RECEIVED, _FULFILS
    elif _LIST.search(words):
        yield TaskEvent.LIST_APPROVED, _FULFILS
    elif _QUOTA.search(words):
        yield TaskEvent.QUOTAS_APPROVED, _FULFILS
