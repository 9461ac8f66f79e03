"""The pages of the delivery, through the client: what each person sees, and that a form does what it says."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from allocations.models import Acceptance, DeliveryUpload, Device, HandOver, Shipment, Support
from smartphone_support.audit.models import AuditEntry
from smartphone_support.documents.models import StoredFile

from .handing import Delivery, imei

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def delivery(a_luoi, story, cast):
    delivery = Delivery(story, cast, [a_luoi])
    delivery.at_district(1, 2, 3, 4)
    delivery.assigned()
    return delivery


@pytest.fixture
def post(client, cast):
    def call(who, name, *args, query="", **data):
        cast.log_in(client, who)
        return client.post(reverse(f"allocations:{name}", args=args) + query, data, follow=True)

    return call


@pytest.fixture
def opened(visit):
    def call(who, name, *args, **data):
        answer = visit(who, reverse(f"allocations:{name}", args=args), **data)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    return call


def filled(**known):
    return {"handed_on": "01/03/2024", "receiver": "head", "imei": imei(1), "signed": "on"} | known


def test_an_operator_sees_its_households_by_commune_and_no_others(opened, delivery):
    mine = opened("hue-viettel", "delivery_home")
    assert all(support.household.head_name in mine for support in delivery.supports)
    assert "Download the workbook" in mine
    assert "No household to hand over to" in opened("hue-vnpt", "delivery_home")
    found = opened("hue-viettel", "delivery_home", q=delivery.supports[0].household.head_name[:6])
    assert delivery.supports[0].household.head_name in found


def test_a_hand_over_is_recorded_on_the_phone_with_its_photo(opened, post, delivery):
    support = delivery.supports[0]
    form = opened("hue-viettel", "handover_create", support.pk)
    assert "Record the hand-over" in form
    photo = SimpleUploadedFile("anh.png", PNG, "image/png")
    answer = post("hue-viettel", "handover_create", support.pk, **filled(photo=photo))
    record = HandOver.objects.get()
    assert record.photo is not None
    assert f"hand-over record {record.number}" in answer.content.decode()
    assert opened("hue-481", "handover_detail", record.pk)


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(post, delivery):
    support = delivery.supports[0]
    photo = SimpleUploadedFile("anh.png", PNG, "image/png")
    said = filled(imei="49015420323751", package="MIMAX70", photo=photo)
    answer = post("hue-viettel", "handover_create", support.pk, **said)
    html = answer.content.decode()
    assert "14 digits, it needs 15" in html
    assert 'value="MIMAX70"' in html
    assert not HandOver.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_device_of_another_household_is_told_and_leaves_no_photo_behind(post, delivery):
    delivery.hand_over(delivery.supports[1], 1)
    photo = SimpleUploadedFile("anh.png", PNG, "image/png")
    answer = post("hue-viettel", "handover_create", delivery.supports[0].pk, **filled(photo=photo))
    assert "already handed over to another household" in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_a_second_click_leads_to_the_record_of_the_first(post, delivery):
    support = delivery.supports[0]
    for _click in range(2):
        answer = post("hue-viettel", "handover_create", support.pk, **filled())
        assert answer.redirect_chain[-1][0] == reverse(
            "allocations:handover_detail", args=[HandOver.objects.get().pk]
        )
    assert HandOver.objects.count() == 1


def test_a_file_that_is_no_photo_is_refused(post, delivery):
    photo = SimpleUploadedFile("anh.png", b"MZ90", "image/png")
    answer = post("hue-viettel", "handover_create", delivery.supports[0].pk, **filled(photo=photo))
    assert "must be a PDF file or a photo" in answer.content.decode()
    assert not HandOver.objects.exists()


def test_a_household_that_cannot_be_served_is_reported_with_a_fixed_reason(opened, post, delivery):
    support = delivery.supports[0]
    assert "next reserve" in opened("hue-viettel", "delivery_undeliverable", support.pk)
    post("hue-viettel", "delivery_undeliverable", support.pk, why="other", note="")
    support.refresh_from_db()
    assert support.state == "assigned"
    post("hue-viettel", "delivery_undeliverable", support.pk, why="moved", note="vào Nam")
    support.refresh_from_db()
    assert (support.state, support.reason) == ("undeliverable", "Đã chuyển đi nơi khác: vào Nam")


def test_the_workbook_goes_out_and_comes_back_through_the_pages(client, cast, post, opened, delivery):
    cast.log_in(client, "hue-viettel")
    answer = client.get(reverse("allocations:delivery_workbook", args=[delivery.round.pk]))
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book["Phiếu bàn giao"]
    sheet["J7"], sheet["K7"], sheet["Q7"] = "Đã bàn giao", "01/03/2024", imei(2)
    sheet["J8"], sheet["K8"], sheet["Q8"] = "Đã bàn giao", "01/03/2024", "123"
    content = io.BytesIO()
    book.save(content)
    file = SimpleUploadedFile("phieu.xlsx", content.getvalue())
    answer = post("hue-viettel", "delivery_upload", delivery.round.pk, file=file)
    upload = DeliveryUpload.objects.get()
    assert "1 row cannot be recorded" in answer.content.decode()
    assert "3 digits" in answer.content.decode()
    assert "1 hand-over is recorded" in opened("hue-viettel", "delivery_upload_confirm", upload.pk)
    post("hue-viettel", "delivery_upload_confirm", upload.pk)
    assert HandOver.objects.get().upload == upload
    assert AuditEntry.objects.filter(action="allocations.support.download").exists()


def test_devices_are_taken_in_sent_and_received_on_screen(post, opened, delivery):
    stock = {"stock": f"round-{delivery.round.pk}", "number": "PX-9", "date": "10/02/2024"}
    pasted = "\n".join(["IMEI", imei(21), f"{imei(22)}\t{imei(23)}\tSN1", "123", imei(21)])
    bad = post("hue-dic", "device_intake", **stock, model="Vsmart", declared=4, pasted=pasted)
    html = bad.content.decode()
    assert "Line 4" in html
    assert "stands in line 2 already" in html
    assert Device.objects.count() == 4
    good = "\n".join([imei(21), f"{imei(22)};{imei(23)};SN1"])
    post("hue-dic", "device_intake", **stock, model="Vsmart", declared=2, pasted=good)
    assert Device.objects.get(imei=imei(22)).serial == "SN1"
    file = SimpleUploadedFile("imei.txt", f"{imei(31)}\r\n{imei(32)}\r\n".encode())
    post("hue-dic", "device_intake", **stock, model="Vsmart", declared=2, file=file)
    assert Device.objects.count() == 8
    district = delivery.supports[0].district_id
    post("hue-dic", "device_dispatch", **stock, district=district, count=3)
    shipment = Shipment.objects.filter(kind="dispatch").latest("pk")
    missing = {"received": 2, "missing": imei(21), "reason": "Thiếu một máy"}
    post("hue-481", "shipment_receive", shipment.pk, **missing)
    shipment.refresh_from_db()
    assert (shipment.declared, shipment.received) == (3, 2)
    balance = opened("hue-dic", "device_balance", delivery.round.pk)
    assert "The ledger balances" in balance
    assert opened("hue-481", "device_list")
    assert opened("hue-dic", "shipment_list")


def test_an_acceptance_goes_from_the_officer_to_the_leader(post, opened, delivery):
    for number, support in enumerate(delivery.supports, 1):
        delivery.hand_over(support, number)
    told = {
        "round": delivery.round.pk, "operator": delivery.operator().pk, "number": "01/BBNT",
        "date": "05/04/2024", "from_day": "01/03/2024", "to_day": "31/03/2024",
    }  # fmt: skip
    post("hue-dic", "acceptance_create", **told)
    acceptance = Acceptance.objects.get()
    record = acceptance.hand_overs.first()
    query = f"?record={record.pk}"
    post("hue-dic", "acceptance_leave_out", acceptance.pk, query=query, reason="Thiếu ảnh")
    acceptance.refresh_from_db()
    assert acceptance.devices == 2
    assert "Thiếu ảnh" in opened("hue-dic", "acceptance_detail", acceptance.pk)
    post("hue-dic", "acceptance_collect", acceptance.pk)
    post("hue-dic", "acceptance_submit", acceptance.pk)
    assert "3 devices of" in opened("hue-dic-leader", "acceptance_confirm", acceptance.pk)
    post("hue-dic-leader", "acceptance_confirm", acceptance.pk)
    assert Support.objects.filter(state="confirmed").count() == 3
    assert opened("hue-viettel", "acceptance_detail", acceptance.pk)


def test_the_progress_counts_and_the_export_masks(client, cast, opened, delivery):
    delivery.hand_over(delivery.supports[0], 1)
    html = opened("hue-dic", "delivery_progress")
    assert "households approved" in html
    assert "By operator" in html
    cast.log_in(client, "hue-dic")
    answer = client.get(reverse("allocations:delivery_export"), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert delivery.supports[0].household.national_id not in text
    assert imei(1) in text
    entry = AuditEntry.objects.filter(action="allocations.support.export").get()
    assert entry.after["households"] == 3
    assert cast.log_in(client, "hue-viettel")
    assert client.get(reverse("allocations:delivery_export")).status_code == 403


def test_the_work_list_names_what_waits(client, cast, delivery):
    def home(who):
        cast.log_in(client, who)
        return client.get("/").content.decode()

    assert "Record hand-overs" in home("hue-viettel")
    delivery.taken_in(41, number="PX-41")
    delivery.sent(imeis=[imei(41)], number="GH-41")
    assert "Confirm receipt" in home("hue-481")
    delivery.hand_over(delivery.supports[0], 1)
    assert "Draw up acceptance" in home("hue-dic")


@pytest.mark.parametrize("name", ["delivery_home", "device_list", "shipment_list", "acceptance_list"])
def test_lists_ask_the_same_number_of_questions_whatever_their_length(
    client, cast, delivery, story, django_assert_max_num_queries, name
):
    url = reverse(f"allocations:{name}")
    cast.log_in(client, "hue-dic")
    client.get(url)
    with django_assert_max_num_queries(1000) as few:
        client.get(url)
    delivery.taken_in(*range(60, 90), number="PX-60")
    for number in (91, 92, 93):
        delivery.taken_in(number, number=f"PX-{number}")
    for number, support in enumerate(delivery.supports, 1):
        delivery.hand_over(support, number)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(url)
