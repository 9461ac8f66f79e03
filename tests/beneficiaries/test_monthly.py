"""Monthly lists from the preview to the register."""

import json
from datetime import date

import pytest
from django.core.management import call_command

from beneficiaries import workflow
from beneficiaries.models import Household, HouseholdMember, Movement, PovertySpell
from smartphone_support.web.errors import Refusal

from .conftest import NAMES, household, identity
from .monthly import MonthlyDesk, line

pytestmark = pytest.mark.django_db
FEB = date(2024, 2, 29)


@pytest.fixture
def monthly(desk, monkeypatch):
    """A desk whose register holds households 1 to 6 (poor) and 7, 8 (near-poor) since 12/2023."""
    near = [household(number, J=None, K="x") for number in (7, 8)]
    desk.register(*map(household, range(1, 7)), *near, year=2023)
    return MonthlyDesk(desk, monkeypatch)


def called(number):
    return f"{NAMES[number % 6]} {number}"


def of(number):
    return Household.objects.get(national_id=identity(number))


def outcomes(batch):
    return {row.head_name: row.outcome for row in batch.rows.all()}


def test_the_preview_says_what_happens_to_whom_and_writes_nothing(monthly, classes):
    batch = monthly.read("2024-02", line("exited_poor", 1), line("new_poor", 9), line("moved_out", 7))
    rows = [(row.movement, row.outcome, row.old_class, row.new_class) for row in batch.rows.all()]
    assert rows == [
        ("exited_poor", "changed", "poor", "not_poor"),
        ("new_poor", "new", "", "poor"),
        ("moved_out", "changed", "near_poor", ""),
    ]
    assert batch.counts["gone"] == 0
    assert Household.objects.count() == 8
    assert classes(FEB)[called(1)] == "poor"


def test_every_class_movement_takes_effect_from_the_lists_day_on(monthly, classes):
    monthly.register(
        "2024-02",
        line("exited_poor", 1), line("poor_to_near", 2), line("near_to_poor", 7), line("exited_near_poor", 8),
        line("new_near_poor", 9), line("moved_out", 3), line("deceased", 4),
    )  # fmt: skip
    assert set(classes(date(2024, 2, 28)).values()) == {"poor", "near_poor", None}
    assert classes(FEB) == {
        called(1): "not_poor", called(2): "near_poor", called(7): "poor", called(8): "not_poor",
        called(9): "near_poor", called(3): None, called(4): None, called(5): "poor", called(6): "poor",
    }  # fmt: skip
    reasons = dict(
        PovertySpell.objects.filter(valid_from=FEB, superseded_at=None).values_list(
            "household__national_id", "reason"
        )
    )
    assert reasons[identity(9)] == "new"
    assert reasons[identity(7)] == "near_to_poor"
    ended = PovertySpell.objects.get(household=of(4), superseded_at=None)
    assert (ended.valid_to, ended.ended_by) == (FEB, "deceased")


def test_a_decision_of_its_own_says_the_day(monthly, classes):
    decided = date(2024, 2, 16)
    monthly.register("2024-02", line("exited_poor", 1, decision_number="12/QĐ-UBND", decision_date=decided))
    assert classes(date(2024, 2, 15))[called(1)] == "poor"
    assert classes(decided)[called(1)] == "not_poor"
    movement = Movement.objects.get()
    assert (movement.kind, movement.effective_on, movement.decision_number) == (
        "exited_poor",
        decided,
        "12/QĐ-UBND",
    )


def test_the_same_list_again_changes_nothing(monthly):
    lines = [
        line("exited_poor", 1), line("new_poor", 9), line("moved_out", 3),
        line("corrected", 5, member_count=6),
        line("head_changed", 6, new_head="Lê Thị Mới"), line("near_to_poor", 7),
        line("moved_in", 10, note="Hộ nghèo từ Quảng Trị"), line("deceased", 4),
    ]  # fmt: skip
    monthly.register("2024-02", *lines)
    spells, movements = list(PovertySpell.objects.values()), list(Movement.objects.values())
    again = monthly.register("2024-02", *lines)
    assert set(outcomes(again).values()) == {"unchanged"}
    assert list(PovertySpell.objects.values()) == spells
    assert list(Movement.objects.values()) == movements


def test_what_contradicts_the_register_is_not_written_and_says_why(monthly):
    batch = monthly.read(
        "2024-02", line("exited_poor", 7), line("new_poor", 1), line("moved_out", 40), line("exited_poor", 2)
    )
    assert list(batch.rows.values_list("outcome", flat=True)) == ["blocked", "blocked", "blocked", "changed"]
    problems = list(batch.problems.values_list("code", "row", "params__class"))
    assert problems == [
        ("movement_other_class", 15, "near_poor"),
        ("movement_no_change", 9, "poor"),
        ("movement_unknown", 48, ""),
    ]
    assert batch.counts["errors"] == 3


def test_a_household_that_moves_within_the_province_stays_the_same_one(monthly):
    monthly.register("2024-02", line("moved_in", 1, commune_code="20050", village="Thôn 3"))
    moved = of(1)
    assert (moved.commune.code, moved.village, moved.spells.get(valid_to=None).poverty_class) == (
        "20050",
        "Thôn 3",
        "poor",
    )
    movement = moved.movements.get()
    assert (movement.from_commune.code, movement.to_commune.code) == ("20047", "20050")
    assert Household.objects.count() == 8


def test_who_moved_away_may_come_back(monthly, classes):
    monthly.register("2024-02", line("moved_out", 1))
    monthly.register("2024-03", line("moved_in", 1, note="hộ cận nghèo"))
    assert [classes(day)[called(1)] for day in (FEB, date(2024, 3, 31))] == [None, "near_poor"]
    assert of(1).spells.get(superseded_at=None, valid_to=None).reason == "moved_in"


def test_a_split_makes_a_household_of_its_own_with_its_origin(monthly, classes):
    monthly.register("2024-02", line("split", 11, "Hồ Văn Con", other_name=called(1)))
    movement = of(11).movements.get()
    assert (movement.kind, movement.other) == ("split", of(1))
    assert classes(FEB)["Hồ Văn Con"] == "poor"


def test_a_member_who_splits_off_is_no_longer_of_the_old_household(monthly):
    old = of(1)
    for position, (name, number) in enumerate([(called(1), identity(1)), ("Hồ Văn Con", identity(11))]):
        HouseholdMember.objects.create(household=old, position=position, name=name, national_id=number)
    monthly.register("2024-02", line("split", 11, "Hồ Văn Con"))
    assert [member.name for member in old.members.all()] == [called(1)]
    assert of(11).movements.get().other == old


def test_a_new_head_leaves_the_household_the_same_one(monthly):
    pk = of(1).pk
    monthly.register("2024-02", line("head_changed", 1, new_head="Kăn Thị Vợ"))
    after = Household.objects.get(pk=pk)
    assert (after.head_name, after.national_id, after.birth_date) == ("Kăn Thị Vợ", "", None)
    assert [member.name for member in after.members.all()] == ["Kăn Thị Vợ", called(1)]
    assert after.spells.get().poverty_class == "poor"


def test_two_lines_about_one_household_follow_each_other(monthly):
    monthly.register(
        "2024-02",
        line("corrected", 1, member_count=2),
        line("poor_to_near", 1, member_count=2),
        line("moved_in", 1, member_count=2, commune_code="20050"),
    )
    after = of(1)
    assert (after.member_count, after.commune.code) == (2, "20050")
    assert after.spells.get(valid_to=None, superseded_at=None).poverty_class == "near_poor"
    assert set(after.movements.values_list("kind", flat=True)) == {"corrected", "poor_to_near", "moved_in"}


def test_a_newcomer_on_two_sheets_enters_once(monthly):
    batch = monthly.register("2024-02", line("new_poor", 9), line("relapsed_poor", 9, row=50))
    assert list(batch.rows.values_list("outcome", flat=True)) == ["new", "blocked"]
    assert batch.problems.get().code == "household_twice"
    assert Household.objects.count() == 9


def test_the_balance_of_a_commune_adds_up(monthly):
    batch = monthly.read(
        "2024-02", line("exited_poor", 1), line("new_poor", 9), line("moved_out", 7), line("deceased", 2),
        line("moved_in", 10, note="hộ nghèo"), line("corrected", 3, member_count=9),
    )  # fmt: skip
    (row,) = batch.balance
    names = ("start", "new", "moved_in", "moved_out", "exited", "gone", "end", "listed", "off")
    assert tuple(row[name] for name in names) == (8, 1, 1, 1, 1, 1, 7, 7, False)


def test_a_doubtful_line_waits_for_a_person_and_is_then_written(monthly):
    officer = monthly.desk.cast("hue-dolisa")
    batch = monthly.read("2024-02", line("exited_poor", 1, national_id="", village="Thôn 9"))
    (row,) = batch.rows.all()
    assert (row.outcome, batch.counts["undecided"]) == ("ambiguous", 1)
    with pytest.raises(Refusal, match="not in the register"):
        workflow.decide_row(row, decision="new", actor=officer)
    workflow.decide_row(row, decision="same", household_id=of(1).pk, actor=officer)
    assert not batch.rows.filter(outcome="gone").exists()
    monthly.desk.confirm(batch)
    assert of(1).spells.get(valid_to=None, superseded_at=None).poverty_class == "not_poor"


def test_an_older_month_is_refused_and_a_skipped_one_is_said(monthly):
    late = monthly.read("2024-03", line("exited_poor", 1))
    assert all(month in late.notice for month in ("01/2024", "02/2024"))
    assert monthly.desk.confirm(late).state == "applied"
    with pytest.raises(Refusal, match="one of 02/2024 is older"):
        monthly.upload("2024-02", line("exited_poor", 2))
    assert monthly.read("2024-03", line("exited_poor", 2)).notice == ""


def test_what_is_older_than_the_latest_month_is_refused_of_annual_lists_too(monthly):
    monthly.register("2024-02", line("exited_poor", 1))
    with pytest.raises(Refusal, match="one of 12/2023 is older"):
        monthly.desk.upload(household(1), year=2023)


def test_who_left_is_of_no_later_list_of_the_register(monthly, capsys):
    monthly.register("2024-02", line("moved_out", 1), line("deceased", 2))
    capsys.readouterr()
    call_command("list_households", "--province=46", "--as-of=2024-02-29", "--json")
    names = {row["head_name"] for row in json.loads(capsys.readouterr().out)["households"]}
    assert called(1) not in names
    assert called(3) in names
