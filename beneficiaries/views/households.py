"""A household's page: its facts, its people, its story, and who read it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from smartphone_support.web.components import Crumb
from smartphone_support.web.forms import DateField, ReasonForm
from smartphone_support.web.templatetags.web import masked_id, masked_phone
from smartphone_support.web.views import DetailPage, FormPage, PermissionMixin

from ..household.completeness import completeness_of
from ..household.readings import note_reading, readings_of
from ..household.story import story_of
from ..models import Household
from ..permissions import (
    may_change_register,
    may_record_certificate,
    may_record_deprivation,
    may_reveal,
)
from ..presenting import Wording
from ..tables import class_badge
from ..workflow.households import reveal_identity
from ..workflow.movements import standing_of
from ..workflow.undoing import latest_by_hand

REGISTER = gettext_lazy("Household register")


class HouseholdPage(PermissionMixin):
    model = Household
    permission_required: str | tuple[str, ...] = "beneficiaries.view_household"
    request: HttpRequest
    object: Household

    def get_queryset(self) -> Any:
        return (
            Household.objects.visible_to(self.request.user)
            .select_related("commune", "district", "province", "source")
            .as_of(timezone.localdate())
        )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(REGISTER), reverse("beneficiaries:household_list"))]

    def get_lead(self) -> str:
        return ", ".join(self.object.places)


class HouseholdStep(HouseholdPage, FormPage):
    """A form about one household; it leads back to the household's page."""

    def get_lead(self) -> str:
        return ", ".join([self.object.head_name, *self.object.places])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [*super().get_breadcrumbs(), Crumb(self.object.head_name, self.get_cancel_url())]

    def get_cancel_url(self) -> str:
        return reverse("beneficiaries:household_detail", args=[self.object.pk])

    def get_success_url(self) -> str:
        return self.get_cancel_url()


class HouseholdDetail(HouseholdPage, DetailPage):
    template_name = "beneficiaries/household_detail.html"
    context_object_name = "household"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            kept = self._merged_into()
            if kept is None:
                raise
            return redirect("beneficiaries:household_detail", pk=kept)

    def _merged_into(self) -> int | None:
        """The household this one turned out to be, if the person may see that one."""
        merged = Household.objects.filter(merged_into__isnull=False)
        last: int = self.kwargs["pk"]
        # That one may have been taken up itself since: the last of the chain stands in the register.
        while kept := merged.filter(pk=last).values_list("merged_into", flat=True).first():
            last = kept
        seen = Household.objects.visible_to(self.request.user)
        return last if seen.filter(pk=last).exists() else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        note_reading(self.object, request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        known_at = _known_at(self.request.GET.get("known", ""))
        return super().get_context_data(**kwargs) | detail_context(self.object, self.request.user, known_at)


def _known_at(typed: str) -> datetime | None:
    """The end of the day whose knowledge is asked for; None for today's, and for what is no day."""
    try:
        day = DateField().clean(typed) if typed else None
    except ValidationError:
        return None
    return timezone.make_aware(datetime.combine(day, time.max)) if day else None


@method_decorator(never_cache, name="dispatch")
class HouseholdReveal(HouseholdStep):
    """Asks why, puts it on the record, and shows the full number once, on this answer only."""

    permission_required = ("beneficiaries.view_household", "beneficiaries.reveal_identity")
    form_class = ReasonForm
    page_heading = gettext_lazy("Show the full identity number")
    submit_label = gettext_lazy("Show the number")

    def get_lead(self) -> str:
        return _("%(name)s: your name, the time and the reason stay on the record.") % {
            "name": self.object.head_name
        }

    def form_valid(self, form: Any) -> HttpResponse:
        number = reveal_identity(self.object, actor=self.request.user, reason=form.cleaned_data["reason"])
        page = {
            "household": self.object, "object": self.object, "page_heading": self.object.head_name,
            "breadcrumbs": HouseholdPage.get_breadcrumbs(self), "lead": HouseholdPage.get_lead(self),
            **detail_context(self.object, self.request.user), "revealed": number,
        }  # fmt: skip
        return render(self.request, "beneficiaries/household_detail.html", page)


def detail_context(household: Any, user: Any, known_at: datetime | None = None) -> dict[str, Any]:
    """Everything the household's page shows; with ``known_at`` its story and class as known then."""
    changes = may_change_register(user, household)
    return {
        "class_now": class_badge(_class_known(household, known_at)),
        "known_at": known_at,
        "facts": _facts(household),
        "completeness": completeness_of(household),
        "masked": masked_id(household.national_id),
        "may_reveal": bool(household.national_id) and may_reveal(user, household),
        "may_change": changes,
        "undoable": latest_by_hand(household) if changes else None,
        "left": standing_of(household).left,
        "may_certify": may_record_certificate(user, household),
        "may_assess": may_record_deprivation(user, household),
        "members": [_member(member) for member in household.members.order_by("position")],
        "certificates": household.certificates.select_related("copy"),
        "deprivations": household.deprivations.all(),
        "subscriptions": household.subscriptions.visible_to(user).standing().select_related("operator"),
        "story": story_of(household, user, known_at),
        "readings": readings_of(household) if user.has_perm("beneficiaries.view_householdreading") else None,
        "sees_batches": user.has_perm("beneficiaries.view_listbatch"),
    }


def _class_known(household: Any, known_at: datetime | None) -> str | None:
    if known_at is None:
        known: str | None = household.class_as_of
        return known
    on = min(timezone.localtime(known_at).date(), timezone.localdate())
    row: Any = Household.objects.filter(pk=household.pk).as_of(on, known_at=known_at).first()
    return row.class_as_of if row else None


def _facts(household: Any) -> list[tuple[str, Any]]:
    words = Wording().value
    return [
        (_("Birth date"), _born(household)),
        (_("Sex"), household.get_gender_display()),
        (_("Ethnicity"), household.ethnicity),
        (_("Persons"), words("member_count", household.member_count)),
        (_("Phone"), masked_phone(household.phone)),
        (_("Household code"), household.household_code),
        (_("Person with merit"), words("merit", household.merit)),
        (_("Social policy"), words("social_policy", household.social_policy)),
        (_("Ethnic minority"), words("merit", household.is_ethnic_minority)),
        (_("Without labour capacity"), words("merit", household.no_labour_capacity)),
        (_("Score B1"), words("b1_score", household.b1_score)),
        (_("Score B2"), words("b2_score", household.b2_score)),
        (_("Cause of poverty"), household.poverty_cause),
        (_("Needs a smartphone"), words("has_need", household.has_need)),
    ]


def _born(person: Any) -> str:
    """The birth date, or only the year where no more is known."""
    if person.birth_date:
        return str(date_format(person.birth_date, "SHORT_DATE_FORMAT"))
    return str(person.birth_year or "")


def _member(member: Any) -> dict[str, Any]:
    return {
        "name": member.name,
        "relation": member.relation,
        "born": _born(member),
        "gender": member.get_gender_display(),
        "number": masked_id(member.national_id),
        "ethnicity": member.ethnicity,
    }
