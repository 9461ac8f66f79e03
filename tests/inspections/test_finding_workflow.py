"""Findings by rule and by hand, and their way until they are closed."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from allocations.models import Contribution, Support
from inspections.models import CheckAnswer, FieldCheck, Finding, InspectedUnit, SampledHousehold
from inspections.workflow import findings as workflow
from programs.working_days import work_calendar
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify as verify_record
from smartphone_support.web.errors import Refusal

from .field_rows import JPEG, fieldwork, first_of, imei

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def round_(cast):
    row = fieldwork()
    Contribution.objects.update(allotted=3)  # as when its devices were given to the three households
    return row


def check(sampled, *fails, unit=None, inspector=None, visited=None, **known):
    """A stored check of a household, or of a unit with its part's checklist."""
    round_ = unit.round if unit else sampled.round
    checklist = round_.checklist_b if unit and unit.organisation else round_.checklist_a
    checklist = checklist if unit else round_.checklist_c
    row = FieldCheck.objects.create(
        client_id=uuid.uuid4(), round=round_, sampled=sampled, unit=unit, checklist=checklist,
        inspector=inspector or round_.team.get(role="member").user, source="online",
        visited_at=visited or timezone.now(), content_hash="0", counts=known.pop("counts", True), **known,
    )  # fmt: skip
    CheckAnswer.objects.bulk_create(
        CheckAnswer(check_row=row, item=item, answer="fail" if item.code in fails else "pass", note="Ghi chú")
        for item in checklist.items.all()
    )
    return row


def opened(sampled, *fails, **known):
    return workflow.open_findings_of(check(sampled, *fails, **known))


def codes(round_, kind):
    return [item.code for item in round_.checklist_c.items.filter(finding=kind)]


def by_hand(round_, actor, **known):
    values = {"kind": "procedure", "severity": "remedy", "description": "Không niêm yết"} | known
    return workflow.open_finding(round_.program, actor=actor, round=round_, **values)


# --- by rule ------------------------------------------------------------------------------------------


def test_a_fail_opens_a_finding_with_its_severity_who_mends_it_and_until_when(round_, cast):
    sampled = first_of(round_)
    (code,) = codes(round_, "not_received")
    (finding,) = opened(sampled, code)
    assert (finding.kind, finding.severity, finding.state) == ("not_received", "serious", "open")
    assert finding.responsible == sampled.support.operator
    assert (finding.district, finding.support, finding.opened_by) == (
        sampled.support.district, sampled.support, None,
    )  # fmt: skip
    assert finding.answer.item.code == code
    assert "Ghi chú" in finding.description
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert work_calendar().count(tomorrow, finding.due) == 5
    entry = AuditEntry.objects.get(action="inspections.finding.open_finding")
    assert (entry.actor, entry.after["kind"]) == (cast("hue-inspector"), "not_received")
    assert verify_record().broken_at is None


def test_nothing_failed_opens_nothing(round_):
    sampled = first_of(round_)
    assert opened(sampled, imei_seen=sampled.support.hand_overs.get().device.imei) == []
    assert not Finding.objects.exists()


def test_money_taken_is_for_who_handed_over(round_, cast):
    (code,) = codes(round_, "fee_collected")
    first, second, *_rest = round_.sample.order_by("order")
    assert first.support.hand_overs.get().recorded_by == cast("hue-viettel")
    # Served by another operator since: not the one whose people were there.
    Support.objects.filter(pk=second.support.pk).update(operator=Organisation.objects.get(code="hue-vnpt"))
    second = SampledHousehold.objects.get(pk=second.pk)
    (of_operator,) = opened(first, code)
    (of_district,) = opened(second, code)
    assert of_operator.responsible.code == "hue-viettel"
    assert of_district.responsible == Organisation.objects.get(kind="district", area=second.support.district)


def test_what_is_not_the_operators_goes_to_the_district(round_):
    support = first_of(round_).support
    Support.objects.filter(pk=support.pk).update(operator=None)
    (code,) = codes(round_, "not_received")
    (finding,) = opened(first_of(round_), code)
    assert finding.responsible == Organisation.objects.get(kind="district", area=support.district)


def test_another_imei_opens_a_finding_though_the_question_was_passed(round_):
    (finding,) = opened(first_of(round_), imei_seen=imei(777))
    assert finding.kind == "imei_differs"
    assert imei(777) not in finding.description
    assert imei(777)[-4:] in finding.description


def test_the_device_the_household_was_given_instead_is_the_one_compared(round_):
    hand_over = first_of(round_).support.hand_overs.get()
    seen = hand_over.device.imei
    type(hand_over).objects.filter(pk=hand_over.pk).update(state="reversed", reversed_reason="Đổi máy")
    assert opened(first_of(round_), imei_seen=seen) == [], "a reversed record is no record to compare with"


def test_two_inspectors_open_one_finding_and_the_second_is_noted(round_, cast):
    sampled = first_of(round_)
    (code,) = codes(round_, "not_received")
    (first,) = opened(sampled, code)
    assert opened(sampled, code, inspector=cast("hue-dic"), counts=False) == []
    assert Finding.objects.count() == 1
    entry = AuditEntry.objects.get(action="inspections.finding.see_again")
    assert (entry.object_id, entry.actor) == (str(first.pk), cast("hue-dic"))


def test_a_finding_settled_before_the_visit_is_opened_anew_one_settled_after_is_not(round_, cast):
    sampled, now = first_of(round_), timezone.now()
    (code,) = codes(round_, "not_received")
    (first,) = opened(sampled, code, visited=now - timedelta(hours=2))
    workflow.drop(first, actor=cast("hue-dic"), reason="Nhầm hộ")
    late = {"inspector": cast("hue-dic"), "counts": False}
    assert opened(sampled, code, visited=now - timedelta(hours=1), **late) == []
    (again,) = opened(sampled, code, visited=timezone.now() + timedelta(hours=1), **late)
    assert again.pk != first.pk


def test_an_office_opens_a_finding_a_question_for_its_own_organisation(round_, cast):
    viettel = Organisation.objects.get(code="hue-viettel")
    operator = InspectedUnit.objects.create(round=round_, kind="operator", organisation=viettel)
    commune = InspectedUnit.objects.create(round=round_, kind="commune", area=cast.area("20044"))
    for unit, checklist in ((operator, round_.checklist_b), (commune, round_.checklist_a)):
        fails = [item.code for item in checklist.items.exclude(finding="")][:2]
        found = workflow.open_findings_of(check(None, *fails, unit=unit))
        assert [row.answer.item.code for row in found] == fails
        mends = viettel if unit == operator else Organisation.objects.get(kind="district", area__code="481")
        assert {row.responsible for row in found} == {mends}
        assert workflow.open_findings_of(check(None, *fails, unit=unit)) == []


# --- by hand ------------------------------------------------------------------------------------------


def test_a_finding_by_hand_proposes_what_is_left_out(round_, cast):
    unit = InspectedUnit.objects.create(round=round_, kind="district", area=cast.area("481"))
    finding = by_hand(round_, cast("hue-dic"), unit=unit)
    assert finding.responsible == Organisation.objects.get(kind="district", area__code="481")
    assert work_calendar().count(timezone.localdate() + timedelta(days=1), finding.due) == 15
    assert finding.opened_by == cast("hue-dic")
    with pytest.raises(Refusal, match="already written down"):
        by_hand(round_, cast("hue-dic"), unit=unit)


def test_who_serves_the_household_is_looked_up_anew(round_, cast):
    support = first_of(round_).support
    Support.objects.filter(pk=support.pk).update(operator=Organisation.objects.get(code="hue-vnpt"))
    finding = by_hand(round_, cast("hue-dic"), support=support, kind="sim_inactive")
    assert finding.responsible.code == "hue-vnpt"


@pytest.mark.parametrize("who", ["hue-inspector", "hue-dic-leader", "hue-viettel", "hue-481", "daknong-dic"])
def test_who_does_not_manage_findings_of_the_province_opens_none(round_, cast, who):
    with pytest.raises(PermissionDenied):
        by_hand(round_, cast(who))


def test_a_district_manages_the_findings_of_its_own_round_only(cast):
    own = fieldwork(district=cast.area("481"))
    finding = by_hand(own, cast("hue-481"))
    assert finding.district == cast.area("481")
    with pytest.raises(PermissionDenied):
        by_hand(own, cast("hue-474"))
    with pytest.raises(PermissionDenied):
        workflow.drop(finding, actor=cast("hue-474"), reason="Không đúng")
    workflow.drop(finding, actor=cast("hue-481"), reason="Không đúng")


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({"description": " \x00 "}, "Say what was found"),
        ({"due": timezone.localdate() - timedelta(days=1)}, "lies in the past"),
        ({"due": timezone.localdate() + timedelta(days=400)}, "more than a year ahead"),
    ],
)
def test_what_is_refused(round_, cast, known, sentence):
    with pytest.raises(Refusal, match=sentence):
        by_hand(round_, cast("hue-dic"), **known)


@pytest.mark.parametrize("state", ["planned", "announced", "closed", "cancelled"])
def test_a_round_that_is_not_in_the_field_or_is_closed_finds_nothing(cast, state):
    round_ = fieldwork(1, conclusion="Đạt", concluded_by=cast("hue-dic-leader"), state=state)
    with pytest.raises(Refusal, match="the step was not taken"):
        by_hand(round_, cast("hue-dic"))


def test_a_household_is_shown_only_to_its_operator_or_its_district(round_, cast):
    support, officer = first_of(round_).support, cast("hue-dic")
    for code in ("hue-vnpt", "hue-474"):
        with pytest.raises(Refusal, match=r"does not serve this household|another district"):
            by_hand(round_, officer, support=support, responsible=Organisation.objects.get(code=code))
    foreign = Organisation.objects.get(code="daknong-dic")
    with pytest.raises(Refusal, match="no active organisation of the province"):
        by_hand(round_, officer, support=support, responsible=foreign)
    stray = InspectedUnit.objects.create(round=fieldwork(1), kind="district", area=cast.area("481"))
    with pytest.raises(Refusal, match="do not belong together"):
        by_hand(round_, officer, unit=stray)


# --- remedied, verified, closed -----------------------------------------------------------------------


@pytest.fixture
def finding(round_):
    (code,) = codes(round_, "not_received")
    return opened(first_of(round_), code)[0]


def test_the_responsible_side_reports_and_somebody_else_verifies(finding, cast):
    photo = SimpleUploadedFile("a.jpg", JPEG)
    remedy = workflow.report_remedy(finding, actor=cast("hue-viettel"), text="Đã giao máy", evidence=photo)
    finding.refresh_from_db()
    assert (finding.state, remedy.evidence.name, remedy.accepted) == ("remedied", "a.jpg", None)
    with pytest.raises(Refusal, match="Say what is still missing"):
        workflow.verify(finding, actor=cast("hue-dic"), accepted=False)
    workflow.verify(finding, actor=cast("hue-dic"), accepted=False, note="Thiếu chữ ký")
    finding.refresh_from_db()
    assert finding.state == "open"
    workflow.report_remedy(finding, actor=cast("hue-viettel"), text="Đã ký lại")
    workflow.verify(finding, actor=cast("hue-dic"), accepted=True)
    finding.refresh_from_db()
    assert (finding.state, finding.closed_by) == ("closed", cast("hue-dic"))
    assert [row.accepted for row in finding.remediations.all()] == [False, True]
    with pytest.raises(Refusal, match="the step was not taken"):
        workflow.verify(finding, actor=cast("hue-dic"), accepted=True)
    assert verify_record().broken_at is None


@pytest.mark.parametrize(
    "who", ["hue-vnpt", "hue-481", "hue-474", "hue-inspector", "hue-ppc", "daknong-viettel"]
)
def test_nobody_else_reports_or_verifies(finding, cast, who):
    with pytest.raises(PermissionDenied):
        workflow.report_remedy(finding, actor=cast(who), text="Đã giao máy")
    workflow.report_remedy(finding, actor=cast("hue-viettel"), text="Đã giao máy")
    for actor in (who, "hue-viettel"):
        with pytest.raises(PermissionDenied):
            workflow.verify(finding, actor=cast(actor), accepted=True)


def test_who_enters_a_report_on_paper_adds_it_and_does_not_verify_it(finding, cast):
    with pytest.raises(Refusal, match="add its paper or photo"):
        workflow.report_remedy(finding, actor=cast("hue-dic"), text="Có công văn")
    workflow.report_remedy(
        finding, actor=cast("hue-dic"), text="Có công văn", evidence=SimpleUploadedFile("a.jpg", JPEG)
    )
    with pytest.raises(PermissionDenied):
        workflow.verify(finding, actor=cast("hue-dic"), accepted=True)


def test_evidence_is_looked_at(finding, cast):
    program = SimpleUploadedFile("a.jpg", b"MZ\x90\x00 a program")
    with pytest.raises(Refusal, match="PDF file or a photo"):
        workflow.report_remedy(finding, actor=cast("hue-viettel"), text="Đã giao máy", evidence=program)
    finding.refresh_from_db()
    assert (finding.state, finding.remediations.count()) == ("open", 0)


def test_an_extension_lies_after_the_day_it_has_and_keeps_the_reason(finding, cast):
    first = finding.due
    for day in (first, first - timedelta(days=1)):
        with pytest.raises(Refusal, match="An extension ends after"):
            workflow.extend(finding, actor=cast("hue-dic"), due=day, reason="Mưa lũ")
    with pytest.raises(Refusal, match="reason is missing"):
        workflow.extend(finding, actor=cast("hue-dic"), due=first + timedelta(days=9), reason=" ")
    with pytest.raises(PermissionDenied):
        workflow.extend(finding, actor=cast("hue-viettel"), due=first + timedelta(days=9), reason="Mưa lũ")
    workflow.extend(finding, actor=cast("hue-dic"), due=first + timedelta(days=9), reason="Mưa lũ")
    entry = AuditEntry.objects.get(action="inspections.finding.extend")
    assert (entry.before["due"], entry.reason) == (first.isoformat(), "Mưa lũ")


def test_a_change_names_another_organisation_and_is_seen_by_it_alone(finding, cast):
    district = Organisation.objects.get(kind="district", area__code="481")
    assert Finding.objects.visible_to(cast("hue-viettel")).exists()
    workflow.change_finding(
        finding, actor=cast("hue-dic"), severity="remedy", responsible=district, reason="Do UBND xã giữ máy"
    )
    finding.refresh_from_db()
    assert (finding.severity, finding.responsible) == ("remedy", district)
    assert not Finding.objects.visible_to(cast("hue-viettel")).exists()
    with pytest.raises(Refusal, match="Nothing was changed"):
        workflow.change_finding(
            finding, actor=cast("hue-dic"), severity="remedy", responsible=district, reason="Như cũ"
        )


def test_only_a_reminder_or_a_recovered_support_is_closed_without_a_remedy(finding, cast):
    with pytest.raises(Refusal, match="Only a reminder"):
        workflow.close(finding, actor=cast("hue-dic"), reason="Đã nhắc")
    workflow.recover_for(finding, actor=cast("hue-dic"), reason="Hộ chưa từng nhận máy")
    workflow.close(finding, actor=cast("hue-dic"), reason="Đã thu hồi")
    reminder = by_hand(finding.round, cast("hue-dic"), severity="reminder")
    workflow.close(reminder, actor=cast("hue-dic"), reason="Đã nhắc tại chỗ")
    finding.refresh_from_db()
    reminder.refresh_from_db()
    assert {finding.state, reminder.state} == {"closed"}


def test_dropped_needs_a_reason_and_is_the_end(finding, cast):
    with pytest.raises(Refusal, match="reason is missing"):
        workflow.drop(finding, actor=cast("hue-dic"), reason="")
    workflow.drop(finding, actor=cast("hue-dic"), reason="Hộ đã nhận, người nhà cất giữ")
    with pytest.raises(Refusal, match="the step was not taken"):
        workflow.report_remedy(finding, actor=cast("hue-viettel"), text="Đã giao máy")


# --- the household's support --------------------------------------------------------------------------


def test_a_recovery_for_a_finding_is_said_on_the_support_and_linked(finding, cast):
    with pytest.raises(PermissionDenied):
        workflow.recover_for(finding, actor=cast("hue-481"), reason="Đã bán máy")
    workflow.recover_for(finding, actor=cast("hue-dic"), reason="Đã bán máy")
    support = Support.objects.get(pk=finding.support_id)
    assert (support.state, support.reason) == ("recovered", f"Finding no. {finding.pk}: Đã bán máy")
    entry = AuditEntry.objects.get(action="inspections.finding.recover_support")
    assert (entry.object_id, entry.after["support"]) == (str(finding.pk), support.pk)


def test_a_hold_waits_for_the_department_and_needs_a_support_not_handed_over(finding, cast):
    with pytest.raises(Refusal, match="the step was not taken"):
        workflow.hold_for(finding, actor=cast("hue-dic"), reason="Chờ làm rõ")
    Support.objects.filter(pk=finding.support_id).update(state="assigned")
    workflow.hold_for(finding, actor=cast("hue-dic"), reason="Chờ làm rõ")
    support = Support.objects.get(pk=finding.support_id)
    assert (support.state, support.hold_reason, support.frozen_from) == ("on_hold", "finding", "assigned")
    assert AuditEntry.objects.filter(action="inspections.finding.hold_support").count() == 1


def test_a_finding_without_a_household_holds_nothing(round_, cast):
    general = by_hand(round_, cast("hue-dic"))
    with pytest.raises(Refusal, match="names no household"):
        workflow.hold_for(general, actor=cast("hue-dic"), reason="Chờ làm rõ")


# --- who sees what ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("hue-dic", True), ("hue-dic-leader", True), ("hue-dolisa", True), ("hue-ppc", True),
        ("hue-481", True), ("hue-481-leader", True), ("hue-474", False), ("hue-viettel", True),
        ("hue-vnpt", False), ("hue-inspector", True), ("hue-front", False), ("daknong-dic", False),
        ("admin", False),
    ],
)  # fmt: skip
def test_who_sees_a_finding_of_a_household(finding, cast, who, sees):
    assert Finding.objects.visible_to(cast(who)).filter(pk=finding.pk).exists() is sees


def test_an_inspector_sees_nothing_of_a_household_given_to_somebody_else(round_, cast):
    sampled = first_of(round_)
    sampled.inspector = cast("hue-dic")
    sampled.save()
    (code,) = codes(round_, "not_received")
    (theirs,) = opened(sampled, code, inspector=cast("hue-dic"))
    general = by_hand(round_, cast("hue-dic"))
    seen = Finding.objects.visible_to(cast("hue-inspector"))
    assert list(seen) == [general]
    round_.team.filter(role="member").update(left_at=timezone.now())
    assert not seen.all().exists()
    assert theirs in Finding.objects.visible_to(cast("hue-dic"))
