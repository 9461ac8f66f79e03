"""An operator's update by command: the same steps as in the browser."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.utils.translation import gettext as _

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.jobs.running import finish
from smartphone_support.web.errors import Refusal

from ..choices import OperatorReportState
from ..models import OperatorReport
from .rules.checks import NOTES
from .workflow import reports


def operator_of(code: str, province: AdministrativeArea, actor: Any) -> Organisation:
    """The operator named by its code, or the person's own."""
    if not code and actor.organisation is not None and actor.organisation.kind == OrganisationKind.OPERATOR:
        return actor.organisation  # type: ignore[no-any-return]  # actor is any kind of user
    rows = Organisation.objects.filter(kind=OrganisationKind.OPERATOR, province=province)
    found = rows.filter(code=code).first()
    if found is None:
        known = ", ".join(rows.order_by("code").values_list("code", flat=True))
        raise Refusal(_("Name the operator by its code: %(codes)s.") % {"codes": known})
    return found


def import_update(
    path: Path, *, operator: str, province: AdministrativeArea, period: date, actor: Any, apply: bool
) -> dict[str, Any]:
    """Upload, read and, with `apply`, write an update; what `import_list --json` says of it.

    `gone` are the stopped ones, `changed` those of another level, suspended or restored; what is known
    already is `unchanged`, refused lines are `errors`.
    """
    owner = operator_of(operator, province, actor)
    started = time.monotonic()
    try:
        with path.open("rb") as file:
            report = reports.upload_report(
                File(file, name=path.name), month=period, operator=owner, actor=actor
            )
        report = finish(report)
        read = time.monotonic()
        if apply:
            report = reports.confirm_report(report, actor=actor)
            if report.state != OperatorReportState.APPLIED:
                raise Refusal(report.notice)
    except PermissionDenied:
        raise Refusal(
            _("Only people of %(operator)s may send its updates.") % {"operator": owner.name}
        ) from None
    seconds = {"read": round(read - started, 2), "match": 0.0, "apply": round(time.monotonic() - read, 2)}
    return shown(report) | {"seconds": seconds}


def shown(report: OperatorReport) -> dict[str, Any]:
    """An update as the command tells it, beside the names every list has those of operators' lines."""
    counts = report.counts
    codes = [[one["code"] for one in reasons] for reasons in report.lines.values_list("reasons", flat=True)]
    own = ("new", "stopped", "level_changed", "suspended", "restored", "refused", "nothing")
    return {
        "batch": report.pk,
        "state": report.state,
        **{name: counts.get(name, 0) for name in own},
        "changed": sum(counts.get(name, 0) for name in ("level_changed", "suspended", "restored")),
        "unchanged": counts.get("nothing", 0),
        "gone": counts.get("stopped", 0),
        "errors": counts.get("refused", 0),
        "warnings": sum(1 for found in codes if NOTES & set(found)),
        "ambiguous": sum(1 for found in codes if "ambiguous_person" in found),
    }
