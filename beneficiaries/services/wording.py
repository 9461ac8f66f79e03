"""What a person is told of an operator's line: the reason, its article, and how to mend the cell.

Operators are told no more of a household than whether it is on the list of supported households on a day:
never its class, and never whose its other subscription is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _

from ..choices import ServiceKind
from ..imports.messages import problem_message, problem_title
from ..imports.records import Problem
from ..presenting import numbers_hidden, shown_value
from .rules.checks import NOTES, READ_PROBLEMS, Reason

_WHOM = _("Circular 14/2022/TT-BTTTT, article 20")
_LEVEL = _("Circular 14/2022/TT-BTTTT, article 21")
_CHANGE = _("Circular 14/2022/TT-BTTTT, article 25")
_SUSPEND = _("Circular 14/2022/TT-BTTTT, article 26")
_FORCE = _("Circular 14/2022/TT-BTTTT, in force from 12/12/2022")
_UPDATE = _("Monthly update of the lists by the operators (plan, task II.5)")

#: Code → a few words to group by, the sentence with how to mend it, the basis.
_WORDS: dict[str, tuple[Any, Any, Any]] = {
    "missing_change": (
        _("Change missing"),
        _("The change is missing: write Hỗ trợ mới, Ngừng hỗ trợ, Thay đổi mức, Tạm dừng or Khôi phục."),
        _UPDATE,
    ),
    "missing_date": (
        _("Day in force missing"),
        _("The day the change takes effect is missing: write it as dd/mm/yyyy."),
        _UPDATE,
    ),
    "missing_national_id": (
        _("Identity number missing"),
        _("The identity number is missing: write the 12 digits of the CCCD or the 9 digits of the CMND."),
        _WHOM,
    ),
    "missing_service": (
        _("Service missing"),
        _("The service is missing: write Di động or Băng rộng cố định."),
        _WHOM,
    ),
    "missing_level": (
        _("Level missing"),
        _("The level of support is missing: write the đồng a month."),
        _LEVEL,
    ),
    "date_to_come": (
        _("Day still to come"),
        _("%(value)s is still to come: report the change in its month."),
        _UPDATE,
    ),
    "date_after_month": (
        _("Day after the month"),
        _("%(value)s lies after the month of this update (last day %(last)s): report it in its own month."),
        _UPDATE,
    ),
    "date_after_list": (
        _("Day after the list's"),
        _("%(value)s lies after %(last)s, the day the list stands for: take the line out or mend the day."),
        _WHOM,
    ),
    "date_too_early": (
        _("Day before the programme"),
        _("%(value)s lies before %(first)s, the first day of the programme: check the day."),
        _FORCE,
    ),
    "repeated": (
        _("Person twice in the file"),
        _("This household stands in sheet %(sheet)s, row %(row)s already: keep one of the two lines."),
        _WHOM,
    ),
    "unknown_person": (
        _("Person not on the list"),
        _("No household of the province's list has this identity number: check the number on the paper."),
        _WHOM,
    ),
    "ambiguous_person": (
        _("Person not certain"),
        _("This identity number stands at several households: ask the department to settle it first."),
        _WHOM,
    ),
    "not_on_list": (
        _("Not on the list that day"),
        _("The household was not on the list of supported households on %(on)s: take the line out."),
        _WHOM,
    ),
    "not_difficult": (
        _("Fixed broadband not here"),
        _(
            "The household's commune was not among the difficult ones on %(on)s: only mobile can be "
            "supported there."
        ),
        _WHOM,
    ),
    "no_difficult_named": (
        _("Difficult communes not named yet"),
        _(
            "The province has named no difficult commune yet, so fixed broadband cannot be supported: ask "
            "the department to enter them."
        ),
        _WHOM,
    ),
    "other_service": (
        _("Other service already"),
        _(
            "The household had another supported service on %(on)s or later: one service by one operator a "
            "household."
        ),
        _WHOM,
    ),
    "live_already": (
        _("Supported already"),
        _("This household is supported by you already: report a change of level, or stop it first."),
        _WHOM,
    ),
    "no_live": (
        _("No support to change"),
        _("No subscription of yours is supported for this household: check the identity number."),
        _CHANGE,
    ),
    "other_service_held": (
        _("Other service than written down"),
        _("What is supported is %(service)s: check the service, or stop the one before the new one begins."),
        _CHANGE,
    ),
    "other_level": (
        _("Level not in force"),
        _("The level of %(service)s in force on %(on)s is %(level)s đồng a month (%(citation)s)."),
        _LEVEL,
    ),
    "other_level_held": (
        _("Other level than written down"),
        _(
            "On %(on)s the level written down is %(level)s đồng a month: check it, or report the change "
            "first."
        ),
        _LEVEL,
    ),
    "no_level": (
        _("No level entered"),
        _("No level of %(service)s is in force on %(on)s: ask the department to enter it."),
        _LEVEL,
    ),
    "is_suspended": (
        _("Suspended"),
        _("The subscription was suspended on %(on)s: report its restoration first."),
        _SUSPEND,
    ),
    "too_soon": (
        _("Not two months yet"),
        _(
            "Supported without a break since %(since)s, it cannot have been without traffic for two months "
            "before %(first)s: check the day."
        ),
        _SUSPEND,
    ),
    "before_last_change": (
        _("Before the last change"),
        _("%(value)s is not after the last change written down (%(last)s): check the day."),
        _CHANGE,
    ),
    "done_already": (
        _("Written down already"),
        _("This change is written down already."),
        _UPDATE,
    ),
    "same_level": (
        _("Same level"),
        _("The level is %(value)s đồng a month already."),
        _LEVEL,
    ),
    "suspended_already": (
        _("Suspended already"),
        _("The subscription is suspended already."),
        _SUSPEND,
    ),
    "active_already": (
        _("Supported without suspension"),
        _("The subscription is not suspended."),
        _SUSPEND,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A reason in words. `column` is the letter of its column, "" where the sheet has none."""

    code: str
    title: str
    sentence: str
    article: str
    column: str
    is_note: bool


def pack(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    """As `OperatorLine.reasons` keeps them."""
    return [
        {"code": reason.code, "field": reason.field, "value": reason.value[:200], "params": reason.params}
        for reason in reasons
    ]


def unpack(reasons: list[dict[str, Any]]) -> tuple[Reason, ...]:
    return tuple(
        Reason(row["code"], row["field"], row.get("value", ""), row.get("params", {})) for row in reasons
    )


def title_of(code: str) -> str:
    """A few words for a reason, to group by."""
    return str(_WORDS[code][0]) if code in _WORDS else problem_title(code)


def said(reasons: list[dict[str, Any]], columns: Mapping[str, str], *, in_full: bool = False) -> list[Said]:
    """The reasons of a line in the reader's language; `columns`: letter by field, of the line's sheet.

    Identity and telephone numbers in them have their middle hidden, save `in_full` for the sender's own file.
    """
    return [_said(reason, columns.get(reason.field, ""), in_full=in_full) for reason in unpack(reasons)]


def _said(reason: Reason, column: str, *, in_full: bool) -> Said:
    note = reason.code in NOTES
    if reason.code not in _WORDS:
        problem = Problem("", 0, column, reason.code, "", reason.value)
        basis = str(_UPDATE) if reason.code in READ_PROBLEMS else ""
        value = problem.value if in_full else shown_value(problem)
        return Said(reason.code, title_of(reason.code), problem_message(problem, value), basis, column, note)
    title, sentence, article = _WORDS[reason.code]
    shown = _shown(reason)
    text = str(sentence) % {"value": shown if in_full else numbers_hidden(shown), **_params(reason)}
    return Said(reason.code, str(title), text, str(article), column, note)


def _shown(reason: Reason) -> str:
    return (
        number_format(int(reason.value), force_grouping=True)
        if reason.field == "level" and reason.value
        else reason.value
    )


def _params(reason: Reason) -> dict[str, str]:
    shown = {}
    for name, value in reason.params.items():
        if name in ("on", "last", "first", "since"):
            shown[name] = str(date_format(date.fromisoformat(str(value)), "SHORT_DATE_FORMAT"))
        elif name == "service" and value in ServiceKind.values:
            shown[name] = str(ServiceKind(value).label)
        elif name == "level":
            shown[name] = number_format(int(value), force_grouping=True)
        else:
            shown[name] = str(value)
    return shown
