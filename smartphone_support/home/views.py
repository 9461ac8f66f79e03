"""The page everybody lands on: what waits for me, what I wait for, how far we are."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from smartphone_support.web.views import Page

from .dashboard import figures_for, progress_for
from .work import awaited_by, plan_duties, waiting_for


class Home(Page):
    template_name = "home/home.html"
    page_heading = _("To do")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(**kwargs) | {
            "waiting": waiting_for(user),
            "awaited": awaited_by(user),
            "duties": plan_duties(user),
            "figures": figures_for(user),
            "progress": progress_for(user),
        }
