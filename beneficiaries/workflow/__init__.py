"""The only code that changes what the register says, or that moves a list towards it.

Every function locks what it changes, asks again for right and state, writes the named fields only where
the state is still the one it read, and adds the audit entry last. A ``Refusal`` carries the sentence.
"""

from .batches import confirm_batch, fail_batch, read_again, read_batch, reject_batch, upload_list, write_batch
from .corrections import choose_communes, correct_cells, withdraw_corrections
from .households import reveal_identity
from .layouts import Answers, answer_questions, forget_layout, twice_chosen
from .reverting import fail_revert, is_reverting, revert_batch, revert_obstacle, take_back
from .rows import OPEN_REASONS, decide_row, give_reason_to_all, give_reasons
from .steps import APPLY, READ, REVERT

__all__ = [
    "APPLY",
    "OPEN_REASONS",
    "READ",
    "REVERT",
    "Answers",
    "answer_questions",
    "choose_communes",
    "confirm_batch",
    "correct_cells",
    "decide_row",
    "fail_batch",
    "fail_revert",
    "forget_layout",
    "give_reason_to_all",
    "give_reasons",
    "is_reverting",
    "read_again",
    "read_batch",
    "reject_batch",
    "reveal_identity",
    "revert_batch",
    "revert_obstacle",
    "take_back",
    "twice_chosen",
    "upload_list",
    "withdraw_corrections",
    "write_batch",
]
