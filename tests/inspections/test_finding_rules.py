"""What answers open: by their questions, and by the IMEI whatever was ticked."""

from hypothesis import given
from hypothesis import strategies as st

from allocations.delivery.imei import luhn_digit
from inspections.choices import Answer, FindingKind, Severity
from inspections.rules.from_answers import (
    OF_THE_OPERATOR,
    Answered,
    days_to_remedy,
    ending,
    imei_differs,
    is_the_operators,
    openings,
)

FIRST = "356938040000017"
SECOND = "356938040000025"
GRAVER = {"reminder": 0, "remedy": 1, "serious": 2}


def answered(key, answer="fail", **known):
    return Answered(key, key, f"C{key}", "Câu hỏi", answer, **known)


answers = st.lists(
    st.tuples(
        st.sampled_from(Answer.values),
        st.sampled_from(["", "not_received", "fee_collected", "imei_differs"]),
        st.sampled_from(Severity.values),
        st.booleans(),
    ),
    max_size=12,
).map(
    lambda rows: [
        answered(key, answer, kind=kind, severity=severity, asks_imei=asks)
        for key, (answer, kind, severity, asks) in enumerate(rows)
    ]
)
imeis = st.integers(0, 10**14 - 1).map(lambda n: f"{n:014d}").map(lambda digits: digits + luhn_digit(digits))


@given(answers)
def test_only_fails_of_questions_that_say_so_open_and_each_kind_once_a_household(rows):
    fails = [row for row in rows if row.answer == "fail" and row.kind]
    opened = openings(rows)
    assert [opening.kind for opening in opened] == list(dict.fromkeys(row.kind for row in fails))
    assert sorted(row.id for opening in opened for row in opening.answers) == [row.id for row in fails]
    for opening in opened:
        graves = [GRAVER[row.severity] for row in fails if row.kind == opening.kind]
        assert GRAVER[opening.severity] == max(graves)


@given(answers)
def test_every_question_of_an_office_opens_its_own(rows):
    opened = openings(rows, together=False)
    assert [opening.answers[0].id for opening in opened] == [
        row.id for row in rows if row.answer == "fail" and row.kind
    ]


@given(answers, imeis, imeis)
def test_another_imei_opens_once_whatever_was_ticked(rows, seen, recorded):
    opened = openings(rows, imei_seen=seen, imeis_recorded=[recorded])
    of_imei = [opening for opening in opened if opening.kind == FindingKind.IMEI_DIFFERS]
    ticked = any(row.answer == "fail" and row.kind == "imei_differs" for row in rows)
    same_device = seen[:14] == recorded[:14]
    assert len(of_imei) == (0 if same_device and not ticked else 1)
    assert [opening.by_imei for opening in of_imei] == [not same_device] * len(of_imei)
    keys = [opening.answers[0].id for opening in opened if opening.answers]
    assert len(keys) == len(set(keys)), "an answer opens one finding"


def test_the_imei_takes_the_severity_of_the_question_that_asks_for_it():
    asking = answered(1, "pass", kind="imei_differs", severity="remedy", asks_imei=True)
    opening = openings([asking], imei_seen=FIRST, imeis_recorded=[SECOND])[0]
    assert (opening.severity, opening.answers, opening.by_imei) == (Severity.REMEDY, (asking,), True)
    alone = openings([], imei_seen=FIRST, imeis_recorded=[SECOND])[0]
    assert (alone.severity, alone.answers) == (Severity.SERIOUS, ())


def test_what_is_the_same_device():
    for seen in (FIRST, "35-693804-000001-7", FIRST[:14], FIRST[:14] + "02", "0017", "IMEI: " + FIRST, ""):
        assert not imei_differs(seen, [FIRST, SECOND]), seen
    assert not imei_differs(FIRST, []), "support in cash has no device"
    for seen in (FIRST[:13] + "97", "0018", FIRST[:14] + "8" + "8" + "8"):
        assert imei_differs(seen, [FIRST, SECOND]), seen


@given(imeis, imeis)
def test_an_ending_tells_two_numbers_apart_and_no_more(one, other):
    if one == other:
        return
    digits = ending(one, other)
    assert one.endswith(digits)
    assert len(digits) >= 4
    assert not other.endswith(digits)
    assert len(digits) == 4 or other.endswith(digits[1:])


def test_who_mends_what():
    for kind in FindingKind:
        assert is_the_operators(kind, has_operator=True) == (kind in OF_THE_OPERATOR)
        assert not is_the_operators(kind, has_operator=False, handed_over=True)
    taken = FindingKind.FEE_COLLECTED
    assert [is_the_operators(taken, has_operator=True, handed_over=own) for own in (True, False)] == [
        True,
        False,
    ]
    assert {FindingKind.NOT_RECEIVED, FindingKind.IMEI_DIFFERS, FindingKind.SIM_INACTIVE} <= OF_THE_OPERATOR
    assert not {FindingKind.FEE_COLLECTED, FindingKind.DECEASED_BEFORE} & OF_THE_OPERATOR


def test_a_severity_the_setting_leaves_out_takes_the_shortest_time():
    days = {"reminder": 20, "remedy": 15}
    assert [days_to_remedy(name, days) for name in ("reminder", "remedy", "serious")] == [20, 15, 15]
