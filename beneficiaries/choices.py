from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PovertyClass(models.TextChoices):
    """Class after a review: Decree 07/2021/NĐ-CP, Decision 24/2021/QĐ-TTg."""

    POOR = "poor", _("Poor")
    NEAR_POOR = "near_poor", _("Near-poor")
    NOT_POOR = "not_poor", _("Not poor")


class SpellReason(models.TextChoices):
    """Why a spell began."""

    LISTED = "listed", _("Listed in a review")
    EXITED_POOR = "exited_poor", _("Exited poverty")
    EXITED_NEAR_POOR = "exited_near_poor", _("Exited near-poverty")
    NOT_LISTED = "not_listed", _("No longer in the annual list")
    NEW = "new", _("Arose newly")
    RELAPSED = "relapsed", _("Relapsed")
    NEAR_TO_POOR = "near_to_poor", _("From near-poor to poor")
    POOR_TO_NEAR = "poor_to_near", _("From poor to near-poor")
    MOVED_IN = "moved_in", _("Moved in")
    SPLIT = "split", _("Split off from another household")


class SpellEnd(models.TextChoices):
    """Why a spell ended without another class: the household left the register."""

    MOVED_OUT = "moved_out", _("Moved away")
    DECEASED = "deceased", _("Deceased")
    MERGED = "merged", _("Merged with another household")


class MovementKind(models.TextChoices):
    """What a monthly list says of a household: the movements of Circular 07/2021/TT-BLĐTBXH's reports."""

    NEW_POOR = "new_poor", _("Newly poor")
    NEW_NEAR_POOR = "new_near_poor", _("Newly near-poor")
    RELAPSED_POOR = "relapsed_poor", _("Relapsed into poverty")
    RELAPSED_NEAR_POOR = "relapsed_near_poor", _("Relapsed into near-poverty")
    NEAR_TO_POOR = "near_to_poor", _("From near-poor to poor")
    POOR_TO_NEAR = "poor_to_near", _("From poor to near-poor")
    EXITED_POOR = "exited_poor", _("Exited poverty")
    EXITED_NEAR_POOR = "exited_near_poor", _("Exited near-poverty")
    MOVED_OUT = "moved_out", _("Moved away")
    MOVED_IN = "moved_in", _("Moved in")
    DECEASED = "deceased", _("Deceased")
    HEAD_CHANGED = "head_changed", _("Changed head")
    SPLIT = "split", _("Split off from another household")
    MERGED = "merged", _("Merged with another household")
    CORRECTED = "corrected", _("Data corrected")


class GoneReason(models.TextChoices):
    """Why a household stands no longer in the annual list of its commune."""

    EXITED = "exited", _("Exited (near-)poverty")
    MOVED_OUT = "moved_out", _("Moved away")
    DECEASED = "deceased", _("Deceased")
    MERGED = "merged", _("Merged with another household")
    UNKNOWN = "unknown", _("Not yet known")


class DuplicateState(models.TextChoices):
    OPEN = "open", pgettext_lazy("pair", "To be decided")
    SAME = "same", _("The same household")
    DIFFERENT = "different", _("Different households")


DUPLICATE_BADGES = {DuplicateState.OPEN: "wait", DuplicateState.SAME: "ok", DuplicateState.DIFFERENT: "idle"}


class AssessmentOccasion(models.TextChoices):
    """When information deprivation was assessed."""

    REVIEW = "review", _("Poverty review")
    AFTER_SUPPORT = "after_support", _("After support")


class Reading(models.TextChoices):
    """What a person read of a household."""

    PAGE = "page", _("Its page")
    IDENTITY = "identity", _("Identity number in full")
    EXPORT = "export", _("An exported list")


class ExportFormat(models.TextChoices):
    XLSX = "xlsx", _("Excel workbook (.xlsx)")
    ODS = "ods", _("LibreOffice sheet (.ods)")
    CSV = "csv", _("Plain table (.csv)")


class Gender(models.TextChoices):
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class DeviceKind(models.TextChoices):
    """Devices that exclude a household: Circular 14/2022/TT-BTTTT, smartphone section."""

    TABLET = "tablet", _("Tablet of the programme")
    SVMTCE = "svmtce", _("Device of “Sóng và máy tính cho em”")


class BatchKind(models.TextChoices):
    ANNUAL = "annual", _("Annual list")
    MONTHLY = "monthly", _("Monthly movements")


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", _("Reading")
    AWAITING_LAYOUT = "awaiting_layout", _("Awaiting how to read it")
    AWAITING_CONFIRMATION = "awaiting_confirmation", _("Awaiting confirmation")
    APPLYING = "applying", _("Writing")
    APPLIED = "applied", _("In the register")
    REJECTED = "rejected", pgettext_lazy("list", "Cancelled")
    FAILED = "failed", _("Failed")
    REVERTED = "reverted", _("Reverted")


BATCH_BADGES = {
    BatchState.UPLOADED: "now",
    BatchState.AWAITING_LAYOUT: "wait",
    BatchState.AWAITING_CONFIRMATION: "wait",
    BatchState.APPLYING: "now",
    BatchState.APPLIED: "ok",
    BatchState.REJECTED: "idle",
    BatchState.FAILED: "bad",
    BatchState.REVERTED: "idle",
}


class Outcome(models.TextChoices):
    """What a confirmed batch does with a household."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    GONE = "gone", _("No longer listed")
    AMBIGUOUS = "ambiguous", _("To be decided")
    BLOCKED = "blocked", _("Not written")


class MatchBasis(models.TextChoices):
    """On what evidence a listed household was taken for one of the register."""

    NONE = "", _("No match")
    NATIONAL_ID = "national_id", _("Identity number of the head")
    MEMBER_ID = "member_id", _("Identity number of a member")
    NAME_BIRTH_PLACE = "name_birth_place", _("Name, birth year, commune and village")
    NAME_PLACE = "name_place", _("Name, commune and village, no contrary evidence")
    INCOMPLETE = "incomplete", _("Name and district, of a household awaiting completion")
    DECIDED = "decided", _("Decided by a person")


class Doubt(models.TextChoices):
    """Why a person has to say whether two households are one."""

    SAME_ID_OTHER_PERSON = "same_id_other_person", _("same identity number, but another name and birth year")
    ID_DIFFERS = "id_differs", _("same name, birth year and place, but another identity number")
    BIRTH_DIFFERS = "birth_differs", _("same name, birth year and place, but another birth date")
    OTHER_VILLAGE = "other_village", _("same name, birth year and commune, but another village")
    NO_VILLAGE = "no_village", _("same name, birth year and commune; the village is not stated")
    SHARES_MEMBER = "shares_member", _("a member with the same identity number, but another head")
    NO_BIRTH_YEAR = "no_birth_year", _("same name and place, no birth year, other members")
    SEVERAL_FIT = "several_fit", _("several households fit equally well")
    ID_IN_FILE = "id_in_file", _("the same identity number stands at another person of this file")
    REPEATS_ROW = "repeats_row", _("another row of this file has the same name, birth year and place")
    INCOMPLETE = "incomplete", _("same name and district; of one of them no more is known")


class RowDecision(models.TextChoices):
    """What a person says of an ambiguous row."""

    SAME = "same", _("The same household")
    NEW = "new", _("Another household: add it")
    SKIP = "skip", _("Leave it out")


class ServiceKind(models.TextChoices):
    """A public-utility telecom service a household is supported with: Circular 14/2022/TT-BTTTT art. 20."""

    MOBILE = "mobile", _("Terrestrial mobile")
    FIXED = "fixed", _("Fixed broadband")


class SubscriptionState(models.TextChoices):
    """Circular 14/2022/TT-BTTTT art. 26: suspension, restoration, removal from the list."""

    ACTIVE = "active", pgettext_lazy("subscription", "Supported")
    SUSPENDED_NO_TRAFFIC = "no_traffic", _("Suspended: two months without traffic")
    SUSPENDED_UNCERTIFIED = "uncertified", _("Suspended: not certified for the year")
    STOPPED = "stopped", pgettext_lazy("subscription", "Stopped")
    REMOVED = "removed", _("Removed from the list")


SUBSCRIPTION_BADGES = {
    SubscriptionState.ACTIVE: "ok",
    SubscriptionState.SUSPENDED_NO_TRAFFIC: "wait",
    SubscriptionState.SUSPENDED_UNCERTIFIED: "wait",
    SubscriptionState.STOPPED: "idle",
    SubscriptionState.REMOVED: "idle",
}
#: The household is on the operator's list: no other service and no other operator beside it.
LIVE = frozenset(
    {
        SubscriptionState.ACTIVE,
        SubscriptionState.SUSPENDED_NO_TRAFFIC,
        SubscriptionState.SUSPENDED_UNCERTIFIED,
    }
)


class ServiceChange(models.TextChoices):
    """What a line of an operator's list says: Đắk Nông II.5; suspension and restoration, art. 26."""

    NEW = "new", _("New support")
    STOPPED = "stopped", pgettext_lazy("change", "Support stopped")
    LEVEL_CHANGED = "level_changed", _("Level changed")
    SUSPENDED = "suspended", pgettext_lazy("change", "Suspended")
    RESTORED = "restored", pgettext_lazy("change", "Restored")


class LineVerdict(models.TextChoices):
    """What the check against the register says of an operator's line."""

    GOOD = "good", pgettext_lazy("line", "In order")
    NOTHING = "nothing", _("Nothing to do")
    REFUSED = "refused", pgettext_lazy("line", "Refused")


LINE_BADGES = {LineVerdict.GOOD: "ok", LineVerdict.NOTHING: "idle", LineVerdict.REFUSED: "bad"}


class OperatorReportState(models.TextChoices):
    """An operator's monthly update: like a list batch, nothing is written before a person confirms."""

    UPLOADED = "uploaded", pgettext_lazy("report", "Uploaded")
    AWAITING_CONFIRMATION = "awaiting", _("Waiting for confirmation")
    APPLIED = "applied", pgettext_lazy("report", "Applied")
    REJECTED = "rejected", pgettext_lazy("report", "Discarded")
    FAILED = "failed", _("Could not be read")
    REVERTED = "reverted", pgettext_lazy("report", "Taken back")


OPERATOR_REPORT_BADGES = {
    OperatorReportState.UPLOADED: "now",
    OperatorReportState.AWAITING_CONFIRMATION: "wait",
    OperatorReportState.APPLIED: "ok",
    OperatorReportState.REJECTED: "idle",
    OperatorReportState.FAILED: "bad",
    OperatorReportState.REVERTED: "idle",
}


class ConfirmationState(models.TextChoices):
    """A request to confirm a list (Đắk Nông II.4): read, sent, decided line by line, answered."""

    UPLOADED = "uploaded", pgettext_lazy("request", "Uploaded")
    READ = "read", pgettext_lazy("request", "Read, not sent yet")
    SUBMITTED = "submitted", pgettext_lazy("request", "Waiting for the department")
    ANSWERED = "answered", pgettext_lazy("request", "Answered")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")
    FAILED = "failed", _("Could not be read")


CONFIRMATION_BADGES = {
    ConfirmationState.UPLOADED: "now",
    ConfirmationState.READ: "wait",
    ConfirmationState.SUBMITTED: "wait",
    ConfirmationState.ANSWERED: "ok",
    ConfirmationState.WITHDRAWN: "idle",
    ConfirmationState.FAILED: "bad",
}


class LineDecision(models.TextChoices):
    """What the department decides on a line of a request."""

    OPEN = "open", pgettext_lazy("line", "To be decided")
    ASKED = "asked", _("Asked of the district")
    CONFIRMED = "confirmed", pgettext_lazy("line", "Confirmed")
    REFUSED = "refused", pgettext_lazy("decision", "Not confirmed")


DECISION_BADGES = {
    LineDecision.OPEN: "wait",
    LineDecision.ASKED: "now",
    LineDecision.CONFIRMED: "ok",
    LineDecision.REFUSED: "bad",
}
