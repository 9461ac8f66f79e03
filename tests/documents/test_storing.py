"""Names of files, which people type and other people's machines get."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from smartphone_support.documents.storing import send, send_bytes, store


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("Phụ lục - 15-TTr.xlsx", "filename*=utf-8''Ph%E1%BB%A5%20l%E1%BB%A5c%20-%2015-TTr.xlsx"),
        ("15/TTr\r\nSet-Cookie: a=b.xlsx", 'filename="15-TTrSet-Cookie: a=b.xlsx"'),
        ("..\\..\\x.xlsx", 'filename="..-..-x.xlsx"'),
        ("\u202exslx.exe", 'filename="xslx.exe"'),
        ("", 'filename="tep.xlsx"'),
    ],
)
def test_a_name_is_words_only_and_never_a_header_or_a_path(typed, given):
    header = send_bytes(b"x", typed)["Content-Disposition"]
    assert header == f"attachment; {given}"


@pytest.mark.django_db
def test_a_file_is_kept_under_a_name_nobody_guesses_and_given_back_as_an_attachment(cast):
    stored = store(SimpleUploadedFile("C:\\Danh sách\\hộ.html", b"<b>x</b>"), actor=cast("hue-dolisa"))
    assert stored.name == "hộ.html"
    assert stored.file.name == f"files/{stored.key.hex[:2]}/{stored.key.hex}"
    answer = send(stored)
    assert b"".join(answer.streaming_content) == b"<b>x</b>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
