"""Reading a .docx back."""

from __future__ import annotations

import io

import docx as python_docx


def words_of(content: bytes) -> list[str]:
    """Every paragraph of a .docx with text in it, in tables too."""
    body = python_docx.Document(io.BytesIO(content)).element.body
    tag = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    found = ["".join(node.text or "" for node in p.iter(f"{tag}t")) for p in body.iter(f"{tag}p")]
    return [text.strip(" ") for text in found if text.strip()]
