"""Who reads a denunciation, and the household's whole story behind a complaint."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from beneficiaries.household.readings import note_reading
from smartphone_support.accounts.models import User
from smartphone_support.web.components import Crumb
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, Page

from ..complaints.forms import ReaderForm
from ..complaints.story import household_now
from ..complaints.whole_story import whole_story
from ..models import Complaint
from ..permits import complaints as may
from ..workflow.denunciations import name_reader, take_off_reader
from .complaints import ComplaintQuery, complaint_crumbs


class DenunciationsUnnamed(Page):
    """Denunciations nobody can read yet: their number and day, for who names the first reader."""

    permission_required = may.ASSIGN
    template_name = "inspections/complaint_unnamed.html"
    page_heading = gettext_lazy("Denunciations without a reader")
    lead = gettext_lazy(
        "Nobody reads a denunciation until somebody is named for it. Here stand number and day alone."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return complaint_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"rows": may.unnamed_denunciations(self.request.user)}


class DenunciationName(FormPage):
    """Name a reader: the first by who assigns and has not read it, further ones by who is named."""

    model = Complaint
    form_class = ReaderForm
    template_name = "inspections/complaint_name.html"
    page_heading = gettext_lazy("Name a reader")
    submit_label = gettext_lazy("Name the reader")

    def get_queryset(self) -> Any:
        """Denunciations the person reads, and those nobody named can read."""
        user = self.request.user
        seen = Complaint.objects.visible_to(user).values("pk")
        unnamed = may.unnamed_denunciations(user).order_by().values("pk")
        return Complaint.objects.filter(kind="denunciation", pk__in=seen) | Complaint.objects.filter(
            pk__in=unnamed
        )

    def has_permission(self) -> bool:
        return may.may_name(self.request.user, self.object)

    def get_lead(self) -> str:
        return _(
            "Denunciation %(number)s. The person reads everything in it, and every reading is written down. "
            "Never name somebody it may be about."
        ) % {"number": self.object.number}

    def get_form_kwargs(self) -> dict[str, Any]:
        named = self.object.named.values("user")
        people = may.people_with(may.VIEW, self.object.province_id).exclude(pk__in=named)
        return super().get_form_kwargs() | {"people": people}

    def get_breadcrumbs(self) -> list[Crumb]:
        return complaint_crumbs()

    def get_cancel_url(self) -> str:
        if may.sees(self.request.user, self.object):
            return reverse("inspections:complaint_detail", args=[self.object.pk])
        return reverse("inspections:complaint_unnamed")

    def form_valid(self, form: Any) -> HttpResponse:
        name_reader(self.object, actor=self.request.user, person=form.cleaned_data["person"])
        return redirect(self.get_cancel_url())


class DenunciationUnname(ComplaintQuery, StepPage):
    """Take a reader off."""

    may = may.may_name
    tone = "danger"
    page_heading = gettext_lazy("Take a reader off")
    verb = gettext_lazy("Take the reader off")
    person: User

    def find_subject(self) -> None:
        super().find_subject()
        if not self.object.is_confidential:
            raise Http404
        readers = User.objects.filter(pk__in=self.object.named.values("user"))
        self.person = get_object_or_404(readers, pk=self.kwargs["user"])

    def get_consequence(self) -> str:
        return _("%(name)s no longer sees it. The readings so far stay written down.") % {"name": self.person}

    def get_success_url(self) -> str:
        if may.sees(self.request.user, self.object):
            return super().get_success_url()
        return reverse("inspections:complaint_list")

    def perform(self, reason: str) -> str:
        take_off_reader(self.object, actor=self.request.user, person=self.person)
        return _("%(name)s is no longer named.") % {"name": self.person}


@method_decorator(never_cache, name="dispatch")
class ComplaintStory(ComplaintQuery, DetailPage):
    """Everything the system knows of the household a complaint is about, on one page to print.

    What the reader may not see of a part is not on it; opening it is a reading of the household, and of the
    denunciation where it is one.
    """

    permission_required = ("inspections.view_complaint", "beneficiaries.view_household")
    template_name = "inspections/complaint_story.html"
    context_object_name = "complaint"
    shows_content = True
    household: Any = None

    def find_subject(self) -> None:
        super().find_subject()
        if not self.has_permission():
            return  # 403 before anything of the household is looked up
        found = household_now(self.object, self.request.user)
        if found is None:
            raise Http404
        self.household = found

    def get_page_heading(self) -> str:
        return _("Story of the household of %(name)s") % {"name": self.household.head_name}

    def get_lead(self) -> str:
        return ", ".join(self.household.places)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        note_reading(self.household, request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "household": self.household,
            **whole_story(self.household, self.request.user),
        }
