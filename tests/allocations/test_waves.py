"""Quota given back, and the waves that share it out once more."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from allocations import workflow
from allocations.choices import ListState, PlanState
from allocations.models import AllocationRound, DistrictList, ListLine, QuotaPlan, QuotaReturn, Support
from allocations.waves import district_quotas, waves_of
from allocations.work.quotas import waiting_for
from allocations.workflow.plan_drafts import PlanChoices, draft_plan, left_to_share, proof_matches
from allocations.workflow.returns import held_quota, held_quotas
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal

pytestmark = pytest.mark.django_db


def drop(row, *positions, reason="Không còn ở địa phương"):
    """The district takes households out, and its kept ones are counted anew."""
    row.lines.filter(position__in=positions).update(decision="drop", reason=reason)
    DistrictList.objects.filter(pk=row.pk).update(kept=row.lines.filter(decision="keep").count())
    row.refresh_from_db()
    return row


def fresh(round_):
    return AllocationRound.objects.get(pk=round_.pk)


def holds_together(round_):
    """What is given is what approved plans allotted less what came back, and covers every kept line."""
    round_ = fresh(round_)
    allotted = round_.plans.filter(state=PlanState.APPROVED).aggregate(sum=Sum("allocated"))["sum"] or 0
    returned = round_.returns.aggregate(sum=Sum("count"))["sum"] or 0
    assert round_.given == allotted - returned <= round_.total
    lists = list(round_.lists.all())
    held = held_quotas(lists)
    assert sum(held[row.pk].quota for row in lists) == round_.given
    assert all(held[row.pk].used <= held[row.pk].quota for row in lists)
    assert all(held[row.pk].quota == row.quota for row in lists if row.state != ListState.APPROVED)
    assert not round_.lists.filter(kept__gt=F("quota")).exists()
    live = ListLine.objects.filter(round=round_, decision="keep")
    assert live.count() == live.values("household").distinct().count()


def give_back(story, row, count, *, by="hue-dic", reason="Huyện trả lại theo Công văn số 12/UBND"):
    return workflow.give_back_quota(row, actor=story.cast(by), count=count, reason=reason)


@pytest.fixture
def given_back(story):
    """A Lưới dropped two of its three kept households and gave their two devices back; Nam Đông has one."""
    story.households(c20044=6, c20161=3)
    lists = story.lists(total=4)
    row = drop(lists["481"], 1, 2)
    give_back(story, row, 2)
    return {code: DistrictList.objects.get(pk=row.pk) for code, row in lists.items()}


def test_quota_nobody_uses_goes_back_to_the_round(given_back):
    row = given_back["481"]
    assert (row.quota, row.kept, fresh(row.round).given) == (1, 1, 2)
    assert left_to_share(fresh(row.round)) == 2
    returned = QuotaReturn.objects.get()
    assert (returned.count, returned.district_list) == (2, row)
    entry = AuditEntry.objects.get(action="allocations.districtlist.give_back")
    assert (entry.before, entry.after["quota"]) == ({"quota": 3}, 1)
    holds_together(row.round)


@pytest.mark.parametrize("count", [0, -1, 3])
def test_more_than_is_free_is_not_given_back(story, a_luoi, count):
    row = drop(a_luoi, 1, 2)
    with pytest.raises(Refusal, match="Between 1 and 2 devices"):
        give_back(story, row, count)
    assert not QuotaReturn.objects.exists()
    assert fresh(row.round).given == 4


def test_quota_that_households_use_is_not_given_back(story, a_luoi):
    with pytest.raises(Refusal, match=r"uses its whole quota \(3\)"):
        give_back(story, a_luoi, 1)


def test_giving_back_needs_a_reason(story, a_luoi):
    with pytest.raises(Refusal, match="reason is missing"):
        give_back(story, drop(a_luoi, 1), 1, reason="  ")


def test_who_may_give_back(story, a_luoi, cast):
    row = drop(a_luoi, 1)
    for username in ("hue-474", "hue-481-leader", "hue-dic-leader", "daknong-dic", "hue-ppc", "hue-finance"):
        with pytest.raises(PermissionDenied):
            give_back(story, row, 1, by=username)
    give_back(story, row, 1, by="hue-481")
    assert QuotaReturn.objects.get().recorded_by == cast("hue-481")


def test_the_district_gives_back_only_while_it_has_the_list(story, a_luoi):
    row = story.signed(drop(a_luoi, 1))
    with pytest.raises(Refusal, match="write to the department"):
        give_back(story, row, 1, by="hue-481")
    give_back(story, row, 1)
    holds_together(row.round)


def test_a_return_never_changes(given_back):
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotaReturn.objects.update(count=1)


def test_the_database_refuses_to_give_more_than_the_round_has(story, a_luoi):
    with pytest.raises(IntegrityError), transaction.atomic():
        AllocationRound.objects.update(given=F("total") + 1)


def second_wave(story, round_, **choices):
    plan = workflow.prepare_quota_plan(
        fresh(round_), actor=story.cast("hue-dic"), choices=PlanChoices(**choices)
    )
    return story.approve(workflow.submit_quota_plan(plan, actor=story.cast("hue-dic")))


def test_a_second_wave_shares_out_what_came_back_among_who_had_no_turn(story, given_back):
    round_ = given_back["481"].round
    plan = second_wave(story, round_)
    assert (plan.wave, plan.version, plan.round_total, plan.inputs["wave"]) == (2, 1, 2, 2)
    # A Lưới: six, of whom one is kept and two were dropped; Nam Đông: three, of whom one is kept.
    rows = {row["code"]: (row["eligible"], row["taken"], row["dropped"]) for row in plan.inputs["districts"]}
    assert (rows["481"], rows["483"]) == ((3, 1, 2), (2, 1, 0))
    assert proof_matches(plan)
    lists = {row.district.code: row for row in DistrictList.objects.filter(round=round_, wave=2)}
    assert {code: (row.quota, row.kept) for code, row in lists.items()} == {"481": (1, 1), "483": (1, 1)}
    assert fresh(round_).given == 4
    holds_together(round_)


def test_who_was_dropped_stands_on_the_later_list_as_dropped_with_the_reason(story, given_back):
    row = given_back["481"]
    gone = set(row.lines.filter(decision="drop").values_list("household_id", flat=True))
    second_wave(story, row.round)
    later = DistrictList.objects.get(round=row.round, wave=2, district=row.district)
    again = later.lines.filter(decision="drop")
    assert set(again.values_list("household_id", flat=True)) == gone
    assert set(again.values_list("reason", flat=True)) == {"Không còn ở địa phương"}
    kept_before = row.lines.filter(decision="keep").values_list("household_id", flat=True)
    assert not later.lines.filter(household__in=kept_before).exists()


def test_a_reserve_another_wave_keeps_cannot_be_kept_twice(story, given_back):
    row = given_back["481"]
    second_wave(story, row.round)
    later = DistrictList.objects.get(round=row.round, wave=2, district=row.district)
    twice = later.lines.filter(decision="keep").values_list("household_id", flat=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.lines.filter(household__in=twice).update(decision="keep")


def test_no_later_wave_while_nothing_is_left(story, a_luoi, cast):
    with pytest.raises(Refusal, match="Every device of this round is shared out"):
        workflow.prepare_quota_plan(a_luoi.round, actor=cast("hue-dic"))


def test_no_second_plan_while_one_is_under_way(story, given_back, cast):
    round_ = fresh(given_back["481"].round)
    plan = workflow.prepare_quota_plan(round_, actor=cast("hue-dic"))
    again = workflow.prepare_quota_plan(round_, actor=cast("hue-dic"))
    assert (again.pk, again.wave, again.version) == (plan.pk, 2, 2)
    workflow.submit_quota_plan(again, actor=cast("hue-dic"))
    with pytest.raises(Refusal, match="awaits approval"):
        workflow.prepare_quota_plan(round_, actor=cast("hue-dic"))


def test_fewer_devices_than_are_left_wait_for_a_later_wave(story, cast):
    story.households(c20044=6, c20161=3)
    round_ = story.round(total=8)
    plan = workflow.prepare_quota_plan(round_, actor=cast("hue-dic"), choices=PlanChoices(seats=5))
    story.approve(workflow.submit_quota_plan(plan, actor=cast("hue-dic")))
    assert (fresh(round_).given, left_to_share(fresh(round_))) == (5, 3)
    with pytest.raises(Refusal, match="Between 1 and 3 devices"):
        draft_plan(fresh(round_), PlanChoices(seats=4))
    second_wave(story, round_)
    assert fresh(round_).given == 8
    holds_together(round_)


def test_more_devices_than_qualify_can_wait_for_a_later_wave(story, cast):
    """Where the Ministry gave more than the province needs, the plan is made for those who qualify."""
    story.households(c20044=3)
    round_ = story.round(total=5)
    with pytest.raises(Refusal, match="5 devices are more than the 3 households"):
        draft_plan(round_)
    plan = workflow.prepare_quota_plan(round_, actor=cast("hue-dic"), choices=PlanChoices(seats=3))
    story.approve(workflow.submit_quota_plan(plan, actor=cast("hue-dic")))
    story.household("20161", since=date(2023, 6, 1))
    assert draft_plan(fresh(round_), PlanChoices(seats=1)).result.shares["483"] == 1


def test_a_plan_for_devices_that_are_gone_meanwhile_is_not_approved(story, given_back, cast):
    round_ = fresh(given_back["481"].round)
    plan = workflow.prepare_quota_plan(round_, actor=cast("hue-dic"))
    plan = workflow.submit_quota_plan(plan, actor=cast("hue-dic"))
    AllocationRound.objects.filter(pk=round_.pk).update(given=3)
    with pytest.raises(Refusal, match="shares out 2 devices, but 1 are left"):
        story.approve(plan)
    assert DistrictList.objects.filter(wave=2).count() == 0


def approved(story, row):
    story.decided(row)
    row.refresh_from_db()
    return row


def test_an_approved_list_gives_back_what_it_left_over_and_stays_as_it_is(story, a_luoi):
    row = approved(story, drop(a_luoi, 1))
    digest = row.digest
    assert held_quota(row).free == 1
    give_back(story, row, 1)
    row.refresh_from_db()
    assert (row.quota, row.kept, row.digest) == (3, 2, digest)
    assert (held_quota(row).quota, held_quota(row).free, fresh(row.round).given) == (2, 0, 3)
    with pytest.raises(Refusal, match=r"uses its whole quota \(2\)"):
        give_back(story, row, 1)
    holds_together(row.round)


def test_a_support_that_ended_frees_its_place_and_its_household_has_no_second_turn(story, a_luoi):
    row = approved(story, a_luoi)
    assert held_quota(row).free == 0
    gone = Support.objects.filter(line__district_list=row).first()
    Support.objects.filter(pk=gone.pk).update(state="undeliverable", reason="Chuyển đi nơi khác")
    assert (held_quota(row).used, held_quota(row).free) == (2, 1)
    give_back(story, row, 1, reason="Không còn hộ dự phòng")
    second_wave(story, row.round)
    assert not ListLine.objects.filter(district_list__wave=2, household=gone.household).exists()
    holds_together(row.round)


def test_a_draft_of_a_later_wave_is_discarded_with_its_reason(story, given_back, cast):
    round_ = fresh(given_back["481"].round)
    plan = workflow.prepare_quota_plan(round_, actor=cast("hue-dic"))
    with pytest.raises(Refusal, match="reason is missing"):
        workflow.discard_quota_plan(plan, actor=cast("hue-dic"), reason="")
    with pytest.raises(PermissionDenied):
        workflow.discard_quota_plan(plan, actor=cast("hue-dic-leader"), reason="Chưa cần")
    workflow.discard_quota_plan(plan, actor=cast("hue-dic"), reason="Chưa cần")
    assert QuotaPlan.objects.filter(round=round_).count() == 1
    entry = AuditEntry.objects.get(action="allocations.quotaplan.discard")
    assert (entry.before["wave"], entry.reason) == (2, "Chưa cần")
    with pytest.raises(Refusal, match="is now"):
        workflow.discard_quota_plan(QuotaPlan.objects.get(), actor=cast("hue-dic"), reason="Nhầm")


def test_the_waves_of_a_round_are_told(story, given_back, cast):
    round_ = fresh(given_back["481"].round)
    second_wave(story, round_)
    told = [
        (wave.number, wave.plan.allocated, wave.returned, wave.lists, wave.approved, wave.kept)
        for wave in waves_of(fresh(round_), cast("hue-dic"))
    ]
    assert told == [(1, 4, 2, 2, 0, 2), (2, 2, 0, 2, 0, 2)]
    shares = {share.district.code: share.quota for share in district_quotas(fresh(round_))}
    assert shares == {"481": 2, "483": 2}


def test_what_was_given_back_waits_for_the_officer_until_a_plan_is_made(story, given_back, cast):
    officer = cast("hue-dic")
    assert [item.title for item in waiting_for(officer)] == ["Share out what is left of Đợt 1/2024"]
    assert waiting_for(cast("hue-481")) == waiting_for(cast("hue-dic-leader")) == []
    workflow.prepare_quota_plan(fresh(given_back["481"].round), actor=officer)
    assert waiting_for(officer) == []


def test_quota_left_over_in_approved_lists_waits_for_the_officer(story, a_luoi, cast):
    approved(story, drop(a_luoi, 1))
    assert [(item.title, item.detail) for item in waiting_for(cast("hue-dic"))] == [
        ("Take back quota left over of Đợt 1/2024", "1 device of approved lists is not used")
    ]


def test_a_list_whose_whole_quota_was_given_back_waits_for_nobody(story, a_luoi, cast):
    from allocations.worklist import waiting_for as waiting

    officer = cast("hue-481")
    assert [item.verb for item in waiting(officer)] == ["Review list"]
    give_back(story, drop(a_luoi, 1, 2, 3), 3)
    assert waiting(officer) == []
    holds_together(a_luoi.round)
