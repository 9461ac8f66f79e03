"""The only code that changes a state: one function a step, each in one transaction.

Every function locks what it changes, asks again for right and state, writes the named fields only
where the state is still the one it read, and adds the audit entry last. `Refusal` carries a sentence
for the person; a missing right is `PermissionDenied`.
"""

from .appraisal import accept_clean_lines, accept_list, open_appraisal, return_list, set_line_verdict
from .lists import (
    apply_review_upload,
    discard_review_upload,
    register_upload,
    request_signature,
    send_back,
    sign_and_submit,
)
from .plans import (
    approve_quota_plan,
    prepare_quota_plan,
    record_round,
    return_quota_plan,
    submit_quota_plan,
)
from .proposals import (
    cancel_proposal,
    create_proposal,
    record_decision,
    return_proposal,
    submit_proposal,
)

__all__ = [
    "accept_clean_lines",
    "accept_list",
    "apply_review_upload",
    "approve_quota_plan",
    "cancel_proposal",
    "create_proposal",
    "discard_review_upload",
    "open_appraisal",
    "prepare_quota_plan",
    "record_decision",
    "record_round",
    "register_upload",
    "request_signature",
    "return_list",
    "return_proposal",
    "return_quota_plan",
    "send_back",
    "set_line_verdict",
    "sign_and_submit",
    "submit_proposal",
    "submit_quota_plan",
]
