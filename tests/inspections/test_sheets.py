"""Sheets of paper: a page a household, the same questions, no number of a person or device."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from beneficiaries.models import HouseholdReading
from inspections.models import SampledHousehold
from inspections.offline.packs import standing_hand_overs
from inspections.papers.sheets import sheets
from smartphone_support.audit.models import AuditEntry

from .field_rows import Phone, fieldwork, first_of, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(cast):
    return fieldwork()


def texts(round_, rows):
    return [" ".join(paper.texts()) for paper in sheets(round_, rows, standing_hand_overs(rows))]


def test_a_sheet_asks_what_the_device_asks(round_):
    rows = list(round_.sample.order_by("order"))
    made = texts(round_, rows)
    assert len(made) == 3
    for row, text in zip(rows, made, strict=True):
        household, device = row.support.household, row.support.hand_overs.get().device
        assert household.head_name in text
        assert "Nokia G22" in text
        assert all(item.text in text for item in round_.checklist_c.items.all())
        for number in (household.national_id, household.phone, device.imei, device.imei[-4:]):
            assert number not in text


def test_sheets_are_downloaded_for_households_still_to_be_visited(round_, client, cast):
    cast.log_in(client, "hue-inspector")
    Phone(client)(sent(first_of(round_)))
    answer = client.get(reverse("inspections:field_sheets", args=[round_.pk]))
    assert answer.content.startswith(b"%PDF-")
    # One page a household: nothing runs over onto a second one.
    assert len(re.findall(rb"/Type\s*/Page\b", answer.content)) == 2
    entry = AuditEntry.objects.get(action="inspections.inspectionround.download")
    assert entry.after == {"paper": "sheets", "households": 2}
    assert HouseholdReading.objects.filter(user=cast("hue-inspector"), what="export").count() == 2


def test_without_a_household_left_it_leads_back(round_, client, cast):
    SampledHousehold.objects.filter(round=round_).update(state="checked")
    cast.log_in(client, "hue-inspector")
    answer = client.get(reverse("inspections:field_sheets", args=[round_.pk]))
    assert answer.url == reverse("inspections:round_detail", args=[round_.pk])


@pytest.mark.parametrize(
    ("username", "status"),
    [("hue-dic-leader", 403), ("hue-ppc", 403), ("daknong-inspector", 404), ("hue-474", 404)],
)
def test_only_the_team_prints_sheets(round_, client, cast, username, status):
    cast.log_in(client, username)
    assert client.get(reverse("inspections:field_sheets", args=[round_.pk])).status_code == status
