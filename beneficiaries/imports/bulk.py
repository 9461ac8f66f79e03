"""Many rows of one table at once: COPY on PostgreSQL, one prepared statement on SQLite.

``bulk_create`` prepares each value of each row by its field and packs a thousand rows into one statement:
most of the time a large list took went there. Triggers and constraints see these rows as they see any others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from io import StringIO
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)

#: Rows given to the database at once; more only cost memory.
PORTION = 5_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def insert(rows: Sequence[M]) -> None:
    """Insert new objects of one model. Where they need their ids afterwards, ``number`` them before."""
    if not rows:
        return
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.primary_key or rows[0].pk]
    values = attrgetter(*(field.attname for field in fields))
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    rest = iter(rows)
    if connection.vendor == "postgresql":
        makers = [_copy_text(field) for field in fields]
        while portion := list(islice(rest, PORTION)):
            lines = StringIO("".join(_copy_line(makers, values(row)) for row in portion))
            with connection.cursor() as cursor:
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", lines)
        return
    makers = [_adapter(field) for field in fields]
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of our own models
    while portion := list(islice(rest, PORTION)):
        with connection.cursor() as cursor:
            cursor.executemany(sql, [_adapted(makers, values(row)) for row in portion])


def number(rows: Sequence[models.Model]) -> None:
    """Give new objects their ids before they are written, from the table's own sequence.

    Call it in the transaction that writes them: on SQLite that one is the only writer.
    """
    if not rows:
        return
    table = type(rows[0])._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sequence, [table, len(rows)])
            ids: Iterable[int] = [found for (found,) in cursor.fetchall()]
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = (cursor.fetchone() or (0,))[0]
            ids = range(last + 1, last + 1 + len(rows))
    for row, pk in zip(rows, ids, strict=True):
        row.pk = pk


def assign(model: type[models.Model], column: str, values: dict[int, int]) -> None:
    """Set one column of whole numbers (a reference) by row id, in one statement a portion."""
    table, name = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(column)
    rest = iter(values.items())
    while portion := list(islice(rest, PORTION)):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                found = "unnest(%s::bigint[], %s::bigint[]) AS new(id, value)"
                cursor.execute(
                    f"UPDATE {table} SET {name} = new.value FROM {found} WHERE {table}.id = new.id",  # noqa: S608 - our own names
                    [[pk for pk, _value in portion], [value for _pk, value in portion]],
                )
            else:
                cursor.executemany(
                    f"UPDATE {table} SET {name} = %s WHERE id = %s",  # noqa: S608 - our own names
                    [(value, pk) for pk, value in portion],
                )


# --- values ---------------------------------------------------------------------------------------

Maker = Callable[[Any], Any]


def _copy_line(makers: Sequence[Maker], values: Sequence[Any]) -> str:
    """One row in COPY's text format: tabs between values, backslashes before what is not itself."""
    texts = ["\\N" if value is None else make(value) for make, value in zip(makers, values, strict=True)]
    return "\t".join(texts) + "\n"


def _adapted(makers: Sequence[Maker], values: Sequence[Any]) -> list[Any]:
    return [None if value is None else make(value) for make, value in zip(makers, values, strict=True)]


def _copy_text(field: models.Field[Any, Any]) -> Maker:
    if isinstance(field, models.JSONField):
        return lambda value: _json(value).translate(_ESCAPES)
    if isinstance(field, models.BooleanField):
        return lambda value: "t" if value else "f"
    if isinstance(field, (models.CharField, models.TextField)):
        return lambda value: str(value).translate(_ESCAPES)
    if isinstance(field, models.DateField):
        return lambda value: value.isoformat()
    return str


def _adapter(field: models.Field[Any, Any]) -> Maker:
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.BooleanField):
        return int
    if isinstance(field, (models.CharField, models.TextField)):
        return str
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return date.isoformat
    return int


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
