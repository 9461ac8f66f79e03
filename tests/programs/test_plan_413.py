"""Plan 413/KH-UBND of Thừa Thiên Huế: its duties, section IV, as tasks of their actors."""

from datetime import date

from programs.choices import FundingKind, TimingKind
from programs.models import LegalDocument, PlanTask

DUTIES = {
    "1": ["a)", "b)", "c)", "d)"],
    "2": ["a)", "b)"],
    "3": [""],
    "4": ["a)", "b)"],
    "5": ["a)", "b)", "c)", "d)", "e)"],
    "6": ["a)", "b)", "c)"],
    "7": ["a)", "b)"],
    "8": [""],
}


def task(program, label):
    return next(t for t in PlanTask.objects.filter(group__program=program) if t.label == label)


def test_it_has_the_printed_number_date_and_place(hue):
    assert (hue.printed_number, hue.issued_on) == ("413/KH-UBND", date(2023, 12, 19))
    assert hue.printed_date == "Thừa Thiên Huế, ngày 19 tháng 12 năm 2023"


def test_each_actor_has_its_lettered_duties(hue):
    printed = {group.number: [t.number for t in group.tasks.all()] for group in hue.groups.all()}

    assert printed == DUTIES


def test_the_actor_leads_each_of_its_duties_and_no_time_is_stated(hue):
    for duty in PlanTask.objects.filter(group__program=hue).select_related("group", "lead"):
        assert duty.group.name.removeprefix("Đề nghị ") == duty.lead.name
        assert (duty.timing_text, duty.timing_kind) == ("", TimingKind.UNSTATED)


def test_only_parties_the_words_name_coordinate(hue):
    named = {
        t.label: [line.party.name for line in t.coordinations.all()]
        for t in PlanTask.objects.filter(group__program=hue)
        if t.coordinations.exists()
    }

    assert named == {
        "1.a": ["Các đơn vị liên quan"],
        "2.a": ["Sở Thông tin và Truyền thông"],
        "3": [
            "Sở Thông tin và Truyền thông",
            "Sở Lao động - Thương binh và Xã hội",
            "Các ngành có liên quan",
        ],
        "6.b": ["Các cấp, các ngành và các cơ quan liên quan"],
    }


def test_spelling_stays_as_printed_and_broken_lines_are_mended(hue):
    assert "tiêu chí thiết hụt về thông tin" in task(hue, "2.b").content
    assert "Công thông tin điện tử tỉnh" in task(hue, "1.c").content
    assert "chịu trách nhiệm về sự chuẩn xác việc rà soát" in task(hue, "5.b").content
    assert "Quyết định số 2269/QĐ-TTg ngày 31/12/2021" in hue.contents[0]


def test_its_six_legal_bases_stand_in_the_printed_order(hue):
    documents = [basis.document for basis in hue.bases.select_related("document")]

    assert [(d.kind, d.number, d.issued_on) for d in documents] == [
        ("Quyết định", "2269/QĐ-TTg", date(2021, 12, 31)),
        ("Thông tư", "14/2022/TT-BTTTT", date(2022, 10, 28)),
        ("Nghị quyết", "20/2023/NQ-HĐND", date(2023, 8, 21)),
        ("Kế hoạch", "222/KH-UBND", date(2020, 10, 21)),
        ("Kế hoạch", "121/KH-UBND", date(2022, 3, 25)),
        ("Kế hoạch", "365/KH-UBND", date(2023, 11, 7)),
    ]
    assert documents[0].issuer == "Thủ tướng Chính phủ"


def test_money_comes_from_the_four_sources_of_section_three(hue, daknong):
    assert {source.kind for source in hue.funding_sources.all()} == set(FundingKind.values)
    decree = LegalDocument.objects.get(number="2269/QĐ-TTg")
    assert daknong.funding_sources.get().kind == FundingKind.PUBLIC_UTILITY_TELECOM
    assert daknong.funding_sources.get().legal_basis == decree


def test_district_committees_are_the_nine_of_hue(hue):
    party = hue.parties.get(name="Ủy ban nhân dân các huyện, thị xã và thành phố Huế")

    assert sorted(o.code for o in party.organisations.all()) == [
        f"hue-{code}" for code in (474, 476, 477, 478, 479, 480, 481, 482, 483)
    ]
