import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from . import urls

pytestmark = pytest.mark.urls("tests.web.urls")


def test_a_list_shows_the_rows_of_the_own_province_only(visit, program):
    program("46", "hue-plan")
    program("67", "daknong-plan")
    text = visit("hue-dic", "/plans/").content.decode()
    assert "hue-plan" in text
    assert "daknong-plan" not in text


def test_a_list_says_its_heading_its_sentence_and_its_count(visit, program):
    program("46", "hue-plan")
    text = visit("hue-dic", "/plans/").content.decode()
    assert "<h1>Plans</h1>" in text
    assert "All of them." in text
    assert "1 line<" in text


def test_an_empty_list_says_why(visit):
    assert "No plan yet" in visit("hue-dic", "/plans/").content.decode()


def test_a_filter_that_leaves_nothing_offers_to_clear_itself(visit, program):
    program("46", "hue-plan")
    text = visit("hue-dic", "/plans/", code="other").content.decode()
    assert "Nothing fits these filters" in text
    assert 'href="/plans/"' in text
    assert "hue-plan" not in text


def test_fifty_rows_make_a_page_and_the_next_one_keeps_the_filters(visit, program):
    for number in range(51):
        program("46", f"plan-{number:02d}")
    text = visit("hue-dic", "/plans/", sort="-code").content.decode()
    assert text.count("<tr") == 1 + 50
    assert "?sort=-code&amp;page=2" in text


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_asks_as_few_questions_for_three_rows_as_for_one(
    visit, program, rows, django_assert_max_num_queries
):
    for number in range(rows):
        program("46", f"plan-{number}")
    visit("hue-ppc", "/plans/")
    with django_assert_max_num_queries(20) as captured:
        visit("hue-ppc", "/plans/")
    assert len([q for q in captured.captured_queries if "programs_program" in q["sql"]]) <= 3


def test_a_row_of_another_province_is_not_found_even_for_who_has_the_verb(visit, program):
    plan = program("67", "daknong-plan")
    assert visit("hue-dic-leader", f"/plans/{plan.pk}/").status_code == 404


def test_a_row_of_another_province_is_not_found_for_who_lacks_the_verb_too(visit, program):
    plan = program("67", "daknong-plan")
    assert visit("hue-dic", f"/plans/{plan.pk}/").status_code == 404


def test_a_row_inside_the_scope_without_the_verb_is_forbidden(visit, program):
    plan = program("46", "hue-plan")
    assert visit("hue-dic", f"/plans/{plan.pk}/").status_code == 403


def test_a_row_inside_the_scope_with_the_verb_opens_with_its_breadcrumbs(visit, program):
    plan = program("46", "hue-plan")
    response = visit("hue-dic-leader", f"/plans/{plan.pk}/")
    assert response.status_code == 200
    assert '<a href="/plans/">Plans</a>' in response.content.decode()


def test_nobody_sees_a_page_without_logging_in(client, db):
    response = client.get("/plans/")
    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/plans/"


def test_a_confirm_page_says_the_consequence_and_changes_nothing(visit, program):
    urls.done.clear()
    plan = program("46", "hue-plan")
    text = visit("hue-dic", f"/plans/{plan.pk}/close/").content.decode()
    assert "20 tasks are closed." in text
    assert "Close plan" in text
    assert "data-once" in text
    assert urls.done == []


def test_a_confirm_page_acts_once_with_the_reason_and_says_so(client, cast, program):
    urls.done.clear()
    plan = program("46", "hue-plan")
    cast.log_in(client, "hue-dic")
    response = client.post(f"/plans/{plan.pk}/close/", {"reason": "ended"}, follow=True)
    assert urls.done == [(plan.pk, "ended")]
    assert response.redirect_chain == [("/plans/", 302)]
    assert "The plan is closed." in response.content.decode()


def test_a_missing_reason_is_asked_for_and_nothing_happens(client, cast, program):
    urls.done.clear()
    plan = program("46", "hue-plan")
    cast.log_in(client, "hue-dic")
    response = client.post(f"/plans/{plan.pk}/close/", {"reason": " "})
    assert response.status_code == 200
    assert '<a href="#id_reason">Reason:' in response.content.decode()
    assert urls.done == []


def test_a_refusal_keeps_what_was_typed(client, cast, program):
    plan = program("46", "hue-plan")
    cast.log_in(client, "hue-dic")
    text = client.post(f"/plans/{plan.pk}/close/", {"reason": "no"}).content.decode()
    assert "Somebody was faster." in text
    assert ">\nno</textarea>" in text


def test_a_refusal_with_nothing_typed_leads_back_to_the_record(client, cast, program):
    plan = program("46", "hue-plan")
    cast.log_in(client, "hue-dic")
    response = client.post(f"/plans/{plan.pk}/open/", follow=True)
    assert response.redirect_chain == [("/plans/", 302)]
    assert "It is open already." in response.content.decode()


def test_a_confirm_page_of_another_province_cannot_be_posted_to(client, cast, program):
    urls.done.clear()
    plan = program("67", "daknong-plan")
    cast.log_in(client, "hue-dic")
    assert client.post(f"/plans/{plan.pk}/close/", {"reason": "ended"}).status_code == 404
    assert urls.done == []


def test_a_form_with_a_file_is_multipart(visit):
    text = visit("hue-dic", "/upload/").content.decode()
    assert 'enctype="multipart/form-data"' in text
    assert "Upload list" in text


def test_a_refusal_while_saving_becomes_the_forms_error(client, cast):
    cast.log_in(client, "hue-dic")
    response = client.post("/upload/", {"name": "x", "file": SimpleUploadedFile("a.xlsx", b"x")})
    assert response.status_code == 200
    assert "This is not a workbook." in response.content.decode()


def test_the_error_summary_links_to_the_field(client, cast):
    cast.log_in(client, "hue-dic")
    text = client.post("/upload/", {"name": ""}).content.decode()
    assert '<a href="#id_name">' in text
    assert '<a href="#id_file">' in text
