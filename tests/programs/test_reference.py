"""Reference data as files: out, changed, looked at, in again."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from programs.holidays import packaged_holidays
from programs.loading import load_plans
from programs.models import Holiday
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
HEADERS = {
    "areas": ["Cấp", "Mã", "Tên đơn vị", "Mã đơn vị cấp trên", "Có từ ngày", "Đến trước ngày"],
    "organisations": ["Mã", "Tên cơ quan", "Tên gọi tắt", "Loại", "Mã tỉnh", "Mã huyện", "Đang hoạt động"],
    "holidays": ["Ngày", "Tên ngày", "Loại"],
}


@pytest.fixture
def admin(client, cast):
    client.cookies["django_language"] = "en"
    cast.log_in(client, "admin")
    return client


def address(name, of):
    return f"{reverse(f'programs:{name}')}?of={of}"


def workbook(of, *rows, headers=None):
    book = Workbook()
    for row in [["DANH MỤC"], headers or HEADERS[of], *rows]:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("danh-muc.xlsx", content.getvalue())


def bring(admin, of, *rows):
    """Upload the rows and open the preview."""
    answer = admin.post(address("reference_upload", of), {"file": workbook(of, *rows)})
    assert answer.status_code == 302, answer.context["form"].errors
    return admin.get(answer.url)


def outcomes(page):
    preview = page.context["preview"]
    return {name: preview.count(name) for name in ("new", "changed", "unchanged", "wrong")}


def take(admin, of):
    return admin.post(address("reference_preview", of), follow=True)


def problems(page):
    return [(row.number, " ".join(row.problems)) for row in page.context["preview"].rows if row.problems]


# --- holidays -------------------------------------------------------------------------------------


def test_only_the_laws_fixed_dates_are_packaged():
    days = [day for day, _name in packaged_holidays()]
    assert {(day.day, day.month) for day in days} == {(1, 1), (30, 4), (1, 5), (2, 9)}
    assert {day.year for day in days} == {2023, 2024, 2025, 2026}
    assert len(days) == len(set(days)) == 16


def test_loading_brings_the_holidays_and_leaves_what_people_wrote():
    load_plans()
    assert Holiday.objects.count() == 16
    Holiday.objects.filter(day=date(2024, 1, 1)).update(name="Tết Dương lịch 2024")
    Holiday.objects.create(day=date(2024, 2, 10), name="Mùng 1 Tết")
    load_plans()
    assert Holiday.objects.get(day=date(2024, 1, 1)).name == "Tết Dương lịch 2024"
    assert Holiday.objects.count() == 17


def test_a_file_is_looked_at_first_and_written_when_confirmed(admin):
    Holiday.objects.create(day=date(2024, 9, 2), name="Quốc khánh")
    Holiday.objects.create(day=date(2024, 4, 30), name="30/4")
    page = bring(
        admin, "holidays", ["02/09/2024", "Quốc khánh", "Ngày nghỉ lễ"],
        ["30/04/2024", "Ngày Chiến thắng", "Ngày nghỉ lễ"], [date(2024, 2, 10), "Mùng 1 Tết", "holiday"],
    )  # fmt: skip
    assert outcomes(page) == {"new": 1, "changed": 1, "unchanged": 1, "wrong": 0}
    assert Holiday.objects.count() == 2
    assert "1 rows added, 1 changed." in take(admin, "holidays").content.decode()
    assert Holiday.objects.get(day=date(2024, 4, 30)).name == "Ngày Chiến thắng"
    assert Holiday.objects.filter(day=date(2024, 2, 10)).exists()
    entry = AuditEntry.objects.get(action="programs.holiday.change")
    assert (entry.before, entry.after) == ({"Tên ngày": "30/4"}, {"Tên ngày": "Ngày Chiến thắng"})
    assert AuditEntry.objects.filter(action="programs.holiday.create").count() == 1


def test_what_is_wrong_is_said_with_its_row_and_nothing_is_written(admin):
    page = bring(
        admin, "holidays", ["31/02/2024", "X", "Ngày nghỉ lễ"], ["01/05/2024", "", "Ngày nghỉ lễ"],
        ["02/09/2024", "Quốc khánh", "Ngày vui"],
        ["03/09/2024", "A", "holiday"], ["03/09/2024", "B", "holiday"],
    )  # fmt: skip
    told = dict(problems(page))
    assert sorted(told) == [3, 4, 5, 7]
    assert "31/02/2024" in told[3]
    assert "Tên ngày" in told[4]
    assert "Ngày vui" in told[5]
    assert "Row 6" in told[7]
    take(admin, "holidays")
    assert not Holiday.objects.exists()


# --- areas and organisations ----------------------------------------------------------------------


def test_a_new_district_and_its_commune_come_in_one_file(admin):
    page = bring(
        admin, "areas", ["huyện", "999", "Huyện Mới", "46", "01/01/2024", None],
        ["xã", "99999", "Xã Mới", "999", "01/01/2024", None],
    )  # fmt: skip
    assert outcomes(page)["new"] == 2
    take(admin, "areas")
    commune = AdministrativeArea.objects.get(code="99999")
    assert (commune.parent.code, commune.parent.parent.code) == ("999", "46")


def test_an_unknown_unit_above_is_refused(admin, cast):
    page = bring(admin, "areas", ["xã", "99999", "Xã Mới", "998", "01/01/2024", None])
    assert "998" in problems(page)[0][1]
    take(admin, "areas")
    assert not AdministrativeArea.objects.filter(code="99999").exists()


def test_a_unit_cannot_end_before_it_begins(admin, cast):
    page = bring(admin, "areas", ["huyện", "999", "Huyện Mới", "46", "01/01/2024", "01/01/2023"])
    assert "before it begins" in problems(page)[0][1]


def test_a_renamed_department_stays_renamed_when_the_seeds_are_loaded_again(admin):
    load_plans()
    name = "Sở Khoa học và Công nghệ"
    page = bring(admin, "organisations", ["hue-dic", name, "Sở KH&CN", "program_lead", "46", None, "có"])
    assert outcomes(page)["changed"] == 1
    take(admin, "organisations")
    load_plans()
    assert Organisation.objects.get(code="hue-dic").name == name


def test_a_district_committee_belongs_to_a_district_of_its_province(admin, cast):
    page = bring(
        admin, "organisations", ["hue-x", "UBND X", "UBND X", "district", "46", None, "có"],
        ["hue-y", "UBND Y", "UBND Y", "district", "46", "666", "có"],
    )  # fmt: skip
    first, second = (words for _row, words in problems(page))
    assert "code of its district" in first
    assert "does not belong" in second


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", ["areas", "organisations", "holidays"])
@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_what_was_taken_out_comes_back_unchanged(admin, of, form):
    load_plans()
    taken = admin.get(address("reference_export", of) + f"&as={form}")
    file = SimpleUploadedFile(f"x.{form}", taken.content)
    answer = admin.post(address("reference_upload", of), {"file": file})
    assert answer.status_code == 302, answer.context["form"].errors
    counts = outcomes(admin.get(answer.url))
    assert counts == {"new": 0, "changed": 0, "unchanged": sum(counts.values()), "wrong": 0}
    assert AuditEntry.objects.filter(action="programs.reference.export").count() == 1


def test_exported_files_say_words_not_codes(admin):
    areas = load_workbook(io.BytesIO(admin.get(address("reference_export", "areas")).content)).active
    assert {row[0] for row in areas.iter_rows(min_row=2, values_only=True)} == {"tỉnh", "huyện", "xã"}
    offices = load_workbook(
        io.BytesIO(admin.get(address("reference_export", "organisations")).content)
    ).active
    assert {row[6] for row in offices.iter_rows(min_row=2, values_only=True)} == {"có"}


def test_exported_text_stays_text(admin):
    Holiday.objects.create(day=date(2024, 9, 2), name="=1+1")
    book = load_workbook(io.BytesIO(admin.get(address("reference_export", "holidays")).content))
    assert book.active["B2"].data_type == "s"
    text = admin.get(address("reference_export", "holidays") + "&as=csv").content.decode("utf-8-sig")
    assert not list(csv.reader(io.StringIO(text)))[1][1].startswith("=")


@pytest.mark.parametrize(
    ("content", "words"), [(b"%PDF-1.7", "cannot be read"), (None, "These columns are needed")]
)
def test_a_file_that_is_no_such_list_is_refused_in_one_sentence(admin, cast, content, words):
    file = SimpleUploadedFile("x.xlsx", content) if content else workbook("areas", headers=["A", "B"])
    answer = admin.post(address("reference_upload", "areas"), {"file": file})
    assert words in answer.content.decode()


def test_without_a_file_the_preview_asks_for_one(admin):
    assert admin.get(address("reference_preview", "areas")).url == address("reference_upload", "areas")


@pytest.mark.parametrize("who", ["hue-dolisa", "hue-dic", "hue-481"])
def test_only_the_administrator_keeps_reference_data(client, cast, who):
    cast.log_in(client, who)
    for name in ("reference_list", "reference_upload", "reference_preview", "reference_export"):
        assert client.get(address(name, "areas")).status_code == 403
