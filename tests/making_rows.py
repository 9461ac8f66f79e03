"""Rows for the walk through every address: a plan being made, and a list to confirm."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.base import ContentFile

from beneficiaries.models import ConfirmationLine, ConfirmationRequest, Household
from programs.models import PlanReading, PlanTask, Program
from programs.workflow.plans import PlanHead, copy_plan
from smartphone_support.accounts.models import Organisation, User
from smartphone_support.documents.storing import store


def plans_of(prefix: str, program: Program) -> dict[str, Any]:
    """A draft copied from the plan, and a document that was read and waits for its questions."""
    officer = User.objects.get(username=f"{prefix}-dic")
    draft = copy_plan(program, PlanHead("Kế hoạch mới", 2026, 2026), actor=officer)
    rows = [
        {"kind": "group", "number": "I", "content": "Nhóm"},
        {"kind": "task", "number": "1", "content": "Việc", "lead": "Chưa rõ", "timing": "Hàng năm"},
    ]
    reading = PlanReading.objects.create(
        province=program.province, uploaded_by=officer, rows=rows,
        file=store(ContentFile(b"a", name="ke-hoach.docx"), actor=officer),
    )  # fmt: skip
    task = PlanTask.objects.filter(group__program=draft).first()
    return {
        "draft": draft,
        "reading": reading,
        "draft_party": draft.parties.first(),
        "draft_task": task,
    }


def requests_of(prefix: str, district: str) -> dict[str, Any]:
    """A list of Viettel's on the department's desk, with a line asked of the district."""
    operator = Organisation.objects.get(code=f"{prefix}-viettel")
    person = User.objects.get(username=f"{prefix}-viettel")
    household = Household.objects.filter(province=operator.province, district__code=district).first()
    if household is None:
        raise LookupError(f"the demo has no household in {district}")
    request = ConfirmationRequest.objects.create(
        province=operator.province, operator=operator, uploaded_by=person, as_of=date(2024, 3, 31),
        file=store(ContentFile(b"a", name="danh-sach.xlsx"), actor=person), state="submitted",
        submitted_on=date(2024, 4, 1), due_on=date(2024, 4, 15),
    )  # fmt: skip
    line = ConfirmationLine.objects.create(
        request=request, row=4, verdict="good", household=household, decision="asked",
        district=household.district, question="?", asked_on=date(2024, 4, 2),
    )  # fmt: skip
    return {"request": request, "asked_line": line}
