"""An operator's update from the file to the settlement, and the plan's due it fulfils; in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, expect

from smartphone_support.demo.samples import write_operator_sample
from smartphone_support.demo.story import SIZES, next_year_of

from .office import WORK_MAY_TAKE, Clerk, words
from .running import Site

#: A month of Đắk Nông's plan that Viettel has let pass in the demo.
MONTH = "11/2025"
#: Columns of the workbook of refused lines: level, and the reason behind the line.
LEVEL, WHY = 6, 11


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Viettel's file of the month, about households of the demo's register."""
    path = tmp_path / "67-viettel-2025-11.xlsx"
    write_operator_sample(path, list(next_year_of("67", SIZES["67"]).households), "2025-11")
    return path


def due_of_the_month(clerk: Clerk) -> str:
    """The address of the organisation's overdue task II.5 of the month, found as people find it."""
    clerk.go("/programs/")
    dues = clerk.page.locator("main a[href$='/dues/']").first.get_attribute("href")
    clerk.go(f"{dues}?state=overdue")
    row = clerk.page.locator("main tbody tr", has_text="II.5").filter(has_text=MONTH)
    row.locator("a").first.click()
    clerk.sees("II.5")
    return clerk.page.url


def month_of_viettel(clerk: Clerk) -> Locator:
    """The cell of the operator in the table of months."""
    clerk.go("/services/updates/months/?year=2025")
    row = clerk.page.locator("tbody tr", has_text=MONTH)
    return row.locator("td[data-label^=Viettel]")


def number_of(clerk: Clerk, part: str) -> int:
    """How many lines a part of the preview has."""
    tab = clerk.page.locator(f"main a[href$='?part={part}']").first
    return int(re.sub(r"\D", "", tab.inner_text()))


def test_an_update_is_checked_confirmed_and_settled(
    browser: Browser, site: Site, tmp_path: Path, file: Path
) -> None:
    officer = Clerk(browser, site, "daknong-dic")
    expect(month_of_viettel(officer)).to_contain_text(words("Late"))
    officer.look("100-months-late")

    operator = Clerk(browser, site, "daknong-viettel")
    due = due_of_the_month(operator)
    operator.look("101-due-open")
    operator.go("/services/updates/")
    operator.look("102-updates")
    operator.press("Send the update of a month")
    operator.page.fill("input[name=month]", MONTH)
    operator.page.set_input_files("input[name=file]", file)
    operator.look("103-update-form")
    operator.press("Upload and check the lines")
    expect(operator.button("Write the lines in order…")).to_be_visible(timeout=WORK_MAY_TAKE)
    update = operator.page.url
    refused, new = number_of(operator, "refused"), number_of(operator, "new")
    assert refused > 0, "the sample has wrong identity numbers and lines about nobody's service"
    assert new > 0
    operator.look("104-update-refused")
    operator.sees("Thông tư 14/2022/TT-BTTTT")

    # What was refused goes back with its reasons.
    sheet = load_workbook(operator.download("Download the refused lines (.xlsx)", tmp_path)).active
    assert sheet is not None
    lines = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0]]
    assert len(lines) == refused
    assert all(row[WHY - 1] for row in lines)

    operator.page.goto(update)
    operator.press("Write the lines in order…")
    operator.look("105-update-confirm")
    operator.send()
    operator.page.goto(f"{update}?part=new")
    operator.sees(words("Applied", "report"))
    assert number_of(operator, "new") == new
    operator.look("106-update-written")
    operator.page.goto(due)
    operator.sees(MONTH)
    expect(operator.page.locator(".due-evidence a")).to_have_attribute(
        "href", re.compile("/services/updates/")
    )
    operator.look("107-due-done")

    # The department: the month is written, the due is done, the settlement counts the month's subscriptions.
    expect(month_of_viettel(officer)).to_contain_text(words("Written", "month of an operator"))
    officer.look("108-months-written")
    officer.page.goto(due)
    officer.sees(words("Done", "due"))
    officer.go(f"/services/settlement/?first={MONTH}&last={MONTH}")
    officer.look("109-settlement")
    viettel = officer.page.locator("tbody tr", has_text="Viettel")
    counted = [int(re.sub(r"\D", "", text)) for text in viettel.locator("td:nth-child(4)").all_inner_texts()]
    assert sum(counted) >= new
    viettel.locator("a").first.click()
    officer.look("110-settlement-lines")
    assert officer.page.locator("tbody tr").count() == min(counted[0], 50)

    # Another operator sees nothing of it.
    other = Clerk(browser, site, "daknong-vnpt")
    answer = other.page.goto(update)
    assert answer is not None
    assert answer.status == 404
