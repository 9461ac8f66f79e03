"""The only code that changes a state: one function a step, each in one transaction.

Every function locks what it changes, asks again for right and state, writes the named fields only
where the state is still the one it read, and adds the audit entry last. `Refusal` carries a sentence
for the person; a missing right is `PermissionDenied`.
"""

from .amendments import (
    add_amendment_line,
    cancel_amendment,
    decide_amendment,
    draft_amendment,
    propose_replacement,
    propose_withdrawal,
    remove_amendment_line,
    return_amendment,
    submit_amendment,
)
from .appraisal import (
    accept_clean_lines,
    accept_list,
    open_appraisal,
    return_list,
    set_line_verdict,
    set_verdicts,
)
from .finds import settle_find
from .levels import add_level, designate_communes, end_designation, end_level
from .lists import (
    apply_review_upload,
    discard_review_upload,
    register_upload,
    request_signature,
    send_back,
    sign_and_submit,
    withdraw_list,
)
from .plans import (
    approve_quota_plan,
    discard_quota_plan,
    prepare_quota_plan,
    return_quota_plan,
    submit_quota_plan,
)
from .posting import (
    answer_objection,
    attach_proof,
    record_objection,
    record_posting,
    withdraw_posting,
)
from .proposals import (
    cancel_proposal,
    create_proposal,
    record_decision,
    return_proposal,
    submit_proposal,
)
from .returns import give_back_quota
from .rounds import change_round, record_round
from .rules import (
    approve_rule,
    change_rule,
    create_rule,
    discard_rule,
    move_part,
    remove_part,
    return_rule,
    save_condition,
    save_rank,
    submit_rule,
)
from .supports import (
    assign_operator,
    hold_support,
    mark_undeliverable,
    open_supports,
    recover_support,
    release_support,
    withdraw_support,
)

__all__ = [
    "accept_clean_lines",
    "accept_list",
    "add_amendment_line",
    "add_level",
    "answer_objection",
    "apply_review_upload",
    "approve_quota_plan",
    "approve_rule",
    "assign_operator",
    "attach_proof",
    "cancel_amendment",
    "cancel_proposal",
    "change_round",
    "change_rule",
    "create_proposal",
    "create_rule",
    "decide_amendment",
    "designate_communes",
    "discard_quota_plan",
    "discard_review_upload",
    "discard_rule",
    "draft_amendment",
    "end_designation",
    "end_level",
    "give_back_quota",
    "hold_support",
    "mark_undeliverable",
    "move_part",
    "open_appraisal",
    "open_supports",
    "prepare_quota_plan",
    "propose_replacement",
    "propose_withdrawal",
    "record_decision",
    "record_objection",
    "record_posting",
    "record_round",
    "recover_support",
    "register_upload",
    "release_support",
    "remove_amendment_line",
    "remove_part",
    "request_signature",
    "return_amendment",
    "return_list",
    "return_proposal",
    "return_quota_plan",
    "return_rule",
    "save_condition",
    "save_rank",
    "send_back",
    "set_line_verdict",
    "set_verdicts",
    "settle_find",
    "sign_and_submit",
    "submit_amendment",
    "submit_proposal",
    "submit_quota_plan",
    "submit_rule",
    "withdraw_list",
    "withdraw_posting",
    "withdraw_support",
]
