"""Households that may be one: the queue, two households side by side, the decision, and undoing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.accounts.scope import NOTHING, scope
from smartphone_support.jobs.models import Job
from smartphone_support.web.components import Crumb
from smartphone_support.web.views import ConfirmPage, DetailPage, FormPage, ListPage, PermissionMixin

from ..choices import DuplicateState
from ..duplicates.finding import FIND
from ..duplicates.merging import taken_over
from ..duplicates.pairs import (
    CHOICE_LABELS,
    RELATED,
    MergeForm,
    NoteForm,
    PairFilter,
    PairTable,
    compared_facts,
    people_of,
    words_of,
)
from ..household.story import story_of
from ..models import DuplicateCandidate, Household, HouseholdMerge, RegisterVersion
from ..permissions import may_resolve
from ..workflow.duplicates import decide_different, reopen_pair, search_duplicates
from ..workflow.merging import merge_pair, undo_merge, undo_obstacle, values_of

SEES = "beneficiaries.view_listbatch"
DECIDES = (SEES, "beneficiaries.resolve_duplicate")
EVENTS_SHOWN = 8


class PairList(ListPage):
    """The queue. Without a filter it shows what is still to be decided."""

    permission_required = SEES
    model = DuplicateCandidate
    table_class = PairTable
    filterset_class = PairFilter
    template_name = "beneficiaries/duplicate_list.html"
    page_heading = gettext_lazy("Possible duplicates")
    lead = gettext_lazy(
        "Households of the register that may be one and the same, the likeliest first. A decision is kept: "
        "the same pair is not asked again."
    )
    empty_title = gettext_lazy("No pair waits for a decision")
    empty_text = gettext_lazy("The register is searched after every list that is written to it.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "state" not in request.GET:
            query = request.GET.copy()
            query["state"] = DuplicateState.OPEN
            request.GET = query  # type: ignore[assignment]  # a copy of the same kind
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        return super().get_filterset_kwargs(filterset_class) | {"user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Any = self.request.user
        job = latest_search(person.province)
        return super().get_context_data(**kwargs) | {
            "job": job,
            "is_searching": job is not None and not job.is_finished,
            "may_resolve": person.province is not None and may_resolve(person, person.province),
        }


def latest_search(province: Any) -> Job | None:
    """The last search of a province's register, running or done."""
    version = RegisterVersion.objects.filter(province=province).values_list("pk", flat=True).first()
    return Job.objects.filter(kind=FIND, subject_id=str(version)).order_by("-pk").first() if version else None


class PairSearch(ConfirmPage):
    permission_required = DECIDES
    page_heading = gettext_lazy("Search for duplicates")
    verb = gettext_lazy("Search for duplicates")
    consequence = gettext_lazy(
        "Every household of the register is compared with every other one it could be. New pairs enter the "
        "queue; nothing of the register is changed."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [_queue_crumb()]

    def get_success_url(self) -> str:
        return reverse("beneficiaries:duplicate_list")

    def perform(self, reason: str) -> str:
        person: Any = self.request.user
        search_duplicates(person.province, actor=person)
        return _("The search has begun. You may close the page: what it finds waits in the queue.")


def _queue_crumb() -> Crumb:
    return Crumb(str(PairList.page_heading), reverse("beneficiaries:duplicate_list"))


# --- one pair -------------------------------------------------------------------------------------


class PairPage(PermissionMixin):
    """What every page about one pair shares."""

    model = DuplicateCandidate
    permission_required: str | tuple[str, ...] = SEES
    request: HttpRequest
    object: DuplicateCandidate

    def get_queryset(self) -> Any:
        related = (*RELATED, "first__source", "second__source")
        return DuplicateCandidate.objects.visible_to(self.request.user).select_related(*related)

    def get_breadcrumbs(self) -> list[Crumb]:
        address = reverse("beneficiaries:duplicate_detail", args=[self.object.pk])
        crumbs = [_queue_crumb()]
        return crumbs if isinstance(self, PairDetail) else [*crumbs, Crumb(str(self.object), address)]

    def get_success_url(self) -> str:
        return reverse("beneficiaries:duplicate_detail", args=[self.object.pk])


class PairDetail(PairPage, DetailPage):
    template_name = "beneficiaries/duplicate_detail.html"
    context_object_name = "pair"

    def get_page_heading(self) -> str:
        return _("Are these one household?") if self.is_open else str(self.object)

    def get_lead(self) -> str:
        return _("Likeness %(score)s %%. The search only compares; you decide.") % {
            "score": self.object.score
        }

    @property
    def is_open(self) -> bool:
        return bool(self.object.state == DuplicateState.OPEN)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pair, user = self.object, self.request.user
        sides = [_side(household, user) for household in (pair.first, pair.second)]
        merge = (
            HouseholdMerge.objects.filter(before__pair=pair.pk, undone_at__isnull=True)
            .select_related("kept", "absorbed", "merged_by")
            .first()
        )
        may_decide = may_resolve(user, pair.province)
        return super().get_context_data(**kwargs) | {
            "reasons": words_of(pair.reasons),
            "lines": compared_facts(pair.first, pair.second),
            "sides": sides,
            "is_open": self.is_open,
            "may_decide": may_decide,
            "merge": merge,
            "obstacle": undo_obstacle(merge) if merge and may_decide else "",
            "next": _next_open(pair, user),
        }


def _side(household: Household, user: Any) -> dict[str, Any]:
    return {
        "household": household,
        "people": people_of(household),
        "events": story_of(household, user)[:EVENTS_SHOWN],
        "merged_into": household.merged_into_id,
    }


def _next_open(pair: DuplicateCandidate, user: Any) -> DuplicateCandidate | None:
    """The open pair after this one in the queue, or the first of the queue."""
    waiting = DuplicateCandidate.objects.visible_to(user).filter(state=DuplicateState.OPEN)
    waiting = waiting.exclude(pk=pair.pk).order_by("-score", "pk")
    after = waiting.filter(score=pair.score, pk__gt=pair.pk).first()
    after = after or waiting.filter(score__lt=pair.score).first()
    return after or waiting.first()


class PairDecision(PairPage):
    """After a decision the next pair of the queue opens."""

    permission_required = DECIDES

    def get_cancel_url(self) -> str:
        return reverse("beneficiaries:duplicate_detail", args=[self.object.pk])

    def get_success_url(self) -> str:
        following = _next_open(self.object, self.request.user)
        if following is None:
            return reverse("beneficiaries:duplicate_list")
        return reverse("beneficiaries:duplicate_detail", args=[following.pk])


class PairDifferent(PairDecision, ConfirmPage):
    page_heading = gettext_lazy("Two different households")
    verb = gettext_lazy("They are different")
    extra_form_class = NoteForm

    def get_consequence(self) -> str:
        return _(
            "“%(first)s” and “%(second)s” both stay in the register, and this pair is not asked again."
        ) % {"first": self.object.first, "second": self.object.second}

    def perform(self, reason: str) -> str:
        decide_different(self.object, actor=self.request.user, note=self.form.cleaned_data["note"])
        return _("Noted: “%(pair)s” are two households.") % {"pair": self.object}


class PairReopen(PairDecision, ConfirmPage):
    page_heading = gettext_lazy("Decide the pair again")
    verb = gettext_lazy("Put it back into the queue")
    consequence = gettext_lazy("The pair is to be decided again. Nothing of the register changes.")

    def get_success_url(self) -> str:
        return self.get_cancel_url()

    def perform(self, reason: str) -> str:
        reopen_pair(self.object, actor=self.request.user)
        return _("The pair waits in the queue again.")


class PairMerge(PairDecision, FormPage):
    """Which facts stand when the two become one; `keep` in the address names the household that stays."""

    template_name = "beneficiaries/duplicate_merge.html"
    form_class = MergeForm
    page_heading = gettext_lazy("One household: what stands?")
    submit_label = gettext_lazy("Merge the two households")

    @cached_property
    def kept(self) -> Household:
        chosen = self.request.GET.get("keep", "")
        first, second = self.object.first, self.object.second
        return second if chosen == str(second.pk) else first

    @property
    def absorbed(self) -> Household:
        return self.object.second if self.kept == self.object.first else self.object.first

    def get_lead(self) -> str:
        return _("“%(kept)s” (%(place)s) is kept; “%(absorbed)s” is taken up into it and leads there.") % {
            "kept": self.kept, "place": ", ".join(self.kept.places), "absorbed": self.absorbed,
        }  # fmt: skip

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"kept": self.kept, "absorbed": self.absorbed}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filled = taken_over(values_of(self.kept), values_of(self.absorbed))
        return super().get_context_data(**kwargs) | {
            "pair": self.object,
            "kept": self.kept,
            "absorbed": self.absorbed,
            "filled": [CHOICE_LABELS.get(choice, choice) for choice in filled],
        }

    def form_valid(self, form: Any) -> HttpResponse:
        merge_pair(
            self.object,
            kept=self.kept.pk,
            from_absorbed=form.from_absorbed,
            note=form.cleaned_data["note"],
            actor=self.request.user,
        )
        messages.success(
            self.request,
            _("“%(absorbed)s” was merged into “%(kept)s”. As long as nothing rests on it, it can be undone.")
            % {"absorbed": self.absorbed, "kept": self.kept},
        )
        return redirect(self.get_success_url())


# --- undoing --------------------------------------------------------------------------------------


class MergeUndo(ConfirmPage):
    permission_required = DECIDES
    model = HouseholdMerge
    page_heading = gettext_lazy("Undo the merge")
    verb = gettext_lazy("Undo the merge")
    needs_reason = True
    tone = "danger"

    def get_queryset(self) -> Any:
        user: Any = self.request.user
        rows = HouseholdMerge.objects.select_related("kept__province", "absorbed")
        if not user.has_perm(SEES):
            return rows.filter(NOTHING)
        return rows.filter(scope(user, province="kept__province", district=None))

    def get_breadcrumbs(self) -> list[Crumb]:
        return [_queue_crumb(), Crumb(str(self.object.kept), self.get_cancel_url())]

    def get_consequence(self) -> str:
        obstacle = undo_obstacle(self.object)
        if obstacle:
            return obstacle
        return _(
            "“%(absorbed)s” becomes a household of its own again, “%(kept)s” gets back what it said before, "
            "and the pair returns to the queue."
        ) % {"absorbed": self.object.absorbed, "kept": self.object.kept}

    def get_success_url(self) -> str:
        return reverse("beneficiaries:household_detail", args=[self.object.kept_id])

    def perform(self, reason: str) -> str:
        undo_merge(self.object, reason=reason, actor=self.request.user)
        return _("The merge is undone: “%(absorbed)s” stands in the register again.") % {
            "absorbed": self.object.absorbed
        }
