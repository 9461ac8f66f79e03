"""What loading a plan tells the apps above it."""

from django.dispatch import Signal

#: Sent after a packaged plan is loaded (``program``), in the same transaction. Apps that keep packaged
#: rows of a plan add what is missing and answer with the number of rows they wrote.
plan_loaded = Signal()
