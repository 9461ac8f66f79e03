"""Whose rows a person sees: province, and district for the district's people."""

import pytest

from beneficiaries.models import Household


@pytest.fixture
def households(cast):
    """One household in each of two districts of Huế and one in Đắk Nông."""

    def make(code, commune):
        area = cast.area(commune)
        return Household.objects.create(
            head_name=code, commune=area, district=area.parent, province=area.parent.parent
        )

    return [make("A Lưới", "20044"), make("Nam Đông", "20161"), make("Đắk Nông", commune_of(cast, "667"))]


def commune_of(cast, district):
    return cast.area(district).children.order_by("code").first().code


def seen_by(user):
    return set(Household.objects.visible_to(user).values_list("head_name", flat=True))


@pytest.mark.parametrize("username", ["hue-dic", "hue-dic-leader", "hue-dolisa", "hue-ppc"])
def test_the_province_sees_all_its_districts_and_nothing_else(cast, households, username):
    assert seen_by(cast(username)) == {"A Lưới", "Nam Đông"}


@pytest.mark.parametrize("username", ["hue-481", "hue-481-leader"])
def test_a_district_sees_its_own_rows_only(cast, households, username):
    assert seen_by(cast(username)) == {"A Lưới"}


def test_the_other_province_lives_beside_and_sees_nothing_of_it(cast, households):
    assert seen_by(cast("daknong-dic")) == {"Đắk Nông"}


@pytest.mark.parametrize("username", ["hue-viettel", "hue-front", "hue-inspector", "admin"])
def test_roles_without_the_register_see_no_row(cast, households, username):
    assert seen_by(cast(username)) == set()


@pytest.mark.parametrize("username", ["hue-481", "hue-481-leader"])
def test_a_district_role_whose_district_got_lost_sees_no_row(cast, households, username, client):
    """It must not become a role of the whole province."""
    cast(username).organisation.memberships.update(area=None)
    type(cast(username).organisation).objects.filter(code="hue-481").update(area=None)
    assert seen_by(cast(username)) == set()
    cast.log_in(client, username)
    for address in ("/", "/beneficiaries/households/", "/allocations/lists/"):
        page = client.get(address)
        assert page.status_code == 200
        assert "A Lưới" not in page.content.decode().partition("<main")[2]


def test_who_lost_the_membership_sees_no_row(cast, households):
    cast("hue-dic").memberships.update(is_active=False)
    assert seen_by(cast("hue-dic")) == set()
