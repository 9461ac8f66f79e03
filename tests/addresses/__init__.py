"""Every address of the site: who finds it (others get 404) and who of them may open it (others get 403).

The tables are written by hand from the duties of each role, not from the code's own table of rights.
"""

from __future__ import annotations

from . import allocation, inspection, plan, register
from .parties import DISTRICT, DISTRICT_LEADER, Rule
from .world import rows_of

__all__ = ["DISTRICT", "DISTRICT_LEADER", "RULES", "Rule", "rows_of"]

RULES: dict[str, Rule] = {**plan.RULES, **register.RULES, **allocation.RULES, **inspection.RULES}
