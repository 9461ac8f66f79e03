"""Forms of support as papers and workbooks of one round say them. No database here.

The amount in cash is the round's own level. Vietnamese, whatever the language of the screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from smartphone_support.documents.words import figure
from smartphone_support.vietnamese.text import fold

from ..choices import SupportForm
from ..models import AllocationRound

BUNDLE_WORDS = "Máy kèm dịch vụ"
#: What workbooks said of cash before they named the round's own level; still read.
EARLIER_CASH_WORDS = "Tiền 500.000 đồng"


@dataclass(frozen=True, slots=True)
class FormWords:
    """What a round gives, the usual form first, and the words for it."""

    given: tuple[SupportForm, ...]
    level: int | None = None

    @classmethod
    def of(cls, round_: AllocationRound) -> FormWords:
        return cls(round_.forms, round_.cash_amount)

    @property
    def usual(self) -> SupportForm:
        return self.given[0]

    def word(self, form: str) -> str:
        if form != SupportForm.CASH:
            return BUNDLE_WORDS
        return f"Tiền {figure(self.level)} đồng" if self.level else "Tiền"

    @property
    def offered(self) -> list[str]:
        """The words to choose from."""
        return [self.word(form) for form in self.given]

    @property
    def readable(self) -> dict[str, SupportForm]:
        """Folded words and what they mean, also those of forms the round does not give."""
        earlier = {fold(words): SupportForm.CASH for words in (EARLIER_CASH_WORDS, "Tiền")}
        return earlier | {fold(self.word(form)): form for form in SupportForm}
