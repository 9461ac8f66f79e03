"""A new plan: uploaded, corrected, its questions answered, saved as a draft; or copied from another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.vietnamese.text import fold
from smartphone_support.web.components import Crumb, Step
from smartphone_support.web.errors import Refusal
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, PermissionMixin

from ..choices import ProgramState
from ..docx_reading import CONTINUED, MERGED, NO_CONTENT, NO_GROUP, NO_LEAD, SEVERAL_LEADS, UNNUMBERED
from ..forms_plans import HeadForm, PlanUploadForm, QuestionsForm, SaveReadingForm
from ..models import PlanReading, Program
from ..permits.plans import may_change_plan, may_prepare_plans, may_work_on_reading
from ..plans.matching import PartyBook, names_of, party_book
from ..plans.rows_form import SAVE, sent
from ..plans.sketch import (
    Answers,
    SketchRow,
    from_data,
    labelled,
    unknown_names,
    unknown_timings,
)
from ..plans.writing import later_words
from ..rules.timing import Timing
from ..workflow.plans import copy_plan
from ..workflow.readings import (
    answer_reading,
    correct_reading,
    discard_reading,
    first_year_of,
    save_reading,
    upload_plan,
)

PROBLEMS = {
    NO_LEAD: gettext_lazy("Nobody leads it: name who does."),
    SEVERAL_LEADS: gettext_lazy("Several lead it in print: the first is kept, the others coordinate."),
    NO_CONTENT: gettext_lazy("It has no content."),
    CONTINUED: gettext_lazy("A page break tore it: put together again, please compare."),
    NO_GROUP: gettext_lazy("It stands under no group: a group was added."),
    MERGED: gettext_lazy("A merged cell: it takes what stands above it."),
    UNNUMBERED: gettext_lazy("It has no number: one was given."),
}
BLOCKING = frozenset({NO_LEAD, NO_CONTENT})


def plan_crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Plans"), reverse("programs:program_list")), *more]


def new_crumbs(*more: Crumb) -> list[Crumb]:
    return plan_crumbs(Crumb(_("New plan"), reverse("programs:program_new")), *more)


class PlanNew(FormPage):
    """Begin a plan: upload its document, or copy another one; and what was begun already."""

    permission_required = "programs.manage_program"
    template_name = "programs/plan_new.html"
    form_class = PlanUploadForm
    page_heading = gettext_lazy("New plan")
    lead = gettext_lazy("Nothing counts until the leader puts the plan in force.")
    submit_label = gettext_lazy("Read the document")

    def has_permission(self) -> bool:
        return may_prepare_plans(self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        return plan_crumbs()

    def form_valid(self, form: Any) -> HttpResponse:
        reading = upload_plan(form.cleaned_data["file"], actor=self.request.user)
        return redirect("programs:program_reading", pk=reading.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plans = Program.objects.visible_to(self.request.user).order_by("-first_year", "pk")
        readings = PlanReading.objects.visible_to(self.request.user).open()
        return super().get_context_data(**kwargs) | {
            "drafts": [plan for plan in plans if plan.state == ProgramState.DRAFT],
            "models": [plan for plan in plans if plan.state != ProgramState.DRAFT],
            "readings": readings.select_related("file", "uploaded_by"),
        }


class _ReadingQuery(PermissionMixin):
    model = PlanReading
    success_url_name = "programs:program_reading"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("province", "file", "uploaded_by", "program")

    def has_permission(self) -> bool:
        return may_work_on_reading(self.request.user, self.object)

    def get_breadcrumbs(self) -> list[Crumb]:
        return new_crumbs(Crumb(str(self.object), reverse("programs:program_reading", args=[self.object.pk])))

    def get_cancel_url(self) -> str:
        return reverse("programs:program_reading", args=[self.object.pk])

    def settled_elsewhere(self) -> HttpResponse | None:
        """Where a reading that is no longer open leads."""
        if self.object.program_id is not None:
            return redirect("programs:program_draft", pk=self.object.program_id)
        if self.object.discarded_at is not None:
            messages.warning(self.request, _("This document was put aside: upload it again."))
            return redirect("programs:program_new")
        return None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.find_subject()
        if self.has_permission() and (elsewhere := self.settled_elsewhere()) is not None:
            return elsewhere
        return super().dispatch(request, *args, **kwargs)


class ReadingDetail(_ReadingQuery, DetailPage):
    """What the document said: rows with what is odd, questions still open, and the way on."""

    template_name = "programs/reading_detail.html"
    context_object_name = "reading"
    lead = gettext_lazy(
        "Compare the rows with the document; then answer what is unknown, and save the draft."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return new_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reading = self.object
        rows, answers = from_data(reading.rows), Answers.from_data(reading.answers)
        book = party_book(reading.province)
        questions = len(unknown_names(rows, answers, book)) + len(unknown_timings(rows, answers))
        blocked = any(set(row.problems) & BLOCKING for row in rows)
        step = 0 if blocked else 1 if questions else 2
        labels = [_("Compare and correct"), _("Answer what is unknown"), _("Save as a draft plan")]
        return super().get_context_data(**kwargs) | {
            "rows": shown_rows(rows, answers, book),
            "tasks": sum(not row.is_group for row in rows),
            "odd": sum(bool(row.problems) for row in rows),
            "questions": questions,
            "blocked": blocked,
            "steps": [
                Step(label, status="done" if index < step else "here" if index == step else "next")
                for index, label in enumerate(labels)
            ],
        }


def shown_rows(rows: Sequence[SketchRow], answers: Answers, book: PartyBook) -> list[dict[str, Any]]:
    """Rows for the page, each name with the organisations behind it, or that nobody knows it."""
    found = []
    for label, row in labelled(rows):
        timing = answers.timing(row.timing)
        found.append(
            {
                "row": row,
                "label": label,
                "lead": _known(row.lead, row.lead, answers, book) if row.lead else None,
                "coordinators": [
                    _known(line, name, answers, book)
                    for line, name in zip(row.coordinators, row.names[1 if row.lead else 0 :], strict=False)
                ],
                "timing": timing,
                "meaning": "" if timing is None or says_itself(row.timing, timing) else timing.kind.label,
                "problems": [PROBLEMS[problem] for problem in row.problems if problem in PROBLEMS],
                "blocked": bool(set(row.problems) & BLOCKING),
            }
        )
    return found


def says_itself(words: str, timing: Timing) -> bool:
    """Whether the printed words are the meaning's own."""
    return timing.due_by is None and fold(words) == fold(str(timing.kind.label))


def _known(printed: str, name: str, answers: Answers, book: PartyBook) -> dict[str, Any]:
    chosen = answers.organisations(name, book)
    behind = names_of(chosen or (), book)
    same = fold(behind) == fold(name)
    return {"printed": printed, "unknown": chosen is None, "behind": "" if same else behind}


class RowsPage(PermissionMixin):
    """The form over all rows: of a reading, or of a draft. Moving a row or adding one saves nothing yet."""

    template_name: Any = "programs/plan_rows.html"
    request: HttpRequest
    page_heading = gettext_lazy("Correct the rows")
    lead = gettext_lazy(
        "Names and timings in the plan's own words; one coordinating party a line. What a word stands for is "
        "asked once, afterwards."
    )

    def rows(self) -> list[SketchRow]:
        raise NotImplementedError

    def seen(self) -> str:
        """What the page showed, so that an old page is refused."""
        raise NotImplementedError

    def save(self, rows: list[SketchRow], seen: str) -> str:
        """Save through the workflow; the address to go on to."""
        raise NotImplementedError

    def get_cancel_url(self) -> str:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = sent(request.POST.dict())
        context: dict[str, Any] = {"form_rows": asked.rows, "seen": request.POST.get("seen", "")}
        if asked.pressed != SAVE:
            move = {"up": -1, "down": 1}.get(asked.pressed, 1)
            context["here"] = asked.place + move
            return self._page(context)
        try:
            return redirect(self.save(asked.rows, context["seen"]))
        except Refusal as refusal:
            return self._page(context | {"refusal": str(refusal)})

    def _page(self, context: dict[str, Any]) -> HttpResponse:
        response: HttpResponse = self.render_to_response(  # type: ignore[attr-defined]  # of the page it is mixed into
            self.get_context_data(**context)
        )
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if "form_rows" not in context:
            context |= {"form_rows": self.rows(), "seen": self.seen()}
        book = party_book(self.object.province)
        names = [one.name for one in book.everybody.values()] + [
            name for row in context["form_rows"] for name in row.names
        ]
        return context | {"names": list(dict.fromkeys(names)), "cancel_url": self.get_cancel_url()}


class ReadingRows(RowsPage, _ReadingQuery, DetailPage):
    def rows(self) -> list[SketchRow]:
        return from_data(self.object.rows)

    def seen(self) -> str:
        return str(self.object.version)

    def get_cancel_url(self) -> str:
        return reverse("programs:program_reading", args=[self.object.pk])

    def save(self, rows: list[SketchRow], seen: str) -> str:
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
        correct_reading(self.object, rows, version=version, actor=self.request.user)
        messages.success(self.request, _("The rows are corrected."))
        return self.get_cancel_url()


class ReadingQuestions(_ReadingQuery, FormPage):
    """Every unknown name and timing, asked once; remembered because it becomes part of the plan."""

    template_name = "programs/reading_questions.html"
    form_class = QuestionsForm
    page_heading = gettext_lazy("Who is meant, and when?")
    lead = gettext_lazy("Each name and each timing is asked once, however many tasks it stands in.")
    submit_label = gettext_lazy("Keep the answers")

    def get_form_kwargs(self) -> dict[str, Any]:
        rows, answers = from_data(self.object.rows), Answers.from_data(self.object.answers)
        book = party_book(self.object.province)
        return super().get_form_kwargs() | {
            "names": unknown_names(rows, answers, book),
            "timings": unknown_timings(rows, answers),
            "organisations": list(book.everybody.values()),
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        known = self.get_form_kwargs()
        if not known["names"] and not known["timings"]:
            messages.info(request, _("Every name and timing is known."))
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        seen = self.request.POST.get("seen", "")
        answer_reading(
            self.object, names=form.said_names(), timings=form.said_timings(), actor=self.request.user,
            version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0,
        )  # fmt: skip
        messages.success(self.request, _("The answers are kept."))
        return redirect(self.get_cancel_url())


class ReadingSave(_ReadingQuery, FormPage):
    form_class = SaveReadingForm
    page_heading = gettext_lazy("Save as a draft plan")
    lead = gettext_lazy("Only you and the leader see a draft. It can still be corrected.")
    submit_label = gettext_lazy("Save the draft")

    def get_form_kwargs(self) -> dict[str, Any]:
        plans = Program.objects.visible_to(self.request.user).exclude(state=ProgramState.DRAFT)
        return super().get_form_kwargs() | {"plans": plans.order_by("-first_year", "-pk")}

    def get_initial(self) -> dict[str, Any]:
        year = first_year_of(self.object, timezone.localdate())
        latest = self.get_form_kwargs_plans().first()
        return {"first_year": year, "last_year": year, "like": latest.pk if latest else None}

    def get_form_kwargs_plans(self) -> Any:
        rows = Program.objects.visible_to(self.request.user).in_force()
        return rows.order_by("-first_year", "-pk")

    def form_valid(self, form: Any) -> HttpResponse:
        program = save_reading(
            self.object, form.head(), actor=self.request.user, like=form.cleaned_data["like"]
        )
        messages.success(self.request, _("The draft is saved."))
        return redirect("programs:program_draft", pk=program.pk)


class ReadingDiscard(_ReadingQuery, StepPage):
    may = may_work_on_reading
    page_heading = gettext_lazy("Put the document aside")
    verb = gettext_lazy("Put it aside")
    tone = "danger"

    def get_consequence(self) -> str:
        return _("No plan comes of “%(file)s”; its corrections and answers are lost.") % {"file": self.object}

    def get_success_url(self) -> str:
        return reverse("programs:program_new")

    def perform(self, reason: str) -> str:
        discard_reading(self.object, actor=self.request.user)
        return _("The document is put aside.")


class PlanCopy(FormPage):
    """Make the plan of the next years from this one."""

    model = Program
    form_class = HeadForm
    page_heading = gettext_lazy("Make a plan from this one")
    submit_label = gettext_lazy("Make the draft")

    def has_permission(self) -> bool:
        return may_change_plan(self.request.user, self.object)

    def get_breadcrumbs(self) -> list[Crumb]:
        return new_crumbs()

    def get_lead(self) -> str:
        return _(
            "Groups, tasks, parties, events, sources and deadlines of “%(plan)s” are copied; fixed days move "
            "with the years."
        ) % {"plan": self.object}

    def get_initial(self) -> dict[str, Any]:
        program: Program = self.object
        years = program.last_year + 1 - program.first_year
        return {
            "title": later_words(program.title, years),
            "first_year": program.first_year + years,
            "last_year": program.last_year + years,
        }

    def get_cancel_url(self) -> str:
        return reverse("programs:program_new")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.state == ProgramState.DRAFT:
            messages.warning(request, _("A draft is no model for another plan: finish it first."))
            return redirect("programs:program_draft", pk=self.object.pk)
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        program = copy_plan(self.object, form.head(), actor=self.request.user)
        messages.success(self.request, _("The draft is made: look through its tasks."))
        return redirect("programs:program_draft", pk=program.pk)
