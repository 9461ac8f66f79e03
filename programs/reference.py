"""Reference data as files: areas, organisations, holidays, by django-import-export.

A file is data of an office, so its headers and words are Vietnamese whatever the screen's language. A row is
found by its own key (code, day); rows the file does not name stay as they are; nothing is ever deleted.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field
from import_export.widgets import Widget

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.choices import Level
from smartphone_support.areas.loading import VALID_FROM
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.spreadsheets.cells import as_text, clean_date
from smartphone_support.vietnamese.text import clean_text, fold

from .choices import HolidayKind
from .models import Holiday

ABOVE = {Level.DISTRICT: Level.PROVINCE, Level.COMMUNE: Level.DISTRICT}
LEVEL_WORDS = {Level.PROVINCE: "tỉnh", Level.DISTRICT: "huyện", Level.COMMUNE: "xã"}
YES, NO = "có", "không"


class TextWidget(Widget):
    """Text with single spaces; a number keeps no ".0"."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return clean_text(as_text(value))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(value or "")


class NeededText(TextWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = super().clean(value, row, **kwargs)
        if not text:
            raise ValueError(_("This column must not be empty."))
        return text


class DayWidget(Widget):
    """A day, as a date of the workbook or as dd/mm/yyyy."""

    def __init__(self, default: date | None = None, *, is_needed: bool = False) -> None:
        super().__init__()
        self.default, self.is_needed = default, is_needed

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        day, problem = clean_date(value)
        if problem:
            raise ValueError(_("“%(text)s” is no day; write dd/mm/yyyy.") % {"text": as_text(value)})
        if day is None and self.is_needed:
            raise ValueError(_("This column must not be empty."))
        return day or self.default

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return f"{value:%d/%m/%Y}" if value else ""


class ChoiceWidget(Widget):
    """One of a few words; the stored code is understood as well."""

    has_words = True

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self.words = words
        self.codes = {fold(word): code for code, word in words.items()} | {code: code for code in words}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        if not as_text(value):
            raise ValueError(_("This column must not be empty."))
        code = self.codes.get(fold(as_text(value))) or self.codes.get(as_text(value))
        if code is None:
            raise ValueError(
                _("“%(text)s” is not one of: %(words)s.")
                % {"text": as_text(value), "words": ", ".join(self.words.values())}
            )
        return code

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.words.get(value, str(value or ""))


class YesNoWidget(Widget):
    has_words = True

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        word = fold(as_text(value))
        if word in ("", "co", "x", "1", "true"):
            return True
        if word in ("khong", "0", "false"):
            return False
        raise ValueError(_("“%(text)s” is not one of: %(words)s.") % {"text": value, "words": f"{YES}, {NO}"})

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return YES if value else NO


class AreaWidget(Widget):
    """An area by its code, of the level and on the day the row asks for."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.code if value else ""

    def find(self, level: str, code: str, on: date) -> AdministrativeArea:
        area = AdministrativeArea.objects.as_of(on).filter(level=level, code=code).first()
        if area is None:
            raise ValueError(
                _("There is no %(level)s with the code %(code)s on %(day)s: bring it in first.")
                % {"level": LEVEL_WORDS[Level(level)], "code": code, "day": f"{on:%d/%m/%Y}"}
            )
        return area


class ParentWidget(AreaWidget):
    """The unit above a district or commune."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> AdministrativeArea | None:
        level, code = _LEVEL.clean(row["Cấp"]), as_text(value)
        above = ABOVE.get(Level(level))
        if above is None:
            if code:
                raise ValueError(_("A province has no unit above it: leave this column empty."))
            return None
        if not code:
            raise ValueError(_("The code of the unit above is missing."))
        return self.find(above, code, DayWidget(VALID_FROM).clean(row["Có từ ngày"]) or VALID_FROM)


class PlaceWidget(AreaWidget):
    """A province or district as it stands today."""

    def __init__(self, level: str) -> None:
        super().__init__()
        self.level = level

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> AdministrativeArea | None:
        code = as_text(value)
        return self.find(self.level, code, date.today()) if code else None


_LEVEL = ChoiceWidget({str(level): word for level, word in LEVEL_WORDS.items()})


class ReferenceResource(resources.ModelResource):
    """What the three kinds share. ``key`` names the columns that find a row."""

    key: tuple[str, ...] = ()

    class Meta:
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        store_instance = True
        skip_html_diff = True
        use_bulk = False

    @classmethod
    def headers(cls) -> list[str]:
        return [field.column_name for field in cls().get_export_fields()]


class AreaResource(ReferenceResource):
    """Administrative units: a unit is its level, code and first day."""

    level = Field("level", "Cấp", widget=_LEVEL)
    code = Field("code", "Mã", widget=NeededText())
    name = Field("name", "Tên đơn vị", widget=NeededText())
    parent = Field("parent", "Mã đơn vị cấp trên", widget=ParentWidget())
    valid_from = Field("valid_from", "Có từ ngày", widget=DayWidget(VALID_FROM))
    valid_to = Field("valid_to", "Đến trước ngày", widget=DayWidget())

    key = ("Cấp", "Mã", "Có từ ngày")

    class Meta(ReferenceResource.Meta):
        model = AdministrativeArea
        import_id_fields = ("level", "code", "valid_from")
        fields = export_order = ("level", "code", "name", "parent", "valid_from", "valid_to")

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        try:
            first = DayWidget(VALID_FROM).clean(row["Có từ ngày"])
            last = DayWidget().clean(row["Đến trước ngày"])
        except ValueError:
            return  # said with its column when the row itself is read
        if first and last and last <= first:
            raise ValueError(_("The unit would end before it begins: check both days."))


class OrganisationResource(ReferenceResource):
    """Organisations by their code; a district committee names its district."""

    code = Field("code", "Mã", widget=NeededText())
    name = Field("name", "Tên cơ quan", widget=NeededText())
    short_name = Field("short_name", "Tên gọi tắt", widget=NeededText())
    kind = Field("kind", "Loại")
    province = Field("province", "Mã tỉnh", widget=PlaceWidget(Level.PROVINCE))
    area = Field("area", "Mã huyện", widget=PlaceWidget(Level.DISTRICT))
    is_active = Field("is_active", "Đang hoạt động", widget=YesNoWidget())

    key = ("Mã",)

    class Meta(ReferenceResource.Meta):
        model = Organisation
        import_id_fields = ("code",)
        fields = export_order = ("code", "name", "short_name", "kind", "province", "area", "is_active")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["kind"].widget = ChoiceWidget(vietnamese(OrganisationKind))

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        if instance.kind == OrganisationKind.DISTRICT and instance.area is None:
            raise ValueError(_("A district committee needs the code of its district."))
        if instance.area and instance.area.parent_id != instance.province_id:
            raise ValueError(_("The district does not belong to that province."))


class HolidayResource(ReferenceResource):
    """Holidays and make-up working days by their day."""

    day = Field("day", "Ngày", widget=DayWidget(is_needed=True))
    name = Field("name", "Tên ngày", widget=NeededText())
    kind = Field("kind", "Loại")

    key = ("Ngày",)

    class Meta(ReferenceResource.Meta):
        model = Holiday
        import_id_fields = ("day",)
        fields = export_order = ("day", "name", "kind")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["kind"].widget = ChoiceWidget(vietnamese(HolidayKind))


def vietnamese(choices: Any) -> dict[str, str]:
    """Code → Vietnamese word of a set of choices."""
    with translation.override("vi"):
        return {str(value): str(label) for value, label in choices.choices}
