"""Exports of the register: who took what in which form, with full numbers only for a reason."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any

from django.core.files import File
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import store
from smartphone_support.jobs.models import Job
from smartphone_support.jobs.running import Progress, start
from smartphone_support.spreadsheets.exporting import Report, write_resource
from smartphone_support.web.errors import Refusal

from ..filters import HouseholdFilter
from ..household.readings import note_export
from ..models import Household, RegisterExport
from ..presenting import numbers_hidden
from .resources import NEEDED, HouseholdResource

EXPORT = "beneficiaries.export"
#: Longer lists are written in the background.
AT_ONCE = 20_000
#: How long a file made in the background can be fetched.
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for: `filters` is the query string of the list they were looking at."""

    file_format: str
    filters: str = ""
    is_full: bool = False
    reason: str = ""


def export_rows(filters: str, actor: Any) -> tuple[Any, HouseholdFilter]:
    """The households of the list with these filters that `actor` may see, in the list's order."""
    if not actor.has_perm("beneficiaries.export_household"):
        raise Refusal(_("Your role does not allow exports of the register."))
    visible = Household.objects.visible_to(actor)
    chosen = HouseholdFilter(QueryDict(filters) or None, queryset=visible, request=None, user=actor)
    return chosen.qs.order_by("commune", "head_name_key", "pk"), chosen


def write_export(
    target: IO[bytes], order: Order, *, actor: Any, report: Report | None = None
) -> tuple[int, str]:
    """Write the export and put it on the record; returns the number of households and the file's name.

    Full identity and telephone numbers need the right to read them and a reason.
    """
    _check(order, actor)
    rows, chosen = export_rows(order.filters, actor)
    day = chosen.day
    written = write_resource(
        target,
        HouseholdResource(full=order.is_full),
        rows.only(*NEEDED).as_of(day),
        form=order.file_format,
        title=_("Household register"),
        report=report,
    )
    after = {
        "households": written,
        "as_of": day,
        "filters": shown_filters(order.filters),
        "format": order.file_format,
    }
    if order.is_full:
        after["full_numbers"] = True
    note_export(rows, actor)
    record("beneficiaries.household.export", None, actor=actor, after=after, reason=order.reason)
    name = _("Household register %(day)s") % {"day": f"{day:%Y-%m-%d}"}
    return written, f"{name}.{order.file_format}"


def _check(order: Order, actor: Any) -> None:
    if not order.is_full:
        return
    if not actor.has_perm("beneficiaries.reveal_identity"):
        raise Refusal(_("Your role does not allow full numbers: export them masked."))
    if not order.reason.strip():
        raise Refusal(_("Give the reason why the full numbers are needed: it stays on the record."))


def shown_filters(filters: str) -> dict[str, str]:
    """The filters for the record: a number searched for is no more whole there than on the screen."""
    return {key: numbers_hidden(str(value)) for key, value in QueryDict(filters).items() if value}


def start_export(order: Order, *, actor: Any) -> RegisterExport:
    """Queue a long export; its file waits a day for whoever asked for it."""
    _check(order, actor)
    _delete_old()
    with transaction.atomic():
        export = RegisterExport.objects.create(
            owner=actor,
            file_format=order.file_format,
            filters=order.filters,
            is_full=order.is_full,
            reason=order.reason.strip(),
        )
        export.job = start(EXPORT, export, actor=actor)
        export.save(update_fields=["job"])
    return export


def make_export(export_id: str, job: Job, progress: Progress) -> None:
    """The job that writes a queued export. Run again it writes it anew; made once it is left alone."""
    export = RegisterExport.objects.select_related("owner").get(pk=export_id)
    if export.file_id or export.finished_at:
        return
    order = Order(export.file_format, export.filters, export.is_full, export.reason)
    total = export_rows(order.filters, export.owner)[0].count()
    progress.report(0, total, "exporting")
    with tempfile.NamedTemporaryFile(suffix=f".{order.file_format}") as target, transaction.atomic():
        written, name = write_export(
            target,
            order,
            actor=export.owner,
            report=lambda done: progress.report(done, max(done, total), "exporting"),
        )
        target.seek(0)
        stored = store(File(target, name=name), actor=export.owner)
        finished = RegisterExport.objects.filter(pk=export.pk, finished_at=None).update(
            file=stored, households=written, finished_at=timezone.now(), filters=_masked(export.filters)
        )
        if not finished:
            raise Refusal(_("Somebody else was faster: look at the list again."))
    progress.report(written, written, "exporting")


def fail_export(export_id: str, job: Job, sentence: str) -> None:
    """What a given-up job leaves: the sentence, and no file."""
    for export in RegisterExport.objects.filter(pk=export_id, finished_at=None):
        RegisterExport.objects.filter(pk=export.pk, finished_at=None).update(
            failure=sentence, finished_at=timezone.now(), filters=_masked(export.filters)
        )


def _masked(filters: str) -> str:
    """The filters of an export that is done with: nobody needs the number searched for any more."""
    masked = QueryDict(mutable=True)
    masked.update(shown_filters(filters))
    return masked.urlencode()


def _delete_old() -> None:
    """Files nobody may fetch any more leave the disk when the next export is asked for."""
    for export in RegisterExport.objects.filter(created_at__lt=timezone.now() - KEPT, file__isnull=False):
        stored = export.file
        if stored is not None:
            RegisterExport.objects.filter(pk=export.pk).update(file=None)
            stored.file.delete(save=False)
            stored.delete()
