"""The way of a round: planned, announced, inspected, concluded, closed; by whom, and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from inspections.choices import RoundState
from inspections.models import InspectedUnit, InspectionRound
from inspections.workflow import minutes, rounds, teams, units
from programs.loading import load_plans
from programs.models import Program
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal

pytestmark = pytest.mark.django_db
SCAN = b"%PDF-1.4 signed"


@pytest.fixture(autouse=True)
def english(client):
    """Refusals are told by their English words."""
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


def today():
    return timezone.localdate()


def pdf(name="ban-ky.pdf"):
    return SimpleUploadedFile(name, SCAN, "application/pdf")


@pytest.fixture
def program(cast):
    load_plans()
    return Program.objects.get(province__code="46")


def terms(**others):
    day = today()
    return {
        "name": "Kiểm tra năm 2024", "period_from": day - timedelta(days=300), "period_to": day,
        "fieldwork_from": day, "fieldwork_to": day + timedelta(days=10), "as_of": day,
    } | others  # fmt: skip


@pytest.fixture
def planned(cast, program):
    return rounds.plan_round(program, actor=cast("hue-dic"), **terms())


@pytest.fixture
def staffed(cast, planned):
    officer = cast("hue-dic")
    teams.add_member(planned, actor=officer, user=officer, role="head")
    teams.add_member(planned, actor=officer, user=cast("hue-inspector"), role="secretary")
    operator = Organisation.objects.get(code="hue-viettel")
    units.add_units(planned, actor=officer, areas=[cast.area("481")], operators=[operator])
    return planned


DECISION = {"decision_number": "45/QĐ-STTTT", "issuer": "Sở Thông tin và Truyền thông"}


@pytest.fixture
def announced(cast, staffed):
    return rounds.announce_round(staffed, actor=cast("hue-dic"), decision_date=today(), **DECISION)


@pytest.fixture
def in_field(cast, announced):
    officer = cast("hue-dic")
    for unit in announced.units.all():
        units.record_notice(unit, actor=officer, notice_number="31/TB", notice_date=today(), visit_on=today())
    return rounds.open_fieldwork(announced, actor=officer)


def write(unit, actor, **others):
    said = {
        "date": today(), "place": "Trụ sở", "unit_people": "Ông Trần Văn Mẫu", "contents": "Hồ sơ",
    }  # fmt: skip
    return minutes.write_minutes(unit, actor=actor, **(said | others))


@pytest.fixture
def with_minutes(cast, in_field):
    officer = cast("hue-dic")
    rounds.close_fieldwork(in_field, actor=officer)
    for unit in in_field.units.all():
        write(unit, officer)
        minutes.sign_minutes(unit, actor=officer, scan=pdf())
    in_field.refresh_from_db()
    return in_field


CONCLUSION = {"conclusion": "Thực hiện đúng.", "conclusion_number": "12/TB-STTTT"}


def test_a_round_goes_its_whole_way(cast, with_minutes):
    row = rounds.conclude_round(
        with_minutes, actor=cast("hue-dic-leader"), conclusion_date=today(), **CONCLUSION
    )
    row = rounds.close_round(row, actor=cast("hue-dic"), closing_report="Đã xong.")
    assert (row.state, row.concluded_by) == (RoundState.CLOSED, cast("hue-dic-leader"))
    said = AuditEntry.objects.filter(object_type="inspections.inspectionround").order_by("pk")
    assert [entry.action.rpartition(".")[2] for entry in said] == [
        "plan", "add_member", "add_member", "add_units", "announce", "open_fieldwork", "close_fieldwork",
        "conclude", "close",
    ]  # fmt: skip


def test_a_planned_round_takes_the_checklists_in_force_and_the_usual_outline(planned):
    assert [planned.checklist_a.version, planned.checklist_b.part, planned.checklist_c.part] == [1, "B", "C"]
    assert planned.outline.startswith("I. Đặc điểm, tình hình")
    assert f"{planned.period_to:%d/%m/%Y}" in planned.outline


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "needs a name"),
        ({"kind": "ad_hoc"}, "needs its reason"),
        ({"period_to": today() - timedelta(days=400)}, "before the first"),
        ({"fieldwork_to": today() - timedelta(days=1)}, "before the first"),
        ({"fieldwork_to": today() + timedelta(days=4000)}, "longer than three years"),
        ({"as_of": today() + timedelta(days=1)}, "before the fieldwork begins"),
    ],
)
def test_terms_that_cannot_be_are_refused(cast, program, wrong, words):
    with pytest.raises(Refusal, match=words):
        rounds.plan_round(program, actor=cast("hue-dic"), **terms(**wrong))
    assert not InspectionRound.objects.exists()


def test_another_part_s_checklist_is_refused(cast, planned):
    with pytest.raises(Refusal, match="part C"):
        rounds.edit_round(planned, actor=cast("hue-dic"), checklist_c=planned.checklist_a)


def test_terms_change_only_before_the_decision(cast, announced):
    with pytest.raises(Refusal, match="Announced"):
        rounds.edit_round(announced, actor=cast("hue-dic"), name="Khác")


def test_the_decision_needs_a_head_and_a_unit(cast, planned):
    officer = cast("hue-dic")
    with pytest.raises(Refusal, match="no head"):
        rounds.announce_round(planned, actor=officer, decision_date=today(), **DECISION)
    teams.add_member(planned, actor=officer, name="Nguyễn Thị Mẫu", position="Phó Giám đốc", role="head")
    with pytest.raises(Refusal, match="No unit"):
        rounds.announce_round(planned, actor=officer, decision_date=today(), **DECISION)
    units.add_units(planned, actor=officer, areas=[cast.area("481")])
    InspectionRound.objects.filter(pk=planned.pk).update(checklist_a=None)
    with pytest.raises(Refusal, match="District and commune office"):
        rounds.announce_round(planned, actor=officer, decision_date=today(), **DECISION)


def test_a_decision_from_the_future_is_refused(cast, staffed):
    day = today() + timedelta(days=1)
    with pytest.raises(Refusal, match="future"):
        rounds.announce_round(staffed, actor=cast("hue-dic"), decision_date=day, **DECISION)


def test_a_yearly_inspection_is_notified_first_an_ad_hoc_one_need_not_be(cast, staffed):
    officer = cast("hue-dic")
    row = rounds.announce_round(staffed, actor=officer, decision_date=today(), **DECISION)
    with pytest.raises(Refusal, match="no notice"):
        rounds.open_fieldwork(row, actor=officer)
    InspectionRound.objects.filter(pk=row.pk).update(kind="ad_hoc", reason="Có phản ánh")
    assert rounds.open_fieldwork(row, actor=officer).state == RoundState.FIELDWORK


def test_minutes_of_every_unit_come_before_the_conclusion(cast, in_field):
    officer, leader = cast("hue-dic"), cast("hue-dic-leader")
    rounds.close_fieldwork(in_field, actor=officer)
    first, second = in_field.units.all()
    write(first, officer)
    minutes.sign_minutes(first, actor=officer, scan=pdf())
    write(second, officer)
    with pytest.raises(Refusal, match=str(second)):
        rounds.conclude_round(in_field, actor=leader, conclusion_date=today(), **CONCLUSION)


def test_whoever_planned_it_does_not_conclude_it(cast, with_minutes):
    with pytest.raises(PermissionDenied):
        rounds.conclude_round(with_minutes, actor=cast("hue-dic"), conclusion_date=today(), **CONCLUSION)
    InspectionRound.objects.filter(pk=with_minutes.pk).update(created_by=cast("hue-dic-leader"))
    with pytest.raises(PermissionDenied):
        rounds.conclude_round(
            with_minutes, actor=cast("hue-dic-leader"), conclusion_date=today(), **CONCLUSION
        )


def test_a_closed_round_never_changes(cast, with_minutes):
    row = rounds.conclude_round(
        with_minutes, actor=cast("hue-dic-leader"), conclusion_date=today(), **CONCLUSION
    )
    rounds.close_round(row, actor=cast("hue-dic"), closing_report="Đã xong.")
    with pytest.raises(IntegrityError), transaction.atomic():
        InspectionRound.objects.filter(pk=row.pk).update(name="Khác")


def test_a_round_is_called_off_with_a_reason_until_its_minutes(cast, in_field, with_minutes):
    with pytest.raises(Refusal, match="Minutes"):
        rounds.cancel_round(with_minutes, actor=cast("hue-dic"), reason="Bão")


def test_calling_off_keeps_the_reason(cast, planned):
    with pytest.raises(Refusal, match="reason"):
        rounds.cancel_round(planned, actor=cast("hue-dic"), reason=" ")
    row = rounds.cancel_round(planned, actor=cast("hue-dic"), reason="Bão số 6")
    assert (row.state, row.cancelled_reason) == (RoundState.CANCELLED, "Bão số 6")


def test_fieldwork_moves_with_a_reason(cast, announced):
    first, last = today() + timedelta(days=5), today() + timedelta(days=9)
    row = rounds.move_fieldwork(
        announced, actor=cast("hue-dic"), fieldwork_from=first, fieldwork_to=last, reason="Mưa lũ"
    )
    assert (row.fieldwork_from, row.fieldwork_to) == (first, last)
    entry = AuditEntry.objects.get(action="inspections.round.move_fieldwork")
    assert (entry.reason, entry.after["fieldwork"]) == ("Mưa lũ", [str(first), str(last)])


# --- a district's own round --------------------------------------------------------------------------


@pytest.fixture
def of_district(cast, program):
    return rounds.plan_round(program, actor=cast("hue-481"), **terms(name="Huyện kiểm tra"))


def test_a_district_plans_its_own_round_and_nobody_else_runs_it(cast, of_district):
    assert of_district.district == cast.area("481")
    for other in ("hue-dic", "hue-474", "hue-481-leader"):
        with pytest.raises(PermissionDenied):
            rounds.cancel_round(of_district, actor=cast(other), reason="Không cần")


def test_a_district_inspects_its_own_communes_only(cast, of_district):
    officer, own = cast("hue-481"), cast.area("481")
    commune = own.children.order_by("code").first()
    assert units.add_units(of_district, actor=officer, areas=[commune])[0].kind == "commune"
    for area in (own, cast.area("474").children.order_by("code").first()):
        with pytest.raises(Refusal, match="cannot be inspected"):
            units.add_units(of_district, actor=officer, areas=[area])


def test_a_district_concludes_its_own_round_by_its_leader(cast, of_district):
    officer = cast("hue-481")
    teams.add_member(of_district, actor=officer, user=officer, role="head")
    commune = cast.area("481").children.order_by("code").first()
    (unit,) = units.add_units(of_district, actor=officer, areas=[commune])
    rounds.announce_round(of_district, actor=officer, decision_date=today(), **DECISION)
    units.record_notice(unit, actor=officer, notice_number="", notice_date=today(), visit_on=None)
    rounds.open_fieldwork(of_district, actor=officer)
    rounds.close_fieldwork(of_district, actor=officer)
    write(unit, officer)
    minutes.sign_minutes(unit, actor=officer, scan=pdf())
    with pytest.raises(PermissionDenied):
        rounds.conclude_round(
            of_district, actor=cast("hue-dic-leader"), conclusion_date=today(), **CONCLUSION
        )
    row = rounds.conclude_round(
        of_district, actor=cast("hue-481-leader"), conclusion_date=today(), **CONCLUSION
    )
    assert row.state == RoundState.CONCLUDED


# --- team --------------------------------------------------------------------------------------------


def test_a_team_has_one_head(cast, staffed):
    teams.add_member(staffed, actor=cast("hue-dic"), name="Nguyễn Thị Mẫu", role="head")
    heads = staffed.team.filter(role="head").values_list("name", flat=True)
    assert list(heads) == ["Nguyễn Thị Mẫu"]
    assert staffed.team.get(user=cast("hue-dic")).role == "member"


def test_who_left_sees_nothing_more_and_may_come_back(cast, announced):
    officer, inspector = cast("hue-dic"), cast("hue-inspector")
    member = announced.team.get(user=inspector)
    teams.remove_member(member, actor=officer)
    assert not InspectionRound.objects.visible_to(inspector).exists()
    teams.add_member(announced, actor=officer, user=inspector, role="member")
    assert InspectionRound.objects.visible_to(inspector).get() == announced
    with pytest.raises(Refusal, match="already"):
        teams.add_member(announced, actor=officer, user=inspector, role="member")


@pytest.mark.parametrize("other", ["daknong-inspector", "hue-viettel", "hue-ppc"])
def test_only_people_who_do_fieldwork_in_the_province_join_by_account(cast, planned, other):
    with pytest.raises(Refusal, match="cannot be of this team"):
        teams.add_member(planned, actor=cast("hue-dic"), user=cast(other), role="member")


def test_an_inspector_sees_the_round_but_runs_nothing(cast, announced):
    inspector = cast("hue-inspector")
    assert InspectionRound.objects.visible_to(inspector).get() == announced
    with pytest.raises(PermissionDenied):
        rounds.open_fieldwork(announced, actor=inspector)


# --- units -------------------------------------------------------------------------------------------


def test_a_unit_is_chosen_once_and_leaves_until_it_is_notified(cast, announced):
    officer = cast("hue-dic")
    with pytest.raises(Refusal, match="at least one unit"):
        units.add_units(announced, actor=officer, areas=[cast.area("481")])
    district, operator = announced.units.all()
    units.record_notice(district, actor=officer, notice_number="", notice_date=today(), visit_on=None)
    with pytest.raises(Refusal, match="notified already"):
        units.remove_unit(district, actor=officer)
    units.remove_unit(operator, actor=officer)
    assert list(announced.units.all()) == [district]


def test_units_of_another_province_are_refused(cast, planned):
    with pytest.raises(Refusal, match="cannot be inspected"):
        units.add_units(planned, actor=cast("hue-dic"), areas=[cast.area("666")])
    other = Organisation.objects.get(code="daknong-viettel")
    with pytest.raises(Refusal, match="cannot be inspected"):
        units.add_units(planned, actor=cast("hue-dic"), operators=[other])


def test_an_inspected_district_sees_the_round_once_it_is_announced(cast, staffed):
    district = cast("hue-481")
    assert not InspectionRound.objects.visible_to(district).exists()
    rounds.announce_round(staffed, actor=cast("hue-dic"), decision_date=today(), **DECISION)
    assert InspectionRound.objects.visible_to(district).get() == staffed
    assert [str(unit) for unit in InspectedUnit.objects.visible_to(district)] == [cast.area("481").name]
    assert not InspectionRound.objects.visible_to(cast("hue-474")).exists()


def test_the_unit_hands_in_its_report_and_nobody_else_does(cast, announced):
    unit = announced.units.get(kind="district")
    for other in ("hue-474", "hue-481-leader", "hue-inspector", "hue-ppc"):
        with pytest.raises(PermissionDenied):
            units.receive_report(unit, actor=cast(other), report=pdf())
    units.receive_report(unit, actor=cast("hue-481"), report=pdf("bao-cao.pdf"))
    unit.refresh_from_db()
    assert (unit.report.name, unit.report_received_on) == ("bao-cao.pdf", today())


def test_what_is_no_document_is_refused(cast, announced):
    unit = announced.units.get(kind="district")
    upload = SimpleUploadedFile("bao-cao.pdf", b"MZ\x90\x00 program")
    with pytest.raises(Refusal, match="PDF file"):
        units.receive_report(unit, actor=cast("hue-481"), report=upload)


@pytest.mark.parametrize("days", [-1, 11])
def test_a_visit_lies_within_the_fieldwork(cast, announced, days):
    unit = announced.units.first()
    with pytest.raises(Refusal, match="within the fieldwork"):
        units.record_notice(
            unit, actor=cast("hue-dic"), notice_number="", notice_date=today(),
            visit_on=today() + timedelta(days=days),
        )  # fmt: skip


# --- pages -------------------------------------------------------------------------------------------


def test_a_round_is_planned_on_its_page(cast, visit, client, program):
    page = visit("hue-dic", reverse("inspections:round_create"))
    assert page.status_code == 200
    day = f"{today():%d/%m/%Y}"
    data = {
        "name": "Kiểm tra năm", "kind": "annual", "period_from": "01/01/2024", "period_to": day,
        "fieldwork_from": day, "fieldwork_to": day, "as_of": day,
    }  # fmt: skip
    response = client.post(reverse("inspections:round_create"), data)
    row = InspectionRound.objects.get()
    assert response.url == reverse("inspections:round_detail", args=[row.pk])
    assert row.checklist_c is not None
    page = client.get(response.url)
    assert "no head yet" in page.content.decode()


def test_the_page_leads_to_the_next_step_of_each_person(cast, visit, staffed):
    url = reverse("inspections:round_detail", args=[staffed.pk])
    announce = reverse("inspections:round_announce", args=[staffed.pk])
    assert announce in visit("hue-dic", url).content.decode()
    assert announce not in visit("hue-dic-leader", url).content.decode()
    assert visit("hue-dic-leader", announce).status_code == 403
    assert visit("hue-481", url).status_code == 404


def test_the_leader_concludes_on_the_page_from_the_text_put_together(cast, visit, client, with_minutes):
    url = reverse("inspections:round_conclude", args=[with_minutes.pk])
    page = visit("hue-dic-leader", url).content.decode()
    assert "Đoàn đã kiểm tra 2 đơn vị và 0 hộ" in page
    data = {"conclusion": "Thực hiện đúng.", "conclusion_date": f"{today():%d/%m/%Y}"}
    client.post(url, data)
    with_minutes.refresh_from_db()
    assert (with_minutes.state, with_minutes.conclusion) == ("concluded", "Thực hiện đúng.")


def test_units_are_ticked_on_their_page(cast, visit, client, planned):
    url = reverse("inspections:unit_add", args=[planned.pk])
    assert visit("hue-dic", url).status_code == 200
    commune = cast.area("474").children.order_by("code").first()
    client.post(url, {"districts": [cast.area("481").pk], "communes": [commune.pk]})
    assert {str(unit) for unit in planned.units.all()} == {cast.area("481").name, commune.name}
    again = client.post(url, {})
    assert "Choose at least one unit" in again.content.decode()
