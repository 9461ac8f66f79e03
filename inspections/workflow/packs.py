"""Taking the own part of a round's sample along on a device, and handing it in again."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.household.readings import note_export
from beneficiaries.models import Household
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import RoundState
from ..models import InspectionRound, OfflinePack, SampledHousehold
from ..offline.packs import expiry, own_sample
from ..offline.refusals import PACK, FieldRefusal
from ..permits.fieldwork import is_on_team, may_report_lost
from .steps import locked, need_reason, require, require_state, step

_LONGEST_DEVICE = 200


def prepare_pack(
    round_: InspectionRound, *, actor: Any, device: str = ""
) -> tuple[OfflinePack, list[SampledHousehold]]:
    """Open a pack for this person's device: it and the households it holds, which stay on the record.

    Refuses a round that is not in the field and a person without a household in its sample.
    """
    device = " ".join("".join(c if c.isprintable() else " " for c in device).split())[:_LONGEST_DEVICE]
    with step():
        round_ = locked(InspectionRound.objects.select_related("program__province"), round_.pk)
        require(is_on_team(actor, round_))
        require_state(round_, (RoundState.FIELDWORK,))
        if round_.checklist_c_id is None:
            raise FieldRefusal(
                _("This round has no checklist for households, so there is nothing to prepare.")
            )
        samples = list(own_sample(round_, actor))
        if not samples:
            raise FieldRefusal(
                _("No household of “%(round)s” is given to you yet: ask the head of the team.")
                % {"round": round_}
            )
        keys = [row.pk for row in samples]
        pack = OfflinePack.objects.create(
            round=round_, inspector=actor, device=device, households=len(keys), contents=keys,
            expires_at=expiry(round_, timezone.now()), last_seen_at=timezone.now(),
        )  # fmt: skip
        _note(samples, actor)
        after = {"pack": str(pack.key), "device": device, "households": keys, "until": pack.expires_at}
        record("inspections.inspectionround.take_along", round_, actor=actor, after=after)
    return pack, samples


def refresh_pack(pack: OfflinePack, *, actor: Any) -> tuple[OfflinePack, list[SampledHousehold]]:
    """The pack with the sample as it is now: what was given to somebody else is left out, what is new comes.

    Refuses (409) one that was handed in, has expired, or whose round is no longer in the field.
    """
    with step():
        pack = _own_pack(pack, actor)
        round_ = pack.round
        if pack.handed_in_at is not None:
            raise FieldRefusal(_("This device was handed in; prepare the round again to go on."), PACK)
        if pack.expires_at <= timezone.now():
            raise FieldRefusal(
                _("The round on this device has expired; send what is unsent and prepare it again."), PACK
            )
        if round_.state != RoundState.FIELDWORK or not is_on_team(actor, round_):
            raise FieldRefusal(
                _("“%(round)s” is not in the field for you any more; send what is unsent and hand in.")
                % {"round": round_},
                PACK,
            )
        samples = list(own_sample(round_, actor))
        keys = [row.pk for row in samples]
        new = [key for key in keys if key not in pack.contents]
        pack.contents, pack.households = [*pack.contents, *new], len(keys)
        pack.last_seen_at = timezone.now()
        pack.save(update_fields=["contents", "households", "last_seen_at"])
        if new:
            _note([row for row in samples if row.pk in set(new)], actor)
            after = {"pack": str(pack.key), "households": new}
            record("inspections.inspectionround.take_along", round_, actor=actor, after=after)
    return pack, samples


def hand_in(pack: OfflinePack, *, actor: Any) -> OfflinePack:
    """The device has wiped the round's data, or is about to; done twice it is done once."""
    with step():
        pack = _own_pack(pack, actor)
        if pack.handed_in_at is None:
            pack.handed_in_at = timezone.now()
            pack.save(update_fields=["handed_in_at"])
            after = {"pack": str(pack.key), "device": pack.device}
            record("inspections.inspectionround.hand_in", pack.round, actor=actor, after=after)
    return pack


def report_lost(pack: OfflinePack, *, actor: Any, reason: str) -> OfflinePack:
    """The device is lost or broken and will not be handed in: it is closed and waits on nobody's list.

    By its inspector or who leads the team. What was visited until now may still come, from a saved file or
    the device found again.
    """
    reason = need_reason(reason)[:300]
    with step():
        pack = _locked_pack(pack)
        require(may_report_lost(actor, pack))
        if pack.handed_in_at is not None:
            raise Refusal(_("This device is handed in, or reported as lost, already."))
        pack.handed_in_at, pack.lost_reason = timezone.now(), reason
        pack.save(update_fields=["handed_in_at", "lost_reason"])
        after = {"pack": str(pack.key), "device": pack.device, "households": pack.contents}
        record("inspections.inspectionround.report_lost", pack.round, actor=actor, after=after, reason=reason)
    return pack


def _own_pack(pack: OfflinePack, actor: Any) -> OfflinePack:
    pack = _locked_pack(pack)
    require(pack.inspector_id == actor.pk)
    return pack


def _locked_pack(pack: OfflinePack) -> OfflinePack:
    related = ("round__program__province", "round__checklist_c", "inspector")
    return locked(OfflinePack.objects.select_related(*related), pack.pk)


def _note(samples: list[SampledHousehold], actor: Any) -> None:
    """Every household knows who took its data along (Decree 13/2023/NĐ-CP)."""
    note_export(Household.objects.filter(pk__in=[row.support.household_id for row in samples]), actor)
