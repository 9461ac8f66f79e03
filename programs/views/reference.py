"""Reference data on screen: what there is, as a file, and a file back in after a look at what it changes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.documents.models import StoredFile
from smartphone_support.documents.storing import send_bytes, store
from smartphone_support.spreadsheets.exporting import write_resource
from smartphone_support.spreadsheets.streaming import FORMATS
from smartphone_support.web.components import Crumb, Tab
from smartphone_support.web.views import ConfirmPage, FormPage, Page

from ..models import Holiday
from ..reference import AreaResource, HolidayResource, OrganisationResource, ReferenceResource
from ..referring import (
    CHANGED,
    NEW,
    UNCHANGED,
    WRONG,
    ReferencePreview,
    apply_reference,
    preview_reference,
    read_reference,
)

REFERENCE = gettext_lazy("Reference data")
SHOWN = 200
FILE_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """One kind of reference data: its words, its resource, its rows in order."""

    slug: str
    label: Any
    resource: type[ReferenceResource]
    file_name: str
    note: Any = ""

    def rows(self) -> Any:
        return {
            "areas": AdministrativeArea.objects.select_related("parent").order_by("code", "valid_from"),
            "organisations": Organisation.objects.select_related("province", "area").order_by("code"),
            "holidays": Holiday.objects.order_by("day"),
        }[self.slug]


KINDS = {
    kind.slug: kind
    for kind in (
        Kind("areas", gettext_lazy("Administrative areas"), AreaResource, "Don vi hanh chinh"),
        Kind("organisations", gettext_lazy("Organisations"), OrganisationResource, "Co quan"),
        Kind(
            "holidays",
            gettext_lazy("Holidays"),
            HolidayResource,
            "Ngay nghi",
            gettext_lazy(
                "Packaged are the holidays of fixed date (Labour Code 45/2019/QH14, art. 112). Tết, the Hùng "
                "Kings' day, the second day of National Day and days worked in exchange are announced for "
                "each year: enter them here."
            ),
        ),
    )
}


class ReferenceMixin:
    """The kind the address names; areas without a name."""

    request: HttpRequest
    permission_required: str | tuple[str, ...] = "programs.import_reference"

    @property
    def kind(self) -> Kind:
        try:
            return KINDS[self.request.GET.get("of", "areas")]
        except KeyError:
            raise Http404 from None

    def address(self, name: str) -> str:
        return f"{reverse(f'programs:{name}')}?of={self.kind.slug}"


class ReferenceList(ReferenceMixin, Page):
    """The rows of one kind, as its file would hold them."""

    template_name = "programs/reference_list.html"
    page_heading = REFERENCE
    lead = gettext_lazy("Areas, organisations and holidays: take them out as a file, or bring a file in.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kind = self.kind
        resource = kind.resource()
        rows = kind.rows()
        columns = resource.get_export_fields()
        return super().get_context_data(**kwargs) | {
            "kind": kind,
            "tabs": [
                Tab(
                    str(one.label),
                    one.rows().count(),
                    f"{reverse('programs:reference_list')}?of={one.slug}",
                    current=one is kind,
                )
                for one in KINDS.values()
            ],
            "headers": [column.column_name for column in columns],
            "rows": [[column.export(row) for column in columns] for row in rows[:SHOWN]],
            "more": max(0, rows.count() - SHOWN),
            "formats": list(FORMATS),
        }


class ReferenceExport(ReferenceMixin, Page):
    """All rows of one kind as .xlsx, .ods or .csv; the same file can be brought in again."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, kind = request.GET.get("as", "xlsx"), self.kind
        if form not in FORMATS:
            raise Http404
        content = io.BytesIO()
        rows = write_resource(content, kind.resource(), kind.rows(), form=form, title=kind.file_name)
        after = {"kind": kind.slug, "format": form, "rows": rows}
        record("programs.reference.export", None, actor=request.user, after=after)
        name = f"{kind.file_name} {timezone.localdate():%Y-%m-%d}.{form}"
        return send_bytes(content.getvalue(), name, FORMATS[form][1])


class ReferenceFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
        help_text=gettext_lazy(
            "The file as taken out here, changed in Excel or LibreOffice (.xlsx, .ods, .csv)."
        ),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > FILE_BYTES:
            raise forms.ValidationError(_("The file is larger than %(mb)s MB.") % {"mb": FILE_BYTES >> 20})
        return file


def session_key(kind: Kind) -> str:
    return f"reference:{kind.slug}"


class ReferenceUpload(ReferenceMixin, FormPage):
    """Take a file; nothing of it is written before a look at what it would change."""

    form_class = ReferenceFileForm
    submit_label = gettext_lazy("Compare with what there is")

    def get_page_heading(self) -> str:
        return _("Bring in: %(kind)s") % {"kind": self.kind.label}

    def get_lead(self) -> str:
        return _("Columns: %(columns)s. Rows the file does not name stay; nothing is deleted.") % {
            "columns": ", ".join(self.kind.resource.headers())
        }

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(REFERENCE), self.address("reference_list"))]

    def get_cancel_url(self) -> str:
        return self.address("reference_list")

    def form_valid(self, form: Any) -> HttpResponse:
        stored = store(form.cleaned_data["file"], actor=self.request.user)
        read_reference(stored.file.path, self.kind.resource())
        self.request.session[session_key(self.kind)] = str(stored.key)
        return redirect(self.address("reference_preview"))


class ReferencePreviewPage(ReferenceMixin, ConfirmPage):
    """What the file would change, row by row; confirming writes it, all rows or none."""

    template_name = "programs/reference_preview.html"
    verb = gettext_lazy("Take the rows over")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.has_permission() and self.stored is None:
            return redirect(self.address("reference_upload"))
        return super().dispatch(request, *args, **kwargs)

    @property
    def stored(self) -> StoredFile | None:
        """The file this person brought in, as their session remembers it."""
        key = self.request.session.get(session_key(self.kind))
        return StoredFile.objects.filter(key=key, uploaded_by=self.request.user.pk).first() if key else None

    def get_page_heading(self) -> str:
        return _("Bring in: %(kind)s") % {"kind": self.kind.label}

    def get_lead(self) -> str:
        return self.stored.name if self.stored else ""

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(REFERENCE), self.address("reference_list"))]

    def get_success_url(self) -> str:
        return self.address("reference_list")

    def get_cancel_url(self) -> str:
        return self.address("reference_upload")

    def read(self) -> tuple[Any, Any, ReferenceResource]:
        resource = self.kind.resource()
        stored = self.stored
        if stored is None:
            raise Http404
        return (*read_reference(stored.file.path, resource), resource)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        preview = preview_reference(*self.read())
        self.preview = preview
        chosen = self.request.GET.get("show", "")
        part = chosen if chosen in (NEW, CHANGED, UNCHANGED, WRONG) else first_part(preview)
        rows = [row for row in preview.rows if row.outcome == part]
        return super().get_context_data(**kwargs) | {
            "kind": self.kind,
            "preview": preview,
            "tabs": self._tabs(preview, part),
            "part": part,
            "rows": rows[:SHOWN],
            "more": max(0, len(rows) - SHOWN),
            "may_confirm": preview.is_clean and preview.has_work,
        }

    def _tabs(self, preview: ReferencePreview, part: str) -> list[Tab]:
        words = {NEW: _("New"), CHANGED: _("Changed"), UNCHANGED: _("Unchanged"), WRONG: _("Errors")}
        page = self.address("reference_preview")
        return [
            Tab(
                word, preview.count(name), f"{page}&show={name}", name == part, "bad" if name == WRONG else ""
            )
            for name, word in words.items()
        ]

    def get_consequence(self) -> str:
        preview = self.preview
        if not preview.is_clean:
            return _(
                "%(n)s rows are wrong: mend them in the file and bring it in again; nothing is written."
            ) % {"n": localize(preview.count(WRONG))}
        if not preview.has_work:
            return _("Nothing to do: every row of the file stands there just so.")
        return _("%(new)s rows are added and %(changed)s changed; %(same)s stay as they are.") % {
            "new": localize(preview.count(NEW)),
            "changed": localize(preview.count(CHANGED)),
            "same": localize(preview.count(UNCHANGED)),
        }

    def perform(self, reason: str) -> str:
        done = apply_reference(*self.read(), actor=self.request.user)
        self.request.session.pop(session_key(self.kind), None)
        if not done.has_work:
            messages.info(self.request, _("Nothing to do: every row of the file stands there just so."))
            return ""
        return _("%(new)s rows added, %(changed)s changed.") % {
            "new": localize(done.count(NEW)),
            "changed": localize(done.count(CHANGED)),
        }


def first_part(preview: ReferencePreview) -> str:
    """What a person looks at first: the errors, then what is new, then what changes."""
    return next((name for name in (WRONG, NEW, CHANGED) if preview.count(name)), UNCHANGED)
