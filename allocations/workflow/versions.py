"""How a list stood at each step: what the difference between two versions is read from."""

from __future__ import annotations

from typing import Any

from ..choices import VersionKind
from ..models import DistrictList, ListLine, ListVersion

#: What a version keeps of a line, in this order: it is what `lists/versions.py` reads.
KEPT_OF_A_LINE = (
    "pk", "household_id", "position", "decision", "reason", "support_form", "has_need", "note",
)  # fmt: skip


def keep_version(district_list: DistrictList, kind: str, *, actor: Any, reason: str = "") -> ListVersion:
    """Keep how the list stands now, with who did what and why. Call it inside the step, after its writes.

    The version bears the list's own number as it stands in the database: a submission and its approval
    have the number of the review they confirm. One query reads the lines, whatever their number.
    """
    stands = DistrictList.objects.values("version", "kept", "quota").get(pk=district_list.pk)
    columns = (*KEPT_OF_A_LINE, "snapshot__head_name")
    lines = ListLine.objects.filter(district_list=district_list).order_by("position").values_list(*columns)
    return ListVersion.objects.create(
        district_list=district_list, number=stands["version"], kind=kind, made_by=actor, kept=stands["kept"],
        quota=stands["quota"], reason=reason, lines=[list(values) for values in lines],
    )  # fmt: skip


def present_version(district_list: DistrictList, *, actor: Any) -> ListVersion:
    """The version of the list's present number; kept now for a list that was opened before versions were."""
    versions = ListVersion.objects.filter(district_list=district_list)
    found = versions.filter(number=district_list.version).order_by("-id").first()
    if found is not None:
        return found
    kind = VersionKind.REVIEW if district_list.version > 1 else VersionKind.OPENED
    return keep_version(district_list, kind, actor=actor)
