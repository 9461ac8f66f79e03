"""Checklists: packaged with a plan, versioned, and never changed once in force."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from inspections.choices import ChecklistState, FindingKind, Severity
from inspections.models import Checklist, ChecklistItem
from inspections.rounds.checklists import checklists_in_force, packaged_items
from inspections.workflow import checklists
from programs.loading import load_plans
from smartphone_support.web.errors import Refusal

pytestmark = pytest.mark.django_db
#: What a household's answers open by rule.
BY_RULE = {
    FindingKind.NOT_RECEIVED, FindingKind.IMEI_DIFFERS, FindingKind.FEE_COLLECTED, FindingKind.NOT_IN_USE,
    FindingKind.SIM_INACTIVE, FindingKind.DECEASED_BEFORE,
}  # fmt: skip


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def household(cast):
    load_plans()
    return checklists_in_force(cast.area("46"))["C"]


@pytest.fixture
def draft(cast, household):
    return checklists.draft_checklist(household, actor=cast("hue-dic"))


def test_the_packaged_questions_open_what_the_programme_asks_for():
    parts = packaged_items()
    assert [[item["code"] for item in items] for items in parts.values()] == [
        [f"A{n}" for n in range(1, 13)], [f"B{n}" for n in range(1, 13)], [f"C{n}" for n in range(1, 14)],
    ]  # fmt: skip
    opened = {item["finding"] for item in parts["C"] if item["finding"]}
    assert opened >= BY_RULE
    assert opened | {item["finding"] for item in parts["A"] + parts["B"]} <= set(FindingKind.values)
    for item in [item for items in parts.values() for item in items]:
        assert bool(item["finding"]) == bool(item["severity"])
        assert not item["severity"] or item["severity"] in Severity.values
    assert [item["code"] for item in parts["C"] if item["asks_imei"]] == ["C4"]


def test_every_province_with_a_plan_has_them_and_loading_again_writes_nothing(household):
    assert Checklist.objects.filter(state="in_force", version=1).count() == 6
    assert load_plans().created == 0


def test_what_the_province_made_of_them_stays_when_plans_are_loaded_again(cast, draft):
    checklists.bring_into_force(draft, actor=cast("hue-dic"))
    load_plans()
    assert checklists_in_force(cast.area("46"))["C"] == draft


def test_a_draft_begins_with_the_questions_in_force(household, draft):
    assert (draft.version, draft.state) == (2, ChecklistState.DRAFT)
    fields = ("position", "code", "text", "help", "finding", "severity", "asks_imei")
    assert list(draft.items.values_list(*fields)) == list(household.items.values_list(*fields))


def test_one_draft_of_a_part_at_a_time(cast, household, draft):
    with pytest.raises(Refusal, match="open already"):
        checklists.draft_checklist(household, actor=cast("hue-dic"))


def test_a_new_version_takes_the_place_of_the_old_one(cast, household, draft):
    checklists.bring_into_force(draft, actor=cast("hue-dic"))
    household.refresh_from_db()
    assert household.state == ChecklistState.RETIRED
    assert checklists_in_force(cast.area("46"))["C"].version == 2


def test_a_version_in_force_never_changes(cast, household):
    item = household.items.first()
    with pytest.raises(Refusal, match="In force"):
        checklists.save_question(household, actor=cast("hue-dic"), code="C1", text="Khác", item=item)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChecklistItem.objects.filter(pk=item.pk).update(text="Khác")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChecklistItem.objects.create(checklist=household, position=99, code="C99", text="Thêm")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "C3"}, "another question"),
        ({"text": "  "}, "needs a code"),
        ({"finding": "procedure"}, "how severe"),
        ({"asks_imei": True}, "IMEI already"),
    ],
)
def test_a_question_that_cannot_be_is_refused(cast, draft, wrong, words):
    with pytest.raises(Refusal, match=words):
        checklists.save_question(draft, actor=cast("hue-dic"), **({"code": "C14", "text": "Câu hỏi"} | wrong))
    assert draft.items.count() == 13


def test_questions_are_added_rewritten_moved_and_taken_out(cast, draft):
    officer = cast("hue-dic")
    added = checklists.save_question(
        draft, actor=officer, code="c14", text="Hộ được báo trước", finding="other", severity="reminder"
    )
    assert (added.code, added.position) == ("C14", 14)
    checklists.save_question(draft, actor=officer, code="C14", text="Hộ được báo trước một ngày", item=added)
    checklists.move_question(added, actor=officer, up=True)
    checklists.remove_question(draft.items.get(code="C1"), actor=officer)
    found = list(draft.items.values_list("position", "code"))
    assert found[0] == (1, "C2")
    assert found[-2:] == [(12, "C14"), (13, "C13")]
    added.refresh_from_db()
    assert (added.text, added.finding, added.severity) == ("Hộ được báo trước một ngày", "", "")


def test_a_draft_without_questions_does_not_come_into_force(cast, draft):
    for item in draft.items.all():
        checklists.remove_question(item, actor=cast("hue-dic"))
    with pytest.raises(Refusal, match="no question"):
        checklists.bring_into_force(draft, actor=cast("hue-dic"))


def test_a_discarded_draft_leaves_nothing(cast, household, draft):
    checklists.discard_checklist(draft, actor=cast("hue-dic"))
    assert list(Checklist.objects.filter(province=household.province, part="C")) == [household]


@pytest.mark.parametrize("other", ["hue-dic-leader", "hue-481", "hue-inspector", "daknong-dic"])
def test_only_the_department_edits_its_checklists(cast, household, other):
    with pytest.raises(PermissionDenied):
        checklists.draft_checklist(household, actor=cast(other))


def test_a_question_moves_up_on_its_page(cast, visit, client, draft):
    page = reverse("inspections:checklist_detail", args=[draft.pk])
    assert "Bring it into force" in visit("hue-dic", page).content.decode()
    second = draft.items.get(position=2)
    client.post(reverse("inspections:checklist_question_move", args=[draft.pk, second.pk]), {"way": "up"})
    assert list(draft.items.values_list("code", flat=True))[:2] == ["C2", "C1"]
    assert "Bring it into force" not in visit("hue-481", page).content.decode()
