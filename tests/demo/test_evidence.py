"""The demonstration's certificates and assessments, recorded by a district's officer."""

from datetime import date

import pytest

from beneficiaries.choices import AssessmentOccasion
from beneficiaries.evidence.counting import certificate_counts, deprivation_counts
from beneficiaries.models import Household, InformationDeprivation, PovertyCertificate
from smartphone_support.demo import evidence
from smartphone_support.demo.evidence import play_assessments, play_certificates
from tests.beneficiaries.conftest import Desk, household

pytestmark = pytest.mark.django_db
DAY = date(2024, 6, 1)


@pytest.fixture
def officer(cast, tmp_path):
    """A Lưới's officer, with forty households in the register."""
    Desk(cast, tmp_path).register(*(household(number) for number in range(1, 41)))
    return cast("hue-481")


def test_some_households_get_their_certificate_and_some_still_lack_it(officer):
    recorded = play_certificates(2023, until=DAY, actor=officer, seed=413)

    (count,) = certificate_counts(officer, DAY, 2023)
    assert count.certified == recorded
    assert 0 < count.copies < count.certified < count.households == 40
    first = PovertyCertificate.objects.earliest("pk")
    assert (first.number, first.issuer) == ("1/GCN-HN.HCN", "UBND xã Hồng Vân")
    assert date(2024, 1, 9) <= first.issued_on <= date(2024, 1, 29)
    assert first.recorded_by == officer


def test_no_more_certificates_than_a_demonstration_needs(officer, monkeypatch):
    monkeypatch.setattr(evidence, "CERTIFIED", 3)
    assert 1 <= play_certificates(2023, until=DAY, actor=officer, seed=413) <= 3


def test_support_lets_fewer_households_lack_information(officer, monkeypatch):
    monkeypatch.setattr(evidence, "ASSESSED", 30)
    households = Household.objects.order_by("pk")
    supported = {household.pk for household in households[:20]}
    recorded = play_assessments(households, supported, actor=officer, seed=413)

    assert recorded == InformationDeprivation.objects.count()
    assert InformationDeprivation.objects.filter(occasion=AssessmentOccasion.REVIEW).count() == 30
    after = InformationDeprivation.objects.filter(occasion=AssessmentOccasion.AFTER_SUPPORT)
    assert {row.household_id for row in after} <= supported
    (count,) = deprivation_counts(officer, DAY)
    assert 0 < count.after.households < count.before.households
    assert count.after.lacks_any < count.before.lacks_any
