"""The pages of checks: entering one by hand or from paper, reading it, choosing between two."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from allocations.models import Device
from beneficiaries.models import HouseholdReading
from inspections.models import CheckPhoto, FieldCheck, InspectedUnit, InspectionRound, SampledHousehold
from inspections.work.fieldwork import waiting_for
from inspections.workflow.choosing import choose_check
from inspections.workflow.findings import drop, report_remedy
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal

from .field_rows import JPEG, Phone, fieldwork, first_of, imei, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(cast):
    return fieldwork()


def address(name, row, **query):
    url = reverse(f"inspections:{name}", args=[row.pk])
    return f"{url}?{'&'.join(f'{key}={value}' for key, value in query.items())}" if query else url


def filled(checklist, **known):
    """The form as a person fills it in, everything in order."""
    items = checklist.items.all()
    told = {f"answer_{item.pk}": "pass" for item in items} | {f"note_{item.pk}": "" for item in items}
    return (
        told
        | {"client_id": str(uuid.uuid4()), "note": "", "signer_name": "Hồ Thị Oanh"}
        | {
            "imei_seen": "356938040000011",
            **known,
        }
    )


def two_checks(round_, client, cast):
    """The member's check of a household, which counts, and the head's of the same."""
    sampled = first_of(round_)
    for username in ("hue-inspector", "hue-dic"):
        cast.log_in(client, username)
        assert Phone(client)(sent(sampled)).status_code == 201
    return sampled.checks.order_by("pk")


# --- entering -----------------------------------------------------------------------------------------


def test_a_check_is_entered_on_the_page(round_, client, cast):
    cast.log_in(client, "hue-inspector")
    sampled = first_of(round_)
    page = client.get(address("check_create", sampled))
    household = sampled.support.household
    assert household.head_name in page.content.decode()
    assert household.national_id not in page.content.decode()
    file = SimpleUploadedFile("a.jpg", JPEG)
    told = filled(round_.checklist_c, photo=file, client_id=page.context["form"]["client_id"].value())
    answer = client.post(address("check_create", sampled), told)
    check = FieldCheck.objects.get()
    assert answer.url == address("check_detail", check)
    assert (check.source, check.inspector, check.signer_name) == (
        "online",
        cast("hue-inspector"),
        "Hồ Thị Oanh",
    )
    assert CheckPhoto.objects.get().check_row == check
    assert HouseholdReading.objects.filter(user=cast("hue-inspector"), household=household).exists()
    # The same page sent twice is the same check.
    told["photo"] = SimpleUploadedFile("a.jpg", JPEG)
    assert client.post(address("check_create", sampled), told).url == answer.url
    assert (FieldCheck.objects.count(), CheckPhoto.objects.count()) == (1, 1)


def test_an_unanswered_question_is_shown_at_its_place(round_, client, cast):
    cast.log_in(client, "hue-inspector")
    told = filled(round_.checklist_c)
    item = round_.checklist_c.items.first()
    del told[f"answer_{item.pk}"]
    page = client.post(address("check_create", first_of(round_)), told)
    assert list(page.context["form"].errors) == [f"answer_{item.pk}"]
    assert not FieldCheck.objects.exists()


def test_an_imei_that_was_compared_is_written_down(round_, client, cast):
    cast.log_in(client, "hue-inspector")
    url, asks = address("check_create", first_of(round_)), round_.checklist_c.items.get(asks_imei=True)
    told = filled(round_.checklist_c, imei_seen="")
    assert list(client.post(url, told).context["form"].errors) == ["imei_seen"]
    assert client.post(url, told | {f"answer_{asks.pk}": "na"}).status_code == 302


def test_paper_is_entered_with_its_day_and_its_sheet(round_, client, cast):
    cast.log_in(client, "hue-inspector")
    url = address("check_create", first_of(round_), paper=1)
    yesterday = timezone.localdate() - timedelta(days=1)
    told = filled(round_.checklist_c, visited_on=f"{yesterday:%d/%m/%Y}", inspector=cast("hue-inspector").pk)
    assert "photo" in client.post(url, told).context["form"].errors
    scan = SimpleUploadedFile("phieu.pdf", b"%PDF-1.4 " + b"x" * 50)
    assert client.post(url, told | {"photo": scan}).status_code == 302
    check = FieldCheck.objects.get()
    assert (check.source, timezone.localdate(check.visited_at)) == ("paper", yesterday)
    photo = CheckPhoto.objects.get()
    answer = client.get(address("check_photo", photo))
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_head_enters_a_members_sheet_in_their_name(round_, client, cast):
    cast.log_in(client, "hue-dic")
    scan = SimpleUploadedFile("phieu.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    day = f"{timezone.localdate():%d/%m/%Y}"
    told = filled(round_.checklist_c, visited_on=day, inspector=cast("hue-inspector").pk, photo=scan)
    client.post(address("check_create", first_of(round_), paper=1), told)
    assert FieldCheck.objects.get().inspector == cast("hue-inspector")
    assert AuditEntry.objects.get(action="inspections.fieldcheck.receive").actor == cast("hue-dic")


def test_a_member_enters_no_sheet_in_anothers_name(round_, client, cast):
    cast.log_in(client, "hue-inspector")
    scan = SimpleUploadedFile("phieu.jpg", JPEG)
    day = f"{timezone.localdate():%d/%m/%Y}"
    told = filled(round_.checklist_c, visited_on=day, inspector=cast("hue-dic").pk, photo=scan)
    page = client.post(address("check_create", first_of(round_), paper=1), told)
    assert "inspector" in page.context["form"].errors


def test_paper_is_entered_while_the_minutes_are_drawn_up_and_marked(round_, client, cast):
    InspectionRound.objects.filter(pk=round_.pk).update(state="minutes")
    cast.log_in(client, "hue-inspector")
    scan = SimpleUploadedFile("phieu.jpg", JPEG)
    day = f"{timezone.localdate():%d/%m/%Y}"
    told = filled(round_.checklist_c, visited_on=day, inspector=cast("hue-inspector").pk, photo=scan)
    client.post(address("check_create", first_of(round_), paper=1), told)
    assert FieldCheck.objects.get().late is True


@pytest.mark.parametrize("state", ["announced", "concluded"])
def test_a_round_not_in_the_field_leads_back(round_, client, cast, state):
    values = {"conclusion": "Đạt", "concluded_by": cast("hue-dic-leader")} if state == "concluded" else {}
    InspectionRound.objects.filter(pk=round_.pk).update(state=state, **values)
    cast.log_in(client, "hue-inspector")
    answer = client.get(address("check_create", first_of(round_)))
    assert answer.url == reverse("inspections:round_detail", args=[round_.pk])


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hue-inspector", 404),
        ("daknong-inspector", 404),
        ("hue-dic-leader", 403),
        ("hue-ppc", 403),
        ("hue-481", 404),
    ],
)
def test_an_inspector_never_reaches_a_household_outside_the_own_sample(
    round_, client, cast, username, status
):
    sampled = first_of(round_)
    SampledHousehold.objects.filter(pk=sampled.pk).update(inspector=cast("hue-dic"))
    cast.log_in(client, username)
    assert client.get(address("check_create", sampled)).status_code == status
    assert client.post(address("check_create", sampled), filled(round_.checklist_c)).status_code == status
    assert not FieldCheck.objects.exists()


@pytest.mark.parametrize("kind", ["district", "operator"])
def test_an_office_is_checked_by_list_a_and_an_operator_by_list_b(round_, client, cast, kind):
    if kind == "operator":
        unit = InspectedUnit.objects.create(
            round=round_, kind=kind, organisation=Organisation.objects.get(code="hue-viettel")
        )
        wanted = round_.checklist_b
    else:
        unit = InspectedUnit.objects.create(round=round_, kind=kind, area=cast.area("481"))
        wanted = round_.checklist_a
    cast.log_in(client, "hue-inspector")
    assert client.get(address("check_unit_create", unit)).context["form"].checklist == wanted
    assert client.post(address("check_unit_create", unit), filled(wanted)).status_code == 302
    check = FieldCheck.objects.get()
    assert (check.unit, check.sampled, check.checklist, check.counts) == (unit, None, wanted, True)
    assert client.get(address("check_detail", check)).status_code == 200


def test_the_form_tells_both_numbers_of_a_phone_with_two_sims_by_their_ends(round_, client, cast):
    cast.log_in(client, "hue-inspector")
    phone = first_of(round_).support.hand_overs.get().device
    Device.objects.filter(pk=phone.pk).update(imei2=imei(777))
    text = client.get(address("check_create", first_of(round_))).content.decode()
    assert f"IMEI …\u2060{phone.imei[-4:]} / …\u2060{imei(777)[-4:]}" in text


# --- reading ------------------------------------------------------------------------------------------


def test_a_check_shows_its_answers_and_whether_the_imei_is_the_records(round_, client, cast):
    cast.log_in(client, "hue-inspector")
    sampled = first_of(round_)
    recorded = sampled.support.hand_overs.get().device.imei
    Phone(client)(sent(sampled, imei_seen=recorded, answers={"C8": "fail"}, note="Nhà xa"))
    text = client.get(address("check_detail", FieldCheck.objects.get())).content.decode()
    assert "Khớp biên bản" in text
    assert "Nhà xa" in text
    assert recorded not in text
    assert sampled.support.household.national_id not in text


def test_a_round_lists_its_checks(round_, client, cast):
    first, second = two_checks(round_, client, cast)
    third = round_.sample.order_by("order").last()
    Phone(client)(sent(third, answers={"C3": "fail"}))
    page = client.get(address("check_list", round_))
    assert page.context["count"] == 3
    assert client.get(address("check_list", round_, mark="twice")).context["count"] == 2
    assert client.get(address("check_list", round_, mark="fail")).context["count"] == 1
    assert client.get(address("check_list", round_, mark="late")).context["count"] == 0
    # A member sees the own ones.
    cast.log_in(client, "hue-inspector")
    assert client.get(address("check_list", round_)).context["count"] == 1
    assert client.get(address("check_detail", first)).status_code == 200
    assert client.get(address("check_detail", second)).status_code == 404


def test_a_photo_is_shown_to_who_sees_the_check_and_nobody_else(round_, client, cast):
    cast.log_in(client, "hue-inspector")
    data = sent(first_of(round_))
    Phone(client)(data)
    Phone(client).photo(data["client_id"])
    url = address("check_photo", CheckPhoto.objects.get())
    answer = client.get(url)
    assert (answer["Content-Type"], b"".join(answer.streaming_content)) == ("image/jpeg", JPEG)
    for username in ("daknong-inspector", "hue-481", "hue-viettel"):
        cast.log_in(client, username)
        assert client.get(url).status_code in (403, 404)


# --- choosing -----------------------------------------------------------------------------------------


def test_the_head_chooses_which_check_counts(round_, client, cast):
    first, second = two_checks(round_, client, cast)
    url = address("check_choose", second)
    assert "hue-inspector" not in client.get(url).content.decode()
    assert "reason" in client.post(url, {"reason": ""}).context["form"].errors
    assert client.post(url, {"reason": "Có ảnh rõ hơn"}).url == address("check_detail", second)
    assert list(first.sampled.checks.order_by("pk").values_list("counts", flat=True)) == [False, True]
    entry = AuditEntry.objects.get(action="inspections.fieldcheck.choose")
    assert (entry.before, entry.reason) == ({"counted": [first.pk]}, "Có ảnh rõ hơn")


def test_a_member_does_not_choose(round_, client, cast):
    first, _second = two_checks(round_, client, cast)
    cast.log_in(client, "hue-inspector")
    assert client.get(address("check_choose", first)).status_code == 403


def test_the_secretary_chooses_only_where_the_head_has_no_account(round_, client, cast):
    two_checks(round_, client, cast)
    first = FieldCheck.objects.earliest("pk")
    round_.team.filter(role="member").update(role="secretary")
    cast.log_in(client, "hue-inspector")
    assert client.get(address("check_choose", first)).status_code == 403
    round_.team.filter(role="head").update(user=None)
    assert client.get(address("check_choose", first)).status_code == 200


def test_choosing_refuses_where_there_is_nothing_to_choose(round_, client, cast):
    cast.log_in(client, "hue-inspector")
    Phone(client)(sent(first_of(round_)))
    with pytest.raises(Refusal):
        choose_check(FieldCheck.objects.get(), actor=cast("hue-dic"), reason="Rõ hơn")
    first, second = two_checks_of_another(round_, client, cast)
    SampledHousehold.objects.filter(pk=second.sampled_id).update(state="replaced", reason="Vắng")
    with pytest.raises(Refusal):
        choose_check(second, actor=cast("hue-dic"), reason="Rõ hơn")
    assert FieldCheck.objects.get(pk=first.pk).counts is True


def two_checks_of_another(round_, client, cast):
    sampled = round_.sample.order_by("order").last()
    for username in ("hue-inspector", "hue-dic"):
        cast.log_in(client, username)
        Phone(client)(sent(sampled))
    return sampled.checks.order_by("pk")


def test_after_the_conclusion_nothing_is_chosen(round_, client, cast):
    _first, second = two_checks(round_, client, cast)
    InspectionRound.objects.filter(pk=round_.pk).update(
        state="concluded", conclusion="Đạt", concluded_by=cast("hue-dic-leader")
    )
    with pytest.raises(Refusal):
        choose_check(second, actor=cast("hue-dic"), reason="Rõ hơn")


# --- what the rules opened goes with the check ---------------------------------------------------------


def two_that_differ(round_, client, cast):
    """The inspector says the phone is not in use and the SIM dead, the head only that the SIM is dead."""
    sampled = first_of(round_)
    for username, failed in (("hue-inspector", ("C5", "C6")), ("hue-dic", ("C6",))):
        cast.log_in(client, username)
        assert Phone(client)(sent(sampled, answers=dict.fromkeys(failed, "fail"))).status_code == 201
    return sampled.checks.order_by("pk")


def states(round_):
    return dict(round_.findings.values_list("kind", "state"))


def test_findings_stand_on_the_check_that_counts(round_, client, cast):
    theirs, heads = two_that_differ(round_, client, cast)
    head = cast("hue-dic")
    assert states(round_) == {"not_in_use": "open", "sim_inactive": "open"}
    choose_check(heads, actor=head, reason="Có mặt chủ hộ")
    assert states(round_) == {"not_in_use": "dropped", "sim_inactive": "open"}
    gone = round_.findings.get(kind="not_in_use")
    assert (gone.set_aside, gone.closed_by) == (True, head)
    assert "Có mặt chủ hộ" in gone.closed_reason
    choose_check(theirs, actor=head, reason="Xem lại ảnh")
    back = round_.findings.get(kind="not_in_use")
    assert (back.pk, back.state, back.set_aside, back.closed_at) == (gone.pk, "open", False, None)
    verbs = AuditEntry.objects.filter(object_type="inspections.finding", object_id=str(gone.pk))
    assert [row.action.rpartition(".")[2] for row in verbs.order_by("pk")] == [
        "open_finding", "set_aside", "bring_back",
    ]  # fmt: skip


def test_what_people_decided_of_a_finding_stays(round_, client, cast):
    theirs, heads = two_that_differ(round_, client, cast)
    head, found = cast("hue-dic"), round_.findings.get(kind="not_in_use")
    report_remedy(found, actor=cast("hue-481"), text="Hộ đã dùng lại máy.")
    choose_check(heads, actor=head, reason="Có mặt chủ hộ")
    assert states(round_) == {"not_in_use": "remedied", "sim_inactive": "open"}
    drop(round_.findings.get(kind="sim_inactive"), actor=head, reason="Đã xem lại")
    choose_check(theirs, actor=head, reason="Xem lại ảnh")
    assert states(round_)["sim_inactive"] == "dropped", "a person said it is not upheld"


# --- work and the round's page ------------------------------------------------------------------------


def verbs(user):
    return [item.verb for item in waiting_for(user)]


def test_what_waits_for_whom(round_, client, cast):
    inspector, head = cast("hue-inspector"), cast("hue-dic")
    assert (verbs(inspector), verbs(head)) == (["Kiểm tra hộ"], [])
    _first, second = two_checks(round_, client, cast)
    assert (verbs(inspector), verbs(head)) == (["Kiểm tra hộ"], ["Chọn phiếu"])
    choose_check(second, actor=head, reason="Rõ hơn")
    assert verbs(head) == []
    cast.log_in(client, "hue-inspector")
    Phone(client).post("packs/", {"round": round_.pk, "device": "Samsung"})
    InspectionRound.objects.filter(pk=round_.pk).update(state="minutes")
    assert verbs(inspector) == ["Gửi phiếu và trả dữ liệu"]
    assert waiting_for(cast("hue-ppc")) == []


def test_the_rounds_page_tells_how_far_the_fieldwork_is(round_, client, cast):
    two_checks(round_, client, cast)
    cast.log_in(client, "hue-dic")
    panel = client.get(reverse("inspections:round_detail", args=[round_.pk])).context["checks_panel"]
    assert (panel["checked"], panel["households"], panel["checks"], panel["twice"]) == (1, 3, 2, 1)
    assert [(row["pending"], row["checked"], row["device"]) for row in panel["people"]] == [
        (2, 1, "Chưa chuẩn bị")
    ]
    cast.log_in(client, "hue-ppc")
    panel = client.get(reverse("inspections:round_detail", args=[round_.pk])).context["checks_panel"]
    assert (panel["twice"], panel["people"], panel["field_url"]) == (0, [], "")
