import pytest

from programs.models import Program


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def program(cast):
    """Makes a plan of a province."""

    def make(province, code):
        return Program.objects.create(
            code=code, province=cast.area(province), title=f"Plan {code}", first_year=2023, last_year=2025
        )

    return make
