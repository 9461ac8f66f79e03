from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.accounts.organisations import load_organisations


def test_each_district_of_both_provinces_has_its_committee(cast):
    districts = Organisation.objects.filter(kind=OrganisationKind.DISTRICT)

    assert districts.filter(province__code="46").count() == 9
    assert districts.filter(province__code="67").count() == 8
    assert districts.get(code="hue-477").name == "UBND huyện Quảng Điền"
    assert districts.get(code="daknong-660").area == cast.area("660")


def test_both_provinces_have_the_same_departments_partners_and_operators(cast):
    def kinds(province):
        rows = Organisation.objects.filter(province__code=province, area=None)
        return {row.code.partition("-")[2]: row.kind for row in rows}

    assert kinds("46") == kinds("67")
    assert kinds("46")["dic"] == OrganisationKind.PROGRAM_LEAD
    assert kinds("46")["dolisa"] == OrganisationKind.REGISTER_OWNER
    operators = {code for code, kind in kinds("67").items() if kind == OrganisationKind.OPERATOR}
    assert operators == {"viettel", "vnpt", "mobifone"}


def test_the_system_belongs_to_no_province(cast):
    assert Organisation.objects.get(code="system").province is None


def test_loading_again_changes_nothing(cast):
    written = load_organisations()

    assert (written.created, written.corrected) == (0, 0)


def test_a_name_that_people_changed_stays_and_an_inactive_organisation_stays_inactive(cast):
    Organisation.objects.filter(code="hue-dic").update(name="Sở Khoa học và Công nghệ", is_active=False)

    assert load_organisations().corrected == 0
    office = Organisation.objects.get(code="hue-dic")
    assert (office.name, office.is_active) == ("Sở Khoa học và Công nghệ", False)


def test_a_wrong_kind_is_corrected(cast):
    Organisation.objects.filter(code="hue-dic").update(kind=OrganisationKind.PARTNER)

    assert load_organisations().corrected == 1
    assert Organisation.objects.get(code="hue-dic").kind == OrganisationKind.PROGRAM_LEAD
