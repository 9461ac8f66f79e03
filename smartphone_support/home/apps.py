from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "smartphone_support.home"
    label = "home"
