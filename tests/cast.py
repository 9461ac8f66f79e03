"""The standing cast: the demo's people, so that tests read like the office they tell of."""

from __future__ import annotations

from typing import Any

from smartphone_support.accounts.models import User
from smartphone_support.areas.models import AdministrativeArea


class Cast:
    """`cast("hue-dic")` is a person; `cast.area("481")` a unit of 2023 by its code."""

    def __call__(self, username: str) -> User:
        return User.objects.get(username=username)

    def area(self, code: str) -> AdministrativeArea:
        level = {2: "province", 3: "district", 5: "commune"}[len(code)]
        return AdministrativeArea.objects.get(code=code, level=level)

    def log_in(self, client: Any, username: str) -> User:
        user = self(username)
        client.force_login(user, backend="smartphone_support.accounts.backends.LoginBackend")
        return user


def usernames() -> list[str]:
    """One account of every kind, of both provinces, for tests that walk all roles."""
    kinds = ("dic", "dic-leader", "dolisa", "viettel", "inspector", "finance", "front", "media", "ppc")
    own = {"hue": ("481", "481-leader", "474"), "daknong": ("666", "666-leader")}
    return [f"{prefix}-{kind}" for prefix, districts in own.items() for kind in (*kinds, *districts)] + [
        "admin"
    ]
