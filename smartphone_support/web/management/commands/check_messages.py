"""Says which texts of the screens lack their Vietnamese."""

import contextlib
import shutil
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.test.utils import override_settings

#: Folders without texts of screens.
NOT_ASKED = frozenset({"locale", "tests", "var", "static", "docs"})


def missing_translations(catalogue: Path) -> list[str]:
    """English texts of a .po file that have no Vietnamese, or one nobody has looked at (fuzzy)."""
    entries = polib.pofile(str(catalogue))
    return [entry.msgid for entry in [*entries.untranslated_entries(), *entries.fuzzy_entries()]]


def is_compiled(catalogue: Path) -> bool:
    """Whether the compiled catalogue says the same as its source."""
    compiled = polib.mofile(str(catalogue.with_suffix(".mo")))
    return said_by(compiled) == said_by(polib.pofile(str(catalogue)).translated_entries())


def said_by(entries: Iterable[Any]) -> dict[tuple[str | None, str], Any]:
    """Every text, told apart by its context, with what is said for it."""
    return {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in entries}


class Command(BaseCommand):
    help = "Check that every text has its Vietnamese and the catalogue is compiled. Exits 1 where not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--no-extract", action="store_true", help="do not look for texts newer than the catalogue"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue = Path(settings.LOCALE_PATHS[0]) / "vi" / "LC_MESSAGES" / "django.po"
        if shutil.which("xgettext") and not options["no_extract"]:
            missing = self._extracted(catalogue)
        else:
            missing = missing_translations(catalogue)
        for text in missing:
            self.stderr.write(f"no Vietnamese for: {text}")
        if not is_compiled(catalogue):
            self.stderr.write("locale/vi is not compiled: run `make messages`")
        if missing or not is_compiled(catalogue):
            raise SystemExit(1)
        self.stdout.write("every text has its Vietnamese")

    def _extracted(self, catalogue: Path) -> list[str]:
        """What is missing once today's texts are collected, into a copy: the tree itself is not touched."""
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder)
            for part in Path(settings.BASE_DIR).iterdir():
                if part.is_dir() and part.name not in NOT_ASKED and not part.name.startswith("."):
                    (tree / part.name).symlink_to(part)
            copy = tree / "locale" / "vi" / "LC_MESSAGES" / "django.po"
            copy.parent.mkdir(parents=True)
            copy.write_bytes(catalogue.read_bytes())
            with override_settings(LOCALE_PATHS=[str(tree / "locale")]), contextlib.chdir(tree):
                call_command(
                    "makemessages", locale=["vi"], no_location=True, no_wrap=True, symlinks=True, verbosity=0
                )
            return missing_translations(copy)
