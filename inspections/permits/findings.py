"""May this person open, manage, remedy or verify this finding?

A finding of the province's rounds is managed by the department; one of a district's own round, or of a
complaint the district handles, by that district's officer too. Whoever has to mend it reports how.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from allocations.permits.supports import may_manage_support
from smartphone_support.accounts.scope import in_province

from ..models import Complaint, Finding, InspectionRound

MANAGE = "inspections.manage_finding"
REMEDY = "inspections.remedy_finding"


def may_open(
    user: Any, province_id: int, *, round: InspectionRound | None = None, complaint: Complaint | None = None
) -> bool:
    """Open a finding of this round or complaint by hand; of a denunciation nobody: others read findings."""
    if not user.has_perm(MANAGE) or not in_province(user, province_id):
        return False
    if complaint is not None and complaint.is_confidential:
        return False
    if user.district is None:
        return True
    if round is not None:
        return bool(round.district_id == user.district.pk)
    return complaint is not None and complaint.assigned_to_id == user.organisation.pk


def may_manage(user: Any, finding: Finding) -> bool:
    """Change, verify, close or drop it: whoever could have opened it."""
    return may_open(user, finding.program.province_id, round=finding.round, complaint=finding.complaint)


def managed_by(user: Any) -> Q:
    """The findings of `may_manage`, of those the person sees; for somebody with the right at all."""
    if user.district is None:
        return Q()
    own = Q(round__district=user.district)
    return own | Q(round__isnull=True, complaint__assigned_to=user.organisation)


def is_responsible(user: Any, finding: Finding) -> bool:
    """Works for the organisation that has to mend it."""
    return user.organisation is not None and user.organisation.pk == finding.responsible_id


def may_report_remedy(user: Any, finding: Finding) -> bool:
    """The responsible side; or whoever manages it, for a report that came on paper."""
    own = user.has_perm(REMEDY) and in_province(user, finding.program.province_id)
    return (own and is_responsible(user, finding)) or may_manage(user, finding)


def may_verify(user: Any, finding: Finding) -> bool:
    """Whoever manages it, and never the person who reported the remedy."""
    if not may_manage(user, finding):
        return False
    last = finding.remediations.order_by("-pk").first()
    return last is None or last.reported_by_id != user.pk


def may_decide_support(user: Any, finding: Finding) -> bool:
    """Hold its household's support or recover its device: whoever manages both, the department."""
    return (
        finding.support is not None
        and may_manage(user, finding)
        and may_manage_support(user, finding.support)
    )
