"""Files no operator should send: one sentence each, before or while they are read, and nothing is kept."""

from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from beneficiaries.models import ConfirmationRequest, OperatorReport, OperatorReportLine, ServiceSubscription
from beneficiaries.services import reading
from beneficiaries.services.workflow.confirmations import upload_request
from smartphone_support.web.errors import Refusal
from tests.spreadsheets.building import write_xlsx
from tests.spreadsheets.hostile import HOSTILE

from .conftest import HEADER, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("screens_in_english")]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_update_and_no_request_is_made_of_it(counter, tmp_path, name):
    make, words = HOSTILE[name]
    actor, content = counter.cast("hue-viettel"), make(tmp_path)
    with pytest.raises(Refusal) as refused:
        counter.upload(file=SimpleUploadedFile("cap-nhat.xlsx", content))
    assert words in str(refused.value)
    file = SimpleUploadedFile("danh-sach.xlsx", content)
    with pytest.raises(Refusal) as refused:
        upload_request(file, as_of=date(2024, 3, 31), operator=actor.organisation, actor=actor)
    assert words in str(refused.value)
    assert not OperatorReport.objects.exists()
    assert not ConfirmationRequest.objects.exists()


def test_a_formula_nobody_calculated_refuses_its_line_only(counter):
    counter.household(1), counter.household(2)
    report = counter.read(counter.line(1, level="=30000*2"), counter.line(2))
    assert told(report)[5] == ("good", [])
    verdict, codes = told(report)[4]
    assert (verdict, "not_calculated" in codes) == ("refused", True)


def test_a_header_over_merged_cells_is_read(counter):
    counter.household(1)
    path = write_xlsx(counter.folder / "m.xlsx", {"CAP NHAT": [["TIÊU ĐỀ"], [], HEADER, counter.line(1)]})
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A1:K1")
    book.active.merge_cells("A2:K2")
    book.save(path)
    report = counter.read(file=SimpleUploadedFile("m.xlsx", path.read_bytes()))
    assert told(report) == {4: ("good", [])}


def test_a_list_longer_than_a_province_is_refused(counter, monkeypatch):
    monkeypatch.setattr(reading, "MOST_LINES", 2)
    counter.household(1)
    report = counter.read(*(counter.line(number) for number in (1, 2, 3)))
    assert report.state == "failed"
    assert "has 3 lines, more than the 2" in report.failure
    assert not OperatorReportLine.objects.exists()


def test_a_list_of_households_is_no_list_of_subscribers(counter):
    header = ["STT", "Họ và tên chủ hộ", "Số CCCD", "Thôn", "Xã", "Huyện", "Hộ nghèo", "Hộ cận nghèo"]
    rows = [
        [n, f"Hồ Văn {n}", f"04606100000{n}", "Thôn 1", "Hồng Thủy", "A Lưới", "x", ""] for n in (1, 2, 3)
    ]
    path = write_xlsx(counter.folder / "h.xlsx", {"DANH SACH": [header, *rows]})
    report = counter.read(file=SimpleUploadedFile("h.xlsx", path.read_bytes()))
    assert report.state == "failed"
    assert "not an operator's subscribers" in report.failure
    assert not ServiceSubscription.objects.exists()


def test_lines_about_another_provinces_households_are_unknown(counter):
    counter.household(1, commune="24637")
    assert told(counter.read(counter.line(1))) == {4: ("refused", ["unknown_person"])}
