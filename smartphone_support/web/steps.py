"""The confirm page of a workflow step: asks the rule of the row, and says so when it comes too late."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from smartphone_support.web.views import ConfirmPage


class StepPage(ConfirmPage):
    """`may(user, object)` is asked after the look-up; outside `states` the page leads back."""

    # A function of permissions.py: (user, object) → bool.
    may: Any = None
    states: Collection[str] = ()

    def has_permission(self) -> bool:
        return bool(type(self).may(self.request.user, self.object))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.states and self.object.state not in self.states:
            messages.warning(
                request,
                _("“%(object)s” is now “%(state)s”; this step is not open.")
                % {"object": self.object, "state": self.object.get_state_display()},
            )
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_cancel_url(self) -> str:
        return reverse(self.success_url_name, args=[self.object.pk])
