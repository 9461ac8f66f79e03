"""Pages of the bases alone, over the plans of a province."""

import django_tables2 as tables
from django import forms
from django.urls import path

from programs.models import Program
from smartphone_support.urls import urlpatterns as site
from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.filters import BaseFilterSet
from smartphone_support.web.tables import BaseTable, NumberColumn
from smartphone_support.web.views import ConfirmPage, DetailPage, FormPage, ListPage

done: list[tuple[int, str]] = []


class ProgramTable(BaseTable):
    first_year = NumberColumn()
    code = tables.Column()

    class Meta(BaseTable.Meta):
        model = Program
        fields = ("code", "first_year")


class ProgramFilter(BaseFilterSet):
    class Meta:
        model = Program
        fields = {"code": ["exact"]}


class Programs(ListPage):
    model = Program
    permission_required = "programs.view_program"
    table_class = ProgramTable
    filterset_class = ProgramFilter
    page_heading = "Plans"
    lead = "All of them."
    empty_title = "No plan yet"


class ProgramPage(DetailPage):
    model = Program
    permission_required = "allocations.approve_quotaplan"
    template_name = "base.html"

    def get_breadcrumbs(self):
        return [Crumb("Plans", "/plans/")]


class Close(ConfirmPage):
    model = Program
    permission_required = "programs.view_program"
    page_heading = "Close the plan"
    consequence = "20 tasks are closed."
    verb = "Close plan"
    needs_reason = True
    success_url = "/plans/"

    def perform(self, reason):
        if reason == "no":
            raise Refusal("Somebody was faster.")
        done.append((self.object.pk, reason))
        return "The plan is closed."


class Open(Close):
    needs_reason = False

    def perform(self, reason):
        raise Refusal("It is open already.")


class FileForm(forms.Form):
    name = forms.CharField(label="Name")
    file = forms.FileField(label="File")


class Upload(FormPage):
    form_class = FileForm
    permission_required = "programs.view_program"
    page_heading = "Upload"
    submit_label = "Upload list"
    success_url = "/plans/"

    def form_valid(self, form):
        raise Refusal("This is not a workbook.")


def refuse(request):
    raise Refusal("Not today.")


urlpatterns = [
    *site,
    path("plans/", Programs.as_view(), name="plans"),
    path("plans/<int:pk>/", ProgramPage.as_view()),
    path("plans/<int:pk>/close/", Close.as_view()),
    path("plans/<int:pk>/open/", Open.as_view()),
    path("upload/", Upload.as_view()),
    path("refuse/", refuse),
]
