"""Cut points that people say, chosen before the bins are: whole hundreds, half per cents, whole months.

The exact best partition (`partition`) then chooses among these alone, so that the rows of a bin, its size and the shape of
the bins are those of the cuts on the page: nothing is rounded afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from domain.credit.woe import Floats

# The least step between two cuts, by unit. Shares and rates are told in per cent: half of one.
STEPS: Mapping[str, float] = {
    "share": 0.005, "rate": 0.005, "money": 100.0, "count": 1.0, "days": 1.0, "months": 1.0, "years": 1.0, "decimal": 0.01,
}  # fmt: skip
LEAST_STEPS = 10  # of the middle nine tenths of the values, or a narrow figure would have no cuts at all
_DIGITS = 12


def step_among(ordered: Floats, step: float | None) -> float:
    """The step of a column with these values, rising: a tenth, hundredth … of `step` where they lie too close for it.

    Whole things (a step of 1) are not divided. step None: 1 where all values are whole, else a hundredth of their spread.
    """
    spread = float(ordered[int(0.95 * (len(ordered) - 1))] - ordered[int(0.05 * (len(ordered) - 1))])
    spread = spread or float(ordered[-1] - ordered[0])
    if step is None:
        step = 1.0 if (ordered == np.floor(ordered)).all() else 10.0 ** (math.floor(math.log10(spread or 1.0)) - 1)
    while step != 1.0 and 0 < spread < LEAST_STEPS * step:
        step /= 10
    return step


def round_cuts(ordered: Floats, groups: int, step: float | None) -> Floats:
    """At most groups − 1 cuts, rising, about as many rows between any two; each run between them has rows.

    ordered: values, rising, at least one. step: see `step_among`. Each cut is the roundest number (a 1 or a 5 with
    noughts, then their multiples) within half a run of rows of the even cut, and at least a multiple of the step.
    """
    size = len(ordered)
    step = step_among(ordered, step)
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    if len(starts) <= groups:
        at, low, high = ordered[starts[1:]], ordered[starts[1:] - 1], ordered[starts[1:]]
    else:
        wanted = np.arange(1, groups) * size / groups
        half = size / groups / 2
        at = ordered[wanted.astype(np.int64)]
        before = np.searchsorted(ordered, at, side="left") - 1  # the last row of a lower value
        there = before >= 0
        at, before, wanted = at[there], before[there], wanted[there]
        low = np.minimum(ordered[(wanted - half).astype(np.int64)], ordered[before])
        high = ordered[np.minimum(wanted + half, size - 1).astype(np.int64)]
    found = {_roundest(*edge, step) for edge in zip(at.tolist(), low.tolist(), high.tolist(), strict=True)}
    cuts = np.array(sorted(found))
    firsts = np.searchsorted(ordered, cuts, side="left")
    # A cut below all rows, above all rows, or with no row since the one before it would be a bin of nobody.
    fresh = np.diff(firsts, prepend=0) > 0
    return np.asarray(cuts[fresh & (firsts < size)])


def _roundest(at: float, low: float, high: float, step: float) -> float:
    """The roundest number in (low, high], the nearest to `at` of equally round ones; else the step nearest `at`."""
    if low < 0 <= high:
        return 0.0
    power = 10.0 ** (math.floor(math.log10(max(abs(low), abs(high)))) + 1)
    while power >= step * 0.999:
        for grain in (power, power / 2):
            if grain < step * 0.999:
                break
            first, last = math.floor(low / grain + 1e-9) + 1, math.floor(high / grain + 1e-9)
            if first <= last:
                return round(min(max(round(at / grain), first), last) * grain, _DIGITS)
        power /= 10
    return round(round(at / step) * step, _DIGITS)
