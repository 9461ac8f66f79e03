"""What cannot be taken from a device, with a code its program understands beside the sentence for people."""

from __future__ import annotations

from typing import Final

from smartphone_support.web.errors import Refusal

CHANGED: Final = "changed"  # this check or photo came before, with other content
SCOPE: Final = "scope"  # not this person's household, round or check
CONTENT: Final = "content"  # what was sent cannot be read or holds what it may not
INCOMPLETE: Final = "incomplete"  # a question is not answered
CHECKLIST: Final = "checklist"  # answers to another checklist than the round's
ROUND: Final = "round"  # the round takes no more checks, or not of that day
CLOCK: Final = "clock"  # the device's clock is wrong
RESERVE: Final = "reserve"  # a substitute nobody called
CHECK: Final = "check"  # the check a photo belongs to has not arrived
PHOTO: Final = "photo"  # no photo, too large, or too many
PACK: Final = "pack"  # handed in or expired

#: Answers that are no "cannot be taken": HTTP statuses of their own.
_STATUS = {CHANGED: 409, PACK: 409, SCOPE: 403}


class FieldRefusal(Refusal):
    """A refusal with its code; the device keeps what it sent and shows the sentence."""

    def __init__(self, sentence: str, code: str = CONTENT) -> None:
        super().__init__(sentence)
        self.code = code

    @property
    def status(self) -> int:
        return _STATUS.get(self.code, 422)
