import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs.models import PlanTask
from tests.cast import usernames


def page_of(program):
    return reverse("programs:program_detail", args=[program.pk])


def shown_tasks(response):
    """Labels of the tasks in the matrix, as a phone's card names them."""
    return re.findall(r'<span class="card-number">([\w.]+?)\.</span>', response.content.decode())


@pytest.mark.parametrize("username", [name for name in usernames() if name != "admin"])
def test_every_role_opens_its_own_plan_and_does_not_see_the_other(visit, hue, daknong, username):
    own, other = (hue, daknong) if username.startswith("hue") else (daknong, hue)

    response = visit(username, page_of(own))

    assert response.status_code == 200
    assert own.title in response.content.decode()
    assert visit(username, page_of(other)).status_code == 404


def test_the_list_leads_to_the_only_plan(visit, daknong):
    response = visit("daknong-vnpt", reverse("programs:program_list"))

    assert response.status_code == 302
    assert response.url == page_of(daknong)


def test_two_plans_of_a_province_are_listed(visit, hue):
    earlier = type(hue).objects.create(
        code="hue-earlier", province=hue.province, title="Kế hoạch trước", first_year=2021, last_year=2022
    )

    html = visit("hue-dic", reverse("programs:program_list")).content.decode()

    assert page_of(hue) in html
    assert page_of(earlier) in html


def test_an_account_of_no_province_is_told_why_there_is_no_plan(visit, client, hue):
    client.cookies["django_language"] = "en"
    response = visit("admin", reverse("programs:program_list"))

    assert response.status_code == 200
    assert "A plan belongs to a province" in response.content.decode()
    assert visit("admin", page_of(hue)).status_code == 404


def test_a_stranger_is_asked_to_log_in(client, hue):
    response = client.get(page_of(hue))

    assert response.status_code == 302
    assert reverse("account_login") in response.url


def test_the_matrix_shows_the_eleven_tasks_and_the_closing_line(visit, daknong):
    response = visit("daknong-dic", page_of(daknong))

    assert len(shown_tasks(response)) == 11
    assert "Danh sách gồm: 4 nhóm nhiệm vụ./." in response.content.decode()
    assert "Khi có yêu cầu của cơ quan có thẩm quyền hoặc Kế hoạch hàng năm" in response.content.decode()


def test_blanks_of_the_printed_plan_are_shown_as_blanks(visit, daknong):
    html = visit("daknong-dic", page_of(daknong)).content.decode()

    assert "Số: \u00a0\u00a0\u00a0\u00a0/KH-UBND" in html
    assert daknong.reference_line in html


@pytest.mark.parametrize(
    ("username", "tasks"),
    [
        ("daknong-viettel", ["I.2", "II.5", "IV.1"]),
        ("daknong-667", ["II.1", "II.2", "II.3", "II.4", "III.2", "IV.1", "IV.2"]),
        ("daknong-media", ["I.1"]),
        ("daknong-finance", ["IV.1", "IV.2"]),
        ("daknong-front", []),
    ],
)
def test_my_organisations_tasks_are_those_it_leads_or_coordinates(visit, daknong, username, tasks):
    assert shown_tasks(visit(username, page_of(daknong), mine="1")) == tasks


def test_an_organisation_without_tasks_is_told_so_and_led_back(visit, hue):
    html = visit("hue-ppc", page_of(hue), mine="1").content.decode()

    assert 'class="empty"' in html
    assert f'href="{page_of(hue)}"' in html


def test_the_search_needs_no_accents_and_looks_at_parties_and_groups(visit, daknong):
    assert shown_tasks(visit("daknong-dic", page_of(daknong), q="giay chung nhan")) == ["II.3"]
    assert shown_tasks(visit("daknong-dic", page_of(daknong), q="báo đắk nông")) == ["I.1"]
    assert shown_tasks(visit("daknong-dic", page_of(daknong), q="giám sát hàng năm")) == ["IV.1", "IV.2"]
    assert shown_tasks(visit("daknong-dic", page_of(daknong), q="giám sát", mine="1")) == ["IV.1", "IV.2"]


def test_what_was_searched_is_shown_as_text_only(visit, daknong):
    html = visit("daknong-dic", page_of(daknong), q='"><script>x</script>').content.decode()

    assert "<script>x" not in html
    assert 'class="empty"' in html


def test_a_party_of_many_unfolds_into_its_organisations(visit, daknong):
    html = visit("daknong-dic", page_of(daknong)).content.decode()

    assert "<summary>Các doanh nghiệp viễn thông</summary>" in html
    assert "<li>VNPT Đắk Nông</li>" in html
    assert "<li>UBND huyện Tuy Đức</li>" in html
    assert "<summary>Sở Y tế" not in html


def test_english_changes_the_frame_but_not_the_plan(visit, client, hue):
    client.cookies["django_language"] = "en"
    html = visit("hue-dic", page_of(hue)).content.decode()

    assert "Legal bases" in html
    assert f'<h1 lang="vi">{hue.title}</h1>' in html
    assert "Căn cứ Quyết định số 2269/QĐ-TTg" in html


def test_the_page_asks_the_database_as_often_for_one_task_as_for_all(visit, client, daknong):
    visit("daknong-dic", page_of(daknong))
    with CaptureQueriesContext(connection) as for_all:
        client.get(page_of(daknong))
    PlanTask.objects.filter(group__program=daknong).exclude(number="1", group__number="IV").delete()
    with CaptureQueriesContext(connection) as for_one:
        assert shown_tasks(client.get(page_of(daknong))) == ["IV.1"]

    assert len(for_one) == len(for_all)
