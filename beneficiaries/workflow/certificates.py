"""Evidence of households, recorded by register and district officers: certificates, deprivation."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.documents.scans import refuse_no_scan
from smartphone_support.documents.storing import store
from smartphone_support.web.errors import Refusal

from ..choices import AssessmentOccasion
from ..evidence.certificates import clean_number
from ..models import Household, InformationDeprivation, PovertyCertificate
from ..permissions import may_record_certificate, may_record_deprivation

FIRST_YEAR = 2021


def record_certificate(
    household: Household,
    *,
    year: int,
    number: str,
    issued_on: date | None = None,
    issuer: str = "",
    has_certified_copy: bool = False,
    copy: File[Any] | None = None,
    actor: Any,
) -> PovertyCertificate:
    """Record the household's certificate of a year, or correct it; a scan that is there stays.

    Đắk Nông's plan II.3. A year has one certificate a household.
    """
    if not may_record_certificate(actor, household):
        raise Refusal(_("You may not record certificates of this household."))
    number = clean_number(number)
    if not number:
        raise Refusal(_("Write the number of the certificate."))
    today = timezone.localdate()
    if not FIRST_YEAR <= year <= today.year + 1:
        raise Refusal(
            _("Certificates of this programme are of %(first)s to %(last)s.")
            % {"first": FIRST_YEAR, "last": today.year + 1}
        )
    if issued_on and issued_on > today:
        raise Refusal(_("A certificate cannot have been issued in the future."))
    if copy is not None:
        refuse_no_scan(copy)
    with transaction.atomic():
        _take(household)
        row = PovertyCertificate.objects.filter(household=household, year=year).first()
        before = _as_told(row) if row else {}
        row = row or PovertyCertificate(household=household, year=year)
        row.number, row.issued_on, row.issuer = number, issued_on, issuer.strip()
        row.has_certified_copy = has_certified_copy
        row.recorded_by, row.recorded_at = actor, timezone.now()
        if copy is not None:
            row.copy = store(copy, actor=actor)
        row.save()
        action = "beneficiaries.povertycertificate.change" if before else _CERTIFICATE_RECORDED
        record(action, household, actor=actor, before=before, after=_as_told(row))
    return row


def _take(household: Household) -> None:
    """The household's row is the lock: people recording at once, and a merge, wait for each other."""
    if not Household.objects.standing().select_for_update(no_key=True).filter(pk=household.pk).first():
        raise Refusal(_("This household was merged with another one or left the register meanwhile."))


_CERTIFICATE_RECORDED = "beneficiaries.povertycertificate.record"


def remove_certificate(certificate: PovertyCertificate, *, reason: str, actor: Any) -> None:
    """Take away a certificate that was recorded by mistake; what it said stays on the record."""
    if not may_record_certificate(actor, certificate.household):
        raise Refusal(_("You may not record certificates of this household."))
    if not reason.strip():
        raise Refusal(_("Say why the certificate is taken away."))
    with transaction.atomic():
        deleted, _rows = PovertyCertificate.objects.filter(pk=certificate.pk).delete()
        if not deleted:
            raise Refusal(_("Somebody took this certificate away meanwhile."))
        record(
            "beneficiaries.povertycertificate.remove", certificate.household, actor=actor,
            before=_as_told(certificate), reason=reason.strip(),
        )  # fmt: skip


def _as_told(row: PovertyCertificate) -> dict[str, Any]:
    return {
        "year": row.year,
        "number": row.number,
        "issued_on": row.issued_on,
        "issuer": row.issuer,
        "has_certified_copy": row.has_certified_copy,
        "copy": row.copy.sha256 if row.copy else "",
    }


# --- information deprivation ----------------------------------------------------------------------


def record_deprivation(
    household: Household,
    *,
    assessed_on: date,
    occasion: str,
    lacks_telecom: bool | None,
    lacks_means: bool | None,
    actor: Any,
) -> InformationDeprivation:
    """Record indicators 11 and 12 of a household at one assessment, or correct that day's.

    Decree 07/2021/NĐ-CP; Plan 413 IV.2.b. None: that indicator was not assessed.
    """
    if not may_record_deprivation(actor, household):
        raise Refusal(_("You may not record the information deprivation of this household."))
    if occasion not in AssessmentOccasion.values:
        raise Refusal(_("Say whether it was a review or an assessment after support."))
    if assessed_on > timezone.localdate():
        raise Refusal(_("An assessment cannot lie in the future."))
    if lacks_telecom is None and lacks_means is None:
        raise Refusal(_("Answer at least one of the two indicators."))
    with transaction.atomic():
        _take(household)
        key = {"household": household, "assessed_on": assessed_on, "occasion": occasion}
        row = InformationDeprivation.objects.filter(**key).first()
        before = _answers(row) if row else {}
        row = row or InformationDeprivation(**key)
        row.lacks_telecom, row.lacks_means = lacks_telecom, lacks_means
        row.recorded_by, row.recorded_at = actor, timezone.now()
        row.save()
        verb = "change" if before else "record"
        record(
            f"beneficiaries.informationdeprivation.{verb}",
            household,
            actor=actor,
            before=before,
            after=_answers(row),
        )
    return row


def remove_deprivation(row: InformationDeprivation, *, reason: str, actor: Any) -> None:
    """Take away an assessment that was recorded by mistake; what it said stays on the record."""
    if not may_record_deprivation(actor, row.household):
        raise Refusal(_("You may not record the information deprivation of this household."))
    if not reason.strip():
        raise Refusal(_("Say why the assessment is taken away."))
    with transaction.atomic():
        deleted, _rows = InformationDeprivation.objects.filter(pk=row.pk).delete()
        if not deleted:
            raise Refusal(_("Somebody took this assessment away meanwhile."))
        record(
            "beneficiaries.informationdeprivation.remove", row.household, actor=actor,
            before=_answers(row), reason=reason.strip(),
        )  # fmt: skip


def _answers(row: InformationDeprivation) -> dict[str, Any]:
    return {
        "assessed_on": row.assessed_on,
        "occasion": row.occasion,
        "lacks_telecom": row.lacks_telecom,
        "lacks_means": row.lacks_means,
    }
