"""Exports of the register: masked, and safe to open."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from import_export import resources
from import_export.fields import Field
from openpyxl import Workbook
from tablib import Dataset

from smartphone_support.spreadsheets.writing import (
    prepare_print,
    set_widths,
    sheet_title,
    write_cell,
    write_header,
)
from smartphone_support.web.templatetags.web import masked_id, masked_phone

from .models import Household
from .presenting import class_label

WIDTHS = (8, 28, 12, 10, 10, 16, 14, 24, 22, 24, 10, 14, 14, 14, 14)


COLUMNS = (
    "number", "head_name", "birth_date", "birth_year", "gender", "national_id", "ethnicity", "village",
    "commune", "district", "member_count", "poverty_class", "merit", "social_policy", "phone",
)  # fmt: skip


class HouseholdResource(resources.ModelResource):
    """One line a household, as the list on screen shows it."""

    number = Field(column_name=_("No."))
    head_name = Field("head_name", column_name=_("Head of household"))
    birth_date = Field(column_name=_("Birth date"))
    birth_year = Field("birth_year", column_name=_("Birth year"))
    gender = Field("get_gender_display", column_name=_("Sex"))
    national_id = Field(column_name=_("Identity number"))
    ethnicity = Field("ethnicity", column_name=_("Ethnicity"))
    village = Field("village", column_name=_("Village"))
    commune = Field("commune__name", column_name=_("Commune"))
    district = Field("district__name", column_name=_("District"))
    member_count = Field("member_count", column_name=_("Persons"))
    poverty_class = Field(column_name=_("Class"))
    merit = Field(column_name=_("Person with merit"))
    social_policy = Field(column_name=_("Social policy"))
    phone = Field(column_name=_("Phone"))

    class Meta:
        model = Household
        fields = COLUMNS
        export_order = COLUMNS

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.written = 0

    def dehydrate_number(self, household: Household) -> int:
        self.written += 1
        return self.written

    def dehydrate_birth_date(self, household: Household) -> str:
        return date_format(household.birth_date, "SHORT_DATE_FORMAT") if household.birth_date else ""

    def dehydrate_national_id(self, household: Household) -> str:
        return masked_id(household.national_id)

    def dehydrate_phone(self, household: Household) -> str:
        return masked_phone(household.phone)

    def dehydrate_poverty_class(self, household: Any) -> str:
        return class_label(household.class_as_of or "")

    def dehydrate_merit(self, household: Household) -> str:
        return "x" if household.merit else ""

    def dehydrate_social_policy(self, household: Household) -> str:
        return "x" if household.social_policy else ""


def workbook_of(dataset: Dataset, title: str, widths: tuple[int, ...] = WIDTHS) -> bytes:
    """A dataset as .xlsx in which text stays text, whatever it begins with."""
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_title(title)
    write_header(sheet, 1, [str(header) for header in dataset.headers])
    for number, values in enumerate(dataset, 2):
        for column, value in enumerate(values, 1):
            if value not in ("", None):
                write_cell(sheet, number, column, value)
    for row in sheet.iter_rows(min_row=2, min_col=4, max_col=4):
        row[0].number_format = "0"  # a year is no amount: 1961, not 1.961
    set_widths(sheet, widths)
    prepare_print(sheet, header_rows=(1, 1), freeze_column="C")
    content = BytesIO()
    book.save(content)
    return content.getvalue()
