"""A household's services in its story."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from smartphone_support.web.templatetags.web import badge

from ..choices import SUBSCRIPTION_BADGES, SubscriptionState
from ..household.story import Event
from ..models import Household, ServiceSubscription, SubscriptionSpell
from .permits import number_for


def service_events(household: Household, user: Any) -> Iterable[Event]:
    """Every stretch of the household's subscriptions this person may see, those taken back among them."""
    seen = ServiceSubscription.objects.visible_to(user).filter(household=household)
    spells = SubscriptionSpell.objects.filter(subscription__in=seen).select_related(
        "subscription__operator", "line__report", "recorded_by"
    )
    told: set[tuple[int, Any, str, int]] = set()
    for spell in spells.order_by("valid_from", "recorded_at", "pk"):
        # A spell written again with its end says nothing new.
        key = (spell.subscription_id, spell.valid_from, spell.state, spell.level)
        if spell.superseded_at is not None or key in told:
            continue
        told.add(key)
        yield _event(spell, user)


def _event(spell: SubscriptionSpell, user: Any) -> Event:
    held = spell.subscription
    level = _("%(n)s đồng a month") % {"n": number_format(spell.level, force_grouping=True)}
    address, source = reverse("services:subscription_detail", args=[held.pk]), ""
    if spell.line is not None:
        source = _("Update of services %(month)s") % {"month": f"{spell.line.report.month:%m/%Y}"}
    return Event(
        spell.valid_from,
        _("%(service)s by %(operator)s") % {
            "service": held.get_service_display(), "operator": held.operator.short_name,
        },
        "signal",
        badge=badge(SUBSCRIPTION_BADGES[SubscriptionState(spell.state)], spell.get_state_display()),
        details=tuple(filter(None, (level, spell.reason))),
        links=((number_for(user, held.number) or _("Open the subscription"), address),),
        source=source,
        who=str(spell.recorded_by),
        recorded_at=spell.recorded_at,
    )  # fmt: skip
