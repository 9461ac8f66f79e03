"""What the register asks of the apps above it before it takes something back or makes two households one."""

from django.dispatch import Signal

#: Sent before households are taken out of the register again (``households``: a query set of them). Who
#: uses one of them answers with a sentence that says so; no answer or "" is no objection.
household_in_use = Signal()

#: Sent before ``absorbed`` is taken up into ``kept`` (both households, locked). Who holds on to the absorbed
#: one answers with a sentence that says what stands against it; no answer or "" is no objection.
household_merging = Signal()

#: Sent within the transaction that changed the register, before its entry in the record: ``province``, and
#: ``households``, the ids of those changed, or None where a list may have changed any. Nobody objects here
#: any more.
register_changed = Signal()

#: Sent before a ``merge`` is undone. Who has built on the kept household since answers with a sentence.
merge_undoing = Signal()
