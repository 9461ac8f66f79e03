"""What the rules of the inspections' tables say to a person, and the tools their steps are made of."""

from __future__ import annotations

from django.utils.translation import gettext as _

from smartphone_support.audit.steps import (
    locked,
    move,
    need_reason,
    require,
    require_state,
    say,
    step,
)

__all__ = ["locked", "move", "need_reason", "require", "require_state", "step"]

say(
    (
        (
            ("inspection_days_in_order",),
            lambda: _("The last day lies before the first."),
        ),
        (
            ("ad_hoc_round_has_reason",),
            lambda: _("An ad hoc inspection needs its reason."),
        ),
        (
            ("one_draft_checklist", "checklist.province_id"),
            lambda: _("A draft of this part is open already: finish it first."),
        ),
    )
)
