"""What inspections found about a household, for its story: opened, remedied, closed or not upheld."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.household.story import Event
from beneficiaries.models import Household
from smartphone_support.web.templatetags.web import badge

from ..choices import SEVERITY_BADGES, FindingState, Severity
from ..models import Finding, Remediation
from .words import came_from, findings_seen


def finding_events(household: Household, user: Any) -> Iterable[Event]:
    """The events of the findings this reader may see; which complaint led to one is not told here."""
    rows = findings_seen(user).filter(support__household=household, names_household=True)
    related = ("opened_by", "closed_by")
    for finding in rows.select_related(*related).prefetch_related("remediations__reported_by").order_by("pk"):
        yield _opened(finding)
        for remedy in finding.remediations.all():
            yield _remedied(finding, remedy)
        if finding.closed_at is not None:
            yield _settled(finding)


def _source(finding: Finding) -> dict[str, Any]:
    return {
        "source": came_from(finding),
        "source_url": reverse("inspections:finding_detail", args=[finding.pk]),
    }


def _opened(finding: Finding) -> Event:
    severity = Severity(finding.severity)
    mender = _("To be remedied by: %(organisation)s") % {
        "organisation": finding.responsible or _("nobody yet")
    }
    return Event(
        timezone.localtime(finding.opened_at).date(),
        _("Finding: %(kind)s") % {"kind": finding.get_kind_display()},
        "flag",
        badge=badge(SEVERITY_BADGES[severity], severity.label),
        details=(*finding.description.splitlines(), mender),
        who=str(finding.opened_by or _("The system")),
        recorded_at=finding.opened_at,
        **_source(finding),
    )


def _remedied(finding: Finding, remedy: Remediation) -> Event:
    verdict = "" if remedy.accepted is None else _("Accepted") if remedy.accepted else _("Not accepted")
    tone = "wait" if remedy.accepted is None else "ok" if remedy.accepted else "bad"
    return Event(
        timezone.localtime(remedy.reported_at).date(),
        _("Remedy reported: %(kind)s") % {"kind": finding.get_kind_display()},
        "wrench",
        badge=badge(tone, verdict or _("To be verified")),
        details=tuple(filter(None, (remedy.text, remedy.verdict_note))),
        who=str(remedy.reported_by),
        recorded_at=remedy.reported_at,
        **_source(finding),
    )


def _settled(finding: Finding) -> Event:
    words = (
        _("Finding not upheld: %(kind)s")
        if finding.state == FindingState.DROPPED
        else _("Finding closed: %(kind)s")
    )
    return Event(
        timezone.localtime(finding.closed_at).date(),
        words % {"kind": finding.get_kind_display()},
        "circle-check",
        badge=badge(finding.badge, finding.get_state_display()),
        details=(finding.closed_reason,),
        who=str(finding.closed_by),
        recorded_at=finding.closed_at,
        **_source(finding),
    )
