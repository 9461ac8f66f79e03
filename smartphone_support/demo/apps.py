from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "smartphone_support.demo"
    label = "demo"
