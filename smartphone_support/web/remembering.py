"""Values kept in the process from one request to the next: what every page shows and seldom changes.

A key names everything a value is made of. Callers put into it how long the audit record was
(`User.recorded`): whatever a person does lengthens it, in every process at once, so nobody sees the state
before their own step. What no person did (a background job ended) shows after `SECONDS` at the latest.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

SECONDS = 15.0
#: The values used longest ago make room beyond this; a value is a few kilobytes.
MOST = 2_000

_kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
_lock = Lock()


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """The value kept under ``key``, made if there is none or it is older than `SECONDS`.

    Values are shared between requests: nobody may change one.
    """
    now = time.monotonic()
    with _lock:
        found = _kept.get(key)
        if found is not None and found[0] > now:
            _kept.move_to_end(key)
            value: T = found[1]
            return value
    made = make()  # outside the lock: it asks the database; two at once make the same
    with _lock:
        _kept[key] = now + SECONDS, made
        _kept.move_to_end(key)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made


def forget() -> None:
    """Drop everything kept in this process: for tests, whose database is another one each time."""
    with _lock:
        _kept.clear()
