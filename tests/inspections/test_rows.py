"""The rows the tests of inspections stand on."""

import pytest

from inspections.models import SampledHousehold
from programs.loading import load_plans
from tests.inspection_rows import inspection_round

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["planned", "fieldwork"])
def test_an_inspector_sees_a_round_of_the_own_team_only(cast, state):
    load_plans()
    row = inspection_round("hue", state=state)
    assert list(type(row).objects.visible_to(cast("hue-inspector"))) == [row]
    assert not type(row).objects.visible_to(cast("daknong-inspector")).exists()
    assert not SampledHousehold.objects.visible_to(cast("hue-inspector")).exists()
