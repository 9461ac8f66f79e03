"""The levels of support reported for 2023, for every province until it enters its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps as django_apps
from django.db import router

#: đồng a month. Reported by a commune on 27/11/2023; the tables of the decision that sets them could not be
#: read, so the citation says that they are to be compared.
LEVELS = (("mobile", 60_000), ("fixed", 130_000))
CITATION = (
    "Thông tư 14/2022/TT-BTTTT, Điều 21; Quyết định 938a/QĐ-BTTTT năm 2023 "
    "(mức theo thông báo ngày 27/11/2023 của cấp xã, cần đối chiếu văn bản gốc)"
)
FROM = date(2022, 12, 12)


def package_levels(using: str, apps: Any = django_apps, **kwargs: Any) -> None:
    """After a migration, or a flush: write the packaged levels where they are missing."""
    try:
        level = apps.get_model("beneficiaries", "ServiceLevel")
    except LookupError:  # gone back to before there were levels
        return
    if not router.allow_migrate_model(using, level):
        return
    rows = level._default_manager.using(using)
    for service, amount in LEVELS:
        known = {"province": None, "service": service, "amount": amount, "valid_from": FROM}
        rows.get_or_create(**known, defaults={"citation": CITATION})
