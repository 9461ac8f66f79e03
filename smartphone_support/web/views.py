"""The bases every page stands on: look up, check, show, act."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import BaseForm, Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from .components import Crumb
from .errors import Refusal
from .forms import ReasonForm


class PermissionMixin:
    """Finds what the address names first (404 outside the scope), then asks for the verb (403 without it).

    `permission_required` is one permission or several, all of which are needed. With `model` set and
    `pk` in the address, `self.object` is looked up through `visible_to`; a page with another subject
    overrides `find_subject`. A rule about the row goes into `has_permission`.
    """

    permission_required: str | tuple[str, ...] = ()
    model: type[models.Model] | None = None
    subject_kwarg = "pk"
    page_heading: Any = ""
    lead: Any = ""
    object: Any = None
    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.find_subject()
        if not self.has_permission():
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
        return response

    def get_queryset(self) -> Any:
        """Rows this person may see. Override to select and annotate, starting from `super()`."""
        if self.model is None:
            raise TypeError(f"{type(self).__name__} needs a model or a get_queryset")
        return self.model._default_manager.all().visible_to(self.request.user)  # type: ignore[attr-defined]

    def find_subject(self) -> None:
        if self.subject_kwarg in self.kwargs and self.model is not None:
            self.object = get_object_or_404(self.get_queryset(), pk=self.kwargs[self.subject_kwarg])

    def has_permission(self) -> bool:
        needed = self.permission_required
        names = (needed,) if isinstance(needed, str) else needed
        return all(self.request.user.has_perm(name) for name in names)

    def get_breadcrumbs(self) -> list[Crumb]:
        """The way to this page, without the page itself."""
        return []

    def get_page_heading(self) -> Any:
        return self.page_heading or self.object

    def get_lead(self) -> Any:
        return self.lead

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            "breadcrumbs": self.get_breadcrumbs(),
            "page_heading": self.get_page_heading(),
            "lead": self.get_lead(),
            "object": self.object,
        }
        return super().get_context_data(**(context | kwargs))  # type: ignore[misc]  # a mixin


class Page(PermissionMixin, TemplateView):
    """A page that is neither a list nor about one record."""


class DetailPage(PermissionMixin, TemplateView):
    """A page about one record; `context_object_name` gives it a name of its own beside `object`."""

    context_object_name = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.context_object_name:
            context[self.context_object_name] = self.object
        return context


class ListPage(PermissionMixin, SingleTableMixin, FilterView):
    """A list: one sentence, filters in the address, count, table, pages of 50, or why it is empty."""

    template_name = "generic/list.html"
    paginate_by = None  # the table pages
    table_pagination = {"per_page": 50}
    empty_title: Any = _("Nothing here yet")
    empty_text: Any = ""
    empty_url: str = ""
    empty_label: Any = ""

    def find_subject(self) -> None:
        """A list has none; override where its address names one (a round, a batch)."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.filterset_class is not None:
            response: HttpResponseBase = super().get(request, *args, **kwargs)
            return response
        self.object_list = self.get_queryset()
        return self.render_to_response(self.get_context_data(filter=None, object_list=self.object_list))

    def get_empty_text(self) -> Any:
        return self.empty_text

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context |= {
            "empty_title": self.empty_title,
            "empty_text": self.get_empty_text(),
            "empty_url": self.empty_url,
            "empty_label": self.empty_label,
            "count": context["table"].paginator.count,
        }
        return context


class FormPage(PermissionMixin, FormView):  # type: ignore[type-arg]  # the form class is the subclass's
    """A form on a page of its own. A `Refusal` while saving becomes the form's error."""

    template_name = "generic/form.html"
    submit_label: Any = _("Save")
    cancel_url = ""
    form_class: type[BaseForm] | None = None

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        helper = getattr(form, "helper", None)
        if helper is not None:
            helper.form_tag, helper.disable_csrf = False, True
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if form.is_valid():
            try:
                return self.form_valid(form)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
        return self.form_invalid(form)

    def get_cancel_url(self) -> str:
        return self.cancel_url

    def get_submit_label(self) -> Any:
        return self.submit_label

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"submit_label": self.get_submit_label(), "cancel_url": self.get_cancel_url()}


class ConfirmPage(FormPage):
    """GET says what will happen, in numbers; POST does it.

    Give `consequence` (or override `get_consequence`), `verb` (the button's words) and `perform`.
    `needs_reason` adds a required reason; `extra_form_class` adds fields, found in `self.form.cleaned_data`.
    `success_url_name` is the URL name of the object's page, where the person lands either way.
    """

    template_name = "generic/confirm.html"
    consequence: Any = ""
    verb: Any = _("Confirm")
    tone = "primary"
    needs_reason = False
    extra_form_class: type[Form] | None = None
    success_url_name = ""
    form: Any

    def get_form_class(self) -> type[BaseForm]:
        bases = [base for base in (self.extra_form_class, ReasonForm if self.needs_reason else None) if base]
        return type("ConfirmForm", (*bases, Form) if bases else (Form,), {})

    def get_consequence(self) -> Any:
        return self.consequence

    def get_submit_label(self) -> Any:
        return self.verb

    def get_success_url(self) -> str:
        if self.success_url_name:
            return reverse(self.success_url_name, args=[self.object.pk])
        return super().get_success_url()

    def get_cancel_url(self) -> str:
        return self.cancel_url or self.get_success_url()

    def perform(self, reason: str) -> Any:
        """Do it, through one workflow function; return the sentence that says it is done."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        self.form = form
        try:
            done = self.perform(form.cleaned_data.get("reason", ""))
        except Refusal as refusal:
            if form.fields:
                raise  # what was typed stays on the page, with the sentence above it
            messages.error(self.request, str(refusal))
            return redirect(self.get_cancel_url())
        if done:
            messages.success(self.request, done)
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"consequence": self.get_consequence(), "tone": self.tone}
