"""Activities: recorded, corrected, taken back; totals, filters, the file; evidence for the plan's tasks."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from programs.choices import ActivityKind
from programs.models import CommunicationActivity, DueEvidence, PlanTask
from programs.workflow.activities import ActivityFacts, change_activity, take_back_activity
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal
from tests.work_rows import PDF, activity, scan

LIST = "programs:activity_list"
DAY = date(2024, 5, 6)


@pytest.fixture(autouse=True)
def in_2024(monkeypatch):
    """The tests live in the middle of both plans."""
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2025, 6, 27))


def task_of(program: Any, label: str) -> PlanTask:
    rows = PlanTask.objects.filter(group__program=program).select_related("group")
    return next(task for task in rows if task.label == label)


def evidence(label: str, organisation: str) -> list[DueEvidence]:
    rows = DueEvidence.objects.filter(withdrawn_at__isnull=True, due__organisation__code=organisation)
    return [row for row in rows.select_related("due__task__group") if row.due.task.label == label]


def test_an_activity_of_the_leading_organisation_is_evidence_for_its_own_due(cast, daknong):
    made = activity(daknong, cast("daknong-viettel"), task=task_of(daknong, "I.2"), held_on=DAY)

    shown = evidence("I.2", "daknong-viettel")
    assert [row.subject_key for row in shown] == [f"programs.communicationactivity:{made.pk}"]
    assert shown[0].due.period_key == "2024"
    assert evidence("I.2", "daknong-vnpt") == []  # another operator's due is its own
    assert evidence("I.1", "daknong-dic") == []


def test_an_activity_of_a_coordinating_organisation_is_evidence_for_who_leads(cast, daknong):
    activity(daknong, cast("daknong-media"), task=task_of(daknong, "I.1"), held_on=DAY)

    assert len(evidence("I.1", "daknong-dic")) == 1
    assert evidence("I.2", "daknong-viettel") == []


def test_what_is_taken_back_stops_counting_and_stays_with_its_reason(cast, daknong):
    made = activity(daknong, cast("daknong-viettel"), task=task_of(daknong, "I.2"), held_on=DAY)

    take_back_activity(made, actor=cast("daknong-viettel"), reason="Ghi nhầm")

    assert evidence("I.2", "daknong-viettel") == []
    kept = CommunicationActivity.objects.get(pk=made.pk)
    assert kept.cancel_reason == "Ghi nhầm"
    assert kept.cancelled_at is not None
    assert not CommunicationActivity.objects.standing().exists()
    with pytest.raises(Refusal):
        take_back_activity(made, actor=cast("daknong-viettel"), reason="Lần nữa")
    last = AuditEntry.objects.filter(action__endswith=".take_back_activity").get()
    assert last.reason == "Ghi nhầm"


def test_a_corrected_day_moves_the_evidence_to_the_other_period(cast, daknong):
    officer = cast("daknong-viettel")
    made = activity(daknong, officer, task=task_of(daknong, "I.2"), held_on=DAY)

    facts = ActivityFacts(
        kind=ActivityKind.TRAINING, title="Lớp học", held_on=date(2025, 2, 3), task=task_of(daknong, "I.2")
    )
    change_activity(made, actor=officer, facts=facts)

    assert [row.due.period_key for row in evidence("I.2", "daknong-viettel")] == ["2025"]
    with pytest.raises(Refusal):  # nothing new
        change_activity(made, actor=officer, facts=facts)


def test_correcting_a_figure_leaves_the_evidence_as_it_is(cast, daknong):
    officer, task = cast("daknong-viettel"), task_of(daknong, "I.2")
    made = activity(daknong, officer, task=task, held_on=DAY, title="Lớp học")

    facts = ActivityFacts(kind=made.kind, title="Lớp học", held_on=DAY, task=task, people_reached=40)
    change_activity(made, actor=officer, facts=facts)

    assert len(evidence("I.2", "daknong-viettel")) == 1
    assert DueEvidence.objects.count() == 1  # none withdrawn beside it


def test_what_a_closed_plan_holds_is_taken_back_and_not_corrected(cast, visit, daknong):
    officer, task = cast("daknong-viettel"), task_of(daknong, "I.2")
    made = activity(daknong, officer, task=task, held_on=DAY)
    type(daknong).objects.filter(pk=daknong.pk).update(state="closed")

    facts = ActivityFacts(kind=made.kind, title="Tên khác", held_on=DAY, task=task)
    with pytest.raises(Refusal):
        change_activity(made, actor=officer, facts=facts)
    assert len(evidence("I.2", "daknong-viettel")) == 1
    html = visit("daknong-viettel", reverse("programs:activity_detail", args=[made.pk])).content.decode()
    assert reverse("programs:activity_take_back", args=[made.pk]) in html
    assert reverse("programs:activity_change", args=[made.pk]) not in html


def test_the_link_to_the_task_holds_for_any_number(cast, visit, daknong):
    """Numbers are written with separators on pages, never in addresses."""
    task = task_of(daknong, "I.2")
    PlanTask.objects.filter(pk=task.pk).update(position=90)
    PlanTask.objects.create(
        pk=12345, group=task.group, position=task.position, number="2", content="Việc", lead=task.lead
    )
    made = activity(daknong, cast("daknong-viettel"), task=PlanTask.objects.get(pk=12345), held_on=DAY)

    html = visit("daknong-viettel", reverse("programs:activity_detail", args=[made.pk])).content.decode()
    assert "#task-12345" in html


@pytest.mark.parametrize(
    "facts",
    [
        {"held_on": date(2025, 6, 28)},
        {"held_on": date(2022, 12, 31)},
        {"kind": "khác"},
        {"title": "  \t"},
        {"people_reached": -1},
        {"people_reached": 10**9},
        {"link": "javascript:alert(1)"},
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(cast, hue, facts):
    with pytest.raises(Refusal) as refusal:
        activity(hue, cast("hue-media"), **({"held_on": DAY} | facts))

    assert str(refusal.value).endswith(".")
    assert not CommunicationActivity.objects.exists()


def test_a_task_of_others_or_of_another_plan_is_refused(cast, hue, daknong):
    for task in (task_of(hue, "2.a"), task_of(daknong, "I.1")):
        with pytest.raises(Refusal):
            activity(hue, cast("hue-media"), task=task, held_on=DAY)


@pytest.mark.parametrize("username", ["hue-ppc", "hue-481-leader", "hue-inspector", "daknong-media", "admin"])
def test_who_has_no_duties_here_records_nothing(cast, hue, username):
    with pytest.raises(PermissionDenied):
        activity(hue, cast(username), held_on=DAY)


def test_another_organisation_neither_changes_nor_takes_back(cast, visit, hue):
    made = activity(hue, cast("hue-media"), held_on=DAY)

    for username, status in (("hue-dic", 403), ("hue-front", 404), ("daknong-dic", 404)):
        for name in ("programs:activity_change", "programs:activity_take_back"):
            assert visit(username, reverse(name, args=[made.pk])).status_code == status


def test_recorded_on_the_page_with_a_file_and_found_in_the_list(cast, client, hue):
    cast.log_in(client, "hue-media")
    page = client.post(
        reverse("programs:activity_create"),
        {
            "kind": "article", "title": "Bài về điện thoại thông minh", "held_on": "06/05/2024",
            "channel": "Báo Thừa Thiên Huế", "people_reached": "350", "link": "https://vi.du/bai",
            "task": task_of(hue, "8").pk, "file": scan(),
        },
    )  # fmt: skip

    made = CommunicationActivity.objects.get()
    assert page.url == reverse("programs:activity_detail", args=[made.pk])
    assert made.organisation.code == "hue-media"
    assert made.people_reached == 350
    sent = client.get(reverse("programs:activity_file", args=[made.pk]))
    assert b"".join(sent.streaming_content) == PDF
    html = client.get(reverse(LIST)).content.decode()
    assert "Bài về điện thoại thông minh" in html
    assert "Báo Thừa Thiên Huế" in html


def test_a_day_in_the_future_stays_on_the_page_with_its_sentence(cast, client, hue):
    cast.log_in(client, "hue-media")
    page = client.post(
        reverse("programs:activity_create"), {"kind": "article", "title": "Bài", "held_on": "01/07/2025"}
    )

    assert page.status_code == 200
    assert "Ngày hoạt động nằm trong tương lai" in page.content.decode()


def test_each_sees_the_own_and_followers_all_with_totals(cast, visit, hue):
    activity(hue, cast("hue-media"), held_on=DAY, people_reached=100)
    activity(hue, cast("hue-media"), held_on=DAY - timedelta(days=40), people_reached=None)
    activity(hue, cast("hue-viettel"), kind=ActivityKind.TRAINING, held_on=DAY, people_reached=25)

    seen = visit("hue-dic", reverse(LIST))
    assert seen.context["sums"] == {"activities": 3, "people": 125}
    totals = dict(seen.context["totals"])
    assert totals["Theo hình thức"] == [("Phát thanh, truyền hình", 2, 100), ("Tập huấn kỹ năng", 1, 25)]
    assert [(day.month, n, people) for day, n, people in totals["Theo tháng"]] == [(5, 2, 125), (3, 1, 0)]
    assert [(n, people) for _name, n, people in totals["Theo đơn vị"]] == [(2, 100), (1, 25)]
    own = visit("hue-media", reverse(LIST))
    assert own.context["sums"] == {"activities": 2, "people": 100}
    assert "Theo đơn vị" not in dict(own.context["totals"])
    assert visit("hue-front", reverse(LIST)).context["count"] == 0
    assert visit("daknong-dic", reverse(LIST)).context["count"] == 0
    filtered = visit("hue-dic", reverse(LIST), kind="training")
    assert filtered.context["sums"] == {"activities": 1, "people": 25}
    filtered = visit("hue-dic", reverse(LIST), until="30/03/2024")
    assert filtered.context["sums"]["activities"] == 1


def test_the_export_holds_what_the_list_shows_as_text(cast, visit, hue):
    activity(hue, cast("hue-media"), held_on=DAY, title="=1+1", channel="+84")
    activity(hue, cast("hue-viettel"), kind=ActivityKind.TRAINING, held_on=DAY)

    sent = visit("hue-dic", reverse("programs:activity_export"), kind="broadcast")

    rows = list(load_workbook(io.BytesIO(b"".join(sent.streaming_content))).active.iter_rows())
    assert len(rows) == 2
    cells = {cell.value: cell for cell in rows[1]}
    assert cells["=1+1"].data_type == "s"
    assert cells["+84"].data_type == "s"
    entry = AuditEntry.objects.filter(action="programs.communicationactivity.export").get()
    assert entry.after["activities"] == 1


def test_what_shows_a_due_is_named_in_the_offices_language(cast, daknong):
    with translation.override("en"):
        activity(daknong, cast("daknong-viettel"), task=task_of(daknong, "I.2"), held_on=DAY)
    (shown,) = evidence("I.2", "daknong-viettel")
    assert "Article" not in shown.label
    assert "article" not in shown.label
