"""The pages of services as the people of each office see them."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from beneficiaries.models import OperatorReport, ServiceLevel, ServiceSubscription
from smartphone_support.jobs.running import execute
from smartphone_support.spreadsheets.writing import write_row

from .conftest import HEADER, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("screens_in_english")]


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_an_operator_sends_checks_and_confirms(client, counter):
    counter.household(1), counter.household(3)
    counter.cast.log_in(client, "hue-viettel")
    page = text(client.get(reverse("services:report_create"), {"month": "2024-03"}))
    assert "03/2024" in page
    sent = client.post(
        reverse("services:report_create"),
        {
            "month": "03/2024",
            "file": counter.file(
                counter.line(1), counter.line(2, card=46062000002), counter.line(3, level=1)
            ),
        },
    )
    report = OperatorReport.objects.get()
    assert sent.url == reverse("services:report_detail", args=[report.pk])
    assert "progress-box" in text(client.get(sent.url))
    execute(str(report.job.key))
    page = text(client.get(sent.url))
    assert "No household of the province" in page
    assert "C5" in page
    assert "article 20" in page
    assert "046062000002" not in page  # masked
    assert "Excel dropped the zero" in page
    assert "Leading zero" not in page  # told beside a line, no reason to refuse it
    only = text(client.get(sent.url, {"part": "refused", "reason": "other_level"}))
    assert "Hồ Văn 3" in only
    assert "Hồ Văn 2" not in only
    confirm = reverse("services:report_confirm", args=[report.pk])
    assert "1 line in order is written" in text(client.get(confirm))
    client.post(confirm)
    assert ServiceSubscription.objects.get().household.head_name == "Hồ Văn 1"
    assert "Hồ Văn 1" in text(client.get(reverse("services:subscription_list")))


def test_the_refused_lines_come_back_mended(client, counter):
    counter.household(1), counter.household(2)
    report = counter.apply(counter.line(1), counter.line(2, card="04606"), counter.line(3))
    counter.cast.log_in(client, "hue-viettel")
    answer = client.get(reverse("services:report_refused", args=[report.pk]))
    book = load_workbook(BytesIO(answer.content))
    rows = list(book.active.iter_rows(min_row=4, values_only=True))
    assert [row[2] for row in rows] == ["04606", "046063000003"]
    assert "sheet CAP NHAT, row 5" in rows[0][9]
    assert "12 digits" in rows[0][10]
    sheet = book.active
    sheet["C4"] = "046062000002"
    sheet.delete_rows(5)
    content = BytesIO()
    book.save(content)
    again = counter.read(file=SimpleUploadedFile("mended.xlsx", content.getvalue()))
    assert again.counts == {"good": 1, "new": 1}, again.failure


def test_nothing_arose_in_one_click(client, counter):
    counter.cast.log_in(client, "hue-viettel")
    done = client.post(reverse("services:report_nothing"), {"month": "2024-03"}, follow=True)
    assert "Nothing arose" in text(done)
    assert OperatorReport.objects.get().nothing_arose
    assert "Write the month" in text(
        client.post(reverse("services:report_nothing"), {"month": "x"}, follow=True)
    )


def test_who_is_late(client, counter):
    counter.household(1)
    counter.apply(counter.line(1))
    counter.cast.log_in(client, "hue-dic")
    page = text(client.get(reverse("services:report_months"), {"year": "2024"}))
    assert page.count("Late") > 20
    assert page.count("Written") == 1


def test_the_settlement_down_to_its_lines(client, counter):
    counter.household(1), counter.household(2), counter.household(3)
    counter.apply(counter.line(1, on="05/01/2024"), counter.line(2, on="31/01/2024"), month=date(2024, 1, 1))
    counter.apply(counter.line(2, "stopped", "31/03/2024"))
    counter.apply(counter.line(3), by="hue-vnpt")
    period = {"first": "01/2024", "last": "03/2024"}
    counter.cast.log_in(client, "hue-dic")
    page = client.get(reverse("services:settlement"), period)
    # Household 1: three months; 2: January and February; 3: March, of another operator.
    sums = page.context["sums"]
    assert (sums.subscriptions, sums.months, sums.amount) == (3, 6, 360_000)
    lines = client.get(reverse("services:settlement_lines"), period | {"service": "mobile"})
    assert lines.context["amount"] == 360_000
    book = load_workbook(BytesIO(client.get(reverse("services:settlement_workbook"), period).content))
    assert [row[6] for row in book.worksheets[0].iter_rows(min_row=5, values_only=True) if row[0]] == [
        row.amount for row in page.context["totals"]
    ]
    assert client.get(reverse("services:settlement_docx"), period).status_code == 200
    counter.cast.log_in(client, "hue-viettel")
    own = client.get(reverse("services:settlement"), period)
    assert own.context["sums"].amount == 300_000
    assert client.get(reverse("services:settlement_docx"), period).status_code == 403


def test_operators_see_neither_class_nor_each_other(client, counter):
    home = counter.household(1, ethnicity="Pa Cô", b1_score=120)
    counter.becomes(home, "near_poor", date(2024, 1, 1))
    counter.apply(counter.line(1))
    refused = counter.apply_refused(counter.line(1), by="hue-vnpt")
    held = ServiceSubscription.objects.get()
    counter.cast.log_in(client, "hue-vnpt")
    assert client.get(reverse("services:subscription_detail", args=[held.pk])).status_code == 404
    pages = [reverse("services:report_detail", args=[refused.pk]), reverse("services:subscription_list")]
    for url in pages:
        page = text(client.get(url))
        assert not any(word in page for word in ("Viettel", "Near-poor", "Pa Cô", "120"))
    assert "one service by one operator" in text(client.get(pages[0]))


def test_levels_dated_and_cited(client, counter):
    counter.household(1)
    counter.cast.log_in(client, "hue-dic")
    level = {
        "service": "mobile",
        "amount": "70.000",
        "valid_from": "01/03/2024",
        "citation": "QĐ 12/QĐ-BTTTT",
    }
    client.post(reverse("services:level_create"), level)
    assert "QĐ 12/QĐ-BTTTT" in text(client.get(reverse("services:level_list")))
    assert told(counter.read(counter.line(1))) == {4: ("refused", ["other_level"])}
    assert told(counter.read(counter.line(1, level=70000))) == {4: ("good", [])}
    assert told(counter.read(counter.line(1, on="01/02/2024"))) == {4: ("good", [])}
    entered = ServiceLevel.objects.get(province__code="46")
    client.post(reverse("services:level_drop", args=[entered.pk]), {"reason": "Nhầm"})
    assert not ServiceLevel.objects.filter(pk=entered.pk).exists()


def test_the_households_page_and_story_tell_of_services(client, counter):
    home = counter.household(1)
    counter.apply(counter.line(1))
    counter.cast.log_in(client, "hue-dolisa")
    page = text(client.get(reverse("beneficiaries:household_detail", args=[home.pk])))
    assert "Terrestrial mobile by Viettel" in page
    assert "090***0001" in page
    assert "0900000001" not in page


def test_the_list_as_a_workbook(client, counter):
    counter.household(1)
    counter.apply(counter.line(1))
    counter.cast.log_in(client, "hue-ppc")
    answer = client.get(reverse("services:subscription_export"), {"q": "ho van"})
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=4, values_only=True))
    assert [row[1] for row in rows] == ["Hồ Văn 1"]
    assert not any("046061" in str(value) for row in rows for value in row)
    assert rows[0][7] == "090***0001"
    counter.cast.log_in(client, "hue-viettel")
    own = client.get(reverse("services:subscription_export"))
    assert load_workbook(BytesIO(own.content)).active["H4"].value == "0900000001"


PAGES = ("subscription_list", "settlement_lines", "report_detail", "subscription_detail")


@pytest.mark.parametrize("name", PAGES)
def test_only_the_operator_reads_subscriber_numbers_whole(client, counter, name):
    counter.household(1)
    report = counter.apply(counter.line(1, on="05/01/2024"), month=date(2024, 1, 1))
    pages = {"report_detail": report.pk, "subscription_detail": ServiceSubscription.objects.get().pk}
    url = reverse(f"services:{name}", args=[pages[name]] if name in pages else None)
    for person, shown, hidden in (
        ("hue-viettel", "0900000001", "090***0001"), ("hue-ppc", "090***0001", "0900000001"),
    ):  # fmt: skip
        counter.cast.log_in(client, person)
        page = text(client.get(url))
        assert shown in page
        assert hidden not in page


def test_a_wrong_identity_number_is_whole_only_in_the_senders_workbook(client, counter):
    report = counter.read(counter.line(1, card="04606100000123"))
    counter.cast.log_in(client, "hue-dic")
    page = text(client.get(reverse("services:report_detail", args=[report.pk])))
    assert "046********123" in page
    assert "04606100000123" not in page
    counter.cast.log_in(client, "hue-viettel")
    book = load_workbook(BytesIO(client.get(reverse("services:report_refused", args=[report.pk])).content))
    assert book.active["C4"].value == "04606100000123"


@pytest.mark.parametrize("query", ["month=9999-12", "month=0001-01", "month=x"])
def test_a_month_that_cannot_be_is_passed_over(client, counter, query):
    counter.cast.log_in(client, "hue-viettel")
    assert "Send the update" in text(client.get(f"{reverse('services:report_create')}?{query}"))


@pytest.mark.parametrize("query", [
    "first=01/0001", "last=12/9999", "first=12/9999", "first=x&last=y", "operator=9" + "9" * 30,
    "district=9" + "9" * 30, "page=0", "service=x",
])  # fmt: skip
def test_addresses_of_the_settlement_made_by_hand(client, counter, query):
    counter.household(1)
    counter.apply(counter.line(1, on="05/01/2024"), month=date(2024, 1, 1))
    counter.cast.log_in(client, "hue-dic")
    for name in ("settlement", "settlement_lines"):
        response = client.get(f"{reverse(f'services:{name}')}?{query}")
        assert response.status_code == 200
        assert response.context["period"].first >= date(2022, 12, 1)


def as_text(*rows):
    """An operator's file whose cells are text even where they begin like a formula."""
    book = Workbook()
    for number, row in enumerate(rows, 1):
        write_row(book.active, number, row)
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile("cap-nhat.xlsx", content.getvalue())


def test_what_somebody_typed_is_no_formula_in_any_workbook(client, counter):
    """The operator's own words come back as text, in the refused lines and in the list."""
    counter.household(1)
    evil = '=HYPERLINK("http://x","y")'
    lines = [counter.line(1, why=evil), [2, evil, "046061000009", evil, "Di động", 60000, "Hỗ trợ mới", "?"]]
    report = counter.apply(file=as_text(HEADER, *lines))
    counter.cast.log_in(client, "hue-viettel")
    for url in (
        reverse("services:report_refused", args=[report.pk]), reverse("services:subscription_export"),
    ):  # fmt: skip
        book = load_workbook(BytesIO(client.get(url).content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize("person", ["hue-dic", "hue-viettel", "hue-vnpt"])
@pytest.mark.parametrize("name", ["subscription_list", "report_list", "confirmation_list"])
def test_lists_are_filtered_and_an_operator_by_its_own_rows(client, counter, name, person):
    counter.cast.log_in(client, person)
    page = client.get(reverse(f"services:{name}"), {"state": "applied", "sort": "operator", "operator": "1"})
    assert page.status_code == 200
    operators = page.context["filter"].form.fields.get("operator")
    if person == "hue-dic":
        assert {row.code for row in operators.queryset} == {"hue-viettel", "hue-vnpt", "hue-mobifone"}
    else:
        assert operators is None
