from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "smartphone_support.jobs"
    label = "jobs"
