"""Any django-import-export resource as a streamed file: its fields and `dehydrate_` methods, row by row.

The library's own `export()` keeps every row and then every cell in memory before the first byte is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import count
from typing import IO, Any

from import_export.resources import Resource

from .streaming import FORMATS, TEXT, Column

_PLAIN = (str, int, float, bool, date, type(None))
_CHUNK = 2_000

Report = Callable[[int], None]


def columns_of(resource: Resource) -> list[Column]:
    """The resource's columns; where it has `widths` and `kinds` (by field name) they say how these look."""
    widths: Mapping[str, float] = getattr(resource, "widths", {})
    kinds: Mapping[str, str] = getattr(resource, "kinds", {})
    return [
        Column(str(field.column_name), widths.get(name, 14), kinds.get(name, TEXT))
        for name, field in _fields(resource)
    ]


def rows_of(resource: Resource, rows: Any) -> Iterator[list[Any]]:
    """Each object's values in the order of the columns, as numbers and days where they are such.

    A field whose widget says `has_words` is written in the widget's words, not as it is stored.
    """
    getters = [_getter(resource, name, field) for name, field in _fields(resource)]
    for instance in rows.iterator(chunk_size=_CHUNK):
        yield [get(instance) for get in getters]


def write_resource(
    target: IO[bytes], resource: Resource, rows: Any, *, form: str, title: str, report: Report | None = None
) -> int:
    """Write a queryset as "xlsx", "ods" or "csv" and return the number of rows.

    `report` is called with the rows done so far, now and then.
    """
    write, _content_type = FORMATS[form]
    values = rows_of(resource, rows)
    return write(target, title, columns_of(resource), _reporting(values, report) if report else values)


def _reporting(values: Iterator[list[Any]], report: Report) -> Iterator[list[Any]]:
    for number in count(1):
        row = next(values, None)
        if row is None:
            return
        if number % _CHUNK == 0:
            report(number)
        yield row


def _fields(resource: Resource) -> list[tuple[str, Any]]:
    return [(resource.get_field_name(field), field) for field in resource.get_export_fields()]


def _getter(resource: Resource, name: str, field: Any) -> Callable[[Any], Any]:
    dehydrate = getattr(resource, field.get_dehydrate_method(name), None)
    if dehydrate is not None:
        return dehydrate  # type: ignore[no-any-return]  # the library has no types

    def value(instance: Any) -> Any:
        found = field.get_value(instance)
        return found if plain and isinstance(found, _PLAIN) else field.export(instance)

    plain = not getattr(field.widget, "has_words", False)
    return value
