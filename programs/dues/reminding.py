"""Reminders by e-mail: one mail a person a day with what is overdue, returned or due soon.

A mail names tasks of the plan, periods and days; nothing of any household, and no person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from smartphone_support.accounts.models import Organisation, User

from ..choices import DueState
from ..models import Program, Reminder, TaskDue
from ..rules.cadence import period_words
from ..workflow.dues import open_dues
from ..workflow.opening import upcoming
from .standing import Clock, Standing, clock_of

#: Mails are an office's papers: Vietnamese, whatever the language of who runs the command.
LANGUAGE = "vi"
REPORTS = "programs.report_taskdue"
Send = Callable[[EmailMessage], Any]


@dataclass(frozen=True, slots=True)
class Owed:
    """What an organisation has to do, by why it is named; a returned due is named once, as returned."""

    overdue: tuple[TaskDue, ...] = ()
    returned: tuple[TaskDue, ...] = ()
    soon: tuple[TaskDue, ...] = ()

    def all(self) -> tuple[TaskDue, ...]:
        return (*self.returned, *self.overdue, *self.soon)


@dataclass(slots=True)
class Outcome:
    """What a run did. People are named by their user names."""

    opened: int = 0
    sent: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    no_address: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def remind(today: date, *, send: Send | None = None, dry_run: bool = False) -> Outcome:
    """Open the dues of running periods, then remind everybody who has to report something.

    Never twice a day for the same person, also with two runs at once. `dry_run` writes and sends nothing;
    its outcome says what would happen. A mail that cannot be sent does not stop the others: its person is
    among `failed` and is tried again by the next run.
    """
    outcome = Outcome()
    with transaction.atomic():
        for program in Program.objects.in_force().select_related("province").order_by("pk"):
            outcome.opened += open_dues(program, upcoming(today))
        owed = owed_by_organisation(today)
        if dry_run:
            transaction.set_rollback(True)
    for organisation, dues in owed.items():
        for person in reporters_of(organisation):
            _remind(person, dues, organisation, today, outcome, send or _send, dry_run)
    return outcome


def owed_by_organisation(today: date) -> dict[Organisation, Owed]:
    """What every organisation has to report now, over all plans in force."""
    found: dict[Organisation, dict[str, list[TaskDue]]] = {}
    for program in Program.objects.in_force().order_by("pk"):
        clock = clock_of(program, today)
        rows = TaskDue.objects.filter(task__group__program=program, state__in=["open", "returned"])
        for due in rows.select_related("task__group", "organisation__province").order_by("due_on", "pk"):
            reason = _why(due, clock)
            if reason:
                found.setdefault(due.organisation, {}).setdefault(reason, []).append(due)
    return {
        organisation: Owed(**{reason: tuple(dues) for reason, dues in reasons.items()})
        for organisation, reasons in found.items()
    }


def _why(due: TaskDue, clock: Clock) -> str:
    if due.state == DueState.RETURNED:
        return "returned"
    standing = clock.standing(due)
    return standing.value if standing in (Standing.OVERDUE, Standing.SOON) else ""


def reporters_of(organisation: Organisation) -> list[User]:
    """The people of an organisation who report its dues."""
    people = User.objects.filter(
        is_active=True, memberships__is_active=True, memberships__organisation=organisation
    )
    return [person for person in people.distinct().order_by("username") if person.has_perm(REPORTS)]


def _remind(
    person: User, owed: Owed, organisation: Organisation, today: date, outcome: Outcome, send: Send,
    dry_run: bool,
) -> None:  # fmt: skip
    dues = owed.all()
    if not person.email:
        outcome.no_address.append(person.username)
        return
    if Reminder.objects.filter(person=person, day=today).exists():
        outcome.already.append(person.username)
        return
    if dry_run:
        outcome.sent.append(person.username)
        return
    try:
        with transaction.atomic():
            kept = Reminder.objects.create(person=person, day=today, dues=min(len(dues), 32_000))
    except IntegrityError:
        outcome.already.append(person.username)  # another run was faster
        return
    try:
        send(mail_to(person.email, owed, organisation, today))
    except (OSError, SMTPException):
        kept.delete()
        outcome.failed.append(person.username)
        return
    TaskDue.objects.filter(pk__in=[due.pk for due in dues]).update(reminded_on=today)
    outcome.sent.append(person.username)


def _send(message: EmailMessage) -> None:
    message.send(fail_silently=False)


def mail_to(address: str, owed: Owed, organisation: Organisation, today: date) -> EmailMessage:
    """The mail itself, in Vietnamese."""
    with translation.override(LANGUAGE):
        return EmailMessage(
            subject=subject_of(owed), body=body_of(owed, organisation, today),
            from_email=settings.DEFAULT_FROM_EMAIL, to=[address],
        )  # fmt: skip


def subject_of(owed: Owed) -> str:
    """ "Nhiệm vụ của kế hoạch: 2 quá hạn, 1 bị trả lại, 1 sắp đến hạn"."""
    parts = [
        words % {"n": len(dues)}
        for words, dues in (
            (_("%(n)s overdue"), owed.overdue),
            (_("%(n)s returned"), owed.returned),
            (_("%(n)s due soon"), owed.soon),
        )
        if dues
    ]
    return _("Tasks of the plan: %(what)s") % {"what": ", ".join(parts)}


def body_of(owed: Owed, organisation: Organisation, today: date) -> str:
    lines = [
        _("To: %(organisation)s") % {"organisation": organisation.name},
        "",
        _("As of %(day)s these tasks of the plan wait for your report:") % {"day": f"{today:%d/%m/%Y}"},
    ]
    parts = (
        (pgettext("mail", "RETURNED, TO BE REPORTED AGAIN"), owed.returned),
        (pgettext("mail", "OVERDUE"), owed.overdue),
        (pgettext("mail", "DUE SOON"), owed.soon),
    )
    for heading, dues in parts:
        if dues:
            lines += ["", heading, *(line for due in dues for line in _lines(due))]
    lines += ["", _("Where nothing arose, say so there: it is an answer too."),
              _("This mail is sent by the programme's site; do not answer it.")]  # fmt: skip
    return "\n".join(lines) + "\n"


def _lines(due: TaskDue) -> list[str]:
    # An event's own words may name what is nobody's business in a mail: its day is enough.
    if due.period_end is None:
        period = _("opened on %(day)s") % {"day": f"{due.opened_on:%d/%m/%Y}"}
    else:
        period = period_words(due.period_key)
    content = Truncator(due.task.content).chars(160)
    said = [
        _("- %(task)s. %(content)s (%(period)s), due on %(day)s")
        % {
            "task": due.task.label,
            "content": content,
            "period": period,
            "day": f"{due.due_on:%d/%m/%Y}",
        }
    ]
    if settings.SITE_URL:
        said.append(f"  {settings.SITE_URL}{reverse('programs:due_detail', args=[due.pk])}")
    return said


def summary(outcome: Outcome, *, dry_run: bool) -> list[str]:
    """What the command prints."""
    opened = ngettext("%(n)s due opened", "%(n)s dues opened", outcome.opened) % {"n": outcome.opened}
    count = len(outcome.sent)
    if dry_run:
        sent = ngettext("%(n)s mail would be sent", "%(n)s mails would be sent", count) % {"n": count}
    else:
        sent = ngettext("%(n)s mail sent", "%(n)s mails sent", count) % {"n": count}
    lines = [opened, sent + _of(outcome.sent)]
    for words, people in (
        (_("reminded already today"), outcome.already),
        (_("without an e-mail address"), outcome.no_address),
        (_("could not be sent"), outcome.failed),
    ):
        if people:
            lines.append(f"{len(people)} {words}{_of(people)}")
    return lines


def _of(people: list[str]) -> str:
    return f": {', '.join(people)}" if people else ""
