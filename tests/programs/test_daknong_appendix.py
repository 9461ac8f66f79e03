"""The task matrix of Đắk Nông as printed: 4 groups, 11 tasks."""

import pytest

from programs.choices import TimingKind
from programs.models import PlanTask

DIC = "Sở Thông tin và Truyền thông"
DOLISA = "Sở Lao động - Thương binh và Xã hội"
DOET = "Sở Giáo dục và Đào tạo"
DOH = "Sở Y tế"
OPERATORS = "Các doanh nghiệp viễn thông"
DISTRICTS = "Ủy ban nhân dân các huyện, thành phố"
RELATED = "Các Sở, Ban, Ngành có liên quan"
ON_ALLOCATION = "Khi có Quyết định phân bổ cho địa phương của Bộ Thông tin và Truyền thông"
ON_AUTHORITY = "Khi có yêu cầu của cơ quan có thẩm quyền hoặc Kế hoạch hàng năm"

# Written by hand from the printed annex: number, lead, coordinating parties in their order, timing, its kind.
PRINTED = [
    (
        "I.1",
        DIC,
        ["Đài Phát thanh và Truyền hình tỉnh", "Báo Đắk Nông", "Cổng Thông tin điện tử tỉnh"],
        "Thường xuyên",
        TimingKind.CONTINUOUS,
    ),
    ("I.2", OPERATORS, [DOET, DOH], "Thường xuyên", TimingKind.CONTINUOUS),
    ("II.1", DOLISA, [DISTRICTS], "Theo kỳ rà soát theo quy định", TimingKind.REVIEW_PERIOD),
    ("II.2", DOLISA, [DISTRICTS], "Hàng tháng nếu có phát sinh", TimingKind.MONTHLY_IF_ANY),
    ("II.3", DOLISA, [DISTRICTS], "Thường xuyên", TimingKind.CONTINUOUS),
    ("II.4", DIC, [DOLISA, DOET, DISTRICTS], "Khi có đề nghị xác nhận", TimingKind.ON_REQUEST),
    ("II.5", OPERATORS, [], "Hàng tháng", TimingKind.MONTHLY),
    ("III.1", DIC, [DOLISA, DOET], ON_ALLOCATION, TimingKind.ON_ALLOCATION),
    (
        "III.2",
        DIC,
        [DOLISA, DOET, DISTRICTS, "Các đơn vị có liên quan"],
        ON_ALLOCATION,
        TimingKind.ON_ALLOCATION,
    ),
    (
        "IV.1",
        DIC,
        [DOLISA, DOET, DOH, DISTRICTS, RELATED, "Các doanh nghiệp có liên quan"],
        ON_AUTHORITY,
        TimingKind.ON_AUTHORITY_REQUEST_OR_YEARLY,
    ),
    ("IV.2", DIC, [DOLISA, DOET, DOH, DISTRICTS, RELATED], "Hàng năm", TimingKind.YEARLY),
]


def tasks_of(program):
    return {task.label: task for task in PlanTask.objects.filter(group__program=program)}


def test_it_has_the_eleven_tasks_in_the_printed_order(daknong):
    labels = [t.label for t in PlanTask.objects.filter(group__program=daknong).order_by("group", "position")]

    assert labels == [row[0] for row in PRINTED]


@pytest.mark.parametrize("row", PRINTED, ids=[row[0] for row in PRINTED])
def test_each_task_has_its_lead_coordinators_and_timing(daknong, row):
    label, lead, coordinators, timing, kind = row
    task = tasks_of(daknong)[label]

    assert task.lead.name == lead
    assert [line.party.name for line in task.coordinations.all()] == coordinators
    assert (task.timing_text, task.timing_kind) == (timing, kind)


def test_coordination_keeps_the_printed_dashes_and_full_stops(daknong):
    lines = [line.printed for line in tasks_of(daknong)["IV.1"].coordinations.all()]

    assert lines[-2:] == ["- Các Sở, Ban, Ngành có liên quan.", "- Các doanh nghiệp có liên quan."]
    assert tasks_of(daknong)["II.1"].coordinations.get().printed == DISTRICTS


def test_number_and_date_stay_blank_as_printed(daknong):
    assert (daknong.number, daknong.issued_on) == ("", None)
    assert daknong.printed_number == "\u00a0\u00a0\u00a0\u00a0/KH-UBND"
    assert daknong.printed_date.endswith("/2023")
    assert "số    /KH-UBND ngày   /   /2023" in daknong.reference_line


def test_it_closes_with_the_printed_count_of_its_groups(daknong):
    assert daknong.closing_line == f"Danh sách gồm: {daknong.groups.count()} nhóm nhiệm vụ./."


def test_parties_stand_for_the_organisations_of_their_own_province(daknong):
    codes = {party.name: sorted(o.code for o in party.organisations.all()) for party in daknong.parties.all()}

    assert codes[OPERATORS] == ["daknong-mobifone", "daknong-viettel", "daknong-vnpt"]
    assert codes[DISTRICTS] == [f"daknong-{code}" for code in range(660, 668)]
    assert codes["Báo Đắk Nông"] == ["daknong-newspaper"]
    assert codes["Các đơn vị có liên quan"] == []
