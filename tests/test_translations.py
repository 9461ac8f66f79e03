from pathlib import Path

from smartphone_support.web.management.commands.check_messages import is_compiled, missing_translations


def catalogue(settings) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / "vi" / "LC_MESSAGES" / "django.po"


def test_every_text_of_the_catalogue_has_its_vietnamese(settings):
    assert missing_translations(catalogue(settings)) == []


def test_the_compiled_catalogue_says_what_its_source_says(settings):
    assert is_compiled(catalogue(settings))
