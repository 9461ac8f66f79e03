"""What waits for the department because of supports and amendments."""

import pytest

from allocations import workflow
from allocations.models import Support
from allocations.work.supports import awaited_by, waiting_for

pytestmark = pytest.mark.django_db


def titles(items):
    return [item.title for item in items]


@pytest.fixture
def supports(a_luoi, story):
    story.decided(a_luoi)
    return list(Support.objects.order_by("line__position"))


def test_what_is_approved_waits_for_an_operator(supports, cast):
    assert titles(waiting_for(cast("hue-dic"))) == ["Assign an operator, Đợt 1/2024"]
    for who in ("hue-dic-leader", "hue-481", "daknong-dic"):
        assert waiting_for(cast(who)) == []


def test_a_support_on_hold_waits_with_its_reason(supports, cast):
    workflow.hold_support(supports[0], actor=None, why="moved", reason="Chuyển huyện")
    workflow.hold_support(supports[1], actor=None, why="left_register", reason="Đã mất")
    first = waiting_for(cast("hue-dic"))[0]
    assert first.title == "Decide on 2 households on hold"
    assert first.detail == "Left the register after approval: 1; Moved to another district: 1"


def test_a_place_that_fell_free_waits_for_a_reserve_until_an_amendment_names_it(supports, story, cast):
    officer = cast("hue-dic")
    workflow.mark_undeliverable(supports[0], actor=officer, reason="Không tìm thấy")
    assert "Propose the next reserves" in titles(waiting_for(officer))
    draft = workflow.propose_replacement(
        supports[0], actor=officer, number="20/TTr", day=supports[0].round.as_of, reason="Chuyển đi"
    )
    assert "Propose the next reserves" not in titles(waiting_for(officer))
    assert f"{draft} · Huyện A Lưới" in titles(waiting_for(officer))
    workflow.submit_amendment(draft, actor=officer)
    assert f"{draft} · Huyện A Lưới" in titles(awaited_by(officer))
    assert titles(waiting_for(cast("hue-dic-leader"))) == [f"{draft} · Huyện A Lưới"]
