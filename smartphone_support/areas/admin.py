from django.contrib import admin

from smartphone_support.audit.admin import AuditedAdmin

from .models import AdministrativeArea


@admin.register(AdministrativeArea)
class AdministrativeAreaAdmin(AuditedAdmin):
    list_display = ["code", "name", "level", "parent", "valid_from", "valid_to"]
    list_filter = ["level"]
    search_fields = ["code", "name"]
    list_select_related = ["parent"]
    audited_fields = ("code", "name", "level", "parent", "valid_from", "valid_to")
