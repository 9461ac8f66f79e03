"""A list to confirm from the operator to the answer; a plan from its document to a draft; in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from tests.programs.docx_rows import packaged_rows, table_file
from tests.spreadsheets.building import write_xlsx

from .office import WORK_MAY_TAKE, Clerk
from .running import Site

HEADER = ["STT", "Họ tên chủ thuê bao", "Số CCCD", "Số thuê bao", "Dịch vụ", "Mức hỗ trợ (đồng/tháng)"]


def list_of(folder: Path, lines: int) -> Path:
    """A list of people no register has."""
    rows: list[Any] = [["DANH SÁCH ĐỀ NGHỊ XÁC NHẬN"], [], HEADER]
    rows += [
        [n, f"Hồ Văn {n}", f"0460990000{n:02}", f"09120000{n:02}", "Di động mặt đất", 60000]
        for n in range(1, lines + 1)
    ]
    return write_xlsx(folder / "danh-sach.xlsx", {"DANH SACH": rows})


def test_an_operator_asks_and_the_department_answers(browser: Browser, site: Site, tmp_path: Path) -> None:
    operator = Clerk(browser, site, "hue-viettel")
    operator.go("/services/confirmations/")
    operator.look("80-confirmations")
    operator.press("Ask to confirm a list")
    operator.page.fill("input[name=as_of]", "31/03/2024")
    operator.page.fill("input[name=subject]", "Công văn 15/VTH")
    operator.page.set_input_files("input[name=file]", list_of(tmp_path, 2))
    operator.look("81-confirmation-form")
    operator.send()
    page = operator.page.url
    expect(operator.button("Send the list")).to_be_visible(timeout=WORK_MAY_TAKE)
    operator.look("82-confirmation-checked")
    operator.press("Send the list")
    operator.send()

    officer = Clerk(browser, site, "hue-dic")
    officer.page.goto(page)
    officer.look("83-confirmation-workbench")
    officer.page.keyboard.press("j")
    officer.page.keyboard.press("r")
    officer.page.keyboard.type("Không có trong danh sách")
    officer.page.keyboard.press("Enter")
    officer.sees("Không có trong danh sách")
    officer.page.goto(page)
    officer.page.locator("a[href$='/refuse-all/']").click()
    officer.send()
    officer.press("Answer the operator")
    officer.page.fill("input[name=number]", "121/TB-STTTT")
    officer.look("84-confirmation-answer")
    officer.send()

    operator.page.goto(page)
    operator.look("85-confirmation-answered")
    operator.sees("121/TB-STTTT")
    assert operator.download("Workbook with the result", tmp_path).stat().st_size > 1000
    assert operator.download("Download PDF", tmp_path).read_bytes().startswith(b"%PDF")


def test_a_plan_is_read_corrected_and_saved_as_a_draft(browser: Browser, site: Site, tmp_path: Path) -> None:
    rows = packaged_rows()
    rows[1] = (*rows[1][:2], "Văn phòng UBND tỉnh", rows[1][3], "Sau khi ban hành Kế hoạch")
    path = tmp_path / "ke-hoach.docx"
    path.write_bytes(table_file(rows))

    officer = Clerk(browser, site, "daknong-dic")
    officer.go("/programs/new/")
    officer.page.set_input_files("input[name=file]", path)
    officer.send()
    officer.look("86-plan-read")
    officer.press("Correct the rows")
    officer.page.fill("#content-2", "Phổ biến kỹ năng sử dụng điện thoại thông minh")
    officer.look("87-plan-rows")
    officer.page.locator(".rows-save button[value=save]").click()
    officer.page.locator("a[href$='/questions/']").click()
    officer.page.check("input[name=name-0][value=nobody]")
    officer.page.select_option("select[name=timing-0]", "by_date")
    officer.page.fill("input[name=day-0]", "31/03/2026")
    officer.look("88-plan-questions")
    officer.send()
    officer.press("Save as a draft plan")
    officer.page.fill("textarea[name=title]", "Kế hoạch thử năm 2026")
    officer.page.fill("input[name=first_year]", "2026")
    officer.page.fill("input[name=last_year]", "2026")
    officer.send()
    # The office nobody stands for leads a task: the plan cannot be in force yet.
    officer.sees("Văn phòng UBND tỉnh")
    officer.look("89-plan-draft")
    draft = officer.page.url

    leader = Clerk(browser, site, "daknong-dic-leader")
    leader.page.goto(draft)
    leader.look("90-plan-draft-leader")
    expect(leader.page.locator("a[href$='/put-in-force/']")).to_have_count(0)
    viewer = Clerk(browser, site, "daknong-ppc")
    answer = viewer.page.goto(draft)
    assert answer is not None
    assert answer.status == 404

    officer.press("Delete the draft")
    officer.send()
