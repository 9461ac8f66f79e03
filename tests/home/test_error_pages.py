import pytest
from django.template.loader import render_to_string
from django.test import Client


def test_an_unknown_address_leads_back_to_the_work(visit):
    response = visit("hue-dic", "/no/such/page/")
    assert response.status_code == 404
    text = response.content.decode()
    assert "Not found, or not yours to see" in text
    assert 'href="/"' in text
    assert "sidenav" in text


def test_strangers_get_the_same_page_without_the_navigation(client, db):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "sidenav" not in response.content.decode()


def test_a_step_of_another_role_is_explained(visit, story):
    response = visit("hue-ppc", "/allocations/rounds/new/")
    assert response.status_code == 403
    assert "Your role may not do this" in response.content.decode()


def test_a_form_without_its_token_is_explained(cast):
    client = Client(enforce_csrf_checks=True)
    cast.log_in(client, "hue-dic")
    response = client.post("/accounts/logout/")
    assert response.status_code == 403
    assert "The page was open too long" in response.content.decode()


def test_who_was_logged_out_meanwhile_is_led_to_the_log_in(db):
    """A file sent after the session ended: the way back is the page it was sent from."""
    response = Client(enforce_csrf_checks=True).post("/beneficiaries/lists/upload/")
    assert response.status_code == 403
    text = response.content.decode()
    assert "You are no longer logged in" in text
    assert 'href="/accounts/login/?next=/beneficiaries/lists/upload/"' in text


@pytest.mark.parametrize("page", ["400.html", "500.html"])
def test_pages_of_a_broken_site_need_neither_request_nor_database(page):
    text = render_to_string(page)
    assert "<h1>" in text
    assert 'href="/"' in text


def test_an_unknown_error_shows_the_page_and_no_detail(client, cast, monkeypatch):
    client.raise_request_exception = False
    cast.log_in(client, "hue-dic")
    monkeypatch.setattr("smartphone_support.home.views.figures_for", lambda user: 1 / 0)
    response = client.get("/")
    assert response.status_code == 500
    text = response.content.decode()
    assert "The program met an error" in text
    assert "ZeroDivision" not in text


def test_a_host_that_is_not_ours_gets_the_plain_page(client, db):
    response = client.get("/accounts/login/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "This request cannot be read" in response.content.decode()
