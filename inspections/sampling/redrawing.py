"""A stored drawing drawn again, and the proof file with which anybody can do it without the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ..choices import SampleKind
from ..models import SampledHousehold, SampleDraw
from ..rules.frames import Frame, frame_of
from ..rules.sampling import Stratum, Wanted, draw
from .frame import frame, supports_by_key

FORMAT = "sample-proof/1"


class ProofError(ValueError):
    """A file that is no proof of a sample; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof file says: the frame, how to draw from it, and who was drawn."""

    frame: Frame
    frame_hash: str
    seed: str
    wanted: Wanted
    drawn: dict[str, list[str]]


def wanted_of(row: SampleDraw) -> Wanted:
    return Wanted(row.allocation, row.confidence, row.margin, row.fixed_size)


def drawn_again(row: SampleDraw) -> dict[str, Stratum]:
    """Stratum → its households in the drawn order, computed anew from what the drawing keeps."""
    return draw(frame(row.frame), wanted_of(row), row.seed)


def differences(row: SampleDraw) -> list[str]:
    """What a redraw finds other than the record says; empty: everything agrees.

    Compared are the frame's hash, the sizes of every stratum, and the drawn households with their order.
    """
    found = []
    again = drawn_again(row)
    if frame(row.frame).hash != row.frame_hash:
        found.append("frame_hash")
    sizes = {name: {"population": one.population, "sample": one.sample} for name, one in again.items()}
    if sizes != row.strata or sum(one.sample for one in again.values()) != row.size:
        found.append("strata")
    supports = supports_by_key(row)
    expected = {
        (name, order, supports[key])
        for name, one in again.items()
        for order, key in enumerate(one.drawn, start=1)
    }
    kept = SampledHousehold.objects.filter(draw=row, kind=SampleKind.RANDOM)
    if not row.superseded and set(kept.values_list("stratum", "order", "support")) != expected:
        found.append("drawn")
    return found


def proof_of(row: SampleDraw) -> dict[str, Any]:
    """The proof file of a drawing: no names, no places finer than a commune, only public keys."""
    again = drawn_again(row)
    return {
        "format": FORMAT,
        "round": row.round.name,
        "decision": row.round.decision_number,
        "as_of": row.as_of.isoformat(),
        "drawn_at": row.drawn_at.isoformat(),
        "seed": row.seed,
        "seed_given": row.seed_given,
        "frame_hash": row.frame_hash,
        "frame_size": row.frame_size,
        "allocation": row.allocation,
        "confidence": row.confidence,
        "margin": str(row.margin) if row.margin is not None else None,
        "fixed_size": row.fixed_size,
        "size": row.size,
        "strata": row.strata,
        "drawn": {name: list(one.drawn) for name, one in again.items()},
        "frame": {name: [key for _support, key in rows] for name, rows in row.frame.items()},
    }


def read_proof(said: Any) -> Proof:
    """What a proof file says. Raises ProofError where it is none."""
    if not isinstance(said, Mapping) or said.get("format") != FORMAT:
        raise ProofError("format")
    try:
        margin, strata = said.get("margin"), said["frame"]
        return Proof(
            frame=frame_of((str(name), str(key)) for name, keys in strata.items() for key in keys),
            frame_hash=str(said["frame_hash"]),
            seed=str(said["seed"]),
            wanted=Wanted(
                str(said["allocation"]), said.get("confidence"),
                Decimal(margin) if margin is not None else None, said.get("fixed_size"),
            ),
            drawn={str(name): list(keys) for name, keys in said.get("drawn", {}).items()},
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        raise ProofError(str(error)) from error


def proof_differences(proof: Proof, seed: str = "") -> list[str]:
    """What drawing a proof file again finds other than it says; `seed`: another one than its own."""
    found = [] if proof.frame.hash == proof.frame_hash else ["frame_hash"]
    again = draw(proof.frame, proof.wanted, seed or proof.seed)
    if {name: list(one.drawn) for name, one in again.items()} != proof.drawn:
        found.append("drawn")
    return found
