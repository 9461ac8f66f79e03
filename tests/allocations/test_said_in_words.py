"""Small things pages say: no dashes for an empty choice, no rounds without anybody, whole messages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from allocations.models import FieldHousehold, ReviewUpload
from allocations.views.uploads import written_words
from programs.choices import FundingKind
from smartphone_support.documents.models import StoredFile

from .handing import Delivery


def url(name, *args):
    return reverse(f"allocations:{name}", args=args)


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("round_create", "hue-dic"), ("rule_create", "hue-dic"), ("level_create", "hue-dic"),
        ("budget_create", "hue-dic"), ("contribution_create", "hue-dic"), ("device_intake", "hue-dic"),
        ("device_dispatch", "hue-dic"), ("device_intake", "hue-viettel"), ("acceptance_create", "hue-dic"),
        ("support_assign", "hue-dic"), ("acceptance_list", "hue-dic"), ("device_list", "hue-dic"),
    ],
)  # fmt: skip
def test_an_empty_choice_is_said_in_words(a_luoi, story, cast, visit, name, username):
    Delivery(story, cast, [a_luoi]).assigned()
    answer = visit(username, url(name))
    assert (answer.status_code, "-----" in answer.content.decode()) == (200, False)


def test_devices_and_acceptances_are_chosen_among_rounds_with_somebody_approved(a_luoi, story, cast, visit):
    story.households(c20161=3)
    empty = story.round(total=1, name="Đợt chưa có hộ", number="99/QĐ-BTTTT")
    story.decided(a_luoi)
    pages = (
        ("acceptance_create", "hue-dic"), ("device_intake", "hue-dic"), ("device_dispatch", "hue-dic"),
    )  # fmt: skip
    for name, username in pages:
        text = visit(username, url(name)).content.decode()
        assert (a_luoi.round.name in text, empty.name in text) == (True, False), name


@pytest.mark.parametrize(
    ("lines", "added", "waiting", "words"),
    [
        (2, 0, 0, ["2 lines were written."]),
        (0, 0, 0, ["0 lines were written."]),
        (0, 1, 2, ["1 household found in the field came onto the list.", "2 households are handed to"]),
        (1, 1, 0, ["1 line was written.", "1 household found in the field came onto the list."]),
    ],
)
def test_a_confirmed_workbook_tells_of_its_finds_too(a_luoi, cast, lines, added, waiting, words):
    file = StoredFile.objects.create(
        name="phieu.xlsx", file="x.xlsx", size=1, sha256="0" * 64, uploaded_by=cast("hue-481")
    )
    upload = ReviewUpload.objects.create(
        district_list=a_luoi, list_version=a_luoi.version, file=file, uploaded_by=cast("hue-481"),
        changes=[{}] * lines, counts={},
    )  # fmt: skip
    line = a_luoi.lines.first()
    for number in range(added):
        FieldHousehold.objects.create(upload=upload, row=number, head_name="A", match="found", line=line)
    for number in range(waiting):
        FieldHousehold.objects.create(upload=upload, row=number, head_name="B", match="not_found")
    FieldHousehold.objects.create(upload=upload, row=99, head_name="C", match="on_list")
    said = written_words(upload)
    assert all(part in said for part in words)
    assert said.count(".") == len(words)


def test_from_the_missing_rule_and_level_a_link_leads_to_making_them(story, visit):
    source = story.source(kind=FundingKind.PROVINCIAL_BUDGET)
    asked = {"funding_source": source.pk, "decision_date": "15/01/2024", "device_kind": "cash"}
    text = visit("hue-dic", url("round_eligible"), **asked).content.decode()
    link = f"{url('rule_create')}?source={source.pk}"
    assert link in text
    assert f'<option value="{source.pk}" selected' in visit("hue-dic", link).content.decode()
    story.rule()
    text = visit("hue-dic", url("round_eligible"), **asked).content.decode()
    link = f"{url('level_create')}?source={source.pk}"
    assert link in text
    assert f'<option value="{source.pk}" selected' in visit("hue-dic", link).content.decode()
    assert visit("hue-dic", f"{url('level_create')}?source={'9' * 40}").status_code == 200


def test_the_bar_of_a_budget_line_has_its_per_cent_printed(a_luoi, story, visit):
    line = story.budget_line(a_luoi.round, amount=1_000, unit_cost=1)
    type(line).objects.filter(pk=line.pk).update(committed=370)
    assert "<small>37 %</small>" in visit("hue-dic", url("budget_list")).content.decode()


def test_a_district_is_led_only_to_its_own_households(story, visit):
    story.households(c20044=3, c20161=3)
    round_ = story.round(total=2)
    text = visit("hue-481", url("round_detail", round_.pk)).content.decode()
    assert "district=481" in text
    assert "district=483" not in text
    assert "district=483" in visit("hue-dic", url("round_detail", round_.pk)).content.decode()
