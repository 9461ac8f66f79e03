"""How a list stood at each step, what changed between two versions, and taking a submitted list back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allocations import workflow
from allocations.choices import ListState
from allocations.lists.versions import difference
from allocations.models import ListVersion
from smartphone_support.web.errors import Refusal

from .test_lists import DROP, KEEP, upload

pytestmark = pytest.mark.django_db


def kinds(row):
    return list(row.versions.order_by("id").values_list("number", "kind"))


def test_every_step_of_a_list_keeps_how_it_stood(a_luoi, story, cast):
    officer, leader, dic = cast("hue-481"), cast("hue-481-leader"), cast("hue-dic")
    workflow.apply_review_upload(upload(a_luoi, officer, p1=DROP, p4=KEEP), actor=officer)
    story.signed(a_luoi)
    workflow.withdraw_list(a_luoi, actor=leader, reason="Thiếu hộ thôn 2")
    row = story.appraising(a_luoi)
    workflow.return_list(row, actor=dic, reason="Còn trùng")
    a_luoi.refresh_from_db()
    story.decided(a_luoi)
    assert kinds(a_luoi) == [
        (1, "opened"), (2, "review"), (2, "submitted"), (3, "withdrawn"), (3, "submitted"), (4, "returned"),
        (4, "submitted"), (4, "approved"),
    ]  # fmt: skip
    kept = {
        version.kind: [line[3] for line in version.lines].count("keep") for version in a_luoi.versions.all()
    }
    assert set(kept.values()) == {3}
    withdrawn = a_luoi.versions.get(kind="withdrawn")
    assert (withdrawn.made_by, withdrawn.reason, withdrawn.quota) == (leader, "Thiếu hộ thôn 2", 3)


def test_versions_never_change(a_luoi):
    with pytest.raises(IntegrityError, match="approved rows never change"), transaction.atomic():
        ListVersion.objects.filter(district_list=a_luoi).update(kept=0)


def test_the_difference_names_who_came_and_who_went_with_old_and_new_answers(a_luoi, cast):
    officer = cast("hue-481")
    note = {"note": "Ở xa", "support_form": "cash"}
    workflow.apply_review_upload(upload(a_luoi, officer, p1=DROP, p4=KEEP, p6=note), actor=officer)
    before, after = a_luoi.versions.order_by("id")
    found = difference(before.lines, after.lines)
    assert [change.line.position for change in found.came] == [4]
    assert [(change.line.position, change.fields) for change in found.went] == [
        (1, {"decision": ("keep", "drop"), "reason": ("", "Đã chuyển đi")})
    ]
    assert [(change.line.position, change.fields) for change in found.changed] == [
        (6, {"support_form": ("bundle", "cash"), "note": ("", "Ở xa")})
    ]
    assert (found.added, found.left, found.count) == ([], [], 3)
    back = difference(after.lines, before.lines)
    assert [change.line.position for change in back.came] == [1]


def test_a_change_of_place_alone_is_no_change():
    line = [7, 70, 1, "keep", "", "bundle", None, "", "Hồ Văn A"]
    assert difference([line], [[7, 70, 2, *line[3:]]]).count == 0


def test_the_pages_of_versions_ask_as_much_for_many_as_for_few(a_luoi, story, client, cast):
    officer = cast("hue-481")
    cast.log_in(client, "hue-dic")
    url = reverse("allocations:list_versions", args=[a_luoi.pk])

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    queries()
    few = queries()
    for number in (1, 2, 3):
        a_luoi.refresh_from_db()
        workflow.apply_review_upload(upload(a_luoi, officer, **{f"p{number}": DROP}), actor=officer)
    assert queries() == few


def test_the_comparison_shows_the_last_step_and_any_other(a_luoi, client, cast):
    officer = cast("hue-481")
    workflow.apply_review_upload(upload(a_luoi, officer, p1=DROP), actor=officer)
    cast.log_in(client, "hue-dic")
    url = reverse("allocations:list_compare", args=[a_luoi.pk])
    page = client.get(url).content.decode()
    assert "No longer kept (1)" in page
    assert "Đã chuyển đi" in page
    only = a_luoi.versions.order_by("id").first().pk
    assert "Nothing changed between" in client.get(url, {"from": only, "to": only}).content.decode()
    other = ListVersion.objects.exclude(district_list=a_luoi).get().pk
    assert client.get(url, {"from": other, "to": only}).status_code == 404
    assert client.get(url, {"from": "x", "to": "²"}).status_code == 200


def test_a_submitted_list_is_taken_back_by_its_leader_with_a_reason(a_luoi, story, cast):
    row, leader = story.signed(a_luoi), cast("hue-481-leader")
    for username in ("hue-481", "hue-dic", "hue-483-leader", "daknong-666-leader"):
        with pytest.raises(PermissionDenied):
            workflow.withdraw_list(row, actor=cast(username), reason="x")
    with pytest.raises(Refusal, match="reason is missing"):
        workflow.withdraw_list(row, actor=leader, reason=" ")
    row = workflow.withdraw_list(row, actor=leader, reason="Sai thôn")
    row.refresh_from_db()
    assert (row.state, row.version, row.return_reason) == (ListState.DRAFTING, 2, "Sai thôn")
    assert (row.signed_by, row.submitted_at) == (None, None)
    assert story.signed(row).state == ListState.SUBMITTED


def test_a_list_the_department_opened_is_not_taken_back(a_luoi, story, cast):
    row = story.appraising(a_luoi)
    with pytest.raises(Refusal):
        workflow.withdraw_list(row, actor=cast("hue-481-leader"), reason="x")
    row.refresh_from_db()
    assert (row.state, row.version) == (ListState.APPRAISING, 1)


def test_the_list_page_says_who_took_it_back(a_luoi, story, client, cast):
    workflow.withdraw_list(story.signed(a_luoi), actor=cast("hue-481-leader"), reason="Sai thôn")
    cast.log_in(client, "hue-481")
    page = client.get(reverse("allocations:list_detail", args=[a_luoi.pk])).content.decode()
    assert "Taken back by the leader:" in page
    assert "Sai thôn" in page


def test_a_list_of_a_later_wave_is_named_so_everywhere(a_luoi, client, cast):
    type(a_luoi).objects.filter(pk=a_luoi.pk).update(wave=2)
    cast.log_in(client, "hue-481")
    for name in ("list_detail", "list_versions", "list_communes", "list_print", "posting_list"):
        page = client.get(reverse(f"allocations:{name}", args=[a_luoi.pk])).content.decode()
        assert "wave 2" in page or "(2)" in page
    book = client.get(reverse("allocations:list_workbook", args=[a_luoi.pk]))
    assert "lan%202" in book["Content-Disposition"] or "lan 2" in book["Content-Disposition"]
