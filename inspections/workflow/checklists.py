"""Versions of the checklists: drafted from the one in force, edited, brought into force.

A version in force or retired never changes: checks were answered by it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.errors import Refusal

from ..choices import ChecklistState, FindingKind, Severity
from ..models import Checklist, ChecklistItem
from ..permits.rounds import may_manage_checklists
from .steps import locked, move, require, require_state, step

_DRAFT = frozenset({ChecklistState.DRAFT})
_COPIED = ("position", "code", "text", "help", "finding", "severity", "asks_imei")
#: A page on a phone holds no more, and no visit does.
MOST_QUESTIONS = 60


def _locked_checklist(pk: int, actor: Any) -> Checklist:
    checklist = locked(Checklist.objects.select_related("province"), pk)
    require(may_manage_checklists(actor, checklist))
    return checklist


def draft_checklist(checklist: Checklist, *, actor: Any) -> Checklist:
    """Begin a new version with the questions of this one; one draft of a part at a time."""
    with step():
        checklist = _locked_checklist(checklist.pk, actor)
        of_part = Checklist.objects.filter(province=checklist.province, part=checklist.part)
        if of_part.filter(state=ChecklistState.DRAFT).exists():
            raise Refusal(_("A draft of this part is open already: finish it first."))
        last = of_part.aggregate(last=Max("version"))["last"]
        draft = Checklist.objects.create(
            province=checklist.province, part=checklist.part, version=last + 1, made_by=actor
        )
        ChecklistItem.objects.bulk_create(
            ChecklistItem(checklist=draft, **{name: getattr(item, name) for name in _COPIED})
            for item in checklist.items.all()
        )
        record("inspections.checklist.draft", draft, actor=actor, after={"from": checklist.version})
    return draft


def save_question(
    checklist: Checklist,
    *,
    actor: Any,
    code: str,
    text: str,
    help: str = "",
    finding: str = "",
    severity: str = "",
    asks_imei: bool = False,
    item: ChecklistItem | None = None,
) -> ChecklistItem:
    """Add a question at the end of a draft, or rewrite `item`.

    Refuses a code the draft has already, a finding without severity, and two questions for the IMEI.
    """
    code, text, help = clean_text(code)[:6].upper(), clean_text(text)[:300], clean_text(help)[:300]
    finding = FindingKind(finding) if finding else ""
    severity = Severity(severity) if severity and finding else ""
    with step():
        checklist = _locked_checklist(checklist.pk, actor)
        require_state(checklist, _DRAFT)
        others = checklist.items.exclude(pk=item.pk) if item is not None else checklist.items.all()
        if not code or not text:
            raise Refusal(_("A question needs a code and a text."))
        if others.filter(code=code).exists():
            raise Refusal(_("The code “%(code)s” is another question's.") % {"code": code})
        if finding and not severity:
            raise Refusal(_("Say how severe the finding is."))
        if asks_imei and others.filter(asks_imei=True).exists():
            raise Refusal(_("Another question asks for the IMEI already."))
        if item is None and others.count() >= MOST_QUESTIONS:
            raise Refusal(_("A checklist has at most %(most)s questions.") % {"most": MOST_QUESTIONS})
        before = _recorded(item) if item is not None else {}
        row = (
            locked(checklist.items.all(), item.pk) if item is not None else ChecklistItem(checklist=checklist)
        )
        row.position = row.position or (others.aggregate(last=Max("position"))["last"] or 0) + 1
        row.code, row.text, row.help, row.asks_imei = code, text, help, asks_imei
        row.finding, row.severity = finding, severity
        row.save()
        verb = "change_question" if item is not None else "add_question"
        record(f"inspections.checklist.{verb}", checklist, actor=actor, before=before, after=_recorded(row))
    return row


def _recorded(item: ChecklistItem) -> dict[str, Any]:
    return {
        "code": item.code,
        "text": item.text,
        "finding": str(item.finding),
        "severity": str(item.severity),
    }


def move_question(item: ChecklistItem, *, actor: Any, up: bool) -> None:
    """Put a question one place up or down; at the end it stays."""
    with step():
        checklist = _locked_checklist(item.checklist_id, actor)
        require_state(checklist, _DRAFT)
        rows = list(checklist.items.order_by("position", "pk"))
        at = next(index for index, row in enumerate(rows) if row.pk == item.pk)
        to = at - 1 if up else at + 1
        if not 0 <= to < len(rows):
            return
        rows[at], rows[to] = rows[to], rows[at]
        _number(rows)
        after = {"code": item.code, "position": to + 1}
        record("inspections.checklist.move_question", checklist, actor=actor, after=after)


def remove_question(item: ChecklistItem, *, actor: Any) -> None:
    """Take a question out of a draft."""
    with step():
        checklist = _locked_checklist(item.checklist_id, actor)
        require_state(checklist, _DRAFT)
        before = _recorded(item)
        checklist.items.filter(pk=item.pk).delete()
        _number(list(checklist.items.order_by("position", "pk")))
        record("inspections.checklist.remove_question", checklist, actor=actor, before=before)


def _number(rows: list[ChecklistItem]) -> None:
    for position, row in enumerate(rows, start=1):
        row.position = position
    ChecklistItem.objects.bulk_update(rows, ["position"])


def bring_into_force(checklist: Checklist, *, actor: Any) -> Checklist:
    """Let a draft take the place of the version in force; rounds keep the version they chose."""
    with step():
        checklist = _locked_checklist(checklist.pk, actor)
        require_state(checklist, _DRAFT)
        if not checklist.items.exists():
            raise Refusal(_("The draft has no question: add at least one."))
        in_force = Checklist.objects.filter(
            province=checklist.province, part=checklist.part, state=ChecklistState.IN_FORCE
        )
        retired = list(in_force.values_list("version", flat=True))
        in_force.update(state=ChecklistState.RETIRED)
        move(checklist, ChecklistState.IN_FORCE, valid_from=timezone.localdate())
        after = {"version": checklist.version, "retired": retired, "questions": checklist.items.count()}
        record("inspections.checklist.bring_into_force", checklist, actor=actor, after=after)
    return checklist


def discard_checklist(checklist: Checklist, *, actor: Any) -> None:
    """Throw a draft away."""
    with step():
        checklist = _locked_checklist(checklist.pk, actor)
        require_state(checklist, _DRAFT)
        in_force = Checklist.objects.get(
            province=checklist.province, part=checklist.part, state=ChecklistState.IN_FORCE
        )
        version = checklist.version
        checklist.items.all().delete()
        checklist.delete()
        record("inspections.checklist.discard", in_force, actor=actor, before={"version": version})
