"""From a citizen's phone to the answer, in a real browser: nobody logged in, the department, a district, the
leader with a denunciation."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from .office import Clerk, words
from .running import Site


class Citizen(Clerk):
    """Somebody without an account, at a phone."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.site, self.username = site, "citizen"
        self.page = browser.new_context(locale="vi-VN", viewport={"width": 360, "height": 740}).new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._listen)


@pytest.fixture(scope="module")
def told():
    return {}


def sent_by(citizen: Citizen, kind: str, content: str, picture: str) -> tuple[str, str]:
    """Fill the form in, send it, and copy number and code from the receipt."""
    page = citizen.page
    citizen.go("/phan-anh/?tinh=46")
    page.check(f"input[name=kind][value={kind}]")
    page.select_option("select[name=subject]", "fee")
    page.fill("textarea[name=content]", content)
    page.select_option("select[name=commune]", index=3)
    page.check("input[name=consent]")
    citizen.look(f"{picture}-form-phone")
    citizen.send()
    expect(page).to_have_url(re.compile("/phan-anh/da-nhan/$"))
    citizen.look(f"{picture}-receipt-phone")
    number, code = (page.locator("dl.receipt dd.code").nth(index).inner_text() for index in (0, 1))
    return number, code


def followed(citizen: Citizen, number: str, code: str) -> None:
    citizen.go("/phan-anh/tra-cuu/")
    citizen.page.fill("input[name=number]", number)
    citizen.page.fill("input[name=code]", code)
    citizen.page.locator("main form button[type=submit].btn").last.click()


def test_a_citizen_sends_feedback_and_reads_its_answer(browser, site, told):
    citizen = Citizen(browser, site)
    citizen.go("/accounts/login/")
    citizen.page.click("main a[href='/phan-anh/']")
    citizen.look("60-province-phone")
    citizen.page.click("a[href='?tinh=46']")
    number, code = sent_by(citizen, "feedback", "Có người thu 20.000 đồng khi nhận máy.", "61")

    officer = Clerk(browser, site, "hue-dic")
    officer.go("/inspections/complaints/")
    officer.look("62-complaints")
    officer.page.click(f"main a:has-text('{number}')")
    officer.look("63-complaint")
    officer.press("Take up")
    option = officer.page.locator("select[name=handler] optgroup option", has_text="A Lưới").first
    officer.page.select_option("select[name=handler]", option.get_attribute("value"))
    officer.look("64-take-up")
    officer.send()

    district = Clerk(browser, site, "hue-481", 360, 740)
    district.go("/")
    district.page.click(f"main a:has-text('{number}')")
    district.look("65-complaint-phone")
    district.press("Answer")
    district.page.check("input[name=upheld][value=yes]")
    district.page.fill("textarea[name=text]", "Khoản thu này sai, xã đã trả lại tiền cho hộ.")
    district.look("66-answer-phone")
    district.send()

    followed(citizen, number, "AAAA-AAAA")
    citizen.sees(words("Number and code do not belong together. Look at the receipt again."))
    followed(citizen, number, code)
    citizen.sees("xã đã trả lại tiền cho hộ")
    citizen.look("67-followed-phone")
    told["complaint"] = number


def test_a_denunciation_is_read_by_who_is_named_and_by_nobody_else(browser, site, told):
    citizen = Citizen(browser, site)
    number, _code = sent_by(citizen, "denunciation", "Cán bộ bán lại máy được hỗ trợ.", "70")
    officer = Clerk(browser, site, "hue-dic")
    officer.go("/inspections/complaints/")
    expect(officer.page.locator("main")).not_to_contain_text(number)
    officer.press("Name a reader")
    officer.look("71-unnamed")
    row = officer.page.locator("tr", has_text=number)
    row.get_by_role("link").click()
    people = officer.page.locator("select[name=person] option", has_text=re.compile("Sở TTTT"))
    own = site.manage(
        "shell", "-v0", "-c",
        "from smartphone_support.accounts.models import User; print(User.objects.get(username='hue-dic'))",
    ).strip()  # fmt: skip
    leader = people.filter(has_not_text=own).first
    told["reader"] = leader.inner_text().split(" · ")[0]
    officer.page.select_option("select[name=person]", leader.get_attribute("value"))
    officer.look("72-name")
    officer.send()
    expect(officer.page.locator("main")).not_to_contain_text("bán lại máy")
    for username in ("hue-481", "hue-ppc", "hue-dolisa"):
        other = Clerk(browser, site, username)
        other.go("/inspections/complaints/")
        expect(other.page.locator("main")).not_to_contain_text(number)
