"""Official papers of the allocation as files.

Everyone who sees the row gets them with hidden numbers; whoever may read whole ones says why. Every file that
names households goes on the record.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.household.readings import note_export
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.documents import docx, pdf
from smartphone_support.documents.storing import send_bytes, without_marks
from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.views import DetailPage, FormPage, PermissionMixin

from ..forms_papers import FullPaperForm, InvitationForm
from ..models import DistrictList
from ..papers.kinds import KINDS, Asked, PaperKind, communes_of
from ..papers.notices import Appointment

RENDERERS = {"docx": (docx.render, docx.DOCX), "pdf": (pdf.render, pdf.PDF)}


class _PaperQuery(PermissionMixin):
    """The row a paper is about, as the person sees it."""

    kind: PaperKind = KINDS[0]

    @property
    def model(self) -> Any:  # type: ignore[override]  # each address has its own kind
        return self.kind.model

    def get_queryset(self) -> QuerySet[Any]:
        return self.kind.rows(self.request.user)

    def has_permission(self) -> bool:
        return bool(self.request.user.has_perm(self.kind.permission))

    def asked(self, **known: Any) -> Asked:
        """What is asked for; `?commune=` narrows a list to one of its communes."""
        wanted = self.request.GET.get("commune", "")
        commune: AdministrativeArea | None = None
        if wanted and self.kind.by_commune and isinstance(self.object, DistrictList):
            key = int(wanted) if wanted.isdecimal() and len(wanted) < 10 else 0
            commune = get_object_or_404(communes_of(self.object), pk=key)
        return Asked(self.request.user, commune=commune, **known)

    def file(self, asked: Asked, extension: str, *, reason: str = "") -> HttpResponse:
        """Make the file, put it on the record, give it out."""
        made = self.kind.make(self.object, asked)
        render, content_type = RENDERERS[extension]
        content = render(*made.papers)
        households = made.households.count()
        if households:
            after = {
                "paper": self.kind.name, "format": extension, "households": households,
                "in_full": asked.in_full,
            }  # fmt: skip
            action = f"{self.object._meta.label_lower}.download"
            record(action, self.object, actor=asked.user, after=after, reason=reason)
            if asked.in_full:
                note_export(made.households, asked.user)
        return send_bytes(content, f"{without_marks(made.name)}.{extension}", content_type)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(self.object), self.page_of_row())]

    def page_of_row(self) -> str:
        """The row's own page, where it has one."""
        try:
            return reverse(f"allocations:{self.kind.of}_detail", args=[self.object.pk])
        except NoReverseMatch:
            return reverse("home")


class PaperFile(_PaperQuery, DetailPage):
    """The paper with identity and telephone numbers hidden in their middle."""

    extension = "docx"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.file(self.asked(), self.extension)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(self.page_of_row())


class PaperInFull(_PaperQuery, FormPage):
    """The paper with whole numbers: asks why, which stays on the record."""

    form_class = FullPaperForm
    template_name = "papers/form.html"
    page_heading = gettext_lazy("Download a paper with whole identity numbers")
    submit_label = gettext_lazy("Download the paper")

    def has_permission(self) -> bool:
        return super().has_permission() and self.kind.may_be_full(self.request.user)

    def get_lead(self) -> str:
        return _("%(paper)s, %(row)s. Your name, the time and the reason stay on the record.") % {
            "paper": self.kind.title,
            "row": self.object,
        }

    def get_cancel_url(self) -> str:
        return self.page_of_row()

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        return self.file(self.asked(in_full=True), known["extension"], reason=known["reason"])


class PaperInvitation(_PaperQuery, FormPage):
    """A letter that says when and where to come: what is left empty stays dotted."""

    form_class = InvitationForm
    template_name = "papers/form.html"
    page_heading = gettext_lazy("Write to the household")
    submit_label = gettext_lazy("Download the letter")

    def get_page_heading(self) -> Any:
        return _("Write to the households") if self.kind.by_commune else self.page_heading

    def get_lead(self) -> str:
        return _("%(row)s. What you leave empty is printed as dots, to be filled in by hand.") % {
            "row": self.object
        }

    def get_cancel_url(self) -> str:
        return self.page_of_row()

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        appointment = Appointment(known["day"], known["hour"], known["place"], known["contact"])
        return self.file(self.asked(appointment=appointment), known["extension"])


def addresses() -> list[URLPattern]:
    """Every paper's addresses: …/paper/<kind>.docx, .pdf, and where they apply full/ and invite/."""
    found = []
    for kind in KINDS:
        front, name = f"{_PLURALS[kind.of]}/<int:pk>/paper/{kind.slug}", f"paper_{kind.name}"
        for extension in RENDERERS:
            file = PaperFile.as_view(kind=kind, extension=extension)
            found.append(path(f"{front}.{extension}", file, name=f"{name}_{extension}"))
        if kind.shows_numbers:
            found.append(path(f"{front}/full/", PaperInFull.as_view(kind=kind), name=f"{name}_full"))
        if kind.is_invitation:
            found.append(path(f"{front}/invite/", PaperInvitation.as_view(kind=kind), name=f"{name}_invite"))
    return found


_PLURALS = {
    "proposal": "proposals", "quotaplan": "quotas", "amendment": "amendments", "list": "lists",
    "posting": "postings", "support": "supports", "handover": "hand-overs", "commune": "communes",
    "acceptance": "acceptances",
}  # fmt: skip
