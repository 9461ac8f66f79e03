"""Budget lines: what is granted, committed, spent and left, per source and year."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import Sum
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocations.models import BudgetLine
from allocations.money.forms import AdjustmentForm, BudgetLineForm
from allocations.permits.money import may_manage_budget
from allocations.workflow.budget import adjust_budget_line, open_budget_line
from programs.models import FundingSource, Program
from smartphone_support.audit.recording import record
from smartphone_support.documents.scans import store_scan
from smartphone_support.documents.storing import send
from smartphone_support.web.components import Crumb
from smartphone_support.web.filters import BaseFilterSet
from smartphone_support.web.tables import BaseTable, NumberColumn, TitleColumn
from smartphone_support.web.templatetags.web import bar
from smartphone_support.web.views import DetailPage, FormPage, ListPage, PermissionMixin

SEES = "allocations.view_budgetline"
BUDGET = gettext_lazy("Budget")


def budget_crumbs(line: BudgetLine | None = None) -> list[Crumb]:
    crumbs = [Crumb(str(BUDGET), reverse("allocations:budget_list"))]
    if line is not None:
        crumbs.append(Crumb(str(line), reverse("allocations:budget_detail", args=[line.pk])))
    return crumbs


class BudgetTable(BaseTable):
    """Lines with their money in VND."""

    name = TitleColumn(
        verbose_name=gettext_lazy("Budget line"),
        linkify=("allocations:budget_detail", [tables.A("pk")]),
        note="funding_source__name",
    )
    year = tables.Column(verbose_name=gettext_lazy("Year"))
    amount = NumberColumn(verbose_name=gettext_lazy("Granted"))
    committed = NumberColumn(verbose_name=gettext_lazy("Committed"))
    spent = NumberColumn(verbose_name=gettext_lazy("Spent"))
    remaining = NumberColumn(verbose_name=gettext_lazy("Remaining"), orderable=False)
    share = tables.Column(
        verbose_name=gettext_lazy("Committed of what is granted"), accessor="pk", orderable=False,
        attrs={"td": {"class": "bar-cell"}},
    )  # fmt: skip

    class Meta(BaseTable.Meta):
        model = BudgetLine
        fields = ("name", "year", "amount", "committed", "spent", "remaining", "share")
        order_by = "-year"

    def render_year(self, value: int) -> str:
        return str(value)

    def render_share(self, record: Any) -> Any:
        # A bar of per cent: amounts in VND beside it would be told twice.
        percent = 100 * record.committed // record.amount if record.amount else 0
        return format_html(
            "<div>{} <small>{} %</small></div>", bar(percent, 100, "", record.name), localize(percent)
        )


def sources_of(request: Any) -> Any:
    return FundingSource.objects.filter(program__in=Program.objects.visible_to(request.user).standing())


class BudgetFilter(BaseFilterSet):
    funding_source = django_filters.ModelChoiceFilter(label=gettext_lazy("Source"), queryset=sources_of)
    year = django_filters.NumberFilter(label=gettext_lazy("Year"))

    class Meta:
        model = BudgetLine
        fields = ["funding_source", "year"]


class BudgetList(ListPage):
    """Every line of the province, with the sums of what is shown."""

    model = BudgetLine
    permission_required = SEES
    table_class = BudgetTable
    filterset_class = BudgetFilter
    template_name = "allocations/budget_list.html"
    page_heading = BUDGET
    lead = gettext_lazy(
        "Money per source and year, in VND: granted by decisions, committed by approved lists, spent by "
        "accepted hand-overs."
    )
    empty_title = gettext_lazy("No budget line yet")
    empty_text = gettext_lazy("The department enters a line when its decision has come.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("funding_source")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        sums = context["object_list"].aggregate(
            amount=Sum("amount", default=0),
            committed=Sum("committed", default=0),
            spent=Sum("spent", default=0),
        )
        return context | {"sums": sums | {"remaining": sums["amount"] - sums["committed"]}}


class BudgetCreate(FormPage):
    """A new line with the decision that grants it."""

    permission_required = "allocations.manage_budget"
    form_class = BudgetLineForm
    page_heading = gettext_lazy("Enter a budget line")
    lead = gettext_lazy(
        "The decision that grants the money makes the line; later decisions raise or lower it."
    )
    submit_label = gettext_lazy("Enter the budget line")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_breadcrumbs(self) -> list[Crumb]:
        return budget_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("allocations:budget_list")

    def form_valid(self, form: Any) -> HttpResponse:
        facts = dict(form.cleaned_data)
        facts["file"] = store_scan(facts["file"], actor=self.request.user)
        source = facts.pop("funding_source")
        line = open_budget_line(source, actor=self.request.user, **facts)
        messages.success(self.request, _("“%(line)s” is entered.") % {"line": line})
        return redirect("allocations:budget_detail", pk=line.pk)


class OfLine(PermissionMixin):
    """A page of one budget line."""

    model = BudgetLine
    context_object_name = "line"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("funding_source__program", "created_by")


class BudgetDetail(OfLine, DetailPage):
    """A line: its decisions, and every amount committed, released and spent with its cause."""

    permission_required = SEES
    template_name = "allocations/budget_detail.html"

    def get_breadcrumbs(self) -> list[Crumb]:
        return budget_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        line = self.object
        causes = (
            "decision__proposal__round", "amendment__round", "acceptance__round", "entered_by",
        )  # fmt: skip
        entries = line.entries.select_related(*causes).order_by("-id")
        return super().get_context_data(**kwargs) | {
            "facts": [
                (_("Source"), line.funding_source.name),
                (_("Year"), str(line.year)),
                (_("Granted"), _vnd(line.amount)),
                (_("Committed"), _vnd(line.committed)),
                (_("Spent"), _vnd(line.spent)),
                (_("Remaining"), _vnd(line.remaining)),
            ],
            "adjustments": line.adjustments.select_related("recorded_by", "file"),
            "entries": entries[:500],
            "more_entries": max(0, entries.count() - 500),
            "rounds": line.rounds.order_by("-decision_date"),
            "may_adjust": may_manage_budget(self.request.user, line.funding_source.program),
        }


def _vnd(amount: int) -> str:
    return _("%(amount)s VND") % {"amount": localize(amount)}


class BudgetAdjust(OfLine, FormPage):
    """A decision that raises or lowers the line."""

    permission_required = "allocations.manage_budget"
    form_class = AdjustmentForm
    submit_label = gettext_lazy("Record the decision")

    def has_permission(self) -> bool:
        return super().has_permission() and may_manage_budget(
            self.request.user, self.object.funding_source.program
        )

    def get_page_heading(self) -> str:
        return _("Change “%(line)s”") % {"line": self.object}

    def get_lead(self) -> str:
        words = _(
            "Granted %(amount)s VND, committed %(committed)s VND. Only a decision changes what is granted."
        )
        return words % {
            "amount": localize(self.object.amount),
            "committed": localize(self.object.committed),
        }

    def get_breadcrumbs(self) -> list[Crumb]:
        return budget_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return reverse("allocations:budget_detail", args=[self.object.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        line = adjust_budget_line(
            self.object, actor=self.request.user, delta=form.delta, decision_number=known["decision_number"],
            decision_date=known["decision_date"], issuer=known["issuer"], reason=known["reason"],
            file=store_scan(known["file"], actor=self.request.user),
        )  # fmt: skip
        messages.success(self.request, _("“%(line)s” now grants %(amount)s.") % {
            "line": line, "amount": _vnd(line.amount)
        })  # fmt: skip
        return redirect(self.get_cancel_url())


class BudgetFile(OfLine, DetailPage):
    """The scan of one of the line's decisions."""

    permission_required = SEES

    def get(  # type: ignore[override]  # a file, not a page
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> FileResponse:
        adjustment = self.object.adjustments.filter(pk=kwargs["adjustment"], file__isnull=False).first()
        if adjustment is None:
            raise Http404
        after = {"file": adjustment.file.name, "decision": adjustment.decision_number}
        record("allocations.budgetline.download", self.object, actor=request.user, after=after)
        return send(adjustment.file)
