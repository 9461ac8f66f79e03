"""An operator's monthly update on its way: upload, reading, confirmation, discarding, taking back.

Đắk Nông's plan, task II.5. Nothing is written before the operator confirms; then every line in order is, in
one transaction, and the due of the month is fulfilled.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from programs.choices import TaskEvent
from programs.workflow.happenings import happened, undone
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.audit.steps import locked, move, need_reason, require, require_state, say, step
from smartphone_support.documents.storing import store
from smartphone_support.jobs.models import Job
from smartphone_support.jobs.running import Progress, start
from smartphone_support.web.errors import Refusal

from ...choices import LineVerdict, OperatorReportState, ServiceChange
from ...models import OperatorReport, OperatorReportLine, ServiceSubscription
from ..checking import check_update
from ..permits import may_confirm, may_report, may_take_back
from ..reading import check_upload
from ..rules.checks import PROGRAMME_BEGAN
from ..rules.states import target
from ..spells import Turn, begin_all, hold_register, obstacle, spells_of_lines, take_back, turn_all
from ..staging import counts_of, differs, line_of, read_rows, take

READ = "services.read_report"
State = OperatorReportState
_WAITING = (State.UPLOADED, State.AWAITING_CONFIRMATION, State.FAILED)

say((
    (("one_live_subscription", "beneficiaries_servicesubscription.household_id"),
     lambda: _("One of the households got a supported service meanwhile; look at the list again.")),
    (("nothing_arose_once_a_month", "beneficiaries_operatorreport.operator_id"),
     lambda: _("That nothing arose in this month has been said already.")),
))  # fmt: skip


def last_day_of(month: date) -> date:
    """The last day of the month a day lies in."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _month(month: date) -> date:
    first = month.replace(day=1)
    if first > timezone.localdate():
        raise Refusal(_("The month %(month)s has not begun yet.") % {"month": f"{first:%m/%Y}"})
    if first < PROGRAMME_BEGAN.replace(day=1):
        raise Refusal(
            _("The programme began on %(day)s: choose a later month.")
            % {"day": f"{PROGRAMME_BEGAN:%d/%m/%Y}"}
        )
    return first


def _province(operator: Organisation) -> AdministrativeArea:
    if operator.province is None:
        raise Refusal(_("“%(name)s” belongs to no province.") % {"name": operator})
    return operator.province


def _locked(report: OperatorReport) -> OperatorReport:
    related = OperatorReport.objects.select_related("province", "operator", "file")
    return locked(related, report.pk)


# --- uploading and reading ------------------------------------------------------------------------


def upload_report(file: File[Any], *, month: date, operator: Organisation, actor: Any) -> OperatorReport:
    """Take an update in and queue its reading. A file that is no workbook is refused before it is kept."""
    require(may_report(actor, operator))
    first = _month(month)
    check_upload(file)
    with step():
        stored = store(file, actor=actor)
        report = OperatorReport.objects.create(
            province=_province(operator), operator=operator, file=stored, month=first, uploaded_by=actor
        )
        report.job = start(READ, report, actor=actor)
        report.save(update_fields=["job"])
        record(
            "beneficiaries.operatorreport.upload", report, actor=actor,
            after={"file": stored.name, "sha256": stored.sha256, "month": first},
        )  # fmt: skip
    return report


def read_report(report_id: str, job: Job, progress: Progress) -> None:
    """The job that reads an update and leaves its preview. Run again it replaces the former one."""
    report = OperatorReport.objects.select_related("province", "operator", "file").get(pk=report_id)
    if report.state != State.UPLOADED or report.file is None:
        return
    check = partial(check_update, province=report.province, operator=report.operator, month=report.month)
    rows, sheets = read_rows(report, OperatorReportLine, check, progress, report=report)
    with step():
        report = _locked(report)
        if report.state != State.UPLOADED:  # discarded meanwhile
            return
        report.lines.all().delete()
        OperatorReportLine.objects.bulk_create(rows, batch_size=500)
        move(report, State.AWAITING_CONFIRMATION, counts=counts_of(rows), sheets=sheets, failure="")
        record("beneficiaries.operatorreport.read", report, actor=job.owner, after=counts_of(rows))


def fail_report(report_id: str, job: Job, sentence: str) -> None:
    """What a given-up job leaves: the update with the sentence, nothing written."""
    report = OperatorReport.objects.select_related("province", "operator").get(pk=report_id)
    rows = OperatorReport.objects.filter(pk=report.pk, state=State.UPLOADED)
    if rows.update(state=State.FAILED, failure=sentence):
        record("beneficiaries.operatorreport.fail", report, actor=job.owner, reason=sentence)


def nothing_arose(*, month: date, operator: Organisation, actor: Any) -> OperatorReport:
    """The operator's word that nothing changed in a month; said twice, it stands once."""
    require(may_report(actor, operator))
    first = _month(month)
    if timezone.localdate() < last_day_of(first):
        raise Refusal(
            _("%(month)s is not over yet: say so on its last day or later.") % {"month": f"{first:%m/%Y}"}
        )
    with step():
        known = OperatorReport.objects.filter(operator=operator, month=first, state=State.APPLIED)
        said = known.filter(nothing_arose=True).first()
        if said is not None:
            return said
        if known.exists():
            raise Refusal(
                _("An update of %(month)s is applied already: something did arise.")
                % {"month": f"{first:%m/%Y}"}
            )
        report = OperatorReport.objects.create(
            province=_province(operator), operator=operator, month=first, nothing_arose=True,
            state=State.APPLIED, uploaded_by=actor, confirmed_by=actor, applied_at=timezone.now(),
        )  # fmt: skip
        _tell(report, actor)
        record("beneficiaries.operatorreport.nothing_arose", report, actor=actor, after={"month": first})
    return report


# --- confirming and discarding --------------------------------------------------------------------


def confirm_report(report: OperatorReport, *, actor: Any) -> OperatorReport:
    """Write every line in order. Confirmed twice, it is written once.

    Every line is checked again under the lock. Where the register says something else by now, nothing is
    written: the preview is made anew (state ``awaiting``) and ``notice`` says so.
    """
    with step():
        hold_register(report.province_id)
        report = _locked(report)
        require(may_confirm(actor, report))
        if report.state == State.APPLIED and report.confirmed_by_id == actor.pk:
            return report
        require_state(report, {State.AWAITING_CONFIRMATION})
        rows = list(report.lines.order_by("pk"))
        if _look_again(report, rows, actor):
            return report
        good = [row for row in rows if row.verdict == LineVerdict.GOOD]
        if not good and not any(row.verdict == LineVerdict.NOTHING for row in rows):
            raise Refusal(
                _("No line of this file can be written: mend the refused lines and upload the file again.")
            )
        _write(good, actor)
        now = timezone.now()
        move(report, State.APPLIED, confirmed_by=actor, applied_at=now, counts=counts_of(rows), notice="")
        _tell(report, actor)
        record("beneficiaries.operatorreport.confirm", report, actor=actor, after=report.counts)
    return report


def _look_again(report: OperatorReport, rows: list[OperatorReportLine], actor: Any) -> bool:
    lines = [line_of(row) for row in rows]
    checked = check_update(lines, province=report.province, operator=report.operator, month=report.month)
    other = [(row, verdict) for row, verdict in zip(rows, checked, strict=True) if differs(row, verdict)]
    if not other:
        return False
    for row, verdict in other:
        take(row, verdict)
    changed = [row for row, _verdict in other]
    OperatorReportLine.objects.bulk_update(changed, ["verdict", "household", "reasons"], batch_size=500)
    notice = _(
        "The register changed since the file was read, so its lines were checked anew; %(n)s of them read "
        "otherwise now. Look again."
    ) % {"n": len(changed)}
    move(report, State.AWAITING_CONFIRMATION, counts=counts_of(rows), notice=notice)
    record("beneficiaries.operatorreport.read", report, actor=actor, after=report.counts, reason=notice)
    return True


def _write(good: Iterable[OperatorReportLine], actor: Any) -> None:
    """New subscriptions begin, the operator's live ones go on as their lines say."""
    good, at = list(good), timezone.now()
    operator = good[0].report.operator if good else None
    live = _live(operator, [row.household_id for row in good if row.household_id])
    begun, turns = [], []
    for row in good:
        if row.change == ServiceChange.NEW:
            row.subscription = _new(row)
            begun.append((row.subscription, row))
        else:
            held = live[row.household_id or 0]
            row.subscription = held
            turns.append(_turn(row, held))
    begin_all([(held, line) for held, line in begun], actor=actor, at=at)
    turn_all(turns, actor=actor, at=at)
    OperatorReportLine.objects.bulk_update(good, ["subscription"], batch_size=500)


def _live(operator: Organisation | None, households: list[int]) -> dict[int, ServiceSubscription]:
    found: dict[int, ServiceSubscription] = {}
    for start_at in range(0, len(households), 5_000):
        rows = ServiceSubscription.objects.live().filter(
            operator=operator, household__in=households[start_at : start_at + 5_000]
        )
        found.update({row.household_id: row for row in rows})
    return found


def _new(row: OperatorReportLine) -> ServiceSubscription:
    if row.household_id is None or row.on is None or row.level is None:
        raise RuntimeError(f"line {row.pk} was found in order without what it needs")
    return ServiceSubscription(
        household_id=row.household_id, operator=row.report.operator, service=row.service, number=row.number,
        level=row.level, started_on=row.on,
    )  # fmt: skip


def _turn(row: OperatorReportLine, held: ServiceSubscription) -> Turn:
    state = target(row.change, held.state)
    if state is None or row.on is None:
        raise RuntimeError(f"line {row.pk} was found in order for a subscription {held.state}")
    level = row.level if row.change == ServiceChange.LEVEL_CHANGED and row.level else held.level
    return Turn(held, state, level, row.on, row, row.note)


@translation.override(settings.LANGUAGE_CODE)
def _tell(report: OperatorReport, actor: Any) -> None:
    words = _("Nothing arose in %(month)s") if report.nothing_arose else _("Update of services %(month)s")
    happened(
        TaskEvent.OPERATOR_REPORT,
        province=report.province,
        about=report,
        label=words % {"month": f"{report.month:%m/%Y}"},
        on=timezone.localdate(),
        actor=actor,
        organisation=report.operator,
        period=report.month,
    )


def discard_report(report: OperatorReport, *, actor: Any, reason: str = "") -> OperatorReport:
    """Put an update aside that was not written. Its file stays, its lines do not."""
    with step():
        report = _locked(report)
        require(may_confirm(actor, report))
        require_state(report, _WAITING)
        before = report.state
        move(report, State.REJECTED, counts={})
        report.lines.all().delete()
        record(
            "beneficiaries.operatorreport.discard",
            report,
            actor=actor,
            before={"state": before},
            reason=reason,
        )
    return report


def read_again(report: OperatorReport, *, actor: Any) -> OperatorReport:
    """Read the file once more: a failed one, or to make the preview anew."""
    with step():
        report = _locked(report)
        require(may_confirm(actor, report))
        require_state(report, {State.FAILED, State.AWAITING_CONFIRMATION})
        move(report, State.UPLOADED, failure="", notice="")
        report.job = start(READ, report, actor=actor)
        report.save(update_fields=["job"])
        record("beneficiaries.operatorreport.read", report, actor=actor)
    return report


# --- taking back ----------------------------------------------------------------------------------


def take_back_obstacle(report: OperatorReport) -> str:
    """Why an applied update cannot be taken back now; "" when it can."""
    if report.state != State.APPLIED:
        return _("Only an applied update can be taken back.")
    return obstacle(spells_of_lines(report.lines.all()))


def take_report_back(report: OperatorReport, *, actor: Any, reason: str) -> OperatorReport:
    """Let everything be as before the update, while nothing later rests on it. What it said stays."""
    reason = need_reason(reason)
    with step():
        hold_register(report.province_id)
        report = _locked(report)
        require(may_take_back(actor, report))
        require_state(report, {State.APPLIED})
        spells = spells_of_lines(report.lines.all())
        sentence = obstacle(spells)
        if sentence:
            raise Refusal(sentence)
        take_back(spells, actor=actor)
        move(
            report, State.REVERTED, reverted_by=actor, reverted_at=timezone.now(), revert_reason=reason[:300]
        )
        undone(report, actor=actor)
        record("beneficiaries.operatorreport.take_report_back", report, actor=actor, reason=reason)
    return report
