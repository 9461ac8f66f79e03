"""What every step of the workflow is made of: lock, look again, write if unchanged."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from smartphone_support.web.errors import Refusal

Row = TypeVar("Row", bound=models.Model)

# What the database says when one of its rules stops a write. SQLite names the columns of a broken
# UNIQUE and the name of a broken CHECK; PostgreSQL names the constraint of both.
_SENTENCES = (
    (
        ("one_round_per_decision", "allocationround.decision_number"),
        lambda: _("This decision is already recorded for this device."),
    ),
    (
        ("one_open_plan", "quota_plan_version_once", "one_approved_plan", "quotaplan.round_id"),
        lambda: _("This round already has a quota plan."),
    ),
    (
        ("one_proposal_per_number", "proposal.number"),
        lambda: _("A proposal with this number exists already."),
    ),
    (
        ("one_amendment_per_number", "amendment.number"),
        lambda: _("An amendment with this number exists already in this round."),
    ),
    (
        ("one_live_support_per_household", "support.household_id"),
        lambda: _("A household of this step already has a support: one device a household."),
    ),
    (
        (
            "plan_maker_not_approver",
            "proposal_maker_not_recorder",
            "list_reviewer_not_signer",
            "amendment_maker_not_recorder",
        ),
        lambda: _("Whoever prepared this cannot approve it."),
    ),
    (
        ("round_given_within_total",),
        lambda: _("The quotas of all waves would exceed the round's total."),
    ),
    (("list_within_quota",), lambda: _("The list would exceed its quota.")),
    (
        ("one_live_line_per_round", "listline.round_id"),
        lambda: _("A household of this list is already kept on another list of this round."),
    ),
    (("dropped_line_has_reason",), lambda: _("A dropped household needs a reason.")),
    (
        ("one_device_per_imei", "device.imei"),
        lambda: _("A device with this IMEI is already in the ledger."),
    ),
    (
        ("one_hand_over_per_support", "handover.support_id"),
        lambda: _("This household's hand-over is already recorded."),
    ),
    (
        ("one_household_per_device", "handover.device_id"),
        lambda: _("This device is already handed over to another household."),
    ),
    (
        ("cash_has_invoice",),
        lambda: _("Support in cash needs an invoice dated 12/12/2022 or later, and the amount paid."),
    ),
    (("short_shipment_has_reason",), lambda: _("Another number than on the paper needs a reason.")),
    (
        ("one_acceptance_per_number", "acceptance.round_id"),
        lambda: _("An acceptance with this number exists already in this round."),
    ),
    (
        ("acceptance_maker_not_confirmer",),
        lambda: _("Whoever prepared the acceptance does not confirm it."),
    ),
    (
        ("spent_within_committed",),
        lambda: _(
            "More would be spent than was committed on the budget line: look at the entries of the line."
        ),
    ),
    (
        ("approved rows never change",),
        lambda: _("This is approved and cannot be changed any more."),
    ),
)


@contextmanager
def step() -> Iterator[None]:
    """One transaction; a rule of the database that stops it speaks as a refusal."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        text = str(error)
        for names, sentence in _SENTENCES:
            if any(name in text for name in names):
                raise Refusal(sentence()) from error
        raise


def locked(rows: models.QuerySet[Row], pk: int) -> Row:
    """The row as it is now, locked until the commit (on SQLite the whole transaction is)."""
    return rows.select_for_update(of=("self",)).get(pk=pk)


def require(allowed: bool) -> None:
    """403 for a person without the right; the views ask before, this asks again under the lock."""
    if not allowed:
        raise PermissionDenied


def require_state(row: Any, states: Collection[str], sentence: str = "") -> None:
    """Refuse when somebody else was faster or the page was old."""
    if row.state not in states:
        raise Refusal(
            sentence
            or _("“%(object)s” is now “%(state)s”; the step was not taken. Look at the page again.")
            % {"object": row, "state": row.get_state_display()}
        )


def move(row: Any, to: str, **fields: Any) -> None:
    """Write the new state and the named fields, if the row still is in the state it was read in."""
    rows = type(row)._default_manager.filter(pk=row.pk, state=row.state)
    if not rows.update(state=to, **fields):
        raise Refusal(_("Somebody else was faster; look at the page again."))
    row.state = to
    for name, value in fields.items():
        setattr(row, name, value)


def need_reason(reason: str) -> str:
    """The reason, cleaned; a step that needs one refuses without."""
    # Signs no text has, like a NUL from a request made by hand, which PostgreSQL does not store.
    reason = " ".join("".join(c if c.isprintable() else " " for c in reason).split())
    if not reason:
        raise Refusal(_("Say why: the reason is missing."))
    return reason
