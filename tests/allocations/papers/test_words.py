"""Who signs, and how places are named."""

from __future__ import annotations

import pytest

from allocations.papers.office import committee_signature, places, their_committees

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("signer", "titles", "name"),
    [
        ("", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), ""),
        ("Chủ tịch UBND tỉnh", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), ""),
        ("Phó Chủ tịch UBND tỉnh", ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), ""),
        (
            "Nguyễn Thị Bé, Phó Chủ tịch Ủy ban nhân dân tỉnh Thừa Thiên Huế",
            ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Nguyễn Thị Bé",
        ),
        ("Chủ tịch Y - Bhăm Niê", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Y - Bhăm Niê"),
        ("Nguyễn Văn An", ("TM. ỦY BAN NHÂN DÂN",), "Nguyễn Văn An"),
    ],
)  # fmt: skip
def test_the_committee_signs_by_chair_or_deputy(cast, signer, titles, name):
    signature = committee_signature(signer, cast.area("46"))
    assert (signature.titles, signature.name) == (titles, name)


def test_districts_are_named_while_they_are_few():
    assert places(["huyện A Lưới"]) == "huyện A Lưới"
    assert places(["huyện A Lưới", "huyện Nam Đông"]) == "huyện A Lưới và huyện Nam Đông"
    assert places(["x"] * 9) == "9 huyện, thị xã, thành phố"
    assert their_committees(["x"] * 9) == (
        "Ủy ban nhân dân các huyện, thị xã, thành phố có tên trong Phụ lục"
    )
