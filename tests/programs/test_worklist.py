from datetime import date

import pytest
from django.utils import translation

from programs.models import DeadlineRules
from programs.workflow.dues import open_dues, report_due, return_due
from programs.worklist import awaited_by, duties, waiting_for

from .test_dues import due


@pytest.fixture(autouse=True)
def in_march(time_machine):
    time_machine.move_to("2024-03-08T09:00+07:00")
    with translation.override("en"):
        yield


@pytest.fixture
def opened(daknong):
    open_dues(daknong, date(2024, 3, 31))
    return daknong


def labels(items):
    return [item.title.partition(" ")[0] for item in items]


def test_overdue_and_soon_wait_for_the_own_organisation_the_rest_is_listed_beside(cast, opened):
    (waiting,) = waiting_for(cast("daknong-dolisa"))[:1]

    assert waiting.title.startswith("II.2.")
    assert waiting.due < date(2024, 3, 8)
    assert "II.1." in labels(duties(cast("daknong-dolisa")))  # the review of the year is due in December
    assert set(labels(waiting_for(cast("daknong-dolisa")))).isdisjoint({"II.1.", "II.3."})


def test_one_due_leads_to_its_page_several_to_the_list(cast, client, opened):
    user = cast.log_in(client, "daknong-viettel")
    (several,) = [item for item in waiting_for(user) if item.title.startswith("II.5.")]
    assert several.url.startswith(f"/programs/{opened.pk}/dues/?task=")
    assert client.get(several.url).status_code == 200

    only = due(opened, "II.5", "daknong-viettel", "2024-02")
    only.task.dues.filter(organisation=only.organisation, due_on__lt=only.due_on).delete()
    (item,) = [item for item in waiting_for(user) if item.title.startswith("II.5.")]
    assert item.url == f"/programs/dues/{only.pk}/"
    assert "Month 02/2024" in item.detail


def test_what_counts_as_soon_is_the_plans_own_setting(cast, opened):
    march = due(opened, "II.5", "daknong-viettel", "2024-03")
    march.task.dues.filter(organisation=march.organisation, due_on__lt=march.due_on).delete()
    user = cast("daknong-viettel")
    assert "II.5." not in labels(waiting_for(user))  # 28 days left

    DeadlineRules.objects.update_or_create(program=opened, defaults={"soon_days": 28})

    assert "II.5." in labels(waiting_for(user))


def test_reports_wait_for_the_department_and_never_for_who_reported(cast, opened):
    month = due(opened, "II.5", "daknong-viettel", "2024-02")
    report_due(month, actor=cast("daknong-viettel"), report="Đã gửi")
    own = due(opened, "I.1", "daknong-dic", "2024")
    report_due(own, actor=cast("daknong-dic"), report="Đã làm")

    officer = [item.url for item in waiting_for(cast("daknong-dic")) if item.verb == "Accept or return"]
    leader = [item.url for item in waiting_for(cast("daknong-dic-leader"))]
    assert officer == [f"/programs/dues/{month.pk}/"]
    assert f"/programs/dues/{own.pk}/" in leader
    assert f"/programs/dues/{month.pk}/" in [item.url for item in awaited_by(cast("daknong-viettel"))]
    assert waiting_for(cast("daknong-ppc")) == []


def test_a_returned_report_waits_again_and_says_so(cast, opened):
    month = due(opened, "II.5", "daknong-viettel", "2024-03")
    month.task.dues.filter(organisation=month.organisation, due_on__lt=month.due_on).delete()
    report_due(month, actor=cast("daknong-viettel"), report="Đã gửi")
    return_due(month, actor=cast("daknong-dic"), reason="Thiếu")

    (item,) = [item for item in waiting_for(cast("daknong-viettel")) if item.title.startswith("II.5.")]
    assert "returned: report again" in item.detail


def test_the_department_sees_what_others_owe(cast, opened):
    (item,) = [item for item in awaited_by(cast("daknong-dic")) if item.title.startswith("II.5.")]

    assert "3 organisations" in item.detail
    assert "state=overdue" in item.url


def test_who_has_no_duties_is_given_none(cast, opened):
    for username in ("daknong-ppc", "admin", "daknong-inspector", "hue-dolisa"):
        assert waiting_for(cast(username)) == [], username
        assert duties(cast(username)) == [], username


def test_the_work_list_costs_as_much_for_many_dues_as_for_few(cast, opened, django_assert_num_queries):
    user = cast("daknong-viettel")
    assert user.province  # the membership is read once a request, before the work list
    with django_assert_num_queries(2):
        waiting_for(user)
