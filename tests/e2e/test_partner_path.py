"""A partner's year in a real browser: an activity with its address, a due reported, a difficulty; the
department answers, accepts, writes the month's report, and its leader issues it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .office import Clerk, words
from .running import Site

LINK = "https://vi.du/phong-su/dien-thoai-cho-ho-ngheo"
ACTIVITY = "Phóng sự: chiếc điện thoại về bản"
DIFFICULTY = "Chưa có số liệu theo huyện để làm phóng sự"


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    return {}


def test_a_partner_records_an_activity_with_its_address(browser: Browser, site: Site) -> None:
    partner = Clerk(browser, site, "hue-media")
    partner.look("100-partner-home")
    partner.go("/programs/activities/")
    partner.look("101-activities")
    partner.press("Record an activity")
    page = partner.page
    page.select_option("select[name=kind]", "broadcast")
    page.fill("textarea[name=title]", ACTIVITY)
    page.fill("input[name=held_on]", "18/12/2025")
    page.select_option("select[name=task]", index=1)
    page.fill("input[name=channel]", "Thời sự tối")
    page.fill("input[name=people_reached]", "12500")
    page.fill("input[name=link]", LINK)
    partner.look("102-activity-form")
    partner.send()
    partner.sees(words("The activity is recorded."))
    expect(page.locator(f"main a[href='{LINK}']")).to_be_visible()
    partner.look("103-activity")


def test_a_request_is_reported_by_the_partner_and_accepted(browser: Browser, site: Site) -> None:
    task = site.manage(
        "shell", "-v0", "-c",
        "from programs.models import PlanTask; "
        "print(PlanTask.objects.get(group__program__code='hue-413', group__number='8').pk)",
    ).strip()  # fmt: skip
    officer = Clerk(browser, site, "hue-dic")
    officer.go(f"/programs/tasks/{task}/request/")
    officer.page.fill("input[name=subject]", "Công văn 88/UBND-VX của UBND tỉnh")
    officer.page.fill("input[name=requested_on]", "15/12/2025")
    officer.page.fill("input[name=due_on]", "25/12/2025")
    officer.look("104-request")
    officer.send()
    officer.look("105-requested")

    partner = Clerk(browser, site, "hue-media", 360, 740)
    page = partner.page
    partner.sees("Công văn 88/UBND-VX")  # it waits on the work list
    partner.go("/programs/")
    partner.look("106-partner-plan-phone")
    page.locator(".plan-views a[href$='/dues/']").click()
    partner.look("107-dues-phone")
    dues = page.url
    page.goto(f"{dues}?period=2025")
    page.locator("main td a").first.click()
    partner.sees(ACTIVITY)  # recorded above, it shows itself as evidence of the year
    partner.look("108-due-of-the-year-phone")
    page.goto(f"{dues}?period=events")
    page.locator("main td a").first.click()
    partner.press("Report what was done")
    page.fill("textarea[name=report]", "Đã phát 4 phóng sự và 12 tin trong năm.")
    page.fill("input[name=done_on]", "18/12/2025")
    page.fill("input[name=link]", LINK)
    partner.look("109-due-report-phone")
    partner.send()
    partner.sees("Đã phát 4 phóng sự")
    expect(page.locator(f"main a[href='{LINK}']")).to_be_visible()
    partner.look("110-due-reported-phone")

    officer.page.goto(page.url)
    officer.press("Accept")
    officer.look("111-due-accept")
    officer.send()
    officer.sees(words("The report is accepted."))
    officer.look("112-due-accepted")


def test_a_difficulty_is_answered_and_settled(browser: Browser, site: Site, told: dict[str, str]) -> None:
    partner = Clerk(browser, site, "hue-media", 360, 740)
    partner.go("/programs/obstacles/")
    partner.press("Report a difficulty")
    page = partner.page
    page.fill("textarea[name=title]", DIFFICULTY)
    page.select_option("select[name=task]", index=1)
    page.fill("textarea[name=detail]", "Đài cần số hộ đã nhận máy theo từng huyện.")
    page.fill("textarea[name=wish]", "Sở cung cấp số liệu trước ngày 05 hằng tháng.")
    partner.look("113-difficulty-form-phone")
    partner.send()
    told["difficulty"] = page.url
    partner.look("114-difficulty-phone")

    officer = Clerk(browser, site, "hue-dic")
    officer.sees(DIFFICULTY)  # it waits on the work list
    officer.page.goto(told["difficulty"])
    officer.look("115-difficulty")
    officer.button("Answer again").or_(officer.page.locator("main a[href$='/answer/']")).first.click()
    officer.page.fill("textarea[name=text]", "Sở gửi số liệu kèm báo cáo tháng.")
    officer.look("116-difficulty-answer")
    officer.send()
    officer.sees(words("The answer is sent."))

    page.goto(told["difficulty"])
    partner.sees("Sở gửi số liệu kèm báo cáo tháng.")
    partner.press("It is settled")
    page.fill("textarea[name=text]", "Đã nhận số liệu.")
    partner.send()
    partner.sees("Đã nhận số liệu.")
    partner.look("117-difficulty-settled-phone")


def test_the_months_report_is_built_and_issued(browser: Browser, site: Site, tmp_path: Path) -> None:
    officer = Clerk(browser, site, "hue-dic")
    officer.go("/programs/reports/")
    officer.press("Prepare a report")
    page = officer.page
    page.select_option("select[name=period]", "monthly:2025:12")
    officer.look("118-report-prepare")
    officer.send()
    officer.sees(ACTIVITY)
    officer.look("119-report-draft")
    officer.press("Write the texts")
    page.fill("textarea[name=text-assessment]", "Các cơ quan cơ bản thực hiện đúng tiến độ.")
    officer.look("120-report-texts")
    officer.send()
    officer.sees("Các cơ quan cơ bản thực hiện đúng tiến độ.")
    expect(page.locator("main a[href$='/issue/']")).to_have_count(0)  # never who prepared it
    report = page.url

    leader = Clerk(browser, site, "hue-dic-leader")
    leader.page.goto(report)
    leader.press("Issue the report")
    leader.page.fill("input[name=number]", "31/BC-STTTT")
    leader.page.fill("input[name=issued_on]", "05/01/2026")
    leader.look("121-report-issue")
    leader.send()
    leader.sees("31/BC-STTTT")
    leader.look("122-report-issued")
    assert leader.download("Download PDF", tmp_path).read_bytes().startswith(b"%PDF")
    assert leader.download("Download .docx", tmp_path).stat().st_size > 1000
    expect(leader.page.locator("main a[href$='/texts/']")).to_have_count(0)

    partner = Clerk(browser, site, "hue-media")
    answer = partner.page.goto(report)
    assert answer is not None
    assert answer.status == 404
    viewer = Clerk(browser, site, "hue-ppc")
    viewer.page.goto(report)
    viewer.sees("31/BC-STTTT")
