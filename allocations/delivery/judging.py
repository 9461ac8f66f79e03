"""What each filled row of a delivery workbook would record now, or one sentence why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from smartphone_support.accounts.models import Organisation

from ..choices import HandOverState, SupportForm, SupportState
from ..models import Device, HandOver, Support
from ..workflow.delivery import RELATED, device_refused, expected_of, unknown_refused
from ..workflow.supports import OPEN, UNDELIVERED
from .approvals import approval_days
from .entitlement import look_again
from .handing import HandOverFacts, problems_of
from .workbook import COLUMNS

HAND_OVER, UNDELIVERABLE, HOLD, SAME, PROBLEM = (
    "delivered", "undeliverable", "hold", "same", "problem",
)  # fmt: skip
_TITLES = {name: title for name, title, _width, _open in COLUMNS}


def judge(rows: Sequence[dict[str, Any]], operator: Organisation, actor: Any) -> list[dict[str, Any]]:
    """The rows of this operator's workbook, each with its outcome as things stand; queries by kind, not by
    row.

    delivered: would be recorded. undeliverable: would end the support. hold: the household lost its claim and
    goes to the department. same: recorded already, nothing to do. problem: the sentence says what to mend.
    """
    keys = [row["support"] for row in rows if row["support"]]
    # A household given to another operator since is not this one's to hand over to, whoever uploads.
    own = Support.objects.visible_to(actor).filter(operator=operator)
    supports = own.select_related(*RELATED).in_bulk(keys)
    judged = [_named(dict(row), supports, operator) for row in rows]
    told = [row for row in judged if row["outcome"] == HAND_OVER]
    facts = {row["row"]: HandOverFacts.from_dict(row["facts"]) for row in told}
    days = approval_days(supports.values())
    records = _records(list(supports))
    devices = _devices([known.imei for known in facts.values() if known.imei])
    taken: dict[str, int] = {}
    for row in told:
        support, known = supports[row["support"]], facts[row["row"]]
        if not _is_recorded(row, support, known, records.get(support.pk)):
            _check(row, support, known, days.get(support.pk))
        if row["outcome"] == HAND_OVER and known.imei:
            _check_device(row, support, known, devices, taken, actor)
    for row in judged:
        if row["outcome"] == UNDELIVERABLE:
            _check_undeliverable(row, supports[row["support"]])
    waiting = [row for row in told if row["outcome"] == HAND_OVER]
    looked = look_again([(supports[row["support"]], _day(facts[row["row"]])) for row in waiting])
    for row in waiting:
        if looked[row["support"]].why:
            row["outcome"], row["sentence"] = HOLD, looked[row["support"]].said_to(actor)
    return judged


def counts_of(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many rows come to what."""
    outcomes = [row["outcome"] for row in rows]
    return {name: outcomes.count(name) for name in (HAND_OVER, UNDELIVERABLE, HOLD, SAME, PROBLEM)}


def _day(facts: HandOverFacts) -> Any:
    return facts.handed_on


def _named(row: dict[str, Any], supports: dict[int, Support], operator: Organisation) -> dict[str, Any]:
    support = supports.get(row["support"])
    if support is None:
        if row["outcome"] != PROBLEM:
            sentence = _(
                "This household is not assigned to %(operator)s any more: download the workbook again."
            )
            _refuse(row, sentence % {"operator": operator.short_name}, "key")
        return row | {"name": "", "commune": ""}
    return row | {"name": support.household.head_name, "commune": support.commune.name}


def _refuse(row: dict[str, Any], sentence: str, name: str = "", value: Any = "") -> None:
    row["outcome"], row["sentence"] = PROBLEM, sentence
    row["title"], row["value"] = _TITLES.get(name, ""), str(value or "")[:60]


def _records(supports: Sequence[int]) -> dict[int, HandOver]:
    rows = HandOver.objects.filter(support__in=supports).exclude(state=HandOverState.REVERSED)
    return {row.support_id: row for row in rows.select_related("device")}


def _devices(imeis: Sequence[str]) -> dict[str, Device]:
    rows = Device.objects.filter(Q(imei__in=imeis) | Q(imei2__in=imeis)).select_related(
        "operator", "district"
    )
    return {imei: row for row in rows for imei in (row.imei, row.imei2) if imei}


def _is_recorded(
    row: dict[str, Any], support: Support, facts: HandOverFacts, record: HandOver | None
) -> bool:
    """Whether a record stands already: the same as in the file is nothing to do, another one a problem."""
    if record is None:
        return False
    same_device = record.device is None or facts.imei in (record.device.imei, record.device.imei2)
    if same_device and record.handed_on == facts.handed_on and record.cash_amount == facts.cash_amount:
        row["outcome"], row["sentence"] = SAME, _("Recorded already.")
        return True
    _refuse(
        row,
        _("A hand-over of %(day)s%(device)s is recorded already: the department reverses it if it is wrong.")
        % {
            "day": f"{record.handed_on:%d/%m/%Y}",
            "device": f" ({record.device.imei})" if record.device else "",
        },
    )
    return True


def _check(row: dict[str, Any], support: Support, facts: HandOverFacts, approved_on: Any) -> None:
    if support.state not in OPEN:
        _refuse(
            row,
            _("The household is now “%(state)s”: nothing can be handed over.")
            % {"state": support.get_state_display()},
        )
        return
    found = problems_of(facts, expected_of(support, approved_on))
    if found:
        _refuse(row, found[0].sentence, found[0].field, row["facts"].get(found[0].field))


def _check_device(
    row: dict[str, Any],
    support: Support,
    facts: HandOverFacts,
    devices: dict[str, Device],
    taken: dict[str, int],
    actor: Any,
) -> None:
    if support.form != SupportForm.BUNDLE:
        return
    if facts.imei in taken:
        _refuse(
            row,
            _("The IMEI stands in line %(line)s already.") % {"line": taken[facts.imei]},
            "imei",
            facts.imei,
        )
        return
    device = devices.get(facts.imei)
    refused = (
        device_refused(device, support)
        if device is not None
        else unknown_refused(support, facts.imei, facts.model, actor)
    )
    if refused:
        _refuse(row, refused, "imei", facts.imei)
        return
    taken |= dict.fromkeys({facts.imei, *((device.imei, device.imei2) if device else ())} - {""}, row["row"])


def _check_undeliverable(row: dict[str, Any], support: Support) -> None:
    if support.state == SupportState.UNDELIVERABLE:
        row["outcome"], row["sentence"] = SAME, _("Recorded already.")
    elif support.state not in UNDELIVERED:
        _refuse(
            row,
            _("The household is now “%(state)s”: it cannot be reported as not delivered.")
            % {"state": support.get_state_display()},
            "result",
        )
