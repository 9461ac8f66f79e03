"""Answers to complaints, appeals against them, and the answers to those."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.errors import Refusal

from ..choices import ClockStep, ComplaintState
from ..models import Complaint
from ..permits.complaints import may_answer, may_write_appeal
from .complaint_terms import begin_term, locked_complaint, note
from .complaints import LONGEST_TEXT
from .steps import move, require, require_state, step


def _text(text: str, missing: str) -> str:
    text = text.replace("\x00", "").strip()[:LONGEST_TEXT]
    if not text:
        raise Refusal(missing)
    return text


def _between(day: date, first: date, sentence: str) -> None:
    """Refuse a day before `first` or ahead of today."""
    if not first <= day <= timezone.localdate():
        raise Refusal(sentence % {"first": f"{first:%d/%m/%Y}"})


def answer(
    complaint: Complaint, *, actor: Any, text: str, answered_on: date, upheld: bool | None, number: str = ""
) -> Complaint:
    """Answer what is under way. `upheld`: the sender was right, was not; None where that is no question."""
    text = _text(text, _("Say what was answered."))
    with step():
        complaint = locked_complaint(complaint.pk)
        require(may_answer(actor, complaint))
        require_state(complaint, {ComplaintState.ASSIGNED})
        _between(
            answered_on, complaint.received_on,
            _("It was answered between %(first)s, when it was received, and today."),
        )  # fmt: skip
        move(
            complaint, ComplaintState.ANSWERED, answer=text, answered_on=answered_on, answered_by=actor,
            answer_number=clean_text(number)[:60], upheld=upheld,
        )  # fmt: skip
        note("reply", complaint, actor=actor, answered=answered_on, upheld=upheld)
    return complaint


def write_appeal(complaint: Complaint, *, actor: Any, text: str, appealed_on: date) -> Complaint:
    """Write down that the sender is not content with the answer; once, a court hears what comes after.

    Whoever gave the answer does not handle the appeal: it waits for the department to give it to another.
    """
    text = _text(text, _("Say what the sender says against the answer."))
    with step():
        complaint = locked_complaint(complaint.pk)
        require(may_write_appeal(actor, complaint))
        require_state(complaint, {ComplaintState.ANSWERED})
        if complaint.appeal:
            raise Refusal(_("It was appealed once already; after that answer the sender may go to court."))
        answered_on = complaint.answered_on or complaint.received_on
        _between(
            appealed_on, answered_on,
            _("It was appealed between %(first)s, when it was answered, and today."),
        )  # fmt: skip
        due = begin_term(complaint, ClockStep.ANSWER_APPEAL, appealed_on, actor=actor)
        handler = None if complaint.handler_id == complaint.answered_by_id else complaint.handler
        move(
            complaint, ComplaintState.APPEALED, appeal=text, appealed_on=appealed_on, due=due, handler=handler
        )
        note("appeal", complaint, actor=actor, appealed=appealed_on, due=due)
    return complaint


def answer_appeal(
    complaint: Complaint, *, actor: Any, text: str, answered_on: date, upheld: bool | None, number: str = ""
) -> Complaint:
    """Answer the appeal; `upheld` is the outcome now, whatever the first answer said."""
    text = _text(text, _("Say what was answered."))
    with step():
        complaint = locked_complaint(complaint.pk)
        require(may_answer(actor, complaint))
        require_state(complaint, {ComplaintState.APPEALED})
        _between(
            answered_on, complaint.appealed_on or complaint.received_on,
            _("It was answered between %(first)s, when it was appealed, and today."),
        )  # fmt: skip
        move(
            complaint, ComplaintState.ANSWERED, appeal_answer=text, appeal_answered_on=answered_on,
            appeal_answered_by=actor, appeal_answer_number=clean_text(number)[:60], upheld=upheld,
        )  # fmt: skip
        note("reply_to_appeal", complaint, actor=actor, answered=answered_on, upheld=upheld)
    return complaint
