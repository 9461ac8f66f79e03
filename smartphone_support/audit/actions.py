"""Words for what was done. The last part of a dotted action is its verb."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VERBS = {
    "accept": _("Accepted"),
    "accept_clean": _("Accepted the clean lines"),
    "appraise": _("Opened the appraisal"),
    "open_appraisal": _("Opened the appraisal"),
    "apply": _("Written to the register"),
    "approve": _("Approved"),
    "cancel": _("Cancelled"),
    "change": pgettext_lazy("history", "Changed"),
    "confirm": pgettext_lazy("history", "Confirmed"),
    "create": pgettext_lazy("history", "Created"),
    "decide": pgettext_lazy("history", "Decided"),
    "discard": pgettext_lazy("history", "Discarded"),
    "download": pgettext_lazy("history", "Downloaded"),
    "export": pgettext_lazy("history", "Exported"),
    "fail": pgettext_lazy("history", "Not finished"),
    "prepare": pgettext_lazy("history", "Prepared"),
    "propose": _("Put in a proposal"),
    "publish": pgettext_lazy("history", "Published"),
    "read": pgettext_lazy("history", "Read"),
    "record": pgettext_lazy("history", "Recorded"),
    "reject": pgettext_lazy("history", "Rejected"),
    "request_signature": _("Sent for signature"),
    "reset_second_step": _("Second step switched off"),
    "return": pgettext_lazy("history", "Returned"),
    "review": _("Review workbook applied"),
    "reveal": _("Identity number read in full"),
    "send_back": _("Sent back to the officer"),
    "set_password": _("Password set"),
    "sign": _("Signed and submitted"),
    "start": pgettext_lazy("history", "Started"),
    "submit": pgettext_lazy("history", "Submitted"),
    "upload": _("File uploaded"),
    "verdict": _("Line appraised"),
}


def describe(action: str) -> str:
    """The action in the reader's language; an unknown verb is shown as it is recorded."""
    verb = action.rpartition(".")[2]
    return str(VERBS.get(verb, action))
