"""The demo's accounts: one for every role of both provinces."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from smartphone_support.accounts.models import Membership, Organisation, User
from smartphone_support.accounts.organisations import load_organisations
from smartphone_support.accounts.roles import Role
from smartphone_support.areas.loading import load_areas
from smartphone_support.areas.models import AdministrativeArea

PREFIXES = {"46": "hue", "67": "daknong"}
OPERATORS = ("viettel", "vnpt", "mobifone")

# All names are invented.
OFFICERS = {
    "46": [
        "Lê Thị Thu Hà",
        "Trần Quang Bảo",
        "Nguyễn Đình Khoa",
        "Phan Thị Mỹ Lệ",
        "Võ Văn Sáu",
        "Hồ Thị Lan",
    ],
    "67": ["Đỗ Minh Tâm", "Nông Thị Thúy", "Lương Văn Hải", "Vi Thị Mai", "Bùi Quốc Toàn", "H' Yên Byă"],
}


@dataclass(frozen=True)
class Account:
    username: str
    full_name: str
    position: str
    organisation: str
    role: str


def demo_accounts() -> list[Account]:
    """Every demo account, in the order the log-in page lists them."""
    accounts = []
    for province, prefix in PREFIXES.items():
        names = OFFICERS[province]
        for suffix, name, position, organisation, role in (
            ("dic", names[0], "Chuyên viên", "dic", Role.PROGRAM_OFFICER),
            ("dic-leader", names[1], "Phó Giám đốc Sở", "dic", Role.PROGRAM_LEADER),
            ("dolisa", names[2], "Chuyên viên", "dolisa", Role.REGISTER_OFFICER),
            ("inspector", names[3], "Thành viên đoàn kiểm tra", "dic", Role.INSPECTOR),
            ("finance", names[4], "Chuyên viên", "dof", Role.PARTNER),
            ("front", names[5], "Chuyên viên", "front", Role.PARTNER),
            ("media", "Người dùng minh họa", "Biên tập viên", "media", Role.PARTNER),
            ("ppc", "Người dùng minh họa", "Chuyên viên Văn phòng", "ppc", Role.VIEWER),
        ):
            accounts.append(Account(f"{prefix}-{suffix}", name, position, f"{prefix}-{organisation}", role))
        for operator in OPERATORS:
            accounts.append(
                Account(
                    f"{prefix}-{operator}", "Người dùng minh họa", "Nhân viên", f"{prefix}-{operator}",
                    Role.OPERATOR_OFFICER,
                )
            )  # fmt: skip
        for code in district_codes(province):
            accounts.append(
                Account(
                    f"{prefix}-{code}", "Người dùng minh họa", "Chuyên viên", f"{prefix}-{code}",
                    Role.DISTRICT_OFFICER,
                )
            )  # fmt: skip
            accounts.append(
                Account(
                    f"{prefix}-{code}-leader", "Người dùng minh họa", "Phó Chủ tịch UBND", f"{prefix}-{code}",
                    Role.DISTRICT_LEADER,
                )
            )  # fmt: skip
    accounts.append(Account("admin", "Người quản trị minh họa", "Quản trị", "system", Role.ADMINISTRATOR))
    return accounts


def district_codes(province: str) -> list[str]:
    areas = AdministrativeArea.objects.districts_of(AdministrativeArea.objects.provinces().get(code=province))
    return list(areas.values_list("code", flat=True))


@transaction.atomic
def load_accounts() -> int:
    """Create the demo's organisations and accounts, or bring them back to what they should be.

    Demo accounts can log in only while DEMO=1 (see `LoginBackend`). Returns their number.
    """
    load_areas()
    load_organisations()
    organisations = {o.code: o for o in Organisation.objects.all()}
    known = {u.username: u for u in User.objects.filter(is_demo=True)}
    password = next(
        (u.password for u in known.values() if check_password(settings.DEMO_PASSWORD, u.password)), None
    ) or make_password(settings.DEMO_PASSWORD)
    wanted = demo_accounts()
    User.objects.bulk_create(
        User(
            username=account.username,
            full_name=account.full_name,
            position=account.position,
            password=password,
            is_demo=True,
            is_staff=account.role == Role.ADMINISTRATOR,
        )
        for account in wanted
        if account.username not in known
    )
    User.objects.filter(is_demo=True).update(password=password, is_active=True)
    users = {u.username: u for u in User.objects.filter(is_demo=True)}
    members = set(Membership.objects.filter(is_active=True).values_list("user_id", flat=True))
    Membership.objects.bulk_create(
        Membership(user=users[a.username], organisation=organisations[a.organisation], role=a.role)
        for a in wanted
        if users[a.username].pk not in members
    )
    return len(wanted)
