"""The log-in page. In demo mode it names the accounts one can try."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.utils.translation import gettext as _

from .models import Membership
from .roles import DISTRICT_ROLES


@dataclass(frozen=True)
class DemoGroup:
    """A province's demo accounts: its province-wide roles, and those of its districts apart."""

    name: str
    accounts: list[Membership]
    districts: list[Membership]


def demo_groups() -> list[DemoGroup]:
    """The demo accounts by province, administrators last."""
    members = (
        Membership.objects.filter(is_active=True, user__is_demo=True, user__is_active=True)
        .select_related("user", "organisation__province")
        .order_by("organisation__province__code", "pk")
    )
    groups = []
    for province, rows in groupby(members, key=lambda member: member.organisation.province):
        people = list(rows)
        groups.append(
            DemoGroup(
                province.name if province else _("System"),
                [member for member in people if member.role not in DISTRICT_ROLES],
                [member for member in people if member.role in DISTRICT_ROLES],
            )
        )
    # A null province sorts first on one database and last on the other.
    return sorted(groups, key=lambda group: not group.districts)


class Login(LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMO:
            context |= {"demo_groups": demo_groups(), "demo_password": settings.DEMO_PASSWORD}
        return context
