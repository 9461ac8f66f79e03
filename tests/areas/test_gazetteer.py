import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartphone_support.areas.gazetteer import Gazetteer, province_of, split_prefix
from smartphone_support.vietnamese.text import fold

HUE = Gazetteer.packaged("46")
DAK_NONG = Gazetteer.packaged("67")


@pytest.mark.parametrize("gazetteer", [HUE, DAK_NONG], ids=["46", "67"])
def test_every_unit_is_found_by_its_code_and_by_its_name_in_its_district(gazetteer):
    for commune in gazetteer.communes:
        assert gazetteer.resolve_commune(commune.code).code == commune.code
        assert gazetteer.resolve_commune(int(commune.code)).code == commune.code
        assert gazetteer.resolve_commune(commune.name, commune.parent_code).code == commune.code
        assert gazetteer.resolve_commune(commune.name.upper(), commune.parent_code).code == commune.code
    for district in gazetteer.districts:
        assert gazetteer.resolve_district(district.code).code == district.code
        assert gazetteer.resolve_district(fold(district.name)).code == district.code


def test_the_tables_hold_the_units_of_2023():
    assert (len(HUE.districts), len(HUE.communes)) == (9, 141)
    assert (len(DAK_NONG.districts), len(DAK_NONG.communes)) == (8, 71)
    assert {unit.code for unit in HUE.communes_of("483")} >= {"20161", "20191"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Đắk Glong", "661"),
        ("Đắk G'Long", "661"),
        ("Đăk G'Long", "661"),
        ("Huyện Đăk Glong", "661"),
        ("Đắk RLấp", "666"),
        ("Đắk R’lấp", "666"),
        ("Đắk R'lấp", "666"),
        ("Dak RLap", "666"),
        ("Chư Jút", "662"),
        ("Cư Jut", "662"),
        ("H. Tuy Đức", "667"),
        ("TP. Gia Nghĩa", "660"),
        ("tp gia nghia", "660"),
        ("Thành phố  Gia Nghĩa", "660"),
        (667, "667"),
        ("667.0", "667"),
    ],
)
def test_spellings_of_dak_nong_districts(text, code):
    assert DAK_NONG.resolve_district(text).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ea TLing", "24640"),
        ("TT Ea T’ling", "24640"),
        ("Cư K'nia", "24658"),
        ("Chư K'nia", "24658"),
        ("Cư K’nia", "24658"),
        ("Đắk D’rông", "24652"),
        ("Đắk D'rông", "24652"),
        ("Ea Po", "24646"),
        ("Đắk NDrót", "24677"),
        ("Đắk N’Drót", "24677"),
        ("Đắk RLa", "24670"),
        ("Đắk R’La", "24670"),
        ("Đắk Lao", "24667"),
        ("Xã  Đắk Lao", "24667"),
        ("Đắk N'Drung", "24727"),
        ("Đắk N’Drung", "24727"),
        ("Nâm NJang", "24728"),
        ("Nâm N’Jang", "24728"),
        ("Nâm NĐir", "24715"),
        ("Nâm N’Đir", "24715"),
        ("Buôn Choáh", "24694"),
        ("Đắk Buk So", "24739"),
        ("Đắk RTíh", "24742"),
        ("Đắk R'Tih", "24742"),
        ("Quảng Hòa", "24620"),
        ("Xã Quảng Hoà", "24620"),
        ("Xã Quảng Thành", "24619"),
        ("P.Nghĩa Đức", "24611"),
    ],
)
def test_spellings_of_dak_nong_communes(text, code):
    assert DAK_NONG.resolve_commune(text).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A lưới", "481"),
        ("Alưới", "481"),
        ("Huyện ALưới", "481"),
        ("H.A Lưới", "481"),
        ("TX Hương Thuỷ", "479"),
        ("TX. Hương Trà", "480"),
        ("TP Huế", "474"),
        ("TP. Huế", "474"),
        ("Tp Huế", "474"),
        ("Huế", "474"),
    ],
)
def test_spellings_of_hue_districts(text, code):
    assert HUE.resolve_district(text).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Thủy Xuân", "19813"),
        ("Thuỷ Biều", "19807"),
        ("Phường Thủy Biều", "19807"),
        ("Phường Đúc", "19780"),
        ("Phường Phường Đúc", "19780"),
        ("TT. A Lưới", "20044"),
        ("TT A Lưới", "20044"),
        ("Vĩ Dạ", "19777"),
        ("Phú Mĩ", "19927"),
        ("xã hồng thượng", "20086"),
    ],
)
def test_spellings_of_hue_communes(text, code):
    assert HUE.resolve_commune(text).code == code


def test_the_same_name_in_two_districts_is_told_apart_by_the_district():
    assert HUE.resolve_commune("Xã Hương Phong", "481").code == "20080"
    assert HUE.resolve_commune("Xã Hương Phong", "474").code == "20002"


def test_the_same_name_without_a_district_is_ambiguous_with_its_candidates():
    answer = HUE.resolve_commune("Xã Hương Phong")
    assert answer.is_ambiguous
    assert set(answer.candidates) == {"20002", "20080"}


def test_the_word_before_the_name_tells_a_ward_from_a_commune():
    assert HUE.resolve_commune("Phường Hương Xuân").code == "20017"
    assert HUE.resolve_commune("Xã Hương Xuân").code == "20179"
    assert HUE.resolve_commune("Hương Xuân").is_ambiguous


def test_accents_decide_where_they_are_written_and_only_there():
    assert HUE.resolve_commune("Hương Vân").code != HUE.resolve_commune("Hương Văn").code
    assert HUE.resolve_commune("Huong Van").is_ambiguous


def test_a_commune_of_another_district_is_not_taken_but_named():
    answer = HUE.resolve_commune("Xã Hồng Hạ", "483")
    assert not answer
    assert answer.candidates == ("20050",)


@pytest.mark.parametrize(
    ("text", "village", "commune", "district"),
    [
        ("Thôn Tân Hòa, Xã Đông Sơn, Huyện A Lưới", "Thôn Tân Hòa", "20098", "481"),
        ("Tổ dân phố 3, Phường Thủy Dương, Thị xã Hương Thủy", "Tổ dân phố 3", "19969", "479"),
        ("Thôn Tân Uông, Phường An Hòa, Thành phố Huế", "Thôn Tân Uông", "19803", "474"),
        ("Thôn 1 xã Đông Sơn huyện A Lưới tỉnh Thừa Thiên Huế", "Thôn 1", "20098", "481"),
        ("Thôn 2 - xã Hồng Hạ - huyện A Lưới", "Thôn 2", "20050", "481"),
        ("4 Lê Lợi, P.Vĩnh Ninh, Huế", "4 Lê Lợi", "19783", "474"),
        ("Phường Đúc, TP Huế, Thừa Thiên Huế", "", "19780", "474"),
        ("Xã Hồng Hạ", "", "20050", ""),
        ("Thôn 5", "Thôn 5", "", ""),
    ],
)
def test_a_full_address_is_taken_apart(text, village, commune, district):
    address = HUE.resolve_address(text)
    assert (address.village, address.commune.code, address.district.code) == (village, commune, district)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tỉnh Thừa Thiên Huế", "46"),
        ("Thừa Thiên – Huế", "46"),
        ("TT-Huế", "46"),
        ("TTH", "46"),
        ("T.T.Huế", "46"),
        ("Tỉnh Đăk Nông", "67"),
        ("ĐắkNông", "67"),
        (67, "67"),
        ("Lào Cai", ""),
        (None, ""),
    ],
)
def test_provinces_are_recognised_as_people_write_them(text, code):
    assert province_of(text) == code


@given(st.one_of(st.none(), st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.dates()))
def test_no_cell_makes_the_gazetteer_fail(value):
    HUE.resolve_commune(value)
    HUE.resolve_commune(value, "481")
    HUE.resolve_district(value)
    HUE.resolve_address(value)


def test_a_prefix_is_a_word_of_its_own():
    assert split_prefix("Xanh Lơ") == ("", "Xanh Lơ")
    assert split_prefix("TT. Khe Tre") == ("thi-tran", "Khe Tre")
