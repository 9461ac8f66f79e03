"""The register changes between approval and hand-over: supports wait for a person's decision."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from allocations import workflow
from allocations.models import Support
from allocations.workflow.holding import hold_changed
from beneficiaries.models import DuplicateCandidate, EarlierDevice, Household, PovertySpell
from beneficiaries.workflow import merge_pair
from beneficiaries.workflow.households import change_household
from beneficiaries.workflow.movements import Details, record_movement
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.web.errors import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(a_luoi, story):
    story.decided(a_luoi)
    return list(Support.objects.select_related("household").order_by("line__position"))


def movement(support, cast, kind, **details):
    household = Household.objects.get(pk=support.household_id)
    return record_movement(
        household, kind=kind, effective_on=timezone.localdate() - timedelta(days=1), note="Biên bản rà soát",
        details=Details(**details), expected=household.updated_at, actor=cast("hue-dolisa"),
    )  # fmt: skip


def states(approved):
    rows = Support.objects.in_bulk([support.pk for support in approved])
    return [(rows[support.pk].state, rows[support.pk].hold_reason) for support in approved]


UNTOUCHED = [("approved", ""), ("approved", "")]


@pytest.mark.parametrize(
    ("kind", "why"),
    [("deceased", "left_register"), ("moved_out", "left_register"), ("exited_poor", "class_changed")],
)  # fmt: skip
def test_a_household_that_leaves_or_loses_its_class_is_held(approved, cast, kind, why):
    movement(approved[0], cast, kind)
    assert states(approved) == [("on_hold", why), *UNTOUCHED]
    entry = AuditEntry.objects.get(action="allocations.support.hold")
    assert (entry.chain, entry.actor, entry.after["why"]) == ("46", None, why)
    assert verify().broken_at is None


def test_a_household_that_becomes_near_poor_still_meets_the_rule(approved, cast):
    movement(approved[0], cast, "poor_to_near")
    assert states(approved) == [("approved", ""), *UNTOUCHED]


def test_a_household_that_moves_to_another_district_is_held_and_served_there(approved, cast):
    movement(approved[0], cast, "moved_in", commune=cast.area("20161"))
    assert states(approved) == [("on_hold", "moved"), *UNTOUCHED]
    held = Support.objects.get(pk=approved[0].pk)
    assert "Nam Đông" in held.reason
    back = workflow.release_support(
        held, actor=cast("hue-dic"), reason="Hộ nhận ở nơi ở mới", to_new_district=True
    )
    assert (back.state, back.district.code, back.commune.code) == ("approved", "483", "20161")
    assert hold_changed(cast.area("46")) == 0


def test_a_move_within_the_district_changes_nothing(approved, cast):
    movement(approved[0], cast, "moved_in", commune=cast.area("20047"))
    assert states(approved) == [("approved", ""), *UNTOUCHED]


def test_a_support_released_in_spite_of_it_is_not_held_for_the_same_again(approved, cast):
    movement(approved[0], cast, "exited_poor")
    workflow.release_support(approved[0], actor=cast("hue-dic"), reason="Đã phê duyệt khi còn nghèo")
    assert hold_changed(cast.area("46")) == 0
    assert states(approved)[0] == ("approved", "class_changed")


def test_what_is_handed_over_is_never_touched(approved, cast):
    Support.objects.filter(pk=approved[0].pk).update(state="delivered", delivered_on=date(2024, 3, 1))
    movement(approved[0], cast, "deceased")
    assert states(approved)[0] == ("delivered", "")


def test_an_assigned_support_goes_back_to_its_operator(approved, cast):
    operator = Organisation.objects.get(code="hue-viettel")
    workflow.assign_operator(approved, operator, actor=cast("hue-dic"))
    movement(approved[0], cast, "deceased")
    back = workflow.release_support(approved[0], actor=cast("hue-dic"), reason="Vợ nhận thay")
    assert (back.state, back.operator) == ("assigned", operator)


def test_an_earlier_device_recorded_after_the_approval_holds(approved, cast):
    household = Household.objects.get(pk=approved[0].household_id)
    change_household(
        household, changes={}, devices={"svmtce": date(2023, 5, 1)}, reason="Theo danh sách Sở GD&ĐT",
        expected=household.updated_at, actor=cast("hue-dolisa"),
    )  # fmt: skip
    assert states(approved)[0] == ("on_hold", "other_device")


def test_a_device_known_at_the_approval_does_not_hold(a_luoi, story, cast):
    line = a_luoi.lines.get(position=1)
    EarlierDevice.objects.create(household=line.household, kind="svmtce", received_on=date(2024, 1, 20))
    story.decided(a_luoi)
    assert hold_changed(cast.area("46")) == 0


def test_a_household_out_of_poverty_before_its_approval_was_approved_knowing_it(a_luoi, story, cast):
    household = a_luoi.lines.get(position=1).household
    PovertySpell.objects.filter(household=household).update(valid_to=date(2024, 2, 1))
    story.decided(a_luoi)
    assert hold_changed(cast.area("46")) == 0


def test_a_household_with_a_support_is_not_taken_up_into_another_one(approved, story, cast):
    other = story.household("20044")
    pair = DuplicateCandidate.objects.create(
        province=other.province, first=approved[0].household, second=other, score=90
    )
    with pytest.raises(Refusal, match="keep this household"):
        merge_pair(pair, kept=other.pk, actor=cast("hue-dolisa"))
    merge_pair(pair, kept=approved[0].household_id, actor=cast("hue-dolisa"))
    assert states(approved) == [("approved", ""), *UNTOUCHED]


def test_looking_over_the_supports_costs_the_same_however_many(
    approved, story, django_assert_max_num_queries
):
    province = approved[0].household.province
    for number in range(8):
        household = story.household("20044", head_name=f"Hồ Văn {number}")
        Support.objects.create(
            household=household, district=household.district, commune=household.commune,
            round=approved[0].round, form="bundle",
        )  # fmt: skip
    with django_assert_max_num_queries(2):
        assert hold_changed(province) == 0
