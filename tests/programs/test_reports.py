"""Periodic reports: prepared from registered sections, written in, issued by another person, then frozen."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from programs import reporting, work_worklist
from programs.choices import ReportKind
from programs.models import PeriodicReport, TaskDue
from programs.papers.reports import report_paper, report_workbook, roman
from programs.reporting import (
    FigureColumn,
    FigureRow,
    FigureTable,
    Section,
    Sentence,
    Subheading,
    digest_of,
    share,
    with_total,
)
from programs.rules.stretches import stretch_of, stretch_words
from programs.workflow.reports import (
    cancel_report,
    issue_report,
    prepare_report,
    refresh_report,
    write_texts,
)
from smartphone_support.web.errors import Refusal

FIRST, LAST = stretch_of(ReportKind.MONTHLY, 2024, 5)


@pytest.fixture(autouse=True)
def one_section(monkeypatch):
    """A report of one section whose figures the test holds in its hand, and the written ones."""
    held = {"count": 3}

    def build(program: Any, first: date, last: date) -> list[Any]:
        table = FigureTable(
            "Bảng", (FigureColumn("Đơn vị", 60, "text"), FigureColumn("Số", 20)),
            with_total([("=CMD()", held["count"]), ("B", 1234)]),
        )  # fmt: skip
        return [Sentence(f"Từ {first:%d/%m} đến {last:%d/%m}"), Subheading("Chi tiết"), table]

    sections = {one.key: one for one in reporting.WRITTEN}
    sections["held"] = Section("held", "Số liệu thử", 10, build)
    monkeypatch.setattr(reporting, "_sections", sections)
    return held


@pytest.fixture
def report(cast, hue) -> PeriodicReport:
    return prepare_report(hue, actor=cast("hue-dic"), kind=ReportKind.MONTHLY, first=FIRST, last=LAST)


def again(report: PeriodicReport) -> PeriodicReport:
    return PeriodicReport.objects.get(pk=report.pk)


def cell_of(report: PeriodicReport) -> Any:
    return again(report).figures["sections"][0]["blocks"][2]["rows"][0]["cells"][1]


def issued(report: PeriodicReport, cast: Any, **known: Any) -> PeriodicReport:
    asked = {"number": "15/BC-STTTT", "issued_on": date(2024, 6, 4)} | known
    return issue_report(report, actor=cast("hue-dic-leader"), **asked)


def test_figures_follow_the_data_while_it_is_a_draft_and_never_afterwards(cast, report, one_section):
    assert cell_of(report) == 3
    one_section["count"] = 4
    assert cell_of(report) == 3
    refresh_report(report, actor=cast("hue-dic"))
    assert cell_of(report) == 4

    issued(report, cast)

    one_section["count"] = 5
    for step in (
        lambda: refresh_report(report, actor=cast("hue-dic")),
        lambda: write_texts(report, actor=cast("hue-dic"), texts={"held": "x"}),
        lambda: cancel_report(report, actor=cast("hue-dic"), reason="x"),
        lambda: issued(report, cast),
    ):
        with pytest.raises(Refusal):
            step()
    assert cell_of(report) == 4
    with pytest.raises(IntegrityError), transaction.atomic():
        PeriodicReport.objects.filter(pk=report.pk).update(title="Khác")


def test_a_report_opens_the_dues_it_counts(cast, daknong):
    prepare_report(daknong, actor=cast("daknong-dic"), kind=ReportKind.MONTHLY, first=FIRST, last=LAST)

    keys = TaskDue.objects.filter(organisation__code="daknong-viettel").values_list("period_key", flat=True)
    assert {"2024-01", "2024-05"} <= set(keys)
    assert "2024-06" not in keys


def test_the_last_report_of_a_closed_plan_can_still_be_prepared(cast, client, hue):
    type(hue).objects.filter(pk=hue.pk).update(state="closed")
    cast.log_in(client, "hue-dic")
    assert reverse("programs:report_create") in client.get(reverse("programs:report_list")).content.decode()

    page = client.post(reverse("programs:report_create"), {"period": "monthly:2024:5"})

    assert page.url == reverse("programs:report_detail", args=[PeriodicReport.objects.get().pk])


def test_a_report_is_about_days_of_its_plan(cast, hue):
    for year in (hue.first_year - 1, hue.last_year + 1):
        first, last = stretch_of(ReportKind.MONTHLY, year, 1)
        with pytest.raises(Refusal):
            prepare_report(hue, actor=cast("hue-dic"), kind=ReportKind.AD_HOC, first=first, last=last)


def test_texts_are_kept_by_section_and_nobody_writes_over_words_unread(cast, report):
    officer = cast("hue-dic")
    seen = digest_of(again(report))
    write_texts(
        report, actor=officer, texts={"held": "Dòng một\r\n\r\n Dòng hai ", "nowhere": "x"}, seen=seen
    )

    assert again(report).texts == {"held": "Dòng một\nDòng hai"}
    with pytest.raises(Refusal):  # another tab, opened before
        write_texts(report, actor=officer, texts={"held": "Đè lên"}, seen=seen)
    write_texts(report, actor=officer, texts={"proposals": "Bố trí kinh phí"})
    assert set(again(report).texts) == {"held", "proposals"}
    with pytest.raises(Refusal):
        write_texts(report, actor=officer, texts={}, title="  ")


def test_the_leader_issues_what_was_read(cast, report):
    seen = digest_of(again(report))
    write_texts(report, actor=cast("hue-dic"), texts={"held": "Thêm"})

    with pytest.raises(Refusal):
        issued(report, cast, seen=seen)
    assert again(report).state == "draft"


@pytest.mark.parametrize(
    "known", [{"number": " "}, {"issued_on": date(2024, 4, 30)}, {"issued_on": date(2999, 1, 1)}]
)
def test_number_and_day_must_fit(cast, report, known):
    with pytest.raises(Refusal):
        issued(report, cast, **known)


def test_a_number_is_used_once_a_year(cast, hue, report):
    issued(report, cast)
    other = prepare_report(hue, actor=cast("hue-dic"), kind=ReportKind.AD_HOC, first=FIRST, last=LAST)

    with pytest.raises(Refusal):
        issued(other, cast)
    issued(other, cast, number="16/BC-STTTT")


def test_figures_of_a_period_that_ran_are_computed_again_before_it_goes_out(cast, hue, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2024, 5, 20))
    report = prepare_report(hue, actor=cast("hue-dic"), kind=ReportKind.MONTHLY, first=FIRST, last=LAST)
    assert again(report).figures["last"] == "2024-05-20"
    assert "kỳ báo cáo chưa kết thúc" in " ".join(report_paper(again(report)).texts())
    at = timezone.make_aware(timezone.datetime(2024, 5, 20, 9))
    PeriodicReport.objects.filter(pk=report.pk).update(computed_at=at)
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2024, 6, 4))

    with pytest.raises(Refusal):
        issued(report, cast)
    refresh_report(report, actor=cast("hue-dic"))
    issued(report, cast)
    assert again(report).figures["last"] == "2024-05-31"


def test_one_report_a_period_until_the_draft_is_given_up(cast, hue, report):
    asked = {"actor": cast("hue-dic"), "kind": ReportKind.MONTHLY, "first": FIRST, "last": LAST}
    with pytest.raises(Refusal):
        prepare_report(hue, **asked)

    cancel_report(report, actor=cast("hue-dic"), reason="Nhầm kỳ")

    assert prepare_report(hue, **asked).pk != report.pk


def test_who_may_not_is_refused_by_the_doors(cast, hue, report):
    for username in ("hue-dic-leader", "hue-ppc", "hue-dolisa", "hue-media", "daknong-dic"):
        with pytest.raises(PermissionDenied):
            write_texts(report, actor=cast(username), texts={"held": "x"})
        with pytest.raises(PermissionDenied):
            prepare_report(hue, actor=cast(username), kind="ad_hoc", first=FIRST, last=LAST)
    for username in ("hue-dic", "daknong-dic-leader", "hue-ppc"):
        with pytest.raises(PermissionDenied):
            issue_report(report, actor=cast(username), number="1/BC", issued_on=date(2024, 6, 4))


def test_followers_read_issued_reports_and_only_the_department_drafts(cast, visit, report):
    page = reverse("programs:report_detail", args=[report.pk])
    draft = {"hue-dic": 200, "hue-dic-leader": 200, "hue-ppc": 404, "hue-media": 404, "daknong-dic": 404}
    for username, status in draft.items():
        assert visit(username, page).status_code == status, username

    issued(report, cast)

    assert visit("hue-ppc", page).status_code == 200
    for username in ("hue-media", "hue-dolisa", "hue-481", "hue-viettel", "daknong-ppc"):
        assert visit(username, page).status_code == 404, username


def test_prepared_written_and_issued_over_the_pages(cast, client, hue):
    cast.log_in(client, "hue-dic")
    offered = client.get(reverse("programs:report_create")).content.decode()
    assert "monthly:2024:5" in offered
    made = client.post(reverse("programs:report_create"), {"period": "monthly:2024:5"})
    report = PeriodicReport.objects.get()
    assert made.url == reverse("programs:report_detail", args=[report.pk])
    assert "monthly:2024:5" not in client.get(reverse("programs:report_create")).content.decode()
    page = client.get(reverse("programs:report_texts", args=[report.pk]))
    form = {"title": report.title, "seen": page.context["form"]["seen"].value(), "text-assessment": "Tốt"}
    client.post(reverse("programs:report_texts", args=[report.pk]), form)
    assert again(report).texts == {"assessment": "Tốt"}
    cast.log_in(client, "hue-dic-leader")
    waits = [item.verb for item in work_worklist.waiting_for(cast("hue-dic-leader"))]
    assert waits == ["Ban hành"]
    page = client.get(reverse("programs:report_issue", args=[report.pk]))
    known = {"number": "7/BC-STTTT", "issued_on": "04/06/2024", "seen": page.context["form"]["seen"].value()}
    client.post(reverse("programs:report_issue", args=[report.pk]), known | {"seen": ""})
    assert again(report).state == "draft"
    client.post(reverse("programs:report_issue", args=[report.pk]), known)
    assert (again(report).state, again(report).number) == ("issued", "7/BC-STTTT")
    html = client.get(reverse("programs:report_detail", args=[report.pk])).content.decode()
    assert "I. Số liệu thử" in html
    assert "1.237" in html
    assert "<p>Tốt</p>" in html


@pytest.mark.parametrize(
    "form",
    [
        {"period": "ad_hoc"},
        {"period": "ad_hoc", "first": "10/05/2024", "last": "09/05/2024"},
        {"period": "monthly:2024:13"},
        {"period": "ad_hoc", "first": "01/01/2099", "last": "02/01/2099"},
    ],
)
def test_a_wrong_period_stays_on_the_page(cast, client, hue, form):
    cast.log_in(client, "hue-dic")

    page = client.post(reverse("programs:report_create"), form)

    assert page.status_code == 200
    assert not PeriodicReport.objects.exists()
    assert page.context["form"].errors


def test_paper_and_workbook_print_the_same_figures(cast, report, client):
    write_texts(report, actor=cast("hue-dic"), texts={"proposals": "Bố trí kinh phí"})
    issued(report, cast)
    kept = again(report)

    words = list(report_paper(kept).texts())
    assert "BÁO CÁO" in words
    assert "Số: 15/BC-STTTT" in words
    assert "I. SỐ LIỆU THỬ" in words
    assert "II. ĐỀ XUẤT, KIẾN NGHỊ" in words
    assert "1.237" in words  # 3 + 1234
    assert "DỰ THẢO" not in words
    book = load_workbook(io.BytesIO(report_workbook(kept)))
    assert book.sheetnames == ["I. Số liệu thử", "II. Đề xuất, kiến nghị"]
    cells = {cell.value: cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value}
    assert cells["=CMD()"].data_type == "s"
    assert cells[1237].data_type == "n"
    cast.log_in(client, "hue-ppc")
    for name, start in (("report_docx", b"PK"), ("report_pdf", b"%PDF-"), ("report_xlsx", b"PK")):
        sent = client.get(reverse(f"programs:{name}", args=[report.pk]))
        assert sent.content.startswith(start)
    document = zipfile.ZipFile(
        io.BytesIO(client.get(reverse("programs:report_docx", args=[report.pk])).content)
    )
    assert "1.237" in document.read("word/document.xml").decode()


def test_a_draft_on_paper_says_that_it_is_one(report):
    words = list(report_paper(again(report)).texts())

    assert "DỰ THẢO" in words
    assert not any("15/BC" in text for text in words)


@given(st.integers(2000, 2098), st.integers(1, 12))
def test_months_quarters_and_years_cover_every_day_once(year, month):
    first, last = stretch_of(ReportKind.MONTHLY, year, month)
    assert (first.year, first.month, first.day) == (year, month, 1)
    assert (last.year, last.month) == (year, month)
    quarter = stretch_of(ReportKind.QUARTERLY, year, (month + 2) // 3)
    assert quarter[0] <= first
    assert last <= quarter[1]
    days = sum((b - a).days + 1 for a, b in (stretch_of(ReportKind.MONTHLY, year, n) for n in range(1, 13)))
    assert days == (date(year + 1, 1, 1) - date(year, 1, 1)).days


@pytest.mark.parametrize(
    ("kind", "year", "number", "words"),
    [
        (ReportKind.MONTHLY, 2024, 2, "tháng 02/2024"),
        (ReportKind.QUARTERLY, 2024, 4, "quý IV/2024"),
        (ReportKind.YEARLY, 2024, 1, "năm 2024"),
    ],
)
def test_periods_are_called_as_offices_do(kind, year, number, words):
    assert stretch_words(kind, *stretch_of(kind, year, number)) == words


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_the_nearest_tenth_of_a_percent(part, whole):
    written = float(share(part, whole).rstrip("%").replace(",", "."))

    assert abs(written - 100 * part / whole) <= 0.05 + 1e-9


def test_roman_numbers_and_totals():
    assert [roman(n) for n in (1, 4, 9, 14, 40)] == ["I", "IV", "IX", "XIV", "XL"]
    assert with_total([("A", 1, "x"), ("B", 2, None)])[-1] == FigureRow(("Tổng cộng", 3, None), bold=True)
    assert with_total([]) == ()
    with pytest.raises(ValueError, match="row of 1"):
        FigureTable("", (FigureColumn("a"), FigureColumn("b")), (FigureRow(("x",)),))


def test_rows_of_the_workbook_are_as_high_as_their_text(one_section):
    """LibreOffice leaves rows one line high, and texts overlap."""
    columns = [{"title": "Nhiệm vụ", "width": 75, "kind": "text"}, {"title": "Đến hạn", "width": 16}]
    rows = [{"cells": ["Ngắn", 1], "bold": False}, {"cells": ["dài " * 40, 1], "bold": False}]
    table = {"kind": "table", "title": "", "columns": columns, "rows": rows}
    section = {"key": "plan", "title": "Tiến độ", "blocks": [table]}
    made = PeriodicReport(
        title="Báo cáo", first_day=FIRST, last_day=LAST, figures={"sections": [section]}, texts={}
    )

    sheet = load_workbook(io.BytesIO(report_workbook(made))).active

    heights = {row[0].value: sheet.row_dimensions[row[0].row].height for row in sheet.iter_rows(max_col=1)}
    assert heights["Ngắn"] is None
    assert heights["dài " * 40] > 30
