"""Reading the whole register must not depend on what the planner of PostgreSQL believes of it."""

from __future__ import annotations

import pytest
from django.db import connection

from beneficiaries.imports.snapshot import hashed_joins


def nested_loops() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_nestloop")
        return cursor.fetchone()[0]


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL plans this way")
def test_whole_tables_are_joined_by_hash_and_only_they():
    with hashed_joins():
        assert nested_loops() == "off"
    assert nested_loops() == "on"
