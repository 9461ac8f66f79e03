"""Denunciations (tố cáo): who is named to read one, and that every opening is written down.

The identity of who denounces is protected (Luật Tố cáo 2018). Lists, counts, exports, search, the household's
story and the audit record know nothing of one beyond its receipt number.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from smartphone_support.accounts.models import User
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..models import Complaint, ComplaintReader, ComplaintReading
from ..permits.complaints import VIEW, may_assign, may_name, people_with
from .complaint_terms import locked_complaint, note
from .steps import require, step


def name_reader(complaint: Complaint, *, actor: Any, person: User) -> ComplaintReader:
    """Name somebody to read a denunciation. Only who could open it by role and place can be named."""
    with step():
        complaint = locked_complaint(complaint.pk)
        require(may_name(actor, complaint))
        if complaint.named.filter(user=person).exists():
            raise Refusal(_("%(name)s is named already.") % {"name": person})
        reader = name_for(complaint, person, by=actor)
        note("name_reader", complaint, actor=actor)
    return reader


def name_for(complaint: Complaint, person: User, *, by: Any) -> ComplaintReader:
    """Name a person inside another step; who is named already stays named."""
    if not people_with(VIEW, complaint.province_id).filter(pk=person.pk).exists():
        raise Refusal(_("%(name)s may not read complaints.") % {"name": person})
    reader, _made = ComplaintReader.objects.get_or_create(
        complaint=complaint, user=person, defaults={"named_by": by}
    )
    if not Complaint.objects.visible_to(person).filter(pk=complaint.pk).exists():
        raise Refusal(
            _("%(name)s works for another district or organisation than it is about.") % {"name": person}
        )
    return reader


def take_off_reader(complaint: Complaint, *, actor: Any, person: User) -> Complaint:
    """Take a reader off, for example one the denunciation turns out to be about. Somebody stays named."""
    with step():
        complaint = locked_complaint(complaint.pk)
        require(complaint.is_confidential and may_assign(actor, complaint))
        if person.pk == complaint.handler_id:
            raise Refusal(_("%(name)s handles it: give it to another person first.") % {"name": person})
        if not complaint.named.exclude(user=person).exists():
            raise Refusal(_("Name another reader first: somebody has to be able to read it."))
        if not complaint.named.filter(user=person).delete()[0]:
            raise Refusal(_("%(name)s is not named.") % {"name": person})
        note("take_off_reader", complaint, actor=actor)
    return complaint


def note_opening(complaint: Complaint, user: Any) -> None:
    """Write down that somebody opened a denunciation: its page, its file or its letter.

    Unlike the readings of households this is never left out: a page that cannot note it does not open.
    """
    if complaint.is_confidential:
        ComplaintReading.objects.create(complaint=complaint, user=user)


def note_download(complaint: Complaint, user: Any, what: str) -> None:
    """Put a file taken from a complaint on the record."""
    note_opening(complaint, user)
    record(
        "inspections.complaint.download", complaint, actor=user,
        after={} if complaint.is_confidential else {"file": what}, chain=complaint.province.code,
    )  # fmt: skip
