"""`bench allocation` at a tiny size: it tells the whole story by the public doors, and its figures hold."""

from __future__ import annotations

import pytest
from django.db import connection

from allocations.models import HandOver, Support
from smartphone_support.audit.recording import verify

from ..benchmarks import _claims, allocation


@pytest.fixture
def without_threads(monkeypatch):
    """SQLite's database of the tests has one connection: the claims follow each other there."""
    if connection.vendor == "postgresql":
        return

    def one_after_the_other(claim, gift, households, told):
        got = [claim(gift, household) for household in households]
        told.times += [0.001] * len(got)
        stored = Support.objects.filter(contribution=gift).count()
        told.differ += sum(got) != stored
        told.overshot += stored > gift.received

    monkeypatch.setattr(_claims, "_round", one_after_the_other)


@pytest.mark.django_db(transaction=True)
def test_the_story_is_told_and_long_lists_take_the_queries_of_short_ones(cast, without_threads, capsys):
    figures = allocation.run(rows=45, runs=1, requests=1)
    pages = figures["pages"] | figures["delivery"]
    assert {name: found[1]["queries"] for name, found in pages.items()} == {
        name: found[0]["queries"] for name, found in pages.items()
    }
    # The short list is told first, and makes what the province has once.
    assert [name for name, f in figures["steps"].items() if f["queries"] > f["queries_few"]] == []
    for found in figures["claims"].values():
        assert (found["ours"]["rounds_overshot"], found["ours"]["told_not_stored"]) == (0, 0)
        assert found["ours"]["errors"] == 0
    # Two lists, two thirds of their lines kept, and every household of them has its device.
    assert HandOver.objects.count() == 2 + 30
    assert verify().broken_at is None
    assert "The last 5 of a gift" in capsys.readouterr().out
