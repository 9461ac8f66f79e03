"""`manage.py bench NAME`: the benchmarks of tests/benchmarks, in a database made for them, then dropped."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from importlib import import_module, util
from inspect import signature
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.test.utils import override_settings

from smartphone_support.demo.accounts import load_accounts

PACKAGE = "tests.benchmarks"
#: Options a benchmark may take; each takes those its `run` names.
OPTIONS = ("rows", "runs", "requests", "seed", "plain")


def benchmarks() -> dict[str, str]:
    """Module by name; a name that Python keeps for itself carries an underscore as a module."""
    spec = util.find_spec(PACKAGE) if util.find_spec(PACKAGE.split(".")[0]) else None
    if spec is None:
        return {}
    modules = (module.name for module in iter_modules(spec.submodule_search_locations))
    return {name.rstrip("_"): f"{PACKAGE}.{name}" for name in modules if not name.startswith("_")}


class Command(BaseCommand):
    help = (
        "Measure against a baseline, in a scratch database of the configured engine (never your data). "
        "The benchmarks stand in tests/benchmarks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("name", choices=sorted(benchmarks()), help="what to measure")
        add("--rows", type=int, help="households; by default the benchmark's own number")
        add("--runs", type=int, help="how often every case runs; the tables give medians")
        add("--requests", type=int, help="requests of each kind, for benchmarks of pages")
        add("--seed", type=int, help="of the invented data")
        add("--plain", action="store_true", default=None, help="also the untuned peer: minutes a run")
        add(
            "--keep",
            action="store_true",
            help="leave the scratch database for the next run with --keep, which finds its households there",
        )
        add("--json", action="store_true", dest="as_json", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        run = import_module(benchmarks()[options["name"]]).run
        given = {name: options[name] for name in OPTIONS if options[name] is not None}
        unknown = given.keys() - signature(run).parameters.keys()
        if unknown:
            self.stderr.write(f"bench {options['name']} takes no --{sorted(unknown)[0]}")
            sys.exit(2)
        size = f"_{options['rows']}" if options["rows"] else ""
        with scratch_database(f"kept{size}" if options["keep"] else ""):
            load_accounts()
            facts = import_module(f"{PACKAGE}._measuring").machine()
            out = sys.stderr if options["as_json"] else sys.stdout
            with contextlib.redirect_stdout(out):
                print(" · ".join(f"{name}: {value}" for name, value in facts.items()))
                figures = run(**given)
        if options["as_json"]:
            found = {"benchmark": options["name"], "machine": facts, "figures": figures or {}}
            self.stdout.write(json.dumps(found, ensure_ascii=False, default=str))


@contextlib.contextmanager
def scratch_database(kept_as: str = "") -> Iterator[None]:
    """An empty, migrated database and a folder for files, also for the processes a benchmark starts.

    With ``kept_as`` it is found as the last such run left it, and is not dropped.
    """
    keep = bool(kept_as)
    before = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        is_file = connection.vendor == "sqlite"
        mark = kept_as or str(os.getpid())
        home = settings.VAR_DIR if keep else Path(folder)
        name = str(home / f"bench_{mark}.sqlite3") if is_file else f"bench_{mark}"
        connection.settings_dict["TEST"]["NAME"] = name
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=keep)
        url = f"sqlite:///{name}" if is_file else urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}")
        kept = {key: os.environ.get(key) for key in ("DATABASE_URL", "VAR_DIR", "LOG_LEVEL")}
        os.environ["DATABASE_URL"] = url if isinstance(url, str) else url.geturl()
        os.environ["VAR_DIR"] = folder
        os.environ["LOG_LEVEL"] = "ERROR"
        try:
            with override_settings(VAR_DIR=Path(folder), MEDIA_ROOT=Path(folder) / "media"):
                yield
        finally:
            for key, value in kept.items():
                os.environ.pop(key, None) if value is None else os.environ.update({key: value})
            connection.creation.destroy_test_db(before, verbosity=0, keepdb=keep)
