"""Two people at the same moment over one finding, in real threads on PostgreSQL."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from allocations.models import Contribution
from inspections.models import Finding, Remediation
from inspections.workflow import findings as workflow
from smartphone_support.audit.recording import verify as verify_record

from ..together import at_once
from .field_rows import fieldwork, first_of
from .test_finding_workflow import check, codes

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")


@pytest.fixture
def sampled(cast):
    row = first_of(fieldwork())
    Contribution.objects.update(allotted=3)
    return row


def stored(row):
    """As whoever stores a check: in one transaction."""
    with transaction.atomic():
        return workflow.open_findings_of(row)


def test_two_checks_of_a_household_at_once_open_one_finding(sampled, cast):
    (code,) = codes(sampled.round, "not_received")
    checks = [
        check(sampled, code),
        check(sampled, code, inspector=cast("hue-dic"), counts=False),
    ]
    results = at_once(*(lambda row=row: stored(row) for row in checks))
    assert sorted(len(found) for found in results) == [0, 1]
    assert Finding.objects.count() == 1
    assert verify_record().broken_at is None


def test_one_report_and_one_verdict_win(sampled, cast):
    (code,) = codes(sampled.round, "not_received")
    (finding,) = stored(check(sampled, code))
    hands, officer = cast("hue-viettel"), cast("hue-dic")
    at_once(*[lambda: workflow.report_remedy(finding, actor=hands, text="Đã giao máy")] * 2)
    assert Remediation.objects.count() == 1
    results = at_once(
        lambda: workflow.verify(finding, actor=officer, accepted=True),
        lambda: workflow.drop(finding, actor=officer, reason="Nhầm hộ"),
    )
    assert sum(isinstance(result, str) for result in results) == 1, results
    finding.refresh_from_db()
    assert finding.state in {"closed", "dropped"}
    assert verify_record().broken_at is None
