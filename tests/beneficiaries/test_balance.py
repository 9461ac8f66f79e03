from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.imports.balance import CommuneBalance, Movement, as_claimed, balance, brakes
from beneficiaries.imports.causes import group_causes, row_ranges
from beneficiaries.imports.records import Problem

A, B = 1, 2


def one(*movements, start=10):
    return balance({A: start}, movements, [A])[0]


def test_new_and_relapsed_households_add_and_exited_and_gone_ones_subtract():
    row = one(
        Movement("new", None, A, "", "poor", 3),
        Movement("changed", A, A, "not_poor", "near_poor", 1),
        Movement("changed", A, A, "poor", "not_poor", 2),
        Movement("gone", A, A, "poor", "not_poor", 4),
        Movement("unchanged", A, A, "poor", "poor", 4),
    )
    assert (row.new, row.exited, row.gone, row.end) == (4, 2, 4, 8)
    assert not row.is_off


def test_a_move_leaves_one_commune_and_enters_the_other():
    left, entered = balance({A: 1}, [Movement("changed", A, B, "poor", "near_poor")], [A, B])
    assert (left.moved_out, left.end, entered.moved_in, entered.end) == (1, 0, 1, 1)


def test_a_household_that_is_not_written_leaves_its_commune_off():
    row = one(Movement("unchanged", A, A, "poor", "poor", 10), Movement("blocked", None, A, "", "poor"))
    assert (row.end, row.listed, row.is_off) == (10, 11, True)


def test_a_newcomer_who_has_already_left_poverty_moves_nothing():
    assert one(Movement("new", None, A, "", "not_poor")).end == 10


def test_the_brake_holds_above_its_share_and_never_in_a_handful():
    rows = [
        CommuneBalance(1, start=10, gone=3),
        CommuneBalance(2, start=10, gone=4),
        CommuneBalance(3, start=4, gone=4),
    ]
    assert [row.commune for row in brakes(rows, percent=30, at_least=5)] == [2]


def test_a_monthly_list_says_where_households_went_and_came_from():
    row = one(
        Movement("changed", A, A, "poor", "", 2, "moved_out"),
        Movement("changed", A, A, "poor", "", 1, "deceased"),
        Movement("new", None, A, "", "poor", 3, "moved_in"),
        Movement("changed", A, A, "poor", "poor", 4, "corrected"),
    )
    assert (row.moved_out, row.gone, row.moved_in, row.end) == (2, 1, 3, 10)


def test_a_line_that_waits_or_is_not_written_is_claimed_all_the_same():
    lines = [
        Movement("ambiguous", None, A, "", "poor", 2, "new_poor"),
        Movement("changed", A, A, "poor", "not_poor"),
    ]
    assert (one(*lines).end, one(*as_claimed(lines)).end) == (9, 11)


MOVEMENTS = st.builds(
    Movement,
    st.sampled_from(["new", "changed", "unchanged", "gone", "blocked", "ambiguous"]),
    st.sampled_from([None, A, B]), st.sampled_from([A, B]),
    st.sampled_from(["", "poor", "near_poor", "not_poor"]), st.sampled_from(["", "poor", "not_poor"]),
    st.integers(1, 5), st.sampled_from(["", "moved_out", "deceased", "corrected"]),
)  # fmt: skip


@given(st.lists(MOVEMENTS), st.integers(0, 50))
def test_what_leaves_a_commune_for_another_arrives_there(movements, start):
    # A household that left for elsewhere arrives in none of the communes.
    movements = [one for one in movements if one.kind != "moved_out"]
    rows = balance({A: start, B: start}, movements, [A, B])
    assert sum(row.moved_in for row in rows) == sum(row.moved_out for row in rows)


def test_rows_are_named_as_people_write_them():
    assert row_ranges([118, 241, 240, 242, 243, 907]) == "118, 240–243, 907"
    assert row_ranges(range(1, 100, 2), most=2) == "1, 3…"


@given(st.sets(st.integers(1, 500), min_size=1))
def test_ranges_hold_exactly_their_rows(rows):
    found = set()
    for part in row_ranges(rows, most=1000).split(", "):
        first, _, last = part.partition("–")
        found |= set(range(int(first), int(last or first) + 1))
    assert found == rows


def test_causes_come_with_errors_first_and_their_cells():
    bad = [Problem("S", row, "F", "bad_national_id", "error", "123") for row in (12, 40, 41)]
    restored = [Problem("S", row, "F", "leading_zero_restored", "warning") for row in range(5)]
    first, second = group_causes([*restored, *bad])
    assert (first["code"], first["count"]) == ("bad_national_id", 3)
    assert first["places"] == [{"sheet": "S", "column": "F", "rows": "12, 40–41"}]
    assert second["level"] == "warning"
