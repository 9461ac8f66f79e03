"""What a district does with its list: review, signature, submission."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from programs.workflow.happenings import undone
from smartphone_support.audit.recording import record
from smartphone_support.documents.models import StoredFile
from smartphone_support.web.errors import Refusal

from ..choices import DISTRICT_STATES, Decision, ListState, Verdict, VersionKind
from ..happenings import tell_signed
from ..lists.posted import not_signable
from ..models import DistrictList, FieldHousehold, ListLine, ReviewUpload
from ..permits.lists import may_withdraw
from ..permits.rounds import may_review, may_sign
from ..rules.checks import refresh_checks
from .finds import add_found
from .steps import locked, move, need_reason, require, require_state, step
from .versions import keep_version

#: What a district answers for a line, and what a review upload may change.
ANSWERS = ("decision", "reason", "support_form", "has_need", "note")


def locked_list(pk: int) -> DistrictList:
    """The list as it is now, locked, with what the permissions and checks look at."""
    return locked(DistrictList.objects.select_related("round__program__province", "district"), pk)


def require_version(district_list: DistrictList, then: int | str) -> None:
    """Refuse a workbook made for another version of the list; `then` as kept, or as a workbook says it."""
    if str(then) != str(district_list.version):
        raise Refusal(
            _("The list is at version %(now)s, this workbook belongs to version %(then)s. Download it again.")
            % {"now": district_list.version, "then": then}
        )


def register_upload(
    district_list: DistrictList,
    *,
    actor: Any,
    file: StoredFile,
    changes: list[dict[str, Any]],
    counts: dict[str, Any],
    found: Iterable[dict[str, Any]] = (),
) -> ReviewUpload:
    """Keep a workbook that was read, with what it would change; nothing of the list changes yet.

    `found`: the households it adds, as fields of `FieldHousehold`.

    `district_list` is the list as it was when the workbook was compared with it: what was compared
    with an older version is refused, not taken for an answer to the present one.
    """
    with step():
        compared = district_list.version
        district_list = locked_list(district_list.pk)
        require(may_review(actor, district_list))
        require_state(district_list, DISTRICT_STATES)
        require_version(district_list, compared)
        upload = ReviewUpload.objects.create(
            district_list=district_list, list_version=district_list.version, file=file, uploaded_by=actor,
            changes=changes, counts=counts,
        )  # fmt: skip
        finds = FieldHousehold.objects.bulk_create(FieldHousehold(upload=upload, **known) for known in found)
        after = {
            "file": file.name,
            "sha256": file.sha256,
            "changed": len(changes),
            "found": len(finds),
            "version": upload.list_version,
        }
        record("allocations.reviewupload.upload", upload, actor=actor, after=after)
    return upload


def apply_review_upload(upload: ReviewUpload, *, actor: Any) -> ReviewUpload:
    """Write a confirmed upload into the list; the list's version goes up, so older workbooks expire.

    Households found in the field that qualify come on, in their place by rank. Refuses when the list moved
    on since the workbook was downloaded, and when more households are kept than the quota allows.
    """
    with step():
        district_list = locked_list(upload.district_list_id)
        upload = locked(ReviewUpload.objects.select_related("file"), upload.pk)
        require(may_review(actor, district_list))
        if not upload.is_open:
            raise Refusal(_("This upload is already applied or discarded."))
        require_state(district_list, DISTRICT_STATES)
        require_version(district_list, upload.list_version)
        more = _write_answers(district_list, upload.changes)
        added, kept_of_them = add_found(district_list, upload)
        more += kept_of_them
        kept = district_list.kept + more
        if kept > district_list.quota:
            raise Refusal(over_quota(kept, district_list.quota))
        before = {"version": district_list.version, "kept": district_list.kept}
        move(
            district_list,
            district_list.state,
            kept=F("kept") + more,
            version=F("version") + 1,
            reviewed_by=actor,
            reviewed_at=timezone.now(),
        )
        upload.applied_at = timezone.now()
        upload.save(update_fields=["applied_at"])
        keep_version(district_list, VersionKind.REVIEW, actor=actor)
        after = {"version": before["version"] + 1, "kept": kept, "changed": len(upload.changes)}
        if added:
            after["added"] = added
        record("allocations.districtlist.review", district_list, actor=actor, before=before, after=after)
    return upload


def over_quota(kept: int, quota: int) -> str:
    """The sentence for a list that keeps more households than its quota allows."""
    return _("%(kept)s households are kept, %(over)s more than the quota of %(quota)s.") % {
        "kept": localize(kept),
        "over": localize(kept - quota),
        "quota": localize(quota),
    }


def _write_answers(district_list: DistrictList, changes: Iterable[dict[str, Any]]) -> int:
    """Write the answers of the changed lines; returns by how many the kept ones grow."""
    becomes = {change["id"]: change["after"] for change in changes}
    lines = list(ListLine.objects.filter(district_list=district_list, pk__in=becomes))
    if len(lines) != len(becomes):
        raise Refusal(_("The list has other lines by now. Download the workbook again."))
    more = 0
    for line in lines:
        more -= line.decision == Decision.KEEP
        for name in ANSWERS:
            if name in becomes[line.pk]:
                setattr(line, name, becomes[line.pk][name])
        more += line.decision == Decision.KEEP
        line.verdict = Verdict.PENDING
    # Lines that free a place first: the counter and the one-live-line rule look at each statement.
    lines.sort(key=lambda line: line.decision == Decision.KEEP)
    ListLine.objects.bulk_update(lines, [*ANSWERS, "verdict"], batch_size=200)
    return more


def discard_review_upload(upload: ReviewUpload, *, actor: Any) -> ReviewUpload:
    """Put an upload aside; the list stays as it is."""
    with step():
        district_list = locked_list(upload.district_list_id)
        require(may_review(actor, district_list))
        upload = locked(ReviewUpload.objects.all(), upload.pk)
        if not upload.is_open:
            raise Refusal(_("This upload is already applied or discarded."))
        upload.discarded_at = timezone.now()
        upload.save(update_fields=["discarded_at"])
        record("allocations.reviewupload.discard", upload, actor=actor)
    return upload


def request_signature(district_list: DistrictList, *, actor: Any) -> DistrictList:
    """Hand the reviewed list to the district's leader.

    Refused while the round's public posting does not cover every kept household, or an objection waits.
    """
    with step():
        district_list = locked_list(district_list.pk)
        require(may_review(actor, district_list))
        require_state(district_list, DISTRICT_STATES)
        if not district_list.kept:
            raise Refusal(_("No household is kept, so there is nothing to sign."))
        _refuse_unposted(district_list)
        before = {"state": district_list.state}
        move(
            district_list,
            ListState.AWAITING_SIGNATURE,
            reviewed_by=actor,
            reviewed_at=timezone.now(),
            signed_by=None,
            return_reason="",
        )
        after = {"state": district_list.state, "kept": district_list.kept}
        record(
            "allocations.districtlist.request_signature",
            district_list,
            actor=actor,
            before=before,
            after=after,
        )
    return district_list


def send_back(district_list: DistrictList, *, actor: Any, reason: str) -> DistrictList:
    """The leader gives the list back to the district's officer, with the reason."""
    reason = need_reason(reason)
    with step():
        district_list = locked_list(district_list.pk)
        require(may_sign(actor, district_list))
        require_state(district_list, {ListState.AWAITING_SIGNATURE})
        move(district_list, ListState.DRAFTING, return_reason=reason)
        after = {"state": district_list.state}
        record("allocations.districtlist.send_back", district_list, actor=actor, after=after, reason=reason)
    return district_list


def sign_and_submit(district_list: DistrictList, *, actor: Any) -> DistrictList:
    """The leader signs the list and submits it to the department; the automatic checks run.

    From here the district cannot change it unless it is returned, or withdrawn before the department opens
    it. Refused while the round's public posting does not cover every kept household, or an objection waits.
    """
    with step():
        district_list = locked_list(district_list.pk)
        require(may_sign(actor, district_list))
        require_state(district_list, {ListState.AWAITING_SIGNATURE})
        _refuse_unposted(district_list)
        move(
            district_list,
            ListState.SUBMITTED,
            signed_by=actor,
            submitted_at=timezone.now(),
            appraised_by=None,
            appraised_at=None,
        )
        ListLine.objects.filter(district_list=district_list, verdict=Verdict.RETURNED).update(
            verdict=Verdict.PENDING
        )
        flagged = refresh_checks(district_list)
        keep_version(district_list, VersionKind.SUBMITTED, actor=actor)
        after = {"state": district_list.state, "kept": district_list.kept, "flagged": flagged}
        tell_signed(district_list, actor=actor)
        record("allocations.districtlist.submit", district_list, actor=actor, after=after)
    return district_list


def _refuse_unposted(district_list: DistrictList) -> None:
    sentence = not_signable(district_list)
    if sentence:
        raise Refusal(sentence)


def withdraw_list(district_list: DistrictList, *, actor: Any, reason: str) -> DistrictList:
    """The leader takes a submitted list back before the department opened it, with the reason.

    It is under review again under a new version, so that workbooks downloaded before expire.
    """
    reason = need_reason(reason)
    with step():
        district_list = locked_list(district_list.pk)
        require(may_withdraw(actor, district_list))
        require_state(
            district_list,
            {ListState.SUBMITTED},
            _("The department has the list in hand; ask it to return the list.")
            if district_list.state in {ListState.APPRAISING, ListState.ACCEPTED}
            else "",
        )
        before: dict[str, Any] = {"state": district_list.state, "version": district_list.version}
        move(
            district_list,
            ListState.DRAFTING,
            version=F("version") + 1,
            return_reason=reason,
            signed_by=None,
            submitted_at=None,
        )
        keep_version(district_list, VersionKind.WITHDRAWN, actor=actor, reason=reason)
        undone(district_list, actor=actor)
        after = {"state": district_list.state, "version": before["version"] + 1}
        record(
            "allocations.districtlist.withdraw_list", district_list, actor=actor, before=before, after=after,
            reason=reason,
        )  # fmt: skip
    return district_list
