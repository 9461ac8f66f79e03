"""A list to confirm on its way: uploaded, checked, sent, decided line by line, answered (task II.4).

The checks only propose. The department decides every line; a line that failed is confirmed, and one in order
is not, only with a reason of the department's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils import timezone, translation
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.choices import TaskEvent
from programs.models import Program
from programs.workflow.happenings import happened, undone
from programs.workflow.opening import timetable
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.recording import record
from smartphone_support.audit.steps import locked, move, need_reason, require, require_state, step
from smartphone_support.documents.storing import store
from smartphone_support.jobs.models import Job
from smartphone_support.jobs.running import Progress, start
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.errors import Refusal

from ...choices import ConfirmationState, LineDecision, LineVerdict
from ...models import ConfirmationLine, ConfirmationRequest
from ..checking import check_request
from ..confirming import may_answer_question, may_decide, may_request, may_withdraw
from ..reading import check_upload
from ..rules.checks import PROGRAMME_BEGAN
from ..spells import hold_register
from ..staging import counts_of, differs, line_of, read_rows, take
from ..wording import said

READ = "services.read_confirmation"
State = ConfirmationState
#: What the operator may still take back.
WITHDRAWABLE = frozenset({State.UPLOADED, State.READ, State.SUBMITTED, State.FAILED})
DECIDED = frozenset({LineDecision.CONFIRMED, LineDecision.REFUSED})


def _locked(request: ConfirmationRequest) -> ConfirmationRequest:
    return locked(ConfirmationRequest.objects.select_related("province", "operator", "file"), request.pk)


# --- the operator's side ----------------------------------------------------------------------------


def upload_request(
    file: File[Any], *, as_of: date, operator: Organisation, actor: Any, subject: str = ""
) -> ConfirmationRequest:
    """Take a list in and queue its reading. Nobody else sees it before it is sent."""
    require(may_request(actor, operator))
    if operator.province is None:
        raise Refusal(_("“%(name)s” belongs to no province.") % {"name": operator})
    if as_of > timezone.localdate():
        raise Refusal(_("The day the list stands for lies in the future."))
    if as_of < PROGRAMME_BEGAN:
        raise Refusal(
            _("The programme began on %(day)s: choose a later day.") % {"day": f"{PROGRAMME_BEGAN:%d/%m/%Y}"}
        )
    check_upload(file)
    with step():
        stored = store(file, actor=actor)
        request = ConfirmationRequest.objects.create(
            province=operator.province, operator=operator, file=stored, as_of=as_of, uploaded_by=actor,
            subject=clean_text(subject)[:200],
        )  # fmt: skip
        request.job = start(READ, request, actor=actor)
        request.save(update_fields=["job"])
        record(
            "beneficiaries.confirmationrequest.upload", request, actor=actor,
            after={"file": stored.name, "sha256": stored.sha256, "as_of": as_of},
        )  # fmt: skip
    return request


def read_request(request_id: str, job: Job, progress: Progress) -> None:
    """The job that reads a list and checks every line as of its day. Run again it replaces the lines."""
    request = ConfirmationRequest.objects.select_related("province", "operator", "file").get(pk=request_id)
    if request.state != State.UPLOADED:
        return
    check = partial(check_request, province=request.province, operator=request.operator, as_of=request.as_of)
    rows, sheets = read_rows(request, ConfirmationLine, check, progress, request=request)
    with step():
        request = _locked(request)
        if request.state != State.UPLOADED:  # withdrawn meanwhile
            return
        request.lines.all().delete()
        ConfirmationLine.objects.bulk_create(rows, batch_size=500)
        move(request, State.READ, counts=counts_of(rows), sheets=sheets, failure="")
        record("beneficiaries.confirmationrequest.read", request, actor=job.owner, after=counts_of(rows))


def fail_request(request_id: str, job: Job, sentence: str) -> None:
    """What a given-up job leaves: the request with the sentence."""
    request = ConfirmationRequest.objects.select_related("province", "operator").get(pk=request_id)
    rows = ConfirmationRequest.objects.filter(pk=request.pk, state=State.UPLOADED)
    if rows.update(state=State.FAILED, failure=sentence):
        record("beneficiaries.confirmationrequest.fail", request, actor=job.owner, reason=sentence)


def submit_request(request: ConfirmationRequest, *, actor: Any) -> int:
    """Send a list to the department; its clock begins, and the plan's task II.4 has a due.

    Every line is checked again under the lock. Where the register says something else by now nothing is sent:
    returns how many lines read otherwise, for the operator to look again; 0 when it is sent.
    """
    with step():
        request = _locked(request)
        require(may_request(actor, request.operator))
        require_state(request, {State.READ})
        hold_register(request.province_id)
        changed = _look_again(request, actor)
        if changed:
            return changed
        today = timezone.localdate()
        move(request, State.SUBMITTED, submitted_on=today, due_on=due_day(request, today))
        happened(
            TaskEvent.CONFIRMATION_REQUESTED, province=request.province, about=request,
            label=label_of(request), on=today, actor=actor,
        )  # fmt: skip
        after = {"lines": request.lines.count(), "due_on": request.due_on}
        record("beneficiaries.confirmationrequest.submit", request, actor=actor, after=after)
    return 0


def _look_again(request: ConfirmationRequest, actor: Any) -> int:
    # In the order they were read: which of two lines repeats the other depends on it.
    rows = list(request.lines.order_by("pk"))
    if not rows:
        raise Refusal(_("The list has no line."))
    checked = check_request(
        [line_of(row) for row in rows], province=request.province, operator=request.operator,
        as_of=request.as_of,
    )  # fmt: skip
    changed = [row for row, verdict in zip(rows, checked, strict=True) if differs(row, verdict)]
    if changed:
        for row, verdict in zip(rows, checked, strict=True):
            take(row, verdict)
        fields = ["verdict", "household", "reasons"]
        ConfirmationLine.objects.bulk_update(changed, fields, batch_size=500)
        move(request, State.READ, counts=counts_of(rows))
        after = request.counts | {"read_otherwise": len(changed)}
        record("beneficiaries.confirmationrequest.read", request, actor=actor, after=after)
    return len(changed)


def due_day(request: ConfirmationRequest, on: date) -> date | None:
    """The day the answer is due: the plan in force's working days after an event; None without a plan."""
    plans = Program.objects.filter(province=request.province).in_force()
    program = plans.order_by("-first_year", "-pk").first()
    return timetable(program).due_after(on) if program else None


@translation.override(settings.LANGUAGE_CODE)
def label_of(request: ConfirmationRequest) -> str:
    """What the plan calls the request: whose list, as of which day."""
    return _("List of %(operator)s as of %(day)s") % {
        "operator": request.operator.short_name,
        "day": f"{request.as_of:%d/%m/%Y}",
    }


def withdraw_request(request: ConfirmationRequest, *, actor: Any, reason: str = "") -> ConfirmationRequest:
    """Take a list back before it is answered; once it was sent, with a reason."""
    with step():
        request = _locked(request)
        require(may_withdraw(actor, request))
        require_state(request, WITHDRAWABLE)
        before = request.state
        if before == State.SUBMITTED:
            reason = need_reason(reason)
        move(request, State.WITHDRAWN)
        if before == State.SUBMITTED:
            undone(request, actor=actor)
        record(
            "beneficiaries.confirmationrequest.recall", request, actor=actor, before={"state": before},
            reason=reason,
        )  # fmt: skip
    return request


# --- the department's side --------------------------------------------------------------------------


def decide_lines(
    request: ConfirmationRequest, keys: Collection[int], decision: str, *, actor: Any, reason: str = ""
) -> int:
    """Confirm these lines, do not confirm them, or take decisions back (`open`); returns how many changed.

    A decision taken back leaves the line as it was before: asked of its district where it had been, with what
    the district said; taken back once more, the question goes too.

    A line decided otherwise already is not overwritten: its decision is taken back first. The same again
    changes nothing. Not confirming a line in order, or confirming one that failed, needs a reason.
    """
    decision = LineDecision(decision)
    if decision == LineDecision.ASKED:
        return ask_district(request, keys, question=reason, actor=actor)
    with step():
        request = _for_decision(request, actor)
        rows = _lines(request, keys)
        changed = []
        for row in rows:
            if row.decision == decision:
                continue
            if row.decision in DECIDED and decision != LineDecision.OPEN:
                raise Refusal(
                    _("Row %(row)s is decided already (%(decision)s): take that back first.")
                    % {"row": row.row, "decision": row.get_decision_display()}
                )
            _decide(row, decision, _reason_for(request, row, decision, reason), actor)
            changed.append(row)
        _write(changed)
        if changed:
            record(
                "beneficiaries.confirmationrequest.decide", request, actor=actor,
                after={"decision": decision.value, "rows": [row.row for row in changed][:500]},
                reason=clean_text(reason),
            )  # fmt: skip
    return len(changed)


def decide_by_verdict(request: ConfirmationRequest, verdict: str, *, expected: int, actor: Any) -> int:
    """Confirm every open line in order, or refuse every open line that failed, for the reasons the check
    found. `expected`: how many the person saw. Returns how many it was."""
    verdict = LineVerdict(verdict)
    decision = LineDecision.REFUSED if verdict == LineVerdict.REFUSED else LineDecision.CONFIRMED
    with step():
        request = _for_decision(request, actor)
        rows = list(request.lines.filter(decision=LineDecision.OPEN, verdict=verdict).order_by("row", "pk"))
        if len(rows) != expected:
            raise Refusal(
                _("By now it is %(n)s lines instead of %(expected)s: look at the list again.")
                % {"n": localize(len(rows)), "expected": localize(expected)}
            )
        if not rows:
            raise Refusal(_("No such line is open any more."))
        for row in rows:
            _decide(row, decision, _reason_for(request, row, decision, ""), actor)
        _write(rows)
        record(
            "beneficiaries.confirmationrequest.decide", request, actor=actor,
            after={"decision": decision.value, "verdict": verdict.value, "lines": len(rows)},
        )  # fmt: skip
    return len(rows)


def ask_district(request: ConfirmationRequest, keys: Collection[int], *, question: str, actor: Any) -> int:
    """Ask the districts of these lines' households whether they are right; returns how many were asked."""
    with step():
        request = _for_decision(request, actor)
        question = need_reason(question)[:500]
        rows = _lines(request, keys)
        today = timezone.localdate()
        for row in rows:
            if row.decision in DECIDED:
                raise Refusal(
                    _("Row %(row)s is decided already (%(decision)s): take that back first.")
                    % {"row": row.row, "decision": row.get_decision_display()}
                )
            if row.household is None or row.household.district_id is None:
                raise Refusal(
                    _("Row %(row)s: no household of the register fits, so no district can be asked.")
                    % {"row": row.row}
                )
            _decide(row, LineDecision.ASKED, "", actor)
            row.district_id, row.question, row.asked_on = row.household.district_id, question, today
            row.district_answer, row.district_says_right = "", None
            row.district_answered_by, row.district_answered_at = None, None
        _write(rows)
        record(
            "beneficiaries.confirmationrequest.ask", request, actor=actor,
            after={"rows": [row.row for row in rows][:500]}, reason=question,
        )  # fmt: skip
    return len(rows)


def answer_question(line: ConfirmationLine, *, right: bool, text: str, actor: Any) -> ConfirmationLine:
    """The district says whether a line is right, and why where it is not; until the department decides."""
    with step():
        request = _locked(line.request)
        line = ConfirmationLine.objects.select_related("district").get(pk=line.pk)
        require(may_answer_question(actor, line))
        require_state(request, {State.SUBMITTED})
        if line.decision != LineDecision.ASKED:
            raise Refusal(_("The department has decided this line; there is nothing to answer any more."))
        text = clean_text(text)[:500]
        if not right and not text:
            raise Refusal(_("Say what is not right."))
        line.district_says_right, line.district_answer = right, text
        line.district_answered_by, line.district_answered_at = actor, timezone.now()
        _write([line])
        record(
            "beneficiaries.confirmationrequest.answer_question", request, actor=actor,
            after={"row": line.row, "right": right}, reason=text,
        )  # fmt: skip
    return line


def answer_request(
    request: ConfirmationRequest, *, number: str, note: str = "", actor: Any
) -> ConfirmationRequest:
    """Answer the operator under a number: every line has to be decided. The due of II.4 is done with it."""
    with step():
        request = _for_decision(request, actor)
        left = request.lines.exclude(decision__in=sorted(DECIDED)).count()
        if left:
            raise Refusal(
                ngettext(
                    "%(n)s line is not decided yet.", "%(n)s lines are not decided yet.", left
                ) % {"n": localize(left)}
            )  # fmt: skip
        number = clean_text(number)[:60]
        if not number:
            raise Refusal(_("Give the number of the answer."))
        move(
            request, State.ANSWERED, answered_by=actor, answered_at=timezone.now(), number=number,
            note=note.strip()[:2000],
        )  # fmt: skip
        today = timezone.localdate()
        happened(
            TaskEvent.CONFIRMATION_ANSWERED, province=request.province, about=request, of=request,
            label=label_of(request), on=today, actor=actor,
        )  # fmt: skip
        confirmed = request.lines.filter(decision=LineDecision.CONFIRMED).count()
        after = {"number": number, "confirmed": confirmed, "refused": request.lines.count() - confirmed}
        record("beneficiaries.confirmationrequest.reply", request, actor=actor, after=after)
    return request


# --- parts ------------------------------------------------------------------------------------------

_FIELDS = [
    "decision", "decision_reason", "decided_by", "decided_at", "district", "question", "asked_on",
    "district_answer", "district_says_right", "district_answered_by", "district_answered_at",
]  # fmt: skip


def _for_decision(request: ConfirmationRequest, actor: Any) -> ConfirmationRequest:
    request = _locked(request)
    require(may_decide(actor, request))
    require_state(request, {State.SUBMITTED})
    return request


def _lines(request: ConfirmationRequest, keys: Collection[int]) -> list[ConfirmationLine]:
    rows = request.lines.filter(pk__in=list(keys)).select_related("household").order_by("row", "pk")
    found = list(rows)
    if not found:
        raise Refusal(_("Tick the lines first."))
    return found


def _decide(row: ConfirmationLine, decision: LineDecision, reason: str, actor: Any) -> None:
    if decision == LineDecision.OPEN and row.decision in DECIDED and row.question:
        decision = LineDecision.ASKED  # what the district said stays with the line
    row.decision, row.decision_reason = decision, reason
    is_open = decision == LineDecision.OPEN
    row.decided_by, row.decided_at = (None, None) if is_open else (actor, timezone.now())
    if is_open:
        # Taken back: a question that was asked is no longer open either.
        row.district_id, row.question, row.asked_on = None, "", None
        row.district_answer, row.district_says_right = "", None
        row.district_answered_by, row.district_answered_at = None, None


def _reason_for(request: ConfirmationRequest, row: ConfirmationLine, decision: str, reason: str) -> str:
    """The reason kept with a decision. What the check found is reason enough not to confirm."""
    reason = clean_text(reason)[:500]
    failed = row.verdict == LineVerdict.REFUSED
    if decision == LineDecision.CONFIRMED and failed and not reason:
        raise Refusal(
            _("Row %(row)s: the check found something: say why it is confirmed all the same.")
            % {"row": row.row}
        )
    if decision != LineDecision.REFUSED or reason:
        return reason if decision != LineDecision.OPEN else ""
    if not failed:
        raise Refusal(_("Row %(row)s is in order: say why it is not confirmed.") % {"row": row.row})
    # Kept as it stands in the answer, which is an official paper: always Vietnamese.
    with translation.override(settings.LANGUAGE_CODE):
        words = [one.sentence for one in said(row.reasons, {}) if not one.is_note]
    return " ".join(words)[:500]


def _write(rows: Iterable[ConfirmationLine]) -> None:
    ConfirmationLine.objects.bulk_update(rows, _FIELDS, batch_size=300)
