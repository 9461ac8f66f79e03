"""What state a subscription may go to, and what a change on an operator's list asks for. Pure.

Circular 14/2022/TT-BTTTT art. 26: two months without traffic suspend, traffic restores; who is not certified
again is suspended from 1 January and comes back certified, or is taken off the list.
"""

from __future__ import annotations

from typing import Final

ACTIVE: Final = "active"
NO_TRAFFIC: Final = "no_traffic"
UNCERTIFIED: Final = "uncertified"
STOPPED: Final = "stopped"
REMOVED: Final = "removed"

#: The household is on an operator's list.
LIVE = frozenset({ACTIVE, NO_TRAFFIC, UNCERTIFIED})
SUSPENDED = frozenset({NO_TRAFFIC, UNCERTIFIED})
ENDED = frozenset({STOPPED, REMOVED})

_NEXT: dict[str, frozenset[str]] = {
    ACTIVE: frozenset({NO_TRAFFIC, UNCERTIFIED, STOPPED}),
    NO_TRAFFIC: frozenset({ACTIVE, UNCERTIFIED, STOPPED}),
    UNCERTIFIED: frozenset({ACTIVE, REMOVED, STOPPED}),
    STOPPED: frozenset(),
    REMOVED: frozenset(),
}

#: Changes of an operator's list (values of ``choices.ServiceChange``).
NEW, STOP, LEVEL, SUSPEND, RESTORE = "new", "stopped", "level_changed", "suspended", "restored"
CHANGES = (NEW, STOP, LEVEL, SUSPEND, RESTORE)


def may_go(state: str, to: str) -> bool:
    """Whether a subscription may go from one state to another."""
    return to in _NEXT[state]


def target(change: str, state: str) -> str | None:
    """The state a change leads to, from a live state; None where it cannot happen in that state.

    A changed level leaves the state as it is.
    """
    if state not in LIVE:
        return None
    if change == LEVEL:
        return state
    to = {STOP: STOPPED, SUSPEND: NO_TRAFFIC, RESTORE: ACTIVE}.get(change)
    return to if to is not None and may_go(state, to) else None
