from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "smartphone_support.web"
    label = "web"
