"""The first account of an installation."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.db import transaction

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Membership, Organisation, User
from smartphone_support.accounts.roles import Role


class Command(BaseCommand):
    help = "Create an administrator: accounts, organisations and areas, no business approvals."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("full_name")
        parser.add_argument("--password-stdin", action="store_true", help="read it from standard input")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(username=options["username"]).exists():
            self._refuse(f"Tài khoản “{options['username']}” đã có; chọn tên khác.")
        user = User(username=options["username"], full_name=options["full_name"], is_staff=True)
        from_stdin = options["password_stdin"]
        password = sys.stdin.readline().rstrip("\n") if from_stdin else getpass.getpass("Password: ")
        try:
            validate_password(password, user)
        except ValidationError as error:
            self._refuse(" ".join(error.messages))
        user.set_password(password)
        user.save()
        organisation, _created = Organisation.objects.get_or_create(
            code="system",
            defaults={"name": "Quản trị hệ thống", "short_name": "Quản trị", "kind": OrganisationKind.SYSTEM},
        )
        Membership.objects.create(user=user, organisation=organisation, role=Role.ADMINISTRATOR)
        self.stdout.write(f"administrator {user.username} created")

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        raise SystemExit(1)
