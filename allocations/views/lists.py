"""District lists: seeing them, printing them, signing them, taking them back."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.web.components import Crumb
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, ListPage, PermissionMixin

from .. import workflow
from ..choices import DISTRICT_STATES, Decision, ListState, ObjectionOutcome, Verdict, VersionKind
from ..filters import DistrictListFilter
from ..lists.lifecycles import list_steps
from ..lists.listing import Narrowing, commune_totals, counts_of, lines_page, list_tabs, whole_list
from ..lists.posted import not_signable, objections_of
from ..models import DistrictList, ReviewUpload
from ..permits.lists import may_withdraw
from ..permits.quotas import offers_return
from ..permits.rounds import may_appraise, may_prepare_proposal, may_review, may_sign
from ..rules.ranking import TIE_BREAKER
from ..tables import DistrictListTable
from ..workflow.plans import round_rule
from .rounds import round_crumbs

RELATED = (
    "round__program__province", "round__funding_source", "district", "reviewed_by", "signed_by",
    "appraised_by", "proposal",
)  # fmt: skip


def list_crumbs(row: DistrictList | None = None) -> list[Crumb]:
    """The way to a list's pages."""
    crumbs = [Crumb(_("District lists"), reverse("allocations:list_list"))]
    if row is not None:
        crumbs.append(Crumb(str(row), reverse("allocations:list_detail", args=[row.pk])))
    return crumbs


class DistrictListList(ListPage):
    """All lists the person sees: a district its own, the department those of the province."""

    model = DistrictList
    permission_required = "allocations.view_districtlist"
    table_class = DistrictListTable
    filterset_class = DistrictListFilter
    template_name = "allocations/districtlist_list.html"
    page_heading = gettext_lazy("District lists")
    lead = gettext_lazy("The households each district proposes in a round, ranked by the statutory priority.")
    empty_title = gettext_lazy("No list yet")
    empty_text = gettext_lazy("Lists are opened when the leader approves a round's quotas.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("round", "district")


class _ListQuery(PermissionMixin):
    model = DistrictList
    success_url_name = "allocations:list_detail"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_breadcrumbs(self) -> list[Crumb]:
        return list_crumbs(self.object)


class ListPart(_ListQuery, DetailPage):
    """A page about one side of a list: whoever sees the list sees it."""

    permission_required = "allocations.view_districtlist"
    context_object_name = "list"
    #: Which of the links above the page is this one.
    part = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: DistrictList = self.object
        return super().get_context_data(**kwargs) | {
            "list_part": self.part,
            "open_objections": objections_of(row).filter(outcome="").count(),
        }


class DistrictListDetail(ListPart):
    """A list with its lines in counted parts, and the one step that is next for this person."""

    template_name = "allocations/districtlist_detail.html"
    part = "lines"

    def get_page_heading(self) -> str:
        words = {"district": self.object.district.name_in_text, "round": self.object.round.name}
        if self.object.wave > 1:
            return _("List of %(district)s, %(round)s, wave %(wave)s") % (words | {"wave": self.object.wave})
        return _("List of %(district)s, %(round)s") % words

    def get_breadcrumbs(self) -> list[Crumb]:
        return [*round_crumbs(self.object.round), Crumb(_("District list"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        row, user = self.object, self.request.user
        asked = Narrowing.asked(self.request.GET, row)
        counts = counts_of(row)
        tabs, current = list_tabs(row, counts, self.request.GET.get("part", ""), self.request.path, asked)
        appraising = row.state == ListState.APPRAISING and may_appraise(user, row)
        page = lines_page(row, current, self.request.GET.get("page", 1), asked)
        posts = row.state in {*DISTRICT_STATES, ListState.AWAITING_SIGNATURE}
        return context | {
            "steps": list_steps(row),
            "counts": counts,
            "tabs": tabs,
            "page_obj": page,
            "asked": asked,
            "current_part": current,
            "appraising": appraising,
            "verdicts": not posts or counts["returned"],
            "review": may_review(user, row) and row.state in DISTRICT_STATES,
            "sign": may_sign(user, row) and row.state == ListState.AWAITING_SIGNATURE,
            "withdraw": may_withdraw(user, row) and row.state == ListState.SUBMITTED,
            "open": may_appraise(user, row) and row.state == ListState.SUBMITTED,
            "returnable": may_appraise(user, row) and row.state in {ListState.APPRAISING, ListState.ACCEPTED},
            "propose": may_prepare_proposal(user, row.round) and row.state == ListState.ACCEPTED,
            "give_back": offers_return(user, row),
            "waiting_upload": self._waiting_upload(),
            "not_signable": not_signable(row) if posts else "",
            "was_withdrawn": self._was_withdrawn(),
            "rule": round_rule(row.round),
            "tie_breaker": TIE_BREAKER,
        }

    def _was_withdrawn(self) -> bool:
        """Whether the reason above a list under review is that of the leader who took it back."""
        row = self.object
        if row.state != ListState.DRAFTING or not row.return_reason:
            return False
        return row.versions.filter(number=row.version, kind=VersionKind.WITHDRAWN).exists()

    def _waiting_upload(self) -> ReviewUpload | None:
        """An upload of the present version that was read but neither applied nor discarded."""
        row = self.object
        if not (may_review(self.request.user, row) and row.state in DISTRICT_STATES):
            return None
        open_ = row.uploads.filter(applied_at=None, discarded_at=None, list_version=row.version)
        return open_.order_by("-id").first()


class ListCommunes(ListPart):
    """The list in figures, commune by commune and class by class."""

    template_name = "allocations/list_communes.html"
    page_heading = gettext_lazy("The list by commune")
    part = "communes"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows, total = commune_totals(self.object)
        return super().get_context_data(**kwargs) | {"rows": rows, "total": total}


class ListPrint(ListPart):
    """The whole list on one page, to print on A4: kept ones and reserves, by commune."""

    template_name = "allocations/list_print.html"
    page_heading = gettext_lazy("The whole list, to print")
    part = "print"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"lines": whole_list(self.object)}


def households(count: int) -> str:
    """ "164 households" in the reader's language."""
    return ngettext("%(count)s household", "%(count)s households", count) % {"count": localize(count)}


def upheld_but_kept(row: DistrictList) -> str:
    """A warning where an objection was upheld against a household that is kept all the same; "" for none."""
    upheld = objections_of(row).filter(outcome=ObjectionOutcome.UPHELD, line__decision=Decision.KEEP)
    count = upheld.values("line").distinct().count()
    if not count:
        return ""
    return ngettext(
        "%(count)s household is kept although an objection against it was upheld.",
        "%(count)s households are kept although an objection against them was upheld.",
        count,
    ) % {"count": localize(count)}


class ListRequestSignature(_ListQuery, StepPage):
    may = may_review
    states = DISTRICT_STATES
    page_heading = gettext_lazy("Send the list for signature")
    verb = gettext_lazy("Send for signature")

    def get_consequence(self) -> str:
        row = self.object
        parts = [
            _("%(households)s of %(district)s (quota %(quota)s) go to the district's leader for signature.")
            % {
                "households": households(row.kept),
                "district": row.district.name_in_text,
                "quota": localize(row.quota),
            }
        ]
        if row.remaining:
            parts.append(_("%(count)s of the quota stay unused.") % {"count": localize(row.remaining)})
        returned = row.lines.filter(Q(verdict=Verdict.RETURNED), decision=Decision.KEEP).aggregate(
            n=Count("pk")
        )["n"]
        if returned:
            parts.append(
                _("%(count)s returned lines are still kept unchanged.") % {"count": localize(returned)}
            )
        return " ".join([*parts, upheld_but_kept(row)]).strip()

    def perform(self, reason: str) -> str:
        workflow.request_signature(self.object, actor=self.request.user)
        return _("The list is with the leader of the district.")


class ListSendBack(_ListQuery, StepPage):
    may = may_sign
    states = frozenset({ListState.AWAITING_SIGNATURE})
    page_heading = gettext_lazy("Send the list back to the officer")
    verb = gettext_lazy("Send back")
    tone = "danger"
    needs_reason = True
    consequence = gettext_lazy("The officer reviews the list again; it does not go to the department yet.")

    def perform(self, reason: str) -> str:
        workflow.send_back(self.object, actor=self.request.user, reason=reason)
        return _("The list is back with the officer.")


class ListSign(_ListQuery, StepPage):
    may = may_sign
    states = frozenset({ListState.AWAITING_SIGNATURE})
    page_heading = gettext_lazy("Sign and submit the list")
    verb = gettext_lazy("Sign and submit")

    def get_consequence(self) -> str:
        row = self.object
        told = _(
            "%(households)s of %(district)s are submitted to the department; you answer for the list. "
            "After that it cannot be changed unless it is returned."
        ) % {"households": households(row.kept), "district": row.district.name_in_text}
        return f"{told} {upheld_but_kept(row)}".strip()

    def perform(self, reason: str) -> str:
        workflow.sign_and_submit(self.object, actor=self.request.user)
        return _("The list is signed and submitted.")


class ListWithdraw(_ListQuery, StepPage):
    may = may_withdraw
    states = frozenset({ListState.SUBMITTED})
    page_heading = gettext_lazy("Take the submitted list back")
    verb = gettext_lazy("Take the list back")
    tone = "danger"
    needs_reason = True

    def get_consequence(self) -> str:
        row = self.object
        return _(
            "The list with %(households)s goes back to your officer before the department has opened it; "
            "it must be signed and submitted again. Workbooks downloaded before expire."
        ) % {"households": households(row.kept)}

    def perform(self, reason: str) -> str:
        workflow.withdraw_list(self.object, actor=self.request.user, reason=reason)
        return _("The list is taken back; it is under review again.")
