"""The public form: open to everybody without an account, and to nobody's flood.

Nothing here shows what others sent. How often something may be sent is counted in the cache, as failed
log-ins are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from programs.models import Program
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.scans import SCAN_BYTES
from smartphone_support.web.views import FormPage, Page

from ..choices import ComplaintState
from ..complaints.forms import FollowForm, PublicComplaintForm
from ..models import Complaint
from ..rules.receipts import typed
from ..workflow.complaints import Said
from ..workflow.public_form import find_by_receipt, send_in
from .complaints import keep_receipt, take_receipt

#: How often. By one address, and by its neighbourhood, all of which one sender can have; a receipt number
#: however many addresses try codes for it. When a province gets more than "busy" in an hour, its form stays
#: open to who has not used it in that hour: a flood uses up its own addresses, not everybody's form. Only
#: what no honest day comes near to, "full", closes it for the rest of the hour.
RATES = {
    "send": "10/h/ip", "send_near": "40/h/key", "busy": "200/h/key",
    "send_busy": "1/h/ip", "send_near_busy": "5/h/key", "full": "2000/h/key",
    "follow": "20/10m/ip,10/h/key",
}  # fmt: skip
#: A scan, the longest text, and what a form puts around them.
MOST_BYTES = SCAN_BYTES + 256 * 1024


def is_too_often(request: HttpRequest, action: str, key: str) -> bool:
    """Count this try; whether one of the limits is reached."""
    used = ratelimit.consume(request, app="inspections", action=action, config=RATES, key=key)
    return used is None


def neighbourhood(address: str) -> str:
    """The network of an address: 256 addresses of IPv4, of IPv6 what one customer or site gets."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))


def may_send(request: HttpRequest, province: str) -> bool:
    """Whether the form takes one more from here. What an address is refused counts for nobody else."""
    near = neighbourhood(ratelimit.get_ip(request))
    if is_too_often(request, "send", near) or is_too_often(request, "send_near", near):
        return False
    if is_too_often(request, "full", province):
        return False
    # In quiet hours too: who has sent already is then known when the hour gets busy.
    again = is_too_often(request, "send_busy", near) or is_too_often(request, "send_near_busy", near)
    return not (is_too_often(request, "busy", province) and again)


def public_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for everybody: no log-in, kept by no browser, and no body read that is larger than honest ones.

    The check of the form's token reads the whole body, so the length is looked at before it.
    """
    checked = csrf_protect(never_cache(view))

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > MOST_BYTES:
            return render(request, "inspections/public_too_large.html", status=413)
        return checked(request, *args, **kwargs)

    return csrf_exempt(login_not_required(guarded))


def open_provinces() -> list[AdministrativeArea]:
    """Provinces with a plan: whoever writes says to which."""
    return list(
        AdministrativeArea.objects.provinces()
        .filter(pk__in=Program.objects.values("province"))
        .as_of(timezone.localdate())
        .order_by("code")
    )


class PublicComplaint(FormPage):
    """Send a petition, feedback, complaint or denunciation; `?tinh=` says to which province."""

    form_class = PublicComplaintForm
    template_name = "inspections/public_complaint.html"
    page_heading = gettext_lazy("Send a petition or feedback")
    submit_label = gettext_lazy("Send")
    status = 200

    def find_subject(self) -> None:
        provinces = open_provinces()
        wanted = self.request.GET.get("tinh", "")
        chosen = [area for area in provinces if area.code == wanted]
        self.provinces = provinces
        self.province = chosen[0] if chosen else provinces[0] if len(provinces) == 1 else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"province": self.province}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.choose() if self.province is None else super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.choose() if self.province is None else super().post(request, *args, **kwargs)

    def choose(self) -> HttpResponse:
        context = {"provinces": self.provinces, "page_heading": _("Which province is it about?")}
        return render(self.request, "inspections/public_province.html", context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"province": self.province, "provinces": self.provinces}
        return super().get_context_data(**kwargs) | context

    def form_valid(self, form: Any) -> HttpResponse:
        assert self.province is not None
        if not may_send(self.request, self.province.code):
            self.status = 429
            form.add_error(
                None,
                _("Too much was sent from here in a short time. Wait an hour, or call the office in charge."),
            )
            return self.form_invalid(form)
        known = form.cleaned_data
        names = (
            "kind", "subject", "content", "sender_name", "sender_phone", "sender_address", "commune",
        )  # fmt: skip
        said = Said(**{name: known[name] for name in names})
        complaint, code = send_in(said, province=self.province, scan=known["scan"])
        keep_receipt(self.request, complaint, code)
        return redirect("public_complaint_sent")

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        return super().render_to_response(context, status=self.status, **kwargs)


class PublicSent(Page):
    """The receipt: number and code, shown this once."""

    template_name = "inspections/public_sent.html"
    page_heading = gettext_lazy("We have received it")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        receipt = take_receipt(request)
        if receipt is None:
            return redirect("public_complaint_follow")
        follow = request.build_absolute_uri(reverse("public_complaint_follow"))
        return self.render_to_response(self.get_context_data(receipt=receipt, follow_url=follow))


class PublicFollow(FormPage):
    """What became of it, for who has number and code: its state, its deadline and the answer."""

    form_class = FollowForm
    template_name = "inspections/public_follow.html"
    page_heading = gettext_lazy("Follow up what you sent")
    submit_label = gettext_lazy("Look it up")
    status = 200

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        if is_too_often(self.request, "follow", typed(known["number"])):
            self.status = 429
            form.add_error(None, _("Too many tries. Wait a few minutes, then try again."))
            return self.form_invalid(form)
        found = find_by_receipt(known["number"], known["code"])
        if found is None:
            form.add_error(None, _("Number and code do not belong together. Look at the receipt again."))
            return self.form_invalid(form)
        empty = FollowForm()  # the code is not left standing on the screen
        return self.render_to_response(self.get_context_data(form=empty, found=told(found)))

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        return super().render_to_response(context, status=self.status, **kwargs)


def told(complaint: Complaint) -> dict[str, Any]:
    """What the holder of a receipt reads: nothing of the sender or the content, so that a lost receipt gives
    nobody away; of a denunciation not even the answer."""
    secret, answered = complaint.is_confidential, bool(complaint.answer)
    ended = complaint.state == ComplaintState.REFUSED
    handled = complaint.state in (ComplaintState.ASSIGNED, ComplaintState.APPEALED)
    return {
        "number": complaint.number,
        "received_on": complaint.received_on,
        "badge": complaint.badge,
        "state": complaint.get_state_display(),
        "due": complaint.due if handled else None,
        "office": "" if secret or complaint.assigned_to is None else complaint.assigned_to.name,
        "answered_on": complaint.answered_on,
        "answer": "" if secret else complaint.answer,
        "appeal_answered_on": complaint.appeal_answered_on,
        "appeal_answer": "" if secret else complaint.appeal_answer,
        "reason": complaint.closed_reason if ended and not secret else "",
        "transferred_to": "" if secret else complaint.transferred_to,
        "told_apart": secret and (answered or ended),
    }


public_complaint = public_page(PublicComplaint.as_view())
public_sent = public_page(PublicSent.as_view())
public_follow = public_page(PublicFollow.as_view())
