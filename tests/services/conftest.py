"""The counter of services: households of the register, an operator's files, what becomes of them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from beneficiaries.models import Household, OperatorReport, PovertySpell, ServiceSubscription
from beneficiaries.services.workflow import reports
from smartphone_support.areas.models import AreaDesignation
from smartphone_support.jobs.running import execute
from tests.spreadsheets.building import write_xlsx

HEADER = ["STT", "Họ tên chủ thuê bao", "Số CCCD", "Số thuê bao", "Dịch vụ", "Mức hỗ trợ (đồng/tháng)",
          "Biến động", "Ngày hiệu lực", "Xã", "Huyện", "Lý do"]  # fmt: skip
WORDS = {
    "new": "Hỗ trợ mới", "stopped": "Ngừng hỗ trợ", "level_changed": "Thay đổi mức", "suspended": "Tạm dừng",
    "restored": "Khôi phục", "mobile": "Di động mặt đất", "fixed": "Băng rộng cố định",
}  # fmt: skip
DIFFICULT, ORDINARY = "20047", "20140"


def identity(number: int) -> str:
    """The number on the card of household `number`."""
    return f"0460{60 + number % 30}{number:06}"


class Counter:
    """Each method is one step at the counter, by Huế's Viettel unless told otherwise."""

    def __init__(self, cast, folder):
        self.cast, self.folder = cast, folder
        self.files = 0

    def household(self, number, *, commune=ORDINARY, classed="poor", since=date(2023, 1, 1), **known):
        """A household of the register, in its class since a day (None: in none)."""
        area = self.cast.area(commune)
        row = Household(
            province=area.parent.parent, district=area.parent, commune=area, village="Thôn 1",
            head_name=f"Hồ Văn {number}", national_id=known.pop("national_id", identity(number)), **known,
        )  # fmt: skip
        row.save()
        if classed:
            PovertySpell.objects.create(household=row, poverty_class=classed, valid_from=since)
        return row

    def becomes(self, household, classed, on):
        """The household's class from a day."""
        household.spells.filter(valid_to=None).update(valid_to=on)
        PovertySpell.objects.create(household=household, poverty_class=classed, valid_from=on)

    def name_difficult(self, commune=DIFFICULT, since=date(2023, 1, 1)):
        AreaDesignation.objects.create(
            area=self.cast.area(commune), kind="difficult", citation="QĐ 861/QĐ-TTg", valid_from=since
        )

    def line(self, number, change="new", on="05/03/2024", service="mobile", level=60000, **cells):
        """A row of the file about household `number`."""
        return [
            number, f"Hồ Văn {number}", cells.get("card", identity(number)), f"09{number:08}",
            WORDS.get(service, service), level, WORDS.get(change, change), on, "", "", cells.get("why"),
        ]  # fmt: skip

    def file(self, *lines, name="cap-nhat.xlsx"):
        self.files += 1
        title = ["VIETTEL - CẬP NHẬT DANH SÁCH ĐƯỢC HỖ TRỢ DỊCH VỤ VIỄN THÔNG CÔNG ÍCH"]
        rows = [title, [], HEADER, *lines]
        path = write_xlsx(self.folder / f"{self.files}.xlsx", {"CAP NHAT": rows})
        return SimpleUploadedFile(name, path.read_bytes())

    def upload(self, *lines, month=date(2024, 3, 1), by="hue-viettel", file=None) -> OperatorReport:
        actor = self.cast(by)
        return reports.upload_report(
            file or self.file(*lines), month=month, operator=actor.organisation, actor=actor
        )

    def read(self, *lines, **known) -> OperatorReport:
        report = self.upload(*lines, **known)
        execute(str(report.job.key))
        return OperatorReport.objects.get(pk=report.pk)

    def apply(self, *lines, by="hue-viettel", **known) -> OperatorReport:
        report = self.read(*lines, by=by, **known)
        assert report.state == "awaiting", report.failure
        report = reports.confirm_report(report, actor=self.cast(by))
        assert report.state == "applied", report.notice
        return report

    def apply_refused(self, *lines, **known) -> OperatorReport:
        """Read lines that are refused; the update waits."""
        report = self.read(*lines, **known)
        assert report.counts.get("refused"), report.counts
        return report

    def held(self, household) -> ServiceSubscription | None:
        """The subscription of the household that began last and was not taken back."""
        return household.subscriptions.standing().order_by("-started_on", "-pk").first()


@pytest.fixture(autouse=True)
def in_english():
    """Sentences are compared as they stand in the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def screens_in_english(settings):
    """Pages and jobs speak English too: for modules whose tests compare what stands there."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def counter(cast, tmp_path):
    return Counter(cast, tmp_path)


def told(report):
    """Row → verdict and codes, of the report's lines."""
    return {
        line.row: (line.verdict, [reason["code"] for reason in line.reasons]) for line in report.lines.all()
    }


def spells(household):
    """(state, level, from, to) of what stands of the household's subscriptions, in order."""
    rows = [
        (spell.valid_from, spell.state, spell.level, spell.valid_to)
        for held in household.subscriptions.standing()
        for spell in held.spells.filter(superseded_at=None)
    ]
    return [(state, level, begin, end) for begin, state, level, end in sorted(rows)]
