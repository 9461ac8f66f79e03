"""Which papers there are of which row, who may have them, and how each is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from beneficiaries.models import Household
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.paper import Paper
from smartphone_support.web.errors import Refusal

from ..choices import HandOverState, ListState, SupportState
from ..models import (
    Acceptance,
    Amendment,
    DistrictList,
    HandOver,
    ListLine,
    Proposal,
    PublicPosting,
    QuotaPlan,
    Support,
)
from . import acceptances, amendments, hand_overs, notices, posting, proposals, quotas

#: Supports a hand-over can be recorded for, or was: those on hold and ended ones are on no paper.
_TO_HAND_OVER = (
    SupportState.APPROVED, SupportState.ASSIGNED, SupportState.DELIVERED, SupportState.CONFIRMED,
)  # fmt: skip
#: Letters in one file: more keep the person waiting (1,500 take ten seconds of work as PDF).
MOST_LETTERS = 500
_NUMBERED = "beneficiaries.reveal_identity"


NOT_ARRANGED = notices.Appointment()


@dataclass(frozen=True)
class Asked:
    """Who asks for a paper, whether with whole numbers, of which commune alone, for which appointment."""

    user: Any
    in_full: bool = False
    commune: AdministrativeArea | None = None
    appointment: notices.Appointment = NOT_ARRANGED


@dataclass(frozen=True)
class Made:
    """The papers of one file, the words of its name, and the households they name."""

    papers: Sequence[Paper]
    name: str
    households: QuerySet[Household]


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper of one kind of row.

    `rows` are the rows a person sees; `make` writes the papers; `offered` says whether the row's page shows
    it. `shows_numbers`: identity numbers are on it, whole with the right to read them and a reason.
    """

    slug: str
    title: str | Promise
    of: str
    model: type[models.Model]
    permission: str
    rows: Callable[[Any], QuerySet[Any]]
    make: Callable[[Any, Asked], Made]
    offered: Callable[[Any, Any], bool] = lambda row, user: True
    shows_numbers: bool = False
    by_commune: bool = False
    is_invitation: bool = False

    @property
    def name(self) -> str:
        """The part of its addresses' names: "proposal_submission"."""
        return f"{self.of}_{self.slug}".replace("-", "_")

    def may_be_full(self, user: Any) -> bool:
        return self.shows_numbers and user.has_perm(_NUMBERED)


# --- what a person sees ---------------------------------------------------------------------------


def _proposals(user: Any) -> QuerySet[Any]:
    return Proposal.objects.visible_to(user).select_related(
        "round__program__province", "round__funding_source", "round__rule_set"
    )


def _plans(user: Any) -> QuerySet[Any]:
    return QuotaPlan.objects.visible_to(user).select_related(
        "round__program__province", "round__funding_source", "round__rule_set"
    )


def _amendments(user: Any) -> QuerySet[Any]:
    return Amendment.objects.visible_to(user).select_related(
        "round__program__province", "round__funding_source", "round__rule_set", "district_list__district"
    )


def _lists(user: Any) -> QuerySet[Any]:
    return DistrictList.objects.visible_to(user).select_related(
        "round__program__province", "district__parent"
    )


def _postings(user: Any) -> QuerySet[Any]:
    return PublicPosting.objects.visible_to(user).select_related(
        "district_list__round__program__province", "district_list__district__parent", "commune__parent"
    )


def _supports(user: Any) -> QuerySet[Any]:
    return _with_papers(Support.objects.visible_to(user))


def _hand_overs(user: Any) -> QuerySet[Any]:
    return HandOver.objects.visible_to(user).select_related(
        "device", "operator", *(f"support__{name}" for name in _RELATED)
    )


def _acceptances(user: Any) -> QuerySet[Any]:
    return Acceptance.objects.visible_to(user).select_related(
        "round__program__province", "round__funding_source", "round__rule_set", "operator", "district",
        "contribution__program__province",
    )  # fmt: skip


def communes_seen(user: Any) -> QuerySet[Any]:
    """Communes where the person sees a support to hand over or handed over: an operator prints its own."""
    seen = Support.objects.visible_to(user).filter(state__in=_TO_HAND_OVER).values("commune")
    return AdministrativeArea.objects.filter(pk__in=seen).select_related("parent__parent")


_RELATED = (
    "household", "commune__parent", "district__parent", "operator", "round", "line__district_list",
    "amendment_line__amendment",
)  # fmt: skip


def _with_papers(supports: QuerySet[Support]) -> QuerySet[Support]:
    """With all their papers need, and the standing hand-over as `standing`."""
    standing = HandOver.objects.exclude(state=HandOverState.REVERSED).select_related("device", "operator")
    return supports.select_related(*_RELATED).prefetch_related(
        Prefetch("hand_overs", queryset=standing, to_attr="standing")
    )


def _recorded(supports: Iterable[Support]) -> list[Support]:
    """Each with `recorded`: its standing hand-over or None."""
    rows = list(supports)
    for row in rows:
        row.recorded = next(iter(row.standing), None)  # type: ignore[attr-defined]  # prefetched above
    return rows


def lists_of(proposal: Proposal, user: Any) -> list[DistrictList]:
    """The proposal's lists this person sees: a district only its own."""
    rows = DistrictList.objects.visible_to(user).filter(proposal=proposal)
    return list(rows.select_related("district").order_by("district__code", "wave"))


def supports_of(district_list: DistrictList, asked: Asked) -> QuerySet[Support]:
    """Supports that came from a list or its amendments, still to be handed over or handed over."""
    rows = Support.objects.visible_to(asked.user).filter(
        Q(line__district_list=district_list) | Q(amendment_line__amendment__district_list=district_list),
        state__in=_TO_HAND_OVER,
    )
    rows = rows.filter(commune=asked.commune) if asked.commune else rows
    return _with_papers(rows).order_by("commune__code", "household__village", "line__position", "pk")


def communes_of(district_list: DistrictList) -> QuerySet[AdministrativeArea]:
    """Communes of which a list holds households."""
    lines = ListLine.objects.filter(district_list=district_list).values("commune")
    return AdministrativeArea.objects.filter(pk__in=lines).select_related("parent").order_by("code")


# --- how each is made -----------------------------------------------------------------------------


def _make_submission(proposal: Proposal, asked: Asked) -> Made:
    lists = lists_of(proposal, asked.user)
    paper = proposals.submission(proposal, lists, in_full=asked.in_full)
    return Made([paper], f"Tờ trình {proposal.number}", _kept(lists))


def _make_approval(proposal: Proposal, asked: Asked) -> Made:
    lists = lists_of(proposal, asked.user)
    paper = proposals.approval(proposal, lists, in_full=asked.in_full)
    return Made([paper], f"Quyết định phê duyệt danh sách - {proposal.number}", _kept(lists))


def _make_quota(plan: QuotaPlan, asked: Asked) -> Made:
    words = f"Quyết định phân bổ chỉ tiêu - {plan.round.name} - v{plan.version}"
    return Made([quotas.quota_decision(plan)], words, Household.objects.none())


def _make_amendment(amendment: Amendment, asked: Asked) -> Made:
    paper = amendments.amendment_decision(amendment, in_full=asked.in_full)
    named = Q(amendment_lines__amendment=amendment) | Q(supports__amendment_lines__amendment=amendment)
    households = Household.objects.filter(named).distinct()
    return Made([paper], f"Quyết định điều chỉnh - {amendment.number}", households)


def _make_posted(district_list: DistrictList, asked: Asked) -> Made:
    paper = posting.posted_list(district_list, asked.commune)
    return Made([paper], f"Danh sách niêm yết - {_place(district_list, asked)}", Household.objects.none())


def _make_posting(row: PublicPosting, asked: Asked) -> Made:
    place = row.commune or row.district_list.district
    words = f"Biên bản niêm yết - {place.name}"
    return Made([posting.posting_minutes(row)], words, Household.objects.none())


def _make_support_record(support: Support, asked: Asked) -> Made:
    (support,) = _recorded([support])
    recorded = support.recorded  # type: ignore[attr-defined]  # set in the line above
    paper = hand_overs.hand_over_minutes(support, recorded, in_full=asked.in_full)
    return Made([paper], f"Biên bản bàn giao - {support.household.head_name}", _one(support))


def _make_hand_over(hand_over: HandOver, asked: Asked) -> Made:
    support = hand_over.support
    paper = hand_overs.hand_over_minutes(support, hand_over, in_full=asked.in_full)
    return Made([paper], f"Biên bản bàn giao - {support.household.head_name}", _one(support))


def _make_batch(district_list: DistrictList, asked: Asked) -> Made:
    supports = supports_of(district_list, asked)
    if not supports.exists():
        raise Refusal(_("This list has no approved household to hand over to in this place."))
    paper = hand_overs.hand_over_batch(
        district_list.round, _recorded(supports), asked.commune or district_list.district,
        in_full=asked.in_full,
    )  # fmt: skip
    words = f"Biên bản bàn giao - {_place(district_list, asked)}"
    return Made([paper], words, _of(supports))


def _make_commune_batch(commune: AdministrativeArea, asked: Asked) -> Made:
    """One paper a round: an operator may deliver several in a commune."""
    seen = Support.objects.visible_to(asked.user).filter(commune=commune, state__in=_TO_HAND_OVER)
    supports = _with_papers(seen).order_by("round", "household__village", "line__position", "pk")
    rounds: dict[Any, list[Support]] = {}
    for support in _recorded(supports):
        rounds.setdefault(support.round, []).append(support)
    papers = [
        hand_overs.hand_over_batch(round_, rows, commune, in_full=asked.in_full)
        for round_, rows in rounds.items()
    ]
    return Made(papers, f"Biên bản bàn giao - {commune.name}", _of(supports))


def _make_acceptance(acceptance: Acceptance, asked: Asked) -> Made:
    seen = HandOver.objects.visible_to(asked.user)
    paper = acceptances.acceptance_minutes(acceptance, seen, in_full=asked.in_full)
    named = seen.filter(acceptance=acceptance).order_by().values("support__household")
    households = Household.objects.filter(pk__in=named)
    return Made([paper], f"Biên bản nghiệm thu - {acceptance.number}", households)


def _make_notice(support: Support, asked: Asked) -> Made:
    paper = notices.household_notice(support, asked.appointment, notices.decision_of(support))
    return Made([paper], f"Thông báo - {support.household.head_name}", _one(support))


def _make_notices(district_list: DistrictList, asked: Asked) -> Made:
    """A letter for every household that has not received yet, each on a page of its own."""
    supports = supports_of(district_list, asked).filter(
        state__in=[SupportState.APPROVED, SupportState.ASSIGNED]
    )
    if not supports.exists():
        raise Refusal(_("No household of this list waits for its hand-over in this place."))
    if supports.count() > MOST_LETTERS:
        raise Refusal(_("More than %(most)s letters in one file: choose a commune.") % {"most": MOST_LETTERS})
    decisions: dict[Any, Any] = {}
    papers = []
    for support in supports:
        key = support.amendment_line.amendment_id if support.amendment_line else 0
        if key not in decisions:
            decisions[key] = notices.decision_of(support)
        papers.append(notices.household_notice(support, asked.appointment, decisions[key]))
    return Made(papers, f"Thông báo - {_place(district_list, asked)}", _of(supports))


def _kept(lists: Sequence[DistrictList]) -> QuerySet[Household]:
    return Household.objects.filter(list_lines__district_list__in=lists, list_lines__decision="keep")


def _one(support: Support) -> QuerySet[Household]:
    return Household.objects.filter(pk=support.household_id)


def _of(supports: QuerySet[Support]) -> QuerySet[Household]:
    return Household.objects.filter(pk__in=supports.order_by().values("household"))


def _place(district_list: DistrictList, asked: Asked) -> str:
    place = asked.commune or district_list.district
    return f"{district_list.round.name} - {place.name}"


def _is_approved(row: DistrictList, user: Any) -> bool:
    return bool(row.state == ListState.APPROVED and user.has_perm("allocations.view_support"))


SEES_LIST, SEES_SUPPORT = "allocations.view_districtlist", "allocations.view_support"
KINDS = (
    PaperKind(
        "submission", pgettext_lazy("paper", "Submission letter with the list"), "proposal", Proposal,
        "allocations.view_proposal", _proposals, _make_submission, shows_numbers=True,
    ),
    PaperKind(
        "decision", pgettext_lazy("paper", "Decision with the list"), "proposal", Proposal,
        "allocations.view_proposal", _proposals, _make_approval, shows_numbers=True,
    ),
    PaperKind(
        "decision", pgettext_lazy("paper", "Decision on the quotas"), "quotaplan", QuotaPlan,
        "allocations.view_quotaplan", _plans, _make_quota,
    ),
    PaperKind(
        "decision", pgettext_lazy("paper", "Decision on the amendment"), "amendment", Amendment, SEES_LIST,
        _amendments, _make_amendment, shows_numbers=True,
    ),
    PaperKind(
        "posted", pgettext_lazy("paper", "List for public posting"), "list", DistrictList, SEES_LIST, _lists,
        _make_posted, by_commune=True,
    ),
    PaperKind(
        "hand-overs", pgettext_lazy("paper", "Hand-over record with signatures"), "list", DistrictList,
        SEES_LIST, _lists, _make_batch, _is_approved, shows_numbers=True, by_commune=True,
    ),
    PaperKind(
        "notices", pgettext_lazy("paper", "Letters to the households"), "list", DistrictList, SEES_LIST,
        _lists, _make_notices, _is_approved, by_commune=True, is_invitation=True,
    ),
    PaperKind(
        "minutes", pgettext_lazy("paper", "Record of the posting"), "posting", PublicPosting, SEES_LIST,
        _postings, _make_posting,
    ),
    PaperKind(
        "hand-over", pgettext_lazy("paper", "Hand-over record"), "support", Support, SEES_SUPPORT, _supports,
        _make_support_record, lambda row, user: row.state in _TO_HAND_OVER, shows_numbers=True,
    ),
    PaperKind(
        "notice", pgettext_lazy("paper", "Letter to the household"), "support", Support, SEES_SUPPORT,
        _supports, _make_notice,
        lambda row, user: row.state in (SupportState.APPROVED, SupportState.ASSIGNED), is_invitation=True,
    ),
    PaperKind(
        "minutes", pgettext_lazy("paper", "Hand-over record"), "handover", HandOver, SEES_SUPPORT,
        _hand_overs, _make_hand_over, shows_numbers=True,
    ),
    PaperKind(
        "hand-overs", pgettext_lazy("paper", "Hand-over record with signatures"), "commune",
        AdministrativeArea, SEES_SUPPORT, communes_seen, _make_commune_batch, shows_numbers=True,
    ),
    PaperKind(
        "minutes", pgettext_lazy("paper", "Acceptance record"), "acceptance", Acceptance,
        "allocations.view_acceptance", _acceptances, _make_acceptance, shows_numbers=True,
    ),
)  # fmt: skip


def kinds_of(row: Any, user: Any) -> list[PaperKind]:
    """Papers a row's page offers to this person."""
    return [
        kind
        for kind in KINDS
        if isinstance(row, kind.model) and user.has_perm(kind.permission) and kind.offered(row, user)
    ]
