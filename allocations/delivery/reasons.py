"""Why a device could not be given: the fixed list, in the office's words.

The words are kept with the support as they stand here: they are Vietnamese whatever the language of the
screen, like everything an office writes on its papers.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from smartphone_support.vietnamese.text import fold


class Undeliverable(models.TextChoices):
    """Domain 8.4: reasons for not delivered."""

    ABSENT = "absent", _("Absent")
    MOVED = "moved", _("Moved away")
    DECEASED = "deceased", _("Deceased, nobody left in the household")
    REFUSED = "refused", _("Refuses the support")
    LEFT_POVERTY = "left_poverty", _("Left poverty")
    HAS_DEVICE = "has_device", _("Already has a device")
    DOUBLE = "double", _("Stands on the list twice")
    OTHER = "other", _("Another reason")


#: Code → what the workbook offers and what is kept.
WORDS: dict[str, str] = {
    Undeliverable.ABSENT: "Vắng mặt tại địa phương",
    Undeliverable.MOVED: "Đã chuyển đi nơi khác",
    Undeliverable.DECEASED: "Đã chết và không còn ai trong hộ",
    Undeliverable.REFUSED: "Từ chối nhận",
    Undeliverable.LEFT_POVERTY: "Đã thoát nghèo",
    Undeliverable.HAS_DEVICE: "Đã có thiết bị",
    Undeliverable.DOUBLE: "Trùng trong danh sách",
    Undeliverable.OTHER: "Lý do khác",
}
_CODES = {fold(word): code for code, word in WORDS.items()}


def code_of(words: str) -> str:
    """The code of a reason as the workbook writes it, or "" for other words."""
    return str(_CODES.get(fold(words), ""))


def written(code: str, note: str = "") -> str:
    """The reason as it is kept: the office's words, and what was added to them."""
    return f"{WORDS[code]}: {note.strip()}" if note.strip() else WORDS[code]
