"""Finding households: the same on every database, best first, within the scope, whatever wrote them."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.models import Household, HouseholdMember, PovertySpell
from beneficiaries.search import index as search_index
from beneficiaries.search.typed import name_key
from smartphone_support.vietnamese.text import fold, name_sort_key

LIST = reverse("beneficiaries:household_list")
A_LUOI, HONG_VAN, HONG_HA, PHU_LOC, GIA_NGHIA = "481", "20047", "20050", "482", "660"


@pytest.fixture
def add(cast):
    """`add("Nguyễn Văn Đức", commune="20047")` puts a poor household into Huế's register."""

    def household(name, *members, commune=None, district=A_LUOI, poverty_class="poor", **known):
        area = cast.area(commune) if commune else cast.area(district).children.order_by("code").first()
        row = Household(
            province=area.parent.parent, district=area.parent, commune=area, head_name=name, **known
        )
        row.save()
        people = [name, *members]
        HouseholdMember.objects.bulk_create(
            HouseholdMember(household=row, position=place, name=person) for place, person in enumerate(people)
        )
        if poverty_class:
            PovertySpell.objects.create(
                household=row, poverty_class=poverty_class, valid_from=date(2023, 12, 31)
            )
        return row

    return household


@pytest.fixture
def find(visit):
    """What the register's page shows for a search, in its order."""

    def names(typed, by="hue-dic", **filters):
        page = visit(by, LIST, q=typed, **filters)
        assert page.status_code == 200
        return [line.head_name for line in page.context["lines"]]

    return names


STORED = [
    "Nguyễn Văn Đức",
    unicodedata.normalize("NFD", "Nguyễn Văn Đức"),
    "NGUYỄN VĂN ĐỨC",
    "Nguyễn Văn Ðức",
    "Nguyen Van Duc",
]
TYPED = [
    "Nguyễn Văn Đức",
    "nguyễn văn đức",
    "nguyen van duc",
    "NGUYỄN VĂN ĐỨC",
    unicodedata.normalize("NFD", "Nguyễn Văn Đức"),
    "  nguyen   van  duc ",
    "văn đức",
    "Đức Nguyễn Văn",
    "Ðức nguyễn",
    "nguyễn văn đ",
]


@pytest.mark.parametrize("stored", STORED)
def test_a_name_is_found_in_all_ten_ways_it_is_typed(add, find, stored):
    add(stored)
    add("Trần Thị Lài")
    assert [find(typed) for typed in TYPED] == [[stored]] * 10


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Lý Thị Mỹ", "lí thị mĩ"), ("Lí Thị Mĩ", "ly thi my"), ("Hoà Thuỷ", "hòa thủy"),
        ("Hòa Thủy", "hoà thuỷ"),
        ("K'Bră", "kbra"), ("K’ Bră", "k' bra"), ("Y - Bhăm Niê", "y bham nie"),
        ("Y-Bhăm Niê", "Y - Bhăm Niê"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_find_each_other(add, find, stored, typed):
    add(stored)
    assert find(typed) == [stored]


def test_the_best_answer_stands_first(add, find):
    for name in ("Lê Văn Đức", "Đức Văn Lê", "Văn Đức", "Văn Đức Anh", "Văn Thị Đức", "Hồ Vân"):
        add(name)
    assert find("van duc") == ["Văn Đức", "Văn Đức Anh", "Lê Văn Đức", "Văn Thị Đức", "Đức Văn Lê"]


def test_a_place_beside_the_name_narrows_and_a_namesake_of_the_place_is_not_hidden(add, find):
    add("Nguyễn Văn Đức", district=A_LUOI)
    add("Nguyễn Văn Đức", district=PHU_LOC)
    add("Hồ Văn Hồng Hạ", district=PHU_LOC)
    add("Hồ Văn Lê", commune=HONG_HA)
    assert find("nguyen van duc a luoi") == ["Nguyễn Văn Đức"]
    assert find("nguyễn văn đức huyện A Lưới") == ["Nguyễn Văn Đức"]
    assert find("ho van hong ha") == ["Hồ Văn Hồng Hạ", "Hồ Văn Lê"]
    assert find("xã hồng hạ") == ["Hồ Văn Lê"]


def test_places_of_others_mean_nothing_to_a_district(add, find):
    add("Nguyễn Văn Đức", district=A_LUOI)
    assert find("nguyen van duc phu loc", by="hue-481") == []
    assert find("nguyen van duc", by="hue-482") == []
    assert find("nguyen van duc", by="daknong-dic") == []


def test_a_member_is_found_behind_the_heads_and_named(add, visit):
    add("Hồ Văn Lài", "Trần Thị Đẹp", district=PHU_LOC)
    add("Trần Thị Đẹp")
    page = visit("hue-dic", LIST, q="tran thi dep")
    lines = page.context["lines"]
    assert [(line.head_name, line.member) for line in lines] == [
        ("Trần Thị Đẹp", ""),
        ("Hồ Văn Lài", "Trần Thị Đẹp"),
    ]
    assert "Thành viên trong hộ tên như vậy" in page.content.decode()
    assert visit("hue-481", LIST, q="tran thi dep").context["lines"][1:] == []


@pytest.mark.parametrize(
    "typed",
    [
        "nguyem van duc",
        "nguyen vna duc",
        "nguyen van ducc",
        "nguyen vn duc",
        "nguyen van minh duc",
        "nguyenvan duc",
    ],
)
def test_a_typing_error_finds_the_name_and_says_so(add, visit, typed):
    add("Nguyễn Văn Đức")
    add("Hồ Thị Lài")
    page = visit("hue-dic", LIST, q=typed)
    assert [line.head_name for line in page.context["lines"]] == ["Nguyễn Văn Đức"]
    assert "Gần giống" in page.content.decode()


def test_a_mistyped_given_name_alone_is_found(add, find):
    add("Nguyễn Thị Hường")
    assert find("huonng") == ["Nguyễn Thị Hường"]


def test_almost_equal_names_never_stand_before_or_among_true_ones(add, find):
    add("Nguyễn Văn Đức")
    add("Nguyễn Văn Dục")
    add("Nguyễn Văn Lực")
    assert find("nguyen van duc") == ["Nguyễn Văn Đức", "Nguyễn Văn Dục", "Nguyễn Văn Lực"]


def test_numbers_find_the_household_only_as_a_whole(add, find):
    add("Hồ Văn Lài", national_id="046070000001", phone="0912345678", household_code="HN-0123")
    whole = ["046070000001", "046 070 000 001", "46070000001", "0912345678", "+84912345678", "hn-0123"]
    assert [find(typed) for typed in whole] == [["Hồ Văn Lài"]] * 6
    parts = ["04607000000", "0460", "091234567", "070000001", "HN-012", "%", "046______001"]
    assert [find(typed) for typed in parts] == [[]] * 7


def test_a_members_identity_number_finds_the_household(add, find):
    household = add("Hồ Văn Lài", "Kăn Lý")
    household.members.filter(position=1).update(national_id="046170000009")
    assert find("046170000009") == ["Hồ Văn Lài"]


def test_a_birth_year_beside_the_name_narrows(add, find):
    add("Hồ Văn Lài", birth_year=1961)
    add("Hồ Văn Lài", birth_year=1985)
    assert len(find("ho van lai")) == 2
    assert len(find("ho van lai 1961")) == 1


def test_a_year_nobody_of_the_name_is_born_in_does_not_hide_the_name(add, find, visit):
    add("Hồ Thị Thủy", birth_year=1987)
    add("Hồ Thị Thủy Tiên", birth_year=None)
    add("Hồ Văn Lài", birth_year=1988)
    assert find("ho thi thuy 1988") == ["Hồ Thị Thủy", "Hồ Thị Thủy Tiên"]
    page = visit("hue-dic", reverse("beneficiaries:household_list"), q="ho thi thuy 1988").content.decode()
    assert "sinh năm khác" in page


@pytest.mark.parametrize("typed", ["%_'\"<b>", "H%", "h_", "*", "Hồ*", "<b>", "Lài|Hồ", "ho = lai", "h?"])
def test_signs_of_patterns_stand_for_themselves(add, find, typed):
    add("Hồ Văn Lài")
    add("Bùi Văn Bình")
    assert find(typed) == []


@pytest.mark.parametrize(
    "typed", ['"Hồ Văn Lài"', "Hồ Văn Lài;", "(Hồ Văn Lài)", "Hồ-Văn-Lài", "hồ văn lài."]
)
def test_signs_around_a_name_are_left_out(add, find, typed):
    add("Hồ Văn Lài")
    assert find(typed) == ["Hồ Văn Lài"]


def test_common_names_elsewhere_hide_nobody_of_ones_own(add, find, monkeypatch):
    """SQLite's full-text index knows no scope: with more hits than are taken from it, it is not asked."""
    monkeypatch.setattr("beneficiaries.search.results.MOST_ROWIDS", 2)
    for number in range(4):
        add(f"Y Hồ Lài {number}", "Kăn Lý", district=GIA_NGHIA)
    add("Ra Hồ Lài", "Kăn Lý")
    assert find("lai ho") == find("ly kan") == ["Ra Hồ Lài"]


@pytest.mark.parametrize(
    "typed", ["'", "((", "%", "_", "\\", '"', "a*", "NEAR(", "AND OR NOT", "-", "đ" * 300, "\x00", "🙂"]
)
def test_nothing_that_is_typed_breaks_the_page(add, find, typed):
    add("Hồ Văn Lài")
    assert find(typed) == []


def test_households_merged_or_removed_are_not_found(add, find):
    kept, gone = add("Hồ Văn Lài"), add("Hồ Văn Lài")
    Household.objects.filter(pk=gone.pk).update(merged_into=kept)
    assert find("ho van lai") == ["Hồ Văn Lài"]


def test_the_index_follows_every_writer(add, find):
    household = add("Hồ Văn Lài", "Kăn Lý")
    Household.objects.filter(pk=household.pk).update(
        head_name="Viên Đình Bút", head_name_folded=fold("Viên Đình Bút")
    )
    household.members.filter(position=1).update(name="Quỳnh Roon")
    assert (find("ho van lai"), find("kan ly")) == ([], [])
    assert find("vien dinh but") == find("quynh roon") == find("vien dinh butt") == ["Viên Đình Bút"]
    new = Household(province=household.province, district=household.district, head_name="Pi Riu Tho")
    new.index_name()
    Household.objects.bulk_create([new])
    assert find("riu") == ["Pi Riu Tho"]
    household.members.all().delete()
    assert find("quynh roon") == []
    PovertySpell.objects.all().delete()
    household.delete()
    assert find("vien dinh but") == []


def test_installing_again_changes_nothing_and_a_lost_index_is_filled_anew(add, find):
    add("Hồ Văn Lài", "Kăn Lý")
    connection.check_constraints()  # PostgreSQL makes no index while checks of the transaction are pending
    search_index.install(connection)
    assert find("ho van lai") == ["Hồ Văn Lài"]
    search_index.remove(connection)
    search_index.install(connection)
    assert find("ho van lai") == find("kan ly") == find("ho van laii") == ["Hồ Văn Lài"]


@pytest.mark.parametrize(
    "name",
    [*STORED, "Ỷ Ỹ Ỵ ỷ", "Ô Ố Ộ Ơ Ờ Ợ Ư Ừ Ự Ă Ắ Ặ Â Ấ Ậ Ê Ế Ệ", "K’ Mrai", "N'Jrang", "Y - Bhăm", "H`Nhi"],
)
def test_the_database_makes_the_same_key_as_the_code(add, name):
    household = add(name, name)
    text = household.members.filter(position=1).annotate(key=search_index.MemberText())
    assert text.get().key.split() == name_key(name).split()
    head = Household.objects.annotate(key=search_index.HeadKey()).get(pk=household.pk)
    assert head.key.split() == name_key(name).split()


# --- the list's pages -----------------------------------------------------------------------------


@pytest.fixture
def many(cast):
    """150 households of two communes, some without one, in no order."""
    communes = list(cast.area(A_LUOI).children.order_by("code")[:2])
    rows = []
    for number in range(150):
        name = f"Hồ Văn {'ABCDEGHIKL'[number * 7 % 10]}{number * 37 % 150:03}"
        rows.append(
            Household(
                province=cast.area("46"),
                district=cast.area(A_LUOI),
                head_name=name,
                head_name_folded=fold(name),
                head_name_key=name_sort_key(name),
                commune=None if number % 11 == 0 else communes[number % 2],
            )
        )
    Household.objects.bulk_create(rows)
    PovertySpell.objects.bulk_create(
        PovertySpell(
            household=row,
            valid_from=date(2023, 12, 31),
            poverty_class=("poor", "near_poor", "not_poor")[place % 3],
        )
        for place, row in enumerate(rows)
        if place % 5
    )
    return rows


@pytest.mark.parametrize("asked", [{}, {"sort": "name"}, {"sort": "class"}, {"q": "ho van"}, {"q": "van"}])
def test_pages_forward_and_back_show_every_household_once(visit, many, asked):
    page = visit("hue-481", LIST, **asked)
    seen, pages = [], []
    while True:
        lines = [line.pk for line in page.context["lines"]]
        pages.append(lines)
        seen += lines
        if page.context["page"].next is None:
            break
        page = page.client.get(LIST + page.context["address_next"])
        assert page.context["page"].number == len(pages) + 1
    assert (len(seen), len(set(seen)), [len(p) for p in pages]) == (150, 150, [50, 50, 50])
    back = [lines]
    while page.context["page"].previous is not None:
        page = page.client.get(LIST + page.context["address_previous"])
        back.append([line.pk for line in page.context["lines"]])
    assert back[::-1] == pages


def test_orders(visit, many):
    names = [line.head_name for line in visit("hue-481", LIST, sort="name").context["lines"]]
    assert names == sorted(names, key=name_sort_key)
    shown = visit("hue-481", LIST, sort="class").context["lines"]
    classes = [line.poverty_class for line in shown]
    assert (len(set(classes[:40])), set(classes[40:]) & set(classes[:40])) == (1, set())
    places = [line.commune for line in visit("hue-481", LIST).context["lines"]]
    assert places == sorted(places, key=places.index)


@pytest.mark.parametrize("name", ["after", "before"])
@pytest.mark.parametrize(
    "cursor", ["", "x", "0-", "-1", "0-x", "9-1", "999-5", "0-999999", "0-end", "0-" + "9" * 30, "1-\u0663"]
)
def test_a_broken_address_shows_households_all_the_same(visit, many, name, cursor):
    assert visit("hue-481", LIST, **{name: cursor}).status_code == 200


def test_the_place_of_a_household_out_of_scope_is_not_given_away(visit, many, add):
    other = add("Hồ Văn G077", district=PHU_LOC)
    first = visit("hue-481", LIST, sort="name")
    asked = visit("hue-481", LIST, sort="name", after=f"0-{other.pk}")
    assert [line.pk for line in asked.context["lines"]] == [line.pk for line in first.context["lines"]]


@pytest.mark.parametrize(
    "asked", [{}, {"q": "ho van"}, {"q": "ho van zzz"}, {"poverty_class": "poor", "sort": "class"}]
)
def test_more_households_need_no_more_questions(add, visit, asked):
    def questions():
        visit("hue-dolisa", LIST, **asked)
        with CaptureQueriesContext(
            connection,
        ) as taken:
            visit("hue-dolisa", LIST, **asked)
        return len(taken)

    add("Hồ Văn Lài", "Kăn Lý")
    one = questions()
    add("Hồ Văn Roon", "Kăn Ty", district=PHU_LOC)
    add("Hồ Văn Zút", "Hồ Văn Tý", poverty_class="near_poor")
    assert questions() <= one


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"is_ethnic_minority": "yes"}, {"A"}), ({"has_need": "unknown"}, {"B"}), ({"has_need": "no"}, {"A"}),
        ({"complete": "no"}, {"B"}), ({"complete": "yes"}, {"A"}),
        ({"certificate": "yes", "as_of": "01/02/2024"}, {"A"}),
        ({"certificate": "no", "as_of": "01/02/2024"}, {"B"}),
        ({"certificate": "yes", "as_of": "01/02/2023"}, set()),
        ({"poverty_class": "none", "as_of": "01/01/2023"}, {"A", "B"}), ({"poverty_class": "none"}, {"B"}),
        ({"poverty_class": "poor"}, {"A"}),
        ({"q": "ho", "poverty_class": "poor"}, {"A"}),
        ({"commune": "x"}, set()), ({"as_of": "31/02/2024"}, set()),
    ],
)  # fmt: skip
def test_filters(add, visit, asked, found):
    known = {"village": "Thôn 1", "national_id": "046070000001", "birth_year": 1970, "gender": "male"}
    held = add("Hồ A", has_need=False, is_ethnic_minority=True, **known)
    held.certificates.create(year=2024, number="12/GCN")
    add("Hồ B", poverty_class=None)
    lines = visit("hue-dolisa", LIST, **asked).context["lines"]
    assert {line.head_name.split()[-1] for line in lines} == found


@pytest.mark.parametrize("name", ["q", "as_of", "commune", "complete"])
def test_every_filter_has_its_label_and_the_look_of_the_house(add, visit, name):
    add("Hồ Văn Lài")
    page = visit("hue-dic", LIST).content.decode()
    assert f'<label for="id_{name}"' in page
    (field,) = (tag for tag in page.split("<") if f'id="id_{name}"' in tag)
    assert 'class="form-' in field


def test_the_export_holds_what_the_search_finds(add, visit):
    add("Hồ Văn Lài", "Trần Thị Đẹp")
    add("Trần Thị Đẹp")
    add("Nguyễn Văn Đức")
    for typed, n in (("tran thi dep", 2), ("tran thi dep a luoi", 2), ("tran thi depp", 1), ("", 3)):
        assert Household.objects.all().search(typed).count() == n or not typed
        answer = visit("hue-dolisa", reverse("beneficiaries:household_export"), q=typed)
        assert answer.status_code == 200
