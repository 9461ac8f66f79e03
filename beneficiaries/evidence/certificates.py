"""The number of a poverty certificate as people write it. Pure."""

from __future__ import annotations

import re

#: "12/GCN-HN.HCN", the form's own pattern: Circular 07/2021/TT-BLĐTBXH, certificate of poor households.
_FORM = re.compile(r"\d{1,5}/GCN-HN\.?HCN", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))  # hyphens and dashes that look alike


def clean_number(text: str) -> str:
    """The number with one kind of dash and no space around its signs: "12 / GCN – HN.HCN" is
    "12/GCN-HN.HCN"."""
    text = _SPACES.sub(" ", text.translate(_DASHES)).strip()
    return re.sub(r"\s*([/.\-])\s*", r"\1", text)


def is_usual(number: str) -> bool:
    """Whether a cleaned number has the form's own pattern. Others occur (GCN-HN, GCN-HCN) and are kept."""
    return bool(_FORM.fullmatch(number))
