"""Bad files at the register officer's door: one clear sentence each, and nothing is kept or changed."""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beneficiaries.models import Household, ListBatch
from smartphone_support.audit.models import AuditEntry
from smartphone_support.documents.models import StoredFile
from smartphone_support.spreadsheets import preflight, workbook
from tests.spreadsheets.building import write_xlsx
from tests.spreadsheets.hostile import HOSTILE

from .conftest import household

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("make", "words"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_leaves_its_sentence_and_nothing_else(client, cast, settings, tmp_path, make, words):
    client.cookies["django_language"] = "en"
    cast.log_in(client, "hue-dolisa")
    file = SimpleUploadedFile("danh-sach.xlsx", make(tmp_path))
    data = {"kind": "annual", "year": 2023, "file": file}
    page = client.post(reverse("beneficiaries:batch_create"), data)
    assert page.status_code == 200
    (sentence,) = page.context["form"].non_field_errors()
    assert words in sentence
    assert not any(model.objects.exists() for model in (ListBatch, StoredFile, Household, AuditEntry))
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


@pytest.mark.parametrize("rows", [[], [["STT", "Họ và tên chủ hộ", "Ngày sinh", "Hộ nghèo", "Xã"]]])
def test_an_empty_sheet_fails_with_its_sentence_and_the_register_stays(desk, settings, tmp_path, rows):
    settings.LANGUAGE_CODE = "en"  # in which a job leaves its sentence
    path = write_xlsx(tmp_path / "empty.xlsx", {"Danh sách": rows})
    batch = desk.read(file=SimpleUploadedFile("danh-sach.xlsx", path.read_bytes()))
    assert batch.state == "failed"
    assert batch.failure == "The workbook holds no household: check that the list is in it."
    assert not Household.objects.exists()


def test_what_the_check_said_holds_for_the_same_bytes_only(desk, settings, tmp_path):
    settings.LANGUAGE_CODE = "en"
    batch = desk.upload(household(1))
    make, words = HOSTILE["a size bomb"]
    Path(batch.file.file.path).write_bytes(make(tmp_path))
    batch = desk.work(batch)
    assert batch.state == "failed"
    assert words in batch.failure


def test_a_file_is_looked_at_again_when_the_look_is_forgotten(desk, monkeypatch):
    looks = []

    class Counted(preflight.Inspection):
        def __init__(self, *given):
            looks.append(given)
            super().__init__(*given)

    monkeypatch.setattr(workbook, "Inspection", Counted)
    assert desk.read(household(1)).state == "awaiting_confirmation"
    assert not looks, "the upload has looked at it already"
    batch = desk.upload(household(1), year=2024)
    cache.clear()
    assert desk.work(batch).state == "awaiting_confirmation"
    assert len(looks) == 1
