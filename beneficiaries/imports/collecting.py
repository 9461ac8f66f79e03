"""Python's search for reference cycles, put off while a list's records are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Make many plain objects without looking for cycles among them.

    The search would go through all records again and again as their number grows, a third of the time of
    matching; records refer to nothing that refers to them, so they are freed without it.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
