"""Writes packaged data into the database so that a second time changes nothing."""

from typing import Any, TypeVar

from django.db import models

ModelT = TypeVar("ModelT", bound=models.Model)


class SeedWriter:
    """Creates rows that are missing and corrects rows that differ, counting both; deletes nothing."""

    def __init__(self) -> None:
        self.created = 0
        self.corrected = 0

    def put(
        self,
        model: type[ModelT],
        key: dict[str, Any],
        values: dict[str, Any],
        first: dict[str, Any] | None = None,
    ) -> ModelT:
        """The row with this natural key, holding these values; written only if that is not so yet.

        Values in ``first`` are written with a new row only: afterwards people may change them.
        """
        row, created = model._default_manager.get_or_create(**key, defaults=values | (first or {}))
        if created:
            self.created += 1
            return row
        wrong = [name for name, value in values.items() if getattr(row, name) != value]
        if wrong:
            for name in wrong:
                setattr(row, name, values[name])
            row.save(update_fields=wrong)
            self.corrected += 1
        return row

    def link(self, related: Any, wanted: list[Any]) -> None:
        """Add the missing rows to a many-to-many relation; what an administrator added stays."""
        have = {row.pk for row in related.all()}
        missing = [row for row in wanted if row.pk not in have]
        if missing:
            related.add(*missing)
            self.created += len(missing)
