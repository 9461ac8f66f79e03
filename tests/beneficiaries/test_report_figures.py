"""The register's section of periodic reports against counts made by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.models import Household, Movement, PovertySpell, ServiceSubscription, SubscriptionSpell
from beneficiaries.reporting import (
    Course,
    Stand,
    count_courses,
    is_balanced,
    register_movement,
    services,
)
from programs.models import Program
from programs.reporting import FigureTable
from smartphone_support.accounts.models import Organisation

FIRST, LAST = date(2024, 2, 1), date(2024, 2, 29)
A_LUOI, PHU_LOC = "20044", "20107"  # a commune of each district


@pytest.fixture
def plan(cast):
    return Program.objects.create(
        code="test", province=cast.area("46"), title="Kế hoạch", first_year=2023, last_year=2025
    )


@pytest.fixture
def household(cast):
    """`household("poor", until=…, then=("near_poor", since, reason))` in A Lưới unless said otherwise."""

    def make(first: str = "", *spells: tuple[Any, ...], commune: str = A_LUOI, **known: Any) -> Household:
        place = cast.area(commune)
        row = Household.objects.create(
            province=place.parent.parent, district=place.parent, commune=place, head_name="Hồ Văn A", **known
        )
        for poverty_class, since, until, *rest in [(first, date(2023, 1, 1), None)] if first else spells:
            more = dict(zip(("reason", "ended_by"), rest, strict=False))
            PovertySpell.objects.create(
                household=row, poverty_class=poverty_class, valid_from=since, valid_to=until, **more
            )
        return row

    return make


def rows_of(blocks: Any, title: str) -> dict[str, tuple[Any, ...]]:
    table = next(one for one in blocks if isinstance(one, FigureTable) and one.title == title)
    return {str(row.cells[0]): tuple(row.cells[1:]) for row in table.rows}


def test_the_movement_of_a_month_as_counted_by_hand(cast, plan, household):
    january, change, march = date(2023, 1, 1), date(2024, 2, 10), date(2024, 3, 5)
    # Poor on both days: three, one of them in the other district; one leaves only in March.
    household("poor")
    household("poor", commune=PHU_LOC)
    household("", ("poor", january, march))
    # Poor before: to near-poor, out of poverty, dead, moved to the other district.
    household("", ("poor", january, change), ("near_poor", change, None, "poor_to_near"))
    household("", ("poor", january, change), ("not_poor", change, None, "exited_poor"))
    household("", ("poor", january, change, "listed", "deceased"))
    moved = household("poor", commune=PHU_LOC)
    Movement.objects.create(
        household=moved, kind="moved_in", effective_on=change, from_commune=cast.area(A_LUOI),
        to_commune=cast.area(PHU_LOC),
    )  # fmt: skip
    # New, relapsed, moved in from elsewhere, near-poor become poor.
    household("", ("poor", change, None, "new"))
    household("", ("poor", change, None, "relapsed"))
    household("", ("poor", change, None, "moved_in"))
    household("", ("near_poor", january, change), ("poor", change, None, "near_to_poor"))
    # Counted nowhere: came and went within the month, began in March, was corrected, was merged away.
    household("", ("poor", change, date(2024, 2, 20)))
    household("", ("poor", march, None, "new"))
    wrong = household("poor")
    PovertySpell.objects.filter(household=wrong).update(superseded_at="2024-01-01T00:00:00Z")
    household("poor", merged_into=moved)

    blocks = register_movement(plan, FIRST, LAST)

    # start, to near-poor, above, other less, from near-poor, relapsed, new, other more, end
    poor = rows_of(blocks, "Hộ nghèo")
    assert poor["Huyện A Lưới"] == (6, 1, 1, 2, 1, 1, 1, 1, 6)
    assert poor["Huyện Phú Lộc"] == (1, 0, 0, 0, 0, 0, 0, 1, 2)
    assert poor["Tổng cộng"] == (7, 1, 1, 2, 1, 1, 1, 2, 8)
    near = rows_of(blocks, "Hộ cận nghèo")
    assert near["Huyện A Lưới"] == (1, 1, 0, 0, 1, 0, 0, 0, 1)
    # The end of one report is the start of the next.
    following = rows_of(register_movement(plan, date(2024, 3, 1), date(2024, 3, 31)), "Hộ nghèo")
    assert {name: row[0] for name, row in following.items()} == {name: row[8] for name, row in poor.items()}


stands = st.none() | st.builds(Stand, st.sampled_from(["poor", "near_poor"]), st.integers(1, 3))
courses = st.builds(
    Course, stands, stands, st.sampled_from(["", "new", "relapsed", "moved_in"]), st.booleans()
)


@given(st.lists(courses, max_size=60))
def test_the_control_equation_always_holds(rows):
    counts = count_courses(rows)

    assert all(is_balanced(found) for found in counts.values())
    assert sum(found[0] for found in counts.values()) == sum(row.before is not None for row in rows)
    assert sum(found[8] for found in counts.values()) == sum(row.after is not None for row in rows)


def test_an_unbalanced_count_would_be_seen():
    assert not is_balanced(Counter({0: 3, 1: 1, 8: 3}))


def test_other_provinces_count_nowhere(cast, plan, household):
    household("poor", commune="24664")  # Đắk Nông

    assert not [one for one in register_movement(plan, FIRST, LAST) if isinstance(one, FigureTable)]


def test_services_per_operator_as_counted_by_hand(cast, plan, household):
    viettel, vnpt = (Organisation.objects.get(code=f"hue-{name}") for name in ("viettel", "vnpt"))

    def subscription(operator: Any, state: str, since: date, until: date | None = None, **known: Any) -> None:
        row = ServiceSubscription.objects.create(
            household=household("poor"), operator=operator, service="mobile", level=60_000, state=state,
            started_on=since, ended_on=until,
        )  # fmt: skip
        SubscriptionSpell.objects.create(
            subscription=row, state=known.get("was", state), level=60_000, valid_from=since,
            valid_to=known.get("to"), recorded_by=cast("hue-viettel"),
        )  # fmt: skip

    subscription(viettel, "active", date(2023, 5, 1))
    subscription(viettel, "active", date(2024, 2, 5))
    subscription(viettel, "active", date(2024, 3, 5))  # after the month
    subscription(viettel, "no_traffic", date(2023, 6, 1))
    subscription(vnpt, "stopped", date(2023, 6, 1), date(2024, 2, 14), was="active", to=date(2024, 2, 15))

    blocks = services(plan, FIRST, LAST)

    # at the start, new, stopped, at the end, of these suspended
    rows = rows_of(blocks, "Biến động danh sách hỗ trợ")
    assert rows["Viettel – Di động"] == (2, 1, 0, 3, 1)
    assert rows["VNPT – Di động"] == (1, 0, 1, 0, 0)
    assert rows["Tổng cộng"] == (3, 1, 1, 3, 1)
    # subscriptions supported on 29 February, their months, đồng
    months = rows_of(blocks, "Khối lượng hỗ trợ theo tháng đã kết thúc")
    assert months == {"Viettel – Di động": (2, 2, 120_000), "Tổng cộng": (2, 2, 120_000)}
