"""What the shell of every page shows: made once per request, and only if a page has a shell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programs.models import Program
from smartphone_support.web.remembering import remembered

from .navigation import ShownSection, navigation_for
from .work import waiting_for


@dataclass(frozen=True)
class Shell:
    """Words and links around the page. `place` is the plan's number and the province, under the name.

    The menu is kept as it is shown: drawing its thirty entries anew took a tenth of a list's page.
    """

    place: str
    demo: bool
    menu: SafeString
    role: Any = ""
    organisation: str = ""
    search_url: str = ""


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": SimpleLazyObject(lambda: make_shell(request))}


def make_shell(request: HttpRequest) -> Shell:
    """The shell of this page; kept until somebody of the province does something (`web.remembering`)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Shell(place=_("for poor and near-poor households"), demo=settings.DEMO, menu=_menu([]))
    here = request.resolver_match.view_name if request.resolver_match else ""
    member = user.membership
    key = ("shell", user.pk, member and (member.pk, member.role), user.recorded, get_language(), here,
           timezone.localdate())  # fmt: skip
    return remembered(key, lambda: _shell_of(user, here))


def _shell_of(user: Any, here: str) -> Shell:
    return Shell(
        place=place_of(user),
        demo=settings.DEMO,
        role=user.membership.get_role_display() if user.membership else _("No role"),
        organisation=user.organisation.short_name if user.organisation else "",
        search_url=(
            reverse("beneficiaries:household_list") if user.has_perm("beneficiaries.view_household") else ""
        ),
        menu=_menu(navigation_for(user, here, waiting_for(user))),
    )


def _menu(sections: list[ShownSection]) -> SafeString:
    return render_to_string("components/sidenav.html", {"sections": sections})


def place_of(user: Any) -> str:
    """ "Plan 413/KH-UBND · tỉnh Thừa Thiên Huế"; a plan whose number is blank is named without one."""
    if user.province is None:
        return _("All provinces")
    program = Program.objects.visible_to(user).standing().order_by("-first_year", "code").first()
    number = program.number if program else ""
    plan = _("Plan %(number)s") % {"number": number} if number else _("Plan")
    return f"{plan} · {user.province.name_in_text}"
