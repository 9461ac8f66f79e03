"""Killed in the middle of a step, as by a power cut: nothing of it is done, and it can be taken again.

On PostgreSQL, where another process sees what is left.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import DEFAULT_DB_ALIAS, connection, connections

from allocations.delivery.balance import recompute
from allocations.delivery.handing import HandOverFacts
from allocations.models import (
    BudgetEntry,
    BudgetLine,
    DeliveryUpload,
    Device,
    DeviceMove,
    DistrictList,
    EligibilitySnapshot,
    HandOver,
    ListLine,
    QuotaPlan,
)
from allocations.workflow import delivery as delivery_steps
from allocations.workflow import plans as plan_steps
from allocations.workflow import uploads as upload_steps
from allocations.workflow.uploads import apply_delivery_upload, register_delivery_upload
from beneficiaries.models import PovertySpell
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.documents.storing import store

from .handing import HANDED, Delivery, imei

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite's database of the tests lives in one process")


def killed(monkeypatch, module, name, call):
    """Run `call` in a process of its own and kill it when `module.name` has done its part of the step."""
    reached, told = os.pipe()
    connection.close()  # neither process may speak over the other's connection
    child = os.fork()
    if child == 0:
        # After a browser test Django keeps connections by the running loop, which a forked process
        # has not: it would find the one from before the loop began, open and its parent's.
        with contextlib.suppress(AttributeError):
            del connections[DEFAULT_DB_ALIAS]
        done = getattr(module, name)

        def stop(*args, **kwargs):
            done(*args, **kwargs)
            os.write(told, b"1")
            time.sleep(60)

        monkeypatch.setattr(module, name, stop)
        try:
            call()
        finally:
            os._exit(1)
    os.close(told)
    assert os.read(reached, 1) == b"1", "the step ended before it came so far"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reached)


def test_killed_while_the_lists_are_opened(story, monkeypatch):
    story.households(c20044=6, c20161=3)
    plan = story.plan(total=4)
    killed(monkeypatch, plan_steps, "keep_version", lambda: story.approve(plan))
    assert QuotaPlan.objects.get().state == "submitted"
    assert not DistrictList.objects.exists()
    assert not ListLine.objects.exists()
    story.approve(plan)
    assert (DistrictList.objects.count(), ListLine.objects.count()) == (2, 9)
    assert verify().broken_at is None


@pytest.fixture
def told(a_luoi, story, cast):
    """A workbook of Viettel as it is read: one household gets a new phone, one is not found, one lost its
    claim; and a budget line that has to follow."""
    story.budget_line(a_luoi.round, amount=30_000_000, unit_cost=2_000_000)
    delivery = Delivery(story, cast, [a_luoi])
    given, not_found, lost = delivery.assigned()
    PovertySpell.objects.filter(household=lost.household).update(valid_to=date(2024, 2, 20))
    blank = {"why": "", "note": "", "sentence": "", "column": "", "value": "", "facts": {}}
    facts = [HandOverFacts(handed_on=HANDED, imei=imei(n), model="Nokia G22").as_dict() for n in (1, 2)]
    rows = [
        blank | {"row": 7, "support": given.pk, "outcome": "delivered", "facts": facts[0]},
        blank | {"row": 8, "support": not_found.pk, "outcome": "undeliverable", "why": "refused"},
        blank | {"row": 9, "support": lost.pk, "outcome": "delivered", "facts": facts[1]},
    ]
    officer = cast("hue-viettel")
    file = store(ContentFile(b"a", name="phieu.xlsx"), actor=officer)
    return delivery, lambda: register_delivery_upload(
        delivery.round, delivery.operator(), actor=officer, file=file, rows=rows
    )


def everything(delivery):
    """What a delivery workbook may change."""
    return (
        [(row.pk, row.state, row.reason, row.delivered_on, row.hold_reason) for row in delivery.supports],
        [Model.objects.count() for Model in (HandOver, Device, DeviceMove, BudgetEntry, EligibilitySnapshot)],
        list(BudgetLine.objects.values_list("committed", "spent")),
        list(DeliveryUpload.objects.values_list("applied_at", "discarded_at")),
        AuditEntry.objects.count(),
    )


def test_killed_while_a_delivery_workbook_is_kept(told, monkeypatch):
    delivery, upload = told
    before = everything(delivery)
    killed(monkeypatch, upload_steps, "record", upload)
    assert everything(delivery) == before
    assert upload().is_open


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (upload_steps, "new_devices"),  # the phone stands in the ledger
        (upload_steps, "mark_undeliverable"),  # a support ended, its money is released
        (upload_steps, "hold_lost"),  # another one is on hold
        (delivery_steps, "_give_out"),  # the phone is with its household, the record written
        (delivery_steps, "_deliver"),
        (upload_steps, "record"),  # everything is done but the commit
    ],
)
def test_killed_while_a_delivery_workbook_is_recorded(told, cast, monkeypatch, module, name):
    delivery, upload = told
    held = upload()
    assert held.counts == {"delivered": 1, "undeliverable": 1, "hold": 1, "same": 0, "problem": 0}
    before = everything(delivery)
    killed(monkeypatch, module, name, lambda: apply_delivery_upload(held, actor=cast("hue-viettel")))
    assert everything(delivery) == before
    assert recompute().is_sound
    apply_delivery_upload(held, actor=cast("hue-viettel"))
    assert [row.state for row in delivery.supports] == ["delivered", "undeliverable", "on_hold"]
    assert BudgetLine.objects.get().committed == 4_000_000
    assert (HandOver.objects.get().device.imei, Device.objects.count()) == (imei(1), 1)
    assert recompute().is_sound
    assert verify().broken_at is None
