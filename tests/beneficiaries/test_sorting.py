"""Households in the order a Vietnamese office reads names."""

import pytest

from beneficiaries.models import Household

pytestmark = pytest.mark.django_db


def test_households_stand_in_the_order_of_given_names(visit, cast):
    place = cast.area("20044")
    for name in ("Trần Văn Đức", "Hồ Thị Ánh", "Lê Dũng", "Nguyễn An"):
        Household.objects.create(
            head_name=name, commune=place, district=place.parent, province=place.parent.parent
        )
    page = visit("hue-481", "/beneficiaries/households/", sort="head_name").content.decode()
    names = ["Nguyễn An", "Hồ Thị Ánh", "Lê Dũng", "Trần Văn Đức"]
    assert sorted(names, key=page.index) == names
