"""An applied list is taken back while nothing later depends on it, and may be applied again."""

from datetime import date

import pytest
from django.utils import timezone

from beneficiaries import workflow
from beneficiaries.models import (
    Household,
    HouseholdMember,
    HouseholdMerge,
    InformationDeprivation,
    ListBatch,
    Movement,
    PovertyCertificate,
    PovertySpell,
    RegisterVersion,
)
from beneficiaries.workflow.movements import Details, record_movement
from beneficiaries.workflow.undoing import undo_movement
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.web.errors import Refusal

from .conftest import household, identity
from .monthly import MonthlyDesk, line

pytestmark = pytest.mark.django_db
END_22, END_23, FEB = date(2022, 12, 31), date(2023, 12, 31), date(2024, 2, 29)
_VOLATILE = {"id", "created_at", "updated_at", "recorded_at", "superseded_at", "removed_at", "household_id"}


def register():
    """What the register says, without the keys and moments a revert may change."""
    households = Household.objects.standing()
    names = dict(households.values_list("pk", "head_name"))

    def facts(rows, key="household_id"):
        return sorted(
            str(
                {"of": names[row[key]]}
                | {name: value for name, value in row.items() if name not in _VOLATILE}
            )
            for row in rows
            if row[key] in names
        )

    return (
        facts(households.values(), key="id"),
        facts(HouseholdMember.objects.values()),
        facts(PovertySpell.objects.filter(superseded_at=None).values()),
        facts(Movement.objects.filter(superseded_at=None).values()),
        facts(PovertyCertificate.objects.values()),
        facts(InformationDeprivation.objects.values()),
    )


def revert(desk, batch, reason="Nhầm tệp"):
    batch = desk.work(workflow.revert_batch(batch, actor=desk.cast("hue-dolisa"), reason=reason))
    assert batch.state == "reverted", batch.notice
    return batch


@pytest.fixture
def two_years(desk):
    """2022: households 1 to 9; 2023: 1 moves village, 2 becomes near-poor, 9 is gone, 10 is new."""
    desk.register(*map(household, range(1, 10)), year=2022)
    before = register()
    rows = [
        household(1, H="Thôn 9", N="0987654321"),
        household(2, J=None, K="x"),
        *map(household, range(3, 9)),
    ]
    return before, rows, desk.register(*rows, household(10), year=2023)


def test_a_reverted_list_leaves_the_register_as_it_was(desk, two_years, classes):
    before, _rows, batch = two_years
    version = RegisterVersion.objects.get(province__code="46")
    reverted = revert(desk, batch)
    assert register() == before
    assert (reverted.reverted_by, reverted.notice) == (desk.cast("hue-dolisa"), "")
    again = RegisterVersion.objects.get(province__code="46")
    assert (again.version, again.latest_annual) == (version.version + 1, date(2022, 12, 1))
    assert set(classes(END_23).values()) == {"poor", None}


def test_what_was_known_before_the_revert_can_still_be_asked(desk, two_years):
    known_at = timezone.now()
    then = dict(Household.objects.as_of(END_23, known_at=known_at).values_list("pk", "class_as_of"))
    revert(desk, two_years[2])
    assert dict(Household.objects.as_of(END_23, known_at=known_at).values_list("pk", "class_as_of")) == then
    assert sorted(filter(None, then.values())) == ["near_poor", "not_poor", *["poor"] * 8]


def test_reverted_and_applied_again_it_is_the_same_register(desk, two_years):
    _before, rows, batch = two_years
    after = register()
    revert(desk, batch)
    again = desk.register(*rows, household(10), year=2023)
    assert [
        facts.replace(f"'source_id': {again.pk}", f"'source_id': {batch.pk}") for facts in register()[0]
    ] == (after[0])
    assert [len(part) for part in register()] == [len(part) for part in after]


def test_lists_can_be_reverted_one_after_the_other(desk, two_years):
    first = two_years[2].__class__.objects.order_by("pk").first()
    revert(desk, two_years[2])
    revert(desk, first)
    assert not Household.objects.standing().exists()


def test_a_list_that_is_all_in_one_can_be_reverted_to_an_empty_register(desk):
    batch = desk.register(*map(household, range(1, 4)))
    revert(desk, batch)
    assert not Household.objects.standing().exists()
    assert Household.objects.filter(removed_at__isnull=False).count() == 3
    assert RegisterVersion.objects.get(province__code="46").latest_annual is None
    assert desk.register(*map(household, range(1, 4)), year=2021).counts["new"] == 3


def test_numbers_that_passed_between_households_go_back(desk):
    officer = desk.cast("hue-dolisa")
    desk.register(household(1, F=identity(2)), household(2, F=None), year=2022)
    before = register()
    batch = desk.read(household(1), household(2), year=2023)
    for row in batch.rows.filter(outcome="ambiguous"):
        own = Household.objects.get(head_name=row.head_name)
        workflow.decide_row(row, decision="same", household_id=own.pk, actor=officer)
    desk.confirm(batch)
    batch = desk.register(household(1), household(2), year=2023)
    assert register() != before
    revert(desk, batch)
    revert(desk, type(batch).objects.filter(state="applied").latest("applied_at"))
    assert register() == before


def test_a_monthly_list_is_taken_back_line_by_line(desk, monkeypatch):
    near = [household(number, J=None, K="x") for number in (7, 8)]
    desk.register(*map(household, range(1, 7)), *near, year=2023)
    HouseholdMember.objects.create(household=_of(5), position=0, name="Nguyễn Thị Diệu Hương 5")
    HouseholdMember.objects.create(
        household=_of(5),
        position=1,
        name="Hồ Văn Con",
        national_id=identity(11),
        birth_date=date(1971, 3, 12),
    )
    before = register()
    monthly = MonthlyDesk(desk, monkeypatch)
    lines = [
        line("exited_poor", 1), line("corrected", 2, member_count=6), line("poor_to_near", 2, member_count=7),
        line("head_changed", 5, new_head="Lê Thị Mới"), line("split", 11, "Hồ Văn Con"),
        line("moved_out", 3), line("near_to_poor", 7), line("new_poor", 9),
        line("moved_in", 4, commune_code="20050"),
    ]  # fmt: skip
    batch = monthly.register("2024-02", *lines)
    after = register()
    revert(desk, batch)
    assert register() == before
    again = monthly.register("2024-02", *lines)
    swapped = [
        [facts.replace(f"'source_id': {again.pk}", f"'source_id': {batch.pk}") for facts in part]
        for part in register()
    ]
    assert [part for part in swapped if "other_id" not in str(part)] == [
        part for part in after if "other_id" not in str(part)
    ]


def _of(number):
    return Household.objects.standing().get(national_id=identity(number))


# --- what stands in the way -----------------------------------------------------------------------


def test_only_the_latest_list_can_be_reverted(desk, two_years):
    first = two_years[2].__class__.objects.order_by("pk").first()
    assert "12/2023" in workflow.revert_obstacle(first)
    with pytest.raises(Refusal, match="revert that list first"):
        workflow.revert_batch(first, actor=desk.cast("hue-dolisa"), reason="x")


def test_a_household_changed_by_hand_since_holds_the_list(desk, two_years):
    batch = two_years[2]
    Household.objects.filter(national_id=identity(5)).update(updated_at=timezone.now())
    assert workflow.revert_obstacle(batch) == ""  # the list only named it
    Household.objects.filter(national_id=identity(1)).update(updated_at=timezone.now())
    assert "changed by hand" in workflow.revert_obstacle(batch)


def test_a_movement_recorded_since_holds_the_list(desk, two_years):
    Movement.objects.create(household=_of(9), kind="relapsed_poor", effective_on=FEB)
    assert "changed by hand" in workflow.revert_obstacle(two_years[2])


def by_hand(desk, number, kind, **details):
    home = _of(number)
    return record_movement(
        home, kind=kind, effective_on=FEB, note="Biên bản", details=Details(**details),
        expected=home.updated_at, actor=desk.cast("hue-dolisa"),
    )  # fmt: skip


def take_back(desk, movement):
    undo_movement(movement, reason="Ghi nhầm", actor=desk.cast("hue-dolisa"))


@pytest.mark.parametrize(
    ("number", "kind"), [(1, "moved_out"), (1, "exited_poor"), (2, "near_to_poor"), (10, "moved_out")]
)
def test_a_movement_that_was_taken_back_does_not_hold_the_list(desk, two_years, number, kind):
    before, _rows, batch = two_years
    after = register()
    movement = by_hand(desk, number, kind)
    assert "changed by hand" in workflow.revert_obstacle(batch)
    take_back(desk, movement)
    assert register() == after
    revert(desk, batch)
    assert register() == before


def test_households_merged_by_hand_and_parted_again_do_not_hold_the_list(desk, two_years):
    before, _rows, batch = two_years
    HouseholdMember.objects.create(household=_of(1), position=0, name="Nguyễn Thị Diệu Hương 1")
    before = register()[1:2], before
    take_back(desk, by_hand(desk, 1, "merged", other=_of(2)))
    revert(desk, batch)
    assert (register()[1:2], register()[0]) == (before[0], before[1][0])


def test_of_two_movements_both_must_be_taken_back(desk, two_years):
    first = by_hand(desk, 1, "poor_to_near")
    second = by_hand(desk, 2, "exited_near_poor")
    take_back(desk, second)
    assert "changed by hand" in workflow.revert_obstacle(two_years[2])
    take_back(desk, first)
    assert workflow.revert_obstacle(two_years[2]) == ""


def test_a_household_corrected_after_a_movement_taken_back_still_holds_the_list(desk, two_years):
    movement = by_hand(desk, 1, "moved_out")
    Household.objects.filter(national_id=identity(1)).update(updated_at=timezone.now(), phone="0911111111")
    take_back(desk, movement)
    assert "changed by hand" in workflow.revert_obstacle(two_years[2])


def test_lists_that_changed_one_household_one_after_the_other_go_back_one_by_one(desk):
    states = [register()]
    for year, village in ((2021, "Thôn 1"), (2022, "Thôn 2"), (2023, "Thôn 3")):
        poor = {} if year != 2022 else {"J": None, "K": "x"}
        desk.register(household(1, H=village, **poor), household(2), year=year)
        states.append(register())
    for batch in ListBatch.objects.order_by("-applied_at"):
        assert register() == states.pop()
        revert(desk, batch)
    assert register() == states.pop()


def test_a_merge_since_holds_the_list_until_it_is_undone(desk, two_years):
    merge = HouseholdMerge.objects.create(kept=_of(3), absorbed=_of(10), merged_by=desk.cast("hue-dolisa"))
    assert "made one household" in workflow.revert_obstacle(two_years[2])
    merge.undone_at = timezone.now()
    merge.save()
    assert workflow.revert_obstacle(two_years[2]) == ""


def test_a_certificate_recorded_since_for_a_household_the_list_brought_holds_it(desk, two_years):
    PovertyCertificate.objects.create(household=_of(3), year=2024, number="1/GCN-HN.HCN")
    assert workflow.revert_obstacle(two_years[2]) == ""
    PovertyCertificate.objects.create(household=_of(10), year=2024, number="2/GCN-HN.HCN")
    assert "only this list brought" in workflow.revert_obstacle(two_years[2])


def test_a_list_not_in_the_register_and_a_revert_without_a_reason_are_refused(desk, two_years):
    officer = desk.cast("hue-dolisa")
    with pytest.raises(Refusal, match="Say why"):
        workflow.revert_batch(two_years[2], actor=officer, reason=" ")
    waiting = desk.read(household(1), year=2023)
    assert "Only a list that is in the register" in workflow.revert_obstacle(waiting)
    with pytest.raises(Refusal, match="another state"):
        workflow.revert_batch(waiting, actor=officer, reason="x")


@pytest.mark.parametrize("who", ["hue-dic", "hue-481", "admin", "daknong-dolisa"])
def test_only_the_register_officer_of_the_province_reverts(desk, two_years, who):
    with pytest.raises(Refusal, match="Only a register officer"):
        workflow.revert_batch(two_years[2], actor=desk.cast(who), reason="x")


def test_what_comes_to_depend_on_the_list_before_the_job_runs_stops_it(desk, two_years):
    batch = workflow.revert_batch(two_years[2], actor=desk.cast("hue-dolisa"), reason="x")
    assert workflow.is_reverting(batch)
    Household.objects.filter(national_id=identity(1)).update(updated_at=timezone.now())
    after = desk.work(batch)
    assert (after.state, "sửa" in after.notice) == ("applied", True)
    assert not workflow.is_reverting(after)


def test_a_revert_that_fails_in_the_middle_changes_nothing(desk, two_years, monkeypatch):
    after = register()
    batch = workflow.revert_batch(two_years[2], actor=desk.cast("hue-dolisa"), reason="x")
    monkeypatch.setattr("beneficiaries.imports.undo.Reverter._sources", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        desk.work(batch)
    assert register() == after
    batch.refresh_from_db()
    assert batch.state == "applied"


def test_a_revert_is_on_the_record_with_its_reason_and_asked_twice_it_is_one(desk, two_years):
    officer = desk.cast("hue-dolisa")
    first = workflow.revert_batch(two_years[2], actor=officer, reason="Nhầm tệp")
    second = workflow.revert_batch(two_years[2], actor=officer, reason="Nhầm tệp")
    assert first.job == second.job
    desk.work(first)
    desk.work(first)
    entry = AuditEntry.objects.get(action="beneficiaries.listbatch.revert")
    assert (entry.reason, entry.actor) == ("Nhầm tệp", officer)
    assert verify().broken_at is None


def test_previews_made_before_a_revert_are_made_anew(desk, two_years):
    waiting = desk.read(household(1), *map(household, range(3, 9)), year=2023)
    revert(desk, two_years[2])
    looked = workflow.confirm_batch(waiting, actor=desk.cast("hue-dolisa"), reason="x")
    assert (looked.state, "compared anew" in looked.notice) == ("uploaded", True)


def test_certificates_and_assessments_go_back_too(desk, monkeypatch):
    monthly = MonthlyDesk(desk, monkeypatch)
    desk.register(*map(household, range(1, 4)), year=2023)
    PovertyCertificate.objects.create(household=_of(1), year=2024, number="1/GCN-HN.HCN", issuer="UBND xã")
    before = register()
    batch = monthly.register(
        "2024-02",
        line("corrected", 1, certificate_number="7/GCN-HN.HCN", lacks_telecom=True, lacks_means=False),
        line("poor_to_near", 2, certificate_number="8/GCN-HN.HCN", certificate_date=FEB),
    )
    assert dict(PovertyCertificate.objects.values_list("household__national_id", "number")) == {
        identity(1): "7/GCN-HN.HCN",
        identity(2): "8/GCN-HN.HCN",
    }
    assert InformationDeprivation.objects.get().assessed_on == FEB
    revert(desk, batch)
    assert register() == before
