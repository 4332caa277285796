"""Customers by what they bring: A the first half of all that is earned, B to four fifths, C the rest, D those who cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BANDS = ("A", "B", "C", "D")
ENDS = (50, 80)  # percent of the sum of what is above zero


def bands(contributions: NDArray[np.int64]) -> NDArray[np.object_]:
    """The band of each customer, from contributions in whole cents, shape (n,).

    A customer is in the first band that those who bring strictly more have not filled: equal figures, equal bands,
    whatever the order. Nobody above zero leaves C and D only.
    """
    found = np.full(len(contributions), "C", dtype=object)
    found[contributions < 0] = "D"
    above = np.sort(contributions[contributions > 0])[::-1]
    before = np.concatenate([[0], np.cumsum(above)])
    earned = contributions > 0
    more = np.searchsorted(-above, -contributions[earned], side="left")  # how many bring strictly more
    filled = before[more] * 100
    found[earned] = np.select([filled < ENDS[0] * before[-1], filled < ENDS[1] * before[-1]], ["A", "B"], "C")
    return found
