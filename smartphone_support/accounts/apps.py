from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "smartphone_support.accounts"
    label = "accounts"
