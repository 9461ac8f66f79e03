"""Which entries a person does not read: an app says of what it keeps from people (its rows as they see them).

Nothing is taken out of the record: the chain, and who verifies it, have every entry.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import CharField, Model, QuerySet
from django.db.models.functions import Cast

from .models import AuditEntry

#: Model → its rows this person may know of.
_seen: dict[type[Model], Callable[[Any], QuerySet[Any]]] = {}


def show_only(model: type[Model], seen: Callable[[Any], QuerySet[Any]]) -> None:
    """From now on entries about a `model` are shown to who sees the row itself, and to nobody else.

    Of all its rows, so that a gap in the entries does not tell which kind of row is behind it.
    """
    _seen[model] = seen


def entries_for(user: Any) -> QuerySet[AuditEntry]:
    """The entries this person may read."""
    rows = AuditEntry.objects.all()
    for model, seen in _seen.items():
        keys = seen(user).order_by().annotate(key=Cast("pk", CharField())).values("key")
        about = AuditEntry.objects.filter(object_type=model._meta.label_lower)
        rows = rows.exclude(pk__in=about.exclude(object_id__in=keys).values("pk"))
    return rows
