"""The public form and the follow-up: what somebody without an account sends and may learn of it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache as once
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.core.cache import cache
from django.core.files import File
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.errors import Refusal

from ..choices import ComplaintChannel
from ..models import Complaint
from ..rules.receipts import typed, typed_number
from .complaints import Receipt, Said, keep
from .steps import step

#: The same words from the same person are taken once in so many seconds; how long keeping them may take.
SAME_AGAIN = int(timedelta(days=1).total_seconds())
_UNDER_WAY = 60


def send_in(
    said: Said, *, province: AdministrativeArea, scan: File[Any] | None = None, today: date | None = None
) -> tuple[Complaint, str]:
    """Take what somebody sent through the public form; returns it and the code of its receipt.

    The same again within a day is refused: a button pressed twice must not make two complaints. Nothing of
    it is kept in clear for that.
    """
    receipt = Receipt.drawn()  # dear to hash: not under the lock of the step
    mark = f"complaint-sent-{_mark(said, province)}"
    _claim(mark)
    try:
        with step():
            complaint = keep(
                said, receipt, province=province, channel=ComplaintChannel.PUBLIC_FORM, scan=scan,
                actor=None, received_on=today or timezone.localdate(),
            )  # fmt: skip
    except BaseException:
        cache.delete(mark)
        raise
    cache.set(mark, complaint.number, SAME_AGAIN)
    return complaint, receipt.code


def _claim(mark: str) -> None:
    """Be the one who keeps these words. What a mark names must still be there: it may outlive a restore."""
    number = cache.get(mark)
    if number and not Complaint.objects.filter(number=number).exists():
        cache.delete(mark)
    if not cache.add(mark, "", _UNDER_WAY):
        raise Refusal(_("These words were received already; the receipt shown then is the one that counts."))


def _mark(said: Said, province: AdministrativeArea) -> str:
    words = "\n".join(
        (province.code, said.kind, fold(said.content), fold(said.sender_name), typed(said.sender_phone))
    )
    return salted_hmac("inspections.public_form", words, algorithm="sha256").hexdigest()


def find_by_receipt(number: str, code: str) -> Complaint | None:
    """The complaint of a receipt, or None: whether the number or the code is wrong takes as long and says
    the same."""
    found = Complaint.objects.filter(number=typed_number(number)).first()
    kept = found.code_hash if found and found.code_hash else _nobodys_hash()
    fits = check_password(typed(code), kept)
    return found if fits and found and found.code_hash else None


@once
def _nobodys_hash() -> str:
    """A hash no typed code fits, as dear to compare with as any."""
    return make_password("no code has small letters")
