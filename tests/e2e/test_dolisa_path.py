"""The department of labour answers the plan in a real browser: a returned month, its yearly review accepted,
a month in which something arose after all; and what the plan says when that list is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, expect

from .office import WORK_MAY_TAKE, Clerk, words
from .running import Site

WHO = "daknong-dolisa"
RETURNED, QUIET, REVIEW = "2025-11", "2024-03", "2025-R"


@pytest.fixture(scope="module")
def clerk(browser: Browser, site: Site) -> Clerk:
    return Clerk(browser, site, WHO)


@pytest.fixture(scope="module")
def dues(clerk: Clerk) -> str:
    """The address of the organisation's own dues."""
    clerk.go("/programs/")
    clerk.page.locator(".plan-views a[href$='/dues/']").click()
    return clerk.page.url


@pytest.fixture(scope="module")
def late_month(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One household new in March 2024, on the sheet the department sends every month."""
    book = load_workbook(site.samples / "67-bien-dong-2024-02.xlsx")
    for sheet in book.worksheets[1:]:
        book.remove(sheet)
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.value = cell.value.replace("02/2024", "03/2024")
    household = next(row for row in sheet.iter_rows() if row[0].value == 1)
    household[1].value, household[4].value = "Cứ Thị Dợ", "067160482999"
    path = tmp_path_factory.mktemp("month") / "bien dong thang 3.xlsx"
    book.save(path)
    return path


def due_of(clerk: Clerk, dues: str, period: str, task: str) -> Locator:
    """Open the list of one period; the link to this task's due in it."""
    clerk.page.goto(f"{dues}?period={period}")
    return clerk.page.locator("main tbody tr", has_text=task).locator("a").first


def test_1_a_returned_month_is_answered_with_nothing_arose(clerk: Clerk, dues: str, browser, site) -> None:
    clerk.go("/")
    clerk.look("130-dolisa-home")
    clerk.go("/programs/")
    clerk.look("131-dolisa-plan")
    clerk.page.locator("main a[href*='/organisations/']").first.click()
    clerk.look("132-dolisa-own-page")
    clerk.page.goto(dues)
    clerk.look("133-dolisa-dues")
    due_of(clerk, dues, RETURNED, "II.2").click()
    clerk.look("134-dolisa-returned")
    phone = Clerk(browser, site, WHO, 360, 740)
    phone.page.goto(clerk.page.url)
    phone.look("135-dolisa-returned-phone")
    phone.press("Nothing arose")
    phone.look("136-dolisa-nothing-phone")
    phone.send()
    phone.sees(words("It is recorded that nothing arose."))
    phone.look("137-dolisa-nothing-recorded-phone")


def test_2_the_department_accepts_the_review(browser: Browser, site: Site, clerk: Clerk, dues: str) -> None:
    due_of(clerk, dues, REVIEW, "II.1").click()
    expect(clerk.button("Accept")).to_have_count(0)  # nobody accepts what they reported
    clerk.look("138-dolisa-review")
    officer = Clerk(browser, site, "daknong-dic")
    officer.page.goto(clerk.page.url)
    officer.press("Accept")
    officer.look("139-review-accept")
    officer.send()
    officer.sees(words("The report is accepted."))
    clerk.page.reload()
    clerk.look("140-dolisa-review-accepted")


def test_3_what_arose_overtakes_that_nothing_did(clerk: Clerk, dues: str, late_month: Path) -> None:
    due_of(clerk, dues, QUIET, "II.2").click()
    due = clerk.page.url
    clerk.look("141-dolisa-quiet-month")
    clerk.go("/beneficiaries/lists/upload/")
    page = clerk.page
    page.check("[name=kind][value=monthly]")
    page.select_option("[name=month]", "3")
    page.fill("[name=year]", "2024")
    page.set_input_files("[type=file]", late_month)
    clerk.send()
    expect(page.locator(".counts")).to_be_visible(timeout=WORK_MAY_TAKE)
    clerk.look("142-dolisa-month")
    clerk.press("Write to the register…")
    if page.locator("[name=reason]").count():
        page.fill("[name=reason]", "Đã đối chiếu với xã.")
    clerk.send()
    clerk.sees(words("Open the register"))
    written = page.url

    page.goto(due)
    expect(page.locator(f"main a[href='{written.removeprefix(clerk.site.url)}']")).to_be_visible()
    clerk.look("143-dolisa-month-shown-by-its-list")

    page.goto(written)
    clerk.press("Revert the list…")
    page.fill("[name=reason]", "Nhầm tháng.")
    clerk.send()
    clerk.sees(words("This list was taken out of the register again. What it had changed stands as it did "
                     "before; the history keeps both."))  # fmt: skip
    page.goto(due)
    expect(clerk.button("Nothing arose")).to_be_visible()
    clerk.look("144-dolisa-month-taken-back")
