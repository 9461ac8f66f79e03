from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "smartphone_support.audit"
    label = "audit"
