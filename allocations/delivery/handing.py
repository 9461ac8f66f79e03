"""What a hand-over record says, and what has to be right about it before anything is recorded. Pure.

One list of checks for the form on the phone and for the operator's workbook: each problem names the field,
so that the form can point to it and the workbook can name the column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext as _

from ..choices import PaymentMeans, Receiver, SupportForm
from .imei import read_imei

#: Circular 14/2022/TT-BTTTT is in force from here: a phone bought before is not paid for.
IN_FORCE = date(2022, 12, 12)
_SIM_DIGITS = range(10, 21)


@dataclass(frozen=True, slots=True)
class HandOverFacts:
    """A hand-over as somebody told it. Days are days, amounts are VND; "" or None: not said."""

    handed_on: date | None = None
    place: str = ""
    receiver: str = Receiver.HEAD
    receiver_name: str = ""
    receiver_relation: str = ""
    receiver_national_id: str = ""
    signed: bool = True
    imei: str = ""
    model: str = ""
    sim_number: str = ""
    phone_number: str = ""
    package: str = ""
    invoice_number: str = ""
    invoice_date: date | None = None
    invoice_amount: int | None = None
    seller: str = ""
    cash_amount: int | None = None
    payment_means: str = ""
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON: days as yyyy-mm-dd."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> HandOverFacts:
        known = {field.name: data[field.name] for field in fields(cls) if field.name in data}
        for name in ("handed_on", "invoice_date"):
            if known.get(name):
                known[name] = date.fromisoformat(known[name])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of the support before the hand-over.

    `approved_on`: the day of the decision; nothing can have been handed over before. `level`: the support in
    cash in VND; None where no level is entered: then no cash can be paid.
    """

    form: str
    head_name: str
    today: date
    approved_on: date | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: the field and the sentence."""

    field: str
    sentence: str


def problems_of(facts: HandOverFacts, expected: Expected) -> list[Problem]:
    """Everything that is wrong or missing, in the order of the form; empty: it can be recorded."""
    found = [*_day(facts, expected), *_receiver(facts)]
    found += _cash(facts, expected) if expected.form == SupportForm.CASH else _bundle(facts)
    if not facts.signed:
        found.append(Problem("signed", _("The receiver signs the record or puts a fingerprint on it.")))
    return found


def _day(facts: HandOverFacts, expected: Expected) -> list[Problem]:
    if facts.handed_on is None:
        return [Problem("handed_on", _("The day of the hand-over is missing: write it as dd/mm/yyyy."))]
    if facts.handed_on > expected.today:
        return [Problem("handed_on", _("The day of the hand-over lies in the future."))]
    if expected.approved_on and facts.handed_on < expected.approved_on:
        return [
            Problem(
                "handed_on",
                _("Nothing can be handed over before the decision of %(day)s: correct the day.")
                % {"day": f"{expected.approved_on:%d/%m/%Y}"},
            )
        ]
    return []


def _receiver(facts: HandOverFacts) -> list[Problem]:
    if facts.receiver not in Receiver.values:
        return [
            Problem("receiver", _("Say who received it: head of household, member, or authorised person."))
        ]
    found = []
    if facts.receiver != Receiver.HEAD:
        if not facts.receiver_name.strip():
            found.append(Problem("receiver_name", _("The name of the person who received it is missing.")))
        if not facts.receiver_relation.strip():
            found.append(Problem("receiver_relation", _("Say how the receiver is related to the head.")))
    number = facts.receiver_national_id
    if facts.receiver == Receiver.AUTHORISED and not number:
        found.append(Problem("receiver_national_id", _("An authorised person's identity number is missing.")))
    elif number and not (number.isdigit() and len(number) in (9, 12)):
        found.append(
            Problem(
                "receiver_national_id",
                _("The identity number has %(count)s digits; it needs 12 (or 9 of an old card).")
                % {"count": sum(sign.isdigit() for sign in number)},
            )
        )
    return found


def _bundle(facts: HandOverFacts) -> list[Problem]:
    found = []
    imei = read_imei(facts.imei)
    if not imei.is_good:
        found.append(Problem("imei", imei.sentence))
    if facts.sim_number and not (facts.sim_number.isdigit() and len(facts.sim_number) in _SIM_DIGITS):
        found.append(
            Problem(
                "sim_number",
                _("The SIM number is the row of 10 to 20 digits printed on the SIM; this one is not."),
            )
        )
    if facts.phone_number and not (
        facts.phone_number.isdigit() and len(facts.phone_number) == 10 and facts.phone_number[0] == "0"
    ):
        found.append(
            Problem("phone_number", _("The phone number has 10 digits and begins with 0: check it."))
        )
    if facts.cash_amount:
        found.append(
            Problem("cash_amount", _("This household gets a device, not cash: leave the amount empty."))
        )
    return found


def _cash(facts: HandOverFacts, expected: Expected) -> list[Problem]:
    if not expected.level:
        return [
            Problem(
                "cash_amount",
                _("This round has no level of support in cash: nothing can be paid from it."),
            )
        ]
    found = []
    if facts.imei:
        found.append(Problem("imei", _("This household gets cash, not a device: leave the IMEI empty.")))
    if not facts.invoice_number.strip():
        found.append(Problem("invoice_number", _("The number of the invoice is missing.")))
    found += _invoice_date(facts)
    if not facts.invoice_amount:
        found.append(Problem("invoice_amount", _("The price on the invoice is missing.")))
    if not facts.seller.strip():
        found.append(Problem("seller", _("The seller on the invoice is missing.")))
    if not facts.cash_amount:
        found.append(Problem("cash_amount", _("The amount paid is missing.")))
    elif facts.cash_amount != expected.level:
        found.append(
            Problem(
                "cash_amount",
                _("%(paid)s VND were paid; the support is %(level)s VND a household.")
                % {"paid": localize(facts.cash_amount), "level": localize(expected.level)},
            )
        )
    if facts.payment_means not in PaymentMeans.values:
        found.append(Problem("payment_means", _("Say how it was paid: in cash or by bank transfer.")))
    return found


def _invoice_date(facts: HandOverFacts) -> list[Problem]:
    day = facts.invoice_date
    if day is None:
        return [Problem("invoice_date", _("The date of the invoice is missing: write it as dd/mm/yyyy."))]
    if day < IN_FORCE:
        return [
            Problem(
                "invoice_date",
                _("The phone was bought on %(day)s; support in cash is for phones bought from 12/12/2022 on.")
                % {"day": f"{day:%d/%m/%Y}"},
            )
        ]
    if facts.handed_on and day > facts.handed_on:
        return [Problem("invoice_date", _("The invoice is dated after the day it was paid for."))]
    return []
