from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "smartphone_support.areas"
    label = "areas"
