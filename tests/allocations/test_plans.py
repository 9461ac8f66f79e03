"""From the Ministry's decision to approved quotas."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from allocations import workflow
from allocations.choices import ListState, PlanState
from allocations.models import AllocationRound, DistrictList, QuotaPlan
from allocations.workflow.plans import proof_matches
from programs.choices import FundingKind
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.web.errors import Refusal

from .conftest import DAY

pytestmark = pytest.mark.django_db


def test_a_round_is_recorded_with_its_decision(story):
    round_ = story.round(total=1500)
    assert (round_.total, round_.as_of, round_.decision_number) == (1500, DAY, "88/QĐ-BTTTT")
    assert (
        AuditEntry.objects.get(object_type="allocations.allocationround").action == "allocations.round.record"
    )


def test_the_same_decision_is_not_recorded_twice(story):
    story.round()
    with pytest.raises(Refusal, match="already recorded"):
        story.round()
    assert AllocationRound.objects.count() == 1


def test_only_the_officer_of_the_own_province_records_rounds(story, cast):
    for username in ("daknong-dic", "hue-dic-leader", "hue-481", "hue-ppc", "admin"):
        with pytest.raises(PermissionDenied):
            workflow.record_round(
                story.program(), actor=cast(username), funding_source=story.source(), name="Đợt", total=1,
                device_kind="smartphone", decision_number="1", decision_date=DAY, issuer="Bộ",
            )  # fmt: skip


def test_a_decision_of_tomorrow_is_refused(story):
    with pytest.raises(Refusal, match="future"):
        story.round(day=timezone.localdate() + timedelta(days=1))


def test_a_source_without_an_eligibility_rule_is_refused(story, cast):
    source = story.source(kind=FundingKind.SOCIALISED)
    with pytest.raises(Refusal, match="No eligibility rule"):
        workflow.record_round(
            story.program(), actor=cast("hue-dic"), funding_source=source, name="Đợt", total=1,
            device_kind="smartphone", decision_number="1", decision_date=DAY, issuer="Bộ",
        )  # fmt: skip


def test_quotas_follow_the_households_that_qualified_on_the_day(story):
    story.households(c20044=6, c20161=3)
    story.household("20161", "not_poor")
    story.household("20161", device=date(2023, 5, 1))
    story.household("20161", has_need=False)
    story.household("20161", since=date(2024, 2, 1))
    plan = story.plan(total=3)
    quotas = {
        row.district.code: (row.weight, row.cap, row.quota) for row in plan.quotas.select_related("district")
    }
    assert quotas["481"] == (6, 6, 2)
    assert quotas["483"] == (3, 3, 1)
    assert sum(quota for _, _, quota in quotas.values()) == plan.allocated == plan.round_total == 3
    nam_dong = next(row for row in plan.inputs["districts"] if row["code"] == "483")
    assert nam_dong["excluded"] == {"earlier_device": 1, "need": 1}


def test_more_devices_than_households_is_refused(story, cast):
    story.households(c20044=2)
    with pytest.raises(Refusal, match="5 devices are more than the 2 households"):
        workflow.prepare_quota_plan(story.round(total=5), actor=cast("hue-dic"))
    assert not QuotaPlan.objects.exists()


def test_the_proof_recomputes_and_a_changed_quota_shows(story):
    story.households(c20044=6, c20161=3)
    plan = story.plan(total=3)
    assert proof_matches(plan)
    plan.quotas.filter(district__code="481").update(quota=1)
    assert not proof_matches(plan)


def test_a_plan_with_a_changed_quota_cannot_be_approved(story):
    story.households(c20044=6, c20161=3)
    plan = story.plan(total=3)
    plan.quotas.filter(district__code="481").update(quota=1)
    with pytest.raises(Refusal, match="proof does not give"):
        story.approve(plan)


def test_a_returned_plan_is_made_anew_with_the_register_of_the_moment(story, cast):
    story.households(c20044=6, c20161=3)
    plan = workflow.return_quota_plan(story.plan(total=3), actor=cast("hue-dic-leader"), reason="Thiếu xã")
    assert (plan.state, plan.return_reason) == (PlanState.RETURNED, "Thiếu xã")
    story.households(c20161=6)
    plan = workflow.prepare_quota_plan(plan.round, actor=cast("hue-dic"))
    assert (plan.state, plan.version, plan.return_reason) == (PlanState.DRAFT, 2, "")
    assert dict(plan.quotas.filter(quota__gt=0).values_list("district__code", "quota")) == {
        "481": 1,
        "483": 2,
    }


def test_returning_needs_a_reason(story, cast):
    story.households(c20044=6)
    with pytest.raises(Refusal, match="reason is missing"):
        workflow.return_quota_plan(story.plan(), actor=cast("hue-dic-leader"), reason="  ")


def test_the_maker_cannot_approve(story, cast):
    story.households(c20044=6)
    plan = story.plan()
    with pytest.raises(PermissionDenied):
        workflow.approve_quota_plan(plan, actor=cast("hue-dic"), decision_number="1", decision_date=DAY)
    # Not even a leader who prepared it, for instance before being promoted.
    QuotaPlan.objects.filter(pk=plan.pk).update(prepared_by=cast("hue-dic-leader"))
    with pytest.raises(PermissionDenied):
        story.approve(plan)
    assert not DistrictList.objects.exists()


def test_the_database_refuses_a_maker_who_approves(story, cast):
    story.households(c20044=6)
    plan = story.plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotaPlan.objects.filter(pk=plan.pk).update(approved_by=plan.prepared_by)


def test_the_database_refuses_quotas_that_do_not_sum_to_the_total(story):
    story.households(c20044=6)
    plan = story.plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotaPlan.objects.filter(pk=plan.pk).update(allocated=plan.round_total - 1)


def test_approval_opens_ranked_lists_with_the_quota_kept(story):
    last = story.household("20044", "near_poor", head_name="A Viết An")
    story.households(c20044=3)
    first = story.household("20047", "near_poor", merit=True, head_name="Hồ Văn Vui")
    row = story.lists(total=2)["481"]
    lines = list(row.lines.all())
    assert (lines[0].household, lines[-1].household) == (first, last)
    assert [line.priority for line in lines] == [1, 3, 3, 3, 4]
    assert [line.decision for line in lines] == ["keep", "keep", "reserve", "reserve", "reserve"]
    assert (row.quota, row.kept, row.state) == (2, 2, ListState.DRAFTING)
    assert lines[0].snapshot["head_name"] == "Hồ Văn Vui"


def test_a_second_approval_of_the_same_plan_is_refused(story):
    story.households(c20044=6)
    plan = story.plan()
    story.approve(plan)
    with pytest.raises(Refusal, match="is now"):
        story.approve(plan)
    assert DistrictList.objects.count() == 1


def test_the_decision_is_dated_between_the_ministrys_and_today(story, cast):
    story.households(c20044=6)
    plan = story.plan()
    leader = cast("hue-dic-leader")
    for day, words in (
        (DAY - timedelta(days=1), "before 15/01/2024"),
        (timezone.localdate() + timedelta(1), "future"),
    ):
        with pytest.raises(Refusal, match=words):
            workflow.approve_quota_plan(plan, actor=leader, decision_number="1", decision_date=day)


def test_an_approved_plan_and_its_quotas_never_change(story):
    story.households(c20044=6)
    plan = story.approve(story.plan())
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotaPlan.objects.filter(pk=plan.pk).update(decision_number="1/QĐ-UBND")
    with pytest.raises(IntegrityError), transaction.atomic():
        plan.quotas.update(quota=0)


def test_every_step_stands_in_an_unbroken_audit_chain(story):
    story.households(c20044=6)
    story.approve(story.plan())
    verbs = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert verbs == [
        "allocations.round.record",
        "allocations.quotaplan.prepare",
        "allocations.quotaplan.submit",
        "allocations.quotaplan.approve",
    ]
    assert verify().broken_at is None


def test_households_of_the_other_province_do_not_count(story):
    story.households(c20044=3, c24611=5)
    plan = story.plan(total=3)
    assert dict(plan.quotas.filter(quota__gt=0).values_list("district__code", "quota")) == {"481": 3}
