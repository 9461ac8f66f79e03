"""What inspections add to a household's story: the checks made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from beneficiaries.household.story import Event
from beneficiaries.models import Household
from smartphone_support.web.templatetags.web import badge

from ..choices import Answer
from ..models import FieldCheck


def inspection_events(household: Household, user: Any) -> Iterable[Event]:
    """One event for each check of the household this reader may see."""
    seen = FieldCheck.objects.visible_to(user).filter(sampled__support__household=household).values("pk")
    checks = FieldCheck.objects.filter(pk__in=seen).select_related("round", "inspector")
    for check in checks.prefetch_related("answers").order_by("visited_at", "pk"):
        yield _checked(check)


def _checked(check: FieldCheck) -> Event:
    counted = Counter(answer.answer for answer in check.answers.all())
    failed = counted[Answer.FAIL]
    figures = _("%(passed)s pass, %(failed)s fail, %(left)s not applicable") % {
        "passed": localize(counted[Answer.PASS]),
        "failed": localize(failed),
        "left": localize(counted[Answer.NA]),
    }
    return Event(
        timezone.localtime(check.visited_at).date(),
        _("Inspected at home"),
        "search-check",
        badge=badge(
            "bad" if failed else "ok", _("Not everything as it should be") if failed else _("All right")
        ),
        details=tuple(filter(None, (figures, check.note))),
        source=check.round.name,
        source_url=reverse("inspections:round_detail", args=[check.round_id]),
        who=str(check.inspector),
        recorded_at=check.received_at,
    )
