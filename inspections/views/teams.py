"""The team of a round: people come and go, and one is its head."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.web.views import ConfirmPage, FormPage

from ..models import TeamMember
from ..permits.rounds import may_run
from ..rounds.forms import MemberForm, RoleForm
from ..workflow import teams as workflow
from .round_steps import _RoundQuery


class MemberAdd(_RoundQuery, FormPage):
    """Take somebody into the team."""

    form_class = MemberForm
    page_heading = gettext_lazy("Take somebody into the team")
    submit_label = gettext_lazy("Take into the team")

    def has_permission(self) -> bool:
        return may_run(self.request.user, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"round_": self.object}

    def form_valid(self, form: Any) -> HttpResponse:
        member = workflow.add_member(self.object, actor=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("“%(name)s” is of the team.") % {"name": member.name})
        return redirect(self.get_cancel_url())


class _MemberQuery(_RoundQuery):
    """A member of a round's team, the round being what the page is about."""

    kwargs: dict[str, Any]
    request: Any
    member: TeamMember

    def find_subject(self) -> None:
        super().find_subject()  # type: ignore[misc]  # a mixin
        member = self.object.team.filter(pk=self.kwargs["member"], left_at=None).first()
        if member is None:
            raise Http404
        self.member = member

    def has_permission(self) -> bool:
        return may_run(self.request.user, self.object)

    def get_success_url(self) -> str:
        return self.get_cancel_url()


class MemberRole(_MemberQuery, FormPage):
    form_class = RoleForm
    submit_label = gettext_lazy("Save the role")

    def get_page_heading(self) -> str:
        return _("Role of %(name)s") % {"name": self.member.name}

    def get_initial(self) -> dict[str, Any]:
        return {"role": self.member.role}

    def form_valid(self, form: Any) -> HttpResponse:
        workflow.change_role(self.member, actor=self.request.user, **form.cleaned_data)
        return redirect(self.get_cancel_url())


class MemberRemove(_MemberQuery, ConfirmPage):
    verb = gettext_lazy("Let go from the team")
    tone = "danger"
    page_heading = gettext_lazy("Let somebody go from the team")

    def get_consequence(self) -> str:
        return _(
            "%(name)s sees nothing of this round any more. Checks made stay; households given to this person "
            "need another inspector."
        ) % {"name": self.member.name}

    def perform(self, reason: str) -> str:
        workflow.remove_member(self.member, actor=self.request.user)
        return _("“%(name)s” has left the team.") % {"name": self.member.name}
