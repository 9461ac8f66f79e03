"""Words for what was done. The last part of a dotted action is its verb."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VERBS = {
    "accept": _("Accepted"),
    "accept_clean": _("Accepted the clean lines"),
    "answer": _("Said how the file is to be read"),
    "apply": _("Written to the register"),
    "appraise": _("Opened the appraisal"),
    "approve": _("Approved"),
    "assign": _("Operator assigned"),
    "ask_revert": _("Asked to revert the list"),
    "cancel": _("Cancelled"),
    "change": pgettext_lazy("history", "Changed"),
    "confirm": pgettext_lazy("history", "Confirmed"),
    "correct": _("Cells corrected"),
    "create": pgettext_lazy("history", "Created"),
    "decide": pgettext_lazy("history", "Decided"),
    "differ": _("Found to be two households"),
    "discard": pgettext_lazy("history", "Discarded"),
    "download": pgettext_lazy("history", "Downloaded"),
    "export": pgettext_lazy("history", "Exported"),
    "fail": pgettext_lazy("history", "Not finished"),
    "fail_revert": _("Not reverted"),
    "forget": _("Layout forgotten"),
    "give_reason": _("Reasons given for households gone"),
    "hold": _("Put on hold"),
    "merge": _("Two households merged"),
    "open_appraisal": _("Opened the appraisal"),
    "move": pgettext_lazy("history", "Movement recorded"),
    "prepare": pgettext_lazy("history", "Prepared"),
    "propose": _("Put in a proposal"),
    "publish": pgettext_lazy("history", "Published"),
    "read": pgettext_lazy("history", "Read"),
    "record": pgettext_lazy("history", "Recorded"),
    "reject": pgettext_lazy("history", "Rejected"),
    "recover": _("Device taken back"),
    "release": _("No longer on hold"),
    "reopen": _("To be decided again"),
    "remove": pgettext_lazy("history", "Taken away"),
    "request_signature": _("Sent for signature"),
    "reset_second_step": _("Second step switched off"),
    "return": pgettext_lazy("history", "Returned"),
    "reveal": _("Identity number read in full"),
    "revert": _("Taken out of the register"),
    "review": _("Review workbook applied"),
    "send_back": _("Sent back to the officer"),
    "set_password": _("Password set"),
    "sign": _("Signed and submitted"),
    "start": pgettext_lazy("history", "Started"),
    "submit": pgettext_lazy("history", "Submitted"),
    "take_off": _("Taken off by an amendment"),
    "undeliverable": _("Cannot be delivered"),
    "unmerge": _("Merge of households undone"),
    "unmove": pgettext_lazy("history", "Movement taken back"),
    "upload": _("File uploaded"),
    "verdict": _("Line appraised"),
    "withdraw": _("Correction taken back"),
}


def describe(action: str) -> str:
    """The action in the reader's language; an unknown verb is shown as it is recorded."""
    verb = action.rpartition(".")[2]
    return str(VERBS.get(verb, action))
