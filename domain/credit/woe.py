"""Weight of evidence and information value: how much safer or riskier a group is than the whole sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def woe(good: Counts | Floats, bad: Counts | Floats, smoothing: float = 0.0) -> Floats:
    """Weight of evidence of each bin: ln(share of all goods / share of all bads); above 0 is safer than average.

    good, bad: shape (n_bins,), numbers of rows. smoothing: how many rows of the average kind are added to every bin,
    so that an empty or a small bin leans to 0 in place of running to infinity; 0 gives the textbook value.
    A bin without any row has weight 0 (nothing is known). Without goods or without bads at all: ValueError.
    Source: Good (1950); Siddiqi, Credit Risk Scorecards (2006), chapter 6.
    """
    good, bad = np.asarray(good, dtype=float), np.asarray(bad, dtype=float)
    goods, bads = good.sum(), bad.sum()
    if goods <= 0 or bads <= 0:
        raise ValueError(
            f"Weight of evidence needs both outcomes: the sample has {goods:.0f} good and {bads:.0f} bad rows."
        )
    rate = bads / (goods + bads)
    shown = np.zeros(good.shape)
    known = good + bad > 0
    with np.errstate(divide="ignore"):
        odds = np.log(good[known] + smoothing * (1 - rate)) - np.log(bad[known] + smoothing * rate)
    shown[known] = odds - np.log(goods / bads)
    return shown


def information_value(good: Counts | Floats, bad: Counts | Floats, smoothing: float = 0.5) -> float:
    """Σ (share of goods − share of bads) · WoE over the bins; 0 when the bins tell nothing.

    Under 0.02 is no use, over 0.5 is suspicious. smoothing as in `woe`: a bin of one kind only stays finite.
    Source: Siddiqi (2006), chapter 6.
    """
    good, bad = np.asarray(good, dtype=float), np.asarray(bad, dtype=float)
    weights = woe(good, bad, smoothing)
    return float(((good / good.sum() - bad / bad.sum()) * weights).sum())
