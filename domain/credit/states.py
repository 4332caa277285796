"""What a state is worth on a bank's card: 1, 2 or 3 instalments missed, each in a bin of its own, however few are in it.

A state few customers are in leans to something. Leaning to the average, as other bins do, it would lean to everybody, nearly
all of whom are in no such state: the imprudent way, and by the more, the rarer default is at all. It leans to those it stands
among: the first to all states together, each other to the one before it, by one bad customer and the good ones that come
with one at that rate. A worse state is at most as good as the one before, and the first as whoever is in none.

Where all states together differ from everybody by no more than chance, each keeps the weight it has by itself, in order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import expit

from domain.credit.binning import Bin, Binning, BinningRules
from domain.credit.woe import woe


def states_of(found: Binning, direction: str) -> tuple[int, ...]:
    """Places of the states among the bins, the worst last: numbers above 0 with bins of their own beside a single range,
    where more is declared riskier. Else none."""
    if direction != "riskier" or sum(b.kind == "range" for b in found.bins) != 1:
        return ()
    there = [(b.value, place) for place, b in enumerate(found.bins) if b.kind == "special" and (b.value or 0.0) > 0]
    return tuple(place for _, place in sorted((float(value or 0.0), place) for value, place in there))


def states_among(
    bins: Sequence[Bin], states: Sequence[int], whole: tuple[float, float], rules: BinningRules, trust: float,
    each: Sequence[int] | None = None,
) -> Mapping[int, float]:  # fmt: skip
    """Weight of evidence of each state, by its place; each at most the one's before it.

    whole: good and bad rows of the sample. trust: how much of what all states together tell is more than chance, 0..1.
    each: different customers in each bin, None for as many as rows.
    """
    least = next(b.woe for b in bins if b.kind == "range")
    if trust == 0:
        return falling({place: bins[place].woe for place in states}, least)
    base = math.log(whole[0] / whole[1])
    good, bad = (
        float(sum(part)) for part in zip(*((bins[p].rows - bins[p].bad, bins[p].bad) for p in states), strict=True)
    )
    together = np.array([[good, whole[0] - good], [bad, whole[1] - bad]])
    before = trust * float(woe(together[0], together[1], rules.smoothing * sum(whole) / min(whole))[0])
    told: dict[int, float] = {}
    for place in states:
        one = bins[place]
        rate = float(expit(-base - before))
        seen = one.rows / each[place] if each is not None and each[place] else 1.0
        added = rules.smoothing * seen / min(rate, 1 - rate)
        odds = math.log(one.rows - one.bad + added * (1 - rate)) - math.log(one.bad + added * rate)
        before = least = min(least, odds - base)
        told[place] = before
    return told


def falling(weights: Mapping[int, float], most: float) -> Mapping[int, float]:
    """The same by place in their order, none above the one before it, the first not above `most`."""
    told = {}
    for place, weight in weights.items():
        most = min(most, weight)
        told[place] = most
    return told
