"""Rows written in bulk are the rows that saving one by one would have left."""

from __future__ import annotations

from datetime import date

import pytest
from django.forms.models import model_to_dict

from beneficiaries.imports.bulk import assign, insert, number
from beneficiaries.models import BatchRow, Household, HouseholdMember
from tests.beneficiaries.conftest import household

ODD = "\t tab \\N \\t \n xuống dòng \r ' \" ; -- é đ 😀"


@pytest.fixture
def home(desk):
    desk.register(household(1))
    return Household.objects.get()


def test_every_kind_of_value_arrives_as_it_was_given(home):
    rows = [
        HouseholdMember(household=home, position=1, name=ODD, birth_date=date(1961, 3, 5), birth_year=1961),
        HouseholdMember(household=home, position=2, name="", birth_date=None, birth_year=None),
    ]
    expected = [{**model_to_dict(row), "id": None} for row in rows]
    insert(rows)
    written = home.members.filter(position__gt=0).order_by("position")
    assert [{**model_to_dict(row), "id": None} for row in written] == expected


def test_json_truth_values_and_moments_arrive_too(home):
    row = BatchRow.objects.get()
    record = {"ghi chú": ODD, "none": None, "list": [1, "hai"], "empty": {}}
    insert([BatchRow(batch=row.batch, outcome="new", position=9, record=record, changes=[], row=None)])
    again = BatchRow.objects.get(position=9)
    assert (again.record, again.changes, again.undo, again.row) == (record, [], {}, None)
    copy = Household.objects.get()
    copy.pk, copy.national_id, copy.merit, copy.social_policy, copy.has_need = None, "", True, False, None
    insert([copy])
    written = Household.objects.exclude(pk=home.pk).get()
    assert (written.merit, written.social_policy, written.has_need) == (True, False, None)
    assert (written.created_at, written.updated_at) == (copy.created_at, copy.updated_at)


def test_numbered_rows_have_their_ids_and_leave_the_next_ones_free(home):
    rows = [HouseholdMember(household=home, position=place, name=f"Người {place}") for place in (1, 2, 3)]
    number(rows)
    insert(rows)
    assert {row.pk: row.name for row in rows} == dict(
        home.members.filter(position__gt=0).values_list("pk", "name")
    )
    later = HouseholdMember.objects.create(household=home, position=4, name="Người sau")
    assert later.pk not in {row.pk for row in rows}


def test_a_reference_is_set_by_row(home):
    row = BatchRow.objects.get()
    insert([BatchRow(batch=row.batch, outcome="new", position=9)])
    other = BatchRow.objects.get(position=9)
    assign(BatchRow, "household_id", {other.pk: home.pk})
    other.refresh_from_db()
    assert other.household == home


def test_nothing_to_write_is_no_error(db):
    insert([])
    number([])
    assign(BatchRow, "household_id", {})
