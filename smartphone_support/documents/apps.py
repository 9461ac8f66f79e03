from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "smartphone_support.documents"
    label = "documents"
