import pytest

from tests.allocations.conftest import Story


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def story(cast):
    return Story(cast)


@pytest.fixture
def lists(story):
    """A round of four devices over two districts of nine poor households, its lists just opened."""
    story.households(c20044=6, c20161=3)
    return story.lists(total=4)
