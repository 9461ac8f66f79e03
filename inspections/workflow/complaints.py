"""What the office does with a complaint: write it down, take it up, hand it on, refuse, link, close.

Answers and appeals are in `complaint_answers`, deadlines in `complaint_terms`, what is special to
denunciations in `denunciations`, the public form in `public_form`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from allocations.models import Objection, Support
from beneficiaries.models import Household
from programs.models import Program
from smartphone_support.accounts.models import Organisation, User
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.scans import store_scan
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.errors import Refusal

from ..choices import (
    RUNNING,
    ClockStep,
    ComplaintChannel,
    ComplaintKind,
    ComplaintState,
    ComplaintSubject,
)
from ..models import Complaint, InspectionRound
from ..permits.complaints import handlers_of, may_assign, may_handle, may_link, may_record
from ..rules.receipts import new_code, new_number, typed
from .complaint_terms import begin_term, count_anew, extend_due, locked_complaint, note
from .denunciations import name_for
from .steps import move, need_reason, require, require_state, step

__all__ = [
    "Receipt", "Said", "assign", "classify", "close_complaint", "extend_due", "keep", "link",
    "record_complaint", "refuse", "take_up", "transfer_out",
]  # fmt: skip

LONGEST_TEXT = 10_000
#: A letter older than a year is a slip in typing its year.
_OLDEST = timedelta(days=366)
#: Channels a person of the office writes down; the public form has a door of its own.
BY_STAFF = frozenset(set(ComplaintChannel.values) - {ComplaintChannel.PUBLIC_FORM})


@dataclass(frozen=True)
class Said:
    """What somebody brought forward, in whatever way, and where it belongs."""

    kind: str
    subject: str
    content: str
    sender_name: str = ""
    sender_phone: str = ""
    sender_address: str = ""
    district: AdministrativeArea | None = None
    commune: AdministrativeArea | None = None


@dataclass(frozen=True)
class Receipt:
    """The code given to the sender, and what is kept of it."""

    code: str
    hashed: str

    @classmethod
    def drawn(cls) -> Receipt:
        code = new_code()
        return cls(code, make_password(typed(code)))


def record_complaint(
    said: Said,
    *,
    actor: Any,
    province: AdministrativeArea,
    channel: str,
    received_on: date,
    scan: File[Any] | None = None,
    household: Household | None = None,
    objection: Objection | None = None,
    round: InspectionRound | None = None,
) -> tuple[Complaint, str]:
    """Write down what came by phone, on paper, in person, from a posting or an inspection.

    Returns the complaint and the code for its receipt, which is kept nowhere. A denunciation is not seen
    again by who wrote it down, until somebody is named for it.
    """
    if channel not in BY_STAFF:
        raise Refusal(_("What comes through the public form is written down by its sender."))
    receipt = Receipt.drawn()  # dear to hash: not under the lock of the step
    with step():
        require(may_record(actor, province.pk))
        said = _within_district(said, actor.district)
        today = timezone.localdate()
        if not today - _OLDEST <= received_on <= today:
            raise Refusal(_("Check the day it was received: it lies ahead, or more than a year back."))
        _check_links(actor, household=household, objection=objection, round_=round)
        complaint = keep(
            said, receipt, province=province, channel=channel, received_on=received_on, actor=actor,
            scan=scan, household=household, objection=objection, round=round,
        )  # fmt: skip
    return complaint, receipt.code


def _within_district(said: Said, own: AdministrativeArea | None) -> Said:
    """What a district writes down is of its own area: elsewhere it could not see it again."""
    if own is None:
        return said
    where = said.commune.parent_id if said.commune else said.district.pk if said.district else own.pk
    if where != own.pk:
        raise Refusal(_("Choose a commune of your own district; the department writes down the others."))
    return replace(said, district=own)


def _check_links(
    actor: Any,
    *,
    household: Household | None = None,
    objection: Objection | None = None,
    round_: InspectionRound | None = None,
) -> None:
    """Nobody links to what they do not see; an objection becomes one complaint."""
    seen: Any = (
        (household, Household.objects), (objection, Objection.objects), (round_, InspectionRound.objects),
    )  # fmt: skip
    for row, rows in seen:
        require(row is None or rows.visible_to(actor).filter(pk=row.pk).exists())
    if objection is not None and Complaint.objects.filter(objection=objection).exists():
        raise Refusal(_("This objection is already written down among the complaints."))


def keep(
    said: Said,
    receipt: Receipt,
    *,
    province: AdministrativeArea,
    channel: str,
    received_on: date,
    actor: Any,
    scan: File[Any] | None = None,
    household: Household | None = None,
    **links: Any,
) -> Complaint:
    """Store a complaint with its receipt and begin its first term; inside the step of the door it came by."""
    content = said.content.replace("\x00", "").strip()[:LONGEST_TEXT]
    if not content:
        raise Refusal(_("Say what it is about: the content is missing."))
    if household is not None:
        links["support"] = _support_of(household)
    complaint = Complaint.objects.create(
        province=province,
        program=Program.objects.filter(province=province).standing().order_by("-first_year", "code").first(),
        number=_free_number(received_on.year),
        code_hash=receipt.hashed,
        kind=ComplaintKind(said.kind),
        subject=ComplaintSubject(said.subject),
        channel=ComplaintChannel(channel),
        received_on=received_on,
        sender_name=clean_text(said.sender_name)[:150],
        sender_phone=clean_text(said.sender_phone)[:20],
        sender_address=clean_text(said.sender_address)[:250],
        content=content,
        file=store_scan(scan, actor=actor),
        commune=said.commune or (household.commune if household else None),
        district=_district_of(said, household),
        household=household,
        recorded_by=actor,
        **links,
    )
    complaint.due = begin_term(complaint, ClockStep.TAKE_UP, received_on, actor=actor)
    complaint.save(update_fields=["due"])
    note(
        "record", complaint, actor=actor, kind=str(complaint.kind), subject=str(complaint.subject),
        channel=str(complaint.channel), received=received_on, due=complaint.due,
        district=complaint.district.code if complaint.district else "",
    )  # fmt: skip
    return complaint


def _free_number(year: int) -> str:
    number = new_number(year)
    while Complaint.objects.filter(number=number).exists():
        number = new_number(year)
    return number


def _district_of(said: Said, household: Household | None) -> AdministrativeArea | None:
    if said.commune is not None:
        return said.commune.parent
    return said.district or (household.district if household else None)


def _support_of(household: Household) -> Support | None:
    """The household's support: the live one, else the last."""
    rows = Support.objects.filter(household=household)
    return rows.live().first() or rows.order_by("pk").last()


# --- taking up --------------------------------------------------------------------------------------


def take_up(
    complaint: Complaint, *, actor: Any, organisation: Organisation, handler: User | None = None
) -> Complaint:
    """Take it up and give it to an organisation (and a person of it): the clock for the answer begins."""
    with step():
        complaint = locked_complaint(complaint.pk)
        require(may_assign(actor, complaint))
        require_state(complaint, {ComplaintState.RECEIVED})
        _check_handler(complaint, organisation, handler, actor=actor)
        due = begin_term(complaint, ClockStep.ANSWER, timezone.localdate(), actor=actor)
        move(complaint, ComplaintState.ASSIGNED, assigned_to=organisation, handler=handler, due=due)
        note("take_up", complaint, actor=actor, organisation=organisation.code, due=due)
    return complaint


def assign(
    complaint: Complaint, *, actor: Any, organisation: Organisation, handler: User | None = None, reason: str
) -> Complaint:
    """Give what is under way, or appealed, to another organisation or person. Its deadline stays."""
    reason = need_reason(reason)[:300]
    with step():
        complaint = locked_complaint(complaint.pk)
        require(may_assign(actor, complaint))
        require_state(complaint, {ComplaintState.ASSIGNED, ComplaintState.APPEALED})
        now = (organisation.pk, handler.pk if handler else None)
        if now == (complaint.assigned_to_id, complaint.handler_id):
            raise Refusal(_("It is with them already."))
        _check_handler(complaint, organisation, handler, actor=actor)
        was = complaint.assigned_to.code if complaint.assigned_to else ""
        move(complaint, complaint.state, assigned_to=organisation, handler=handler)
        note("hand_on", complaint, actor=actor, reason=reason, organisation=organisation.code, was=was)
    return complaint


def _check_handler(
    complaint: Complaint, organisation: Organisation, handler: User | None, *, actor: Any
) -> None:
    """An active organisation of the province with people who may answer; the person one of them.

    A denunciation needs a person, who is named for it here; an appeal another one than answered before.
    """
    people = handlers_of(organisation, complaint.province_id)
    if not organisation.is_active or not people.exists():
        raise Refusal(_("Nobody of %(organisation)s may answer complaints.") % {"organisation": organisation})
    if handler is not None and not people.filter(pk=handler.pk).exists():
        raise Refusal(_("Choose a person of this organisation who may answer complaints."))
    if complaint.state == ComplaintState.APPEALED:
        if handler is not None and handler.pk == complaint.answered_by_id:
            raise Refusal(_("An appeal is answered by another person than who gave the first answer."))
        if handler is None and not people.exclude(pk=complaint.answered_by_id).exists():
            raise Refusal(_("Only who gave the first answer works there: choose another organisation."))
    if not complaint.is_confidential:
        return
    if handler is None:
        raise Refusal(_("A denunciation is given to a person, who alone reads it: choose the person."))
    complaint.assigned_to = organisation  # so that the handler's scope reaches it when it is asked
    Complaint.objects.filter(pk=complaint.pk).update(assigned_to=organisation)
    name_for(complaint, handler, by=actor)


def refuse(complaint: Complaint, *, actor: Any, reason: str) -> Complaint:
    """Do not take it up: the reason is what its sender reads."""
    return _end_unheard(complaint, actor=actor, reason=reason, verb="refuse", body="")


def transfer_out(complaint: Complaint, *, actor: Any, body: str, reason: str) -> Complaint:
    """Send it to the body in charge that does not use this system; here it ends."""
    body = clean_text(body)[:200]
    if not body:
        raise Refusal(_("Say which body it is sent to."))
    return _end_unheard(complaint, actor=actor, reason=reason, verb="transfer", body=body)


def _end_unheard(complaint: Complaint, *, actor: Any, reason: str, verb: str, body: str) -> Complaint:
    reason = need_reason(reason)[:300]
    open_ = {ComplaintState.RECEIVED} | ({ComplaintState.ASSIGNED} if body else set())
    with step():
        complaint = locked_complaint(complaint.pk)
        require(may_assign(actor, complaint))
        require_state(complaint, open_)
        move(complaint, ComplaintState.REFUSED, closed_reason=reason, transferred_to=body, due=None)
        note(verb, complaint, actor=actor, reason=reason, to=body)
    return complaint


# --- what it is about -------------------------------------------------------------------------------


def classify(complaint: Complaint, *, actor: Any, kind: str, subject: str, reason: str) -> Complaint:
    """Say that it is of another kind than it was taken for; the running step is counted by that kind's clock.

    Who finds out that something is a denunciation, and who handles it, stay its readers; nobody else does.
    """
    kind, subject, reason = ComplaintKind(kind), ComplaintSubject(subject), need_reason(reason)[:300]
    with step():
        complaint = locked_complaint(complaint.pk)
        # Who takes the secrecy away answers for it: not everybody who reads.
        require((may_assign if complaint.is_confidential else may_link)(actor, complaint))
        require_state(complaint, RUNNING)
        if (kind, subject) == (complaint.kind, complaint.subject):
            raise Refusal(_("It is of this kind and about this already."))
        was, changed = complaint.kind, kind != complaint.kind
        if kind == ComplaintKind.DENUNCIATION and complaint.findings.exists():
            raise Refusal(_("A finding was opened from it, which others read: it cannot be kept secret now."))
        complaint.kind, complaint.subject = kind, subject
        if changed:
            complaint.due = count_anew(complaint, actor=actor, why=reason)
        complaint.save(update_fields=["kind", "subject", "due"])
        if changed and complaint.is_confidential:
            for person in {actor, complaint.handler} - {None}:
                name_for(complaint, person, by=actor)
        hidden = ComplaintKind.DENUNCIATION in (was, kind)
        facts = {} if hidden else {"kind": str(kind), "was": str(was), "subject": str(subject)}
        note("classify", complaint, actor=actor, reason="" if hidden else reason, **facts)
    return complaint


def link(
    complaint: Complaint,
    *,
    actor: Any,
    household: Household | None = None,
    round: InspectionRound | None = None,
) -> Complaint:
    """Say which household and which inspection round it is about; None takes the link away."""
    with step():
        complaint = locked_complaint(complaint.pk)
        require(may_link(actor, complaint))
        kept_household = None if household and household.pk == complaint.household_id else household
        kept_round = None if round and round.pk == complaint.round_id else round
        _check_links(actor, household=kept_household, round_=kept_round)
        if household is not None and household.province_id != complaint.province_id:
            raise Refusal(_("This household is of another province."))
        complaint.household, complaint.round = household, round
        complaint.support = _support_of(household) if household else None
        fields = ["household", "round", "support"]
        if household is not None and complaint.district_id is None:
            complaint.district = household.district
            fields.append("district")
        complaint.save(update_fields=fields)
        note(
            "link", complaint, actor=actor, household=household.pk if household else None,
            round=round.pk if round else None,
        )  # fmt: skip
    return complaint


def close_complaint(complaint: Complaint, *, actor: Any, reason: str = "") -> Complaint:
    """End an answered complaint: nothing more is to be done."""
    with step():
        complaint = locked_complaint(complaint.pk)
        require(may_handle(actor, complaint))
        require_state(complaint, {ComplaintState.ANSWERED})
        move(complaint, ComplaintState.CLOSED, closed_reason=clean_text(reason)[:300])
        note("close", complaint, actor=actor, reason=complaint.closed_reason)
    return complaint
