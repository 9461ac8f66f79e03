"""The checks' part of a round's page: how far the fieldwork is, who has what, what waits for the head."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ..choices import RoundState, SampleState
from ..models import FieldCheck, InspectionRound, OfflinePack, SampledHousehold
from ..permits.fieldwork import is_on_team, leads, may_choose
from ..permits.sampling import may_see_sample
from ..workflow.choosing import CHOOSING_STATES

#: Before, there is nothing of the fieldwork to show.
_SHOWN = frozenset({RoundState.FIELDWORK, RoundState.MINUTES, RoundState.CONCLUDED, RoundState.CLOSED})


def panel(round_: InspectionRound, user: Any) -> dict[str, Any]:
    """What its template shows this person of the round; empty: nothing."""
    if round_.state not in _SHOWN or not may_see_sample(user, round_):
        return {}
    checks = FieldCheck.objects.filter(
        pk__in=FieldCheck.objects.visible_to(user).filter(round=round_).values("pk")
    )
    seen = SampledHousehold.objects.visible_to(user).filter(round=round_).values("pk")
    sample = SampledHousehold.objects.filter(pk__in=seen)
    states = dict(sample.order_by().values_list("state").annotate(n=Count("pk")))
    checked = states.get(SampleState.CHECKED, 0)
    member = is_on_team(user, round_)
    in_field = round_.state == RoundState.FIELDWORK
    collects = member and round_.state in CHOOSING_STATES
    return {
        "checks": checks.count(),
        "households": checked + states.get(SampleState.PENDING, 0),
        "checked": checked,
        "late": checks.filter(late=True).count(),
        "twice": len(undecided(round_)) if collects and may_choose(user, round_) else 0,
        "people": _people(round_, sample) if leads(user, round_) else [],
        "list_url": reverse("inspections:check_list", args=[round_.pk]),
        "field_url": reverse("inspections:field_home") if member and in_field else "",
        "sheets_url": reverse("inspections:field_sheets", args=[round_.pk]) if member and in_field else "",
        "upload_url": reverse("inspections:field_file_upload") if collects else "",
    }


def undecided(round_: InspectionRound) -> list[int]:
    """Sampled households with several checks of which nobody has chosen one yet."""
    rows = FieldCheck.objects.filter(round=round_, sampled__isnull=False)
    rows = rows.exclude(sampled__state=SampleState.REPLACED).order_by()
    counted = rows.values("sampled").annotate(
        n=Count("pk"), chosen=Count("pk", filter=Q(chosen_at__isnull=False))
    )
    return list(counted.filter(n__gt=1, chosen=0).values_list("sampled", flat=True))


def _people(round_: InspectionRound, sample: Any) -> list[dict[str, Any]]:
    """Each inspector with what is to be visited, what is done, and what their device holds."""
    counts = (
        sample.order_by()
        .filter(inspector__isnull=False, state__in=(SampleState.PENDING, SampleState.CHECKED))
        .values("inspector", "inspector__full_name")
        .annotate(
            pending=Count("pk", filter=Q(state=SampleState.PENDING)),
            checked=Count("pk", filter=Q(state=SampleState.CHECKED)),
        )
        .order_by("inspector__full_name")
    )
    # The latest pack of a person says where they are; earlier ones were prepared on another device, or again.
    packs = {pack.inspector_id: pack for pack in OfflinePack.objects.filter(round=round_).order_by("pk")}
    return [
        {
            "name": row["inspector__full_name"],
            "pending": row["pending"],
            "checked": row["checked"],
            "device": device_words(packs.get(row["inspector"])),
            "lost_url": _lost_url(packs.get(row["inspector"])),
        }
        for row in counts
    ]


def _lost_url(pack: OfflinePack | None) -> str:
    """Where the loss of a device still out is reported; "" where there is none."""
    if pack is None or pack.handed_in_at is not None:
        return ""
    return reverse("inspections:field_pack_lost", args=[pack.key])


def device_words(pack: OfflinePack | None) -> str:
    """Where a person's device stands, in words."""
    if pack is None:
        return _("Not prepared")
    if pack.handed_in_at is not None and pack.lost_reason:
        return _("Lost, reported %(at)s") % {
            "at": date_format(localtime(pack.handed_in_at), "SHORT_DATE_FORMAT")
        }
    if pack.handed_in_at is not None:
        return _("Handed in %(at)s") % {"at": date_format(localtime(pack.handed_in_at), "SHORT_DATE_FORMAT")}
    day = date_format(localtime(pack.expires_at), "SHORT_DATE_FORMAT")
    if pack.expires_at <= timezone.now():
        return _("Expired %(day)s, not handed in") % {"day": day}
    return _("Prepared, until %(day)s") % {"day": day}
