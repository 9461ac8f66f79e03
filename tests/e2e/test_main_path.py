"""The main job in a real browser, from the department's workbook to an approved list."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, expect

from smartphone_support.demo.samples import fill_review

from .office import Clerk, words

ROUND = "Đợt 1 năm 2024"


@pytest.fixture(scope="module")
def offices(browser, site):
    """Everybody of the story, logged in."""
    cast: dict[str, Clerk] = {}

    def call(username: str) -> Clerk:
        if username not in cast:
            cast[username] = Clerk(browser, site, username)
        return cast[username]

    return call


def upload_list(clerk: Clerk, site) -> None:
    clerk.go("/beneficiaries/lists/upload/")
    clerk.page.fill("[name=year]", "2023")
    clerk.page.set_input_files("[type=file]", site.samples / "46-danh-sach-nam-2023.xlsx")
    clerk.look("1-tai-danh-sach")
    clerk.send()


def test_1_the_years_list_reaches_the_register(offices, site):
    clerk = offices("hue-dolisa")
    clerk.look("1-viec-can-lam-ldtbxh")
    upload_list(clerk, site)
    clerk.sees(words("Write to the register…").rstrip("…"))
    for outcome in ("new", "changed", "gone", "errors"):
        clerk.go(f"{path_of(clerk)}?outcome={outcome}")
        clerk.look(f"1-xem-truoc-{outcome}")
    bad = clerk.download("Download the rows in error (.xlsx)", site.pictures)
    assert load_workbook(bad).active.max_row > 100
    clerk.press("Write to the register…")
    clerk.look("1-xac-nhan")
    reason = clerk.page.locator("[name=reason]")
    if reason.count():
        # Households other paths left on this site, whom the list does not name, make the brake ask why.
        reason.fill("Đã đối chiếu với xã")
    clerk.send()
    clerk.sees(words("Open the register"))
    clerk.look("1-da-ghi")
    clerk.press("Open the register")
    clerk.look("1-so-ho")
    clerk.page.locator("main table tbody a").first.click()
    clerk.look("1-ho")


def test_1b_the_same_list_again_changes_nothing(offices, site):
    clerk = offices("hue-dolisa")
    upload_list(clerk, site)
    clerk.sees(words("Nothing to do."))
    clerk.look("1-khong-co-gi-moi")


def test_2_the_ministrys_devices_are_shared_out(offices):
    officer, leader = offices("hue-dic"), offices("hue-dic-leader")
    officer.look("2-viec-can-lam-so")
    officer.go("/allocations/rounds/new/")
    officer.look("2-ghi-quyet-dinh")
    page = officer.page
    page.fill("[name=name]", ROUND)
    page.fill("[name=total]", "1500")
    page.fill("[name=decision_number]", "15/QĐ-BTTTT")
    page.fill("[name=decision_date]", "10/01/2024")
    officer.send()
    officer.sees(ROUND)
    officer.look("2-dot-phan-bo")
    officer.press("Make the quota plan")
    officer.send()
    officer.look("2-chi-tieu")
    plan = path_of(officer)
    officer.press("Submit the quota plan")
    officer.send()
    assert officer.go(f"{plan}approve/") == 403, "the maker must not approve"
    leader.go(plan)
    leader.press("Approve the quotas")
    leader.page.fill("[name=decision_number]", "120/QĐ-UBND")
    leader.page.fill("[name=decision_date]", "15/01/2024")
    leader.look("2-phe-duyet-chi-tieu")
    leader.send()
    leader.go(plan)
    leader.sees(words("Recomputed: the same"))
    total = leader.page.locator("table.proof tfoot td").last
    expect(total).to_have_text("1.500")


def test_3_a_district_reviews_signs_and_submits(offices, site):
    clerk, leader = offices("hue-481"), offices("hue-481-leader")
    clerk.go("/")
    clerk.look("3-viec-can-lam-huyen")
    open_list(clerk)
    clerk.look("3-danh-sach-huyen")
    workbook = clerk.download("Download the review workbook", site.pictures)
    filled = workbook.with_name(f"filled-{workbook.name}")
    filled.write_bytes(fill_review(workbook.read_bytes()))
    clerk.press("Upload the workbook")
    clerk.page.set_input_files("[type=file]", filled)
    clerk.send()
    clerk.look("3-thay-doi")
    with clerk.page.expect_navigation():
        clerk.page.locator("[data-once] button").click()
    clerk.sees(words("Send for signature"))
    clerk.press("Send for signature")
    clerk.send()
    path = path_of(clerk)
    leader.go(path)
    leader.press("Sign and submit")
    leader.look("3-ky-trinh")
    leader.send()
    leader.sees(words("Submitted", "state"))
    assert clerk.go(path) == 200
    assert clerk.button("Upload the workbook").count() == 0


def test_3b_another_district_submits_too(offices):
    clerk, leader = offices("hue-483"), offices("hue-483-leader")
    open_list(clerk)
    clerk.press("Send for signature")
    clerk.send()
    leader.go(path_of(clerk))
    leader.press("Sign and submit")
    leader.send()


def test_4_appraisal_proposal_and_approval(offices, site):
    officer, leader = offices("hue-dic"), offices("hue-dic-leader")
    open_list(officer, "Nam Đông")
    officer.press("Open the appraisal")
    officer.send()
    officer.press("Return the list")
    officer.page.fill("[name=reason]", "Đề nghị bổ sung biên bản niêm yết.")
    officer.send()
    open_list(officer, "A Lưới")
    officer.press("Open the appraisal")
    officer.send()
    officer.look("4-tham-dinh")
    appraise_with_the_keyboard(officer)
    officer.page.locator("main a.btn-primary").last.click()  # accept the clean lines
    officer.send()
    accept_what_needs_a_look(officer)
    officer.press("Accept the list")
    officer.send()
    officer.press("Draw up a proposal")
    officer.page.fill("[name=number]", "24/TTr-STTTT")
    officer.page.fill("[name=date]", "02/02/2024")
    for box in officer.page.locator("[name=lists]").all():
        box.check()
    officer.look("4-to-trinh")
    officer.send()
    proposal = path_of(officer)
    officer.press("Submit the proposal")
    officer.send()
    assert officer.go(f"{proposal}decide/") == 403, "the maker must not record the decision"
    leader.go(proposal)
    leader.press("Record the PPC's decision")
    leader.page.fill("[name=number]", "210/QĐ-UBND")
    leader.page.fill("[name=date]", "20/02/2024")
    leader.page.fill("[name=signer]", "Người ký minh họa")
    leader.send()
    leader.sees(words("The same: nothing was changed"))
    leader.look("4-da-phe-duyet")
    officer.go(proposal)
    annex = load_workbook(officer.download("Download the annex", site.pictures))
    text = " ".join(str(cell.value) for row in annex.active.iter_rows() for cell in row if cell.value)
    assert "Danh sách này gồm có" in text
    assert "210/QĐ-UBND" in text


def test_5_neighbours_see_nothing_of_it(offices):
    stranger, neighbour = offices("daknong-dic"), offices("hue-474")
    path = next(p for p in paths_of(offices("hue-dic"), "/allocations/lists/", "A Lưới") if p)
    assert stranger.go(path) == 404
    assert neighbour.go(path) == 404
    stranger.go("/allocations/lists/")
    expect(stranger.page.locator("main")).not_to_contain_text("A Lưới")


def test_6_every_page_fits_a_phone(browser, site, offices):
    officer = offices("hue-dic")
    path = next(p for p in paths_of(officer, "/allocations/lists/", "A Lưới") if p)
    phone = Clerk(browser, site, "hue-dic", width=360, height=740)
    for name, address in {
        "home": "/", "plan": "/programs/", "register": "/beneficiaries/households/",
        "rounds": "/allocations/rounds/", "lists": "/allocations/lists/", "list": path,
    }.items():  # fmt: skip
        phone.go(address)
        phone.look(f"6-dien-thoai-{name}")


# --- where things are ---------------------------------------------------------------------------------


def path_of(clerk: Clerk) -> str:
    return clerk.page.url.removeprefix(clerk.site.url).split("?")[0]


def paths_of(clerk: Clerk, address: str, text: str) -> list[str]:
    clerk.go(address)
    links = clerk.page.locator("main table tr", has_text=ROUND).locator("a", has_text=text)
    return [link.get_attribute("href") or "" for link in links.all()]


def open_list(clerk: Clerk, district: str = "") -> None:
    """Open the district's list of the story's round from the page of lists."""
    clerk.go(next(path for path in paths_of(clerk, "/allocations/lists/", district) if path))


def walk_to(row: Locator, step: str = "j") -> None:
    """Press the key until the row has the focus."""
    page = row.page
    for _line in range(row.page.locator("[data-line]").count() + 1):
        page.keyboard.press(step)
        if row.evaluate("row => row === document.activeElement"):
            return
    raise AssertionError(f"{step} never comes to the line")


def appraise_with_the_keyboard(clerk: Clerk) -> None:
    """Every key of the workbench and of the list's page; what was judged is taken back at the end."""
    page, keys, path = clerk.page, clerk.page.keyboard, path_of(clerk)
    clerk.press("Appraise line by line")
    clerk.look("4-ban-tham-dinh")
    lines, clean = page.locator("[data-line]"), page.locator("[data-line]:not([data-flagged])")
    keys.press("k")
    expect(lines.first).to_be_focused()
    keys.press("j")
    expect(lines.nth(1)).to_be_focused()
    # a: the answered row is a new one, the place stays.
    line = page.locator(f"#{clean.first.get_attribute('id')}")
    keys.press("k")
    if not line.evaluate("row => row === document.activeElement"):
        walk_to(line)
    keys.press("a")
    expect(line.locator(".opinion")).to_contain_text(words("Accepted", "state"))
    expect(line).to_be_focused()
    keys.press("j")
    here = page.locator("[data-line]:focus")
    # x ticks, o opens the facts below and puts them away; j passes them over.
    keys.press("x")
    expect(here.locator("input[name=row]")).to_be_checked()
    keys.press("o")
    expect(page.locator("[data-facts-row]")).to_be_visible()
    clerk.look("4-doi-chieu")
    place = here.get_attribute("id")
    keys.press("j")
    keys.press("k")
    expect(here).to_have_id(place or "")
    keys.press("o")
    expect(page.locator("[data-facts-row]")).to_have_count(0)
    # f goes to the next flagged line, r asks for the reason; Escape gives back what was ticked.
    keys.press("f")
    flagged = page.locator(f"#{here.get_attribute('id')}")
    expect(flagged).to_have_attribute("data-flagged", "")
    keys.press("r")
    expect(page.locator("#bulk-reason")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#bulk-reason")).to_be_focused()
    keys.press("Escape")
    expect(flagged).to_be_focused()
    expect(page.locator("input[name=row]:checked")).to_have_count(1)
    expect(page.locator(f"#{place} input[name=row]")).to_be_checked()
    keys.press("r")
    keys.type("Thiếu jak giấy xác nhận")  # letters that are keys elsewhere
    keys.press("Enter")
    expect(flagged.locator(".opinion")).to_contain_text("Thiếu jak giấy xác nhận")
    expect(flagged).to_be_focused()
    clerk.look("4-tra-lai-mot-dong")
    for judged in (line, flagged):
        judged.locator(".opinion button").click()
        expect(judged.locator("[data-return]")).to_be_visible()
    # n and p leaf; letters in a field are the field's own.
    with page.expect_navigation():
        keys.press("n")
    assert "page=2" in page.url
    with page.expect_navigation():
        keys.press("p")
    page.locator("[data-find]").focus()
    keys.type("najkp")
    expect(page.locator("[data-find]")).to_have_value("najkp")
    # The list's own page: j, k, a, r and Escape.
    clerk.go(f"{path}?part=kept")
    row = page.locator(f"#{page.locator('[data-line]').first.get_attribute('id')}")
    keys.press("j")
    expect(row).to_be_focused()
    keys.press("r")
    expect(row.locator("input[name=reason]")).to_be_focused()
    keys.press("Escape")
    expect(row).to_be_focused()
    walk_to(page.locator(f"#{page.locator('[data-line]:has([data-accept])').first.get_attribute('id')}"), "k")
    accepted = page.locator(f"#{here.get_attribute('id')}")
    keys.press("a")
    expect(accepted.locator(".opinion")).to_contain_text(words("Accepted", "state"))
    expect(accepted).to_be_focused()
    clerk.go(path)


def accept_what_needs_a_look(clerk: Clerk) -> None:
    """Go through the kept lines the checks flag, one by one, page by page, as a person would."""
    path, number = path_of(clerk), 1
    accept = clerk.page.locator("[data-accept]")
    while clerk.go(f"{path}?part=flagged&page={number}") == 200:
        for left in range(accept.count(), 0, -1):
            accept.first.click()
            expect(accept).to_have_count(left - 1)
        number += 1
        if not clerk.page.locator(f"a[href*='page={number}']").count():
            break
    clerk.go(path)
