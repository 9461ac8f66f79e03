"""The pages of a sample and its estimates, as the people of a round see them."""

import io
import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from allocations.models import Support
from inspections.models import (
    CheckAnswer,
    Complaint,
    FieldCheck,
    InspectedUnit,
    InspectionRound,
    SampledHousehold,
    SampleDraw,
    TeamMember,
)
from inspections.rules.sampling import Wanted
from inspections.sampling.frame import frame_supports
from inspections.sampling.risks import signs_of, suggestions
from inspections.workflow.sampling import add_for_risk, assign_inspector, call_substitute, draw
from programs.loading import load_plans
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.models import AuditEntry
from tests.inspection_rows import inspection_round
from tests.inspections.field_rows import served

pytestmark = pytest.mark.django_db
COMMUNES = ("20044", "20047", "19819")
SIZE = {"size_by": "number", "number": "6", "allocation": "equal", "seed": "07 14 22"}


@pytest.fixture
def round_(cast):
    load_plans()
    for number in range(18):
        served(number + 1, commune=COMMUNES[number % 3])
    return inspection_round("hue", state="announced")


@pytest.fixture
def drawn(round_, cast):
    draw(round_, actor=cast("hue-dic"), wanted=Wanted("equal", fixed=6), seed="07 14 22")
    return round_


@pytest.fixture
def look(visit, round_):
    def get(name, who="hue-dic", row=None, **data):
        return visit(who, reverse(f"inspections:{name}", args=[(row or round_).pk]), **data)

    return get


def check(sampled, who, answer="pass", *, counts=True):
    """A check of the household that answers everything alike."""
    row = FieldCheck.objects.create(
        client_id=uuid.uuid4(), round=sampled.round, sampled=sampled, checklist=sampled.round.checklist_c,
        inspector=who, source="online", visited_at=timezone.now(), content_hash="x", counts=counts,
    )  # fmt: skip
    items = sampled.round.checklist_c.items.all()
    CheckAnswer.objects.bulk_create([CheckAnswer(check_row=row, item=item, answer=answer) for item in items])
    SampledHousehold.objects.filter(pk=sampled.pk).update(state="checked")
    return row


def test_the_sizes_are_shown_before_anything_is_drawn(round_, look, client):
    assert look("sample_draw").status_code == 200
    url = reverse("inspections:sample_draw", args=[round_.pk])
    shown = client.post(url, {**SIZE, "show": "1"})
    assert [(row.name, row.population, row.sample) for row in shown.context["districts"]] == [
        ("Huyện Phong Điền", 6, 2), ("Huyện A Lưới", 12, 4),
    ]  # fmt: skip
    assert not SampleDraw.objects.exists()
    done = client.post(url, {**SIZE, "draw": "1", "seen": shown.context["seen"]})
    assert done["Location"] == reverse("inspections:sample_detail", args=[round_.pk])
    assert (SampleDraw.objects.get().seed, round_.sample.count()) == ("07 14 22", 6)


@pytest.mark.parametrize("change", [{"number": "3"}, {"allocation": "proportional"}, {"seen": ""}])
def test_what_was_not_seen_is_shown_once_more_and_not_drawn(round_, look, client, change):
    look("sample_draw")
    url = reverse("inspections:sample_draw", args=[round_.pk])
    seen = client.post(url, {**SIZE, "show": "1"}).context["seen"]
    again = client.post(url, {**SIZE, "draw": "1", "seen": seen, **change})
    assert again.context["plan"] is not None
    assert not SampleDraw.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [({"number": ""}, "number"), ({"size_by": "margin", "margin": ""}, "margin"), ({"number": "0"}, "number"),
     ({"size_by": "margin", "margin": "0,1"}, "margin"), ({"seed": "x" * 65}, "seed")],
)  # fmt: skip
def test_a_size_that_is_missing_or_none_is_asked_for(round_, look, client, said, field):
    look("sample_draw")
    answer = client.post(reverse("inspections:sample_draw", args=[round_.pk]), {**SIZE, "show": "1", **said})
    assert field in answer.context["form"].errors


def test_a_size_from_a_margin_typed_with_a_comma(round_, look, client):
    look("sample_draw")
    said = {
        "size_by": "margin",
        "confidence": "95",
        "margin": "12,5",
        "allocation": "proportional",
        "show": "1",
    }
    answer = client.post(reverse("inspections:sample_draw", args=[round_.pk]), said)
    assert answer.context["plan"].size == 15  # 61.5 · 18 / (61.5 + 17), rounded up


def test_drawing_again_asks_for_a_reason_and_ends_with_the_fieldwork(drawn, look, client):
    look("sample_draw")
    url = reverse("inspections:sample_draw", args=[drawn.pk])
    assert "reason" in client.post(url, {**SIZE, "show": "1"}).context["form"].errors
    said = {**SIZE, "reason": "Danh sách được bổ sung"}
    seen = client.post(url, {**said, "show": "1"}).context["seen"]
    client.post(url, {**said, "draw": "1", "seen": seen})
    assert SampleDraw.objects.filter(superseded=False).get().reason == "Danh sách được bổ sung"
    assert "Danh sách được bổ sung" in look("sample_detail").content.decode()
    InspectionRound.objects.filter(pk=drawn.pk).update(state="fieldwork")
    assert client.get(url).status_code == 302


def test_an_inspector_sees_the_own_households_and_nothing_of_the_frame(drawn, look, cast):
    mine, others = drawn.sample.all()[:2], drawn.sample.all()[2:]
    assign_inspector(drawn, [one.pk for one in mine], actor=cast("hue-dic"), inspector=cast("hue-inspector"))
    answer = look("sample_detail", "hue-inspector")
    assert {row.record.pk for row in answer.context["table"].rows} == {one.pk for one in mine}
    text = answer.content.decode()
    assert SampleDraw.objects.get().seed not in text
    hidden = ("method", "proof", "draw", "assign", "risks")
    for name in (*(f"sample_{part}" for part in hidden), "estimate_list", "estimate_export"):
        assert look(name, "hue-inspector").status_code == 403, name
    assert look("sample_replace", "hue-inspector", row=mine[0]).status_code == 403
    assert look("sample_replace", "hue-inspector", row=others[0]).status_code == 404


def test_an_inspected_district_learns_of_the_sample_only_with_the_conclusion(drawn, look, cast):
    area = AdministrativeArea.objects.get(code="481", level="district")
    InspectedUnit.objects.create(round=drawn, kind="district", area=area)
    assert look("sample_detail", "hue-481").status_code == 403
    InspectionRound.objects.filter(pk=drawn.pk).update(state="fieldwork")
    call_substitute(drawn.sample.order_by("pk").first(), actor=cast("hue-dic"), reason="Đi làm xa")
    assert "Đi làm xa" in look("round_detail").content.decode()
    page = look("round_detail", "hue-481")
    assert SampleDraw.objects.get().seed not in page.content.decode()
    assert "Đi làm xa" not in page.content.decode()
    assert not page.context["checks_panel"], "it says that no check has arrived, or how many have"
    InspectionRound.objects.filter(pk=drawn.pk).update(
        state="concluded", conclusion="Đạt", concluded_by=cast("hue-dic-leader")
    )
    answer = look("sample_detail", "hue-481")
    assert {row.record.support.district.code for row in answer.context["table"].rows} == {"481"}
    assert look("sample_proof", "hue-481").status_code == 403
    assert look("sample_detail", "hue-474").status_code == 404
    assert look("sample_detail", "daknong-dic").status_code == 404


def test_a_district_on_the_team_sees_what_a_member_sees_and_nothing_after_leaving(drawn, look, cast):
    """Its district is inspected as well, so the round itself stays in sight."""
    area = AdministrativeArea.objects.get(code="481", level="district")
    InspectedUnit.objects.create(round=drawn, kind="district", area=area)
    guest, rows = cast("hue-481"), list(drawn.sample.order_by("pk"))
    member = TeamMember.objects.create(round=drawn, user=guest, name=guest.full_name, role="member")
    for row in rows[:3]:
        check(row, guest if row == rows[0] else cast("hue-inspector"))
    SampledHousehold.objects.filter(pk=rows[0].pk).update(inspector=guest)

    def seen():
        sample, checks = SampledHousehold.objects.visible_to(guest), FieldCheck.objects.visible_to(guest)
        return {row.pk for row in sample}, {row.sampled_id for row in checks}

    assert seen() == ({rows[0].pk}, {rows[0].pk})
    assert {row.record.pk for row in look("sample_detail", "hue-481").context["table"].rows} == {rows[0].pk}
    member.role = "secretary"
    member.save()
    assert seen() == ({row.pk for row in rows}, {row.pk for row in rows[:3]})
    member.left_at = timezone.now()
    member.save()
    assert drawn in InspectionRound.objects.visible_to(guest)
    assert seen() == (set(), set())
    assert look("sample_detail", "hue-481").status_code == 403


def test_leader_and_viewer_read_everything_and_change_nothing(drawn, look):
    for who in ("hue-dic-leader", "hue-ppc"):
        for name in ("sample_detail", "sample_method", "sample_proof", "estimate_list", "estimate_export"):
            assert look(name, who).status_code == 200, (who, name)
        for name in ("sample_draw", "sample_assign", "sample_risks"):
            assert look(name, who).status_code == 403, (who, name)


def test_the_parts_and_filters_of_the_list(drawn, look, cast):
    InspectionRound.objects.filter(pk=drawn.pk).update(state="fieldwork")
    first = drawn.sample.first()
    call_substitute(first, actor=cast("hue-dic"), reason="Hộ vắng nhà cả tháng")
    answer = look("sample_detail", part="replaced")
    assert [row.record.pk for row in answer.context["table"].rows] == [first.pk]
    assert "Hộ vắng nhà cả tháng" in answer.content.decode()
    assert {tab.label: tab.count for tab in answer.context["tabs"]}["Hộ thay thế"] == 1
    commune = first.support.commune_id
    shown = look("sample_detail", commune=commune).context["table"].rows
    assert {row.record.support.commune_id for row in shown} == {commune}
    assert look("sample_detail", part="x", commune="abc", inspector="0").status_code == 200


def test_calling_a_substitute_by_its_page(drawn, look, client):
    InspectionRound.objects.filter(pk=drawn.pk).update(state="fieldwork")
    first = drawn.sample.first()
    assert look("sample_replace", row=first).status_code == 200
    url = reverse("inspections:sample_replace", args=[first.pk])
    assert "reason" in client.post(url, {"reason": ""}).context["form"].errors
    client.post(url, {"reason": "Cả hộ đã chuyển đi"})
    assert SampledHousehold.objects.get(replaces=first).stratum == first.stratum
    assert look("sample_replace", row=first).status_code == 302


def test_whole_communes_and_single_households_are_given_away(drawn, look, client, cast):
    answer = look("sample_assign")
    group = answer.context["communes"][0]
    single = answer.context["communes"][1]["rows"][0]
    member = drawn.team.get(user=cast("hue-inspector"))
    url = reverse("inspections:sample_assign", args=[drawn.pk])
    client.post(url, {"commune": group["area"].pk, "row": single.pk, "inspector": member.pk})
    given = set(drawn.sample.filter(inspector=cast("hue-inspector")).values_list("pk", flat=True))
    assert given == {row.pk for row in group["rows"]} | {single.pk}
    assert "inspector" in client.post(url, {"row": single.pk, "inspector": ""}).context["form"].errors
    client.post(url, {"row": single.pk, "inspector": "nobody"})
    single.refresh_from_db()
    assert single.inspector is None
    refused = client.post(url, {"inspector": member.pk, "row": "abc"})
    assert "Không có gì thay đổi" in refused.content.decode()


def test_signs_on_record_suggest_households(round_, cast):
    first, second, third, fourth = Support.objects.order_by("pk")[:4]
    known = {"province": round_.program.province, "received_on": round_.as_of, "content": "Chưa nhận máy"}
    Complaint.objects.create(
        number="KN-1", kind="feedback", subject="not_received", channel="phone", household=third.household,
        **known,
    )  # fmt: skip
    Complaint.objects.create(
        number="TC-1", kind="denunciation", subject="conduct", channel="paper", support=fourth, **known
    )
    Support.objects.filter(pk=first.pk).update(
        state="on_hold", hold_reason="register", frozen_from="delivered"
    )
    assert signs_of(frame_supports(round_)) == {first.pk: ["hold"], third.pk: ["complaint"]}
    assert [one.support for one in suggestions(round_)] == [third, first]
    assert [one.support for one in suggestions(round_, sign="complaint")] == [third]
    commune = suggestions(round_, commune=second.commune_id)
    assert {one.support.commune_id for one in commune} == {second.commune_id}
    assert len(commune) == 6


def test_households_are_added_by_their_page(drawn, look, client):
    drawn_already = set(drawn.sample.values_list("support", flat=True))
    outside = Support.objects.exclude(pk__in=drawn_already).first()
    shown = look("sample_risks", commune=outside.commune_id)
    assert drawn_already.isdisjoint(one.support.pk for one in shown.context["rows"])
    url = reverse("inspections:sample_risks", args=[drawn.pk])
    assert "reason" in client.post(url, {"row": outside.pk}).context["form"].errors
    assert "Hãy đánh dấu" in client.post(url, {"reason": "Có dấu hiệu"}).content.decode()
    client.post(url, {"row": outside.pk, "reason": "Nhận thay nhiều hộ"})
    added = drawn.sample.get(kind="risk")
    assert (added.support, added.reason) == (outside, "Nhận thay nhiều hộ")


def test_the_proof_file_names_nobody_and_its_download_is_on_record(drawn, look):
    answer = look("sample_proof")
    said = json.loads(answer.content)
    assert said["seed"] == "07 14 22"
    assert sum(map(len, said["frame"].values())) == 18
    assert sum(map(len, said["drawn"].values())) == 6
    text = answer.content.decode()
    for household in Support.objects.values_list("household__head_name", "household__national_id"):
        assert not any(part in text for part in household)
    assert AuditEntry.objects.latest("pk").action == "inspections.inspectionround.download"


def test_the_method_page_speaks_of_this_rounds_numbers(drawn, look):
    text = look("sample_method").content.decode()
    draw_ = SampleDraw.objects.get()
    for part in ("Có 18 hộ", "ấn định trước: 6 hộ", draw_.frame_hash, "07 14 22", f"draw_sample {drawn.pk}"):
        assert part in text, part


def test_before_a_sample_every_page_says_so(round_, look):
    for name in ("sample_detail", "sample_method", "estimate_list"):
        answer = look(name)
        assert answer.status_code == 200
        assert "Chưa chọn mẫu" in answer.content.decode()
    assert look("sample_proof").status_code == look("estimate_export").status_code == 404


def test_estimates_follow_the_chain_of_substitutes_and_leave_risks_and_unchosen_checks_out(drawn, look, cast):
    officer = cast("hue-dic")
    InspectionRound.objects.filter(pk=drawn.pk).update(state="fieldwork")
    drawn.refresh_from_db()
    hue = list(drawn.sample.filter(support__district__code="476").order_by("order"))
    a_luoi = list(drawn.sample.filter(support__district__code="481").order_by("pk"))
    check(hue[0], officer)
    second = call_substitute(hue[1], actor=officer, reason="Vắng")
    third = call_substitute(second, actor=officer, reason="Vắng")
    check(third, officer, "fail")
    check(a_luoi[0], officer)
    check(a_luoi[0], officer, "fail", counts=False)
    check(a_luoi[1], officer, "na")
    outside = Support.objects.exclude(pk__in=drawn.sample.values("support")).first()
    [added] = add_for_risk(drawn, {outside.pk}, actor=officer, reason="Có phản ánh")
    check(added, officer, "fail")
    found = look("estimate_list").context["found"]
    assert (found.response.drawn, found.response.answered, found.response.silent) == (6, 4, 2)
    assert (found.response.by_substitutes, found.response.replaced) == (1, 2)
    one = found.questions[0]
    assert (one.overall.passed, one.overall.answers, one.overall.not_applicable) == (2, 3, 1)
    assert one.districts["476"].share == pytest.approx(0.5)
    assert one.districts["481"].share == 1.0
    shown = look("estimate_list", district="476")
    assert shown.context["rows"][0]["share"] == "50,0 %"
    by_district = look("estimate_list", question=one.item.code).context["rows"]
    assert [row["name"] for row in by_district] == ["Huyện Phong Điền", "Huyện A Lưới", "Toàn bộ mẫu"]
    assert look("estimate_list", district="x", question="x").status_code == 200


def test_the_workbook_holds_every_question_of_every_district(drawn, look, cast):
    InspectionRound.objects.filter(pk=drawn.pk).update(state="fieldwork")
    drawn.refresh_from_db()
    for sampled in drawn.sample.all():
        check(sampled, cast("hue-dic"))
    sheet = load_workbook(io.BytesIO(look("estimate_export").content)).active
    rows = [row for row in sheet.iter_rows(min_row=6, values_only=True) if row[1]]
    assert len(rows) == 3 * drawn.checklist_c.items.count()
    assert {row[0] for row in rows} == {"Toàn bộ mẫu", "Huyện Phong Điền", "Huyện A Lưới"}
    assert rows[0][3] == 1
    assert rows[0][4] < 1
    assert (rows[0][7], rows[0][9]) == (6, 0)
    assert AuditEntry.objects.latest("pk").action == "inspections.inspectionround.export"


def test_pages_ask_the_database_as_often_however_large_the_sample(drawn, look, cast):
    InspectionRound.objects.filter(pk=drawn.pk).update(state="fieldwork")
    drawn.refresh_from_db()
    officer = cast("hue-dic")

    def queries():
        counts = {}
        for name in ("sample_detail", "estimate_list", "sample_assign", "sample_risks"):
            look(name)
            with CaptureQueriesContext(connection) as asked:
                look(name)
            counts[name] = len(asked)
        return counts

    first, *others = drawn.sample.order_by("pk")
    check(first, officer)
    few = queries()
    outside = Support.objects.exclude(pk__in=drawn.sample.values("support"))
    add_for_risk(drawn, set(outside.values_list("pk", flat=True)[:4]), actor=officer, reason="Có dấu hiệu")
    for sampled in others[:3]:
        check(sampled, officer)
    assert queries() == few
