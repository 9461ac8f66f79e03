"""Obstacles: raised, answered, asked again, settled, withdrawn; the summary for the People's Committee."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from programs import work_worklist
from programs.models import Obstacle, PlanTask
from programs.papers.obstacles import summary
from programs.workflow.obstacles import (
    answer_obstacle,
    ask_again,
    raise_obstacle,
    settle_obstacle,
    sum_up,
    withdraw_obstacle,
)
from smartphone_support.web.errors import Refusal


@pytest.fixture
def obstacle(cast, hue) -> Obstacle:
    return raise_obstacle(
        hue, actor=cast("hue-media"), title="Chưa có nội dung thống nhất", detail="Mỗi nơi nói một khác",
        wish="Sở gửi đề cương",
    )  # fmt: skip


def state(obstacle: Any) -> str:
    return Obstacle.objects.get(pk=obstacle.pk).state


def test_from_the_question_to_the_end_everything_said_is_kept(cast, obstacle):
    officer, partner = cast("hue-dic"), cast("hue-media")

    answer_obstacle(obstacle, actor=officer, text="Gửi trong tuần")
    ask_again(obstacle, actor=partner, text="Cần cả hình ảnh")
    assert state(obstacle) == "open"
    answer_obstacle(obstacle, actor=officer, text="Đã gửi cả hình ảnh", for_committee=True)
    settle_obstacle(obstacle, actor=partner)

    kept = Obstacle.objects.get(pk=obstacle.pk)
    assert (kept.state, kept.answer, kept.for_committee) == ("closed", "Đã gửi cả hình ảnh", True)
    assert list(kept.messages.values_list("kind", "text")) == [
        ("answer", "Gửi trong tuần"), ("question", "Cần cả hình ảnh"), ("answer", "Đã gửi cả hình ảnh"),
    ]  # fmt: skip
    for late in (
        lambda: answer_obstacle(obstacle, actor=officer, text="Nữa"),
        lambda: settle_obstacle(obstacle, actor=partner),
        lambda: withdraw_obstacle(obstacle, actor=partner, reason="Thôi"),
        lambda: ask_again(obstacle, actor=partner, text="Lại"),
    ):
        with pytest.raises(Refusal):
            late()


def test_unanswered_it_is_settled_only_with_a_word_how(cast, obstacle):
    with pytest.raises(Refusal):
        settle_obstacle(obstacle, actor=cast("hue-media"))

    settle_obstacle(obstacle, actor=cast("hue-media"), text="Tự soạn được")

    assert state(obstacle) == "closed"


def test_who_may_not_is_refused_by_the_doors(cast, hue, obstacle):
    for actor, step in (
        ("hue-dic-leader", lambda who: answer_obstacle(obstacle, actor=who, text="x")),
        ("hue-media", lambda who: answer_obstacle(obstacle, actor=who, text="x")),
        ("daknong-dic", lambda who: answer_obstacle(obstacle, actor=who, text="x")),
        ("hue-front", lambda who: settle_obstacle(obstacle, actor=who, text="x")),
        ("hue-dic", lambda who: withdraw_obstacle(obstacle, actor=who, reason="x")),
        ("hue-media", lambda who: sum_up(obstacle, actor=who, for_committee=True)),
        ("hue-ppc", lambda who: raise_obstacle(hue, actor=who, title="x")),
        ("hue-481-leader", lambda who: raise_obstacle(hue, actor=who, title="x")),
    ):
        with pytest.raises(PermissionDenied):
            step(cast(actor))
    assert state(obstacle) == "open"
    assert not obstacle.messages.exists()


def test_nobody_answers_the_own_question_but_may_mark_it(cast, hue):
    own = raise_obstacle(hue, actor=cast("hue-dic"), title="Chưa có kinh phí")

    with pytest.raises(PermissionDenied):
        answer_obstacle(own, actor=cast("hue-dic"), text="Tự trả lời")
    sum_up(own, actor=cast("hue-dic"), for_committee=True)

    assert Obstacle.objects.get(pk=own.pk).for_committee
    with pytest.raises(Refusal):  # a double click
        sum_up(own, actor=cast("hue-dic"), for_committee=True)


def test_withdrawn_it_leaves_the_summary(cast, obstacle):
    sum_up(obstacle, actor=cast("hue-dic"), for_committee=True)
    withdraw_obstacle(obstacle, actor=cast("hue-media"), reason="Nhầm")

    kept = Obstacle.objects.get(pk=obstacle.pk)
    assert (kept.state, kept.for_committee) == ("withdrawn", False)
    with pytest.raises(Refusal):
        sum_up(obstacle, actor=cast("hue-dic"), for_committee=True)


def test_the_task_in_the_address_is_chosen(cast, visit, hue):
    task = PlanTask.objects.filter(group__program=hue).first()

    page = visit("hue-media", reverse("programs:obstacle_create"), task=task.pk)

    assert page.context["form"].initial["task"] == task.pk
    other = PlanTask.objects.exclude(group__program=hue).first()
    assert visit("hue-media", reverse("programs:obstacle_create"), task=other.pk).status_code == 404
    assert visit("hue-media", reverse("programs:obstacle_create"), task="1 or 1").status_code == 200


def test_each_sees_the_own_and_the_department_all(cast, visit, obstacle):
    page = reverse("programs:obstacle_detail", args=[obstacle.pk])

    for username, status in (
        ("hue-dic", 200), ("hue-dic-leader", 200), ("hue-ppc", 200), ("hue-media", 200),
        ("hue-front", 404), ("hue-viettel", 404), ("daknong-dic", 404), ("hue-481", 404),
    ):  # fmt: skip
        assert visit(username, page).status_code == status, username


def test_the_way_over_the_pages(cast, client, hue):
    cast.log_in(client, "hue-media")
    made = client.post(reverse("programs:obstacle_create"), {"title": "Thiếu tờ rơi", "wish": "In thêm"})
    obstacle = Obstacle.objects.get()
    assert made.url == reverse("programs:obstacle_detail", args=[obstacle.pk])
    cast.log_in(client, "hue-dic")
    answered = client.post(
        reverse("programs:obstacle_answer", args=[obstacle.pk]), {"text": "Đang in", "for_committee": "on"}
    )
    assert answered.status_code == 302
    cast.log_in(client, "hue-media")
    empty = client.post(reverse("programs:obstacle_ask_again", args=[obstacle.pk]), {"text": " "})
    assert empty.status_code == 200
    assert state(obstacle) == "answered"
    client.post(reverse("programs:obstacle_settle", args=[obstacle.pk]), {"text": ""})
    assert state(obstacle) == "closed"
    stale = client.get(reverse("programs:obstacle_settle", args=[obstacle.pk]))
    assert stale.status_code == 302


def test_the_summary_holds_what_is_marked_and_goes_on_paper(cast, visit, hue, obstacle):
    other = raise_obstacle(hue, actor=cast("hue-viettel"), title="Không đưa lên")
    sum_up(obstacle, actor=cast("hue-dic"), for_committee=True)

    page = visit("hue-ppc", reverse("programs:obstacle_summary"))
    assert [row.pk for row in page.context["obstacles"]] == [obstacle.pk]
    words = list(summary(hue, page.context["obstacles"], date(2024, 6, 28)).texts())
    assert any("Chưa có nội dung thống nhất. Mỗi nơi nói một khác" in text for text in words)
    assert any("tổng hợp 1 (một) khó khăn" in text for text in words)
    assert not any(other.title in text for text in words)
    sent = visit("hue-dic", reverse("programs:obstacle_summary_docx"))
    document = zipfile.ZipFile(io.BytesIO(sent.content)).read("word/document.xml").decode()
    assert "Sở gửi đề cương" in document
    assert visit("hue-dic", reverse("programs:obstacle_summary_pdf")).content.startswith(b"%PDF-")
    assert visit("hue-media", reverse("programs:obstacle_summary")).status_code == 403


def test_the_paper_holds_what_its_page_shows(cast, visit, obstacle):
    sum_up(obstacle, actor=cast("hue-dic"), for_committee=True)
    settle_obstacle(obstacle, actor=cast("hue-media"), text="Đã xong")
    page = visit("hue-dic", reverse("programs:obstacle_summary"), all="1")
    address = f"{reverse('programs:obstacle_summary_docx')}?all=1"
    assert f'href="{address}"' in page.content.decode()
    document = zipfile.ZipFile(io.BytesIO(visit("hue-dic", address).content)).read("word/document.xml")
    assert obstacle.title in document.decode()
    plain = visit("hue-dic", reverse("programs:obstacle_summary_docx")).content
    document = zipfile.ZipFile(io.BytesIO(plain)).read("word/document.xml")
    assert obstacle.title not in document.decode()


def test_it_waits_on_the_right_lists(cast, obstacle):
    def titles(username: str) -> list[str]:
        return [item.verb for item in work_worklist.waiting_for(cast(username))]

    assert titles("hue-dic") == ["Trả lời"]
    assert titles("hue-media") == []
    assert [item.title for item in work_worklist.awaited_by(cast("hue-media"))] != []
    answer_obstacle(obstacle, actor=cast("hue-dic"), text="Rồi")
    assert titles("hue-dic") == []
    assert titles("hue-media") == ["Xem trả lời"]
    assert work_worklist.awaited_by(cast("hue-media")) == []
