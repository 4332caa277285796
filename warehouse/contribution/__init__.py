"""Contribution of every account in every month, set by set: see domain/contribution for what the figures mean.

`ensure` makes the months of a `Basis`; `add_up` sums them for a run; `of_accounts` and `what_if` ask a run's own months.
"""

from __future__ import annotations

from warehouse.contribution.behind import Behind, Of, Part, behind, ensure_places
from warehouse.contribution.drill import of_accounts
from warehouse.contribution.groups import ensure_group_months, ensure_groups, sums_by_group
from warehouse.contribution.inputs import MILLION, RATINGS
from warehouse.contribution.months import Basis, basis_of, ensure, forget_all_but
from warehouse.contribution.totals import PARTS, WON_AND_LOST, add_up, ensure_span
from warehouse.contribution.what_if import WhatIf, what_if

__all__ = [
    "MILLION", "PARTS", "RATINGS", "WON_AND_LOST", "Basis", "Behind", "Of", "Part", "WhatIf", "add_up", "basis_of",
    "behind", "ensure", "ensure_group_months", "ensure_groups", "ensure_places", "ensure_span", "forget_all_but",
    "of_accounts", "sums_by_group", "what_if",
]  # fmt: skip
