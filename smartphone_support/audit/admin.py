"""The audit record in the administration: to be read, never written."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from .hiding import entries_for
from .models import AuditEntry
from .recording import record


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # for any model
    """An administration page whose changes also go into the audit chain, with before and after."""

    audited_fields: tuple[str, ...] = ()

    def snapshot(self, obj: models.Model) -> dict[str, Any]:
        """What the record says of `obj`: plain values."""
        return {name: str(getattr(obj, name)) for name in self.audited_fields}

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        obj = super().get_object(request, object_id, from_field)
        if obj is not None and request.method == "POST":
            request.audit_before = self.snapshot(obj)  # type: ignore[attr-defined]  # carried to log_change
        return obj

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        entry = super().log_addition(request, obj, message)
        record(f"{obj._meta.label_lower}.create", obj, actor=request.user, after=self.snapshot(obj))
        return entry

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        entry = super().log_change(request, obj, message)
        before = getattr(request, "audit_before", {})
        record(
            f"{obj._meta.label_lower}.{self.verb(request)}",
            obj,
            actor=request.user,
            before=before,
            after=self.snapshot(obj),
        )
        return entry

    def verb(self, request: HttpRequest) -> str:
        return "change"


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class is not generic at run time
    list_display = ["at", "chain", "actor_name", "organisation_name", "action", "object_text", "reason"]
    list_filter = ["chain", "action"]
    search_fields = ["actor_name", "object_text", "reason"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[AuditEntry]:
        return entries_for(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
