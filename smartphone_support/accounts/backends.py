"""Feeds the table of roles into Django's own permission machinery."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.db import models

from .models import User
from .roles import PERMISSIONS


class RoleBackend(BaseBackend):
    """`user.has_perm("app.verb")` and `perms.app.verb` answer from the role of the active membership.

    Only verbs are answered here; which rows they reach is a matter of the querysets (`visible_to`)
    and of each app's `permissions.py`. Nobody holds rights beside the table: no groups, no
    superuser by accident.
    """

    def get_all_permissions(self, user_obj: Any, obj: models.Model | None = None) -> set[str]:
        return set(self._rights(user_obj, obj))

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        return perm in self._rights(user_obj, obj)

    def _rights(self, user_obj: Any, obj: models.Model | None) -> frozenset[str]:
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return frozenset()
        return PERMISSIONS.get(user_obj.role, frozenset())

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(perm.partition(".")[0] == app_label for perm in self.get_all_permissions(user_obj))


class LoginBackend(AuthenticationBackend):
    """allauth's log-in, except that demo accounts (whose password is published) need DEMO=1."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)

    def get_user(self, user_id: Any) -> User | None:
        """Who is logged in, with the membership, in one query."""
        user = User.with_membership(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: models.Model | None = None) -> set[str]:
        return set()  # rights come from roles alone

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False
