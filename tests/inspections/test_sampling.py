"""A round's sample through its doors: drawn, drawn again, replaced, added to, handed out."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from allocations.models import Support
from beneficiaries.models import PovertySpell
from inspections.models import InspectedUnit, InspectionRound, SampledHousehold, SampleDraw
from inspections.rules.sampling import Wanted
from inspections.sampling.frame import frame, stored_frame, supports_by_key
from inspections.sampling.redrawing import differences, drawn_again
from inspections.workflow.rounds import announce_round, edit_round, open_fieldwork
from inspections.workflow.sampling import add_for_risk, assign_inspector, call_substitute, draw
from inspections.workflow.units import add_units
from programs.loading import load_plans
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal
from tests.inspection_rows import inspection_round
from tests.inspections.field_rows import HANDED, served

pytestmark = pytest.mark.django_db
#: Two communes of the district A Lưới and one of another.
COMMUNES = ("20044", "20047", "19819")


@pytest.fixture
def round_(cast):
    """A planned round over eighteen households of three communes, six each."""
    load_plans()
    for number in range(18):
        served(number + 1, commune=COMMUNES[number % 3])
    return inspection_round("hue", state="planned")


@pytest.fixture
def officer(cast):
    return cast("hue-dic")


def drawn(round_, officer, size=6, **known):
    return draw(round_, actor=officer, wanted=Wanted(fixed=size), **known)


def set_state(round_, state):
    InspectionRound.objects.filter(pk=round_.pk).update(state=state)


def supports_of(round_):
    return {row.support_id for row in round_.sample.all()}


def test_the_frame_holds_who_received_by_the_day_and_nobody_else(round_):
    everybody = set(Support.objects.values_list("pk", flat=True))
    waits, recovered, later, held = (served(90 + n) for n in range(4))
    Support.objects.filter(pk=waits.pk).update(state="assigned", delivered_on=None)
    Support.objects.filter(pk=recovered.pk).update(state="recovered", reason="Đã bán máy")
    Support.objects.filter(pk=later.pk).update(delivered_on=round_.as_of + timedelta(days=1))
    Support.objects.filter(pk=held.pk).update(
        state="on_hold", hold_reason="register", frozen_from="delivered"
    )
    served(99, "daknong", "24640")
    rows = [support for rows in stored_frame(round_).values() for support, _key in rows]
    assert sorted(rows) == sorted(everybody | {held.pk})


def test_the_class_of_the_day_makes_the_stratum(round_):
    one, two, three = Support.objects.filter(commune__code="20044").order_by("pk")[:3]
    PovertySpell.objects.filter(household=one.household).update(poverty_class="near_poor")
    PovertySpell.objects.filter(household=two.household).update(valid_to=round_.as_of)
    PovertySpell.objects.filter(household=three.household).update(valid_to=round_.as_of + timedelta(days=2))
    where = {support: name for name, rows in stored_frame(round_).items() for support, _key in rows}
    assert [where[row.pk] for row in (one, two, three)] == [
        "481/20044|near_poor", "481/20044|other", "481/20044|poor",
    ]  # fmt: skip


def test_the_inspected_units_narrow_the_frame_down(round_):
    commune = AdministrativeArea.objects.get(code="20047", level="commune")
    InspectedUnit.objects.create(round=round_, kind="commune", area=commune)
    assert list(stored_frame(round_)) == ["481/20047|poor"]
    InspectedUnit.objects.create(round=round_, kind="district", area=commune.parent)
    assert list(stored_frame(round_)) == ["481/20044|poor", "481/20047|poor"]


def test_a_districts_own_round_reaches_its_own_households(round_, cast):
    district = AdministrativeArea.objects.get(code="481", level="district")
    own = inspection_round("hue", state="planned", district=district)
    assert list(stored_frame(own)) == ["481/20044|poor", "481/20047|poor"]
    row = draw(own, actor=cast("hue-481"), wanted=Wanted(fixed=3))
    assert row.size == 3
    with pytest.raises(PermissionDenied):
        draw(own, actor=cast("hue-dolisa"), wanted=Wanted(fixed=3))


def test_a_drawing_keeps_all_it_takes_to_repeat_it(round_, officer):
    row = drawn(round_, officer, seed="  XSMB 15/03/2024:  48213 ")
    assert (row.seed, row.seed_given, row.frame_size, row.size) == ("XSMB 15/03/2024: 48213", True, 18, 6)
    assert row.as_of == round_.as_of
    assert row.frame_hash == frame(stored_frame(round_)).hash
    assert sum(one["sample"] for one in row.strata.values()) == round_.sample.count() == 6
    assert all(one.kind == "random" and one.state == "pending" for one in round_.sample.all())
    assert differences(row) == []
    entry = AuditEntry.objects.latest("pk")
    assert entry.action == "inspections.inspectionround.draw_sample"
    assert entry.after["seed"] == row.seed


def test_the_same_seed_draws_the_same_households_and_a_made_one_is_kept(round_, officer):
    first = drawn(round_, officer, seed="07 14 22")
    before = supports_of(round_)
    again = drawn(round_, officer, seed="07 14 22", reason="Thử lại")
    assert supports_of(round_) == before
    assert (first.frame_hash, again.pk > first.pk) == (again.frame_hash, True)
    made = drawn(round_, officer, reason="Hạt giống do máy tạo")
    assert (len(made.seed), made.seed_given) == (32, False)
    assert differences(made) == []


def test_a_tampered_record_does_not_agree_with_the_redraw(round_, officer):
    row = drawn(round_, officer)
    outside = Support.objects.exclude(pk__in=supports_of(round_)).first()
    round_.sample.filter(pk=round_.sample.first().pk).update(support=outside)
    assert differences(row) == ["drawn"]


@pytest.mark.parametrize("change", [{"seed": "x"}, {"size": 3}, {"frame": {}}, {"reason": "x"}])
def test_nothing_of_a_drawing_changes_but_its_being_superseded(round_, officer, change):
    row = drawn(round_, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        SampleDraw.objects.filter(pk=row.pk).update(**change)
    SampleDraw.objects.filter(pk=row.pk).update(superseded=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        SampleDraw.objects.filter(pk=row.pk).update(superseded=False)


def test_drawn_again_only_with_a_reason_and_before_the_fieldwork(round_, officer):
    first = drawn(round_, officer, seed="1")
    with pytest.raises(Refusal, match="Thiếu lý do"):
        drawn(round_, officer, seed="2")
    second = drawn(round_, officer, size=4, seed="2", reason="Khung mẫu được bổ sung")
    first.refresh_from_db()
    assert (first.superseded, second.superseded, second.reason) == (True, False, "Khung mẫu được bổ sung")
    assert round_.sample.count() == 4
    set_state(round_, "fieldwork")
    with pytest.raises(Refusal, match="giữ nguyên như đã chọn"):
        drawn(round_, officer, seed="3", reason="Chọn lại")


def test_a_first_sample_may_still_be_drawn_in_the_field_but_not_later(round_, officer):
    set_state(round_, "fieldwork")
    assert drawn(round_, officer).size == 6
    other = inspection_round("hue", state="minutes")
    with pytest.raises(Refusal):
        drawn(other, officer)


def test_a_frame_that_changed_since_it_was_seen_is_not_drawn_from(round_, officer):
    seen = frame(stored_frame(round_)).hash
    served(80)
    with pytest.raises(Refusal, match="Khung mẫu đã thay đổi"):
        drawn(round_, officer, seen_hash=seen)
    assert not SampleDraw.objects.exists()


@pytest.mark.parametrize("who", ["hue-inspector", "hue-dic-leader", "hue-481", "hue-ppc", "daknong-dic"])
def test_who_does_not_run_the_round_draws_nothing(round_, cast, who):
    with pytest.raises(PermissionDenied):
        drawn(round_, cast(who))


def test_the_head_of_the_team_draws_although_an_inspector(round_, cast):
    round_.team.filter(role="head").update(role="member")
    round_.team.filter(user=cast("hue-inspector")).update(role="head")
    assert drawn(round_, cast("hue-inspector")).size == 6


def test_nobody_received_nothing_is_drawn(cast, officer):
    load_plans()
    with pytest.raises(Refusal, match="chưa có hộ nào trong phạm vi"):
        drawn(inspection_round("hue", state="planned", as_of=HANDED - timedelta(days=1)), officer)


def test_a_substitute_is_the_next_of_the_stratum_whoever_it_is(round_, officer, cast):
    row = drawn(round_, officer, size=3)
    assign_inspector(
        round_, round_.sample.values_list("pk", flat=True), actor=officer, inspector=cast("hue-inspector")
    )
    set_state(round_, "fieldwork")
    first = round_.sample.get(stratum="481/20044|poor")
    keys = supports_by_key(row)
    order = [keys[key] for key in drawn_again(row)[first.stratum].order]
    assert first.support_id == order[0]
    second = call_substitute(first, actor=officer, reason="Hộ đi làm ăn xa")
    third = call_substitute(second, actor=officer, reason="Chủ hộ đã chết")
    first.refresh_from_db()
    assert (first.state, first.reason) == ("replaced", "Hộ đi làm ăn xa")
    assert [second.support_id, third.support_id] == order[1:3]
    assert [second.order, third.order, third.kind, third.replaces] == [2, 3, "substitute", second]
    assert third.inspector == cast("hue-inspector")
    assert differences(row) == []


def test_a_stratum_runs_out_of_substitutes_and_says_so(round_, officer):
    drawn(round_, officer, size=3)
    set_state(round_, "fieldwork")
    row = round_.sample.get(stratum="481/20044|poor")
    for _time in range(5):
        row = call_substitute(row, actor=officer, reason="Vắng")
    with pytest.raises(Refusal, match="không còn hộ thay thế"):
        call_substitute(row, actor=officer, reason="Vắng")
    row.refresh_from_db()
    assert row.state == "pending"


def test_no_substitute_for_one_visited_replaced_or_added_and_not_by_the_inspector(round_, officer, cast):
    drawn(round_, officer, size=3)
    set_state(round_, "fieldwork")
    first, second, third = round_.sample.order_by("pk")
    round_.sample.filter(pk=first.pk).update(state="checked")
    with pytest.raises(Refusal):
        call_substitute(first, actor=officer, reason="Vắng")
    call_substitute(second, actor=officer, reason="Vắng")
    with pytest.raises(Refusal):
        call_substitute(second, actor=officer, reason="Vắng")
    with pytest.raises(PermissionDenied):
        call_substitute(third, actor=cast("hue-inspector"), reason="Vắng")
    with pytest.raises(Refusal, match="Thiếu lý do"):
        call_substitute(third, actor=officer, reason=" ")
    outside = Support.objects.exclude(pk__in=supports_of(round_)).first()
    [added] = add_for_risk(round_, {outside.pk}, actor=officer, reason="Có phản ánh")
    with pytest.raises(Refusal, match="do đoàn bổ sung"):
        call_substitute(added, actor=officer, reason="Vắng")


def test_an_addition_is_marked_and_outside_the_drawing(round_, officer):
    row = drawn(round_, officer)
    outside = set(Support.objects.values_list("pk", flat=True)) - supports_of(round_)
    chosen = set(sorted(outside)[:2])
    add_for_risk(round_, chosen, actor=officer, reason="Nhiều máy giao cho một người")
    rows = round_.sample.filter(kind="risk")
    assert {(one.support_id, one.draw, one.state) for one in rows} == {(pk, None, "pending") for pk in chosen}
    assert differences(row) == []
    with pytest.raises(Refusal, match="đã có trong mẫu"):
        add_for_risk(round_, chosen, actor=officer, reason="Lần nữa")
    with pytest.raises(Refusal, match="Thiếu lý do"):
        add_for_risk(round_, {min(outside - chosen)}, actor=officer, reason="")
    stranger = served(95, "daknong", "24640")
    with pytest.raises(Refusal, match="thuộc phạm vi đợt kiểm tra"):
        add_for_risk(round_, {stranger.pk}, actor=officer, reason="Ngoài phạm vi")


def test_an_addition_whose_turn_comes_is_visited_once_and_counts(round_, officer):
    row = drawn(round_, officer, size=3)
    first = round_.sample.get(stratum="481/20044|poor")
    key = drawn_again(row)[first.stratum].substitutes[0]
    [added] = add_for_risk(round_, {supports_by_key(row)[key]}, actor=officer, reason="Có phản ánh")
    set_state(round_, "fieldwork")
    substitute = call_substitute(first, actor=officer, reason="Vắng")
    assert (substitute.pk, substitute.kind, substitute.reason) == (added.pk, "substitute", "Có phản ánh")


def test_an_addition_outlives_a_redraw_also_where_chance_chose_it_in_between(round_, officer):
    first = drawn(round_, officer, size=3, seed="1")
    risky = Support.objects.exclude(pk__in=supports_of(round_)).first()
    [added] = add_for_risk(round_, {risky.pk}, actor=officer, reason="Có phản ánh")
    everybody = drawn(round_, officer, size=18, seed="2", reason="Kiểm tra toàn bộ")
    added.refresh_from_db()
    assert (added.kind, added.draw, round_.sample.count()) == ("random", everybody, 18)
    again = drawn(round_, officer, size=3, seed="1", reason="Quay lại cỡ mẫu cũ")
    added.refresh_from_db()
    assert (added.kind, added.draw, added.reason) == ("risk", None, "Có phản ánh")
    assert again.strata == first.strata
    assert round_.sample.filter(draw=again).count() == 3


def test_households_are_given_to_members_of_the_team_who_do_checks(round_, officer, cast):
    drawn(round_, officer)
    ids = list(round_.sample.values_list("pk", flat=True))
    inspector = cast("hue-inspector")
    round_.sample.filter(pk=ids[0]).update(state="checked")
    assert assign_inspector(round_, ids, actor=officer, inspector=inspector) == 5
    assert set(round_.sample.filter(inspector=inspector).values_list("pk", flat=True)) == set(ids[1:])
    assert SampledHousehold.objects.visible_to(inspector).count() == 5
    assert assign_inspector(round_, ids[:2], actor=officer, inspector=None) == 1
    with pytest.raises(Refusal, match="Không có gì thay đổi"):
        assign_inspector(round_, ids[:2], actor=officer, inspector=None)
    for other in ("daknong-inspector", "hue-dic-leader"):
        with pytest.raises(Refusal, match="thành viên đoàn"):
            assign_inspector(round_, ids, actor=officer, inspector=cast(other))
    round_.team.filter(user=inspector).update(left_at="2024-01-01T00:00:00Z")
    with pytest.raises(Refusal, match="thành viên đoàn"):
        assign_inspector(round_, ids, actor=officer, inspector=inspector)
    with pytest.raises(PermissionDenied):
        assign_inspector(round_, ids, actor=inspector, inspector=inspector)


def test_households_of_another_round_are_not_given_away(round_, officer, cast):
    other = inspection_round("hue", state="announced")
    draw(other, actor=officer, wanted=Wanted(fixed=2))
    drawn(round_, officer)
    with pytest.raises(Refusal, match="Không có gì thay đổi"):
        assign_inspector(
            round_, other.sample.values_list("pk", flat=True), actor=officer, inspector=cast("hue-inspector")
        )


def test_a_household_is_in_a_rounds_sample_once(round_, officer):
    drawn(round_, officer)
    one = round_.sample.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        SampledHousehold.objects.create(
            round=round_, support=one.support, stratum="x", order=1, kind="risk", reason="x", added_by=officer
        )


# --- for what the round inspects now --------------------------------------------------------------------


def chosen(round_, officer, code, level="commune"):
    area = AdministrativeArea.objects.get(code=code, level=level)
    [unit] = add_units(round_, actor=officer, areas=[area])
    return unit


def announce(round_, officer):
    decided = timezone.localdate() - timedelta(days=9)
    return announce_round(round_, actor=officer, decision_number="12/QĐ", decision_date=decided, issuer="Sở")


def open_(round_, officer):
    set_state(round_, "announced")
    round_.units.update(notice_date=timezone.localdate())
    return open_fieldwork(round_, actor=officer)


def test_a_sample_of_the_whole_province_does_not_serve_the_units_chosen_later(round_, officer):
    drawn(round_, officer)
    chosen(round_, officer, "20047")
    with pytest.raises(Refusal, match="hãy chọn lại mẫu"):
        announce(round_, officer)
    with pytest.raises(Refusal, match="hãy chọn lại mẫu"):
        open_(round_, officer)
    drawn(round_, officer, size=3, reason="Đã chọn đơn vị")
    assert open_(round_, officer).state == "fieldwork"
    assert {row.support.commune.code for row in round_.sample.all()} == {"20047"}


def test_a_unit_chosen_or_taken_out_after_the_decision_asks_for_another_sample(round_, officer):
    chosen(round_, officer, "20047")
    drawn(round_, officer, size=3)
    round_ = announce(round_, officer)
    added = chosen(round_, officer, "19819")
    with pytest.raises(Refusal, match="hãy chọn lại mẫu"):
        open_(round_, officer)
    added.delete()
    assert open_(round_, officer).state == "fieldwork"


def test_another_day_of_the_round_asks_for_another_sample(round_, officer):
    chosen(round_, officer, "20047")
    drawn(round_, officer, size=3)
    edit_round(round_, actor=officer, as_of=round_.as_of - timedelta(days=5))
    with pytest.raises(Refusal, match="hãy chọn lại mẫu"):
        announce(round_, officer)


def test_what_was_recorded_or_taken_back_since_leaves_the_sample_as_it_is(round_, officer):
    chosen(round_, officer, "481", "district")
    drawn(round_, officer)
    later = served(80, commune="20050"), served(81, commune="20047")
    assert {row.district.code for row in later} == {"481"}
    Support.objects.filter(pk=round_.sample.first().support_id).update(state="recovered", reason="Đã bán máy")
    assert announce(round_, officer).state == "announced"
    assert open_(round_, officer).state == "fieldwork"


def test_a_sample_for_others_is_said_on_its_page_and_the_rounds(client, cast, round_, officer):
    drawn(round_, officer)
    pages = [f"/inspections/rounds/{round_.pk}/", f"/inspections/sample/{round_.pk}/"]
    cast.log_in(client, "hue-dic")
    assert "hãy chọn lại mẫu" not in client.get(pages[1]).content.decode()
    chosen(round_, officer, "20047")
    for state in ("planned", "announced"):
        set_state(round_, state)
        assert all("hãy chọn lại mẫu" in client.get(page).content.decode() for page in pages)
