"""The same list through django-import-export, into a plain table with the same columns, and a bare floor.

The peer checks types only: no folded names, no matching, no problems by cell, no history, no audit. It
never retires households that are gone; the tuned variant does so in an extra step.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from import_export import fields, resources, widgets
from import_export.instance_loaders import CachedInstanceLoader
from python_calamine import CalamineWorkbook
from tablib import Dataset

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.vietnamese.text import fold, name_sort_key


class PeerHousehold(models.Model):
    """The register's table without anything around it."""

    code = models.CharField(max_length=30, unique=True)
    head_name = models.CharField(max_length=120, db_index=True)
    birth_date = models.DateField(null=True)
    gender = models.CharField(max_length=6)
    national_id = models.CharField(max_length=12, db_index=True)
    ethnicity = models.CharField(max_length=60)
    commune = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    village = models.CharField(max_length=120)
    member_count = models.PositiveSmallIntegerField(null=True)
    poverty_class = models.CharField(max_length=10)
    merit = models.BooleanField(default=False)
    social_policy = models.BooleanField(default=False)
    phone = models.CharField(max_length=15, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        app_label = "demo"  # the library looks its model up: the app must be an installed one

    def __str__(self) -> str:
        return self.head_name


def make_table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(PeerHousehold)


def clear() -> None:
    PeerHousehold.objects.all().delete()


GENDERS = {"Nam": "male", "Nữ": "female"}
CLASSES = {"Hộ nghèo": "poor", "Hộ cận nghèo": "near_poor"}


class _Words(widgets.Widget):
    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self.words = words

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return self.words[value]


class _Tick(widgets.Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        return value == "x"


class _CachedCommune(widgets.ForeignKeyWidget):
    """Every commune by its code, read once."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> AdministrativeArea:
        if not hasattr(self, "found"):
            self.found = {area.code: area for area in AdministrativeArea.objects.filter(level="commune")}
        return self.found[value]


def _columns(commune: widgets.Widget) -> dict[str, fields.Field]:
    text, number = widgets.CharWidget(), widgets.IntegerWidget()
    day = widgets.DateWidget("%d/%m/%Y")
    columns = {
        "code": ("Mã hộ", text), "head_name": ("Họ và tên chủ hộ", text), "birth_date": ("Ngày sinh", day),
        "gender": ("Giới tính", _Words(GENDERS)), "national_id": ("Số CCCD", text),
        "ethnicity": ("Dân tộc", text), "commune": ("Mã xã", commune), "village": ("Thôn", text),
        "member_count": ("Số nhân khẩu", number), "poverty_class": ("Phân loại hộ", _Words(CLASSES)),
        "merit": ("Người có công", _Tick()), "social_policy": ("Bảo trợ xã hội", _Tick()),
        "phone": ("Số điện thoại", text),
    }  # fmt: skip
    return {
        name: fields.Field(attribute=name, column_name=title, widget=widget)
        for name, (title, widget) in columns.items()
    }


class PlainResource(resources.ModelResource):
    """What following the library's tutorial gives."""

    locals().update(_columns(widgets.ForeignKeyWidget(AdministrativeArea, "code")))

    class Meta:
        model = PeerHousehold
        import_id_fields = ("code",)
        exclude = ("id", "is_active")


class TunedResource(resources.ModelResource):
    """Every option its documentation names for speed that is one: `skip_diff` makes updates slower."""

    locals().update(_columns(_CachedCommune(AdministrativeArea, "code")))

    class Meta:
        model = PeerHousehold
        import_id_fields = ("code",)
        exclude = ("id", "is_active")
        use_bulk = True
        batch_size = 1000
        instance_loader_class = CachedInstanceLoader
        skip_unchanged = True
        skip_html_diff = True
        report_skipped = False


def plain(path: str) -> dict[str, Any]:
    return _through(PlainResource, Path(path), retire=False)


def tuned(path: str) -> dict[str, Any]:
    return _through(TunedResource, Path(path), retire=True)


def _through(resource: type[resources.ModelResource], path: Path, *, retire: bool) -> dict[str, Any]:
    """As the library's admin does it: read and try for the preview, read and write on confirmation."""
    stages: dict[str, float] = {}
    for stage, dry_run in (("preview", True), ("import", False)):
        started = time.perf_counter()
        dataset = Dataset().load(path.read_bytes(), format="xlsx")
        read = time.perf_counter()
        result = resource().import_data(dataset, dry_run=dry_run, raise_errors=True)
        stages["read"] = stages.get("read", 0.0) + read - started
        stages[stage] = time.perf_counter() - read
        if result.has_errors():
            raise RuntimeError("the peer met an error")
        if retire and not dry_run:
            _retire(set(dataset["Mã hộ"]))
    return {"stages": stages}


def _retire(listed: set[str]) -> None:
    gone = [
        pk
        for pk, code in PeerHousehold.objects.filter(is_active=True).values_list("pk", "code")
        if code not in listed
    ]
    PeerHousehold.objects.filter(pk__in=gone).update(is_active=False)


def end_state() -> dict[str, Any]:
    rows = PeerHousehold.objects.filter(is_active=True).values_list(
        "code", "head_name", "birth_date", "gender", "national_id", "commune__code", "village",
        "member_count", "poverty_class", "merit", "phone",
    )  # fmt: skip
    return {"rows": sorted(rows)}


# --- the floor ------------------------------------------------------------------------------------

_VALUES = (
    "code", "head_name", "birth_date", "gender", "national_id", "ethnicity", "commune_id", "village",
    "member_count", "poverty_class", "merit", "social_policy", "phone",
)  # fmt: skip


def floor(path: str) -> dict[str, Any]:
    """Read once, compare tuples, write the difference: the least that leaves the same table."""
    started = time.perf_counter()
    listed = {values[0]: values for values in _floor_rows(Path(path))}
    read = time.perf_counter()
    with transaction.atomic():
        stored = {
            values[1]: (values[0], values[1:])
            for values in PeerHousehold.objects.filter(is_active=True).values_list("pk", *_VALUES)
        }
        written = [
            PeerHousehold(**dict(zip(_VALUES, values, strict=True)))
            for code, values in listed.items()
            if code not in stored or stored[code][1] != values
        ]
        PeerHousehold.objects.bulk_create(
            written, batch_size=2000, update_conflicts=True, unique_fields=["code"], update_fields=_VALUES[1:]
        )
        gone = [pk for code, (pk, _values) in stored.items() if code not in listed]
        PeerHousehold.objects.filter(pk__in=gone).update(is_active=False)
    return {"stages": {"read": read - started, "write": time.perf_counter() - read}}


def _floor_rows(path: Path) -> Iterator[tuple[Any, ...]]:
    communes = {
        area.code: area.pk
        for area in AdministrativeArea.objects.filter(level="commune", parent__isnull=False)
    }
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    for row in sheet.to_python()[1:]:
        (_number, code, name, born, gender, identity, ethnicity, _district, _commune, commune, village,
         count, poverty_class, merit, social, phone) = row  # fmt: skip
        day, month, year = born.split("/")
        name = " ".join(name.split())
        if not (len(identity) == 12 and identity.isdecimal()):
            raise ValueError(identity)
        fold(name)
        name_sort_key(name)
        yield (
            code, name, date(int(year), int(month), int(day)), GENDERS[gender], identity, ethnicity,
            communes[commune], village, int(count), CLASSES[poverty_class], merit == "x", social == "x",
            phone,
        )  # fmt: skip
