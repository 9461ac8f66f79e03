import pytest

from programs.loading import load_plans
from programs.models import Program


@pytest.fixture
def plans(cast):
    """Both provinces' plans by their code."""
    load_plans()
    return {program.code: program for program in Program.objects.all()}


@pytest.fixture
def hue(plans):
    return plans["hue-413"]


@pytest.fixture
def daknong(plans):
    return plans["daknong-2023"]
