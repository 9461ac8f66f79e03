"""What the department does with a submitted list: look at every line, accept it or return it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.workflow.happenings import undone
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import Decision, ListState, Verdict, VersionKind
from ..models import DistrictList, ListLine
from ..permits.rounds import may_appraise
from ..rules.checks import FAIL, OK, refresh_checks, shown
from ..rules.stored import frozen_rule
from .lists import locked_list
from .steps import move, need_reason, require, require_state, step
from .versions import keep_version

RETURNABLE = frozenset({ListState.SUBMITTED, ListState.APPRAISING, ListState.ACCEPTED})


def open_appraisal(district_list: DistrictList, *, actor: Any) -> DistrictList:
    """Take a submitted list up; its checks are made anew against today's register."""
    with step():
        district_list = locked_list(district_list.pk)
        require(may_appraise(actor, district_list))
        require_state(district_list, {ListState.SUBMITTED})
        move(district_list, ListState.APPRAISING, appraised_by=actor)
        flagged = refresh_checks(district_list)
        after = {"state": district_list.state, "flagged": flagged}
        record("allocations.districtlist.open_appraisal", district_list, actor=actor, after=after)
    return district_list


def set_line_verdict(line: ListLine, verdict: str, *, actor: Any, reason: str = "") -> ListLine:
    """Accept a line, return it with a reason, or take a verdict back (`pending`).

    A line that fails a check cannot be accepted: the household may not get a device.
    """
    verdict = Verdict(verdict)
    reason = need_reason(reason)[:300] if verdict == Verdict.RETURNED else ""
    with step():
        district_list = locked_list(line.district_list_id)
        require(may_appraise(actor, district_list))
        require_state(district_list, {ListState.APPRAISING})
        line = ListLine.objects.get(pk=line.pk, district_list=district_list)
        if line.decision == Decision.DROP:
            raise Refusal(_("The district dropped this household; there is nothing to appraise."))
        if verdict == Verdict.ACCEPTED and line.check_result == FAIL:
            finding = shown(line.checks, frozen_rule(district_list.round))[0]
            raise Refusal(
                _("Line %(number)s cannot be accepted: %(finding)s. Return it to the district.")
                % {"number": line.position, "finding": finding.title[:1].lower() + finding.title[1:]}
            )
        before = {"verdict": line.verdict}
        line.verdict, line.verdict_reason = verdict, reason
        line.save(update_fields=["verdict", "verdict_reason"])
        after = {"line": line.position, "household": line.household_id, "verdict": verdict}
        record(
            "allocations.listline.verdict",
            district_list,
            actor=actor,
            before=before,
            after=after,
            reason=reason,
        )
    return line


def set_verdicts(
    district_list: DistrictList, lines: Collection[int], verdict: str, *, actor: Any, reason: str = ""
) -> int:
    """One verdict for several lines (by id), all or none; returns how many changed.

    A line that fails a check cannot be accepted. Several lines of which some are flagged are accepted with
    one reason; returning always needs one.
    """
    verdict = Verdict(verdict)
    keys = sorted(set(lines))
    if not keys:
        raise Refusal(_("Tick at least one line."))
    if verdict == Verdict.RETURNED:
        reason = need_reason(reason)[:300]
    with step():
        district_list = locked_list(district_list.pk)
        require(may_appraise(actor, district_list))
        require_state(district_list, {ListState.APPRAISING})
        rows = list(district_list.lines.filter(pk__in=keys).order_by("position"))
        if len(rows) != len(keys):
            raise Refusal(_("The list has other lines by now; look at the page again."))
        _refuse_verdict(district_list, rows, verdict)
        flagged = [row for row in rows if row.check_result != OK]
        if verdict == Verdict.ACCEPTED and len(rows) > 1 and flagged:
            reason = need_reason(reason)[:300]
        kept_reason = "" if verdict == Verdict.PENDING else " ".join(reason.split())[:300]
        changed = [row for row in rows if (row.verdict, row.verdict_reason) != (verdict, kept_reason)]
        district_list.lines.filter(pk__in=[row.pk for row in changed]).update(
            verdict=verdict, verdict_reason=kept_reason
        )
        if changed:
            after = {"lines": [row.position for row in changed], "verdict": verdict.value}
            record(
                "allocations.districtlist.verdicts", district_list, actor=actor, after=after,
                reason=kept_reason,
            )  # fmt: skip
    return len(changed)


def _refuse_verdict(district_list: DistrictList, rows: list[ListLine], verdict: Verdict) -> None:
    for row in rows:
        if row.decision == Decision.DROP:
            raise Refusal(_("The district dropped this household; there is nothing to appraise."))
        if verdict == Verdict.ACCEPTED and row.check_result == FAIL:
            found = shown(row.checks, frozen_rule(district_list.round))[0]
            raise Refusal(
                _("Line %(number)s cannot be accepted: %(finding)s. Return it to the district.")
                % {"number": row.position, "finding": found.title[:1].lower() + found.title[1:]}
            )


def accept_clean_lines(district_list: DistrictList, *, actor: Any) -> int:
    """Accept every kept line that no check flags and nobody has looked at yet; returns how many."""
    with step():
        district_list = locked_list(district_list.pk)
        require(may_appraise(actor, district_list))
        require_state(district_list, {ListState.APPRAISING})
        clean = district_list.lines.filter(decision=Decision.KEEP, check_result=OK, verdict=Verdict.PENDING)
        accepted = clean.update(verdict=Verdict.ACCEPTED, verdict_reason="")
        if not accepted:
            raise Refusal(_("No clean line waits for a verdict any more."))
        record(
            "allocations.districtlist.accept_clean", district_list, actor=actor, after={"accepted": accepted}
        )
    return accepted


def accept_list(district_list: DistrictList, *, actor: Any) -> DistrictList:
    """Accept the list as a whole; every kept line must have been accepted."""
    with step():
        district_list = locked_list(district_list.pk)
        require(may_appraise(actor, district_list))
        require_state(district_list, {ListState.APPRAISING})
        waiting = district_list.lines.filter(decision=Decision.KEEP).exclude(verdict=Verdict.ACCEPTED).count()
        if waiting:
            raise Refusal(
                ngettext(
                    "%(count)s kept line is not accepted yet.",
                    "%(count)s kept lines are not accepted yet.",
                    waiting,
                )
                % {"count": localize(waiting)}
            )
        move(district_list, ListState.ACCEPTED, appraised_by=actor, appraised_at=timezone.now())
        after = {"state": district_list.state, "kept": district_list.kept}
        record("allocations.districtlist.accept", district_list, actor=actor, after=after)
    return district_list


def return_list(district_list: DistrictList, *, actor: Any, reason: str) -> DistrictList:
    """Give the list back to the district with the reason; workbooks downloaded before expire."""
    reason = need_reason(reason)
    with step():
        district_list = locked_list(district_list.pk)
        require(may_appraise(actor, district_list))
        require_state(district_list, RETURNABLE)
        before: dict[str, Any] = {"state": district_list.state, "version": district_list.version}
        returned = district_list.lines.filter(verdict=Verdict.RETURNED).count()
        move(
            district_list,
            ListState.RETURNED,
            version=F("version") + 1,
            return_reason=reason,
            appraised_by=actor,
            appraised_at=timezone.now(),
            signed_by=None,
            submitted_at=None,
        )
        keep_version(district_list, VersionKind.RETURNED, actor=actor, reason=reason)
        undone(district_list, actor=actor)
        after = {"state": district_list.state, "version": before["version"] + 1, "lines_returned": returned}
        record(
            "allocations.districtlist.return",
            district_list,
            actor=actor,
            before=before,
            after=after,
            reason=reason,
        )
    return district_list
