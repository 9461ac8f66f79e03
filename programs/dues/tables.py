"""The list of dues, and the same as a file."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_tables2 as tables
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from import_export import resources
from import_export.fields import Field

from smartphone_support.spreadsheets.streaming import DAY
from smartphone_support.web.tables import DASH, BaseTable, TitleColumn
from smartphone_support.web.templatetags.web import badge, due_words

from ..choices import DueState
from ..models import DueEvidence, TaskDue
from .standing import TONES, Clock, Standing


def with_rows(dues: Any) -> QuerySet[TaskDue]:
    """Everything a list of dues shows, in a fixed number of queries, without evidence taken back."""
    counting = DueEvidence.objects.filter(withdrawn_at__isnull=True)
    rows: QuerySet[TaskDue] = dues.select_related(
        "task__group", "organisation", "reported_by", "decided_by"
    ).prefetch_related(Prefetch("evidence", counting, to_attr="shown_evidence"))
    return rows


def state_words(due: TaskDue, clock: Clock) -> tuple[str, Any]:
    """Tone and words: overdue and soon before the state itself; what was returned keeps its name."""
    standing = clock.standing(due)
    if standing in (Standing.OVERDUE, Standing.SOON) and due.state != DueState.RETURNED:
        return TONES[standing], standing.label
    return due.badge, due.get_state_display()


def state_badge(due: TaskDue, clock: Clock) -> SafeString:
    words = badge(*state_words(due, clock))
    if due.state == DueState.RETURNED and clock.standing(due) == Standing.OVERDUE:
        # One element: a phone's card has one cell for it.
        return format_html("<span>{} {}</span>", words, badge("bad", Standing.OVERDUE.label))
    return words


def deadline(due: TaskDue, clock: Clock) -> SafeString:
    """The day; while something is to be done also how far away it is; done late is said."""
    day = date_format(due.due_on, "SHORT_DATE_FORMAT")
    standing = clock.standing(due)
    if standing in (Standing.OVERDUE, Standing.SOON, Standing.OPEN):
        tone = "overdue" if standing == Standing.OVERDUE else "quiet"
        return format_html('<div>{} <small class="{}">{}</small></div>', day, tone, due_words(due.due_on))
    if due.done_on is None:
        return format_html("{}", day)
    if due.done_on > due.due_on:
        done = _("done late, on %(day)s") % {"day": f"{due.done_on:%d/%m/%Y}"}
    else:
        done = _("done on %(day)s") % {"day": f"{due.done_on:%d/%m/%Y}"}
    return format_html('<div>{} <small class="quiet">{}</small></div>', day, done)


def who(due: TaskDue) -> str:
    """Who reported it; where nobody did and it is done, the system itself saw it."""
    if due.reported_by is not None:
        return str(due.reported_by)
    return str(_("The system saw it")) if due.state == DueState.ACCEPTED else ""


class DueTable(BaseTable):
    """Dues with who owes them by when, where they stand, who did them, and what shows it."""

    task = TitleColumn(verbose_name=_("Task"), order_by=("task__group__position", "task__position", "due_on"))
    organisation = tables.Column(
        verbose_name=_("Organisation"),
        accessor="organisation__short_name",
        order_by="organisation__short_name",
    )
    due_on = tables.Column(verbose_name=pgettext_lazy("day", "Due"))
    state = tables.Column(verbose_name=_("State"), order_by=("state", "due_on"))
    reported_by = tables.Column(verbose_name=_("By whom"), empty_values=(), orderable=False)
    evidence = tables.Column(verbose_name=_("Evidence"), empty_values=(), orderable=False, accessor="pk")

    class Meta(BaseTable.Meta):
        order_by = ""

    def __init__(self, *args: Any, clock: Clock, own_only: bool = False, **kwargs: Any) -> None:
        """`own_only`: for who sees the own organisation's dues alone."""
        self.clock = clock
        super().__init__(*args, exclude=["organisation"] if own_only else [], **kwargs)

    def render_task(self, record: TaskDue) -> SafeString:
        content = Truncator(record.task.content).chars(110)
        return format_html(
            '<a href="{}"><span lang="vi">{}. {}</span></a> <small>{}</small>',
            reverse("programs:due_detail", args=[record.pk]), record.task.label, content,
            record.period_words,
        )  # fmt: skip

    def render_due_on(self, record: TaskDue) -> SafeString:
        return deadline(record, self.clock)

    def render_state(self, record: TaskDue) -> SafeString:
        return state_badge(record, self.clock)

    def render_reported_by(self, record: TaskDue) -> str:
        return who(record) or DASH

    def render_evidence(self, record: Any) -> Any:
        shown = record.shown_evidence
        if not shown:
            return DASH
        first = format_html_join("", "<div>{}</div>", ((row.label,) for row in shown[:2]))
        more = len(shown) - 2
        rest = format_html("<small>+{}</small>", more) if more > 0 else ""
        return format_html("<div>{}{}</div>", first, rest)


COLUMNS = (
    "task", "content", "group", "organisation", "period", "opened_on", "due_on", "state", "late", "done_on",
    "by", "report", "evidence", "accepted_by", "return_reason",
)  # fmt: skip
WIDTHS = (9, 60, 34, 34, 26, 12, 12, 18, 12, 12, 24, 50, 50, 24, 36)


class DueResource(resources.ModelResource):
    """The dues of the list as the reader sees them, one line a due; made of `with_rows`."""

    task = Field(column_name=_("Task"))
    content = Field("task__content", column_name=_("Content"))
    group = Field(column_name=_("Task group"))
    organisation = Field("organisation__name", column_name=_("Organisation"))
    period = Field(column_name=_("Period"))
    opened_on = Field("opened_on", column_name=_("From"))
    due_on = Field("due_on", column_name=pgettext_lazy("day", "Due"))
    state = Field(column_name=_("State"))
    late = Field(column_name=_("Overdue"))
    done_on = Field("done_on", column_name=pgettext_lazy("day", "Done"))
    by = Field(column_name=_("By whom"))
    report = Field("report", column_name=_("What was done"))
    evidence = Field(column_name=_("Evidence"))
    accepted_by = Field(column_name=_("Accepted by"))
    return_reason = Field(column_name=_("Why returned"))

    widths = dict(zip(COLUMNS, WIDTHS, strict=True))
    kinds = {"opened_on": DAY, "due_on": DAY, "done_on": DAY}

    class Meta:
        model = TaskDue
        fields = COLUMNS
        export_order = COLUMNS

    def __init__(self, *, clock: Clock, **kwargs: Any) -> None:
        self.clock = clock
        super().__init__(**kwargs)

    def dehydrate_return_reason(self, due: TaskDue) -> str:
        return due.return_reason if due.state == DueState.RETURNED else ""

    def dehydrate_task(self, due: TaskDue) -> str:
        return due.task.label

    def dehydrate_group(self, due: TaskDue) -> str:
        return str(due.task.group)

    def dehydrate_period(self, due: TaskDue) -> str:
        return due.period_words

    def dehydrate_state(self, due: TaskDue) -> str:
        return str(due.get_state_display())

    def dehydrate_late(self, due: TaskDue) -> str:
        """Overdue now, or done after its day."""
        if self.clock.standing(due) == Standing.OVERDUE:
            return str(Standing.OVERDUE.label)
        done: date | None = due.done_on
        return str(_("done late")) if done is not None and done > due.due_on else ""

    def dehydrate_by(self, due: TaskDue) -> str:
        return who(due)

    def dehydrate_evidence(self, due: Any) -> str:
        return "; ".join(row.link or row.label for row in due.shown_evidence)

    def dehydrate_accepted_by(self, due: TaskDue) -> str:
        return str(due.decided_by) if due.state == DueState.ACCEPTED and due.decided_by else ""
