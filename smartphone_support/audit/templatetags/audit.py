"""{% history obj %}: what happened to a thing, at the foot of its page. A builtin: no {% load %} needed."""

from __future__ import annotations

from typing import Any

from django import template
from django.db import models

from ..actions import describe
from ..models import AuditEntry

register = template.Library()
SHOWN = 50


@register.inclusion_tag("components/history.html")
def history(obj: models.Model) -> dict[str, Any]:
    """The latest audit entries of `obj`, newest first."""
    entries = AuditEntry.objects.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))[:SHOWN]
    return {"rows": [(entry, describe(entry.action)) for entry in entries]}
