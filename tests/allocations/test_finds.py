"""Households found in the field: matched to the register or flagged, and put in their place by rank."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from allocations import workflow
from allocations.models import FieldHousehold, ListLine, ReviewUpload
from allocations.rules.facts import from_snapshot
from allocations.rules.ranking import rank_key
from allocations.workflow.plans import round_rule
from allocations.worklist import waiting_for
from smartphone_support.audit.recording import verify
from smartphone_support.web.errors import Refusal

from .test_review_workbook import Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(cast):
    return cast("hue-481")


@pytest.fixture
def late(story, a_luoi):
    """A poor household of the district that the register got after the list was opened."""
    return story.household("20044", head_name="Hồ Thị Ẩn", birth_year=1971, national_id="046171000001")


def commune_of(household):
    return household.commune.name


def find_of(paper, officer, **cells):
    upload = paper.add(**cells).upload(officer)
    return upload, upload.found.get()


def confirmed(paper, officer, **cells):
    upload, find = find_of(paper, officer, **cells)
    workflow.apply_review_upload(upload, actor=officer)
    find.refresh_from_db()
    return upload, find


def in_order(row):
    """The list's lines stand by rank, numbered from 1 without a gap."""
    rule = round_rule(row.round)
    lines = list(row.lines.select_related("commune").order_by("position"))
    assert [line.position for line in lines] == list(range(1, len(lines) + 1))
    keys = [
        rank_key(from_snapshot(line.household_id, line.snapshot, commune_code=line.commune.code), rule)
        for line in lines
    ]
    assert keys == sorted(keys)
    return lines


WAYS = {
    "by number": {"head_name": "HỒ THỊ ẨN", "national_id": 46171000001},
    "by number typed with spaces": {"head_name": "Hồ Thị Ẩn", "national_id": " 046 171 000 001\u00a0"},
    "by name, year and commune": {"head_name": "ho thi an", "birth_year": "1971", "village": "1"},
    "by name, year, commune, no village": {"head_name": " Hồ  Thị Ẩn", "birth_year": 1971},
}


@pytest.mark.parametrize("cells", WAYS.values(), ids=WAYS)
def test_a_household_of_the_register_comes_onto_the_list_in_its_place(a_luoi, late, officer, cells):
    names = [line.household_id for line in a_luoi.lines.order_by("position")]
    _upload, find = confirmed(Paper(a_luoi), officer, commune=commune_of(late), **cells)
    assert (find.match, find.failed, find.household) == ("found", [], late)
    line = find.line
    assert (line.household, line.decision, line.added_in_field, line.priority) == (late, "reserve", True, 3)
    assert line.snapshot["national_id"] == "046171000001"
    lines = in_order(a_luoi)
    assert [one.household_id for one in lines if one.household_id != late.pk] == names
    a_luoi.refresh_from_db()
    assert (a_luoi.kept, a_luoi.version) == (3, 2)
    assert [row[1] for row in a_luoi.versions.order_by("id").last().lines] == [
        one.household_id for one in lines
    ]
    assert verify().broken_at is None


def test_a_row_without_a_key_under_the_list_adds_a_household_too(a_luoi, late, officer):
    paper = (
        Paper(a_luoi)
        .write(1, decision="Dự phòng")
        .write(
            9, head_name="Hồ Thị Ẩn", birth_year=1971, commune=commune_of(late), decision="giữ", reason="Sót"
        )
    )
    upload = paper.upload(officer)
    assert (upload.counts["keep"], upload.counts["added"]) == (3, 1)
    workflow.apply_review_upload(upload, actor=officer)
    line = ListLine.objects.get(household=late)
    assert (line.decision, line.reason, line.added_in_field) == ("keep", "Sót", True)
    a_luoi.refresh_from_db()
    assert a_luoi.kept == a_luoi.lines.filter(decision="keep").count() == 3


def test_several_households_at_once_each_take_their_place(a_luoi, story, officer):
    new = [
        story.household("20044", "near_poor", head_name="Hồ Văn Áp", birth_year=1950),
        story.household("20044", head_name="Hồ Văn Zút", birth_year=1951, merit=True),
        story.household("20047", head_name="Hồ Văn An", birth_year=1952),
    ]
    paper = Paper(a_luoi)
    for row, household in enumerate(new, start=5):
        paper.add(row, head_name=household.head_name, birth_year=household.birth_year,
                  commune=commune_of(household))  # fmt: skip
    workflow.apply_review_upload(paper.upload(officer), actor=officer)
    lines = in_order(a_luoi)
    assert (lines[0].household, lines[-1].household) == (new[1], new[0])
    assert len(lines) == 9


def test_a_find_beyond_the_quota_is_refused_as_a_whole(a_luoi, late, officer):
    with pytest.raises(Refusal, match="4 households are kept, 1 more than the quota of 3"):
        find_of(Paper(a_luoi), officer, head_name="Hồ Thị Ẩn", national_id="046171000001", decision="Giữ")
    assert not ReviewUpload.objects.exists()


def test_a_household_already_on_the_list_is_told_where_it_stands(a_luoi, officer):
    line = a_luoi.lines.get(position=5)
    _upload, find = confirmed(
        Paper(a_luoi), officer, head_name=line.snapshot["head_name"], national_id=line.snapshot["national_id"]
    )
    assert (find.match, find.answer["position"], find.line) == ("on_list", 5, None)
    assert a_luoi.lines.count() == 6


def not_on(a_luoi, officer, household, code):
    upload, find = find_of(
        Paper(a_luoi), officer, head_name=household.head_name, national_id=household.national_id
    )
    assert (find.match, find.failed) == ("found", [code])
    assert upload.counts["added"] == 0
    workflow.apply_review_upload(upload, actor=officer)
    assert not ListLine.objects.filter(household=household, district_list=a_luoi).exists()


def test_who_was_not_poor_that_day_does_not_come_on(a_luoi, story, officer):
    not_on(a_luoi, officer, story.household("20044", since=date(2024, 3, 1)), "class_as_of")


def test_who_has_a_device_does_not_come_on(a_luoi, story, officer):
    not_on(a_luoi, officer, story.household("20044", device=date(2022, 9, 1)), "earlier_device")


def test_who_another_round_serves_does_not_come_on(a_luoi, story, officer, cast):
    household = story.household("20044", head_name="Hồ Văn Khác")
    other = story.lists(round_=story.round(total=5, number="99/QĐ-BTTTT"))["481"]
    assert other.lines.filter(household=household, decision="keep").exists()
    not_on(a_luoi, officer, household, "served")


def test_who_another_list_of_the_round_keeps_does_not_come_on(a_luoi, story, officer):
    line = ListLine.objects.filter(round=a_luoi.round, district_list__district__code="483").first()
    place = a_luoi.lines.first().commune
    type(line.household).objects.filter(pk=line.household_id).update(commune=place, district=place.parent)
    not_on(a_luoi, officer, line.household, "other_list")


def test_a_household_of_another_district_is_not_shown_to_this_one(a_luoi, story, officer, client, cast):
    other = story.household("20161", head_name="Lê Thị Xa", birth_year=1966)
    upload, find = find_of(Paper(a_luoi), officer, head_name="Lê Thị Xa", national_id=other.national_id)
    assert find.failed == ["other_district"]
    url = reverse("allocations:upload_detail", args=[upload.pk])
    link = reverse("beneficiaries:household_detail", args=[other.pk])
    cast.log_in(client, "hue-481")
    page = client.get(url).content.decode()
    assert "but not in this district" in page
    assert link not in page
    cast.log_in(client, "hue-dic")
    assert link in client.get(url).content.decode()


def test_several_namesakes_are_left_to_the_registers_officer(a_luoi, story, officer):
    for village_number in (1, 2):
        one = story.household("20044", head_name="Hồ Thị Trùng", birth_year=1980)
        type(one).objects.filter(pk=one.pk).update(village=f"Thôn {village_number + 5}", national_id="")
    _upload, find = confirmed(
        Paper(a_luoi), officer, head_name="Hồ Thị Trùng", birth_year=1980, commune=commune_of(one)
    )
    assert (find.match, find.household, len(find.answer["candidates"])) == ("several", None, 2)
    assert a_luoi.lines.count() == 6


def test_a_name_alone_matches_nobody(a_luoi, late, officer):
    _upload, find = find_of(Paper(a_luoi), officer, head_name="Hồ Thị Ẩn")
    assert (find.match, find.household) == ("not_found", None)


def test_two_rows_for_one_household_are_refused_by_name(a_luoi, late, officer):
    paper = Paper(a_luoi).add(head_name="Hồ Thị Ẩn", national_id="046171000001")
    paper.add(7, head_name="Hồ Thị Ẩn", birth_year=1971, commune=commune_of(late))
    with pytest.raises(Refusal, match=r"Row 5 of sheet “Hộ bổ sung” and row 7 .* “Hồ Thị Ẩn”"):
        paper.upload(officer)


BAD = {
    "a number of ten digits": ({"national_id": "9461710000"}, "cell D5: “9461710000” is no identity number"),
    "a masked number": ({"national_id": "046******001"}, r"cell D5: “046\*+001” is no identity number"),
    "a year to come": ({"birth_year": 2971}, "cell C5: “2971” is no year of birth"),
    "dropped": ({"decision": "Loại"}, "cell H5: an added household is kept or put in reserve"),
    "another word": ({"decision": "Có thể"}, "cell H5: “Có thể” is none of Giữ, Dự phòng"),
    "kept without need": ({"decision": "Giữ", "has_need": "Không"}, "without need: rows Hộ bổ sung 5"),
    "long": ({"note": "x" * 301}, "longer than 300 characters in Hộ bổ sung K5"),
    "no name": (
        {"head_name": None, "birth_year": 1971},
        "row 5 has an answer, but neither a key nor the name",
    ),
}


@pytest.mark.parametrize(("cells", "words"), BAD.values(), ids=BAD)
def test_a_cell_that_cannot_be_is_refused_with_its_address(a_luoi, officer, cells, words):
    with pytest.raises(Refusal, match=words):
        Paper(a_luoi).add(**({"head_name": "Ai Đó"} | cells)).upload(officer)
    assert not FieldHousehold.objects.exists()


def test_what_changed_in_the_register_since_the_preview_stops_the_step(a_luoi, late, officer):
    upload, _find = find_of(Paper(a_luoi), officer, head_name="Hồ Thị Ẩn", national_id="046171000001")
    late.earlier_devices.create(kind="tablet", received_on=date(2022, 1, 1))
    with pytest.raises(Refusal, match=r"“Hồ Thị Ẩn” \(row 5\) no longer qualifies"):
        workflow.apply_review_upload(upload, actor=officer)
    a_luoi.refresh_from_db()
    assert (a_luoi.version, a_luoi.lines.count()) == (1, 6)


def test_the_preview_shows_what_becomes_of_each_before_it_is_confirmed(a_luoi, late, story, client, cast):
    story.household("20044", head_name="Hồ Có Máy", national_id="046171000002", device=date(2022, 9, 1))
    paper = Paper(a_luoi).add(head_name="Hồ Thị Ẩn", national_id="046171000001")
    paper.add(6, head_name="Hồ Có Máy", national_id="046171000002").add(
        7, head_name="Người Lạ", birth_year=1980
    )
    upload = paper.upload(cast("hue-481"))
    cast.log_in(client, "hue-481")
    page = client.get(reverse("allocations:upload_detail", args=[upload.pk])).content.decode()
    for words in (
        "Comes onto the list",
        "Does not come onto the list",
        "The register does not know this household",
    ):
        assert words in page
    assert "046171000001" not in page
    assert a_luoi.lines.count() == 6
    client.post(reverse("allocations:upload_confirm", args=[upload.pk]))
    assert a_luoi.lines.count() == 7


def test_a_household_the_register_does_not_know_waits_for_its_officer(a_luoi, officer, client, cast):
    upload, find = find_of(Paper(a_luoi), officer, head_name="Người Lạ", birth_year=1980, commune="Xã Khác")
    register = cast("hue-dolisa")
    titles = lambda: [item.title for item in waiting_for(register)]  # noqa: E731  # said thrice
    url = reverse("allocations:find_list")
    settle = reverse("allocations:find_settle", args=[find.pk])
    cast.log_in(client, "hue-dolisa")
    assert "Người Lạ" not in client.get(url).content.decode()
    assert client.get(settle).status_code == 404
    with pytest.raises(Refusal, match="does not wait"):
        workflow.settle_find(find, actor=register, note="x")
    workflow.apply_review_upload(upload, actor=officer)
    assert "Households districts found in the field" in titles()
    assert "Người Lạ" in client.get(url).content.decode()
    client.post(settle, {"note": "Ở tỉnh khác"})
    find.refresh_from_db()
    assert find.settled_note == "Ở tỉnh khác"
    assert "Households districts found in the field" not in titles()
    assert "Ở tỉnh khác" in client.get(url).content.decode()  # and the message that it is settled
    assert "Người Lạ" not in client.get(url, {"open": "1"}).content.decode()
    with pytest.raises(Refusal, match="Somebody settled this already"):
        workflow.settle_find(find, actor=cast("hue-dic"), note="x")


def test_the_district_that_found_it_does_not_settle_it(a_luoi, officer, cast):
    _upload, find = confirmed(Paper(a_luoi), officer, head_name="Người Lạ", birth_year=1980)
    for username in ("hue-481", "hue-481-leader", "daknong-dolisa", "hue-ppc"):
        with pytest.raises(PermissionDenied):
            workflow.settle_find(find, actor=cast(username), note="x")


def test_a_find_alone_is_confirmed_too(a_luoi, officer, client, cast):
    upload, _find = find_of(Paper(a_luoi), officer, head_name="Người Lạ", birth_year=1980)
    cast.log_in(client, "hue-481")
    page = client.get(reverse("allocations:upload_detail", args=[upload.pk])).content.decode()
    assert "Confirm the households found" in page
