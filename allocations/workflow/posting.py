"""Public posting (niêm yết công khai) of a district's list: place, days, proof, objections and answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.working_days import work_calendar
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.documents.scans import store_scan
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.errors import Refusal

from ..choices import DISTRICT_STATES, Decision, ListState, ObjectionOutcome
from ..models import DistrictList, ListLine, Objection, PublicPosting
from ..permits.lists import may_post
from .lists import locked_list
from .steps import locked, need_reason, require, require_state, step
from .versions import present_version

#: States in which the district posts: until the list is signed.
POSTING_STATES = DISTRICT_STATES | {ListState.AWAITING_SIGNATURE}
#: A posting of more than a year is a slip in typing its year.
_LONGEST_DAYS = 366


def record_posting(
    district_list: DistrictList,
    *,
    actor: Any,
    place: str,
    from_day: date,
    to_day: date,
    commune: AdministrativeArea | None = None,
    proof: File[Any] | None = None,
    note: str = "",
) -> PublicPosting:
    """Write down a posting of the list's present version; `commune` None: of the whole list at one place.

    Refuses days out of order or fewer working days than the round asks for, a commune without a kept
    household, a proof that is no PDF or photo, and the same posting twice.
    """
    place, note = clean_text(place), clean_text(note)
    with step():
        district_list = locked_list(district_list.pk)
        require(may_post(actor, district_list))
        require_state(district_list, POSTING_STATES)
        if not place:
            raise Refusal(_("Say where the list is posted."))
        _check_days(district_list, from_day, to_day)
        kept = ListLine.objects.filter(district_list=district_list, decision=Decision.KEEP)
        if not (kept if commune is None else kept.filter(commune=commune)).exists():
            raise Refusal(_("No household is kept there, so there is nothing to post."))
        same = PublicPosting.objects.filter(
            district_list=district_list, list_version=district_list.version, commune=commune, place=place,
            from_day=from_day, to_day=to_day, withdrawn_at=None,
        )  # fmt: skip
        if same.exists():
            raise Refusal(_("This posting is already written down."))
        present_version(district_list, actor=actor)
        posting = PublicPosting.objects.create(
            district_list=district_list, list_version=district_list.version, commune=commune,
            place=place[:200], from_day=from_day, to_day=to_day, note=note[:300], recorded_by=actor,
            proof=store_scan(proof, actor=actor) if proof else None,
        )  # fmt: skip
        after = {
            "posting": posting.pk,
            "version": posting.list_version,
            "commune": commune.name if commune else "",
            "place": posting.place,
            "from": from_day,
            "to": to_day,
            "proof": posting.proof.sha256 if posting.proof else "",
        }
        record("allocations.districtlist.post", district_list, actor=actor, after=after)
    return posting


def _check_days(district_list: DistrictList, from_day: date, to_day: date) -> None:
    round_ = district_list.round
    if to_day < from_day:
        raise Refusal(_("The last day lies before the first."))
    if from_day < round_.decision_date or (to_day - from_day).days > _LONGEST_DAYS:
        raise Refusal(_("Check the days: the posting would be before the round, or longer than a year."))
    days = work_calendar().count(from_day, to_day)
    if days < round_.posting_days:
        raise Refusal(
            _("From %(first)s to %(last)s are %(days)s working days; the round asks for %(wanted)s.")
            % {
                "first": f"{from_day:%d/%m/%Y}",
                "last": f"{to_day:%d/%m/%Y}",
                "days": days,
                "wanted": round_.posting_days,
            }
        )


def _locked_posting(posting: PublicPosting) -> PublicPosting:
    """The posting under its list's lock, so that nothing of the list moves meanwhile."""
    locked_list(posting.district_list_id)
    related = ("district_list__round__program__province", "district_list__district")
    return locked(PublicPosting.objects.select_related(*related), posting.pk)


def _require_standing(posting: PublicPosting) -> None:
    if posting.withdrawn_at is not None:
        raise Refusal(_("This posting was withdrawn; write down the one that counts."))


def attach_proof(posting: PublicPosting, *, actor: Any, proof: File[Any]) -> PublicPosting:
    """Add the photo or scan that came later; one that is there stays."""
    with step():
        posting = _locked_posting(posting)
        require(may_post(actor, posting.district_list))
        _require_standing(posting)
        if posting.proof_id is not None:
            raise Refusal(_("This posting has its photo or scan already."))
        stored = store_scan(proof, actor=actor)
        if stored is None:
            raise Refusal(_("Choose the photo or scan."))
        posting.proof = stored
        posting.save(update_fields=["proof"])
        after = {"posting": posting.pk, "proof": stored.sha256}
        record("allocations.districtlist.attach_proof", posting.district_list, actor=actor, after=after)
    return posting


def withdraw_posting(posting: PublicPosting, *, actor: Any, reason: str) -> PublicPosting:
    """Take back a posting written down by mistake. It is kept, crossed out, and counts no more.

    Not once the list is signed: the signature rests on it. Nor while an objection to it is not answered.
    """
    reason = need_reason(reason)[:300]
    with step():
        posting = _locked_posting(posting)
        require(may_post(actor, posting.district_list))
        _require_standing(posting)
        require_state(posting.district_list, POSTING_STATES)
        if posting.objections.filter(outcome="").exists():
            raise Refusal(_("An objection to this posting is not answered: answer it first."))
        posting.withdrawn_at, posting.withdrawn_reason = timezone.now(), reason
        posting.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        before = {"posting": posting.pk, "place": posting.place}
        record(
            "allocations.districtlist.withdraw_posting", posting.district_list, actor=actor, before=before,
            reason=reason,
        )  # fmt: skip
    return posting


def record_objection(
    posting: PublicPosting,
    *,
    actor: Any,
    content: str,
    received_on: date,
    from_whom: str = "",
    line: ListLine | None = None,
) -> Objection:
    """Write down what somebody said against the posted list; without a name too, about a line or none."""
    content, from_whom = content.replace("\x00", "").strip(), clean_text(from_whom)[:150]
    if not content:
        raise Refusal(_("Say what the objection is."))
    with step():
        posting = _locked_posting(posting)
        require(may_post(actor, posting.district_list))
        _require_standing(posting)
        if received_on < posting.from_day or received_on > timezone.localdate():
            raise Refusal(
                _("An objection is received between %(first)s, the first day of the posting, and today.")
                % {"first": f"{posting.from_day:%d/%m/%Y}"}
            )
        if line is not None and line.district_list_id != posting.district_list_id:
            raise Refusal(_("This household is not on the list."))
        known = {"posting": posting, "line": line, "received_on": received_on, "content": content}
        if Objection.objects.filter(from_whom=from_whom, **known).exists():
            raise Refusal(_("This objection is already written down."))
        objection = Objection.objects.create(from_whom=from_whom, recorded_by=actor, **known)
        after = {"objection": objection.pk, "line": line.position if line else None, "received": received_on}
        record("allocations.districtlist.object", posting.district_list, actor=actor, after=after)
    return objection


def answer_objection(
    objection: Objection, *, actor: Any, outcome: str, answer: str, answered_on: date
) -> Objection:
    """Answer an objection, once: upheld, not upheld, or noted. The list itself changes by its workbook."""
    outcome, answer = ObjectionOutcome(outcome), answer.replace("\x00", "").strip()
    if not answer:
        raise Refusal(_("Say what was answered."))
    with step():
        posting = _locked_posting(
            PublicPosting(pk=objection.posting_id, district_list_id=_list_of(objection))
        )
        require(may_post(actor, posting.district_list))
        objection = locked(Objection.objects.all(), objection.pk)
        if objection.is_answered:
            raise Refusal(_("This objection is already answered."))
        if answered_on < objection.received_on or answered_on > timezone.localdate():
            raise Refusal(
                _("An objection is answered between %(first)s, when it was received, and today.")
                % {"first": f"{objection.received_on:%d/%m/%Y}"}
            )
        objection.outcome, objection.answer = outcome, answer
        objection.answered_on, objection.answered_by = answered_on, actor
        objection.save(update_fields=["outcome", "answer", "answered_on", "answered_by"])
        after = {"objection": objection.pk, "outcome": str(outcome), "answered": answered_on}
        record("allocations.districtlist.answer_objection", posting.district_list, actor=actor, after=after)
    return objection


def _list_of(objection: Objection) -> int:
    return PublicPosting.objects.values_list("district_list_id", flat=True).get(pk=objection.posting_id)
