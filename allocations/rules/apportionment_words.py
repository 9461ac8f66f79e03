"""The methods and weights of sharing out in one plain sentence each: how they count, whom they favour."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from ..choices import Method, WeightBasis
from .eligibility import Text

#: Method → how it counts, as the proof explains it.
HOW: Mapping[str, Text] = {
    Method.LARGEST_REMAINDER: _(
        "Every district gets the whole part of its exact share (devices × its weight ÷ all weights); the "
        "devices left over go one each to the largest remainders."
    ),
    Method.SAINTE_LAGUE: _(
        "Devices are given one by one: each to the district whose weight ÷ (1, 3, 5, 7 … with every device "
        "it already has) is largest at that moment."
    ),
    Method.DHONDT: _(
        "Devices are given one by one: each to the district whose weight ÷ (1, 2, 3, 4 … with every device "
        "it already has) is largest at that moment."
    ),
    Method.EQUAL: _(
        "Every district with a weight gets the same number; the devices that do not divide go one each to "
        "the districts with the larger weight."
    ),
    Method.MANUAL: _(
        "The quotas were set by hand for the reason stated; the exact shares stand beside them to compare."
    ),
}
#: Method → whom it favours and what it promises, for choosing.
FAVOURS: Mapping[str, Text] = {
    Method.LARGEST_REMAINDER: _(
        "Closest to the exact shares, favours neither large nor small districts; but one device more in all "
        "can mean one less for a district."
    ),
    Method.SAINTE_LAGUE: _(
        "Favours neither large nor small districts; more devices in all never mean fewer for a district."
    ),
    Method.DHONDT: _(
        "Favours districts with many households slightly; nobody gets less than the whole part of the exact "
        "share."
    ),
    Method.EQUAL: _("Favours districts with few households: the need does not count, only who has any."),
    Method.MANUAL: _("You set every quota yourself and say why; the sum has to be right."),
}
#: What figures leave open, and caps: the same for every method.
TIES = _("Where figures are equal, the district with the larger weight comes first, then the lower code.")
CAPS = _(
    "No district gets more than its cap, at most its households that qualify; what a cap cuts off is shared "
    "out again by the same method among the districts that have room, in further rounds."
)
#: Basis → what a district's weight is.
WEIGHED: Mapping[str, Text] = {
    WeightBasis.ELIGIBLE: _("A district's weight is its households that qualify."),
    WeightBasis.LISTED: _(
        "A district's weight is all its listed households, also those that do not qualify for a device."
    ),
    WeightBasis.CLASSES: _(
        "A district's weight is its households that qualify, each class counted as many times as entered."
    ),
}
RECOMPUTE = _(
    "Whoever has this sheet can recompute it: the inputs stand on the plan's page as a CSV file, and every "
    "figure above follows from them by the method alone."
)
