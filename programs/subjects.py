"""Records of the apps above that can be shown as evidence, with the page each has.

An app names its records in its `ready`; the plan links to them without importing the app.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Subject:
    """Where a kind of record is shown, and the permission its page asks for."""

    url_name: str
    permission: str


_subjects: dict[str, Subject] = {}


def register(label: str, url_name: str, permission: str) -> None:
    """Name the page of a record: `register("beneficiaries.listbatch", "beneficiaries:batch_detail", …)`."""
    _subjects[label] = Subject(url_name, permission)


def key_of(row: models.Model) -> str:
    """What names a record for ever: "beneficiaries.listbatch:7"."""
    return f"{row._meta.label_lower}:{row.pk}"


def address_of(key: str, user: Any) -> str:
    """The address of the record's page; "" where it has none or the person may not open such pages."""
    label, _colon, pk = key.partition(":")
    subject = _subjects.get(label)
    if subject is None or not user.has_perm(subject.permission):
        return ""
    return reverse(subject.url_name, args=[pk])
