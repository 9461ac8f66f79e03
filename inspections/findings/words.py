"""What a finding is about, in words a reader may see."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Value
from django.utils.translation import gettext as _

from allocations.models import Support
from smartphone_support.accounts.roles import Role

from ..models import Finding

RELATED = (
    "program__province", "district", "round", "unit__area", "unit__organisation", "complaint", "responsible",
    "support__household", "support__commune", "support__district",
)  # fmt: skip


def findings_seen(user: Any) -> Any:
    """The findings this person sees; `names_household` says whether its household is theirs to see as well.

    An operator has to mend a finding, but a household it does not serve is not named to it. An inspector's
    findings are those of its own households already.
    """
    if user.role == Role.INSPECTOR:
        named: Any = Value(True)
    else:
        named = Exists(Support.objects.visible_to(user).order_by().filter(pk=OuterRef("support")))
    rows: Any = Finding.objects.visible_to(user).annotate(names_household=named)
    return rows.select_related(*RELATED)


def subject_of(finding: Any) -> tuple[str, str]:
    """Whom or what it is about, and where."""
    if finding.support_id is not None:
        where = f"{finding.support.commune.name}, {finding.support.district.name}"
        return (str(finding.support) if finding.names_household else _("A household"), where)
    if finding.unit_id is not None:
        return str(finding.unit), finding.unit.get_kind_display()
    return (str(finding.district) if finding.district else _("The whole round")), ""


def came_from(finding: Finding) -> str:
    """The round, or that somebody complained: which complaint is for those who may read it. That there was a
    denunciation is told to nobody."""
    if finding.round is not None:
        return str(finding.round)
    if finding.complaint is not None and not finding.complaint.is_confidential:
        return _("From a complaint")
    return _("Outside the rounds")
