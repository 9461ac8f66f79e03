"""Many rows of one table at once: COPY on PostgreSQL, one prepared statement on SQLite.

``bulk_create`` prepares each value of each row by its field and packs a thousand rows into one statement:
most of the time a large list took went there. Triggers and constraints see these rows as they see any others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from io import StringIO
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)

#: Rows given to the database at once; more only cost memory.
PORTION = 5_000
#: References set at once: PostgreSQL may go through the whole table for each statement.
_SET_AT_ONCE = 100_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
#: What stands for no value in COPY's text format: one backslash, which no value keeps unescaped.
_NULL = "\\N"


def insert(rows: Sequence[M]) -> None:
    """Insert new objects of one model. Where they need their ids afterwards, ``number`` them before."""
    if rows:
        fields = type(rows[0])._meta.concrete_fields
        names = [field.attname for field in fields if not field.primary_key or rows[0].pk]
        insert_values(type(rows[0]), names, map(attrgetter(*names), rows))


def insert_values(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of plain values, in the order of ``names`` (a reference is named by its id: "batch_id").

    No default of a field is filled in: what is not named must be nullable.
    """
    fields = [_field(model, name) for name in names]
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    rest = iter(rows)
    if connection.vendor == "postgresql":
        makers = [_copy_text(field) for field in fields]
        while portion := list(islice(rest, PORTION)):
            lines = StringIO("".join(_copy_lines(makers, portion)))
            with connection.cursor() as cursor:
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", lines)
        return
    adapters = [(place, make) for place, field in enumerate(fields) if (make := _adapter(field))]
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of our own models
    while portion := list(islice(rest, PORTION)):
        with connection.cursor() as cursor:
            cursor.executemany(sql, [_adapted(adapters, values) for values in portion])


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def number(rows: Sequence[models.Model]) -> None:
    """Give new objects their ids before they are written. Call it in the transaction that writes them."""
    if rows:
        for row, pk in zip(rows, next_ids(type(rows[0]), len(rows)), strict=True):
            row.pk = pk


def next_ids(model: type[models.Model], many: int) -> Sequence[int]:
    """Ids for rows about to be written, from the table's own sequence.

    Call it in the transaction that writes them: on SQLite that one is the only writer.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = (
                "SELECT nextval(name) FROM generate_series(1, %s),"
                " (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name) AS own"
            )
            cursor.execute(sequence, [many, table])
            return [found for (found,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
        return range(last + 1, last + 1 + many)


def assign(model: type[models.Model], column: str, values: dict[int, int]) -> None:
    """Set one column of whole numbers (a reference) by row id, in one statement a portion."""
    table, name = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(column)
    rest = iter(values.items())
    while portion := list(islice(rest, _SET_AT_ONCE)):
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


def _copy_lines(makers: Sequence[Maker | None], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Rows in COPY's text format: tabs between values, backslashes before what is not itself.

    Hardly any value needs one, so the line as a whole is asked: another number of tabs or backslashes than
    its columns and missing values make tells that one does.
    """
    tabs = len(makers) - 1
    for values in rows:
        texts = [
            _NULL if value is None else make(value) if make else value
            for make, value in zip(makers, values, strict=True)
        ]
        line = "\t".join(texts)
        if line.count("\t") != tabs or line.count("\\") != values.count(None) or "\n" in line or "\r" in line:
            line = "\t".join(
                text if value is None else text.translate(_ESCAPES)
                for text, value in zip(texts, values, strict=True)
            )
        yield line + "\n"


def _adapted(adapters: Sequence[tuple[int, Maker]], values: Sequence[Any]) -> Sequence[Any]:
    adapted = list(values)
    for place, make in adapters:
        if adapted[place] is not None:
            adapted[place] = make(adapted[place])
    return adapted


def _copy_text(field: models.Field[Any, Any]) -> Maker | None:
    """Makes a value of the field text; None where it is text already."""
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.BooleanField):
        return lambda value: "t" if value else "f"
    if isinstance(field, (models.CharField, models.TextField)):
        return None
    if isinstance(field, models.DateField):
        return lambda value: value.isoformat()
    return str


def _adapter(field: models.Field[Any, Any]) -> Maker | None:
    """Makes a value of the field one that SQLite knows; None where it is."""
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return date.isoformat
    return None


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _json(value: Any) -> str:
    if not value and isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    return _encode(value)
