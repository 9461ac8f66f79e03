"""Levels of support and communes named in decisions: entered with citation and dates, ended, never edited.

The officer enters them from the text; nothing is paid or ranked by them before the leader put them in force.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.choices import FundingKind
from programs.models import Program
from smartphone_support.areas.choices import Designation, Level
from smartphone_support.areas.models import AdministrativeArea, AreaDesignation
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import EntryState, SupportForm
from ..models import DesignationEntry, SupportLevel
from ..permits.rules import may_approve_designation, may_approve_level, may_designate, may_prepare_rules
from .steps import locked, move, need_reason, require, require_state, step


def _check_days(valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to < valid_from:
        raise Refusal(_("The last day lies before the first."))


def _overlapping(valid_from: date, valid_to: date | None) -> Q:
    """Rows in force on some day of that time."""
    days = Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from)
    return days if valid_to is None else days & Q(valid_from__lte=valid_to)


def add_level(
    program: Program,
    *,
    actor: Any,
    funding_kind: str,
    form: str,
    amount: int,
    citation: str,
    valid_from: date,
    valid_to: date | None = None,
) -> SupportLevel:
    """Enter how much a form of support is worth, in VND a household, from a day on; the leader decides.

    Refuses an amount below 1, a missing citation, and days on which another level is in force or waits.
    """
    require(may_prepare_rules(actor, program))
    citation = " ".join(citation.split())
    if funding_kind not in FundingKind.values or form not in SupportForm.values:
        raise Refusal(_("There is no such source or form of support."))
    if amount < 1:
        raise Refusal(_("The amount must be more than 0."))
    if not citation:
        raise Refusal(_("A level of support needs its legal basis."))
    _check_days(valid_from, valid_to)
    with step():
        locked(Program.objects.all(), program.pk)  # two levels of one time are never entered at once
        others = SupportLevel.objects.filter(program=program, funding_kind=funding_kind, form=form)
        others = others.exclude(state=EntryState.RETURNED)
        other = others.filter(_overlapping(valid_from, valid_to)).first()
        if other is not None and other.state == EntryState.SUBMITTED:
            raise Refusal(
                _("A level from %(day)s already waits for the leader: it is decided on first.")
                % {"day": f"{other.valid_from:%d/%m/%Y}"}
            )
        if other is not None:
            raise Refusal(
                _("A level is in force from %(day)s: end it before the new one begins.")
                % {"day": f"{other.valid_from:%d/%m/%Y}"}
            )
        row = SupportLevel.objects.create(
            program=program, funding_kind=funding_kind, form=form, amount=amount, citation=citation,
            valid_from=valid_from, valid_to=valid_to, entered_by=actor,
        )  # fmt: skip
        after = {
            "source": funding_kind, "form": form, "amount": amount, "citation": citation,
            "from": valid_from, "to": valid_to,
        }  # fmt: skip
        record("allocations.level.add", row, actor=actor, after=after)
    return row


def approve_level(level: SupportLevel, *, actor: Any) -> SupportLevel:
    """The leader puts a level in force: rounds recorded for its days pay it."""
    with step():
        row = locked(SupportLevel.objects.select_related("program"), level.pk)
        require(may_approve_level(actor, row))
        require_state(row, {EntryState.SUBMITTED})
        move(row, EntryState.IN_FORCE, decided_by=actor, decided_at=timezone.now())
        after = {"state": row.state, "amount": row.amount, "from": row.valid_from, "to": row.valid_to}
        record("allocations.level.approve", row, actor=actor, after=after)
    return row


def return_level(level: SupportLevel, *, actor: Any, reason: str) -> SupportLevel:
    """The leader does not put it in force; it stays to be read, and the officer enters it anew."""
    reason = need_reason(reason)[:300]
    with step():
        row = locked(SupportLevel.objects.select_related("program"), level.pk)
        require(may_approve_level(actor, row))
        require_state(row, {EntryState.SUBMITTED})
        known = {"decided_by": actor, "decided_at": timezone.now(), "return_reason": reason}
        move(row, EntryState.RETURNED, **known)
        record("allocations.level.return", row, actor=actor, after={"state": row.state}, reason=reason)
    return row


def end_level(level: SupportLevel, *, actor: Any, valid_to: date) -> SupportLevel:
    """Say on which day a level is in force for the last time; rounds already recorded keep it."""
    with step():
        row = locked(SupportLevel.objects.select_related("program"), level.pk)
        require(may_prepare_rules(actor, row.program))
        require_state(row, {EntryState.IN_FORCE})
        if row.valid_to is not None:
            raise Refusal(_("This level has its last day already."))
        _check_days(row.valid_from, valid_to)
        SupportLevel.objects.filter(pk=row.pk, valid_to__isnull=True).update(valid_to=valid_to)
        row.valid_to = valid_to
        record("allocations.level.end", row, actor=actor, after={"to": valid_to})
    return row


def designate_communes(
    *,
    actor: Any,
    communes: Collection[AdministrativeArea],
    citation: str,
    valid_from: date,
    valid_to: date | None = None,
    kind: str = Designation.DIFFICULT,
) -> DesignationEntry:
    """Enter the communes a decision names, all or none; the leader decides.

    Refuses communes of another province, one that did not exist on the first day, and one that is named
    already on some of the days, or waits to be.
    """
    require(may_designate(actor))
    citation = " ".join(citation.split())
    if not communes:
        raise Refusal(_("Choose at least one commune."))
    if not citation:
        raise Refusal(_("A designation needs its decision: number, date and issuer."))
    _check_days(valid_from, valid_to)
    keys = {commune.pk for commune in communes}
    with step():
        # The province first: two people never name the same commune at once.
        province = locked(AdministrativeArea.objects.all(), actor.province.pk)
        own = AdministrativeArea.objects.filter(
            pk__in=keys, level=Level.COMMUNE, parent__parent=province
        ).as_of(valid_from)
        found = list(own.order_by("code"))
        if len(found) != len(keys):
            raise Refusal(_("One of the communes is not of the province, or did not exist on the first day."))
        _refuse_named(found, kind, valid_from, valid_to)
        entry = DesignationEntry.objects.create(
            province=province, kind=kind, citation=citation, valid_from=valid_from, valid_to=valid_to,
            entered_by=actor,
        )  # fmt: skip
        entry.communes.set(found)
        after = {
            "communes": [commune.code for commune in found], "kind": str(kind), "citation": citation,
            "from": valid_from, "to": valid_to,
        }  # fmt: skip
        record("allocations.designation.add", entry, actor=actor, after=after)
    return entry


def _refuse_named(
    communes: Collection[AdministrativeArea], kind: str, valid_from: date, valid_to: date | None
) -> None:
    """By name: a commune is named once on a day, and waits for the leader once."""
    days = _overlapping(valid_from, valid_to)
    named = AreaDesignation.objects.filter(days, area__in=communes, kind=kind)
    other = named.select_related("area").order_by("area__code").first()
    if other is not None:
        raise Refusal(
            _("%(commune)s is named already from %(day)s: end that designation first.")
            % {"commune": other.area.name, "day": f"{other.valid_from:%d/%m/%Y}"}
        )
    waiting = DesignationEntry.objects.filter(days, state=EntryState.SUBMITTED, kind=kind)
    commune = (
        AdministrativeArea.objects.filter(pk__in=[row.pk for row in communes])
        .filter(pk__in=waiting.values("communes"))
        .order_by("code")
        .first()
    )
    if commune is not None:
        raise Refusal(
            _("%(commune)s already waits for the leader in another entry: it is decided on first.")
            % {"commune": commune.name}
        )


def _locked_entry(entry: DesignationEntry) -> DesignationEntry:
    """With its province, whose designations nobody else writes meanwhile."""
    locked(AdministrativeArea.objects.all(), entry.province_id)
    return locked(DesignationEntry.objects.select_related("province"), entry.pk)


def approve_designation(entry: DesignationEntry, *, actor: Any) -> list[AreaDesignation]:
    """The leader puts the communes of an entry in force, all or none.

    Refuses where one of them was named for some of its days meanwhile.
    """
    with step():
        entry = _locked_entry(entry)
        require(may_approve_designation(actor, entry))
        require_state(entry, {EntryState.SUBMITTED})
        move(entry, EntryState.IN_FORCE, decided_by=actor, decided_at=timezone.now())
        communes = list(entry.communes.order_by("code"))
        _refuse_named(communes, entry.kind, entry.valid_from, entry.valid_to)
        rows = AreaDesignation.objects.bulk_create(
            AreaDesignation(
                area=commune, kind=entry.kind, citation=entry.citation, valid_from=entry.valid_from,
                valid_to=entry.valid_to,
            )
            for commune in communes
        )  # fmt: skip
        after = {"state": entry.state, "communes": [commune.code for commune in communes]}
        record("allocations.designation.approve", entry, actor=actor, after=after)
    return rows


def return_designation(entry: DesignationEntry, *, actor: Any, reason: str) -> DesignationEntry:
    """The leader does not put them in force; the entry stays to be read, and the officer enters it anew."""
    reason = need_reason(reason)[:300]
    with step():
        entry = _locked_entry(entry)
        require(may_approve_designation(actor, entry))
        require_state(entry, {EntryState.SUBMITTED})
        known = {"decided_by": actor, "decided_at": timezone.now(), "return_reason": reason}
        move(entry, EntryState.RETURNED, **known)
        after = {"state": entry.state}
        record("allocations.designation.return", entry, actor=actor, after=after, reason=reason)
    return entry


def end_designation(designation: AreaDesignation, *, actor: Any, valid_to: date) -> AreaDesignation:
    """Say on which day a commune is named for the last time."""
    require(may_designate(actor))
    with step():
        own = AreaDesignation.objects.visible_to(actor).select_related("area__parent__parent")
        row = locked(own, designation.pk)
        if row.valid_to is not None:
            raise Refusal(_("This designation has its last day already."))
        _check_days(row.valid_from, valid_to)
        AreaDesignation.objects.filter(pk=row.pk, valid_to__isnull=True).update(valid_to=valid_to)
        row.valid_to = valid_to
        after = {"commune": row.area.code, "to": valid_to}
        record("allocations.designation.end", row.area, actor=actor, after=after)
    return row
