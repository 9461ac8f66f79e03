from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeviceKind(models.TextChoices):
    SMARTPHONE = "smartphone", _("Smartphone")
    TABLET = "tablet", _("Tablet")


class Method(models.TextChoices):
    """How seats become whole numbers."""

    LARGEST_REMAINDER = "largest_remainder", _("Largest remainder")


class PlanState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("state", "Awaiting approval")
    RETURNED = "returned", pgettext_lazy("state", "Returned")
    APPROVED = "approved", pgettext_lazy("state", "Approved")


PLAN_BADGES = {
    PlanState.DRAFT: "idle",
    PlanState.SUBMITTED: "wait",
    PlanState.RETURNED: "bad",
    PlanState.APPROVED: "ok",
}


class ListState(models.TextChoices):
    """Life of a district's list. After `approved` nothing of it changes any more."""

    DRAFTING = "drafting", pgettext_lazy("state", "Under review")
    AWAITING_SIGNATURE = "awaiting_signature", pgettext_lazy("state", "Awaiting signature")
    SUBMITTED = "submitted", pgettext_lazy("state", "Submitted")
    APPRAISING = "appraising", pgettext_lazy("state", "Being appraised")
    RETURNED = "returned", pgettext_lazy("state", "Returned")
    ACCEPTED = "accepted", pgettext_lazy("state", "Accepted")
    PROPOSED = "proposed", pgettext_lazy("state", "In a proposal")
    APPROVED = "approved", pgettext_lazy("state", "Approved")


LIST_BADGES = {
    ListState.DRAFTING: "idle",
    ListState.AWAITING_SIGNATURE: "wait",
    ListState.SUBMITTED: "wait",
    ListState.APPRAISING: "now",
    ListState.RETURNED: "bad",
    ListState.ACCEPTED: "ok",
    ListState.PROPOSED: "now",
    ListState.APPROVED: "ok",
}
# States in which the district works on its list.
DISTRICT_STATES = frozenset({ListState.DRAFTING, ListState.RETURNED})


class Decision(models.TextChoices):
    """What the district says of a line."""

    KEEP = "keep", _("Keep")
    RESERVE = "reserve", _("Reserve")
    DROP = "drop", _("Drop")


class Verdict(models.TextChoices):
    """What the appraisal says of a line."""

    PENDING = "pending", pgettext_lazy("state", "Not appraised")
    ACCEPTED = "accepted", pgettext_lazy("state", "Accepted")
    RETURNED = "returned", pgettext_lazy("state", "Returned")


class SupportForm(models.TextChoices):
    """Forms of support: Circular 14/2022/TT-BTTTT, smartphone section."""

    BUNDLE = "bundle", _("Smartphone with mobile service")
    CASH = "cash", _("Cash, 500,000 VND")


class ProposalState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("state", "Awaiting the decision")
    APPROVED = "approved", pgettext_lazy("state", "Approved")


PROPOSAL_BADGES = {
    ProposalState.DRAFT: "idle",
    ProposalState.SUBMITTED: "wait",
    ProposalState.APPROVED: "ok",
}
