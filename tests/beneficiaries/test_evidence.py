"""Certificates and information deprivation: recorded, counted, listed, printed."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from beneficiaries.evidence.certificates import clean_number, is_usual
from beneficiaries.evidence.counting import certificate_counts, deprivation_counts
from beneficiaries.models import Household, HouseholdReading, InformationDeprivation, PovertyCertificate
from beneficiaries.workflow.certificates import (
    record_certificate,
    record_deprivation,
    remove_certificate,
    remove_deprivation,
)
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal

from .conftest import household, identity

DAY = date(2024, 6, 1)
HUE = [["A", None, "THÀNH PHỐ HUẾ"], ["I", None, "Phường Tây Lộc", *[None] * 5, 9]]


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def as_(client, cast):
    def log_in(username):
        cast.log_in(client, username)
        return client

    return log_in


@pytest.fixture
def known(desk):
    """Two households in Hồng Vân (A Lưới), one of them near-poor, and one in Huế."""
    desk.register(household(1), household(2, J=None, K="x"), *HUE, household(3))
    return Household.objects.get(national_id=identity(1))


def address(name, *args):
    return reverse(f"beneficiaries:{name}", args=args)


def certify(one, actor, number="12/GCN-HN.HCN", year=2023, **more):
    return record_certificate(one, year=year, number=number, actor=actor, **more)


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "clean", "usual"),
    [
        ("12/GCN-HN.HCN", "12/GCN-HN.HCN", True),
        (" 12 / GCN – HN.HCN ", "12/GCN-HN.HCN", True),
        ("12/GCN-HN", "12/GCN-HN", False),
        ("Số 5", "Số 5", False),
    ],
)
def test_a_number_is_cleaned_and_an_unusual_one_is_known(typed, clean, usual):
    assert clean_number(typed) == clean
    assert is_usual(clean) == usual


@given(st.text(max_size=40))
def test_cleaning_a_number_twice_changes_nothing(text):
    assert clean_number(clean_number(text)) == clean_number(text)


# --- recording ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_year_has_one_certificate_and_recording_again_corrects_it(known, cast):
    certify(known, cast("hue-481"))
    certify(known, cast("hue-dolisa"), number="13/GCN-HN.HCN", issued_on=date(2024, 1, 5))
    row = PovertyCertificate.objects.get()
    assert (row.number, row.recorded_by.username) == ("13/GCN-HN.HCN", "hue-dolisa")
    entry = AuditEntry.objects.get(action="beneficiaries.povertycertificate.change")
    assert entry.before["number"] == "12/GCN-HN.HCN"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["hue-474", "hue-dic", "hue-481-leader", "daknong-dolisa", "hue-ppc"])
def test_others_record_nothing(known, cast, who):
    with pytest.raises(Refusal):
        certify(known, cast(who))
    with pytest.raises(Refusal):
        record_deprivation(
            known, assessed_on=DAY, occasion="review", lacks_telecom=True, lacks_means=None, actor=cast(who)
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"number": " "}, {"year": 1999}, {"year": 2999}, {"issued_on": date(2999, 1, 1)}]
)
def test_what_cannot_be_is_refused(known, cast, wrong):
    with pytest.raises(Refusal):
        certify(known, cast("hue-481"), **wrong)


@pytest.mark.django_db
def test_a_scan_is_taken_by_its_content_and_given_out_to_those_in_scope_only(as_, known, cast):
    with pytest.raises(Refusal, match="PDF"):
        certify(known, cast("hue-481"), copy=ContentFile(b"MZ\x90 program", name="gcn.pdf"))
    row = certify(known, cast("hue-481"), copy=ContentFile(b"%PDF-1.7 scan", name="gcn.pdf"))
    url = address("certificate_copy", row.pk)
    answer = as_("hue-dic").get(url)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 scan"
    assert answer["Content-Disposition"].startswith("attachment")
    assert as_("hue-474").get(url).status_code == 404
    assert AuditEntry.objects.filter(action="beneficiaries.povertycertificate.download").count() == 1


@pytest.mark.django_db
def test_a_correction_without_a_new_scan_keeps_the_old_one(known, cast):
    certify(known, cast("hue-481"), copy=ContentFile(b"%PDF-1.7", name="gcn.pdf"))
    certify(known, cast("hue-481"), number="13/GCN-HN.HCN")
    assert PovertyCertificate.objects.get().copy is not None


@pytest.mark.django_db
def test_taking_away_needs_a_reason_and_stays_on_the_record(known, cast):
    row = certify(known, cast("hue-481"))
    with pytest.raises(Refusal):
        remove_certificate(row, reason=" ", actor=cast("hue-481"))
    remove_certificate(row, reason="Ghi nhầm hộ", actor=cast("hue-481"))
    assert not PovertyCertificate.objects.exists()
    entry = AuditEntry.objects.get(action="beneficiaries.povertycertificate.remove")
    assert entry.before["number"] == "12/GCN-HN.HCN"


@pytest.mark.django_db
def test_the_browser_records_and_says_when_a_number_looks_unusual(as_, known):
    browser = as_("hue-481")
    assert browser.get(address("certificate_record", known.pk), {"year": "2023"}).status_code == 200
    data = {"year": 2023, "number": "77", "issued_on": "05/01/2024", "issuer": "UBND xã Hồng Vân"}
    page = browser.post(address("certificate_record", known.pk), data, follow=True).content.decode()
    assert "not written as usual" in page
    again = browser.get(address("certificate_record", known.pk), {"year": "2023"}).content.decode()
    assert 'value="77"' in again


# --- counting certificates ------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_commune_counts_its_households_with_and_without(known, cast):
    certify(known, cast("hue-481"), has_certified_copy=True)
    certify(known, cast("hue-481"), year=2022)
    counts = {c.commune.code: c for c in certificate_counts(cast("hue-dic"), DAY, 2023)}
    hong_van = counts["20047"]
    assert (hong_van.poor, hong_van.near_poor, hong_van.certified, hong_van.copies) == (1, 1, 1, 1)
    assert hong_van.missing == 1
    assert counts["19750"].missing == 1
    assert [c.commune.code for c in certificate_counts(cast("hue-481"), DAY, 2023)] == ["20047"]


@pytest.mark.django_db
def test_nobody_counts_before_the_first_list(known, cast):
    assert certificate_counts(cast("hue-dic"), date(2023, 1, 1), 2023) == []


@pytest.mark.django_db
def test_the_page_leads_to_those_who_lack_one(as_, known, cast):
    certify(known, cast("hue-481"))
    browser = as_("hue-dic")
    asked = {"as_of": "01/06/2024", "year": 2023, "commune": known.commune_id}
    page = browser.get(address("certificate_missing"), asked).content.decode()
    lacking = Household.objects.get(national_id=identity(2))
    assert lacking.head_name in page
    assert known.head_name not in page
    assert "1 household without a certificate" in page


@pytest.mark.django_db
def test_the_notice_names_the_households_of_its_commune_on_an_official_paper(as_, known, cast):
    page = as_("hue-481").get(
        address("certificate_notice", known.commune_id), {"as_of": "01/06/2024", "year": 2023}
    )
    text = page.content.decode()
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ỦY BAN NHÂN DÂN HUYỆN A LƯỚI", "THÔNG BÁO",
        "ngày 01 tháng 6 năm 2024", "Danh sách này gồm có 2 (hai) hộ./.", known.head_name,
    ):  # fmt: skip
        assert words in text, words
    assert identity(1) not in text
    assert Household.objects.get(national_id=identity(3)).head_name not in text


@pytest.mark.django_db
def test_the_notice_of_another_districts_commune_does_not_exist(as_, known):
    hue = Household.objects.get(national_id=identity(3)).commune_id
    assert as_("hue-481").get(address("certificate_notice", hue)).status_code == 404
    assert as_("daknong-dolisa").get(address("certificate_notice", hue)).status_code == 404


@pytest.mark.django_db
def test_the_workbook_holds_counts_and_names_and_notes_who_was_taken_out(as_, known):
    answer = as_("hue-481").get(address("certificate_export"), {"as_of": "01/06/2024", "year": 2023})
    book = load_workbook(io.BytesIO(answer.content))
    totals = [row for row in book["Tổng hợp"].iter_rows(values_only=True) if row[2] == "Tổng cộng"]
    assert totals[0][3:8] == (1, 1, 0, 0, 2)
    cells = {str(value) for row in book["Chưa có GCN"].iter_rows(values_only=True) for value in row}
    assert known.head_name in cells
    assert identity(1) not in cells
    assert HouseholdReading.objects.filter(what="export").count() == 2


# --- information deprivation ----------------------------------------------------------------------


def assess(one, actor, on, occasion="review", telecom=True, means=None):
    return record_deprivation(
        one, assessed_on=on, occasion=occasion, lacks_telecom=telecom, lacks_means=means, actor=actor
    )


@pytest.mark.django_db
def test_the_latest_assessment_of_each_occasion_counts_by_commune_and_class(known, cast):
    officer = cast("hue-481")
    near = Household.objects.get(national_id=identity(2))
    assess(known, officer, date(2023, 11, 1), telecom=True, means=True)
    assess(known, officer, date(2024, 5, 1), telecom=True, means=False)
    assess(known, officer, date(2024, 5, 20), "after_support", telecom=False, means=False)
    assess(known, officer, date(2024, 7, 1), telecom=False, means=False)
    assess(near, officer, date(2024, 5, 1), telecom=None, means=True)
    counts = {(c.commune.code, c.poverty_class): c for c in deprivation_counts(cast("hue-dic"), DAY)}
    poor = counts["20047", "poor"]
    assert (poor.households, poor.before.households) == (1, 1)
    assert (poor.before.lacks_telecom, poor.before.lacks_means, poor.before.lacks_any) == (1, 0, 1)
    assert (poor.after.households, poor.after.lacks_any) == (1, 0)
    assert counts["20047", "near_poor"].before.lacks_means == 1
    assert counts["19750", "poor"].before.households == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"occasion": "party"},
        {"on": date(2999, 1, 1)},
        {"telecom": None, "means": None},
    ],
)
def test_an_assessment_that_cannot_be_is_refused(known, cast, wrong):
    with pytest.raises(Refusal):
        assess(known, cast("hue-481"), **({"on": DAY} | wrong))
    assert not InformationDeprivation.objects.exists()


@pytest.mark.django_db
def test_an_assessment_is_corrected_and_taken_away_on_the_record(known, cast):
    officer = cast("hue-481")
    row = assess(known, officer, DAY)
    assess(known, officer, DAY, telecom=False)
    assert InformationDeprivation.objects.get().lacks_telecom is False
    remove_deprivation(row, reason="Nhầm", actor=officer)
    assert not InformationDeprivation.objects.exists()
    verbs = AuditEntry.objects.filter(action__startswith="beneficiaries.informationdeprivation")
    assert sorted(entry.action.rpartition(".")[2] for entry in verbs) == ["change", "record", "remove"]


@pytest.mark.django_db
def test_figures_lead_to_the_households_behind_them(as_, known, cast):
    assess(known, cast("hue-481"), DAY, telecom=True, means=False)
    browser = as_("hue-dic")
    page = browser.get(address("deprivation_list"), {"as_of": "01/06/2024"}).content.decode()
    assert "indicator=telecom" in page
    rows = address("deprivation_rows")
    asked = {"as_of": "01/06/2024", "occasion": "review", "of": "poor"}
    assert known.head_name in browser.get(rows, asked | {"indicator": "telecom"}).content.decode()
    assert known.head_name not in browser.get(rows, asked | {"indicator": "means"}).content.decode()
    assert known.head_name not in browser.get(rows, asked | {"occasion": "after_support"}).content.decode()
    assert known.head_name not in as_("hue-474").get(rows, asked).content.decode()


@pytest.mark.django_db
def test_the_counts_come_as_a_workbook(as_, known, cast):
    assess(known, cast("hue-481"), DAY, telecom=True, means=True)
    answer = as_("hue-dolisa").get(address("deprivation_export"), {"as_of": "01/06/2024"})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    total = next(row for row in rows if row[2] == "Tổng cộng")
    assert total[4:13] == (3, 1, 1, 1, 1, 0, 0, 0, 0)


@pytest.mark.django_db
def test_the_browser_records_an_assessment(as_, known):
    data = {
        "occasion": "after_support",
        "assessed_on": "01/06/2024",
        "lacks_telecom": "no",
        "lacks_means": "",
    }
    answer = as_("hue-481").post(address("deprivation_record", known.pk), data)
    assert answer.status_code == 302
    row = InformationDeprivation.objects.get()
    assert (row.occasion, row.lacks_telecom, row.lacks_means) == ("after_support", False, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page", ["certificate_list", "certificate_missing", "deprivation_list", "deprivation_rows"]
)
@pytest.mark.parametrize(
    "junk", [{"as_of": "99/99"}, {"year": "9" * 30}, {"district": "x"}, {"commune": "\0"}]
)
def test_a_mistyped_address_is_no_error(as_, known, page, junk):
    assert as_("hue-dic").get(address(page), junk).status_code == 200
