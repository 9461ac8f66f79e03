"""A list to confirm by command: the same steps as in the browser."""

from __future__ import annotations

import time
from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.jobs.running import finish
from smartphone_support.web.errors import Refusal

from ..choices import LineVerdict
from ..models import ConfirmationRequest
from .importing import operator_of
from .rules.checks import NOTES
from .workflow.confirmations import submit_request, upload_request


def import_request(
    path: Path, *, operator: str, province: AdministrativeArea, period: date, actor: Any, apply: bool
) -> dict[str, Any]:
    """Upload and check a list as of the last day of `period`, or today in a running month; with `apply` it is
    sent to the department. `new` are the lines in order, `errors` those with something found."""
    owner = operator_of(operator, province, actor)
    last = period.replace(day=monthrange(period.year, period.month)[1])
    started = time.monotonic()
    try:
        with path.open("rb") as file:
            request = upload_request(
                File(file, name=path.name), as_of=min(last, timezone.localdate()), operator=owner, actor=actor
            )
        request = finish(request)
        read = time.monotonic()
        if apply:
            changed = submit_request(request, actor=actor)
            if changed:
                raise Refusal(_("The register changed meanwhile: check the list again."))
            request.refresh_from_db()
    except PermissionDenied:
        raise Refusal(
            _("Only people of %(operator)s may send its lists.") % {"operator": owner.name}
        ) from None
    seconds = {"read": round(read - started, 2), "match": 0.0, "apply": round(time.monotonic() - read, 2)}
    return shown(request) | {"seconds": seconds}


def shown(request: ConfirmationRequest) -> dict[str, Any]:
    """A list to confirm as the command tells it, under the names every list has."""
    codes = [[one["code"] for one in reasons] for reasons in request.lines.values_list("reasons", flat=True)]
    return {
        "batch": request.pk,
        "state": request.state,
        "new": request.counts.get(LineVerdict.GOOD, 0),
        "changed": 0,
        "unchanged": request.counts.get(LineVerdict.NOTHING, 0),
        "gone": 0,
        "errors": request.counts.get(LineVerdict.REFUSED, 0),
        "warnings": sum(1 for found in codes if NOTES & set(found)),
        "ambiguous": sum(1 for found in codes if "ambiguous_person" in found),
    }
