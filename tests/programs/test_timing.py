"""What printed timings mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.choices import TimingKind as K
from programs.loading import FILES, packaged_plan
from programs.rules.timing import timing_of

RHYTHMS = {
    "Thường xuyên": K.CONTINUOUS,
    "Hàng tháng": K.MONTHLY,
    "Hằng tháng (nếu có phát sinh)": K.MONTHLY_IF_ANY,
    "Hàng tháng nếu có phát sinh": K.MONTHLY_IF_ANY,
    "Định kỳ hàng quý": K.QUARTERLY,
    "06 tháng một lần": K.HALF_YEARLY,
    "Hằng năm": K.YEARLY,
    "Theo kỳ rà soát theo quy định": K.REVIEW_PERIOD,
    "Khi có đề nghị xác nhận": K.ON_REQUEST,
    "Khi có Quyết định phân bổ của Bộ": K.ON_ALLOCATION,
    "Khi có yêu cầu của cơ quan có thẩm quyền hoặc Kế hoạch hàng năm": K.ON_AUTHORITY_REQUEST_OR_YEARLY,
    "": K.UNSTATED,
}
DAYS = {
    "Trước ngày 15/12/2024": date(2024, 12, 15),
    "Chậm nhất 31.12.2024": date(2024, 12, 31),
    "Ngày 30 tháng 6 năm 2024": date(2024, 6, 30),
    "Trước ngày 3 tháng 5 năm 2024": date(2024, 5, 3),
    "Ngày 06 tháng 12 năm 2024": date(2024, 12, 6),
    "Quý II/2024": date(2024, 6, 30),
    "Trong quý IV năm 2024": date(2024, 12, 31),
    "Tháng 2/2024": date(2024, 2, 29),
    "6 tháng đầu năm 2025": date(2025, 6, 30),
    "Trong năm 2025": date(2025, 12, 31),
}
ASKED = (
    "Sau khi ban hành Kế hoạch",
    "Thường xuyên, hàng tháng",
    "Hàng năm (trước ngày 15/12)",
    "Quý I/2024 và quý III/2024",
    "Hàng quý nếu có phát sinh",
    "Trước ngày 31/02/2024",
    "Giai đoạn 2023-2025",
    "Trước ngày 06 tháng 6",
    "Ngày 15 tháng 6 hằng năm",
    "Trước ngày 25 hàng tháng",
    "Hàng quý, trước ngày 10 tháng đầu quý sau",
    "Từ ngày 01/01/2024",
    "Trước 15/12/2024 và 30/6",
)


@pytest.mark.parametrize("words", RHYTHMS)
def test_a_rhythm_is_understood(words):
    timing = timing_of(words)

    assert (timing.kind, timing.due_by) == (RHYTHMS[words], None)


@pytest.mark.parametrize("words", DAYS)
def test_a_fixed_day_is_understood(words):
    timing = timing_of(words)

    assert (timing.kind, timing.due_by) == (K.BY_DATE, DAYS[words])


@pytest.mark.parametrize("words", ASKED)
def test_what_says_nothing_known_or_two_things_is_asked(words):
    assert timing_of(words) is None


def test_every_timing_of_the_packaged_plans_means_what_they_say_it_means():
    tasks = [t for name in FILES for group in packaged_plan(name)["groups"] for t in group["tasks"]]

    assert {t["timing"]: timing_of(t["timing"]).kind for t in tasks} == {
        t["timing"]: t["timing_kind"] for t in tasks
    }


@given(st.text(max_size=80))
def test_no_words_break_it(words):
    timing = timing_of(words)

    assert timing is None or (timing.due_by is not None) == (timing.kind == K.BY_DATE)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["Trước ngày {}", "{}", "Đến {}"]))
def test_a_day_is_that_day(day, words):
    assert timing_of(words.format(f"{day:%d/%m/%Y}")).due_by == day
