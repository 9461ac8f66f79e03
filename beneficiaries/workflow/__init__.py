"""The only code that changes what the register says, or that moves a list towards it.

Every function locks what it changes, asks again for right and state, writes the named fields only where
the state is still the one it read, and adds the audit entry last. A ``Refusal`` carries the sentence.
"""

from .batches import confirm_batch, fail_batch, read_again, read_batch, reject_batch, upload_list, write_batch
from .households import reveal_identity
from .rows import decide_row
from .steps import APPLY, READ

__all__ = [
    "APPLY",
    "READ",
    "confirm_batch",
    "decide_row",
    "fail_batch",
    "read_again",
    "read_batch",
    "reject_batch",
    "reveal_identity",
    "upload_list",
    "write_batch",
]
