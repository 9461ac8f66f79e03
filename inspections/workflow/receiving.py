"""Taking in checks and photos, each exactly once, however often and from wherever it is sent.

A resend is recognised before anything else is asked, so that what arrived is acknowledged even when the round
has ended since. Work done in time and sent late is kept and marked; what cannot be taken is refused with one
sentence and stays on the device.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import IntegrityError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.documents.models import StoredFile
from smartphone_support.documents.storing import store

from ..choices import CheckSource, RoundState, SampleState
from ..models import (
    CheckAnswer,
    ChecklistItem,
    CheckPhoto,
    FieldCheck,
    InspectedUnit,
    InspectionRound,
    OfflinePack,
    SampledHousehold,
)
from ..offline.incoming import Visit
from ..offline.photos import MOST_PHOTOS, photo_kind
from ..offline.refusals import (
    CHANGED,
    CHECK,
    CHECKLIST,
    CLOCK,
    INCOMPLETE,
    PHOTO,
    RESERVE,
    ROUND,
    SCOPE,
    FieldRefusal,
)
from ..permits.fieldwork import leads, may_check, may_check_unit, works_in
from .findings import open_findings_of
from .steps import locked, move, step

#: How far a device's clock may run ahead before its days are not believed.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """A check or photo that is here; `again`: it was here before."""

    row: Any
    again: bool


def receive_check(visit: Visit, *, actor: Any, source: str, inspector: Any = None) -> Taken:
    """Keep a visit with its answers, mark the household as checked, and open what the answers open by rule.

    `inspector`: who was there, where the head or secretary sends it for them (a saved file, paper); `actor`
    otherwise. Refuses (`FieldRefusal`) a changed resend, another's household, a round that takes no more
    checks, answers that are not complete or of another checklist.
    """
    inspector = inspector or actor
    try:
        with step():
            return _taken(visit, actor, inspector, CheckSource(source))
    except IntegrityError:
        # Two connections brought the same check at the same moment and the other one was faster.
        known = _known(visit, actor, inspector)
        if known is None:
            raise
        return known


def _taken(visit: Visit, actor: Any, inspector: Any, source: CheckSource) -> Taken:
    known = _known(visit, actor, inspector)
    if known is not None:
        return known
    sampled, unit, round_ = _subject(visit)
    # Under the round's lock the same check may have come meanwhile.
    known = _known(visit, actor, inspector)
    if known is not None:
        return known
    _require_sender(visit, actor, inspector, sampled, unit, round_)
    _require_open(visit, source, round_, sampled)
    items = _require_complete(visit, round_, sampled, unit)
    check = FieldCheck.objects.create(
        client_id=visit.client_id, round=round_, sampled=sampled, unit=unit, checklist_id=visit.checklist,
        inspector=inspector, source=source, visited_at=visit.visited_at, imei_seen=visit.imei_seen,
        latitude=visit.latitude, longitude=visit.longitude, accuracy=visit.accuracy,
        signer_name=visit.signer_name, note=visit.note, content_hash=visit.content_hash,
        counts=_counts(sampled, unit, visit), late=round_.state != RoundState.FIELDWORK,
    )  # fmt: skip
    CheckAnswer.objects.bulk_create(
        CheckAnswer(check_row=check, item=items[said.item], answer=said.answer, note=said.note)
        for said in visit.answers
    )
    if sampled is not None and sampled.state == SampleState.PENDING:
        move(sampled, SampleState.CHECKED)
    open_findings_of(check)
    after = {
        "round": round_.pk,
        "sampled": visit.sampled,
        "unit": visit.unit,
        "inspector": inspector.pk,
        "source": str(source),
        "visited": visit.visited_at,
        "counts": check.counts,
        "late": check.late,
        "content": check.content_hash,
    }
    record("inspections.fieldcheck.receive", check, actor=actor, after=after)
    return Taken(check, again=False)


def _known(visit: Visit, actor: Any, inspector: Any) -> Taken | None:
    """The check that came with this id before; refuses when it was another one."""
    check = FieldCheck.objects.filter(client_id=visit.client_id).select_related("round__program").first()
    if check is None:
        return None
    mine = check.inspector_id == inspector.pk and (actor.pk == inspector.pk or leads(actor, check.round))
    if not mine or check.content_hash != visit.content_hash:
        raise FieldRefusal(
            _(
                "This check arrived before with other answers. The first stays; tell the head of the team "
                "what has to be put right."
            ),
            CHANGED,
        )
    return Taken(check, again=True)


def _subject(visit: Visit) -> tuple[SampledHousehold | None, InspectedUnit | None, InspectionRound]:
    """What was visited, with its round, both locked: the round first, so that it does not end meanwhile."""
    rounds = InspectionRound.objects.select_related("program__province")
    if visit.sampled is not None:
        samples = SampledHousehold.objects.all()
        key = samples.filter(pk=visit.sampled).values_list("round", flat=True).first()
        if key is None:
            raise _not_yours()
        round_ = locked(rounds, key)
        sampled = locked(samples.select_related("support__household"), visit.sampled)
        sampled.round = round_
        return sampled, None, round_
    key = InspectedUnit.objects.filter(pk=visit.unit or 0).values_list("round", flat=True).first()
    if key is None:
        raise _not_yours()
    round_ = locked(rounds, key)
    unit = locked(InspectedUnit.objects.all(), visit.unit or 0)
    unit.round = round_
    return None, unit, round_


def _not_yours() -> FieldRefusal:
    # The same words whether it is another's or does not exist: nothing is learnt by trying numbers.
    return FieldRefusal(
        _("This household is not among those given to you; ask the head of the team to give it to you."),
        SCOPE,
    )


def _require_sender(
    visit: Visit,
    actor: Any,
    inspector: Any,
    sampled: SampledHousehold | None,
    unit: InspectedUnit | None,
    round_: InspectionRound,
) -> None:
    """The person's own household or unit, or one they took along when it was theirs. Who leads the team sends
    for any of its members: they may check every household themselves, and say who was there."""
    if actor.pk != inspector.pk:
        if not leads(actor, round_) or not round_.team.filter(user=inspector).exists():
            raise _not_yours()
        return
    if unit is not None:
        if not may_check_unit(inspector, unit):
            raise _not_yours()
        return
    if sampled is None or not (may_check(inspector, sampled) or _was_taken_along(visit, inspector, sampled)):
        raise _not_yours()


def _was_taken_along(visit: Visit, inspector: Any, sampled: SampledHousehold) -> bool:
    """Whether the household was on this person's device at the time of the visit.

    It may have been given to somebody else since, or the person may have left the team: the visit was made
    all the same.
    """
    round_ = sampled.round
    member = round_.team.filter(user=inspector).first()
    left = member is None or (member.left_at is not None and visit.visited_at > member.left_at)
    if left or not works_in(inspector, round_):
        return False
    packs = OfflinePack.objects.filter(round=round_, inspector=inspector)
    return any(
        sampled.pk in pack.contents
        and visit.visited_at <= min(pack.expires_at, pack.handed_in_at or pack.expires_at)
        for pack in packs
    )


def _require_open(
    visit: Visit, source: CheckSource, round_: InspectionRound, sampled: SampledHousehold | None
) -> None:
    if round_.state not in (RoundState.FIELDWORK, RoundState.MINUTES):
        raise FieldRefusal(
            _(
                "The round “%(round)s” is now “%(state)s” and takes no checks. Save the file on this device "
                "and give it to the head of the team."
            )
            % {"round": round_, "state": round_.get_state_display()},
            ROUND,
        )
    day = timezone.localdate(visit.visited_at)
    _require_day(visit.visited_at, day, round_)
    last = last_day(round_)
    if round_.state == RoundState.MINUTES and day > last:
        raise FieldRefusal(
            _(
                "The fieldwork ended on %(last)s; the visit is dated %(day)s. Only visits made until then "
                "are taken."
            )
            % {"last": f"{last:%d/%m/%Y}", "day": f"{day:%d/%m/%Y}"},
            ROUND,
        )
    if sampled is not None and sampled.state == SampleState.RESERVE:
        raise FieldRefusal(
            _("“%(name)s” is a substitute in reserve: ask the head of the team to call it first.")
            % {"name": sampled},
            RESERVE,
        )


def _require_day(at: datetime, day: date, round_: InspectionRound) -> None:
    first = round_.fieldwork_from
    if round_.opened_at is not None:
        first = min(first, timezone.localdate(round_.opened_at))
    if at > timezone.now() + _AHEAD:
        raise FieldRefusal(
            _("The visit is dated %(day)s, which is still to come: put the device's clock right.")
            % {"day": f"{day:%d/%m/%Y}"},
            CLOCK,
        )
    if day < first - _AHEAD:
        raise FieldRefusal(
            _("The visit is dated %(day)s, before the fieldwork began on %(first)s: check the day.")
            % {"day": f"{day:%d/%m/%Y}", "first": f"{first:%d/%m/%Y}"},
            CLOCK,
        )


def last_day(round_: InspectionRound) -> date:
    """The last day of the fieldwork: as planned, or later where checks still came in before it was ended."""
    latest = round_.checks.filter(late=False).aggregate(latest=Max("received_at"))["latest"]
    return max(round_.fieldwork_to, timezone.localdate(latest)) if latest else round_.fieldwork_to


def _require_complete(
    visit: Visit, round_: InspectionRound, sampled: SampledHousehold | None, unit: InspectedUnit | None
) -> dict[int, ChecklistItem]:
    """The questions by id, each answered once; refuses answers of another checklist and gaps."""
    if sampled is not None:
        wanted = round_.checklist_c_id
    else:
        wanted = round_.checklist_b_id if unit and unit.kind == "operator" else round_.checklist_a_id
    items = {item.pk: item for item in ChecklistItem.objects.filter(checklist=visit.checklist)}
    answered = {said.item for said in visit.answers}
    if visit.checklist != wanted or not answered <= items.keys() or len(answered) != len(visit.answers):
        raise FieldRefusal(
            _("The answers are not those of this round's checklist: prepare the round on the device again."),
            CHECKLIST,
        )
    missing = [item.code for key, item in items.items() if key not in answered]
    if missing:
        raise FieldRefusal(
            _("Not answered yet: %(codes)s. Answer every question, “not applicable” too.")
            % {"codes": ", ".join(missing)},
            INCOMPLETE,
        )
    return items


def _counts(sampled: SampledHousehold | None, unit: InspectedUnit | None, visit: Visit) -> bool:
    """The first check of a household or unit counts, until the head of the team chooses another one."""
    if sampled is not None and sampled.state == SampleState.REPLACED:
        return False
    same = FieldCheck.objects.filter(counts=True, sampled=sampled, unit=unit, checklist=visit.checklist)
    return not same.exists()


def receive_photo(
    check_id: UUID,
    photo: File[Any],
    *,
    actor: Any,
    client_id: UUID,
    item: int | None = None,
    taken_at: datetime | None = None,
    scan: bool = False,
) -> Taken:
    """Keep a photo of a visit. The visit has to be here; the photo itself may come at any time after.

    `scan`: the sheet on paper, which may be a PDF. Refuses another's visit, what is no photo, too large or
    one too many, and the same id with another picture.
    """
    start = photo.read(16)
    photo.seek(0)
    photo_kind(start, photo.size or 0, scan=scan)
    digest = hashlib.sha256()
    for chunk in photo.chunks():
        digest.update(chunk)
    stored: StoredFile | None = None
    try:
        with step():
            check = _check_of(check_id, actor)
            known = _known_photo(client_id, check, digest.hexdigest())
            if known is not None:
                return known
            question = _question(check, item)
            if check.photos.count() >= MOST_PHOTOS:
                raise FieldRefusal(
                    _("This check has %(count)s photos already; more are not kept.") % {"count": MOST_PHOTOS},
                    PHOTO,
                )
            stored = store(photo, actor=actor)
            row = CheckPhoto.objects.create(
                client_id=client_id, check_row=check, item=question, file=stored, taken_at=taken_at
            )
            after = {"photo": row.pk, "item": question.code if question else "", "sha256": stored.sha256}
            record("inspections.fieldcheck.attach_photo", check, actor=actor, after=after)
            return Taken(row, again=False)
    except IntegrityError:
        _forget(stored)
        raise _other_photo() from None
    except BaseException:
        _forget(stored)
        raise


def _question(check: FieldCheck, item: int | None) -> ChecklistItem | None:
    if item is None:
        return None
    question = ChecklistItem.objects.filter(checklist=check.checklist_id, pk=item).first()
    if question is None:
        raise FieldRefusal(_("The photo belongs to no question of this check's checklist."), CHECKLIST)
    return question


def _check_of(client_id: UUID, actor: Any) -> FieldCheck:
    """The check a photo belongs to, locked: only whoever made it, or leads the team, adds to it."""
    key = FieldCheck.objects.filter(client_id=client_id).values_list("pk", flat=True).first()
    if key is None:
        raise FieldRefusal(_("The check of this photo has not arrived yet: send the check first."), CHECK)
    check = locked(FieldCheck.objects.select_related("round__program"), key)
    if check.inspector_id != actor.pk and not leads(actor, check.round):
        raise FieldRefusal(_("The check of this photo has not arrived yet: send the check first."), CHECK)
    return check


def _known_photo(client_id: UUID, check: FieldCheck, sha256: str) -> Taken | None:
    known = CheckPhoto.objects.filter(client_id=client_id).select_related("file").first()
    if known is None:
        return None
    if known.check_row_id != check.pk or known.file.sha256 != sha256:
        raise _other_photo()
    return Taken(known, again=True)


def _other_photo() -> FieldRefusal:
    return FieldRefusal(_("Another photo arrived before under the same sign; the first stays."), CHANGED)


def _forget(stored: StoredFile | None) -> None:
    """Take the file off the disk again: its row went with the transaction."""
    if stored is not None:
        stored.file.delete(save=False)
