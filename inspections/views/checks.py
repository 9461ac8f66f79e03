"""Checks that arrived: those of a round, one with its answers and photos, and which of two counts."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Count, Q
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format, localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.household.readings import note_reading
from smartphone_support.accounts.models import User
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.storing import send
from smartphone_support.web.components import Crumb
from smartphone_support.web.filters import BaseFilterSet
from smartphone_support.web.steps import StepPage
from smartphone_support.web.tables import BaseTable, DateColumn, TitleColumn
from smartphone_support.web.templatetags.web import badge, masked_id
from smartphone_support.web.views import DetailPage, ListPage, PermissionMixin

from ..choices import Answer, CheckSource
from ..models import CheckPhoto, FieldCheck, Finding, InspectionRound
from ..offline.packs import first_day, standing_hand_overs
from ..offline.photos import EXTENSIONS, kind_of
from ..permits.fieldwork import may_choose_check
from ..rules.from_answers import digits_of, ending, imei_differs
from ..workflow.choosing import CHOOSING_STATES, choose_check, rivals_of
from .rounds import round_crumbs

READ = "inspections.view_inspectionround"
RELATED = (
    "round__program__province", "round__district", "sampled__support__household", "sampled__support__commune",
    "sampled__support__district", "sampled__support__operator", "unit__area", "unit__organisation",
    "checklist", "inspector",
)  # fmt: skip
ANSWER_TONES = {Answer.PASS: "ok", Answer.FAIL: "bad", Answer.NA: "idle"}


def marks_of(check: FieldCheck) -> SafeString:
    """What a reader has to know of a check beside its answers: that it does not count, that it came late."""
    marks = [] if check.counts else [("idle", _("Does not count"))]
    marks += [("wait", _("Sent after the fieldwork"))] if check.late else []
    return format_html_join(" ", "{}", ((badge(tone, words),) for tone, words in marks))


def check_crumbs(round_: InspectionRound) -> list[Crumb]:
    return [
        *round_crumbs(round_),
        Crumb(_("Checks of the round"), reverse("inspections:check_list", args=[round_.pk])),
    ]


# --- the list -----------------------------------------------------------------------------------------


def _inspectors(request: Any) -> Any:
    seen = FieldCheck.objects.visible_to(request.user).values("inspector")
    return User.objects.filter(pk__in=seen).order_by("full_name")


def _communes(request: Any) -> Any:
    seen = FieldCheck.objects.visible_to(request.user).values("sampled__support__commune")
    return AdministrativeArea.objects.filter(pk__in=seen).order_by("name")


class CheckFilter(BaseFilterSet):
    inspector = django_filters.ModelChoiceFilter(label=gettext_lazy("Who was there"), queryset=_inspectors)
    commune = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Commune"), field_name="sampled__support__commune", queryset=_communes
    )
    source = django_filters.ChoiceFilter(
        label=gettext_lazy("Came"), choices=CheckSource.choices, empty_label=gettext_lazy("All")
    )
    mark = django_filters.ChoiceFilter(
        label=gettext_lazy("Only"),
        method="marked",
        empty_label=gettext_lazy("All"),
        choices=[
            ("fail", gettext_lazy("with an answer “fail”")),
            ("twice", gettext_lazy("of households checked twice")),
            ("late", gettext_lazy("sent after the fieldwork")),
        ],
    )

    class Meta:
        model = FieldCheck
        fields = ["inspector", "commune", "source"]

    def marked(self, queryset: Any, name: str, value: str) -> Any:
        if value == "fail":
            return queryset.filter(answers__answer=Answer.FAIL).distinct()
        if value == "late":
            return queryset.filter(late=True)
        return queryset.filter(sampled__in=twice_checked(queryset))


def twice_checked(checks: Any) -> Any:
    """Sampled households with more than one check, as a subquery of their ids."""
    rows = FieldCheck.objects.filter(sampled__in=checks.order_by().values("sampled"))
    return rows.order_by().values("sampled").annotate(n=Count("pk")).filter(n__gt=1).values("sampled")


class CheckTable(BaseTable):
    """Checks of a round: whom, where, by whom, when, how they came, what they found."""

    subject = TitleColumn(
        verbose_name=gettext_lazy("Household or unit"),
        accessor="pk",
        linkify=("inspections:check_detail", {"pk": tables.A("pk")}),
        order_by=("sampled__support__commune__code", "sampled__order"),
    )
    inspector = tables.Column(verbose_name=gettext_lazy("Who was there"), accessor="inspector__full_name")
    visited_at = DateColumn(verbose_name=gettext_lazy("Visited"))
    source = tables.Column(verbose_name=gettext_lazy("Came"))
    fails = tables.Column(verbose_name=gettext_lazy("Result"), order_by="-fails")

    class Meta(BaseTable.Meta):
        order_by = "-visited_at"

    def render_subject(self, record: FieldCheck) -> SafeString | str:
        if record.sampled is None:
            return str(record)
        support = record.sampled.support
        parts = (support.household.village, support.commune.name_in_text)
        return format_html("{} <small>{}</small>", record, ", ".join(part for part in parts if part))

    def render_visited_at(self, record: FieldCheck) -> SafeString:
        arrived = _("arrived %(at)s") % {"at": _moment(record.received_at)}
        # One block: on a phone a cell is a grid of its label and its value.
        return format_html("<div>{} <small>{}</small></div>", _moment(record.visited_at), arrived)

    def render_fails(self, value: int, record: FieldCheck) -> SafeString:
        if value:
            result = badge("bad", _("%(count)s fail") % {"count": localize(value)})
        else:
            result = badge("ok", _("All pass"))
        photos = record.photo_count  # type: ignore[attr-defined]  # annotated
        words = _("%(count)s photos") % {"count": localize(photos)} if photos else ""
        return format_html("<div>{} {} <small>{}</small></div>", result, marks_of(record), words)


class CheckList(ListPage):
    """The checks of one round this person sees."""

    permission_required = READ
    table_class = CheckTable
    filterset_class = CheckFilter
    template_name = "inspections/check_list.html"
    page_heading = gettext_lazy("Checks of the round")
    empty_title = gettext_lazy("No check has arrived yet")
    empty_text = gettext_lazy("Checks come from the inspectors' phones, from saved files and from paper.")

    def find_subject(self) -> None:
        rounds = InspectionRound.objects.visible_to(self.request.user).select_related("program__province")
        self.object = get_object_or_404(rounds, pk=self.kwargs["pk"])

    def get_lead(self) -> str:
        return _("“%(round)s”: who was where and when, and what was found.") % {"round": self.object}

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs(self.object)

    def get_queryset(self) -> Any:
        seen = FieldCheck.objects.visible_to(self.request.user).filter(round=self.object).values("pk")
        rows = FieldCheck.objects.filter(pk__in=seen).select_related(*RELATED)
        return rows.annotate(
            fails=Count("answers", filter=Q(answers__answer=Answer.FAIL), distinct=True),
            photo_count=Count("photos", distinct=True),
        )


# --- one check ----------------------------------------------------------------------------------------


class _CheckQuery(PermissionMixin):
    model = FieldCheck

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_breadcrumbs(self) -> list[Crumb]:
        return check_crumbs(self.object.round)


class CheckDetail(_CheckQuery, DetailPage):
    """What was seen: answers, photos, where and when, and the findings it opened."""

    permission_required = READ
    template_name = "inspections/check_detail.html"
    context_object_name = "check"

    def get_page_heading(self) -> str:
        return _("Check of %(name)s") % {"name": self.object}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.sampled is not None:
            note_reading(self.object.sampled.support.household, request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check, user = self.object, self.request.user
        answers = list(check.answers.select_related("item"))
        photos = list(check.photos.select_related("file", "item"))
        for photo in photos:
            photo.is_picture = not photo.file.name.endswith(".pdf")
        findings = Finding.objects.visible_to(user).filter(check_row=check).order_by("pk")
        visible = FieldCheck.objects.visible_to(user).values("pk")
        rivals = list(rivals_of(check).filter(pk__in=visible).select_related("inspector"))
        return super().get_context_data(**kwargs) | {
            "facts": [row for row in check_facts(check) if row[1] not in (None, "")],
            "answers": [(row, ANSWER_TONES[Answer(row.answer)]) for row in answers],
            "photos": photos,
            "findings": findings,
            "rivals": [(row, marks_of(row)) for row in rivals],
            "marks": marks_of(check),
            "chooses": bool(rivals)
            and check.round.state in CHOOSING_STATES
            and may_choose_check(user, check)
            and (not check.counts or check.chosen_at is None),
        }


def check_facts(check: FieldCheck) -> list[tuple[Any, Any]]:
    """Who, where, when, how; empty values are left out by the page."""
    place = ""
    if check.latitude is not None:
        place = f"{check.latitude:.5f}, {check.longitude:.5f}"
        if check.accuracy is not None:
            place = _("%(place)s (within %(metres)s m)") % {
                "place": place,
                "metres": localize(check.accuracy),
            }
    return [
        *(_household_facts(check) if check.sampled else [(_("Inspected unit"), str(check.unit))]),
        (_("Who was there"), check.inspector.full_name),
        (_("Visited"), _moment(check.visited_at)),
        (_("Arrived"), _moment(check.received_at)),
        (_("Came"), check.get_source_display()),
        (_("Position (latitude, longitude)"), place),
        (_("Signed by"), check.signer_name),
        (_("Checklist"), str(check.checklist)),
        (_("Note"), check.note),
    ]


def _household_facts(check: FieldCheck) -> list[tuple[Any, Any]]:
    sampled = check.sampled
    if sampled is None:
        return []
    support = sampled.support
    hand_over = standing_hand_overs([sampled]).get(support.pk)
    parts = (support.household.village, support.commune.name_in_text, support.district.name_in_text)
    return [
        (_("Address"), ", ".join(part for part in parts if part)),
        (_("Identity number"), masked_id(support.household.national_id)),
        (_("In the sample"), sampled.get_kind_display()),
        (_("Handed over"), _delivered(support, hand_over)),
        (_("IMEI on the device"), _imei(check, hand_over)),
    ]


def _delivered(support: Any, hand_over: Any) -> str:
    if hand_over is None:
        return _("No hand-over record")
    device = f", {hand_over.device.model}" if hand_over.device else ""
    return f"{date_format(first_day(support, hand_over), 'SHORT_DATE_FORMAT')}{device}"


def _imei(check: FieldCheck, hand_over: Any) -> SafeString | str:
    """What was read on the device, by its end, and whether it is the record's."""
    if not check.imei_seen:
        return ""
    device = hand_over.device if hand_over else None
    known = [number for number in (device.imei, device.imei2) if number] if device else []
    seen = digits_of(check.imei_seen)
    # As few digits as tell it from the record's; where they are the same, the last four.
    end = f"…\u2060{ending(seen, *(number for number in known if digits_of(number) != seen))}"
    if not known:
        return format_html("{} {}", end, badge("idle", _("Nothing to compare with")))
    if imei_differs(check.imei_seen, known):
        return format_html("{} {}", end, badge("bad", _("Not the one of the record")))
    return format_html("{} {}", end, badge("ok", _("As in the record")))


def _moment(at: Any) -> str:
    return str(date_format(localtime(at), "SHORT_DATETIME_FORMAT"))


class CheckChoose(_CheckQuery, StepPage):
    """Let this check of a household count, and the other one not."""

    may = may_choose_check
    page_heading = gettext_lazy("Let this check count")
    verb = gettext_lazy("Let this check count")
    needs_reason = True
    success_url_name = "inspections:check_detail"

    def get_consequence(self) -> str:
        check = self.object
        return _(
            "The check by %(person)s of %(day)s will count for “%(name)s”; the other one is kept, counts no "
            "more and leaves the estimates."
        ) % {"person": check.inspector.full_name, "day": _moment(check.visited_at), "name": check}

    def perform(self, reason: str) -> str:
        choose_check(self.object, actor=self.request.user, reason=reason)
        return _("This check counts now.")


class CheckPhotoFile(DetailPage):
    """A photo of a check, shown in the page: a picture as such, a scan as a download."""

    permission_required = READ
    model = CheckPhoto

    def find_subject(self) -> None:
        seen = FieldCheck.objects.visible_to(self.request.user).values("pk")
        rows = CheckPhoto.objects.filter(check_row__in=seen)
        related = ("file", "check_row__sampled__support__household")
        self.object = get_object_or_404(rows.select_related(*related), pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:  # type: ignore[override]  # a file
        stored = self.object.file
        with stored.file.open("rb") as file:
            kind = kind_of(file.read(16))
        response = send(stored)
        if kind.startswith("image/") and "download" not in request.GET:
            # Recognised by its first bytes, never by its name; nosniff keeps the browser to it.
            name = f"{self.object.check_row_id}-{self.object.pk}.{EXTENSIONS[kind]}"
            response["Content-Type"] = kind
            response["Content-Disposition"] = f'inline; filename="{name}"'
        return response
