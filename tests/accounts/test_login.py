"""The way in, and what is not offered."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.urls import reverse

from smartphone_support.accounts.models import User

PASSWORD = "Hue-DakNong-2024"


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    settings.DEMO_PASSWORD = PASSWORD
    cache.clear()


@pytest.fixture
def clerk(cast):
    """A real account, not one of the demonstration."""
    user = User.objects.create(username="clerk", full_name="Người Thử")
    user.set_password("mat-khau-rieng-1")
    user.save()
    return user


@pytest.fixture
def demo(cast):
    """A demonstration account whose password the tests' quick hasher can check."""
    user = cast("hue-dic")
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client, username, password, **extra):
    return client.post(reverse("account_login"), {"login": username, "password": password}, **extra)


def test_a_right_password_opens_the_list_of_things_to_do(client, clerk):
    response = log_in(client, "clerk", "mat-khau-rieng-1")
    assert (response.status_code, response.url) == (302, "/")


def test_a_wrong_password_says_one_sentence_and_not_which_half_was_wrong(client, clerk):
    for username in ("clerk", "nobody"):
        text = log_in(client, username, "wrong").content.decode()
        assert "Username or password is not right." in text


def test_after_the_log_in_one_is_where_one_wanted_to_go(client, clerk):
    page = client.get("/programs/", follow=True)
    assert 'value="/programs/"' in page.content.decode()


def test_the_session_ends_with_the_browser(client, clerk):
    log_in(client, "clerk", "mat-khau-rieng-1")
    assert client.session.get_expire_at_browser_close()


def test_demo_accounts_log_in_while_it_is_a_demonstration(client, demo):
    assert log_in(client, "hue-dic", PASSWORD).url == "/"


def test_demo_accounts_are_refused_outside_the_demonstration(client, demo, settings):
    settings.DEMO = False
    assert log_in(client, "hue-dic", PASSWORD).url == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_a_session_of_a_demo_account_does_not_outlive_the_demonstration(client, demo, settings):
    log_in(client, "hue-dic", PASSWORD)
    assert client.get("/").status_code == 200
    settings.DEMO = False
    assert client.get("/").status_code == 302


def test_the_log_in_page_lists_the_demo_accounts_by_province(client, cast):
    text = client.get(reverse("account_login")).content.decode()
    assert PASSWORD in text
    assert text.index("hue-dic") < text.index("daknong-dic") < text.index('data-account="admin"')


def test_outside_the_demonstration_it_lists_nobody(client, cast, settings):
    settings.DEMO = False
    text = client.get(reverse("account_login")).content.decode()
    assert "hue-dic" not in text
    assert PASSWORD not in text


def test_too_many_wrong_passwords_close_the_door_for_a_while(client, clerk):
    for _ in range(6):
        response = log_in(client, "clerk", "wrong")
    assert "Too many wrong tries." in response.content.decode()
    assert "Too many wrong tries." in log_in(client, "clerk", "mat-khau-rieng-1").content.decode()


def test_behind_the_proxy_each_address_has_its_own_tries(client, clerk, settings):
    """The last address is the one the proxy saw; what the visitor claims before it does not count."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(11):
        guess = {"HTTP_X_FORWARDED_FOR": f"10.0.0.{number}, 203.0.113.7", "REMOTE_ADDR": "127.0.0.1"}
        response = log_in(client, f"nobody{number}", "wrong", **guess)
    assert "Too many" in response.content.decode()
    other = log_in(client, "clerk", "mat-khau-rieng-1", HTTP_X_FORWARDED_FOR="203.0.113.8")
    assert (other.status_code, other.url) == (302, "/")


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/email/",
        "/accounts/confirm-email/",
        "/accounts/password/set/",
        "/accounts/login/code/confirm/",
    ],
)
def test_what_is_not_offered_has_no_page(client, clerk, path):
    client.force_login(clerk, backend="smartphone_support.accounts.backends.LoginBackend")
    assert client.get(path).status_code == 404


def test_nobody_signs_up(client, db):
    response = client.post(
        "/accounts/signup/",
        {"username": "me", "password1": "mat-khau-rieng-1", "password2": "mat-khau-rieng-1"},
    )
    assert "Nobody signs up by themselves here." in response.content.decode()
    assert not User.objects.filter(username="me").exists()


def test_who_forgot_the_password_is_told_whom_to_ask(client, db):
    assert "administrator" in client.get(reverse("account_reset_password")).content.decode()


def test_a_password_is_changed_with_the_old_one(client, clerk):
    client.force_login(clerk, backend="smartphone_support.accounts.backends.LoginBackend")
    url = reverse("account_change_password")
    words = {
        "oldpassword": "mat-khau-rieng-1",
        "password1": "mat-khau-moi-22",
        "password2": "mat-khau-moi-23",
    }
    assert "The two new passwords differ." in client.post(url, words).content.decode()
    client.post(url, words | {"password2": "mat-khau-moi-22"})
    clerk.refresh_from_db()
    assert clerk.check_password("mat-khau-moi-22")


def test_the_second_step_is_asked_for_and_a_wrong_code_does_not_pass(client, clerk):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(clerk, secret)
    response = log_in(client, "clerk", "mat-khau-rieng-1")
    assert response.url == reverse("mfa_authenticate")
    assert "This code is not right" in client.post(response.url, {"code": "000000"}).content.decode()
    assert "_auth_user_id" not in client.session
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    assert client.post(reverse("mfa_authenticate"), {"code": code}).url == "/"
    assert client.session["_auth_user_id"] == str(clerk.pk)


@pytest.mark.parametrize("name", ["mfa_index", "account_change_password", "account_logout"])
def test_the_pages_of_the_own_account_open(client, clerk, name):
    log_in(client, "clerk", "mat-khau-rieng-1")
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert "<h1>" in response.content.decode()


def test_the_second_step_is_switched_on_after_the_password_once_more(client, clerk):
    log_in(client, "clerk", "mat-khau-rieng-1")
    page = client.get(reverse("mfa_activate_totp"))
    assert page.url.startswith(reverse("account_reauthenticate"))
    page = client.post(page.url, {"password": "mat-khau-rieng-1"}, follow=True)
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    page = client.post(reverse("mfa_activate_totp"), {"code": code}, follow=True)
    codes = Authenticator.objects.get(user=clerk, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    assert all(one in page.content.decode() for one in codes)
