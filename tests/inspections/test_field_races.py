"""The same check, and checks of the same household, brought by several connections at the same moment."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from inspections.models import CheckPhoto, FieldCheck, Finding, InspectionRound, SampledHousehold
from inspections.offline.incoming import read_visit
from inspections.workflow.choosing import choose_check
from inspections.workflow.receiving import receive_check, receive_photo
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.documents.models import StoredFile
from tests.together import at_once

from .field_rows import JPEG, fieldwork, first_of, sent

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="row locks of several connections"),
]
_ = connection  # read by the condition above


@pytest.fixture
def round_(cast):
    return fieldwork(2)


def test_a_check_sent_by_six_connections_is_one_check(round_, cast):
    data = sent(first_of(round_), answers={"C3": "fail"})
    inspector = cast("hue-inspector")
    results = at_once(
        *[lambda: receive_check(read_visit(data), actor=inspector, source="offline") for _n in range(6)]
    )
    assert sorted(taken.again for taken in results) == [False] + [True] * 5
    assert len({taken.row.pk for taken in results}) == 1
    assert (FieldCheck.objects.count(), Finding.objects.count()) == (1, 1)
    assert AuditEntry.objects.filter(action="inspections.fieldcheck.receive").count() == 1
    assert verify().broken_at is None


def test_of_two_contents_under_one_sign_one_is_kept_and_the_other_told(round_, cast):
    data = sent(first_of(round_))
    inspector = cast("hue-inspector")
    results = at_once(
        lambda: receive_check(read_visit(data), actor=inspector, source="offline"),
        lambda: receive_check(read_visit(data | {"note": "khác"}), actor=inspector, source="offline"),
    )
    assert sum(isinstance(result, str) for result in results) == 1
    assert FieldCheck.objects.count() == 1


def test_two_households_under_one_sign_are_one_check(round_, cast):
    one, two = round_.sample.order_by("order")
    sign = str(uuid.uuid4())
    results = at_once(
        *[
            lambda row=row: receive_check(
                read_visit(sent(row, client_id=sign)), actor=cast("hue-inspector"), source="offline"
            )
            for row in (one, two)
        ]
    )
    assert sum(isinstance(result, str) for result in results) == 1
    assert FieldCheck.objects.count() == 1


def test_two_inspectors_at_one_household_at_the_same_moment(round_, cast):
    sampled = first_of(round_)
    results = at_once(
        *[
            lambda who=who: receive_check(read_visit(sent(sampled)), actor=cast(who), source="offline")
            for who in ("hue-inspector", "hue-dic")
        ]
    )
    assert not any(isinstance(result, str) for result in results)
    assert sorted(FieldCheck.objects.values_list("counts", flat=True)) == [False, True]
    assert SampledHousehold.objects.get(pk=sampled.pk).state == "checked"


def test_two_choices_at_the_same_moment_leave_one_check_that_counts(round_, cast):
    sampled = first_of(round_)
    for who in ("hue-inspector", "hue-dic"):
        receive_check(read_visit(sent(sampled)), actor=cast(who), source="offline")
    results = at_once(
        *[
            lambda row=row: choose_check(row, actor=cast("hue-dic"), reason="Rõ hơn")
            for row in FieldCheck.objects.order_by("pk")
        ]
    )
    assert not any(isinstance(result, str) for result in results)
    assert FieldCheck.objects.filter(counts=True, chosen_at__isnull=False).count() == 1


def test_a_photo_sent_by_four_connections_is_one_photo(round_, cast, tmp_path, settings):
    data = sent(first_of(round_))
    inspector, sign = cast("hue-inspector"), uuid.uuid4()
    check = receive_check(read_visit(data), actor=inspector, source="offline").row
    results = at_once(
        *[
            lambda: receive_photo(
                check.client_id, ContentFile(JPEG, name="a.jpg"), actor=inspector, client_id=sign
            )
            for _n in range(4)
        ]
    )
    assert sorted(taken.again for taken in results) == [False, True, True, True]
    assert (CheckPhoto.objects.count(), StoredFile.objects.count()) == (1, 1)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_check_and_the_end_of_the_fieldwork_wait_for_each_other(round_, cast):
    """Whichever comes first: the check is here and marked as it came, or the round was still in the field."""
    from inspections.workflow.steps import locked, move, step

    def end():
        with step():
            row = locked(InspectionRound.objects.all(), round_.pk)
            move(row, "minutes")

    data = sent(first_of(round_))
    results = at_once(
        lambda: receive_check(read_visit(data), actor=cast("hue-inspector"), source="offline"), end
    )
    assert not any(isinstance(result, str) for result in results)
    check = FieldCheck.objects.get()
    first = AuditEntry.objects.get(action="inspections.fieldcheck.receive")
    assert first.after["late"] is check.late
