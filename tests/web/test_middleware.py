import pytest

pytestmark = pytest.mark.urls("tests.web.urls")


@pytest.fixture
def officer(client, cast):
    cast.log_in(client, "hue-dic")
    return client


def test_a_refusal_becomes_a_message_on_the_page_one_came_from(officer):
    response = officer.post("/refuse/", HTTP_REFERER="http://testserver/plans/?code=x", follow=True)
    assert response.redirect_chain == [("/plans/?code=x", 302)]
    assert "Not today." in response.content.decode()


@pytest.mark.parametrize(
    "referrer",
    [
        "http://elsewhere.example/plans/",
        "",
        "http://testserver/refuse/",
        "http://testserver//elsewhere.example/",
        "http://testserver/\\elsewhere.example/",
    ],
)
def test_a_refusal_never_leads_off_the_site_nor_to_itself(officer, referrer):
    response = officer.get("/refuse/", HTTP_REFERER=referrer)
    assert (response.status_code, response.url) == (302, "/")


def test_a_refusal_of_a_fragment_reloads_the_whole_page(officer):
    response = officer.post("/refuse/", HTTP_HX_REQUEST="true", HTTP_REFERER="http://testserver/plans/")
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/plans/"


def test_a_fragment_after_the_log_out_reloads_the_page_instead_of_showing_the_log_in_in_it(client, db):
    response = client.get("/plans/", HTTP_HX_REQUEST="true")
    assert (response.status_code, response["HX-Refresh"]) == (204, "true")


def test_no_browser_keeps_the_page_of_a_person_who_logged_in(officer):
    assert set(officer.get("/plans/")["Cache-Control"].split(", ")) == {"private", "no-store"}


def test_vietnamese_is_spoken_whatever_the_browser_prefers(officer, settings):
    settings.LANGUAGE_CODE = "vi"
    response = officer.get("/plans/", HTTP_ACCEPT_LANGUAGE="en-US,en;q=0.9")
    assert response["Content-Language"] == "vi"
    assert '<html lang="vi">' in response.content.decode()


def test_the_switch_turns_to_english_and_comes_back_to_the_page(client, db, settings):
    settings.LANGUAGE_CODE = "vi"
    response = client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"}, follow=True)
    assert response.redirect_chain == [("/accounts/login/", 302)]
    assert response["Content-Language"] == "en"


def test_an_unknown_language_is_ignored(client, db, settings):
    settings.LANGUAGE_CODE = "vi"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "../../etc"
    assert client.get("/accounts/login/")["Content-Language"] == "vi"
