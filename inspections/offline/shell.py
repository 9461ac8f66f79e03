"""The field page itself as a device keeps it: one HTML page, its styles, scripts and fonts, as one version.

Scripts are called by their own names, without a hash in them: modules import each other so. What holds them
together is the version, which changes whenever one of them, the page or the language does.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language

from .words import words

#: Stands in addresses for the key the device puts there.
NO_KEY = "00000000-0000-0000-0000-000000000000"
WORKER = "js/field_worker.js"
HOME = "js/field/home.js"
STYLES = ("css/theme.css", "css/field.css")
_WEIGHTS = ("regular", "medium", "semibold", "bold")
FONTS = tuple(
    f"fonts/be-vietnam-pro-{face}.woff2"
    for face in (*_WEIGHTS, "italic", *(f"figures-{weight}" for weight in _WEIGHTS))
)
ICON = "img/favicon.svg"
#: In the order they import each other.
MODULES = tuple(
    f"js/field/{name}.js"
    for name in (
        "text", "dom", "store", "net", "rules", "pictures", "sending", "saving", "keeping", "packs", "form",
        "household", "list", "device", "app",
    )
)  # fmt: skip


def module(path: str) -> str:
    """The address of a script as the others import it."""
    return f"{settings.STATIC_URL}{path}"


def configuration() -> dict[str, Any]:
    """What the scripts are told: addresses and words; nothing of any person."""
    names = {
        "home": "field_home", "work": "field_work", "worker": "field_worker", "token": "field_token",
        "packs": "field_pack_create", "checks": "field_check_receive", "photos": "field_photo_receive",
    }  # fmt: skip
    urls = {key: reverse(f"inspections:{name}") for key, name in names.items()}
    urls["pack"] = reverse("inspections:field_pack", args=[NO_KEY])
    urls["hand_in"] = reverse("inspections:field_pack_hand_in", args=[NO_KEY])
    urls["login"] = f"{reverse(settings.LOGIN_URL)}?next={urls['work']}"
    return {"urls": urls, "words": words()}


def page() -> str:
    """The page's HTML in the reader's language: the same for everybody, so it may be kept for days."""
    return render_to_string(
        "inspections/field_work.html",
        {"configuration": configuration(), "modules": [module(path) for path in MODULES]},
    )


def assets() -> list[str]:
    """Addresses of everything the page needs beside itself."""
    return [static(path) for path in (*STYLES, *FONTS, ICON)] + [module(path) for path in (*MODULES, HOME)]


def worker() -> str:
    """The service worker with what it keeps. Any change of the page or its parts changes these words too."""
    told = {
        "version": version(),
        "home": reverse("inspections:field_home"),
        "shell": reverse("inspections:field_work"),
        "assets": assets(),
    }
    return f"const FIELD = {json.dumps(told)};\n{_content(WORKER).decode()}"


def version() -> str:
    """Twelve signs that differ whenever the page or one of its parts does."""
    parts = hashlib.sha256(page().encode() + (get_language() or "").encode())
    for path in (WORKER, *STYLES, *FONTS, ICON, *MODULES, HOME):
        parts.update(_content(path))
    return parts.hexdigest()[:12]


def _content(path: str) -> bytes:
    return _read(path) if settings.DEBUG else _kept(path)


def _read(path: str) -> bytes:
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(path)
    return Path(found).read_bytes()


_kept = lru_cache(maxsize=None)(_read)
