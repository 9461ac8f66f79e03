"""What the register tells the plan: lists written to it, and lists taken back."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone, translation

from programs import subjects
from programs.choices import TaskEvent
from programs.workflow.happenings import happened

from .choices import BatchKind
from .models import ListBatch

_EVENTS = {BatchKind.ANNUAL: TaskEvent.ANNUAL_REVIEW, BatchKind.MONTHLY: TaskEvent.MONTHLY_CHANGES}


def register_subjects() -> None:
    """The pages of the records this app gives as evidence."""
    batches = "beneficiaries.view_listbatch"
    subjects.register("beneficiaries.listbatch", "beneficiaries:batch_detail", batches)
    reports = "beneficiaries.view_operatorreport"
    subjects.register("beneficiaries.operatorreport", "services:report_detail", reports)
    requests = "beneficiaries.view_confirmationrequest"
    subjects.register("beneficiaries.confirmationrequest", "services:confirmation_detail", requests)


@translation.override(settings.LANGUAGE_CODE)
def tell_applied(batch: ListBatch) -> None:
    """A list is in the register: the review of its year (II.1), or the changes of its month (II.2)."""
    happened(
        _EVENTS[BatchKind(batch.kind)], province=batch.province, about=batch, label=str(batch),
        on=timezone.localdate(), period=batch.period, actor=batch.confirmed_by,
    )  # fmt: skip
