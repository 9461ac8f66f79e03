"""Kept for callers that still name this module: the words now stand in `words`, the rest in `paper`."""

from .paper import Letterhead
from .words import MOTTO, NATION, closing_sentence, day_in_words, figure, in_words

__all__ = ["MOTTO", "NATION", "Letterhead", "closing_sentence", "day_in_words", "figure", "in_words"]
