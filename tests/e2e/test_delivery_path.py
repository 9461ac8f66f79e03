"""From the approved list to the phone in hand, in a real browser: department, operator, district, leader."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from smartphone_support.demo.delivery_samples import fill_delivery

from .office import Clerk, words

ROUND = "Đợt 1 năm 2023"
DISTRICT = "Huyện A Lưới"
#: Rows of the workbook that are filled in; the last one says that nobody was there.
FILLED = 4


@pytest.fixture(scope="module")
def offices(browser, site):
    """Everybody of the story, logged in; on a phone where the name ends in "@phone"."""
    cast: dict[str, Clerk] = {}

    def call(name: str) -> Clerk:
        if name not in cast:
            username, _at, phone = name.partition("@")
            cast[name] = Clerk(browser, site, username, *((360, 740) if phone else (1366, 768)))
        return cast[name]

    return call


@pytest.fixture(scope="module")
def told():
    """What one step tells the next: addresses, numbers."""
    return {}


def path_of(clerk: Clerk) -> str:
    return clerk.page.url.removeprefix(clerk.site.url).split("?")[0]


def choose(clerk: Clerk, name: str, text: str) -> None:
    """Choose the option of a drop-down whose words contain the text."""
    option = clerk.page.locator(f"select[name={name}] option", has_text=text).first
    clerk.page.select_option(f"select[name={name}]", option.get_attribute("value"))


def number_on(clerk: Clerk, label: str) -> int:
    """The number of a fact of the page."""
    fact = clerk.page.locator("dl.facts div", has=clerk.page.locator("dt", has_text=label)).first
    return int(re.sub(r"\D", "", fact.locator("dd").inner_text().split("\n")[0]) or 0)


def budget_of_round(clerk: Clerk) -> str:
    """The facts of the line that pays for the round, as the page says them."""
    clerk.go("/allocations/budget/")
    clerk.page.locator("main tbody td.title a").first.click()
    return clerk.page.locator("main dl.facts").first.inner_text()


def handed_over(clerk: Clerk) -> int:
    clerk.go("/allocations/coverage/")
    return number_on(clerk, words("Handed over"))


def test_1_the_department_assigns_an_operator(offices, told):
    officer, leader = offices("hue-dic"), offices("hue-dic-leader")
    told["handed over"], told["budget"] = handed_over(leader), budget_of_round(leader)
    officer.go("/allocations/supports/?part=waiting")
    choose(officer, "round", ROUND)
    choose(officer, "district", "A Lưới")
    with officer.page.expect_navigation():
        officer.page.locator("form.filters button[type=submit]").first.click()
    told["waiting"] = officer.page.locator("main table tbody tr").count()
    assert told["waiting"] > 0
    officer.look("d1-cho-phan-cong")
    with officer.page.expect_navigation():
        officer.page.locator("form[data-ticks] .bulk button[type=submit]").click()
    choose(officer, "operator", "Viettel")
    officer.look("d1-phan-cong")
    officer.send()
    officer.go("/allocations/supports/?part=waiting")
    # Another round's households of the district may wait: only this round's are assigned.
    waiting = officer.page.locator("main table tbody tr", has_text="A Lưới").filter(has_text=ROUND)
    expect(waiting).to_have_count(0)


def test_2_an_operator_sees_its_own_lines_and_nothing_else(offices, told):
    operator, other = offices("hue-viettel"), offices("hue-vnpt")
    operator.go("/allocations/supports/?part=assigned")
    operator.look("d2-dong-cua-doanh-nghiep")
    rows = operator.page.locator("main table tbody tr")
    assert rows.count() > 0
    told["support"] = rows.first.locator("a").first.get_attribute("href")
    assert other.go(told["support"]) == 404
    for address in ("/beneficiaries/households/", "/allocations/lists/", "/allocations/budget/"):
        assert operator.go(address) in (403, 404), address


def test_3_the_district_receives_the_shipment(offices, told):
    district = offices("hue-481@phone")
    district.go("/allocations/shipments/")
    district.look("d3-phieu-xuat-dien-thoai")
    district.page.locator("main tbody a", has_text="PXK-481").first.click()
    told["imeis"] = [text.strip() for text in district.page.locator("td.code a").all_inner_texts()]
    district.press("Confirm what arrived")
    district.look("d3-nhan-may-dien-thoai")
    district.send()
    district.sees(words("Received", "state"))


def test_4_the_delivery_workbook_goes_out_and_comes_back(offices, told, site):
    operator = offices("hue-viettel")
    operator.go("/allocations/delivery/")
    operator.look("d4-ban-giao")
    row = operator.page.locator(".workbook-row", has_text=ROUND)
    if not row.is_visible():
        operator.page.locator("main summary").first.click()
    with operator.page.expect_download() as waiting:
        row.get_by_role("link", name=words("Download the workbook")).click()
    workbook = site.pictures / f"hue-viettel-{waiting.value.suggested_filename}"
    waiting.value.save_as(workbook)
    here = {DISTRICT: told["imeis"][:FILLED]}
    filled = workbook.with_name(f"filled-{workbook.name}")
    filled.write_bytes(
        fill_delivery(without_cash(workbook.read_bytes()), here, on=date(2024, 3, 5), absent=1)
    )
    row.get_by_role("link", name=words("Upload the workbook")).click()
    operator.page.set_input_files("[type=file]", filled)
    operator.send()
    operator.look("d4-xem-truoc")
    upload = path_of(operator)
    operator.go(f"{upload}confirm/")
    operator.sees(str(FILLED - 1))
    operator.send()
    operator.go(upload)
    operator.sees(words("Recorded"))
    operator.go(f"{upload}?part=undeliverable")
    told["absent"] = operator.page.locator("main tbody td.title").first.inner_text().strip()
    operator.look("d4-da-ghi")


def without_cash(content: bytes) -> bytes:
    """The workbook with the rows of A Lưới alone, those in cash taken out: an operator may drop rows."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    for row in range(sheet.max_row, 0, -1):
        if "-" in str(sheet.cell(row, 2).value or "") and (
            sheet.cell(row, 7).value != DISTRICT or sheet.cell(row, 9).value == "Tiền"
        ):
            sheet.delete_rows(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_5_one_is_handed_over_on_a_phone(offices, told):
    operator = offices("hue-viettel@phone")
    operator.go("/allocations/delivery/")
    operator.look("d5-ban-giao-dien-thoai")
    operator.go("/allocations/supports/?part=assigned")
    row = operator.page.locator("main table tbody tr", has_text="A Lưới").first
    support = (row.locator("a").first.get_attribute("href") or "").rstrip("/").rsplit("/", 1)[-1]
    operator.go(f"/allocations/delivery/{support}/hand-over/")
    page = operator.page
    page.fill("[name=imei]", "350000001234567")  # mistyped: the check digit does not fit
    page.check("[name=signed]")
    operator.send()
    expect(page.locator("#div_id_imei, #id_imei ~ *, .invalid-feedback").first).to_be_visible()
    operator.look("d5-imei-sai-dien-thoai")
    page.fill("[name=imei]", told["imeis"][FILLED])
    operator.send()
    operator.sees(told["imeis"][FILLED])
    told["record"] = path_of(operator)
    operator.look("d5-da-ban-giao-dien-thoai")


def test_6_a_reserve_comes_for_the_household_that_was_not_there(offices, told):
    officer, leader = offices("hue-dic"), offices("hue-dic-leader")
    officer.go("/allocations/supports/?part=ended")
    officer.page.locator("main table tbody tr", has_text=told["absent"]).locator("a").first.click()
    officer.press("Propose the next reserve")
    officer.page.fill("[name=number]", "72/TTr-STTTT")
    officer.page.fill("[name=date]", "11/03/2024")
    officer.page.fill("[name=reason]", "Vắng mặt tại địa phương, huyện đề nghị hộ dự phòng kế tiếp.")
    officer.look("d6-ho-thay-the")
    officer.send()
    amendment = path_of(officer)
    officer.press("Submit the amendment")
    officer.send()
    assert officer.go(f"{amendment}decide/") == 403, "the maker must not record the decision"
    leader.go(amendment)
    leader.press("Record the PPC's decision")
    leader.page.fill("[name=number]", "390/QĐ-UBND")
    leader.page.fill("[name=date]", "15/03/2024")
    leader.page.fill("[name=signer]", "Người ký minh họa")
    leader.look("d6-quyet-dinh")
    leader.send()
    leader.sees("390/QĐ-UBND")
    leader.look("d6-da-quyet-dinh")


def test_7_the_volumes_are_accepted(offices, told):
    officer, leader = offices("hue-dic"), offices("hue-dic-leader")
    officer.go("/allocations/acceptances/new/")
    choose(officer, "round", ROUND)
    choose(officer, "operator", "Viettel")
    for name, text in {
        "number": "05/BBNT-STTTT", "date": f"{date.today():%d/%m/%Y}", "from_day": "01/03/2024",
        "to_day": "31/12/2026",
    }.items():  # fmt: skip
        officer.page.fill(f"[name={name}]", text)
    # The hand-over on the phone is of today, whenever the story is played.
    officer.page.fill("[name=to_day]", f"{date.today():%d/%m/%Y}")
    officer.look("d7-lap-bien-ban")
    officer.send()
    acceptance = path_of(officer)
    figure = officer.page.locator("ul.figures b").first
    expect(figure).to_have_text(str(FILLED))
    officer.press("Submit the acceptance")
    officer.send()
    assert officer.go(f"{acceptance}confirm/") == 403, "the maker must not confirm"
    leader.go(acceptance)
    leader.press("Confirm the volumes")
    leader.look("d7-xac-nhan")
    leader.send()
    leader.sees(words("Confirmed", "state"))
    leader.look("d7-nghiem-thu")
    told["acceptance"] = acceptance


def test_8_coverage_and_budget_show_it(offices, told):
    leader, finance = offices("hue-dic-leader"), offices("hue-finance")
    assert handed_over(leader) == told["handed over"] + FILLED
    leader.look("d8-bao-phu")
    assert budget_of_round(finance) != told["budget"], "the accepted phones are not spent"
    finance.look("d8-ngan-sach")


def test_9_papers_open(offices, told, site):
    leader = offices("hue-dic-leader")
    leader.go(told["acceptance"])
    for label, start in (("Download .docx", b"PK"), ("Download PDF", b"%PDF-")):
        paper = leader.download(label, site.pictures).read_bytes()
        assert paper.startswith(start), label
        if start == b"PK":
            text = zipfile.ZipFile(io.BytesIO(paper)).read("word/document.xml").decode()
            assert "NGHIỆM THU" in text.upper()
            assert "05/BBNT-STTTT" in text


def test_9b_the_offices_pages_fit_a_phone(offices, told):
    phone = offices("hue-dic@phone")
    for name, address in {
        "suat-ho-tro": "/allocations/supports/", "suat": told["support"], "may": "/allocations/devices/",
        "tien-do": "/allocations/delivery/progress/", "nghiem-thu": told["acceptance"],
        "bao-phu": "/allocations/coverage/", "ngan-sach": "/allocations/budget/",
        "dong-gop": "/allocations/contributions/", "bien-ban": told["record"],
    }.items():  # fmt: skip
        assert phone.go(address) == 200, address
        phone.look(f"d9-dien-thoai-{name}")
