import ast

import pytest
from django.template import Context, Template

from smartphone_support.audit.actions import VERBS, describe
from smartphone_support.audit.recording import record


def history(obj):
    return Template("{% history obj %}").render(Context({"obj": obj}))


def test_the_history_of_a_thing_shows_its_own_entries_newest_first(cast):
    officer, other = cast("hue-dic"), cast("hue-dolisa")
    record("accounts.user.submit", officer, actor=officer)
    record("accounts.user.return", officer, actor=cast("hue-dic-leader"), reason="Thiếu căn cứ <b>")
    record("accounts.user.approve", other, actor=officer)
    html = history(officer)
    assert html.count("<li>") == 2
    assert html.index(describe("x.return")) < html.index(describe("x.submit"))
    assert "Thiếu căn cứ &lt;b&gt;" in html


def test_a_thing_without_entries_says_so(cast):
    assert "<li>" not in history(cast("hue-dic"))


RECORDING = {"record", "record_each"}


def recorded_actions(root):
    """Every action named in a `record("…")` or `record_each("…")` call of the source."""
    for folder in ("smartphone_support", "programs", "beneficiaries", "allocations", "inspections"):
        for path in (root / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                call = isinstance(node, ast.Call) and getattr(node.func, "id", "") in RECORDING
                if call and node.args and isinstance(node.args[0], ast.Constant):
                    yield node.args[0].value


def test_every_action_recorded_anywhere_has_words(settings):
    actions = set(recorded_actions(settings.BASE_DIR))
    assert actions
    assert {action for action in actions if action.rpartition(".")[2] not in VERBS} == set()


@pytest.mark.parametrize("action", ["allocations.quotaplan.approve", "approve"])
def test_the_last_part_of_an_action_is_its_verb(action):
    assert describe(action) == str(VERBS["approve"])
