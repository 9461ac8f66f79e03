import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from smartphone_support.web.components import Step, Tab, steps_to
from smartphone_support.web.templatetags.web import masked_id, masked_phone


def render(source, **context):
    request = RequestFactory().get(context.pop("path", "/"))
    return Template(source).render(Context(context | {"request": request}))


EVERY_TAG = """
{% badge "ok" "Xong" %}{% icon "upload" %}{% icon "info" 20 "Lưu ý" %}{% bar 3 4 "ok" "A Lưới" %}
{% citation "Điều 5" %}{% lifecycle steps %}{% count_tabs tabs %}{% empty_state "Chưa có" "Vì sao" "/" "Đi" %}
{% facts rows %}{% page_links page %}
"""


def test_no_component_carries_inline_style_or_script():
    html = render(
        EVERY_TAG,
        steps=[Step("Lập", "hôm qua", "done"), Step("Trình", "", "here"), Step("Duyệt")],
        tabs=[Tab("Mới", 3, "?a=1", True), Tab("Lỗi", 2, "?a=2", tone="bad")],
        rows=[("Xã", "A Ngo"), ("Thôn", "")],
        page=Paginator(range(300), 50).page(3),
    )
    assert not re.search(r"\sstyle=|<script|<style|\son\w+=", html)


def test_a_badge_says_its_state_in_words():
    assert render('{% badge "wait" "Chờ ký" %}') == '<span class="state state-wait">Chờ ký</span>'


def test_a_badge_of_an_unknown_tone_is_a_mistake_of_the_programmer():
    with pytest.raises(TemplateSyntaxError):
        render('{% badge "purple" "x" %}')


def test_a_state_badge_takes_tone_and_words_from_the_record():
    record = SimpleNamespace(badge="ok", get_state_display=lambda: "Đã duyệt")
    assert "state-ok" in render("{% state_badge obj %}", obj=record)
    assert "Đã duyệt" in render("{% state_badge obj %}", obj=record)


def test_what_people_typed_is_escaped():
    html = render(
        "{% badge 'ok' text %}{% citation text %}{% facts rows %}", text="<b>", rows=[("<i>", "<u>")]
    )
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<u>" not in html


def test_an_icon_is_hidden_from_screen_readers_unless_it_has_a_label():
    assert 'aria-hidden="true"' in render('{% icon "upload" %}')
    assert 'aria-label="Lưu ý"' in render('{% icon "info" 20 "Lưu ý" %}')


@pytest.mark.parametrize(
    ("value", "total", "width"), [(0, 4, "0"), (3, 4, "75"), (4, 4, "100"), (9, 4, "100"), (1, 0, "0")]
)
def test_a_bar_is_as_wide_as_its_share(value, total, width):
    assert f'class="bar-fill" width="{width}"' in render("{% bar v t %}", v=value, t=total)


def test_a_bar_tells_its_figures_to_who_cannot_see_it(settings):
    assert 'aria-label="A Lưới: 3' in render('{% bar 3 4 "ok" "A Lưới" %}')


def test_a_lifecycle_marks_where_one_is():
    html = render(
        "{% lifecycle steps %}", steps=steps_to("b", [("a", "Lập"), ("b", "Trình"), ("c", "Duyệt")])
    )
    assert html.count('aria-current="step"') == 1
    assert re.search(r'step-done".*Lập.*step-here".*Trình.*step-next".*Duyệt', html, re.S)


def test_a_life_that_reached_its_end_is_done_all_along():
    assert [s.status for s in steps_to("b", [("a", "A"), ("b", "B")])] == ["done", "done"]


def test_tabs_mark_the_current_part_and_its_count():
    html = render(
        "{% count_tabs tabs %}", tabs=[Tab("Mới", 3, "?a=1", True), Tab("Lỗi", 0, "?a=2", tone="bad")]
    )
    assert '<a href="?a=1" aria-current="page">Mới <b>3</b></a>' in html
    assert "tone-bad" not in html  # nothing is wrong where nothing is counted


def test_an_empty_fact_shows_as_a_dash_and_a_zero_as_a_zero():
    html = render("{% facts rows %}", rows=[("Thôn", ""), ("Số máy", 0)])
    assert "<dd>–</dd>" in html
    assert "<dd>0</dd>" in html


def test_page_links_keep_the_rest_of_the_address():
    page = Paginator(range(200), 50).page(2)
    html = render("{% page_links page %}", page=page, path="/?q=h%E1%BB%93&page=2")
    assert 'href="?q=h%E1%BB%93&amp;page=3"' in html
    assert 'href="?q=h%E1%BB%93&amp;page=1"' in html


def test_page_links_of_a_thousand_pages_hold_no_thousands_separator():
    html = render("{% page_links page %}", page=Paginator(range(100_000), 50).page(1_200))
    assert 'page=1201"' in html


def test_one_page_needs_no_links():
    assert render("{% page_links page %}", page=Paginator(range(3), 50).page(1)).strip() == ""


@pytest.mark.parametrize(
    ("full", "masked"),
    [("046123456789", "046******789"), ("191234567", "191***567"), ("12345", "12345"), ("", ""), (None, "")],
)
def test_an_identity_number_is_masked_in_its_middle(full, masked):
    assert masked_id(full) == masked


@pytest.mark.parametrize(("full", "masked"), [("0912344567", "091***4567"), ("", ""), (None, "")])
def test_a_phone_number_is_masked_in_its_middle(full, masked):
    assert masked_phone(full) == masked


@time_machine.travel("2024-02-05 09:00 +0700")
@pytest.mark.parametrize(
    ("days", "words"), [(-2, "2 days overdue"), (0, "today"), (1, "1 day left"), (3, "3 days left")]
)
def test_a_due_date_is_said_as_people_say_it(days, words):
    assert render("{{ due|due_words }}", due=date(2024, 2, 5) + timedelta(days)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (2, "about 5 seconds left"), (58, "about 60 seconds left"), (117, "about 2 minutes left")],
)
def test_time_left_is_rough(seconds, words):
    assert render("{{ s|time_left }}", s=seconds) == words


def test_a_captured_block_can_be_used_twice():
    assert render("{% capture as x %} Tên {% endcapture %}[{{ x }}][{{ x }}]") == "[Tên][Tên]"
