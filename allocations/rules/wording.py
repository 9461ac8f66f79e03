"""What conditions and ranks say to people, where nobody wrote a sentence for them. Pure.

The packaged rules are stored as a Vietnamese office writes them; `said` gives them in the reader's
language. What a person typed is shown as it was typed.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from beneficiaries.choices import DeviceKind as EarlierKind
from beneficiaries.choices import PovertyClass

from ..choices import ConditionKind, RankKind

Text = str | Promise

CIRCULAR_14 = _("Circular 14/2022/TT-BTTTT, section on support with smartphones")
PER_HOUSEHOLD = _("Circular 14/2022/TT-BTTTT, section on support with smartphones (support is per household)")
TELECOM = _("Public-utility telecommunications programme")

#: The packaged rules' words as they are stored → as they are said in the reader's language.
CIRCULAR_14_STORED = "Thông tư 14/2022/TT-BTTTT, phần hỗ trợ điện thoại thông minh"
PER_HOUSEHOLD_STORED = (
    "Thông tư 14/2022/TT-BTTTT, phần hỗ trợ điện thoại thông minh (mức hỗ trợ tính theo hộ)"
)
TELECOM_STORED = "Chương trình viễn thông công ích"
PACKAGED: dict[str, Text] = {
    CIRCULAR_14_STORED: CIRCULAR_14,
    PER_HOUSEHOLD_STORED: PER_HOUSEHOLD,
    TELECOM_STORED: TELECOM,
}

#: Kind of source of which the Ministry decides the number of devices.
MINISTRY_SOURCE = "public_utility_telecom"
POLICIES: dict[str, Text] = {
    "merit": _("family of a person with merit"),
    "social_policy": _("social-policy family"),
}


def said(text: str) -> Text:
    """A stored text for the reader: packaged ones in the reader's language, all others as typed."""
    return PACKAGED.get(text, text)


def listed(words: Iterable[Text]) -> Text:
    """Words in a row with commas, made when they are shown."""
    found = tuple(words)
    return format_lazy(", ".join(["{}"] * len(found)), *found)


def class_words(classes: Iterable[str]) -> Text:
    return listed(PovertyClass(word).label for word in classes)


def policy_words(policies: Iterable[str]) -> Text:
    return listed(POLICIES[word] for word in policies)


_POOR_OR_NEAR = ("poor", "near_poor")
_EVERY_DEVICE = tuple(EarlierKind.values)


def condition_sentence(
    kind: str,
    *,
    classes: tuple[str, ...] = (),
    policies: tuple[str, ...] = (),
    devices: tuple[str, ...] = (),
    age_from: int | None = None,
    age_to: int | None = None,
    source: str = "",
) -> Text:
    """The kind's own sentence, as households read it."""
    if kind == ConditionKind.CLASS_IN:
        if classes != _POOR_OR_NEAR:
            return format_lazy(_("Class on the day of allocation: {}."), class_words(classes))
        if source == MINISTRY_SOURCE:
            return _("Poor or near-poor household on the day the Ministry allocated the devices.")
        return _("Poor or near-poor household on the day of allocation.")
    if kind == ConditionKind.CLASS_OR_POLICY:
        words = listed((class_words(classes), policy_words(policies)))
        return format_lazy(_("On the day of allocation one of these: {}."), words)
    if kind == ConditionKind.NO_EARLIER_DEVICE:
        if devices == _EVERY_DEVICE:
            return _(
                "No tablet of the programme and no device of “Sóng và máy tính cho em” received by that day."
            )
        return format_lazy(
            _("Not received by that day: {}."), listed(EarlierKind(word).label for word in devices)
        )
    if kind == ConditionKind.NEED:
        return _("The household has not declared that it does not need a smartphone.")
    if kind == ConditionKind.MEMBER_AGED:
        return format_lazy(_("A member {} by birth year on the day of allocation."), ages(age_from, age_to))
    if source == MINISTRY_SOURCE:
        return _(
            "No list of another round, approved or under way, keeps the household: one device a household."
        )
    return _("No other round, source or contribution serves the household: one device a household.")


def ages(age_from: int | None, age_to: int | None) -> Text:
    """An age range in words; open at either end."""
    if age_from is None:
        return format_lazy(_("at most {} years old"), age_to)
    if age_to is None:
        return format_lazy(_("at least {} years old"), age_from)
    return format_lazy(_("{} to {} years old"), age_from, age_to)


def excluded_phrase(kind: str, *, classes: tuple[str, ...] = (), source: str = "") -> Text:
    """Why a household is left out, as the heading of a column."""
    if kind == ConditionKind.CLASS_IN:
        return _("not poor or near-poor") if classes == _POOR_OR_NEAR else _("of another class")
    if kind == ConditionKind.CLASS_OR_POLICY:
        return _("neither of the class nor of the policy status")
    if kind == ConditionKind.NO_EARLIER_DEVICE:
        return _("already has a device")
    if kind == ConditionKind.NEED:
        return _("declared no need")
    if kind == ConditionKind.MEMBER_AGED:
        return _("no member of the age")
    return _("on a list of another round") if source == MINISTRY_SOURCE else _("served by another source")


#: The four ranks of Circular 14/2022/TT-BTTTT: all are poor or near-poor, since nobody else qualifies.
_STATUTORY: dict[str, Text] = {
    RankKind.MERIT: _("Poor or near-poor, family of a person with merit to the revolution"),
    RankKind.SOCIAL_POLICY: _("Poor or near-poor, social-policy family"),
    RankKind.POOR: _("Poor"),
    RankKind.NEAR_POOR: _("Near-poor"),
}
_RANKS: dict[str, Text] = {
    RankKind.MERIT: _("family of a person with merit"),
    RankKind.SOCIAL_POLICY: _("social-policy family"),
    RankKind.ETHNIC_MINORITY: _("ethnic-minority household"),
    RankKind.DIFFICULT_COMMUNE: _("household of an extremely difficult commune"),
    RankKind.POOR: _("poor household"),
    RankKind.NEAR_POOR: _("near-poor household"),
    RankKind.NO_LABOUR: _("household without labour capacity"),
    RankKind.OTHER: _("every other household"),
}


def rank_sentence(kinds: tuple[str, ...], source: str = "") -> Text:
    """Who is in the rank: its tests in words."""
    if source == MINISTRY_SOURCE and len(kinds) == 1 and kinds[0] in _STATUTORY:
        return _STATUTORY[kinds[0]]
    return listed(_RANKS[kind] for kind in kinds)
