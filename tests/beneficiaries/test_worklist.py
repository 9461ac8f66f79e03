"""What lists put on people's work lists."""

import pytest

from beneficiaries.worklist import awaited_by, waiting_for

from .conftest import household

pytestmark = pytest.mark.django_db


def titles(items):
    return [(item.title, item.verb) for item in items]


def test_a_list_to_confirm_waits_for_the_register_officer_and_dic_waits_for_it(desk, cast):
    desk.read(household(1))
    assert titles(waiting_for(cast("hue-dolisa"))) == [("Annual list 2023", "Check and confirm")]
    assert titles(awaited_by(cast("hue-dic"))) == [("Annual list 2023", "View the list")]
    assert waiting_for(cast("daknong-dic")) == awaited_by(cast("daknong-dic")) == []


def test_a_list_that_failed_says_why(desk, cast):
    sections = [["A", None, "HUYỆN TUY ĐỨC"], ["I", None, "Xã Quảng Trực", *[None] * 5, 9]]
    desk.read(file=desk.file(household(1), sections=sections))
    failed = waiting_for(cast("hue-dolisa"))[0]
    assert "Đắk Nông" in failed.detail


def test_a_year_without_a_list_is_missed(desk, cast):
    assert waiting_for(cast("hue-dolisa"))[0].verb == "Upload the list"
    desk.register(household(1), year=2021)
    assert titles(waiting_for(cast("hue-dolisa"))) == [("The annual list 2022 is missing", "Upload the list")]


def test_dic_hears_of_a_list_that_was_written(desk, cast):
    desk.register(household(1))
    assert titles(waiting_for(cast("hue-dic"))) == [("Annual list 2023", "View the list")]
    assert waiting_for(cast("hue-481")) == []
