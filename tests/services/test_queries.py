"""Pages ask the database as often for many lines as for few."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.models import OperatorReport

pytestmark = pytest.mark.django_db
JANUARY = date(2024, 1, 1)
PAGES = (
    "subscription_list", "subscription_export", "settlement", "settlement_lines", "settlement_workbook",
    "report_list", "report_detail",
)  # fmt: skip
ASKED = [
    *((name, person) for name in PAGES for person in ("hue-dic", "hue-viettel")),
    ("report_months", "hue-dic"), ("year_change", "hue-dic"),
]  # fmt: skip


def send(counter, numbers):
    """Households supported since January, not poor any more in 2025, and a refused line each."""
    for number in numbers:
        home = counter.household(number)
        counter.becomes(home, "not_poor", date(2024, 12, 1))
    good = [counter.line(number, on="05/01/2024") for number in numbers]
    return counter.apply(*good, *(counter.line(500 + number) for number in numbers), month=JANUARY)


def asked(client, name):
    report = OperatorReport.objects.latest("pk")
    url = reverse(f"services:{name}", args=[report.pk] if name == "report_detail" else None)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"{url}?year=2025").status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize(("name", "person"), ASKED)
def test_as_many_questions_for_thirty_lines_as_for_two(client, counter, name, person):
    counter.cast.log_in(client, person)
    send(counter, range(1, 3))
    asked(client, name)  # what is kept after the first look is asked for once
    few = asked(client, name)
    send(counter, range(10, 40))
    many = asked(client, name)
    assert len(many) == len(few), many
