"""Every address of the site, asked for by every role of both provinces."""

from __future__ import annotations

import logging
import re
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from allocations.models import DistrictList, Proposal
from programs.loading import load_plans
from smartphone_support.accounts.models import User
from smartphone_support.demo.story import play

from .addresses import DISTRICT, DISTRICT_LEADER, RULES, Rule, rows_of
from .cast import usernames

# Open to people who are not logged in, and machinery of others that has tests of its own.
ELSEWHERE = ("admin/", "accounts/", "i18n/", "phan-anh/")


def addresses(patterns: Any, route: str = "", space: str = "") -> Any:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, here, inner)
        elif isinstance(pattern, URLPattern) and not here.startswith(ELSEWHERE):
            yield f"{space}{pattern.name}", here


def test_every_address_has_its_rule():
    assert {name for name, _route in addresses(get_resolver().url_patterns)} == set(RULES)


@pytest.fixture
def world(cast):
    load_plans()
    for province in ("46", "67"):
        play(province, 300, lambda _words: None)
    # The open proposal holds a list of 474 and none of 481, so that both sides of the rule are asked.
    proposal = Proposal.objects.get(round__program__province__code="46", state="submitted")
    proposal.lists.update(proposal=None)
    DistrictList.objects.filter(round=proposal.round, district__code="474").update(proposal=proposal)
    return {province: rows_of(province) for province in ("46", "67")}


def keys_of(kind: str, row: Any) -> dict[str, Any]:
    """What an address names of a row; a row may be the names themselves, where there are several."""
    if row is None or isinstance(row, dict):
        return row or {}
    key = {"job": "key", "pack": "key"}.get(kind, "pk")
    return {key: getattr(row, key)}


def expected(rule: Rule, who: str, home: str, province: str) -> set[int]:
    """Answers that are right for `who` (a name without its province) at an address of `province`."""
    if rule.sees is not None and (home != province or who not in rule.sees):
        return {404}
    if who not in rule.opens:
        return {403}
    return {200, 302, 405}  # 405: may be done, but not by looking


@pytest.fixture
def bare_refusals(monkeypatch):
    """Refusals without their page: thousands are asked for here, and drawing each is most of the time.

    The pages themselves are tested in tests/web.
    """

    def bare(resolver: URLResolver, status: int) -> Any:
        return lambda request, exception=None: HttpResponse(status=status)

    monkeypatch.setattr(URLResolver, "resolve_error_handler", bare)


@pytest.fixture
def read_once(monkeypatch):
    """`read_once("hue-dic")`: who asks is read once for thousands of requests, or that is most of the time.

    That each request reads them, with their rights of the moment, is tested in tests/accounts.
    """

    def read(username: str) -> None:
        user = User.with_membership(User.objects.get(username=username).pk)
        monkeypatch.setattr("django.contrib.auth.middleware.get_user", lambda request: user)

    return read


def test_every_address_answers_every_role_as_it_should(world, client, cast, caplog, bare_refusals, read_once):
    caplog.set_level(logging.CRITICAL)  # a refusal is what is asked for, not worth a traceback
    wrong = []
    for username in usernames():
        prefix, _dash, who = username.partition("-")
        home = {"hue": "46", "daknong": "67"}.get(prefix, "")
        who = {"666": DISTRICT, "666-leader": DISTRICT_LEADER}.get(who, who or "admin")
        cast.log_in(client, username)
        read_once(username)
        for name, rule in RULES.items():
            # An address that names nothing is the same for both provinces.
            for province in world if rule.row else ["46"]:
                row = world[province].get(rule.row)
                url = reverse(name, kwargs=keys_of(rule.row, row))
                right = expected(rule, who, home, province)
                # Where nobody may look nobody may act either: a form can be sent without its page.
                for ask in (client.get,) if 200 in right else (client.get, client.post):
                    # Taken back at once: what thousands of requests write in one transaction slows it down.
                    with transaction.atomic():
                        status = ask(url).status_code
                        transaction.set_rollback(True)
                    if status not in right:
                        asked = f"{ask.__name__} {name} ({province})"
                        wrong.append(f"{username} {asked}: {status}, not {sorted(right)}")
    assert not wrong, "\n".join(wrong)


#: The shell of the field page holds no data: a phone opens it for days without network.
WITHOUT_LOG_IN = {"inspections:field_work", "inspections:field_worker"}
#: A device would follow a redirect and take the log-in page for an answer: it is told in JSON.
FOR_DEVICES = {
    f"inspections:field_{name}"
    for name in (
        "token", "pack_create", "pack", "pack_hand_in", "check_receive", "photo_receive", "file_receive",
    )
}  # fmt: skip
MADE_UP: dict[str, Any] = {"int": 1, "uuid": UUID(int=1)}


@pytest.mark.django_db
def test_nobody_gets_in_without_logging_in(client):
    # Who is not logged in is sent away before anything is looked for: no row need exist.
    for name, route in addresses(get_resolver().url_patterns):
        keys = {key: MADE_UP[kind] for kind, key in re.findall(r"<(\w+):(\w+)>", route)}
        answer = client.get(reverse(name, kwargs=keys))
        if name in WITHOUT_LOG_IN:
            assert answer.status_code == 200, name
            continue
        if name in FOR_DEVICES:
            assert (answer.status_code, answer.json()["code"]) == (401, "login"), name
            continue
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/accounts/login/"), name
