"""The sample of a round: its households, the drawing and how it can be checked, substitutes, additions."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from allocations.models import Support
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send_bytes
from smartphone_support.web.components import Crumb, Tab
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, ListPage, PermissionMixin

from ..choices import RoundState, SampleKind, SampleState
from ..models import InspectionRound, SampledHousehold, SampleDraw
from ..permits.sampling import may_draw, may_replace, may_see_frame, may_see_sample
from ..rules.sampling import QUANTILES, Plan, Wanted
from ..sampling.filters import SampleFilter
from ..sampling.forms import AssignForm, DrawForm, RiskForm
from ..sampling.frame import StoredFrame, frame, frame_supports
from ..sampling.panel import draw_facts
from ..sampling.redrawing import drawn_again, proof_of, wanted_of
from ..sampling.risks import SHOWN, SIGNS, suggestions
from ..sampling.strata import Places, by_district, level_word
from ..sampling.tables import SampleTable
from ..workflow import sampling
from ..workflow.rounds import wrong_sample
from .rounds import round_crumbs

RELATED = ("program__province", "district")
#: Part of the sample → what is in it.
PARTS = {
    "": Q(),
    "pending": Q(state=SampleState.PENDING),
    "checked": Q(state=SampleState.CHECKED),
    "replaced": Q(state=SampleState.REPLACED),
    "substitutes": Q(kind=SampleKind.SUBSTITUTE),
    "risk": Q(kind=SampleKind.RISK),
}


def sample_crumbs(round_: InspectionRound) -> list[Crumb]:
    return [*round_crumbs(round_), Crumb(_("Sample"), reverse("inspections:sample_detail", args=[round_.pk]))]


def keys_of(said: Any, name: str) -> list[int]:
    """Ticked ids of a request; what is none is left out."""
    return [int(key) for key in said.getlist(name) if key.isascii() and key.isdigit() and len(key) < 15]


class RoundQuery(PermissionMixin):
    """A page about one round's sample: `self.object` is the round."""

    model = InspectionRound

    def get_queryset(self) -> Any:
        return InspectionRound.objects.visible_to(self.request.user).select_related(*RELATED)

    def get_breadcrumbs(self) -> list[Crumb]:
        return sample_crumbs(self.object)

    def valid_draw(self) -> SampleDraw | None:
        return SampleDraw.objects.filter(round=self.object, superseded=False).first()


class SampleDetail(ListPage):
    """The households of a sample, by commune, with who visits them and where they stand."""

    table_class = SampleTable
    filterset_class = SampleFilter
    template_name = "inspections/sample_detail.html"
    page_heading = gettext_lazy("Sample")
    empty_title = gettext_lazy("No sample is drawn yet")

    def find_subject(self) -> None:
        page = RoundQuery()
        page.request, page.kwargs = self.request, self.kwargs
        page.find_subject()
        self.object = page.object

    def has_permission(self) -> bool:
        return may_see_sample(self.request.user, self.object)

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs(self.object)

    def whole(self) -> Any:
        """All households of the sample this person sees."""
        return SampledHousehold.objects.visible_to(self.request.user).filter(round=self.object)

    def get_queryset(self) -> Any:
        part = PARTS.get(self.request.GET.get("part", ""), Q())
        # A district's member sees rows through several joins: the ids, then the rows once.
        rows = SampledHousehold.objects.filter(part, pk__in=self.whole().values("pk"))
        related = (
            "support__household", "support__commune", "support__district", "inspector",
            "replaces__support__household",
        )  # fmt: skip
        order = ("support__district__code", "support__commune__code", "stratum", "order", "pk")
        return rows.select_related(*related).order_by(*order)

    def get_table_kwargs(self) -> dict[str, Any]:
        running = self.object.state in sampling.RUNNING - {RoundState.PLANNED}
        return {"replaces": running and may_draw(self.request.user, self.object)}

    def get_empty_text(self) -> Any:
        if may_see_frame(self.request.user, self.object):
            return _(
                "It is drawn by lot from the households that received support, in every commune and class."
            )
        return _("No household of this round is given to you yet.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round_, user = self.object, self.request.user
        draw = SampleDraw.objects.filter(round=round_, superseded=False).select_related("drawn_by").first()
        may, sees = may_draw(user, round_), may_see_frame(user, round_)
        return super().get_context_data(**kwargs) | {
            "round": round_,
            "draw": draw,
            "draw_facts": draw_facts(draw) if draw else [],
            "earlier": SampleDraw.objects.filter(round=round_, superseded=True).select_related("drawn_by"),
            "tabs": self._tabs(),
            "sees_frame": sees,
            "draws": may and _may_draw_now(round_, draw),
            "runs": may and round_.state in sampling.RUNNING,
            "wrong": wrong_sample(round_) if sees and round_.state in sampling.BEFORE_FIELDWORK else "",
            "homeless": self.whole().filter(inspector=None, state=SampleState.PENDING).count(),
        }

    def _tabs(self) -> list[Tab]:
        words = {
            "": _("All"),
            "pending": SampleState.PENDING.label,
            "checked": SampleState.CHECKED.label,
            "replaced": SampleState.REPLACED.label,
            "substitutes": _("Substitutes"),
            "risk": _("Added for a risk"),
        }
        seen = SampledHousehold.objects.filter(pk__in=self.whole().values("pk"))
        counts = seen.aggregate(
            **{f"n_{name}": Count("pk", filter=part) if name else Count("pk") for name, part in PARTS.items()}
        )
        asked = self.request.GET.get("part", "")
        return [
            Tab(str(words[name]), counts[f"n_{name}"], f"?part={name}" if name else "?", asked == name)
            for name in PARTS
            if not name or counts[f"n_{name}"] or name in ("pending", "checked")
        ]


def _may_draw_now(round_: InspectionRound, draw: SampleDraw | None) -> bool:
    return round_.state in (sampling.RUNNING if draw is None else sampling.BEFORE_FIELDWORK)


class SampleDrawing(RoundQuery, FormPage):
    """Choose how the sample is drawn, look at the sizes, then draw."""

    form_class = DrawForm
    template_name = "inspections/sample_draw.html"
    preview: tuple[StoredFrame, Plan] | None = None

    def has_permission(self) -> bool:
        return may_draw(self.request.user, self.object)

    def get_page_heading(self) -> str:
        return _("Draw the sample again") if self.valid_draw() else _("Draw the sample")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"again": self.valid_draw() is not None}

    def get_cancel_url(self) -> str:
        return reverse("inspections:sample_detail", args=[self.object.pk])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not _may_draw_now(self.object, self.valid_draw()):
            messages.warning(
                request,
                _("The fieldwork has begun: the sample stays as it was drawn. Call a substitute instead."),
            )
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Draws only what the person has seen: other choices or another frame show the sizes once more."""
        said, wanted = form.cleaned_data, form.wanted
        self.preview = sampling.preview(self.object, wanted)
        seen = self.request.POST.get("seen", "")
        if "draw" not in self.request.POST or seen != self.seen_now(wanted):
            if "draw" in self.request.POST:
                messages.warning(
                    self.request, _("These are the sizes of what you chose now. Look at them, then draw.")
                )
            return self.render_to_response(self.get_context_data(form=form))
        row = sampling.draw(
            self.object, actor=self.request.user, wanted=wanted, seed=said["seed"],
            reason=said.get("reason", ""), seen_hash=frame(self.preview[0]).hash,
        )  # fmt: skip
        done = ngettext("%(n)s household is drawn.", "%(n)s households are drawn.", row.size)
        messages.success(self.request, done % {"n": row.size})
        return redirect(self.get_cancel_url())

    def seen_now(self, wanted: Wanted) -> str:
        """The frame and the choices as they are now, in one word."""
        stored, _sizes = self.preview or ({}, None)
        margin = "" if wanted.margin is None else f"{wanted.margin.normalize():f}"
        return "/".join(
            [frame(stored).hash, wanted.allocation, str(wanted.confidence), margin, str(wanted.fixed)]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"round": self.object}
        if self.preview is None:
            return context | {"frame_size": frame_supports(self.object).count()}
        stored, sizes = self.preview
        places = Places(self.object, self.object.as_of)
        return context | {
            "plan": sizes,
            "frame_size": frame(stored).size,
            "seen": self.seen_now(context["form"].wanted),
            "level": level_word(sizes.level),
            "districts": by_district(places, sizes.strata),
            "strata_count": len(sizes.strata),
        }


class SampleMethod(RoundQuery, DetailPage):
    """How this sample was drawn and how anybody can check it, in plain words with the round's own numbers."""

    template_name = "inspections/sample_method.html"
    page_heading = gettext_lazy("How the sample was drawn")
    context_object_name = "round"

    def has_permission(self) -> bool:
        return may_see_frame(self.request.user, self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        draw = self.valid_draw()
        if draw is None:
            return context | {"draw": None}
        stored = frame(draw.frame)
        strata = {name: (sizes["population"], sizes["sample"]) for name, sizes in draw.strata.items()}
        smallest = min(strata, key=lambda name: (strata[name][0] < 2, -strata[name][0], name))
        places = Places(self.object, draw.as_of)
        again = drawn_again(draw)[smallest]
        return context | {
            "draw": draw,
            "level": level_word(stored.level_for(draw.size)),
            "is_commune": stored.level_for(draw.size) == "commune",
            "finest_count": len(stored.strata),
            "districts": by_district(places, strata),
            "strata_count": len(strata),
            "example": places.stratum(smallest),
            "example_sizes": strata[smallest],
            "example_key": again.order[0],
            "example_text": f"{draw.frame_hash}|{smallest}|{again.order[0]}",
            "replaced": SampledHousehold.objects.filter(draw=draw, state=SampleState.REPLACED).count(),
            "risks": SampledHousehold.objects.filter(round=self.object, kind=SampleKind.RISK).count(),
            "size": _size_words(wanted_of(draw)),
        }


def _size_words(wanted: Wanted) -> dict[str, str]:
    """The figures of Cochran's formula without the correction, in words; nothing for a fixed size."""
    if wanted.confidence is None or wanted.margin is None:
        return {}
    quantile = QUANTILES[wanted.confidence]
    endless = quantile**2 / 4 / (Fraction(wanted.margin) / 100) ** 2
    return {"quantile": localize(round(float(quantile), 3)), "endless": localize(round(float(endless), 1))}


class SampleProof(RoundQuery, DetailPage):
    """The proof file of the drawing, or of an earlier one; its download is on the record."""

    def has_permission(self) -> bool:
        return may_see_frame(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draws = SampleDraw.objects.filter(round=self.object).select_related("round")
        asked = keys_of(request.GET, "drawing")
        row = draws.filter(pk__in=asked).first() if asked else draws.filter(superseded=False).first()
        if row is None:
            raise Http404
        content = json.dumps(proof_of(row), ensure_ascii=False, indent=1).encode()
        after = {"draw": row.pk, "households": row.frame_size}
        record("inspections.inspectionround.download", self.object, actor=request.user, after=after)
        return send_bytes(content, f"mau-kiem-tra-{self.object.pk}-{row.pk}.json", "application/json")


class SampleAssign(RoundQuery, FormPage):
    """Give the households still to be visited to inspectors, by commune or one by one."""

    form_class = AssignForm
    template_name = "inspections/sample_assign.html"
    page_heading = gettext_lazy("Give households to inspectors")
    submit_label = gettext_lazy("Give the ticked ones")

    def has_permission(self) -> bool:
        return may_draw(self.request.user, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"round_": self.object}

    def get_cancel_url(self) -> str:
        return reverse("inspections:sample_detail", args=[self.object.pk])

    def open_rows(self) -> Any:
        rows = SampledHousehold.objects.filter(round=self.object, state=SampleState.PENDING)
        related = ("support__household", "support__commune", "support__district", "inspector")
        return rows.select_related(*related).order_by(
            "support__district__code", "support__commune__code", "support__household__village", "pk"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        communes: dict[int, dict[str, Any]] = {}
        for row in self.open_rows():
            area = row.support.commune
            group = communes.setdefault(
                area.pk, {"area": area, "district": row.support.district, "rows": [], "given": Counter()}
            )
            group["rows"].append(row)
            group["given"][row.inspector.full_name if row.inspector else ""] += 1
        for group in communes.values():
            nobody = group["given"].pop("", 0)
            group["nobody"], group["given"] = nobody, sorted(group["given"].items())
        return super().get_context_data(**kwargs) | {
            "round": self.object,
            "communes": list(communes.values()),
            "ticked": set(keys_of(self.request.POST, "row")),
            "ticked_communes": set(keys_of(self.request.POST, "commune")),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        whole, single = keys_of(self.request.POST, "commune"), keys_of(self.request.POST, "row")
        chosen = Q(support__commune__in=whole) | Q(pk__in=single)
        given = sampling.assign_inspector(
            self.object,
            self.open_rows().filter(chosen).values_list("pk", flat=True),
            actor=self.request.user,
            inspector=form.chosen,
        )
        done = ngettext("%(n)s household changed hands.", "%(n)s households changed hands.", given)
        messages.success(self.request, done % {"n": given})
        return redirect("inspections:sample_assign", pk=self.object.pk)


class SampleRisks(RoundQuery, FormPage):
    """Add households something speaks against; what is on record suggests some."""

    form_class = RiskForm
    template_name = "inspections/sample_risks.html"
    page_heading = gettext_lazy("Add households for a risk")
    submit_label = gettext_lazy("Add the ticked ones")
    lead = gettext_lazy(
        "They are visited like the others and marked. They are kept out of the estimates: they were not "
        "chosen by lot."
    )

    def has_permission(self) -> bool:
        return may_draw(self.request.user, self.object)

    def get_cancel_url(self) -> str:
        return reverse("inspections:sample_detail", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sign = self.request.GET.get("sign", "")
        asked = keys_of(self.request.GET, "commune")
        commune = asked[0] if asked else None
        rows = suggestions(self.object, sign=sign, commune=commune)
        communes = frame_supports(self.object).values("commune")
        return super().get_context_data(**kwargs) | {
            "round": self.object,
            "rows": rows,
            "full": len(rows) == SHOWN,
            "signs": SIGNS,
            "sign": sign if sign in SIGNS else "",
            "commune": commune,
            "communes": AdministrativeArea.objects.filter(pk__in=communes).order_by("name"),
            "ticked": set(keys_of(self.request.POST, "row")),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        ticked = keys_of(self.request.POST, "row")
        mine = Support.objects.filter(pk__in=ticked, district__parent=self.object.program.province)
        rows = sampling.add_for_risk(
            self.object, set(mine.values_list("pk", flat=True)), actor=self.request.user,
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
        done = ngettext("%(n)s household is added.", "%(n)s households are added.", len(rows))
        messages.success(self.request, done % {"n": len(rows)})
        return redirect(f"{self.get_cancel_url()}?part=risk")


class SampleReplace(StepPage):
    """Call the next substitute of the stratum in place of a household that cannot be visited."""

    model = SampledHousehold
    may = may_replace
    states = frozenset({SampleState.PENDING})
    page_heading = gettext_lazy("Call a substitute")
    verb = gettext_lazy("Call the substitute")
    needs_reason = True

    def get_queryset(self) -> Any:
        related = ("round__program__province", "support__household", "support__commune")
        return super().get_queryset().select_related(*related)

    def get_breadcrumbs(self) -> list[Crumb]:
        return sample_crumbs(self.object.round)

    def get_consequence(self) -> str:
        return _(
            "“%(household)s” (%(commune)s) is not visited any more. The next household of the same stratum "
            "in the drawn order takes its place and goes to the same inspector; nobody chooses it."
        ) % {"household": self.object.support.household, "commune": self.object.support.commune.name}

    def get_success_url(self) -> str:
        return reverse("inspections:sample_detail", args=[self.object.round_id])

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def perform(self, reason: str) -> str:
        substitute = sampling.call_substitute(self.object, actor=self.request.user, reason=reason)
        support = Support.objects.select_related("household", "commune").get(pk=substitute.support_id)
        return _("“%(household)s” (%(commune)s) takes its place.") % {
            "household": support.household,
            "commune": support.commune.name,
        }
