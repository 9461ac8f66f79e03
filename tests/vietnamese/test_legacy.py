import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartphone_support.vietnamese import legacy

# Every letter of the old code tables, written here a second time on purpose: stored form and letter.
LOWER = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
TCVN3 = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉËÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ®"
VNI_FORMS = (
    "aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä eø eù eû eõ eï eâ eà eá eå eã eä ì í æ ó ò "
    "oø où oû oõ oï oâ oà oá oå oã oä ô ôø ôù ôû ôõ ôï uø uù uû uõ uï ö öø öù öû öõ öï yø yù yû yõ î ñ"
)
VNI = VNI_FORMS.split()
NAMES = [
    "Nguyễn Văn Đức", "Hồ Thị Thúy", "Trần Quốc Vượng", "Lê Hữu Phước", "Phạm Ngọc Ánh", "Đặng Trọng Đông",
    "Võ Kim Vân", "Bùi Thị Mỹ Hạnh", "Lương Thị Nhàn", "Điểu Krông", "Y Bhăm Niê Kđăm", "Hoàng Thị Thu Hòa",
    "Đỗ Khắc Nghĩa", "Dương Công Thuận", "Kăn Thơ", "Lý Văn Kỳ",
]  # fmt: skip


def to_tcvn3(text):
    capitals = dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))
    table = dict(zip(LOWER, TCVN3, strict=True)) | capitals
    # A capital with a tone has no code of its own outside the fonts of capitals.
    return "".join(table.get(c) or table.get(c.lower()) or c for c in text)


def to_vni(text):
    table = dict(zip(LOWER, VNI, strict=True))
    return "".join(
        table[c] if c in table else table[c.lower()].upper() if c.lower() in table else c for c in text
    )


@pytest.mark.parametrize(("stored", "letter"), list(zip(TCVN3, LOWER, strict=True)))
def test_every_letter_of_tcvn3(stored, letter):
    assert legacy.from_tcvn3(f"x{stored}n") == f"x{letter}n"


@pytest.mark.parametrize(("stored", "letter"), list(zip(VNI, LOWER, strict=True)))
def test_every_letter_of_vni_small_and_capital(stored, letter):
    assert legacy.from_vni(f"x{stored}n") == f"x{letter}n"
    assert legacy.from_vni(f"X{stored.upper()}N") == f"X{letter.upper()}N"


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("Hé nghÌo", "Hộ nghèo"),
        ("Hä vµ tªn", "Họ và tên"),
        ("X·", "Xã"),
        ("§¾k N«ng", "Đắk Nông"),
        ("Th\u00adêng tró", "Thường trú"),
        ("DANH S¸CH Hé CËN NGHÌO", "DANH SÁCH HỘ CẬN NGHÈO"),
    ],
)
def test_tcvn3_words(stored, read):
    assert legacy.convert(stored, "tcvn3") == read


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("Hoä ngheøo", "Hộ nghèo"),
        ("Hoï vaø teân", "Họ và tên"),
        ("Ñaék Noâng", "Đắk Nông"),
        ("ÑAÉK NOÂNG", "ĐẮK NÔNG"),
        ("Aùnh ngöôøi", "Ánh người"),
    ],
)
def test_vni_words(stored, read):
    assert legacy.convert(stored, "vni") == read


def test_a_font_of_capitals_draws_capitals():
    assert legacy.encoding_of_font(".VnTimeH") == ("tcvn3", True)
    assert legacy.convert("NguyÔn V¨n §øc", "tcvn3", True) == "NGUYỄN VĂN ĐỨC"


@pytest.mark.parametrize(
    ("font", "encoding"),
    [
        (".VnTime", "tcvn3"), (".vnarial", "tcvn3"), ("VNI-Times", "vni"), ("'VNI Helve'", "vni"),
        ("Times New Roman", ""), ("Calibri", ""), ("", ""),
    ],
)  # fmt: skip
def test_fonts_tell_their_encoding(font, encoding):
    assert legacy.encoding_of_font(font)[0] == encoding


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
@pytest.mark.parametrize("text", ["Hộ nghèo", "Xã Đắk Lao", "Thừa Thiên Huế", "Hà Tĩnh", "12/2023"])
def test_unicode_typed_in_a_cell_of_an_old_font_stays(encoding, text):
    decomposed = unicodedata.normalize("NFD", text)
    assert legacy.convert(decomposed, encoding) == text
    assert legacy.convert(text, encoding) == text


def test_a_lost_soft_hyphen_is_not_invented():
    assert legacy.convert("Ph¬ng", "tcvn3") == "Phơng"


def test_code_page_1258_does_not_hide_tcvn3():
    seen = "Ph¹m ThÞ Lý Hé nghÌo".encode("cp1252").decode("cp1258")
    assert legacy.convert(seen, "tcvn3") == "Phạm Thị Lý Hộ nghèo"


@given(st.text(max_size=40))
def test_any_text_comes_out_composed_and_never_fails(text):
    for encoding in ("tcvn3", "vni"):
        converted = legacy.convert(text, encoding)
        assert unicodedata.normalize("NFC", converted) == converted or converted == text
    legacy.column_encoding([text])


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4))
def test_names_survive_the_way_there_and_back(names):
    text = ", ".join(names)
    assert legacy.convert(to_vni(text), "vni") == text
    # TCVN3 cannot store a capital with a tone: Ánh comes back small.
    assert legacy.convert(to_tcvn3(text), "tcvn3").lower() == text.lower()


def test_a_column_of_many_words_proves_its_encoding():
    assert legacy.column_encoding(map(to_tcvn3, NAMES)) == "tcvn3"
    assert legacy.column_encoding(map(to_vni, NAMES)) == "vni"
    assert legacy.column_encoding(NAMES) == ""


def test_few_words_foreign_words_and_mixed_columns_prove_nothing():
    assert legacy.column_encoding(map(to_tcvn3, NAMES[:2])) == ""
    assert legacy.column_encoding(["Müller", "Besançon", "São Paulo", "Zürich", "Malmö"] * 9) == ""
    assert legacy.column_encoding([*map(to_tcvn3, NAMES), "Nguyễn Thị Hộ"]) == ""


def test_one_word_may_speak_against_a_column():
    assert legacy.is_consistent(["N÷", "Nam"], "tcvn3")
    assert not legacy.is_consistent(["Nữ"], "tcvn3")
