"""What people fill in about lists to confirm."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_tables2 import A, Column

from smartphone_support.accounts.models import Organisation
from smartphone_support.web.forms import DateField
from smartphone_support.web.tables import BaseTable, DateColumn, NumberColumn, StateColumn, TitleColumn
from smartphone_support.web.templatetags.web import due_words

from ..choices import ConfirmationState
from ..forms import FILE_KINDS
from ..models import ConfirmationLine, ConfirmationRequest
from .filters import OfOperators


class RequestForm(forms.Form):
    """A list, and the day it stands for."""

    as_of = DateField(
        label=gettext_lazy("As of"), help_text=gettext_lazy("The day on which every line is to be right.")
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=200, required=False,
        help_text=gettext_lazy("Like the number of your letter; may stay blank."),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("List of subscribers"),
        allow_empty_file=True,  # an empty file gets the reader's own sentence
        widget=forms.ClearableFileInput(attrs={"accept": FILE_KINDS}),
        help_text=gettext_lazy("The same columns as the monthly update; change and day may stay blank."),
    )


class AnswerForm(forms.Form):
    """Number of the letter, and what it says beside the list."""

    number = forms.CharField(
        label=gettext_lazy("Number of the answer"), max_length=60,
        help_text=gettext_lazy("Like 120/STTTT-BCVT; the letter bears today's date."),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note in the letter"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class QuestionForm(forms.Form):
    """The district's word on one line."""

    right = forms.TypedChoiceField(
        label=gettext_lazy("Is this household supported rightly?"),
        choices=[("yes", gettext_lazy("Yes, it is right")), ("no", gettext_lazy("No, it is not right"))],
        coerce=lambda value: value == "yes", widget=forms.RadioSelect, empty_value=None,
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("What was found"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("Needed where it is not right."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        if known.get("right") is False and not known.get("text", "").strip():
            self.add_error("text", _("Say what is not right."))
        return known


class RequestFilter(OfOperators):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=ConfirmationState, empty_label=gettext_lazy("All")
    )
    operator = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Operator"), queryset=Organisation.objects.none()
    )

    class Meta:
        model = ConfirmationRequest
        fields = ("state", "operator")


def left_words(request: ConfirmationRequest) -> str:
    """The request's clock: days left or late while it waits for the department, else when it was answered."""
    if request.state == ConfirmationState.SUBMITTED:
        return str(due_words(request.due_on)) if request.due_on else ""
    if request.state == ConfirmationState.ANSWERED and request.answered_at:
        day = timezone.localdate(request.answered_at)
        if request.due_on is None:
            return _("Answered %(day)s") % {"day": f"{day:%d/%m/%Y}"}
        late = (day - request.due_on).days
        if late > 0:
            return _("Answered %(day)s, %(n)s days late") % {"day": f"{day:%d/%m/%Y}", "n": late}
        return _("Answered %(day)s, in time") % {"day": f"{day:%d/%m/%Y}"}
    return ""


class RequestTable(BaseTable):
    subject = TitleColumn(
        verbose_name=gettext_lazy("Request"), empty_values=(), orderable=False,
        linkify=("services:confirmation_detail", [A("pk")]),
    )  # fmt: skip
    operator = Column(verbose_name=gettext_lazy("Operator"), accessor="operator__short_name")
    as_of = DateColumn(verbose_name=gettext_lazy("As of"))
    lines_count = NumberColumn(verbose_name=gettext_lazy("Lines"))
    state = StateColumn(verbose_name=gettext_lazy("State"))
    clock = Column(verbose_name=gettext_lazy("Deadline"), empty_values=(), orderable=False)

    class Meta(BaseTable.Meta):
        model = ConfirmationRequest
        fields = ("subject", "operator", "as_of", "lines_count", "state", "clock")

    def render_subject(self, record: ConfirmationRequest) -> str:
        return str(record)

    def render_clock(self, record: ConfirmationRequest) -> str:
        return left_words(record) or "–"


class QuestionTable(BaseTable):
    """What a district was asked."""

    subscriber_name = TitleColumn(
        verbose_name=gettext_lazy("Subscriber"), linkify=("services:question_answer", [A("pk")])
    )
    household = Column(verbose_name=gettext_lazy("Household"), orderable=False)
    question = Column(verbose_name=pgettext_lazy("confirmation", "Question"), orderable=False)
    asked_on = DateColumn(verbose_name=gettext_lazy("Asked"))
    answer = Column(verbose_name=gettext_lazy("Your answer"), empty_values=(), orderable=False)

    class Meta(BaseTable.Meta):
        model = ConfirmationLine
        fields = ("subscriber_name", "household", "question", "asked_on", "answer")

    def render_answer(self, record: ConfirmationLine) -> str:
        if record.district_says_right is None:
            return _("Waits for you") if record.decision == "asked" else "–"
        return (
            _("Right")
            if record.district_says_right
            else _("Not right: %(why)s") % {"why": record.district_answer}
        )
