"""The checks and the counting as pure functions: properties that hold for whatever operators send."""

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.services.rules import checks, states
from beneficiaries.services.rules.counting import end_of, last_days, months_after, months_counted
from beneficiaries.services.rules.facts import Days, Facts, Held, LevelInForce, Stretch

FROM = date(2023, 1, 1)
LEVELS = (
    LevelInForce("mobile", 60_000, Days(date(2022, 12, 12)), "QĐ"),
    LevelInForce("mobile", 50_000, Days(date(2022, 12, 12)), "QĐ"),
    LevelInForce("fixed", 130_000, Days(date(2022, 12, 12)), "QĐ"),
)
SETTING = checks.Setting(date(2024, 12, 31), date(2025, 6, 1), LEVELS)
days = st.dates(date(2023, 1, 2), date(2024, 12, 31))
changes = st.sampled_from(states.CHANGES)
lines = st.builds(
    checks.Line, changes, st.just("046061000001"), st.sampled_from(["mobile", "fixed"]),
    st.sampled_from([50_000, 60_000, 130_000, None]), st.none() | days,
)  # fmt: skip


ALWAYS = (Days(FROM),)


def facts_of(held, *, supported=ALWAYS):
    return Facts((1,), supported, ALWAYS, tuple(held))


def written(held, line, *, mine=True):
    """The subscriptions after a line in order was written."""
    if line.change == states.NEW:
        begun = Stretch(Days(line.on), states.ACTIVE, line.level)
        return [*held, Held(len(held) + 1, mine, line.service, "", (begun,))]
    found = []
    for one in held:
        if one.mine and one.is_live:
            last = one.last
            to = states.target(line.change, last.state)
            level = line.level if line.change == states.LEVEL else last.level
            ended = Stretch(Days(last.days.begin, line.on), last.state, last.level)
            one = Held(
                one.pk, True, one.service, "", (*one.stretches[:-1], ended, Stretch(Days(line.on), to, level))
            )
        found.append(one)
    return found


def play(sent):
    """Write every line that is in order, one after the other."""
    held = []
    for line in sent:
        if checks.check_change(line, facts_of(held), SETTING).verdict == checks.GOOD:
            held = written(held, line)
    return held


@given(st.lists(lines, max_size=12))
def test_a_household_never_has_two_services_on_one_day(sent):
    held = play(sent)
    spans = sorted((one.begin, one.end or date.max) for one in held)
    assert all(end <= begin for (_b, end), (begin, _e) in itertools.pairwise(spans))


@given(st.lists(lines, max_size=12))
def test_stretches_follow_each_other_and_every_turn_is_allowed(sent):
    for one in play(sent):
        for was, now in zip(one.stretches, one.stretches[1:], strict=False):
            assert was.days.until == now.days.begin > was.days.begin
            assert was.state == now.state or states.may_go(was.state, now.state)


@given(st.lists(lines, max_size=8), lines)
def test_what_was_written_has_nothing_to_do_when_it_comes_again(sent, line):
    held = play(sent)
    if checks.check_change(line, facts_of(held), SETTING).verdict == checks.GOOD:
        again = checks.check_change(line, facts_of(written(held, line)), SETTING)
        assert again.verdict == checks.NOTHING


@given(st.lists(lines, max_size=12))
def test_nobody_is_suspended_before_two_months_of_support(sent):
    for one in play(sent):
        for number, now in enumerate(one.stretches):
            if now.state == states.NO_TRAFFIC and one.stretches[number - 1].state == states.ACTIVE:
                before = Held(one.pk, True, one.service, "", one.stretches[:number])
                assert now.days.begin >= months_after(before.active_since, 2)


@given(st.dates(date(2023, 1, 1), date(2030, 12, 31)), st.integers(1, 30))
def test_some_months_after_is_the_same_day_or_the_months_last(day, months):
    after = months_after(day, months)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    assert after.day == min(day.day, end_of(after).day)


@given(lines, st.lists(lines, max_size=4))
def test_nobody_off_the_list_begins_or_comes_back(line, sent):
    verdict = checks.check_change(line, facts_of(play(sent), supported=()), SETTING)
    if line.change in (states.NEW, states.RESTORE, states.LEVEL):
        assert verdict.verdict != checks.GOOD


@given(lines, st.lists(lines, max_size=6))
def test_a_refused_line_says_why_and_a_good_one_says_nothing(line, sent):
    found = checks.check_change(line, facts_of(play(sent)), SETTING)
    assert (found.verdict == checks.REFUSED) == any(reason.refuses for reason in found.reasons)
    assert found.verdict != checks.GOOD or found.reasons == ()


@given(changes, st.sampled_from(sorted(states.LIVE | states.ENDED)))
def test_ended_is_ended(change, state):
    to = states.target(change, state)
    assert to is None or state in states.LIVE


def test_the_state_machine_of_the_circular():
    allowed = {
        (a, b) for a in states.LIVE | states.ENDED for b in states.LIVE | states.ENDED if states.may_go(a, b)
    }
    assert allowed == {
        ("active", "no_traffic"), ("no_traffic", "active"), ("active", "uncertified"),
        ("no_traffic", "uncertified"), ("uncertified", "active"), ("uncertified", "removed"),
        ("active", "stopped"), ("no_traffic", "stopped"), ("uncertified", "stopped"),
    }  # fmt: skip


# --- counting -------------------------------------------------------------------------------------


@st.composite
def histories(draw):
    """Stretches one after the other, from a day on."""
    day = draw(st.dates(date(2023, 1, 1), date(2024, 6, 1)))
    found = []
    for _each in range(draw(st.integers(1, 6))):
        until = day + timedelta(days=draw(st.integers(1, 90)))
        state = draw(st.sampled_from([states.ACTIVE, states.NO_TRAFFIC]))
        found.append(Stretch(Days(day, until), state, draw(st.sampled_from([50_000, 60_000]))))
        day = until
    return found


@given(histories(), st.dates(date(2023, 1, 1), date(2024, 12, 31)), st.integers(0, 500), st.integers(0, 400))
def test_months_are_neither_lost_nor_counted_twice_where_time_is_cut(stretches, first, length, cut):
    first, last = first.replace(day=1), end_of(first + timedelta(days=length))
    middle = min(end_of(first + timedelta(days=cut)), last)
    whole = months_counted(stretches, first, last)
    parts = months_counted(stretches, first, middle) + months_counted(
        stretches, middle + timedelta(days=1), last
    )
    assert whole == parts
    assert len({month.last_day for month in whole}) == len(whole)


@given(histories(), st.dates(date(2023, 1, 1), date(2024, 12, 31)))
def test_a_month_counts_exactly_when_supported_on_its_last_day(stretches, day):
    last = end_of(day)
    counted = months_counted(stretches, last.replace(day=1), last)
    active = [one for one in stretches if one.state == states.ACTIVE and one.days.covers(last)]
    assert [month.level for month in counted] == [one.level for one in active]


def test_the_last_days_of_a_leap_year():
    assert [day.day for day in last_days(date(2024, 1, 15), date(2024, 12, 31))] == [
        31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
    ]  # fmt: skip
