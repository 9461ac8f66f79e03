"""The sample of a round: drawn from a stored seed, substitutes in their fixed order, additions for a risk."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import RoundState, SampleKind, SampleState
from ..models import InspectionRound, SampledHousehold, SampleDraw
from ..permits.sampling import may_draw, may_replace
from ..rules.frames import FrameError
from ..rules.sampling import Plan, SamplingError, Trouble, Wanted, clean_seed, plan
from ..rules.sampling import draw as drawn_by_rule
from ..sampling.frame import StoredFrame, frame, frame_supports, stored_frame, strata_of, supports_by_key
from ..sampling.redrawing import drawn_again
from .steps import locked, move, need_reason, require, require_state, step

#: A sample is drawn anew only while nobody has set out.
BEFORE_FIELDWORK = frozenset({RoundState.PLANNED, RoundState.ANNOUNCED})
#: While the sample still grows and is handed out.
RUNNING = BEFORE_FIELDWORK | {RoundState.FIELDWORK}
#: What a database column holds of a seed.
LONGEST_SEED = 64


def preview(round_: InspectionRound, wanted: Wanted) -> tuple[StoredFrame, Plan]:
    """The frame as it is now and the sizes per stratum; nothing is drawn. Refuses what cannot be drawn."""
    stored = stored_frame(round_)
    try:
        return stored, plan(frame(stored), wanted)
    except (SamplingError, FrameError) as error:
        raise Refusal(sentence_of(error)) from error


def draw(
    round_: InspectionRound,
    *,
    actor: Any,
    wanted: Wanted,
    seed: str = "",
    reason: str = "",
    seen_hash: str = "",
) -> SampleDraw:
    """Draw the sample; without a seed one is made. Again only before the fieldwork, and with a reason.

    `seen_hash`: the frame the person looked at; refuses where it has changed since. What was given to
    inspectors of a superseded sample is given anew; additions for a risk stay.
    """
    with step():
        round_ = locked(InspectionRound.objects.select_related("program"), round_.pk)
        require(may_draw(actor, round_))
        earlier = SampleDraw.objects.filter(round=round_, superseded=False).first()
        if earlier is None:
            require_state(round_, RUNNING)
        else:
            require_state(
                round_,
                BEFORE_FIELDWORK,
                _("The fieldwork has begun: the sample stays as it was drawn. Call a substitute instead."),
            )
            reason = need_reason(reason)
        given = _cleaned(seed)
        used = given or secrets.token_hex(16)
        stored, sizes = preview(round_, wanted)
        if seen_hash and frame(stored).hash != seen_hash:
            raise Refusal(_("The frame has changed since you looked at it: look at the sizes again."))
        if earlier is not None:
            _supersede(earlier)
        row = SampleDraw.objects.create(
            round=round_, seed=used, seed_given=bool(given), frame=stored, frame_hash=frame(stored).hash,
            frame_size=frame(stored).size, allocation=wanted.allocation, confidence=wanted.confidence,
            margin=wanted.margin, fixed_size=wanted.fixed, size=sizes.size, as_of=round_.as_of,
            strata={name: {"population": n, "sample": share} for name, (n, share) in sizes.strata.items()},
            drawn_by=actor, reason=reason[:300] if earlier is not None else "",
        )  # fmt: skip
        _write_drawn(row, wanted, actor)
        after = {
            "draw": row.pk,
            "seed": row.seed,
            "seed_given": row.seed_given,
            "frame_hash": row.frame_hash,
            "frame_size": row.frame_size,
            "size": row.size,
            "allocation": row.allocation,
        }
        before = {"draw": earlier.pk} if earlier else {}
        record(
            "inspections.inspectionround.draw_sample", round_, actor=actor, before=before, after=after,
            reason=row.reason,
        )  # fmt: skip
    return row


def _cleaned(seed: str) -> str:
    """The seed a person gave, as it is used; "" where none was given."""
    if not seed.strip():
        return ""
    seed = clean_seed(seed)
    if len(seed) > LONGEST_SEED or not seed.isprintable():
        raise Refusal(_("The seed is at most %(limit)s letters and figures.") % {"limit": LONGEST_SEED})
    return seed


def _supersede(earlier: SampleDraw) -> None:
    """The drawing stays on the record; its households leave the sample, but for additions for a risk."""
    SampleDraw.objects.filter(pk=earlier.pk).update(superseded=True)
    rows = SampledHousehold.objects.filter(round=earlier.round_id).exclude(kind=SampleKind.RISK)
    # One still to be visited has a reason only from having been added for a risk before chance chose it.
    rows.filter(state=SampleState.PENDING).exclude(reason="").update(
        kind=SampleKind.RISK, draw=None, replaces=None, order=0
    )
    rows.filter(kind=SampleKind.SUBSTITUTE).update(replaces=None)
    rows.delete()


def _write_drawn(row: SampleDraw, wanted: Wanted, actor: Any) -> None:
    """The drawn households. One added for a risk before is now drawn, and counts: chance chose it."""
    supports = supports_by_key(row)
    added = {known.support_id: known for known in SampledHousehold.objects.filter(round=row.round_id)}
    fresh = []
    for stratum, drawn in drawn_by_rule(frame(row.frame), wanted, row.seed).items():
        for order, key in enumerate(drawn.drawn, start=1):
            values = {"draw": row, "stratum": stratum, "order": order, "kind": SampleKind.RANDOM}
            known = added.get(supports[key])
            if known is None:
                fresh.append(
                    SampledHousehold(round=row.round, support_id=supports[key], added_by=actor, **values)
                )
            else:
                SampledHousehold.objects.filter(pk=known.pk).update(**values)
    SampledHousehold.objects.bulk_create(fresh)


def call_substitute(sampled: SampledHousehold, *, actor: Any, reason: str) -> SampledHousehold:
    """Replace a household that cannot be visited by the next of its stratum in the drawn order.

    The substitute goes to the same inspector. Refuses an addition for a risk, a household that was visited
    or replaced already, and a stratum without anybody left.
    """
    reason = need_reason(reason)[:300]
    with step():
        round_ = locked(InspectionRound.objects.select_related("program"), sampled.round_id)
        sampled = locked(SampledHousehold.objects.select_related("support__household"), sampled.pk)
        sampled.round = round_
        require(may_replace(actor, sampled))
        require_state(round_, RUNNING - {RoundState.PLANNED})
        draw_ = SampleDraw.objects.filter(households=sampled, superseded=False).first()
        if sampled.kind == SampleKind.RISK or draw_ is None:
            raise Refusal(_("Only a drawn household has substitutes; this one was added by hand."))
        require_state(sampled, {SampleState.PENDING})
        move(sampled, SampleState.REPLACED, reason=reason)
        substitute = _next_substitute(draw_, sampled, actor)
        record(
            "inspections.inspectionround.call_substitute", round_, actor=actor, reason=reason,
            before={"sampled": sampled.pk, "support": sampled.support_id},
            after={"sampled": substitute.pk, "support": substitute.support_id, "order": substitute.order},
        )  # fmt: skip
    return substitute


def _next_substitute(draw_: SampleDraw, replaced: SampledHousehold, actor: Any) -> SampledHousehold:
    supports = supports_by_key(draw_)
    stratum = drawn_again(draw_)[replaced.stratum]
    rows = SampledHousehold.objects.filter(round=draw_.round)
    taken = set(rows.exclude(kind=SampleKind.RISK).values_list("support", flat=True))
    order, key = next(
        (
            (order, key)
            for order, key in enumerate(stratum.order, start=1)
            if order > stratum.sample and supports[key] not in taken
        ),
        (0, ""),
    )
    if not key:
        raise Refusal(_("Nobody is left in this stratum: it has no more substitutes."))
    values = {
        "draw": draw_, "stratum": replaced.stratum, "order": order, "kind": SampleKind.SUBSTITUTE,
        "replaces": replaced,
    }  # fmt: skip
    known = rows.filter(support=supports[key]).first()
    if known is not None:
        # Added for a risk before, and now its turn: it is visited once and counts for the one it replaces.
        for name, value in values.items():
            setattr(known, name, value)
        known.save(update_fields=list(values))
        return known
    return SampledHousehold.objects.create(
        round=draw_.round, support_id=supports[key], inspector=replaced.inspector, added_by=actor, **values
    )


def add_for_risk(
    round_: InspectionRound, supports: Collection[int], *, actor: Any, reason: str
) -> list[SampledHousehold]:
    """Add households because something speaks against them. They are visited, and kept out of the estimates.

    Refuses a household outside what the round inspects, and one that is in the sample already.
    """
    reason = need_reason(reason)[:300]
    with step():
        round_ = locked(InspectionRound.objects.select_related("program"), round_.pk)
        require(may_draw(actor, round_))
        require_state(round_, RUNNING)
        wanted = frame_supports(round_).filter(pk__in=supports)
        strata = strata_of(wanted, round_.as_of)
        if not supports or set(strata) != set(supports):
            raise Refusal(_("Tick households that received support within what this round inspects."))
        known = SampledHousehold.objects.filter(round=round_, support__in=supports)
        already = known.select_related("support__household").first()
        if already is not None:
            raise Refusal(
                _("“%(household)s” is in the sample already.") % {"household": already.support.household}
            )
        rows = [
            SampledHousehold(
                round=round_, support_id=support, stratum=strata[support], order=0, kind=SampleKind.RISK,
                reason=reason, added_by=actor,
            )
            for support in sorted(strata)
        ]  # fmt: skip
        rows = SampledHousehold.objects.bulk_create(rows)
        record(
            "inspections.inspectionround.add_for_risk", round_, actor=actor, reason=reason,
            after={"supports": sorted(strata)},
        )  # fmt: skip
    return rows


def assign_inspector(
    round_: InspectionRound, households: Iterable[int], *, actor: Any, inspector: Any
) -> int:
    """Give households of the sample (their ids) to a member of the team; None takes them back.

    Returns how many changed hands; those already visited or replaced stay where they are.
    """
    with step():
        round_ = locked(InspectionRound.objects.select_related("program"), round_.pk)
        require(may_draw(actor, round_))
        require_state(round_, RUNNING)
        if inspector is not None:
            member = round_.team.filter(user=inspector, left_at=None).exists()
            if not member or not inspector.has_perm("inspections.do_fieldcheck"):
                raise Refusal(_("Choose a member of the team who does checks."))
        rows = SampledHousehold.objects.filter(
            round=round_, pk__in=list(households), state=SampleState.PENDING
        ).exclude(inspector=inspector)
        given = sorted(rows.values_list("pk", flat=True))
        if not given:
            raise Refusal(_("Nothing would change: tick households that are still to be visited."))
        SampledHousehold.objects.filter(pk__in=given).update(inspector=inspector)
        after = {"inspector": inspector.username if inspector else "", "sampled": given}
        record("inspections.inspectionround.assign_inspector", round_, actor=actor, after=after)
    return len(given)


def sentence_of(error: SamplingError | FrameError) -> str:
    """Why nothing can be drawn, for people."""
    if isinstance(error, FrameError):
        return _("Two households of the frame have the same key: nothing can be drawn from it.")
    return {
        Trouble.EMPTY: _("No household has received support by the round's day where it inspects."),
        Trouble.CONFIDENCE: _("Choose a confidence of 90, 95 or 99 per cent."),
        Trouble.MARGIN: _("The margin of error lies between 0 and 100 percentage points."),
        Trouble.SIZE: _("Say how many households are drawn: at least one."),
        Trouble.ALLOCATION: _("Choose how the sample is shared out."),
        Trouble.SEED: _("Type the seed, or leave it empty to have one made."),
    }[error.trouble]
