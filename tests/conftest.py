"""What every test may use. The standing cast of people is in cast.py."""

import os

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings

from .cast import Cast
from .migrated import migrating_once

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs a loop in the test's thread
# A property holds or not, however busy the machine is: no test is timed.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_collection_modifyitems(items):
    """The long files first: a worker that takes one of them last lets the others wait for it."""
    items.sort(key=lambda item: not ("e2e" in item.path.parts or item.path.name == "test_every_address.py"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, request):
    """Before the test databases are made: see `migrated`."""
    with migrating_once(request.config):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Areas, organisations and accounts stand in the database before the first test."""
    with django_db_blocker.unblock():
        stage()


def stage() -> None:
    from smartphone_support.accounts.models import User
    from smartphone_support.demo.accounts import load_accounts

    if not User.objects.filter(username="admin").exists():
        load_accounts()


@pytest.fixture(autouse=True)
def plain_files(settings, tmp_path):
    """Files in a folder of the test's own; static files without a manifest; no shared cache."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()  # it lives as long as the process: how often something was sent is counted there
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEMO = True


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    """What pages keep between requests belongs to one database, and every test has its own: here each page
    asks for everything. A test of the keeping itself takes `remembering`."""
    from smartphone_support.web import remembering

    monkeypatch.setattr(remembering, "SECONDS", 0)
    remembering.forget()


@pytest.fixture
def remembering(nothing_remembered, monkeypatch):
    """Pages keep what they keep in earnest."""
    from smartphone_support.web import remembering

    monkeypatch.setattr(remembering, "SECONDS", 3600)


@pytest.fixture
def cast(db) -> Cast:
    """The people. A transactional test empties the database behind it, so they are called again."""
    stage()
    return Cast()


@pytest.fixture
def visit(client, cast):
    """`visit("hue-dic", url)` logs that person in and gets the page."""

    def get(username, url, **data):
        cast.log_in(client, username)
        return client.get(url, data)

    return get
