from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeviceKind(models.TextChoices):
    SMARTPHONE = "smartphone", _("Smartphone")
    TABLET = "tablet", _("Tablet")
    CASH = "cash", _("Cash")


class Method(models.TextChoices):
    """How seats become whole numbers."""

    LARGEST_REMAINDER = "largest_remainder", _("Largest remainder")
    SAINTE_LAGUE = "sainte_lague", _("Sainte-Laguë")
    DHONDT = "dhondt", _("D'Hondt")
    EQUAL = "equal", _("Equal shares")
    MANUAL = "manual", _("By hand, with a reason")


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
    CASH = "cash", _("Cash, for a phone bought by the household")


class ProposalState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("state", "Awaiting the decision")
    APPROVED = "approved", pgettext_lazy("state", "Approved")


PROPOSAL_BADGES = {
    ProposalState.DRAFT: "idle",
    ProposalState.SUBMITTED: "wait",
    ProposalState.APPROVED: "ok",
}


class RuleState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("state", "Awaiting approval")
    IN_FORCE = "in_force", pgettext_lazy("state", "In force")
    RETIRED = "retired", pgettext_lazy("state", "No longer in force")


RULE_BADGES = {
    RuleState.DRAFT: "idle",
    RuleState.SUBMITTED: "wait",
    RuleState.IN_FORCE: "ok",
    RuleState.RETIRED: "idle",
}


class EntryState(models.TextChoices):
    """Of what an officer enters from a text and the leader puts in force: levels, difficult communes."""

    SUBMITTED = "submitted", pgettext_lazy("state", "Awaiting approval")
    IN_FORCE = "in_force", pgettext_lazy("state", "In force")
    RETURNED = "returned", pgettext_lazy("state", "Returned")


ENTRY_BADGES = {
    EntryState.SUBMITTED: "wait",
    EntryState.IN_FORCE: "ok",
    EntryState.RETURNED: "bad",
}


class ConditionKind(models.TextChoices):
    """What a condition tests. Its classes, policies, kinds or ages stand in its parameters."""

    CLASS_IN = "class_in", _("Class as of the day")
    CLASS_OR_POLICY = "class_or_policy", _("Class or policy status as of the day")
    NO_EARLIER_DEVICE = "no_earlier_device", _("No earlier device")
    NEED = "need", _("Need")
    NOT_SERVED = "not_served", _("Not served by another source")
    MEMBER_AGED = "member_aged", _("A member of an age")


class RankKind(models.TextChoices):
    """What a rank tests; a rank with several passes only who passes them all."""

    MERIT = "merit", _("Family of a person with merit")
    SOCIAL_POLICY = "social_policy", _("Social-policy family")
    ETHNIC_MINORITY = "ethnic_minority", _("Ethnic minority")
    DIFFICULT_COMMUNE = "difficult_commune", _("Extremely difficult commune")
    POOR = "poor", _("Poor household")
    NEAR_POOR = "near_poor", _("Near-poor household")
    NO_LABOUR = "no_labour", _("Without labour capacity")
    OTHER = "other", _("Every other household")


class VersionKind(models.TextChoices):
    """What a version of a list was kept for."""

    OPENED = "opened", _("Opened by the ranking")
    REVIEW = "review", _("Workbook applied")
    SUBMITTED = "submitted", _("Signed and submitted")
    RETURNED = "returned", _("Returned by the department")
    WITHDRAWN = "withdrawn", _("Withdrawn by the district")
    APPROVED = "approved", _("Approved")


class FieldMatch(models.TextChoices):
    """Whether a household found in the field is one of the register."""

    FOUND = "found", _("In the register")
    SEVERAL = "several", _("Several of the register fit")
    NOT_FOUND = "not_found", _("Not in the register")
    ON_LIST = "on_list", _("Already on the list")


class ObjectionOutcome(models.TextChoices):
    UPHELD = "upheld", _("Upheld")
    REJECTED = "rejected", _("Not upheld")
    NOTED = "noted", _("Noted")


class SupportState(models.TextChoices):
    """From the approved line to the confirmed hand-over."""

    APPROVED = "approved", pgettext_lazy("state", "Awaiting an operator")
    ASSIGNED = "assigned", pgettext_lazy("state", "Awaiting hand-over")
    DELIVERED = "delivered", pgettext_lazy("state", "Handed over")
    CONFIRMED = "confirmed", pgettext_lazy("state", "Confirmed")
    ON_HOLD = "on_hold", pgettext_lazy("state", "On hold")
    UNDELIVERABLE = "undeliverable", pgettext_lazy("state", "Cannot be delivered")
    RECOVERED = "recovered", pgettext_lazy("state", "Recovered")
    WITHDRAWN = "withdrawn", pgettext_lazy("state", "Taken off the list")


# States that hold the household's one device. A list, since the database's rule is written from it.
LIVE_SUPPORT = ["approved", "assigned", "delivered", "confirmed", "on_hold"]
SUPPORT_BADGES = {
    SupportState.APPROVED: "wait",
    SupportState.ASSIGNED: "now",
    SupportState.DELIVERED: "now",
    SupportState.CONFIRMED: "ok",
    SupportState.ON_HOLD: "bad",
    SupportState.UNDELIVERABLE: "bad",
    SupportState.RECOVERED: "bad",
    SupportState.WITHDRAWN: "idle",
}


class HoldReason(models.TextChoices):
    LEFT_REGISTER = "left_register", _("Left the register after approval")
    CLASS_CHANGED = "class_changed", _("No longer meets the rule")
    MOVED = "moved", _("Moved to another district")
    OTHER_DEVICE = "other_device", _("Got a device from elsewhere")
    FINDING = "finding", _("Found by an inspection")
    COMPLAINT = "complaint", _("A complaint is being looked into")
    OTHER = "other", _("Another reason")


class Moment(models.TextChoices):
    """When eligibility is looked at."""

    AS_OF = "as_of", _("Day of allocation")
    APPROVAL = "approval", _("Approval")
    HAND_OVER = "hand_over", _("Hand-over")


class AmendmentKind(models.TextChoices):
    SUPPLEMENT = "supplement", _("Supplementary")
    REPLACE = "replace", _("Replacing")
    REMOVE = "remove", _("Taking out")


class AmendmentState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("state", "Awaiting the decision")
    APPROVED = "approved", pgettext_lazy("state", "Approved")
    CANCELLED = "cancelled", pgettext_lazy("state", "Cancelled")


AMENDMENT_BADGES = {
    AmendmentState.DRAFT: "idle",
    AmendmentState.SUBMITTED: "wait",
    AmendmentState.APPROVED: "ok",
    AmendmentState.CANCELLED: "idle",
}


class DevicePlace(models.TextChoices):
    """Where a device is. The sum over all places is what was ever taken in."""

    PROVINCE = "province", _("At the province")
    TO_DISTRICT = "to_district", _("On the way to a district")
    DISTRICT = "district", _("At a district")
    TO_PROVINCE = "to_province", _("On the way back to the province")
    HOUSEHOLD = "household", _("With a household")
    EXAMINE = "examine", _("To be examined by the department")
    SUPPLIER = "supplier", _("Given back to the supplier")
    WRITTEN_OFF = "written_off", _("Lost or written off")


DEVICE_BADGES = {
    DevicePlace.PROVINCE: "idle",
    DevicePlace.TO_DISTRICT: "wait",
    DevicePlace.DISTRICT: "now",
    DevicePlace.TO_PROVINCE: "wait",
    DevicePlace.HOUSEHOLD: "ok",
    DevicePlace.EXAMINE: "bad",
    DevicePlace.SUPPLIER: "idle",
    DevicePlace.WRITTEN_OFF: "bad",
}


class ShipmentKind(models.TextChoices):
    INTAKE = "intake", _("Taken in from the supplier")
    DISPATCH = "dispatch", _("Sent to a district")
    RETURN = "return", _("Sent back by a district")
    BACK = "back", _("Given back to the supplier")


class ShipmentState(models.TextChoices):
    SENT = "sent", pgettext_lazy("state", "On the way")
    RECEIVED = "received", pgettext_lazy("state", "Received")
    CANCELLED = "cancelled", pgettext_lazy("state", "Cancelled")


SHIPMENT_BADGES = {
    ShipmentState.SENT: "wait",
    ShipmentState.RECEIVED: "ok",
    ShipmentState.CANCELLED: "idle",
}


class HandOverState(models.TextChoices):
    RECORDED = "recorded", pgettext_lazy("state", "Recorded")
    ACCEPTED = "accepted", pgettext_lazy("state", "Confirmed")
    REVERSED = "reversed", pgettext_lazy("state", "Reversed")


HANDOVER_BADGES = {
    HandOverState.RECORDED: "now",
    HandOverState.ACCEPTED: "ok",
    HandOverState.REVERSED: "bad",
}


class Receiver(models.TextChoices):
    """Who took the device."""

    HEAD = "head", _("Head of household")
    MEMBER = "member", _("Member of the household")
    AUTHORISED = "authorised", _("Authorised person")


class PaymentMeans(models.TextChoices):
    CASH = "cash", _("In cash")
    TRANSFER = "transfer", _("Bank transfer")


class AcceptanceState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("state", "Awaiting confirmation")
    CONFIRMED = "confirmed", pgettext_lazy("state", "Confirmed")


ACCEPTANCE_BADGES = {
    AcceptanceState.DRAFT: "idle",
    AcceptanceState.SUBMITTED: "wait",
    AcceptanceState.CONFIRMED: "ok",
}


class BudgetEntryKind(models.TextChoices):
    COMMIT = "commit", _("Committed")
    RELEASE = "release", _("Released")
    SPEND = "spend", _("Spent")
    REFUND = "refund", _("Taken back")


class DonorKind(models.TextChoices):
    ENTERPRISE = "enterprise", _("Enterprise")
    ORGANISATION = "organisation", _("Organisation")
    PERSON = "person", _("Person")


class ContributionKind(models.TextChoices):
    DEVICES = "devices", _("Devices")
    MONEY = "money", _("Money")


class ContributionState(models.TextChoices):
    PLEDGED = "pledged", pgettext_lazy("state", "Pledged")
    RECEIVED = "received", pgettext_lazy("state", "Received in part or whole")
    CLOSED = "closed", pgettext_lazy("state", "Closed")


CONTRIBUTION_BADGES = {
    ContributionState.PLEDGED: "wait",
    ContributionState.RECEIVED: "now",
    ContributionState.CLOSED: "ok",
}


class WeightBasis(models.TextChoices):
    """What a district's weight is, by which devices are shared out."""

    ELIGIBLE = "eligible", _("Households that qualify")
    LISTED = "listed", _("All listed households")
    CLASSES = "classes", _("Households that qualify, weighted by class")
