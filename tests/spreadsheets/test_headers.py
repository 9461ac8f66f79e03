import random

from smartphone_support.spreadsheets.headers import (
    HeaderWord,
    find_table,
    header_key,
    is_index_row,
    is_machine_row,
)

WORDS = (
    HeaderWord("order", ("STT", "TT"), partial=False),
    HeaderWord("name", ("Họ và tên chủ hộ", "Chủ hộ")),
    HeaderWord("birth", ("Ngày sinh", "Năm sinh")),
    HeaderWord("birth_male", ("Nam",), ("Năm sinh",), partial=False),
    HeaderWord("birth_female", ("Nữ",), ("Năm sinh",), partial=False),
    HeaderWord("poor", ("Hộ nghèo",), ("Phân loại hộ",), partial=False),
    HeaderWord("near", ("Hộ cận nghèo",), ("Phân loại hộ",), partial=False),
    HeaderWord("members", ("Số nhân khẩu", "Nhân khẩu")),
    HeaderWord("note", ("Ghi chú",)),
)
LETTERHEAD = [(1, ["UBND TỈNH", None, "CỘNG HOÀ XÃ HỘI"]), (4, ["DANH SÁCH HỘ NGHÈO"])]


def mapped(table):
    return {column.letter: name for name, column in table.columns.items()}


def test_a_simple_header_below_a_letterhead_is_found():
    rows = [*LETTERHEAD, (7, ["STT", "Họ và tên chủ hộ", "Ngày sinh"]), (8, [1, "Hồ Văn Đông", "1961"])]
    table = find_table(rows, WORDS)
    assert (table.header_rows, table.first_row) == ([7], 8)
    assert mapped(table) == {"A": "order", "B": "name", "C": "birth"}
    assert "DANH SÁCH HỘ NGHÈO" in table.title


def test_children_below_a_merged_parent_and_an_index_row_belong_to_the_header():
    rows = [
        (7, ["STT", "Chủ hộ", "Số nhân khẩu", "Phân loại hộ", None, "Ghi chú"]),
        (8, [None, None, None, "Hộ nghèo", "Hộ cận nghèo", None]),
        (9, ["A", "B", 1, 2, 3, "4=2/1*100"]),
        (10, [1, "Hồ Văn Đông", 4, "x", None, None]),
    ]
    table = find_table(rows, WORDS)
    assert (table.header_rows, table.first_row) == ([7, 8, 9], 10)
    assert mapped(table) == {"A": "order", "B": "name", "C": "members", "D": "poor", "E": "near", "F": "note"}


def test_the_sex_may_be_told_by_which_column_holds_the_year():
    rows = [
        (8, ["STT", "Chủ hộ", "NĂM SINH", None]),
        (9, [None, None, "Nam", "Nữ"]),
        (10, [1, "Hồ Văn Đông", 1961, None]),
    ]
    assert mapped(find_table(rows, WORDS)) == {
        "A": "order",
        "B": "name",
        "C": "birth_male",
        "D": "birth_female",
    }


def test_a_header_merged_over_three_rows_reaches_to_the_first_data_row():
    rows = [(5, ["STT", "Chủ hộ", "Ngày sinh"]), (8, [1, "Hồ Văn Đông", "1961"])]
    table = find_table(rows, WORDS)
    assert (table.header_rows, table.first_row) == ([5, 6, 7], 8)


def test_machine_keys_above_or_below_the_header_are_no_data():
    keys = ["date", "family.hostName", "b1Point"]
    above = find_table([(1, keys), (2, ["STT", "Chủ hộ", "Nhân khẩu"]), (3, [1, "A", 2])], WORDS)
    below = find_table([(1, ["STT", "Chủ hộ", "Nhân khẩu"]), (2, keys), (3, [1, "A", 2])], WORDS)
    assert above.first_row == below.first_row == 3


def test_columns_are_known_by_their_words_and_not_by_their_place():
    headers = ["STT", "Họ và tên chủ hộ", "Ngày sinh", "Số nhân khẩu", "Ghi chú"]
    expected = ["order", "name", "birth", "members", "note"]
    for seed in range(20):
        order = list(range(5))
        random.Random(seed).shuffle(order)
        table = find_table([(3, [headers[i] for i in order]), (4, [1, "Hồ Văn Đông"])], WORDS)
        assert {column.index: name for name, column in table.columns.items()} == {
            place: expected[i] for place, i in enumerate(order)
        }


def test_headers_are_read_without_accents_case_and_line_breaks():
    table = find_table([(1, ["stt", "HO VA TEN\nCHỦ HỘ ", " Ngày  sinh:"]), (2, [1, "A", "1961"])], WORDS)
    assert set(table.columns) == {"order", "name", "birth"}


def test_a_longer_header_is_recognised_less_surely():
    table = find_table(
        [(1, ["STT", "Họ và tên chủ hộ (viết hoa)", "Ngày sinh"]), (2, [1, "A", "1961"])], WORDS
    )
    assert table.columns["name"].confidence < table.columns["birth"].confidence == 1.0


def test_columns_nobody_knows_are_kept_with_their_words():
    table = find_table([(1, ["STT", "Chủ hộ", "Ngày sinh", "Số sổ đỏ"]), (2, [1, "A", "1961", "7"])], WORDS)
    assert table.unmapped == {3: "Số sổ đỏ"}


def test_a_sheet_without_a_header_has_no_table():
    assert find_table([(1, ["Hướng dẫn"]), (2, ["Chủ hộ là ai?", 5])], WORDS) is None
    assert find_table([], WORDS) is None


def test_index_rows_and_machine_rows_are_told_from_data():
    assert is_index_row(["A", "B", "C", 1, 2, 3])
    assert is_index_row([None, "(1)", "(2)", "3=2/1*100"])
    assert not is_index_row([1, 1, "Hồ Văn Đông"])
    assert not is_index_row([1, 5, 9])
    assert is_machine_row(["date", "family.hostName", "b1Point"])
    assert not is_machine_row(["Nam", "Nữ", "Con"])


def test_the_key_of_a_header_holds_only_its_words():
    assert header_key(" Số CCCD/CMND\n(nếu có) ") == "so cccd cmnd neu co"
    assert header_key(None) == header_key(7) == ""
