"""The only code that changes what the register says, or that moves a list towards it.

Every function locks what it changes, asks again for right and state, writes the named fields only where
the state is still the one it read, and adds the audit entry last. A ``Refusal`` carries the sentence.
"""

from .batches import confirm_batch, fail_batch, read_again, read_batch, reject_batch, upload_list, write_batch
from .corrections import choose_communes, correct_cells, withdraw_corrections
from .duplicates import decide_different, queue_search, reopen_pair, search_duplicates
from .households import reveal_identity
from .layouts import Answers, answer_questions, forget_layout, twice_chosen
from .merging import merge_pair, undo_merge, undo_obstacle
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
    "decide_different",
    "decide_row",
    "fail_batch",
    "fail_revert",
    "forget_layout",
    "give_reason_to_all",
    "give_reasons",
    "is_reverting",
    "merge_pair",
    "queue_search",
    "read_again",
    "read_batch",
    "reject_batch",
    "reopen_pair",
    "reveal_identity",
    "revert_batch",
    "revert_obstacle",
    "search_duplicates",
    "take_back",
    "twice_chosen",
    "undo_merge",
    "undo_obstacle",
    "upload_list",
    "withdraw_corrections",
    "write_batch",
]
