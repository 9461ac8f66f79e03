"""Requests a second of many clients at once, on servers as they run in earnest: processes with threads."""

from __future__ import annotations

import multiprocessing
import threading
import time
import traceback
from collections.abc import Sequence
from http.cookies import SimpleCookie
from itertools import cycle, islice
from typing import Any

from django.db import connection
from django.test import Client

#: Seconds of asking before anything is counted: plans, caches, connections.
WARM = 0.5


def per_second(
    client: Client, addresses: Sequence[str], *, processes: int = 2, threads: int = 4, seconds: float = 3.0
) -> float:
    """Requests answered a second by `processes` × `threads` clients logged in as `client` is.

    A request counts when it is answered within the `seconds` after the warm-up; one that is still
    under way at the end counts with the part that lies within. Raises RuntimeError where one failed.
    """
    connection.close()  # a connection is nothing two processes may share
    fork = multiprocessing.get_context("fork")
    cookies = client.cookies.output(header="", sep=";")
    begins = time.monotonic() + 0.3
    with fork.Pool(processes) as pool:
        shares = [(cookies, addresses, threads, place, begins, seconds) for place in range(processes)]
        return sum(pool.starmap(_ask_in_threads, shares)) / seconds


def _ask_in_threads(
    cookies: str, addresses: Sequence[str], threads: int, place: int, begins: float, seconds: float
) -> float:
    answered = [0.0] * threads
    failed: list[str] = []

    def ask(thread: int) -> None:
        try:
            start = (place * threads + thread) % len(addresses)
            turns = islice(cycle(addresses), start, None)
            answered[thread] = _ask(Client(), cookies, turns, begins + WARM, seconds)
        except Exception:
            failed.append(traceback.format_exc())
        finally:
            connection.close()

    workers = [threading.Thread(target=ask, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failed:
        raise RuntimeError(failed[0])
    return sum(answered)


def _ask(client: Client, cookies: str, turns: Any, counting: float, seconds: float) -> float:
    client.cookies = SimpleCookie(cookies)
    answered, end = 0.0, counting + seconds
    while True:
        asked = time.monotonic()
        if asked >= end:
            return answered
        address = next(turns)
        status = client.get(address).status_code
        if status != 200:
            raise RuntimeError(f"{address}: {status}")
        done = time.monotonic()
        within = min(done, end) - max(asked, counting)
        answered += max(0.0, within) / (done - asked)
