"""Which rows a person may see, as one filter that every queryset's `visible_to` starts from; and, for the
permissions of a single row, whether it lies in the person's province."""

from typing import Any

from django.db.models import Q

NOTHING = Q(pk__in=[])


def scope(user: Any, *, province: str = "province", district: str | None = "district") -> Q:
    """Rows of the user's province, and of their own district only for district roles.

    `province` and `district` are look-up paths from the model to its areas; `district=None` says
    the model has no district, so that everyone of the province shares its rows. A person without
    an active membership or province sees nothing.
    """
    if not getattr(user, "is_active", False) or user.province is None:
        return NOTHING
    rows = Q(**{province: user.province})
    if district is not None and user.district is not None:
        rows &= Q(**{district: user.district})
    return rows


def in_province(user: Any, province_id: int | None) -> bool:
    """Whether the person's rights reach this province: an active person, and their own province."""
    return bool(user.is_active and user.province is not None and user.province.pk == province_id)
