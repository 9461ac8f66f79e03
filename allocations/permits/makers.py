"""Who worked on what is to be approved: whoever drew it up, added, changed or submitted it never approves it.

Read from the record of steps, which nobody changes: a row names only the last of several who prepared it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from smartphone_support.audit.models import AuditEntry

#: Steps that leave something of a person in what is approved; the others decide on it.
_MAKING = (
    "create", "draft", "prepare", "change", "submit",
    "add_line", "remove_line",
    "leave_out", "collect",
    "add_condition", "change_condition", "remove_condition", "move_condition",
    "add_rank", "change_rank", "remove_rank", "move_rank",
)  # fmt: skip
#: What the record calls a row where it is not the model's own name.
_CALLED = {"eligibilityruleset": "rule"}


def has_worked_on(user: Any, row: Model) -> bool:
    """Whether this person drew the row up, or added to it, changed it or submitted it."""
    name = _CALLED.get(str(row._meta.model_name), row._meta.model_name)
    return AuditEntry.objects.filter(
        object_type=row._meta.label_lower,
        object_id=str(row.pk),
        actor=user.pk,
        action__in=[f"{row._meta.app_label}.{name}.{verb}" for verb in _MAKING],
    ).exists()
