"""Several people at the same moment: real threads, each with its own connection."""

import threading

from django.db import connection
from django.utils import translation

from smartphone_support.web.errors import Refusal


def at_once(*calls):
    """Run the calls together, each in a thread with its own connection; returns what each came to."""
    results = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(index, call):
        with translation.override("en"):
            gate.wait()
            try:
                results[index] = call()
            except Refusal as refusal:
                results[index] = str(refusal)
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results
