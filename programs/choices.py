from django.db import models
from django.utils.translation import gettext_lazy as _


class TimingKind(models.TextChoices):
    """When a task is due, parsed from the words printed in the plan."""

    CONTINUOUS = "continuous", _("Continuously")
    REVIEW_PERIOD = "review_period", _("By review period")
    MONTHLY = "monthly", _("Monthly")
    MONTHLY_IF_ANY = "monthly_if_any", _("Monthly, if anything arises")
    ON_REQUEST = "on_request", _("On a request to confirm")
    ON_ALLOCATION = "on_allocation", _("On the Ministry's allocation decision")
    ON_AUTHORITY_REQUEST_OR_YEARLY = (
        "on_authority_request_or_yearly",
        _("On an authority's request, or yearly"),
    )
    YEARLY = "yearly", _("Yearly")
    UNSTATED = "unstated", _("Not stated")


class FundingKind(models.TextChoices):
    """Where the money comes from: Plan 413/KH-UBND section III."""

    PUBLIC_UTILITY_TELECOM = "public_utility_telecom", _("Public-utility telecommunications programme")
    PROVINCIAL_BUDGET = "provincial_budget", _("Provincial budget")
    MOBILISED = "mobilised", _("Lawfully mobilised sources")
    SOCIALISED = "socialised", _("Socialised sources")


class HolidayKind(models.TextChoices):
    """What a day of the calendar is beside Saturdays and Sundays: Labour Code 45/2019/QH14, art. 112."""

    HOLIDAY = "holiday", _("Holiday")
    WORKING_DAY = "working_day", _("Make-up working day")
