"""What a person says of single households of a preview: which one it is, why it is gone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.views import FormPage

from .. import workflow
from ..choices import BatchState, Outcome, RowDecision
from ..forms import UNDECIDED, DecisionForm
from ..models import BatchRow, Household, ListBatch
from ..presenting import COMPARED, FIELD_LABELS, Wording, decision_words, facts_of, reasons_of
from ..tables import batch_title
from .batches import LIST_CRUMB, BatchPage
from .layout import IMPORT


class GoneReasons(BatchPage, View):
    """Why households stand no longer in the list: row by row, for the chosen ones, or for all of a part.

    ``scope`` says which button was pressed: "each" (a field ``reason-<pk>`` a row), "chosen" (``row``) or
    "all" (every household without a reason, of ``commune`` where one is given), the latter two with
    ``reason``.
    """

    permission_required = IMPORT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        scope = request.POST.get("scope", "")
        reason = request.POST.get("reason", "")
        if scope in ("chosen", "all") and not reason:
            raise Refusal(_("Choose the reason first."))
        if scope == "all":
            commune = number(request.POST.get("commune", ""))
            changed = workflow.give_reason_to_all(
                self.object, reason, actor=request.user, commune_id=commune or None, only_open=True
            )
        elif scope == "chosen":
            rows = [number(pk) for pk in request.POST.getlist("row")]
            if not rows:
                raise Refusal(_("Tick at least one household."))
            changed = workflow.give_reasons(self.object, dict.fromkeys(rows, reason), actor=request.user)
        else:
            changed = self._each(request)
        if changed:
            words = ngettext(
                "The reason of %(n)s household is noted.",
                "The reasons of %(n)s households are noted.",
                changed,
            )
            messages.success(request, words % {"n": localize(changed)})
        else:
            messages.info(request, _("No reason was changed."))
        kept = {name: request.POST[name] for name in ("commune", "page", "why") if request.POST.get(name)}
        address = reverse("beneficiaries:batch_rows", args=[self.object.pk])
        return redirect(f"{address}?{urlencode({'outcome': Outcome.GONE, **kept})}")

    def _each(self, request: HttpRequest) -> int:
        reasons = {
            number(name.removeprefix("reason-")): str(reason)
            for name, reason in request.POST.items()
            if name.startswith("reason-") and reason
        }
        return workflow.give_reasons(self.object, reasons, actor=request.user) if reasons else 0


def number(text: str) -> int:
    """A key from a form; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


class RowDecide(FormPage):
    """One household of the list beside those of the register it may be; a person says which."""

    permission_required = IMPORT
    template_name = "beneficiaries/row_decide.html"
    form_class = DecisionForm
    object: BatchRow

    def find_subject(self) -> None:
        batches = ListBatch.objects.visible_to(self.request.user)
        rows = BatchRow.objects.filter(batch__in=batches, outcome=Outcome.AMBIGUOUS)
        related = rows.select_related("batch__province", "batch__file", "commune__parent")
        self.object = get_object_or_404(related, pk=self.kwargs["pk"])

    def get_page_heading(self) -> str:
        return _("Which household is %(name)s?") % {"name": self.object.head_name}

    def get_lead(self) -> str:
        return _("Sheet “%(sheet)s”, row %(row)s: %(reasons)s.") % {
            "sheet": self.object.sheet, "row": self.object.row, "reasons": reasons_of(self.object),
        }  # fmt: skip

    def get_breadcrumbs(self) -> list[Crumb]:
        batch = self.object.batch
        address = reverse("beneficiaries:batch_rows", args=[batch.pk])
        return [
            Crumb(str(LIST_CRUMB), reverse("beneficiaries:batch_list")),
            Crumb(batch_title(batch), reverse("beneficiaries:batch_detail", args=[batch.pk])),
            Crumb(_("To be decided"), f"{address}?outcome=ambiguous"),
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        candidates = [c["household"] for c in self.object.candidates if c.get("household")]
        return super().get_form_kwargs() | {"candidates": candidates}

    def form_valid(self, form: Any) -> HttpResponse:
        decision, household_id = form.cleaned_data["decision"]
        workflow.decide_row(
            self.object, decision=decision, household_id=household_id, actor=self.request.user
        )
        waiting = self.object.batch.rows.filter(outcome=Outcome.AMBIGUOUS, decision="").order_by("position")
        following = (
            waiting.filter(position__gt=self.object.position).first()
            or waiting.exclude(pk=self.object.pk).first()
        )
        if decision and following:
            messages.success(
                self.request, _("Noted. %(n)s more to decide.") % {"n": localize(waiting.count())}
            )
            return redirect("beneficiaries:row_decide", following.pk)
        messages.success(self.request, _("Noted."))
        address = reverse("beneficiaries:batch_rows", args=[self.object.batch_id])
        return redirect(f"{address}?outcome=ambiguous")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.object
        households = Household.objects.visible_to(self.request.user).filter(
            pk__in=[c["household"] for c in row.candidates if c.get("household")]
        )
        known = {h.pk: h for h in households.select_related("commune").as_of(timezone.localdate())}
        wording = Wording(
            [row.record.get("commune_code", ""), *(h.commune.code for h in known.values() if h.commune)]
        )
        listed = facts_of(row.record, wording)
        taken = set(
            row.batch.rows.filter(household__in=known).exclude(pk=row.pk).exclude(outcome=Outcome.GONE)
            .values_list("household", flat=True)
        )  # fmt: skip
        columns = []
        for candidate in row.candidates:
            household = known.get(candidate.get("household"))
            if household is not None:
                facts = facts_of(household, wording, poverty_class=household.class_as_of or "")
                columns.append({"household": household, "facts": facts, "taken": household.pk in taken})
        lines = [
            (FIELD_LABELS[name], listed[i], [(c["facts"][i], c["facts"][i] != listed[i]) for c in columns])
            for i, name in enumerate(COMPARED)
        ]
        return super().get_context_data(**kwargs) | {
            "row": row,
            "batch": row.batch,
            "columns": columns,
            "lines": lines,
            "twin": next((c for c in row.candidates if "row" in c), None),
            "members": [member["name"] for member in row.record.get("members", []) if member.get("name")],
            "decided": decision_words(row),
            "same": RowDecision.SAME,
            "undecided": UNDECIDED,
            "open": row.batch.state == BatchState.AWAITING_CONFIRMATION,
        }
