"""Pages of the register's households."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from smartphone_support.web.components import Crumb
from smartphone_support.web.forms import ReasonForm
from smartphone_support.web.templatetags.web import masked_id, masked_phone
from smartphone_support.web.views import DetailPage, FormPage, PermissionMixin

from .. import workflow
from ..choices import Outcome
from ..models import BatchRow, Household
from ..permissions import may_reveal
from ..presenting import Wording
from ..tables import batch_title, class_badge

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


class HouseholdDetail(HouseholdPage, DetailPage):
    template_name = "beneficiaries/household_detail.html"
    context_object_name = "household"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | detail_context(self.object, self.request.user)


@method_decorator(never_cache, name="dispatch")
class HouseholdReveal(HouseholdPage, FormPage):
    """Asks why, puts it on the record, and shows the full number once, on this answer only."""

    permission_required = ("beneficiaries.view_household", "beneficiaries.reveal_identity")
    form_class = ReasonForm
    page_heading = gettext_lazy("Show the full identity number")
    submit_label = gettext_lazy("Show the number")

    def get_lead(self) -> str:
        return _("%(name)s: your name, the time and the reason stay on the record.") % {
            "name": self.object.head_name
        }

    def get_breadcrumbs(self) -> list[Crumb]:
        return [*super().get_breadcrumbs(), Crumb(self.object.head_name, self.get_cancel_url())]

    def get_cancel_url(self) -> str:
        return reverse("beneficiaries:household_detail", args=[self.object.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        number = workflow.reveal_identity(
            self.object, actor=self.request.user, reason=form.cleaned_data["reason"]
        )
        page = {
            "household": self.object, "object": self.object, "page_heading": self.object.head_name,
            "breadcrumbs": HouseholdPage.get_breadcrumbs(self), "lead": HouseholdPage.get_lead(self),
            **detail_context(self.object, self.request.user), "revealed": number,
        }  # fmt: skip
        return render(self.request, "beneficiaries/household_detail.html", page)


def detail_context(household: Any, user: Any) -> dict[str, Any]:
    """Everything the household's page shows."""
    wording = Wording()
    words = wording.value
    spells = (
        household.spells.filter(superseded_at__isnull=True).select_related("source").order_by("-valid_from")
    )
    return {
        "class_now": class_badge(household.class_as_of),
        "facts": [
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
        ],
        "masked": masked_id(household.national_id),
        "may_reveal": bool(household.national_id) and may_reveal(user, household),
        "members": [_member(member) for member in household.members.order_by("position")],
        "spells": [(spell, class_badge(spell.poverty_class)) for spell in spells],
        "devices": household.earlier_devices.order_by("received_on"),
        "lists": _lists(household),
        "sees_batches": user.has_perm("beneficiaries.view_listbatch"),
    }  # fmt: skip


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


def _lists(household: Household) -> list[dict[str, Any]]:
    """The lists in the register that named the household, newest first, with what each changed."""
    rows = list(
        BatchRow.objects.filter(household=household, batch__state="applied")
        .exclude(outcome=Outcome.BLOCKED)
        .select_related("batch__file")
        .order_by("-batch__applied_at")[:20]
    )
    wording = Wording.of_rows(rows)
    return [
        {
            "row": row,
            "title": batch_title(row.batch),
            "outcome": row.get_outcome_display(),
            "changes": wording.changes(row.changes),
        }
        for row in rows
    ]
