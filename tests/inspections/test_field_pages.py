"""The field page as the server gives it: complete, the same for everybody, one version."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils.translation import override

from inspections.offline import shell
from inspections.offline.words import words
from tests.inspections.field_rows import fieldwork, imei

WORK, WORKER, HOME = (reverse(f"inspections:field_{name}") for name in ("work", "worker", "home"))


def script(path: str) -> str:
    found = finders.find(path)
    assert isinstance(found, str), path
    with open(found, encoding="utf-8") as file:
        return file.read()


def told(response) -> dict:
    """What the worker is told: the first line of its text."""
    return json.loads(re.match(r"const FIELD = (.*);\n", response.content.decode()).group(1))


def test_every_script_that_is_imported_is_kept_on_the_device():
    kept = {*shell.MODULES, shell.HOME}
    for path in kept:
        for name in re.findall(r'from "\./([a-z]+\.js)"', script(path)):
            assert f"js/field/{name}" in kept, f"{path} imports {name}"


def test_no_script_asks_for_words_that_are_not_there():
    known = words()
    for path in (*shell.MODULES, shell.HOME):
        for key in re.findall(r'\bsay\("([a-z_0-9]+)"', script(path)):
            assert key in known, f"{path}: {key}"
        for start in re.findall(r"\bsay\(`([a-z_]+)\$", script(path)):
            assert any(key.startswith(start) for key in known), f"{path}: {start}…"


def test_the_page_is_the_same_for_everybody_and_holds_nobody(visit, client, cast):
    anonymous = client.get(WORK)
    assert anonymous.status_code == 200
    fieldwork(2)
    for username in ("hue-inspector", "daknong-inspector", "hue-ppc"):
        assert visit(username, WORK).content == anonymous.content
    assert b"csrf" not in anonymous.content.lower()


def test_everything_the_worker_keeps_is_there(client, cast):
    response = client.get(WORKER)
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Service-Worker-Allowed"] == HOME
    assert response["Cache-Control"] == "no-cache"
    kept = told(response)
    assert kept["shell"] == WORK
    page = client.get(WORK).content.decode()
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        assert address in kept["assets"]
    for address in kept["assets"]:
        assert finders.find(address.removeprefix("/static/")), address
    # What its stylesheets name is needed without network too.
    for font in re.findall(r'url\("\.\./(fonts/[^"]+)"\)', script("css/theme.css")):
        assert f"/static/{font}" in kept["assets"]


def test_another_language_or_another_script_is_another_version(client, cast, monkeypatch):
    first = told(client.get(WORKER))["version"]
    assert told(client.get(WORKER))["version"] == first
    with override("en"):
        assert shell.version() != first
    read = shell._read
    monkeypatch.setattr(
        shell, "_content", lambda path: read(path) + (b"// new" if path.endswith("store.js") else b"")
    )
    assert told(client.get(WORKER))["version"] != first


def test_home_shows_the_own_rounds_with_the_own_households(visit, cast):
    round_ = fieldwork(2, name="Kiểm tra năm 2024")
    fieldwork(1, name="Đợt còn soạn", state="planned")
    page = visit("hue-inspector", HOME).content.decode()
    assert "Kiểm tra năm 2024" in page
    assert "Đợt còn soạn" not in page
    for row in round_.sample.all():
        assert reverse("inspections:check_create", args=[row.pk]) in page
    # The head of the team carries only what is given to the head.
    head = visit("hue-dic", HOME).content.decode()
    assert "Kiểm tra năm 2024" in head
    assert not any(reverse("inspections:check_create", args=[row.pk]) in head for row in round_.sample.all())


@pytest.mark.parametrize(("username", "status"), [("hue-481", 200), ("hue-ppc", 403), ("hue-viettel", 403)])
def test_home_is_for_those_who_check(visit, username, status):
    assert visit(username, HOME).status_code == status


NODE = shutil.which("node")


def said_of(number: str, recorded: Any) -> Any:
    """What the page says of an IMEI typed, beside what the pack has of the recorded ones."""
    asked = f"{json.dumps(number)}, {json.dumps({'imei_last4': recorded})}"
    program = f"{script('js/field/rules.js')}\nconsole.log(JSON.stringify(imeiSaid({asked})));"
    run = [str(NODE), "--input-type=module", "-"]
    return json.loads(subprocess.run(run, input=program, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(NODE is None, reason="runs the page's own script outside a browser")
def test_an_imei_of_either_sim_is_the_records_also_by_a_pack_taken_along_earlier():
    first, second, other = imei(1), imei(2), imei(3)
    both = [first[-4:], second[-4:]]
    assert said_of(first, both) == ["imei_same", {"last": both[0]}]
    assert said_of(second, both) == ["imei_same", {"last": both[1]}]
    assert said_of(other, both) == ["imei_differs", {"last": " / ".join(both)}]
    assert said_of(first, both[0]) == ["imei_same", {"last": both[0]}]
    assert said_of(other, both[0]) == ["imei_differs", {"last": both[0]}]
    assert said_of(first, []) is None
    assert said_of(first, "") is None
