"""Official papers of a round and its units as files. Taking one that says what was found is recorded."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from smartphone_support.audit.recording import record
from smartphone_support.documents import docx, pdf
from smartphone_support.documents.storing import send_bytes, without_marks
from smartphone_support.web.views import DetailPage

from ..papers.kinds import KINDS, PaperKind

RENDERERS = {"docx": (docx.render, docx.DOCX), "pdf": (pdf.render, pdf.PDF)}


class PaperFile(DetailPage):
    """One paper of a row the person sees, made when it is asked for."""

    permission_required = "inspections.view_inspectionround"
    kind: PaperKind = KINDS[0]
    extension = "docx"

    @property
    def model(self) -> Any:  # type: ignore[override]  # each address has its own kind
        return self.kind.model

    def get_queryset(self) -> Any:
        rows: Any = self.kind.model._default_manager
        return rows.visible_to(self.request.user).select_related(*self.kind.related)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.kind.offered(self.object, request.user):
            raise Http404
        made = self.kind.make(self.object)
        render, content_type = RENDERERS[self.extension]
        content = render(made)
        if self.kind.on_record:
            after = {"paper": self.kind.name, "format": self.extension}
            record(f"{self.object._meta.label_lower}.download", self.object, actor=request.user, after=after)
        name = without_marks(f"{self.kind.file_name} {self.object}")
        return send_bytes(content, f"{name}.{self.extension}", content_type)


def addresses() -> list[URLPattern]:
    """Every paper's addresses: rounds/…/paper/<kind>.docx and .pdf."""
    return [
        path(
            f"{kind.front}/<int:pk>/paper/{kind.slug}.{extension}",
            PaperFile.as_view(kind=kind, extension=extension),
            name=f"{kind.name}_{extension}",
        )
        for kind in KINDS
        for extension in RENDERERS
    ]
