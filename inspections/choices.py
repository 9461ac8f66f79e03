"""States and kinds of inspections and complaints, with the words and badges people see."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ChecklistPart(models.TextChoices):
    """Whom a checklist is for (compiled for this programme; no official form was found)."""

    OFFICE = "A", _("A. District and commune office")
    OPERATOR = "B", _("B. Telecom operator")
    HOUSEHOLD = "C", _("C. Household")


class ChecklistState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state", "Draft")
    IN_FORCE = "in_force", pgettext_lazy("state", "In force")
    RETIRED = "retired", pgettext_lazy("state", "No longer in force")


CHECKLIST_BADGES = {
    ChecklistState.DRAFT: "idle",
    ChecklistState.IN_FORCE: "ok",
    ChecklistState.RETIRED: "idle",
}


class RoundKind(models.TextChoices):
    ANNUAL = "annual", _("Annual")
    AD_HOC = "ad_hoc", _("Ad hoc")


class RoundState(models.TextChoices):
    """Life of an inspection round."""

    PLANNED = "planned", pgettext_lazy("state", "Planned")
    ANNOUNCED = "announced", pgettext_lazy("state", "Announced")
    FIELDWORK = "fieldwork", pgettext_lazy("state", "In the field")
    MINUTES = "minutes", pgettext_lazy("state", "Minutes")
    CONCLUDED = "concluded", pgettext_lazy("state", "Concluded")
    CLOSED = "closed", pgettext_lazy("state", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("state", "Cancelled")


ROUND_BADGES = {
    RoundState.PLANNED: "idle",
    RoundState.ANNOUNCED: "wait",
    RoundState.FIELDWORK: "now",
    RoundState.MINUTES: "now",
    RoundState.CONCLUDED: "wait",
    RoundState.CLOSED: "ok",
    RoundState.CANCELLED: "idle",
}


class TeamRole(models.TextChoices):
    HEAD = "head", _("Head of the team")
    SECRETARY = "secretary", _("Secretary")
    MEMBER = "member", _("Member")


class UnitKind(models.TextChoices):
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune")
    OPERATOR = "operator", _("Telecom operator")


class MinutesState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state", "Draft")
    SIGNED = "signed", pgettext_lazy("state", "Signed by both sides")


MINUTES_BADGES = {MinutesState.DRAFT: "idle", MinutesState.SIGNED: "ok"}


class SampleAllocation(models.TextChoices):
    """How the sample is shared out to the strata."""

    PROPORTIONAL = "proportional", _("In proportion to the stratum")
    EQUAL = "equal", _("The same number in every stratum")


class SampleKind(models.TextChoices):
    RANDOM = "random", _("Drawn")
    SUBSTITUTE = "substitute", _("Substitute")
    RISK = "risk", _("Added for a risk")


class SampleState(models.TextChoices):
    """Where a sampled household stands. A substitute in reserve is not visited until it is called."""

    RESERVE = "reserve", pgettext_lazy("state", "In reserve")
    PENDING = "pending", pgettext_lazy("state", "To be visited")
    CHECKED = "checked", pgettext_lazy("state", "Checked")
    REPLACED = "replaced", pgettext_lazy("state", "Replaced")


SAMPLE_BADGES = {
    SampleState.RESERVE: "idle",
    SampleState.PENDING: "wait",
    SampleState.CHECKED: "ok",
    SampleState.REPLACED: "idle",
}


class Answer(models.TextChoices):
    PASS = "pass", _("Pass")
    FAIL = "fail", _("Fail")
    NA = "na", _("Not applicable")


class CheckSource(models.TextChoices):
    """How a check reached the system."""

    ONLINE = "online", _("From the phone, with network")
    OFFLINE = "offline", _("From the phone, kept without network")
    FILE = "file", _("From a saved file")
    PAPER = "paper", _("From paper")


class FindingKind(models.TextChoices):
    """What was found. Those a household's answers open by rule come first."""

    NOT_RECEIVED = "not_received", _("Device not received")
    IMEI_DIFFERS = "imei_differs", _("IMEI differs from the record")
    NOT_IN_USE = "not_in_use", _("Sold, lent or pawned, or not in use")
    FEE_COLLECTED = "fee_collected", _("A fee was collected")
    SIM_INACTIVE = "sim_inactive", _("SIM or package not active")
    DECEASED_BEFORE = "deceased_before", _("Died before the hand-over")
    OTHER_DEVICE = "other_device", _("Had received another device")
    DOSSIER = "dossier", _("Papers missing or wrong")
    PROCEDURE = "procedure", _("Steps not followed")
    SERVICE = "service", _("Service or charges wrong")
    OTHER = "other", _("Other")


class Severity(models.TextChoices):
    REMINDER = "reminder", _("Reminder")
    REMEDY = "remedy", _("To be remedied")
    SERIOUS = "serious", _("Serious")


SEVERITY_BADGES = {Severity.REMINDER: "idle", Severity.REMEDY: "wait", Severity.SERIOUS: "bad"}


class FindingState(models.TextChoices):
    OPEN = "open", pgettext_lazy("state", "Open")
    REMEDIED = "remedied", pgettext_lazy("state", "Remedied, to be verified")
    CLOSED = "closed", pgettext_lazy("state", "Closed")
    DROPPED = "dropped", pgettext_lazy("state", "Not upheld")


FINDING_BADGES = {
    FindingState.OPEN: "bad",
    FindingState.REMEDIED: "wait",
    FindingState.CLOSED: "ok",
    FindingState.DROPPED: "idle",
}


class ComplaintKind(models.TextChoices):
    """Kinds the law tells apart; a denunciation is read by named people only."""

    PROPOSAL = "proposal", _("Petition (kiến nghị)")
    FEEDBACK = "feedback", _("Feedback (phản ánh)")
    COMPLAINT = "complaint", _("Complaint (khiếu nại)")
    DENUNCIATION = "denunciation", _("Denunciation (tố cáo)")


class ComplaintChannel(models.TextChoices):
    PUBLIC_FORM = "public_form", _("Public form")
    POSTING = "posting", _("Public posting")
    INSPECTION = "inspection", _("Inspection")
    PHONE = "phone", _("Phone")
    PAPER = "paper", _("Letter")
    IN_PERSON = "in_person", _("In person")


class ComplaintSubject(models.TextChoices):
    """What it is about."""

    NOT_LISTED = "not_listed", _("Not on the list")
    WRONGLY_LISTED = "wrongly_listed", _("Somebody wrongly on the list")
    NOT_RECEIVED = "not_received", _("Device not received")
    DEVICE = "device", _("Device or service does not work")
    FEE = "fee", _("Money was asked for")
    CONDUCT = "conduct", _("Conduct of officials")
    OTHER = "other", _("Other")


class ComplaintState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("state", "Received")
    ASSIGNED = "assigned", pgettext_lazy("state", "Being handled")
    ANSWERED = "answered", pgettext_lazy("state", "Answered")
    APPEALED = "appealed", pgettext_lazy("state", "Appealed")
    CLOSED = "closed", pgettext_lazy("state", "Closed")
    REFUSED = "refused", pgettext_lazy("state", "Not taken up")


COMPLAINT_BADGES = {
    ComplaintState.RECEIVED: "wait",
    ComplaintState.ASSIGNED: "now",
    ComplaintState.ANSWERED: "ok",
    ComplaintState.APPEALED: "bad",
    ComplaintState.CLOSED: "ok",
    ComplaintState.REFUSED: "idle",
}
#: States in which a clock runs.
RUNNING = frozenset({ComplaintState.RECEIVED, ComplaintState.ASSIGNED, ComplaintState.APPEALED})


class ClockStep(models.TextChoices):
    """What a clock of working days counts towards."""

    TAKE_UP = "take_up", _("Take up or refuse")
    ANSWER = "answer", _("Answer")
    ANSWER_APPEAL = "answer_appeal", _("Answer the appeal")
