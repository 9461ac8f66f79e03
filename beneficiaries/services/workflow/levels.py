"""Entering the level of a service, dated and cited; one entered by mistake goes while nothing rests on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.audit.steps import need_reason, require, step
from smartphone_support.web.errors import Refusal

from ...choices import ServiceKind
from ...models import ServiceLevel, SubscriptionSpell
from ..permits import may_manage
from ..rules.checks import PROGRAMME_BEGAN
from ..spells import hold_register

_DAY = timedelta(days=1)


def enter_level(
    *, province: AdministrativeArea, service: str, amount: int, valid_from: date, citation: str, actor: Any,
    beside: bool = False,
) -> ServiceLevel:  # fmt: skip
    """A level of the province from a day on. The province's former level of the service ends the day before,
    unless both are in force `beside` each other."""
    citation = " ".join(citation.split())
    if not citation:
        raise Refusal(_("Say which document sets the level: the legal basis is missing."))
    if valid_from < PROGRAMME_BEGAN:
        raise Refusal(_("The programme began on %(day)s.") % {"day": f"{PROGRAMME_BEGAN:%d/%m/%Y}"})
    if service not in ServiceKind.values:
        raise Refusal(_("Choose a service."))
    with step():
        require(may_manage(actor, province))
        hold_register(province.pk)
        rows = ServiceLevel.objects.filter(province=province, service=service)
        going = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from))
        if going.filter(amount=amount).exists():
            raise Refusal(_("This level is in force on that day already."))
        if not beside:
            later = going.filter(valid_from__gte=valid_from).order_by("valid_from").first()
            if later is not None:
                raise Refusal(
                    _("A level of %(amount)s đồng is entered from %(day)s: take it back first.")
                    % {"amount": later.amount, "day": f"{later.valid_from:%d/%m/%Y}"}
                )
            going.update(valid_to=valid_from - _DAY)
        level = ServiceLevel.objects.create(
            province=province, service=service, amount=amount, valid_from=valid_from,
            citation=citation[:300], entered_by=actor,
        )  # fmt: skip
        after = {"service": service, "amount": amount, "from": valid_from, "citation": citation}
        record("beneficiaries.servicelevel.add", level, actor=actor, after=after)
    return level


def drop_level(level: ServiceLevel, *, actor: Any, reason: str) -> None:
    """Take a level of the province out again while no subscription stands at it; the one before goes on."""
    reason = need_reason(reason)
    with step():
        require(level.province is not None and may_manage(actor, level.province))
        hold_register(level.province_id or 0)
        level = _still(level)
        used = SubscriptionSpell.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=level.valid_from),
            superseded_at__isnull=True, level=level.amount, subscription__service=level.service,
            subscription__household__province=level.province_id,
        )  # fmt: skip
        if used.exists():
            raise Refusal(_("Subscriptions are supported at this level; it cannot be taken out any more."))
        before = {
            "service": level.service, "amount": level.amount, "from": level.valid_from,
            "citation": level.citation,
        }  # fmt: skip
        record("beneficiaries.servicelevel.remove", level, actor=actor, before=before, reason=reason)
        own = ServiceLevel.objects.filter(province=level.province_id, service=level.service)
        beside = own.filter(valid_from=level.valid_from).exclude(pk=level.pk)
        # The one before ended for this one: it goes on as long as this one would have, unless another began
        # on the same day.
        if not beside.exists():
            own.filter(valid_to=level.valid_from - _DAY).update(valid_to=level.valid_to)
        level.delete()


def _still(level: ServiceLevel) -> ServiceLevel:
    """The level as it is now. Raises Refusal when somebody has taken it out meanwhile."""
    found = ServiceLevel.objects.filter(pk=level.pk).first()
    if found is None:
        raise Refusal(_("Somebody else was faster; look at the page again."))
    return found
