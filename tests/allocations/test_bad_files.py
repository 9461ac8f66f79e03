"""Bad files at a district's door: one clear sentence each, and nothing is kept or changed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from allocations.lists.digest import list_digest
from allocations.models import ReviewUpload
from smartphone_support.documents.models import StoredFile
from tests.spreadsheets.building import write_xlsx
from tests.spreadsheets.hostile import HOSTILE

pytestmark = pytest.mark.django_db


def give_back(client, row, content):
    """The sentence the district gets; fails where anything but a sentence came of it."""
    before = list_digest(row), row.version
    page = client.post(
        reverse("allocations:list_upload", args=[row.pk]), {"file": SimpleUploadedFile("phieu.xlsx", content)}
    )
    assert page.status_code == 200
    (sentence,) = page.context["form"].non_field_errors()
    row.refresh_from_db()
    assert (list_digest(row), row.version) == before
    assert not ReviewUpload.objects.exists()
    assert not StoredFile.objects.exists()
    return sentence


@pytest.fixture
def district(client, cast):
    client.cookies["django_language"] = "en"
    cast.log_in(client, "hue-481")
    return client


@pytest.mark.parametrize(("make", "words"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_leaves_its_sentence_and_nothing_else(district, a_luoi, tmp_path, make, words):
    assert words in give_back(district, a_luoi, make(tmp_path))


def test_an_empty_sheet_is_no_review_workbook(district, a_luoi, tmp_path):
    content = write_xlsx(tmp_path / "empty.xlsx", {"Phiếu rà soát": []}).read_bytes()
    assert "no review workbook" in give_back(district, a_luoi, content)


def test_a_file_for_a_list_that_is_with_the_leader_is_not_even_read(district, a_luoi, story, cast):
    story.signed(a_luoi)
    assert "is now “Submitted”" in give_back(district, a_luoi, b"anything")
