import ast
from pathlib import Path

from smartphone_support.web.management.commands.check_messages import is_compiled, missing_translations

GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}


def catalogue(settings) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / "vi" / "LC_MESSAGES" / "django.po"


def test_every_text_of_the_catalogue_has_its_vietnamese(settings):
    assert missing_translations(catalogue(settings)) == []


def test_the_compiled_catalogue_says_what_its_source_says(settings):
    assert is_compiled(catalogue(settings))


def test_no_text_hides_in_an_f_string(settings):
    """There the collecting of texts for translation does not find it."""
    hidden = []
    for path in settings.BASE_DIR.glob("*/**/*.py"):
        if path.relative_to(settings.BASE_DIR).parts[0] in {".venv", "var", "tests"}:
            continue
        pieces = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.JoinedStr))
        calls = (n for piece in pieces for n in ast.walk(piece) if isinstance(n, ast.Call))
        hidden += [f"{path}:{call.lineno}" for call in calls if getattr(call.func, "id", "") in GETTEXT]
    assert hidden == []
