"""Entering a check by hand, with network and without a program on the device; and files saved on a device."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.household.readings import note_reading
from smartphone_support.accounts.models import User
from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.templatetags.web import masked_id, masked_phone
from smartphone_support.web.views import FormPage

from ..choices import CheckSource, RoundState, SampleState, UnitKind
from ..fieldwork.forms import CheckForm, PaperCheckForm, SavedFileForm
from ..models import Checklist, FieldCheck, InspectedUnit, InspectionRound, SampledHousehold
from ..offline.packs import classes_of, delivered, standing_hand_overs
from ..offline.saved_files import take_in
from ..permits.fieldwork import CHECK, leads, may_check, may_check_unit
from ..workflow.receiving import receive_check, receive_photo
from .checks import marks_of
from .rounds import round_crumbs

#: Rounds that take checks; while the minutes are drawn up only what was visited before (the door asks).
OPEN_STATES = frozenset({RoundState.FIELDWORK, RoundState.MINUTES})


class _CheckEntry(FormPage):
    """The form of one check; `?paper=1` the one for a sheet filled in by hand."""

    template_name = "inspections/check_create.html"
    round: InspectionRound

    @property
    def on_paper(self) -> bool:
        return self.request.GET.get("paper") == "1"

    def checklist(self) -> Checklist | None:
        raise NotImplementedError

    def subject(self) -> dict[str, int]:
        """What the check is of, as the door takes it."""
        raise NotImplementedError

    def earlier(self) -> Any:
        """Checks of it that are here."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
            return redirect("inspections:round_detail", pk=self.round.pk)

    def get_form_class(self) -> Any:
        return PaperCheckForm if self.on_paper else CheckForm

    def get_form_kwargs(self) -> dict[str, Any]:
        checklist = self.checklist()
        if checklist is None:
            raise Refusal(_("This round has no checklist for that; ask who planned it to choose one."))
        if self.round.state not in OPEN_STATES:
            raise Refusal(
                _("“%(round)s” is now “%(state)s”: it takes no checks.")
                % {"round": self.round, "state": self.round.get_state_display()}
            )
        known = super().get_form_kwargs() | {"checklist": checklist, "round_": self.round}
        if self.on_paper:
            known |= {"members": self._members(), "user": self.request.user}
        return known

    def _members(self) -> Any:
        """Who may have filled in the sheet: for who leads the team any member, otherwise oneself."""
        user: Any = self.request.user
        if not leads(user, self.round):
            return User.objects.filter(pk=user.pk)
        return User.objects.filter(inspection_teams__round=self.round).order_by("full_name").distinct()

    def get_initial(self) -> dict[str, Any]:
        return {"client_id": uuid.uuid4()}

    def get_submit_label(self) -> str:
        return _("Enter the sheet") if self.on_paper else _("Send the check")

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs(self.round)

    def get_cancel_url(self) -> str:
        return reverse("inspections:round_detail", args=[self.round.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        user, told = self.request.user, form.cleaned_data
        # A second click, or the page sent again: the check is here, its hour is another one.
        known = FieldCheck.objects.visible_to(user).filter(client_id=told["client_id"]).first()
        if known is not None:
            return redirect("inspections:check_detail", pk=known.pk)
        taken = receive_check(
            form.visit(**self.subject()), actor=user, inspector=told.get("inspector"),
            source=CheckSource.PAPER if self.on_paper else CheckSource.ONLINE,
        )  # fmt: skip
        if told["photo"]:
            # Of the same page, so under its sign: sent twice it is one photo.
            sign = uuid.uuid5(told["client_id"], "photo")
            receive_photo(
                told["client_id"], told["photo"], actor=user, client_id=sign, scan=self.on_paper,
                taken_at=None,
            )  # fmt: skip
        messages.success(self.request, _("The check of “%(name)s” is here.") % {"name": taken.row})
        return redirect("inspections:check_detail", pk=taken.row.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visible = FieldCheck.objects.visible_to(self.request.user).values("pk")
        earlier = self.earlier().filter(pk__in=visible).select_related("inspector")
        return super().get_context_data(**kwargs) | {
            "on_paper": self.on_paper,
            "round": self.round,
            "earlier": [(row, marks_of(row)) for row in earlier],
        }


class CheckCreate(_CheckEntry):
    """Check one household of the sample."""

    model = SampledHousehold

    def get_queryset(self) -> Any:
        related = (
            "round__program__province", "round__district", "round__checklist_c", "support__household",
            "support__commune", "support__district", "support__operator",
        )  # fmt: skip
        return super().get_queryset().select_related(*related)

    def find_subject(self) -> None:
        super().find_subject()
        self.round = self.object.round

    def has_permission(self) -> bool:
        return may_check(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state == SampleState.RESERVE:
            raise Refusal(
                _("“%(name)s” is a substitute in reserve: ask the head of the team to call it first.")
                % {"name": self.object}
            )
        note_reading(self.object.support.household, request.user)
        return super().get(request, *args, **kwargs)

    def checklist(self) -> Checklist | None:
        return self.round.checklist_c

    def subject(self) -> dict[str, int]:
        return {"sampled": self.object.pk}

    def earlier(self) -> Any:
        return FieldCheck.objects.filter(sampled=self.object)

    def get_page_heading(self) -> str:
        return _("Check %(name)s") % {"name": self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        support = self.object.support
        household = support.household
        given = delivered(self.object, standing_hand_overs([self.object]).get(support.pk))
        parts = (household.village, support.commune.name_in_text, support.district.name_in_text)
        # The sign between keeps the dots and the digits on one line.
        ends = " / ".join(f"…\u2060{last}" for last in given["imei_last4"])
        end = f"IMEI {ends}" if ends else ""
        device = ", ".join(part for part in (given["form"], given["model"], end, given["operator"]) if part)
        day = "/".join(reversed(given["on"].split("-"))) if given["on"] else _("No hand-over record")
        facts = [
            (_("Address"), ", ".join(part for part in parts if part)),
            (_("Identity number"), masked_id(household.national_id)),
            (_("Phone"), masked_phone(household.phone)),
            (_("Class"), classes_of([self.object]).get(household.pk, "")),
            (_("Support"), device),
            (_("Handed over"), ", ".join(part for part in (day, given["place"]) if part)),
        ]
        return super().get_context_data(**kwargs) | {"facts": [fact for fact in facts if fact[1]]}


class CheckUnitCreate(_CheckEntry):
    """Check an office (checklist A) or an operator (checklist B)."""

    model = InspectedUnit

    def get_queryset(self) -> Any:
        related = (
            "round__program__province", "round__district", "round__checklist_a", "round__checklist_b",
            "area", "organisation",
        )  # fmt: skip
        return super().get_queryset().select_related(*related)

    def find_subject(self) -> None:
        super().find_subject()
        self.round = self.object.round

    def has_permission(self) -> bool:
        return may_check_unit(self.request.user, self.object)

    def checklist(self) -> Checklist | None:
        operator = self.object.kind == UnitKind.OPERATOR
        return self.round.checklist_b if operator else self.round.checklist_a

    def subject(self) -> dict[str, int]:
        return {"unit": self.object.pk}

    def earlier(self) -> Any:
        return FieldCheck.objects.filter(unit=self.object)

    def get_page_heading(self) -> str:
        return _("Check %(name)s") % {"name": self.object}


class FileUpload(FormPage):
    """Bring in a file saved on a device that found no network; says what became of every check."""

    permission_required = CHECK
    form_class = SavedFileForm
    template_name = "inspections/field_upload.html"
    page_heading = gettext_lazy("Upload a saved file")
    submit_label = gettext_lazy("Upload the file")
    lead = gettext_lazy(
        "Checks saved on a phone as a file, brought in from any machine. What arrived before is recognised; "
        "the same file may be uploaded again."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Fieldwork"), reverse("inspections:field_home"))]

    def get_cancel_url(self) -> str:
        return reverse("inspections:field_home")

    def form_valid(self, form: Any) -> HttpResponse:
        report = take_in(form.cleaned_data["file"].read(), actor=self.request.user)
        fresh = SavedFileForm()
        return self.render_to_response(self.get_context_data(form=fresh, report=report))
