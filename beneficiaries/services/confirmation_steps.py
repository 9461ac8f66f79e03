"""Steps with a list to confirm: sending, withdrawing, deciding, asking a district, answering."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.generic import View

from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import FormPage, ListPage

from ..choices import ConfirmationState, LineDecision, LineVerdict
from ..models import ConfirmationLine
from .confirmation_forms import AnswerForm, QuestionForm, QuestionTable
from .confirmation_views import RequestQuery, answered_row, crumbs, facets_of
from .confirming import may_answer_question, may_decide, may_withdraw
from .workflow.confirmations import (
    WITHDRAWABLE,
    answer_question,
    answer_request,
    decide_by_verdict,
    decide_lines,
    due_day,
    submit_request,
    withdraw_request,
)

SENT = frozenset({ConfirmationState.SUBMITTED})


class ConfirmationSubmit(RequestQuery, StepPage):
    may = may_withdraw
    states = frozenset({ConfirmationState.READ})
    page_heading = gettext_lazy("Send the list to the department")
    verb = gettext_lazy("Send the list")

    def get_consequence(self) -> str:
        from django.utils import timezone

        counts = self.object.counts
        day = due_day(self.object, timezone.localdate())
        words = _("%(n)s lines go to the department, %(bad)s of them with something found.") % {
            "n": localize(sum(counts.get(verdict, 0) for verdict in LineVerdict.values)),
            "bad": localize(counts.get(LineVerdict.REFUSED, 0)),
        }
        if day is None:
            return words
        return f"{words} " + _("It answers by %(day)s.") % {"day": f"{day:%d/%m/%Y}"}

    def perform(self, reason: str) -> str:
        changed = submit_request(self.object, actor=self.request.user)
        if changed:
            messages.warning(
                self.request,
                ngettext(
                    "The register changed since the file was read: %(n)s line reads otherwise now. The list "
                    "was not sent; look again.",
                    "The register changed since the file was read: %(n)s lines read otherwise now. The list "
                    "was not sent; look again.",
                    changed,
                )
                % {"n": localize(changed)},
            )
            return ""
        return _("The list is sent.")


class ConfirmationWithdraw(RequestQuery, StepPage):
    may = may_withdraw
    states = WITHDRAWABLE
    page_heading = gettext_lazy("Withdraw the list")
    verb = gettext_lazy("Withdraw the list")
    tone = "danger"

    @property
    def needs_reason(self) -> bool:  # type: ignore[override]  # asked only once it was sent
        return bool(self.object.state == ConfirmationState.SUBMITTED)

    def get_consequence(self) -> str:
        if self.object.state == ConfirmationState.SUBMITTED:
            return _("The department stops working on it; what it has decided so far goes with the list.")
        return _("The list is put aside; the department never sees it.")

    def perform(self, reason: str) -> str:
        withdraw_request(self.object, actor=self.request.user, reason=reason)
        return _("The list is withdrawn.")


class ConfirmationVerdicts(RequestQuery, View):
    """POST: `one` (decision-line), or `action` with the ticked `row`s and a `reason`; back to the same place,
    or only the decided row where the page asks for it (htmx)."""

    http_method_names = ["post"]

    def has_permission(self) -> bool:
        return may_decide(self.request.user, self.object)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked, one = request.POST, request.POST.get("one", "")
        decision, _dash, key = one.partition("-") if one else (asked.get("action", ""), "", "")
        keys = [key] if one else asked.getlist("row")
        if decision not in LineDecision.values or not all(_is_key(key) for key in keys):
            return HttpResponse(status=400)
        refusal, count = "", 0
        try:
            count = decide_lines(
                self.object, [int(key) for key in keys], decision, actor=request.user,
                reason=asked.get("reason", ""),
            )  # fmt: skip
        except Refusal as sentence:
            refusal = str(sentence)
        if one and request.headers.get("HX-Request"):
            return answered_row(request, self.object, int(key), refusal)
        if refusal:
            messages.error(request, refusal)
        elif not one:
            words = ngettext("%(n)s line: “%(decision)s”.", "%(n)s lines: “%(decision)s”.", count)
            said = words % {"n": localize(count), "decision": LineDecision(decision).label}
            messages.success(request, said)
        return redirect(self._place(f"#line-{key}" if one else ""))

    def _place(self, anchor: str) -> str:
        """Back to the page the form was sent from, and nowhere else."""
        here = self.request.POST.get("here", "")
        own = reverse("services:confirmation_detail", args=[self.object.pk])
        return (here if here.partition("?")[0] == own else own) + anchor


def _is_key(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 15


class _DecideAll(RequestQuery, StepPage):
    """Every open line of one verdict at once."""

    may = may_decide
    states = SENT
    verdict = LineVerdict.GOOD

    @property
    def count(self) -> int:
        return facets_of(self.object, self.request.user).open_by_verdict[self.verdict]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"expected": self.count}

    template_name = "services/confirmation_all.html"

    def perform(self, reason: str) -> str:
        seen = self.request.POST.get("expected", "")
        expected = int(seen) if _is_key(seen) else -1
        count = decide_by_verdict(self.object, self.verdict, expected=expected, actor=self.request.user)
        return ngettext("%(n)s line is decided.", "%(n)s lines are decided.", count) % {"n": localize(count)}


class ConfirmationConfirmAll(_DecideAll):
    page_heading = gettext_lazy("Confirm every line in order")
    verb = gettext_lazy("Confirm them")

    def get_consequence(self) -> str:
        words = ngettext(
            "%(n)s open line in which the check found nothing is confirmed.",
            "%(n)s open lines in which the check found nothing are confirmed.",
            self.count,
        )
        return words % {"n": localize(self.count)}


class ConfirmationRefuseAll(_DecideAll):
    page_heading = gettext_lazy("Do not confirm the lines with something found")
    verb = gettext_lazy("Do not confirm them")
    verdict = LineVerdict.REFUSED
    tone = "danger"

    def get_consequence(self) -> str:
        words = ngettext(
            "%(n)s open line in which the check found something is not confirmed, for the reason found.",
            "%(n)s open lines in which the check found something are not confirmed, for the reasons found.",
            self.count,
        )
        return words % {"n": localize(self.count)}


class ConfirmationAnswer(RequestQuery, StepPage):
    may = may_decide
    states = SENT
    page_heading = gettext_lazy("Answer the operator")
    verb = gettext_lazy("Answer")
    extra_form_class = AnswerForm

    def get_consequence(self) -> str:
        facets = facets_of(self.object, self.request.user)
        return _(
            "%(operator)s gets the result: %(yes)s lines confirmed, %(no)s not. It can no longer be changed."
        ) % {
            "operator": self.object.operator.name,
            "yes": localize(facets.decisions[LineDecision.CONFIRMED]),
            "no": localize(facets.decisions[LineDecision.REFUSED]),
        }

    def perform(self, reason: str) -> str:
        known = self.form.cleaned_data
        answer_request(self.object, number=known["number"], note=known["note"], actor=self.request.user)
        return _("The request is answered.")


# --- the district's page ----------------------------------------------------------------------------


class QuestionList(ListPage):
    """What the department asked this district about operators' lines."""

    model = ConfirmationLine
    permission_required = "beneficiaries.answer_confirmation"
    table_class = QuestionTable
    page_heading = gettext_lazy("Questions about subscribers")
    lead = gettext_lazy("The department asks whether these households are supported rightly.")
    empty_title = gettext_lazy("Nothing was asked")
    empty_text = gettext_lazy("Questions of the department about households of your district come here.")

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(request__state__in=["submitted", "answered"])
        return rows.select_related("household", "request").order_by("-asked_on", "pk")


class QuestionAnswer(FormPage):
    model = ConfirmationLine
    form_class = QuestionForm
    template_name = "services/question_answer.html"
    page_heading = gettext_lazy("Is this line right?")
    submit_label = gettext_lazy("Answer the department")

    def get_queryset(self) -> Any:
        rows = super().get_queryset().exclude(request__state=ConfirmationState.WITHDRAWN)
        return rows.select_related("request__operator", "request__province", "household__commune", "district")

    def has_permission(self) -> bool:
        return may_answer_question(self.request.user, self.object)

    def get_breadcrumbs(self) -> list[Crumb]:
        user: Any = self.request.user
        if user.district is None:
            return crumbs(self.object.request)
        return [Crumb(_("Questions about subscribers"), reverse("services:question_list"))]

    def get_initial(self) -> dict[str, Any]:
        said = self.object.district_says_right
        return {
            "right": None if said is None else "yes" if said else "no",
            "text": self.object.district_answer,
        }

    def get_cancel_url(self) -> str:
        return reverse("services:question_list")

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        answer_question(self.object, right=known["right"], text=known["text"], actor=self.request.user)
        messages.success(self.request, _("Your answer went to the department."))
        return redirect("services:question_list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        line, request = self.object, self.object.request
        is_open = line.decision == LineDecision.ASKED and request.state == ConfirmationState.SUBMITTED
        facts = [
            (_("Subscriber"), line.subscriber_name),
            (_("Household"), line.household),
            (_("Commune"), line.household.commune if line.household else ""),
            (_("Service"), line.get_service_display()),
            (_("As of"), f"{request.as_of:%d/%m/%Y}"),
            (pgettext("confirmation", "Question"), line.question),
        ]
        if not is_open and line.district_says_right is not None:
            says = _("Right") if line.district_says_right else _("Not right")
            facts += [(_("Your answer"), says), (_("What was found"), line.district_answer)]
        return super().get_context_data(**kwargs) | {"line": line, "is_open": is_open, "facts": facts}
