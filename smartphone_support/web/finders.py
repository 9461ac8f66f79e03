"""Static files that come from a package."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage


class BootstrapFinder(BaseFinder):
    """Serves Bootstrap's stylesheet and script (with their maps) under `bootstrap/`.

    The package holds 41 MB of variants; naming the files needed keeps collectstatic at seconds.
    """

    names = (
        "css/bootstrap.min.css",
        "css/bootstrap.min.css.map",
        "js/bootstrap.bundle.min.js",
        "js/bootstrap.bundle.min.js.map",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        spec = find_spec("bootstrap")
        if spec is None or not spec.submodule_search_locations:
            raise ImproperlyConfigured("The package bootstrap-wrapper is not installed.")
        # A folder without __init__.py: the specification knows where it is.
        self.root = Path(next(iter(spec.submodule_search_locations)))
        self.storage = FileSystemStorage(location=self.root)
        self.storage.prefix = "bootstrap"  # type: ignore[attr-defined]  # read by collectstatic

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        name = path.removeprefix("bootstrap/")
        if not path.startswith("bootstrap/") or name not in self.names:
            return []
        found = str(self.root / name)
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in self.names:
            yield name, self.storage
