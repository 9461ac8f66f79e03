"""What an approved household gets: opened by the decision, assigned, held, released, ended."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from allocations import workflow
from allocations.models import BudgetEntry, EligibilitySnapshot, ListLine, Support
from allocations.rules.snapshots import changes_between, take_snapshot
from beneficiaries.models import PovertySpell
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.web.errors import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(a_luoi, story):
    """A Lưới's three households, approved on 5 February 2024."""
    story.decided(a_luoi)
    return list(Support.objects.order_by("line__position"))


@pytest.fixture
def viettel():
    return Organisation.objects.get(code="hue-viettel")


def snapshots(support):
    return {row.moment: row for row in EligibilitySnapshot.objects.filter(support=support)}


# --- opening ----------------------------------------------------------------------------------------


def test_every_kept_household_and_nobody_else_gets_a_support_by_the_decision(a_luoi, story):
    story.decided(a_luoi)
    kept = a_luoi.lines.filter(decision="keep").values_list("household", flat=True)
    assert sorted(Support.objects.values_list("household", flat=True)) == sorted(kept)
    support = Support.objects.first()
    assert (support.state, support.form) == ("approved", support.line.support_form)
    assert (support.district, support.commune) == (a_luoi.district, support.line.commune)


def test_the_facts_of_both_days_are_kept_with_the_support(a_luoi, story):
    line = a_luoi.lines.get(position=1)
    known = line.household
    PovertySpell.objects.filter(household=known).update(valid_to=date(2024, 1, 20))
    PovertySpell.objects.create(household=known, poverty_class="near_poor", valid_from=date(2024, 1, 20))
    story.decided(a_luoi)
    kept = snapshots(line.support)
    assert {moment: row.on for moment, row in kept.items()} == {
        "as_of": date(2024, 1, 15), "approval": date(2024, 2, 5),
    }  # fmt: skip
    assert kept["as_of"].facts["poverty_class"] == "poor"
    assert kept["approval"].facts["poverty_class"] == "near_poor"
    (change,) = changes_between(kept["as_of"], kept["approval"])
    assert (change.field, change.before, change.after) == ("poverty_class", "Poor", "Near-poor")
    assert kept["approval"].failed == []


def test_a_household_no_longer_in_its_class_at_the_approval_fails_that_days_condition(a_luoi, story):
    line = a_luoi.lines.get(position=1)
    proposal = story.proposed(a_luoi)
    PovertySpell.objects.filter(household=line.household).update(valid_to=date(2024, 2, 1))
    workflow.record_decision(
        proposal, actor=story.cast("hue-dic-leader"), number="210/QĐ", day=date(2024, 2, 5), signer="Chủ tịch"
    )
    kept = snapshots(Support.objects.get(household=line.household))
    assert kept["as_of"].failed == []
    assert kept["approval"].failed == ["class_as_of"]


def test_a_snapshot_never_changes(approved):
    row = EligibilitySnapshot.objects.first()
    row.failed = ["need"]
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()


def test_the_support_itself_is_nothing_that_serves_its_household_elsewhere(approved, story):
    taken = take_snapshot(approved[0], "hand_over", date(2024, 3, 1))
    assert taken.failed == []
    assert taken.facts["head_name"] == approved[0].household.head_name


def test_a_household_served_by_a_contribution_meanwhile_is_refused_by_name(a_luoi, story):
    proposal = story.proposed(a_luoi)
    line = a_luoi.lines.get(position=2)
    gift = story.contribution(devices=1)
    Support.objects.create(
        household=line.household, district=a_luoi.district, commune=line.commune, contribution=gift,
        form="bundle",
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        workflow.record_decision(
            proposal, actor=story.cast("hue-dic-leader"), number="210/QĐ", day=date(2024, 2, 5),
            signer="Chủ tịch",
        )  # fmt: skip
    assert "Line 2" in str(refused.value)
    assert gift.donor_name in str(refused.value)
    assert Support.objects.count() == 1
    assert ListLine.objects.get(pk=line.pk).district_list.state == "proposed"


# --- money ------------------------------------------------------------------------------------------


@pytest.fixture
def funded(a_luoi, story):
    """A Lưới approved, with 10 million of budget and 2 million a device."""
    line = story.budget_line(a_luoi.round, amount=10_000_000, unit_cost=2_000_000)
    story.decided(a_luoi)
    return line


def balance(line):
    line.refresh_from_db()
    return line.committed, line.spent


def test_the_decision_commits_the_money_of_its_households(funded):
    assert balance(funded) == (6_000_000, 0)
    (entry,) = BudgetEntry.objects.all()
    assert (entry.kind, entry.households) == ("commit", 3)


def test_a_decision_beyond_the_budget_changes_nothing(a_luoi, story):
    story.budget_line(a_luoi.round, amount=5_000_000, unit_cost=2_000_000)
    with pytest.raises(Refusal, match="record the decision that raises it"):
        story.decided(a_luoi)
    assert not Support.objects.exists()


def test_what_cannot_be_delivered_gives_its_money_back(funded, cast):
    support = Support.objects.first()
    workflow.mark_undeliverable(support, actor=cast("hue-dic"), reason="Chuyển đi khỏi tỉnh")
    support.refresh_from_db()
    assert (support.state, support.reason) == ("undeliverable", "Chuyển đi khỏi tỉnh")
    assert balance(funded) == (4_000_000, 0)


def test_a_support_approved_before_the_round_had_a_budget_line_gives_nothing_back(approved, story, cast):
    line = story.budget_line(approved[0].round, amount=10_000_000, unit_cost=2_000_000)
    workflow.mark_undeliverable(approved[0], actor=cast("hue-dic"), reason="Từ chối nhận")
    assert balance(line) == (0, 0)


# --- operators --------------------------------------------------------------------------------------


def test_supports_are_assigned_to_an_operator_and_to_another_one(approved, cast, viettel):
    officer = cast("hue-dic")
    assert workflow.assign_operator(approved, viettel, actor=officer) == 3
    assert set(Support.objects.values_list("state", "operator__code")) == {("assigned", "hue-viettel")}
    vnpt = Organisation.objects.get(code="hue-vnpt")
    assert workflow.assign_operator(approved[:1], vnpt, actor=officer) == 1
    entries = AuditEntry.objects.filter(
        action="allocations.support.assign", object_id=str(approved[0].pk)
    ).order_by("id")
    assert [(entry.before["operator"], entry.after["operator"]) for entry in entries] == [
        ("", viettel.short_name), (viettel.short_name, vnpt.short_name),
    ]  # fmt: skip
    assert verify().broken_at is None


def test_assigning_the_same_operator_again_changes_nothing(approved, cast, viettel):
    workflow.assign_operator(approved, viettel, actor=cast("hue-dic"))
    count = AuditEntry.objects.count()
    assert workflow.assign_operator(approved, viettel, actor=cast("hue-dic")) == 0
    assert AuditEntry.objects.count() == count


def test_a_held_household_among_them_refuses_the_whole_step(approved, cast, viettel):
    workflow.hold_support(approved[1], actor=cast("hue-dic"), why="complaint", reason="Có đơn phản ánh")
    with pytest.raises(Refusal, match="On hold"):
        workflow.assign_operator(approved, viettel, actor=cast("hue-dic"))
    assert not Support.objects.filter(operator__isnull=False).exists()


@pytest.mark.parametrize("code", ["daknong-viettel", "hue-481"])
def test_only_an_operator_of_the_province_gets_supports(approved, cast, code):
    with pytest.raises(Refusal, match="no active operator"):
        workflow.assign_operator(approved, Organisation.objects.get(code=code), actor=cast("hue-dic"))


@pytest.mark.parametrize("username", ["hue-dic-leader", "hue-481", "hue-viettel", "daknong-dic"])
def test_only_the_department_assigns_holds_and_recovers(approved, cast, viettel, username):
    actor, support = cast(username), approved[0]
    with pytest.raises(PermissionDenied):
        workflow.assign_operator(approved, viettel, actor=actor)
    with pytest.raises(PermissionDenied):
        workflow.hold_support(support, actor=actor, why="other", reason="Thử")
    with pytest.raises(PermissionDenied):
        workflow.recover_support(support, actor=actor, reason="Thử")


def test_an_operator_reports_only_its_own_as_undeliverable(approved, cast, viettel):
    with pytest.raises(PermissionDenied):
        workflow.mark_undeliverable(approved[0], actor=cast("hue-viettel"), reason="Không gặp")
    workflow.assign_operator(approved[:1], viettel, actor=cast("hue-dic"))
    workflow.mark_undeliverable(approved[0], actor=cast("hue-viettel"), reason="Không gặp")
    with pytest.raises(PermissionDenied):
        workflow.mark_undeliverable(approved[1], actor=cast("hue-483"), reason="Không gặp")


# --- hold, release, ends ----------------------------------------------------------------------------


def test_a_support_on_hold_goes_back_to_where_it_was(approved, cast, viettel):
    officer = cast("hue-dic")
    workflow.assign_operator(approved[:1], viettel, actor=officer)
    held = workflow.hold_support(approved[0], actor=officer, why="complaint", reason="Có đơn phản ánh")
    assert (held.state, held.frozen_from, held.hold_reason) == ("on_hold", "assigned", "complaint")
    back = workflow.release_support(held, actor=officer, reason="Đơn không có căn cứ")
    assert (back.state, back.frozen_from, back.operator) == ("assigned", "", viettel)


@pytest.mark.parametrize("call", ["hold_support", "release_support", "mark_undeliverable", "recover_support"])
def test_each_of_these_steps_needs_a_reason(approved, cast, call):
    more = {"why": "other"} if call == "hold_support" else {}
    with pytest.raises(Refusal, match="reason is missing"):
        getattr(workflow, call)(approved[0], actor=cast("hue-dic"), reason=" ", **more)


def test_a_step_from_an_old_page_is_refused(approved, cast):
    officer = cast("hue-dic")
    workflow.hold_support(approved[0], actor=officer, why="other", reason="Chờ")
    with pytest.raises(Refusal, match="On hold"):
        workflow.hold_support(approved[0], actor=officer, why="other", reason="Chờ")


def test_what_was_not_handed_over_cannot_be_recovered(approved, cast):
    with pytest.raises(Refusal):
        workflow.recover_support(approved[0], actor=cast("hue-dic"), reason="Sai đối tượng")


def test_a_delivered_device_is_recovered_with_its_money(funded, cast):
    support = Support.objects.first()
    Support.objects.filter(pk=support.pk).update(state="delivered", delivered_on=date(2024, 3, 1))
    workflow.recover_support(support, actor=cast("hue-dic"), reason="Cấp sai đối tượng")
    assert Support.objects.get(pk=support.pk).state == "recovered"
    assert balance(funded) == (4_000_000, 0)


def test_the_database_itself_holds_one_live_support_a_household(approved):
    twin = Support(
        household=approved[0].household, district=approved[0].district, commune=approved[0].commune,
        round=approved[0].round, form="bundle",
    )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        twin.save()
    Support.objects.filter(pk=approved[0].pk).update(state="undeliverable", reason="Chuyển đi")
    twin.save()


# --- triggers ---------------------------------------------------------------------------------------

FROZEN = {
    "update": {
        "districtlist", "listline", "quotaplan", "districtquota", "proposal", "approvaldecision",
        "listversion", "quotareturn", "eligibilitysnapshot", "devicemove", "budgetadjustment", "budgetentry",
        "contributionreceipt", "amendment", "amendmentline", "handover", "acceptance",
    },
    "insert": {"listline", "districtquota", "amendmentline"},
    "delete": {"districtlist", "listline", "quotaplan", "districtquota", "proposal", "approvaldecision"},
}  # fmt: skip


def test_every_trigger_that_freezes_rows_stands_in_a_fresh_database():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        found = {name for (name,) in cursor.fetchall() if name.startswith("allocations_")}
    events = FROZEN if connection.vendor == "postgresql" else {k: FROZEN[k] for k in ("update", "insert")}
    wanted = {f"allocations_{table}_{event}_frozen" for event, tables in events.items() for table in tables}
    assert wanted - found == set()
