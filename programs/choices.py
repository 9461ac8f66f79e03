from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TimingKind(models.TextChoices):
    """When a task is due, parsed from the words printed in the plan."""

    CONTINUOUS = "continuous", _("Continuously")
    REVIEW_PERIOD = "review_period", _("By review period")
    MONTHLY = "monthly", _("Monthly")
    MONTHLY_IF_ANY = "monthly_if_any", _("Monthly, if anything arises")
    QUARTERLY = "quarterly", _("Quarterly")
    HALF_YEARLY = "half_yearly", _("Every six months")
    ON_REQUEST = "on_request", _("On a request to confirm")
    ON_ALLOCATION = "on_allocation", _("On the Ministry's allocation decision")
    ON_AUTHORITY_REQUEST_OR_YEARLY = (
        "on_authority_request_or_yearly",
        _("On an authority's request, or yearly"),
    )
    YEARLY = "yearly", _("Yearly")
    BY_DATE = "by_date", _("By a fixed day")
    UNSTATED = "unstated", _("Not stated")


class ProgramState(models.TextChoices):
    """A plan made here is prepared by the officer and put in force by the leader."""

    DRAFT = "draft", pgettext_lazy("state", "Draft")
    IN_FORCE = "in_force", pgettext_lazy("state", "In force")
    CLOSED = "closed", pgettext_lazy("state", "Closed")


PROGRAM_BADGES = {
    ProgramState.DRAFT: "wait",
    ProgramState.IN_FORCE: "ok",
    ProgramState.CLOSED: "idle",
}


class TaskEvent(models.TextChoices):
    """What happens elsewhere in the system and concerns a task of the plan."""

    ANNUAL_REVIEW = "annual_review", _("Annual review list written to the register")
    MONTHLY_CHANGES = "monthly_changes", _("Monthly changes written to the register")
    CONFIRMATION_REQUESTED = "confirmation_requested", _("Confirmation requested by an operator")
    CONFIRMATION_ANSWERED = "confirmation_answered", _("Confirmation request answered")
    OPERATOR_REPORT = "operator_report", _("Operator's monthly update applied")
    ALLOCATION_DECIDED = "allocation_decided", _("The Ministry's allocation decision recorded")
    QUOTAS_APPROVED = "quotas_approved", _("Quotas of the districts approved")
    DISTRICT_LIST_SIGNED = "district_list_signed", _("A district's list signed and submitted")
    LIST_APPROVED = "list_approved", _("List approved by the People's Committee")
    DEVICES_RECEIVED = "devices_received", _("Devices received and handed over")
    ROUND_CLOSED = "round_closed", _("Inspection round closed")
    ACTIVITY_HELD = "activity_held", _("Communication or training activity")
    CONTRIBUTION_RECEIVED = "contribution_received", _("Contribution received")


class TriggerEffect(models.TextChoices):
    """What an event does to a task."""

    OPENS = "opens", _("opens a due")
    EVIDENCES = "evidences", _("is kept as evidence")
    FULFILS = "fulfils", _("fulfils the due")


class DueState(models.TextChoices):
    """A due is open until its organisation reports or the system itself saw the work done."""

    OPEN = "open", pgettext_lazy("due", "To do")
    REPORTED = "reported", pgettext_lazy("due", "Reported")
    RETURNED = "returned", pgettext_lazy("due", "Returned")
    ACCEPTED = "accepted", pgettext_lazy("due", "Done")
    NOTHING_AROSE = "nothing_arose", pgettext_lazy("due", "Nothing arose")


DUE_BADGES = {
    DueState.OPEN: "wait",
    DueState.REPORTED: "now",
    DueState.RETURNED: "bad",
    DueState.ACCEPTED: "ok",
    DueState.NOTHING_AROSE: "ok",
}
#: Nothing more is asked of the organisation.
DONE = frozenset({DueState.ACCEPTED, DueState.NOTHING_AROSE})
#: The organisation has to act.
TO_DO = frozenset({DueState.OPEN, DueState.RETURNED})


class ActivityKind(models.TextChoices):
    """Communication and training: tasks I.1 and I.2 of the Đắk Nông plan; Plan 413/KH-UBND IV."""

    BROADCAST = "broadcast", _("Radio or television")
    ARTICLE = "article", _("Newspaper or website article")
    SOCIAL = "social", _("Social network")
    LOUDSPEAKER = "loudspeaker", _("Local loudspeakers")
    LEAFLET = "leaflet", _("Leaflets and posters")
    MEETING = "meeting", _("Meeting with people")
    TRAINING = "training", _("Training in skills")
    OTHER = "other", pgettext_lazy("activity", "Other")


class ObstacleState(models.TextChoices):
    """A difficulty (khó khăn, vướng mắc) on its way to an answer: Plan 413/KH-UBND IV, last paragraph."""

    OPEN = "open", pgettext_lazy("obstacle", "Waiting for an answer")
    ANSWERED = "answered", pgettext_lazy("obstacle", "Answered")
    CLOSED = "closed", pgettext_lazy("obstacle", "Settled")
    WITHDRAWN = "withdrawn", pgettext_lazy("obstacle", "Withdrawn")


OBSTACLE_BADGES = {
    ObstacleState.OPEN: "wait",
    ObstacleState.ANSWERED: "now",
    ObstacleState.CLOSED: "ok",
    ObstacleState.WITHDRAWN: "idle",
}


class ObstacleWord(models.TextChoices):
    """What was said about an obstacle after it was raised."""

    ANSWER = "answer", pgettext_lazy("obstacle", "Answer")
    QUESTION = "question", pgettext_lazy("obstacle", "Asked again")
    END = "end", pgettext_lazy("obstacle", "How it ended")


class ReportKind(models.TextChoices):
    """How much time a periodic report covers."""

    MONTHLY = "monthly", _("Monthly report")
    QUARTERLY = "quarterly", _("Quarterly report")
    YEARLY = "yearly", _("Yearly report")
    AD_HOC = "ad_hoc", _("Ad hoc report")


class ReportState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state", "Draft")
    ISSUED = "issued", pgettext_lazy("report", "Issued")
    CANCELLED = "cancelled", pgettext_lazy("report", "Cancelled")


REPORT_BADGES = {ReportState.DRAFT: "wait", ReportState.ISSUED: "ok", ReportState.CANCELLED: "idle"}


class FundingKind(models.TextChoices):
    """Where the money comes from: Plan 413/KH-UBND section III."""

    PUBLIC_UTILITY_TELECOM = "public_utility_telecom", _("Public-utility telecommunications programme")
    PROVINCIAL_BUDGET = "provincial_budget", _("Provincial budget")
    MOBILISED = "mobilised", _("Lawfully mobilised sources")
    SOCIALISED = "socialised", _("Socialised sources")


class HolidayKind(models.TextChoices):
    """What a day of the calendar is beside Saturdays and Sundays: Labour Code 45/2019/QH14, art. 112."""

    HOLIDAY = "holiday", _("Holiday")
    WORKING_DAY = "working_day", _("Make-up working day")
