"""Exports of the register: masked unless the right is there, and safe to open."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _
from import_export import resources
from import_export.fields import Field

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.spreadsheets.streaming import DAY, NUMBER, YEAR
from smartphone_support.web.templatetags.web import masked_id, masked_phone

from ..choices import Gender
from ..models import Household
from ..presenting import class_label

COLUMNS = (
    "number", "head_name", "birth_date", "birth_year", "gender", "national_id", "ethnicity", "village",
    "commune", "district", "member_count", "poverty_class", "merit", "social_policy", "phone",
)  # fmt: skip
WIDTHS = (8, 28, 12, 10, 10, 16, 14, 24, 22, 24, 10, 14, 14, 14, 14)


class HouseholdResource(resources.ModelResource):
    """One line a household, as the list on screen shows it.

    With ``full`` identity and telephone numbers stand whole: the caller has asked for right and reason.
    The households are annotated by ``as_of`` and need no related rows: areas are read once.
    """

    number = Field(column_name=_("No."))
    head_name = Field("head_name", column_name=_("Head of household"))
    birth_date = Field(column_name=_("Birth date"))
    birth_year = Field("birth_year", column_name=_("Birth year"))
    gender = Field(column_name=_("Sex"))
    national_id = Field(column_name=_("Identity number"))
    ethnicity = Field("ethnicity", column_name=_("Ethnicity"))
    village = Field("village", column_name=_("Village"))
    commune = Field(column_name=_("Commune"))
    district = Field(column_name=_("District"))
    member_count = Field("member_count", column_name=_("Persons"))
    poverty_class = Field(column_name=_("Class"))
    merit = Field(column_name=_("Person with merit"))
    social_policy = Field(column_name=_("Social policy"))
    phone = Field(column_name=_("Phone"))

    #: How the columns look in a workbook: ``smartphone_support.spreadsheets.exporting`` reads these.
    widths = dict(zip(COLUMNS, WIDTHS, strict=True))
    kinds = {"number": NUMBER, "birth_date": DAY, "birth_year": YEAR, "member_count": NUMBER}

    class Meta:
        model = Household
        fields = COLUMNS
        export_order = COLUMNS

    def __init__(self, *, full: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.full = full
        self.written = 0
        self.labels = {value: str(label) for value, label in Gender.choices}
        self.classes: dict[str, str] = {}

    @cached_property
    def areas(self) -> dict[int, str]:
        return dict(AdministrativeArea.objects.exclude(parent=None).values_list("pk", "name"))

    def dehydrate_number(self, household: Household) -> int:
        self.written += 1
        return self.written

    def dehydrate_birth_date(self, household: Household) -> date | None:
        return household.birth_date

    def dehydrate_gender(self, household: Household) -> str:
        return self.labels.get(household.gender, "")

    def dehydrate_national_id(self, household: Household) -> str:
        return household.national_id if self.full else masked_id(household.national_id)

    def dehydrate_phone(self, household: Household) -> str:
        return household.phone if self.full else masked_phone(household.phone)

    def dehydrate_commune(self, household: Household) -> str:
        return self.areas.get(household.commune_id or 0, "")

    def dehydrate_district(self, household: Household) -> str:
        return self.areas.get(household.district_id, "")

    def dehydrate_poverty_class(self, household: Any) -> str:
        known = household.class_as_of or ""
        if known not in self.classes:
            self.classes[known] = str(class_label(known))
        return self.classes[known]

    def dehydrate_merit(self, household: Household) -> str:
        return "x" if household.merit else ""

    def dehydrate_social_policy(self, household: Household) -> str:
        return "x" if household.social_policy else ""


#: What the resource reads of a household; the rest of the row stays in the database.
NEEDED = (
    "head_name", "birth_date", "birth_year", "gender", "national_id", "ethnicity", "village", "commune",
    "district", "member_count", "merit", "social_policy", "phone",
)  # fmt: skip
