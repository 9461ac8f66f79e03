"""The public form: sent without an account, followed up by number and code, and closed to abuse."""

import re
from ipaddress import ip_network

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from inspections.models import Complaint
from inspections.rules.receipts import SIGNS, grouped, new_code, new_number, typed, typed_number
from inspections.views import public
from inspections.workflow import complaint_answers, complaints
from inspections.workflow.public_form import find_by_receipt, send_in
from programs.loading import load_plans
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.documents.models import StoredFile
from smartphone_support.web.errors import Refusal
from tests.complaint_rows import PDF, said

pytestmark = pytest.mark.django_db
FORM = "/phan-anh/?tinh=46"


@pytest.fixture(autouse=True)
def plans(cast):
    load_plans()


@pytest.fixture
def citizen(client):
    client.cookies["django_language"] = "en"
    return client


def filled(**known):
    values = {"kind": "feedback", "subject": "fee", "content": "Có người thu 50.000 đồng.", "consent": "on"}
    return values | known


def send(client, **known):
    """Send the form; the receipt as its page shows it."""
    page = client.post(FORM, filled(**known))
    assert page.status_code == 302, page.content.decode()
    return receipt(client.get(page.url).content.decode())


def receipt(text):
    number = re.search(r">(\d\d-[A-Z0-9]{7})<", text)
    code = re.search(r">([A-Z0-9]{4}-[A-Z0-9]{4})<", text)
    assert number, text
    assert code, text
    return number[1], code[1]


def follow(client, number, code):
    return client.post("/phan-anh/tra-cuu/", {"number": number, "code": code})


def test_anybody_sends_follows_up_and_reads_the_answer(citizen, cast):
    number, code = send(citizen, content="Có người thu tiền của tôi", sender_phone="0914000999")
    row = Complaint.objects.get()
    assert (row.number, row.channel, row.recorded_by) == (number, "public_form", None)
    assert row.province == cast.area("46")
    page = follow(citizen, number.lower().replace("-", " "), code.lower())
    assert "Received" in page.content.decode()
    officer, district = cast("hue-dic"), cast("hue-481")
    row = complaints.take_up(row, actor=officer, organisation=district.organisation)
    complaint_answers.answer(
        row, actor=district, text="Đã trả lại tiền.", answered_on=timezone.localdate(), upheld=True
    )
    text = follow(citizen, number, code).content.decode()
    assert "Đã trả lại tiền." in text
    assert "Có người thu tiền của tôi" not in text
    assert "0914000999" not in text
    assert verify().broken_at is None


def test_the_receipt_is_shown_once_and_its_code_is_kept_nowhere(citizen):
    page = citizen.post(FORM, filled())
    number, code = receipt(citizen.get(page.url).content.decode())
    assert citizen.get(page.url).url == "/phan-anh/tra-cuu/"
    assert code not in str(list(Complaint.objects.values())) + str(list(AuditEntry.objects.values()))
    assert code not in str(dict(citizen.session))
    assert number in str(list(Complaint.objects.values()))


def test_the_pages_are_kept_by_no_browser(citizen):
    for url in (FORM, "/phan-anh/tra-cuu/"):
        assert "no-store" in citizen.get(url)["Cache-Control"]
    page = citizen.post(FORM, filled())
    assert "no-store" in citizen.get(page.url)["Cache-Control"]


def test_wrong_code_and_unknown_number_are_told_apart_by_nothing(citizen, monkeypatch):
    number, code = send(citizen)
    hashed = []
    real = public.find_by_receipt.__globals__["check_password"]
    monkeypatch.setitem(
        public.find_by_receipt.__globals__, "check_password", lambda *a: hashed.append(1) or real(*a)
    )
    answers = []
    for pair in ((number, "AAAA-AAAA"), ("26-ZZZZZZZ", code), ("26-ZZZZZZZ", "AAAA-AAAA"), ("x" * 40, "y")):
        page = follow(citizen, *pair)
        body = re.sub(r'csrf\w*" value="\w+"|value="[^"]*"|"X-CSRFToken": "\w+"|nonce="[^"]+"', "",
                      page.content.decode())  # fmt: skip
        answers.append((page.status_code, body))
    assert len(set(answers)) == 1
    assert len(hashed) == 4  # as dear for each


def test_codes_cannot_be_tried_out(citizen, settings):
    number, code = send(citizen)
    statuses = [follow(citizen, number, f"AAAA-AA{n:02d}").status_code for n in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    # Not from elsewhere either: the number itself is closed for the hour, known or not.
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert follow(other, number, code).status_code == 429
    for n in range(10):
        follow(other, "26-ZZZZZZZ", f"AAAA-AA{n:02d}")
    assert follow(Client(REMOTE_ADDR="203.0.113.10"), "26-ZZZZZZZ", code).status_code == 429


def test_one_address_sends_so_much(citizen):
    for n in range(10):
        assert citizen.post(FORM, filled(content=f"Lần {n}")).status_code == 302
    page = citizen.post(FORM, filled(content="Lần nữa"))
    assert page.status_code == 429
    assert "Wait an hour" in page.content.decode()
    assert Complaint.objects.count() == 10
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert other.post(FORM, filled(content="Từ nơi khác")).status_code == 302


def sent_from(addresses, words="Khắp nơi", province="46"):
    """The answers to one letter from each address."""
    address = f"{reverse('public_complaint')}?tinh={province}"
    return [
        Client(REMOTE_ADDR=one).post(address, filled(content=f"{words} {n}")).status_code
        for n, one in enumerate(addresses)
    ]


def test_a_flood_closes_its_own_addresses_and_nobody_elses(monkeypatch):
    monkeypatch.setitem(public.RATES, "busy", "3/h/key")
    monkeypatch.setitem(public.RATES, "send_near_busy", "2/h/key")
    flood = [f"203.0.113.{n}" for n in range(20, 26)]
    assert sent_from(flood) == [302] * 3 + [429] * 3  # the third came before the hour was busy
    assert sent_from([flood[0]], "Lần nữa") == [429]
    assert sent_from(["198.51.100.7"], "Từ nơi khác") == [302]
    assert sent_from(["198.51.100.7"], "Từ nơi khác nữa") == [429]
    assert sent_from([flood[5]], "Đắk Nông", "67") == [302], "another province's form was closed too"


def test_a_neighbourhood_sends_so_much_and_a_refused_address_counts_for_nobody_else(monkeypatch):
    monkeypatch.setitem(public.RATES, "send", "2/h/ip")
    monkeypatch.setitem(public.RATES, "send_near", "3/h/key")
    assert sent_from(["203.0.113.20"] * 9) == [302] * 2 + [429] * 7
    assert sent_from(["203.0.113.21", "203.0.113.22"], "Bên cạnh") == [302, 429]
    assert sent_from(["2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:1:3::1"], "Mạng mới") == [302] * 3
    assert sent_from(["2001:db8:1:4::1"], "Mạng mới nữa") == [429]
    assert sent_from(["2001:db8:2:1::1"], "Mạng khác") == [302]


def test_an_hour_like_no_other_closes_the_form(monkeypatch):
    monkeypatch.setitem(public.RATES, "full", "2/h/key")
    assert sent_from(["203.0.113.20", "198.51.100.7", "192.0.2.1"]) == [302, 302, 429]


@given(st.ip_addresses())
def test_a_neighbourhood_holds_its_address(address):
    network = ip_network(public.neighbourhood(str(address)))
    assert address in network
    assert network.num_addresses == (256 if address.version == 4 else 2**80)


def test_the_same_words_are_taken_once(citizen):
    assert citizen.post(FORM, filled()).status_code == 302
    page = citizen.post(FORM, filled(content="  có người thu 50.000 ĐỒNG. "))
    assert "received already" in page.content.decode()
    assert Complaint.objects.count() == 1
    assert citizen.post(FORM, filled(content="Khác")).status_code == 302


def test_what_was_not_kept_may_be_sent_again(cast):
    province = cast.area("46")
    bad = SimpleUploadedFile("a.pdf", b"MZ not a scan")
    with pytest.raises(Refusal):
        send_in(said(), province=province, scan=bad)
    complaint, code = send_in(said(), province=province)
    assert find_by_receipt(complaint.number, code) == complaint


SCRIPT = '<script>alert("x")</script><img src=x onerror=alert(1)>{{ 7|add:7 }}'


def test_script_text_stays_text_everywhere(citizen, cast):
    number, code = send(citizen, content=SCRIPT, sender_name=SCRIPT[:100])
    row = Complaint.objects.get()
    assert row.content == SCRIPT
    cast.log_in(citizen, "hue-dic")
    for url in (
        reverse("inspections:complaint_detail", args=[row.pk]),
        reverse("inspections:complaint_list") + "?q=<script>alert(1)</script>",
    ):
        text = citizen.get(url).content.decode()
        assert "<script>alert" not in text
        assert "onerror=alert" not in re.sub(r"&lt;img[^&]*onerror=alert\(1\)&gt;", "", text)
    complaints.refuse(row, actor=cast("hue-dic"), reason=SCRIPT)
    assert "<script>alert" not in follow(Client(), number, code).content.decode()


def test_controls_and_endless_words_do_no_harm(citizen):
    page = citizen.post(FORM, filled(content="x" * 4001))
    assert page.status_code == 200
    page = citizen.post(FORM, filled(content="Một\x00hai"))
    assert page.status_code in (200, 302)
    page = citizen.post(FORM, filled(commune="999999999999999999", kind="x", subject="'; DROP"))
    assert page.status_code == 200
    assert not [text for text in Complaint.objects.values_list("content", flat=True) if "\x00" in text]


def test_a_huge_body_is_not_even_read(citizen, monkeypatch):
    monkeypatch.setattr(public, "MOST_BYTES", 5_000)
    scan = SimpleUploadedFile("anh.jpg", b"\xff\xd8\xff" + b"0" * 6_000)
    page = citizen.post(FORM, filled(scan=scan))
    assert page.status_code == 413
    assert "larger than 10 MB" in page.content.decode()
    assert not page.wsgi_request._read_started
    assert not Complaint.objects.exists()
    for wrong in ("-5", "viele"):
        assert citizen.post(FORM, filled(), CONTENT_LENGTH=wrong).status_code == 413


def test_a_form_from_another_site_is_refused():
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(FORM, filled()).status_code == 403
    assert strict.post("/phan-anh/tra-cuu/", {"number": "1", "code": "2"}).status_code == 403
    assert not Complaint.objects.exists()


def test_a_photo_comes_along_without_an_account_and_nothing_else_does(citizen, cast):
    assert citizen.post(FORM, filled(scan=SimpleUploadedFile("a.pdf", b"MZ\x90"))).status_code == 200
    assert not StoredFile.objects.exists()
    send(citizen, scan=SimpleUploadedFile("don.pdf", PDF))
    row = Complaint.objects.get()
    assert row.file is not None
    assert row.file.uploaded_by is None
    url = reverse("inspections:complaint_file", args=[row.pk])
    assert citizen.get(url).status_code == 302
    cast.log_in(citizen, "hue-dic")
    page = citizen.get(url)
    assert page["Content-Disposition"].startswith("attachment")
    assert page["Content-Type"] == "application/octet-stream"
    assert AuditEntry.objects.filter(action="inspections.complaint.download").count() == 1


def test_programs_that_fill_in_every_field_are_told_so(citizen):
    page = citizen.post(FORM, filled(website="http://x"))
    assert "Leave this field empty, then send again." in page.content.decode()
    assert not Complaint.objects.exists()


def test_without_consent_nothing_is_kept_and_nothing_else_is_demanded(citizen):
    page = citizen.post(FORM, filled(consent=""))
    assert "Without your agreement" in page.content.decode()
    send(citizen)
    row = Complaint.objects.get()
    assert (row.sender_name, row.sender_phone, row.sender_address, row.commune) == ("", "", "", None)


def test_the_commune_brings_its_district_and_only_of_the_province(citizen, cast):
    send(citizen, commune=str(cast.area("20044").pk))
    row = Complaint.objects.get()
    assert (row.commune, row.district) == (cast.area("20044"), cast.area("481"))
    page = citizen.post(FORM, filled(content="Nơi khác", commune=str(cast.area("24617").pk)))
    assert page.status_code == 200


def test_who_writes_says_to_which_province(citizen):
    for wrong in ("", "?tinh=99", "?tinh=" + "9" * 400):
        page = citizen.get(f"/phan-anh/{wrong}")
        assert "?tinh=46" in page.content.decode()
        assert "?tinh=67" in page.content.decode()
        citizen.post(f"/phan-anh/{wrong}", filled())
    assert not Complaint.objects.exists()


def test_a_denunciation_by_the_form_tells_its_holder_the_state_alone(citizen, cast):
    number, code = send(citizen, kind="denunciation", content="Cán bộ nhận tiền", sender_name="Ẩn Danh")
    row = Complaint.objects.get()
    assert not Complaint.objects.visible_to(cast("hue-dic")).exists()
    from inspections.workflow.denunciations import name_reader

    name_reader(row, actor=cast("hue-dic"), person=cast("hue-dic"))
    organisation = Organisation.objects.get(code="hue-dic")
    complaints.take_up(row, actor=cast("hue-dic"), organisation=organisation, handler=cast("hue-dic"))
    complaint_answers.answer(
        row, actor=cast("hue-dic"), text="Kết luận mật", answered_on=timezone.localdate(), upheld=True
    )
    text = follow(citizen, number, code).content.decode()
    assert "in person" in text
    for secret in ("Kết luận mật", "Cán bộ nhận tiền", "Ẩn Danh", "enunciation", organisation.name):
        assert secret not in text.replace("Send a petition", "")
    assert AuditEntry.objects.filter(reason__contains="mật").count() == 0


def test_the_log_in_page_leads_there(citizen):
    text = citizen.get("/accounts/login/").content.decode()
    assert 'href="/phan-anh/"' in text
    assert 'href="/phan-anh/tra-cuu/"' in text


def test_nobody_without_an_account_sees_a_list():
    assert not Complaint.objects.visible_to(AnonymousUser()).exists()


# --- receipts, pure ----------------------------------------------------------------------------------


@given(st.integers(2020, 2099))
def test_a_number_is_found_however_it_is_typed(year):
    number = new_number(year)
    assert re.fullmatch(rf"{year % 100:02d}-[{SIGNS}]{{7}}", number)
    for way in (number.lower(), number.replace("-", ""), f" {number} ", number.replace("-", " / ")):
        assert typed_number(way) == number


@given(st.text(max_size=200))
def test_anything_typed_becomes_plain_signs_of_bounded_length(text):
    assert re.fullmatch(r"[A-Z0-9]{0,80}", typed(text))
    assert typed(typed(text)) == typed(text)[: len(typed(typed(text)))]


def test_codes_are_many_and_read_aloud_without_doubt():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert not set("".join(codes)) & set("01OIL")
    assert grouped("K7M2QXAB") == "K7M2-QXAB"
