"""The register as a file: safe, filtered, masked without right and reason, and always on the record."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from beneficiaries.exports import exporting
from beneficiaries.models import Household, RegisterExport
from smartphone_support.audit.models import AuditEntry
from smartphone_support.documents.models import StoredFile
from smartphone_support.jobs.running import execute
from tests.beneficiaries.conftest import household, identity


@pytest.fixture
def ask(client, cast):
    """`ask("hue-dic", is_full="on", ...)` exports the register as that person."""

    def post(who, query="", file_format="xlsx", **data):
        cast.log_in(client, who)
        address = f"{reverse('beneficiaries:household_export')}?{query}"
        return client.post(address, {"file_format": file_format, **data})

    return post


def _(sentence):
    """As the pages say it: in Vietnamese."""
    with translation.override("vi"):
        return translation.gettext(sentence)


def content(answer):
    return io.BytesIO(b"".join(answer.streaming_content))


def sheet_rows(answer):
    return list(load_workbook(content(answer)).active.iter_rows(min_row=2))


def test_an_export_is_masked_safe_filtered_and_recorded(ask, desk):
    desk.register(household(1), household(2))
    Household.objects.filter(national_id=identity(1)).update(head_name="=HYPERLINK(1)")
    Household.objects.filter(national_id=identity(2)).update(national_id="")
    (row,) = sheet_rows(ask("hue-dic", "has_id=yes"))
    assert (row[1].value, row[1].data_type) == ("=HYPERLINK(1)", "s")
    assert row[5].value == f"{identity(1)[:3]}******{identity(1)[-3:]}"
    entry = AuditEntry.objects.get(action="beneficiaries.household.export")
    assert (entry.after["households"], entry.after["filters"]) == (1, {"has_id": "yes"})
    assert "full_numbers" not in entry.after


def test_a_row_says_what_the_list_shows(ask, desk):
    desk.register(household(1, L="x"))
    (row,) = sheet_rows(ask("hue-dic"))
    values = [cell.value for cell in row]
    known = Household.objects.get()
    assert values[:2] == [1, known.head_name]
    assert (values[2].date(), values[3]) == (known.birth_date, known.birth_year)
    assert values[7:12] == [
        known.village,
        known.commune.name,
        known.district.name,
        known.member_count,
        "Nghèo",
    ]
    assert (values[12], values[13]) == ("x", None)


@pytest.mark.parametrize("file_format", ["ods", "csv"])
def test_other_formats_hold_the_same_households(ask, desk, file_format):
    desk.register(household(1), household(2))
    answer = ask("hue-dic", file_format=file_format)
    assert f".{file_format}" in answer["Content-Disposition"]
    if file_format == "csv":
        rows = list(csv.reader(io.StringIO(content(answer).read().decode("utf-8-sig"), newline="")))
        assert len(rows) == 3
        assert rows[1][5].count("*") == 6


def test_full_numbers_are_given_for_a_reason_that_stays(ask, desk):
    desk.register(household(1))
    answer = ask("hue-dic", is_full="on", reason="Đối chiếu với công an xã")
    assert sheet_rows(answer)[0][5].value == identity(1)
    entry = AuditEntry.objects.get(action="beneficiaries.household.export")
    assert (entry.reason, entry.after["full_numbers"]) == ("Đối chiếu với công an xã", True)


def test_without_a_reason_nothing_leaves(ask, desk):
    desk.register(household(1))
    answer = ask("hue-dic", is_full="on", reason="  ")
    assert _("Say why the full numbers are needed.") in answer.content.decode()
    assert not AuditEntry.objects.filter(action="beneficiaries.household.export").exists()


def test_the_right_is_asked_again_where_the_file_is_written(cast, desk):
    order = exporting.Order("xlsx", is_full=True, reason="Vì sao không")
    with pytest.raises(exporting.Refusal, match="does not allow"):
        exporting.write_export(io.BytesIO(), order, actor=cast("hue-ppc"))


def test_a_district_takes_its_own_households_only(ask, desk):
    desk.register(household(1))
    assert len(sheet_rows(ask("hue-481"))) == 1
    assert sheet_rows(ask("hue-474")) == []


def test_a_number_searched_for_is_not_whole_in_the_record(ask, desk):
    desk.register(household(1))
    ask("hue-dic", f"q={identity(1)}")
    entry = AuditEntry.objects.get(action="beneficiaries.household.export")
    assert entry.after["households"] == 1
    assert identity(1) not in str(entry.after)


# --- long lists -----------------------------------------------------------------------------------


@pytest.fixture
def long_export(ask, desk, monkeypatch):
    """A list one household longer than what is written at once, asked for by Huế's programme officer."""
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    desk.register(household(1), household(2))
    answer = ask("hue-dic", f"q={identity(1)[:0]}&has_id=yes")
    export = RegisterExport.objects.get()
    assert answer.url == reverse("beneficiaries:export_detail", args=[export.pk])
    return export


def page(client, export):
    return client.get(reverse("beneficiaries:export_detail", args=[export.pk])).content.decode()


def file_of(client, export):
    return client.get(reverse("beneficiaries:export_file", args=[export.pk]))


def test_a_long_list_is_written_in_the_background_and_fetched(client, long_export):
    assert 'hx-trigger="every 1s"' in page(client, long_export)
    assert file_of(client, long_export).status_code == 404
    execute(str(long_export.job.key))
    assert reverse("beneficiaries:export_file", args=[long_export.pk]) in page(client, long_export)
    assert len(sheet_rows(file_of(client, long_export))) == 2
    assert AuditEntry.objects.filter(action="beneficiaries.household.export").count() == 1
    long_export.refresh_from_db()
    assert (long_export.households, long_export.filters) == (2, "has_id=yes")


def test_made_once_it_is_not_made_again(long_export):
    execute(str(long_export.job.key))
    exporting.make_export(str(long_export.pk), long_export.job, None)
    assert StoredFile.objects.filter(name__endswith=".xlsx", uploaded_by=long_export.owner).count() == 1


def test_nobody_else_fetches_it(client, cast, long_export):
    execute(str(long_export.job.key))
    cast.log_in(client, "hue-dolisa")
    assert file_of(client, long_export).status_code == 404


def test_after_a_day_it_is_gone(client, ask, long_export):
    execute(str(long_export.job.key))
    RegisterExport.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    assert file_of(client, long_export).status_code == 404
    stored = RegisterExport.objects.get().file
    ask("hue-dic")
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert _("The file is gone") in page(client, long_export)


def test_a_number_searched_for_is_masked_once_the_file_is_made(ask, desk, monkeypatch):
    monkeypatch.setattr(exporting, "AT_ONCE", 0)
    desk.register(household(1))
    ask("hue-dic", f"q={identity(1)}")
    export = RegisterExport.objects.get()
    execute(str(export.job.key))
    export.refresh_from_db()
    assert export.households == 1
    assert identity(1) not in export.filters


def test_a_job_given_up_says_so(client, long_export):
    exporting.fail_export(str(long_export.pk), long_export.job, "It was interrupted.")
    assert "It was interrupted." in page(client, long_export)
