"""Contribution of every account in every month, set by set: see domain/contribution for what the figures mean.

`ensure` makes the months of a `Basis`; `add_up` sums them for a run; `of_accounts` and `what_if` ask a run's own months.
"""

from __future__ import annotations

from warehouse.contribution.drill import Crossing, WhatIf, WhatIfLine, of_accounts, what_if
from warehouse.contribution.inputs import MILLION, RATINGS
from warehouse.contribution.months import Basis, basis_of, ensure, forget_all_but
from warehouse.contribution.totals import PARTS, WON_AND_LOST, add_up

__all__ = [
    "MILLION", "PARTS", "RATINGS", "WON_AND_LOST", "Basis", "Crossing", "WhatIf", "WhatIfLine", "add_up", "basis_of",
    "ensure", "forget_all_but", "of_accounts", "what_if",
]  # fmt: skip
