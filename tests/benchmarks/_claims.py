"""The last devices, claimed by many at the same moment: our door beside the usual ways to write it.

A contribution has a few devices left, and every client claims one for a household of its own. The database
holds one device a household; how many households share a gift is for the program to hold.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from allocations.models import Contribution, Support
from allocations.workflow.contributions import match_households
from beneficiaries.models import Household
from programs.choices import FundingKind
from programs.models import FundingSource
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.errors import Refusal

from ._round_story import make_households, make_program, person

Claim = Callable[[Contribution, Household], bool]


@dataclass(slots=True)
class Told:
    """What the clients of a way were told, and what the database says, over all its rounds."""

    times: list[float] = field(default_factory=list)
    overshot: int = 0
    most: int = 0
    differ: int = 0
    errors: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        times = sorted(self.times)
        return {
            "p50": round(statistics.median(times) * 1000, 1),
            "p95": round(times[int(len(times) * 0.95)] * 1000, 1),
            "max": round(times[-1] * 1000),
            "rounds_overshot": self.overshot,
            "worst": self.most,
            "told_not_stored": self.differ,
            "errors": len(self.errors),
            "error": self.errors[0] if self.errors else "",
        }


def ours(gift: Contribution, household: Household) -> bool:
    """The whole step: rights, register, household unserved, support, counter, audit record."""
    try:
        match_households(gift, [household.pk], actor=person("dic"))
    except Refusal:
        return False
    return True


def conditional(gift: Contribution, household: Household) -> bool:
    """The floor: one UPDATE that counts up while something is left, and the row. No checks, no record."""
    with transaction.atomic():
        rows = Contribution.objects.filter(pk=gift.pk, allotted__lt=F("received"))
        if not rows.update(allotted=F("allotted") + 1):
            return False
        _write(gift, household)
    return True


def count_then_insert(gift: Contribution, household: Household) -> bool:
    """Count what is given out; if it is less than what came, write the row."""
    if gift.supports.count() >= gift.received:
        return False
    _write(gift, household)
    return True


def count_in_transaction(gift: Contribution, household: Household) -> bool:
    """The same inside a transaction, as if that helped."""
    with transaction.atomic():
        return count_then_insert(gift, household)


def read_then_save(gift: Contribution, household: Household) -> bool:
    """Read the counter, add one, save it, write the row: in a transaction."""
    with transaction.atomic():
        row = Contribution.objects.get(pk=gift.pk)
        if row.allotted >= row.received:
            return False
        row.allotted += 1
        row.save(update_fields=["allotted"])
        _write(gift, household)
    return True


def _write(gift: Contribution, household: Household) -> None:
    Support.objects.create(
        household=household, district_id=household.district_id, commune_id=household.commune_id,
        contribution=gift, form="bundle",
    )  # fmt: skip


FLOOR = "conditional UPDATE (floor)"
WAYS: dict[str, Claim] = {
    FLOOR: conditional,
    "ours": ours,
    "count, then insert": count_then_insert,
    "the same in atomic()": count_in_transaction,
    "read, add, save": read_then_save,
}


def measure(*, clients: int, rounds: int, quota: int, seed: int) -> dict[str, dict[str, Any]]:
    """Each way `rounds` times, in turns."""
    told = {name: Told() for name in WAYS}
    district = AdministrativeArea.objects.get(code="474", level="district")
    pool = iter(make_households(district, clients * rounds * len(WAYS), seed * 1000 + quota))
    for _turn in range(rounds):
        for name, claim in WAYS.items():
            gift = _gift(quota)
            _round(claim, gift, [next(pool) for _client in range(clients)], told[name])
    return {name: row.figures() for name, row in told.items()}


def _gift(devices: int) -> Contribution:
    program = make_program()
    source, _new = FundingSource.objects.get_or_create(
        program=program, kind=FundingKind.SOCIALISED, defaults={"name": "Xã hội hóa"}
    )
    return Contribution.objects.create(
        program=program, funding_source=source, donor_name="Nhà tài trợ", donor_kind="enterprise",
        kind="devices", device_kind="smartphone", pledged=devices, received=devices,
        pledged_on=date(2024, 1, 15), state="received", recorded_by=person("dic"),
    )  # fmt: skip


def _round(claim: Claim, gift: Contribution, households: list[Household], told: Told) -> None:
    gate = threading.Barrier(len(households))
    got: list[bool] = []

    def one(household: Household) -> None:
        try:
            connection.ensure_connection()
            gate.wait()
            begun = time.perf_counter()
            try:
                got.append(claim(gift, household))
            except Exception as error:  # an error is a figure here
                told.errors.append(f"{type(error).__name__}: {error}".splitlines()[0])
            told.times.append(time.perf_counter() - begun)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(household,)) for household in households]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = Support.objects.filter(contribution=gift).count()
    gift.refresh_from_db()
    told.overshot += stored > gift.received
    told.most = max(told.most, stored - gift.received)
    # Who does not keep the counter is asked only whether clients were told what is stored.
    counts = claim not in (count_then_insert, count_in_transaction)
    told.differ += sum(got) != stored or (counts and gift.allotted != stored)
