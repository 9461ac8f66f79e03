"""What every step of a workflow is made of: lock, look again, write if unchanged, refuse in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from smartphone_support.web.errors import Refusal

Row = TypeVar("Row", bound=models.Model)
#: Names a database uses for a rule, and what the rule says to a person.
Rules = tuple[tuple[tuple[str, ...], Callable[[], str]], ...]

_said: list[tuple[tuple[str, ...], Callable[[], str]]] = [
    (
        ("approved rows never change",),
        lambda: _("This is approved and cannot be changed any more."),
    ),
]


def say(rules: Rules) -> None:
    """Let the rules of an app's tables speak. SQLite names the columns of a broken UNIQUE and the name of a
    broken CHECK; PostgreSQL names the constraint of both.
    """
    _said.extend(rules)


@contextmanager
def step() -> Iterator[None]:
    """One transaction; a rule of the database that stops it speaks as a refusal."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        text = str(error)
        for names, sentence in _said:
            if any(name in text for name in names):
                raise Refusal(sentence()) from error
        raise


def locked(rows: models.QuerySet[Row], pk: int) -> Row:
    """The row as it is now, locked until the commit (on SQLite the whole transaction is)."""
    return rows.select_for_update(of=("self",)).get(pk=pk)


def require(allowed: bool) -> None:
    """403 for a person without the right; the views ask before, this asks again under the lock."""
    if not allowed:
        raise PermissionDenied


def require_state(row: Any, states: Collection[str], sentence: str = "") -> None:
    """Refuse when somebody else was faster or the page was old."""
    if row.state not in states:
        raise Refusal(
            sentence
            or _("“%(object)s” is now “%(state)s”; the step was not taken. Look at the page again.")
            % {"object": row, "state": row.get_state_display()}
        )


def move(row: Any, to: str, **fields: Any) -> None:
    """Write the new state and the named fields, if the row still is in the state it was read in."""
    rows = type(row)._default_manager.filter(pk=row.pk, state=row.state)
    if not rows.update(state=to, **fields):
        raise Refusal(_("Somebody else was faster; look at the page again."))
    row.state = to
    for name, value in fields.items():
        setattr(row, name, value)


def need_reason(reason: str) -> str:
    """The reason, cleaned; a step that needs one refuses without."""
    # Signs no text has, like a NUL from a request made by hand, which PostgreSQL does not store.
    reason = " ".join("".join(c if c.isprintable() else " " for c in reason).split())
    if not reason:
        raise Refusal(_("Say why: the reason is missing."))
    return reason
