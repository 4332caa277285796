"""A drift planted on purpose: from one month on, month-end balances are delivered as another population's would be.

What happens to customers is not touched (movements, arrears and the truth stay the same); only what the bank delivers of
their balances is, as when a system begins to report by another definition. It is there so that monitoring can be judged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from demobank.accounts import FAMILY
from demobank.simulation import MonthResult
from demobank.state import Block

DEPOSITS, UTILISATION = "deposits", "utilisation"
KINDS = (DEPOSITS, UTILISATION)
_DEPOSIT_FAMILIES = ("demand", "time", "settlement")


@dataclass(frozen=True)
class Drift:
    """month: any day of the first month it shows in. kind: deposits (what is deposited is delivered smaller by `size`) or
    utilisation (card debts are delivered nearer to the limit by `size` of the room left). size: 0 to 1."""

    month: date
    kind: str = DEPOSITS
    size: float = 0.8

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a drift is of {' or '.join(KINDS)}, not of {self.kind!r}.")
        if not 0 < self.size <= 1:
            raise ValueError(f"the size of a drift is above 0 and at most 1, not {self.size}.")


def drifted(block: Block, result: MonthResult, drift: Drift | None) -> MonthResult:
    """The month as it is delivered; the month itself before the drift begins."""
    if drift is None or result.month.last < drift.month:
        return result
    return replace(
        result, balance=_moved(block, result.balance, drift), average=_moved(block, result.average, drift)
    )  # fmt: skip


def _moved(block: Block, balance: np.ndarray, drift: Drift) -> np.ndarray:
    family = block.accounts.family
    if drift.kind == DEPOSITS:
        there = np.isin(family, [FAMILY[name] for name in _DEPOSIT_FAMILIES]) & (balance > 0)
        return np.where(there, np.rint(balance * (1 - drift.size)), balance).astype(balance.dtype)
    room = np.maximum(block.accounts.limit + balance, 0)
    cards = family == FAMILY["credit_card"]
    return np.where(cards, np.rint(balance - drift.size * room), balance).astype(balance.dtype)
