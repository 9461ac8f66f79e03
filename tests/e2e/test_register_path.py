"""A register officer and a messy list: answers, corrections, reasons, a month, and back again."""

from __future__ import annotations

import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from .office import WORK_MAY_TAKE, Clerk, words

WHO = "daknong-dolisa"
UNKNOWN_HEADER = "Đứng tên sổ"


@pytest.fixture(scope="module")
def clerk(browser, site):
    return Clerk(browser, site, WHO)


@pytest.fixture(scope="module")
def messy(site, tmp_path_factory):
    """The highlands' list with a header nobody knows and a commune nobody finds."""
    book = load_workbook(site.samples / "67-danh-sach-vung-cao-nam-2023.xlsx")
    sheet = book.active
    head = next(c for row in sheet.iter_rows(max_row=12) for c in row if c.value == "Họ và tên chủ hộ")
    head.value = UNKNOWN_HEADER
    path = tmp_path_factory.mktemp("messy") / "danh sach vung cao.xlsx"
    book.save(path)
    return path


def upload(clerk: Clerk, file, *, year: str, month: str = "") -> None:
    clerk.go("/beneficiaries/lists/upload/")
    page = clerk.page
    if month:
        page.check("[name=kind][value=monthly]")
        page.select_option("[name=month]", month)
    else:
        expect(page.locator("[name=month]")).to_be_hidden()
    page.fill("[name=year]", year)
    page.set_input_files("[type=file]", file)
    clerk.look("r-tai-len-thang" if month else "r-tai-len")
    clerk.send()


def path_of(clerk: Clerk) -> str:
    return clerk.page.url.removeprefix(clerk.site.url).split("?")[0]


def waits_for_tabs(clerk: Clerk) -> None:
    expect(clerk.page.locator(".counts")).to_be_visible(timeout=WORK_MAY_TAKE)


def count_of(clerk: Clerk, label: str) -> int:
    text = clerk.page.locator(".counts a", has_text=label).first.locator("b").inner_text()
    return int(re.sub(r"\D", "", text))


def test_1_the_columns_are_answered_once(clerk, messy):
    upload(clerk, messy, year="2023")
    clerk.sees(words("The file does not say clearly enough how it is to be read."))
    clerk.look("r-cho-cach-doc")
    clerk.press("Say how to read it…")
    row = clerk.page.locator("tr", has_text=UNKNOWN_HEADER)
    expect(row).to_have_count(1)
    row.locator("select").select_option("head_name")
    clerk.look("r-cach-doc")
    clerk.send()
    waits_for_tabs(clerk)
    clerk.go("/beneficiaries/lists/layouts/")
    clerk.sees(UNKNOWN_HEADER)
    clerk.look("r-cach-doc-da-nho")


def test_2_two_cells_are_corrected_in_place(clerk):
    clerk.go("/")
    clerk.press("Check and confirm")
    waits_for_tabs(clerk)
    clerk.look("r-loi")
    before = count_of(clerk, words("Errors"))
    path = path_of(clerk)
    clerk.go(f"{path}?outcome=errors&cause=bad_national_id")
    fields = clerk.page.locator("input[name^=cell-]")
    for number in range(2):
        fields.nth(number).fill(f"06706000000{number + 1}")
    clerk.look("r-sua-o")
    clerk.send()
    waits_for_tabs(clerk)
    assert count_of(clerk, words("Errors")) == before - 2
    clerk.press("See the corrections")
    expect(clerk.page.locator("tbody tr")).to_have_count(2)
    clerk.look("r-da-sua")
    clerk.page.locator("button[name=cell]").first.click()
    waits_for_tabs(clerk)
    assert count_of(clerk, words("Errors")) == before - 1


def test_3_the_mended_workbook_is_taken_over(clerk, tmp_path):
    path = path_of(clerk)
    workbook = clerk.download("Download the rows in error (.xlsx)", tmp_path)
    book = load_workbook(workbook)
    sheet = book.worksheets[0]
    line = next(row for row in sheet.iter_rows(min_row=5) if row[4].value == "31/02/1960" or "/02/" in
                str(row[4].value))  # fmt: skip
    line[4].value = "01/03/1960"
    book.save(workbook)
    before = count_of(clerk, words("Errors"))
    clerk.page.set_input_files("#mended-file", workbook)
    with clerk.page.expect_navigation():
        clerk.button("Take the mended cells over").click()
    clerk.sees("01/03/1960")
    clerk.go(path)
    waits_for_tabs(clerk)
    assert count_of(clerk, words("Errors")) == before - 1


def test_4_reasons_are_given_in_bulk_and_one_by_one(clerk):
    path = path_of(clerk)
    clerk.go(f"{path}?outcome=gone")
    page = clerk.page
    clerk.look("r-khong-con")
    page.select_option("[name=reason]", "exited")
    with page.expect_navigation():
        page.locator("button[name=scope][value=all]").click()
    page.locator("[name=row]").first.check()
    page.select_option("[name=reason]", "moved_out")
    with page.expect_navigation():
        page.locator("button[name=scope][value=chosen]").click()
    page.locator("select[name^=reason-]").nth(1).select_option("deceased")
    with page.expect_navigation():
        page.locator("button[name=scope][value=each]").click()
    for reason in ("Moved away", "Deceased"):
        clerk.sees(f"{words(reason)} 1")
    clerk.look("r-ly-do")


def test_5_the_list_reaches_the_register(clerk):
    clerk.go(path_of(clerk))
    clerk.press("Write to the register…")
    clerk.look("r-xac-nhan")
    if clerk.page.locator("[name=reason]").count():
        clerk.page.fill("[name=reason]", "Đã đối chiếu với xã.")
    clerk.send()
    clerk.sees(words("Open the register"))


def test_6_a_month_follows_and_is_taken_back(clerk, site):
    upload(clerk, site.samples / "67-bien-dong-2024-02.xlsx", year="2024", month="2")
    waits_for_tabs(clerk)
    path = path_of(clerk)
    for outcome in ("new", "changed", "errors", "balance"):
        clerk.go(f"{path}?outcome={outcome}")
        clerk.look(f"r-thang-{outcome}")
    clerk.go(f"{path}?outcome=changed")
    clerk.sees("→")
    clerk.go(path)
    clerk.press("Write to the register…")
    clerk.look("r-thang-xac-nhan")
    if clerk.page.locator("[name=reason]").count():
        clerk.page.fill("[name=reason]", "Đã đối chiếu với xã.")
    clerk.send()
    clerk.sees(words("Open the register"))
    clerk.press("Revert the list…")
    clerk.page.fill("[name=reason]", "Nhầm tháng.")
    clerk.look("r-hoan-tac")
    clerk.send()
    clerk.sees(words("This list was taken out of the register again. What it had changed stands as it did "
                     "before; the history keeps both."))  # fmt: skip
    clerk.look("r-da-hoan-tac")


def test_7_others_look_or_stay_outside(browser, site, clerk):
    path = path_of(clerk)
    officer = Clerk(browser, site, "daknong-dic")
    assert officer.go(f"{path}?outcome=errors&cause=every") == 200
    assert officer.page.locator("input[name^=cell-]").count() == 0
    officer.look("r-so-xem")
    for part in ("confirm", "revert", "layout", "corrections", "mended"):
        assert officer.go(f"{path}{part}/") == 403, part
    for stranger in ("daknong-660", "hue-dolisa"):
        assert Clerk(browser, site, stranger).go(path) == 404


def test_8_the_officers_pages_fit_a_phone(browser, site, clerk, messy):
    path = path_of(clerk)
    phone = Clerk(browser, site, WHO, width=360, height=740)
    upload(phone, messy, year="2024")
    waits_for_tabs(phone)  # the layout is remembered: nothing is asked
    mine = path_of(phone)
    pages = {
        "xem-lai": path, "loi": mine, "o": f"{mine}?outcome=errors&cause=every",
        "khong-con": f"{mine}?outcome=gone", "can-doi": f"{mine}?outcome=balance",
        "xac-nhan": f"{mine}confirm/", "bang-sua": f"{mine}mended/",
        "da-nho": "/beneficiaries/lists/layouts/",
    }  # fmt: skip
    for name, address in pages.items():
        assert phone.go(address) == 200
        phone.look(f"r-dien-thoai-{name}")
