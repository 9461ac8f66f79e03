"""An inspection round with its team and sample, for tests: rows only, no story."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from allocations.models import Support
from inspections.choices import ChecklistPart
from inspections.models import (
    Checklist,
    ChecklistItem,
    InspectedUnit,
    InspectionMinutes,
    InspectionRound,
    SampledHousehold,
    TeamMember,
)
from programs.models import Program
from smartphone_support.accounts.models import User
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.storing import store

PROVINCES = {"hue": "46", "daknong": "67"}


def checklist_of(province: AdministrativeArea, part: str = ChecklistPart.HOUSEHOLD) -> Checklist:
    """The checklist in force of a part, or a small one of three questions."""
    found = Checklist.objects.filter(province=province, part=part, state="in_force").first()
    if found:
        return found
    checklist = Checklist.objects.create(province=province, part=part, version=1)
    ChecklistItem.objects.bulk_create(
        [
            ChecklistItem(
                checklist=checklist, position=1, code=f"{part}3", text="Đã nhận thiết bị",
                finding="not_received", severity="serious",
            ),
            ChecklistItem(
                checklist=checklist, position=2, code=f"{part}4", text="IMEI trên máy đúng biên bản",
                finding="imei_differs", severity="serious", asks_imei=True,
            ),
            ChecklistItem(checklist=checklist, position=3, code=f"{part}8", text="Được hướng dẫn sử dụng"),
        ]
    )  # fmt: skip
    Checklist.objects.filter(pk=checklist.pk).update(state="in_force", valid_from=date(2023, 1, 1))
    checklist.refresh_from_db()
    return checklist


def inspection_round(
    prefix: str = "hue",
    *,
    state: str = "fieldwork",
    supports: Any = (),
    inspector: User | None = None,
    district: AdministrativeArea | None = None,
    **fields: Any,
) -> InspectionRound:
    """A decided round in `state` with a head, a member and the `supports` as its drawn sample, all given to
    the member (`<prefix>-inspector` where nobody is named)."""
    officer = User.objects.get(username=f"{prefix}-dic")
    member = inspector or User.objects.get(username=f"{prefix}-inspector")
    program = Program.objects.filter(province__code=PROVINCES[prefix]).latest("pk")
    today = timezone.localdate()
    values = {
        "name": "Kiểm tra năm",
        "period_from": today - timedelta(days=300),
        "period_to": today,
        "fieldwork_from": today - timedelta(days=2),
        "fieldwork_to": today + timedelta(days=10),
        "as_of": today,
        "decision_number": "12/QĐ-STTTT",
        "decision_date": today - timedelta(days=9),
        "issuer": "Sở Thông tin và Truyền thông",
        "checklist_a": checklist_of(program.province, "A"),
        "checklist_b": checklist_of(program.province, "B"),
        "checklist_c": checklist_of(program.province, "C"),
    }
    row = InspectionRound.objects.create(
        program=program, district=district, state=state, **({"created_by": officer} | values | fields)
    )
    TeamMember.objects.create(round=row, user=officer, name=officer.full_name, role="head")
    TeamMember.objects.create(round=row, user=member, name=member.full_name, role="member")
    for order, support in enumerate(supports, start=1):
        sample(row, support, order=order, inspector=member)
    return row


def sample(row: InspectionRound, support: Support, **fields: Any) -> SampledHousehold:
    """A household of the sample, drawn unless said otherwise."""
    values = {
        "stratum": f"{support.commune_id}|poor",
        "order": 1,
        "kind": "random",
        "added_by": row.created_by,
    }
    return SampledHousehold.objects.create(round=row, support=support, **(values | fields))


def rounds_of(prefix: str, district: str) -> dict[str, Any]:
    """For the walk over every address: a round in the field and a closed one, a unit of each with its report
    and minutes, the versions of a checklist."""
    row = inspection_round(prefix)
    closed = inspection_round(
        prefix, state="closed", conclusion="Đúng.", closing_report="Xong.", concluded_by=row.created_by
    )
    area = AdministrativeArea.objects.get(code=district, level="district")
    units = [_reported_unit(one, area) for one in (row, closed)]
    draft = Checklist.objects.create(
        province=row.program.province, part="B", version=9, made_by=row.created_by
    )
    item = ChecklistItem.objects.create(checklist=draft, position=1, code="B1", text="Có hợp đồng")
    member = row.team.get(role="member")
    return {
        "inspection": row,
        "closed_inspection": closed,
        "team_member": {"pk": row.pk, "member": member.pk},
        "inspected_unit": units[0],
        "unit_of_closed": units[1],
        "checklist": row.checklist_a,
        "draft_checklist": draft,
        "question": {"pk": draft.pk, "item": item.pk},
    }


def _reported_unit(row: InspectionRound, area: AdministrativeArea) -> InspectedUnit:
    """A notified district with its report; its minutes signed where the round is over."""
    scan = store(ContentFile(b"%PDF-1.7", name="bien-ban.pdf"), actor=row.created_by)
    unit = InspectedUnit.objects.create(
        round=row, kind="district", area=area, report=scan, notice_date=row.decision_date
    )
    state = "signed" if row.state == "closed" else "draft"
    InspectionMinutes.objects.create(
        unit=unit, date=row.fieldwork_from, place="Trụ sở", unit_people="Một người", contents="Hồ sơ",
        state=state, scan=scan if state == "signed" else None, written_by=row.created_by,
    )  # fmt: skip
    return unit
