"""What a missing or a special value is worth on a bank's card: no more than the sample is sure of, and never better than the safest.

A bin apart stands for people a characteristic says nothing about (no limit, no loan, not known). On a card signed by
people such a bin may not win or lose points by chance:

- It is *neutral* (weight of evidence 0) where its bad rate differs from everybody's by no more than chance makes it, and
  else leans to neutral by 1 − 1 / X², as a list of words does (`binning.word_credibility`).
- Where a direction is declared it is not better than the safest bin of the values, unless it is so beyond chance
  (one-sided): else both are one group and have its weight.
- States (1, 2, 3 instalments missed) stand among each other and not among everybody: see `states`.

Rows of one customer are not so many customers: X² counts people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import chdtrc

from domain.credit.binning import Bin, Binning, BinningRules
from domain.credit.states import states_among, states_of
from domain.credit.woe import Counts, woe

_Pair = tuple[float, float]  # good and bad rows


def held_apart(
    found: Binning,
    rules: BinningRules,
    direction: str,
    bad: Counts,
    people: int | None = None,
    each: Sequence[int] | None = None,
) -> Binning:
    """The same bins, those apart from the values with the weight that they have evidence for; IV follows.

    direction: as in `binning.DIRECTIONS`; only safer and riskier say which bin is the safest. bad: of the sample, shape
    (n,). people: different customers among the rows, each: in each bin; None for as many as rows. Unchanged where the rules
    have no `apart_chance`, for words, and without any value.
    """
    level = rules.apart_chance
    if level is None or found.kind != "number" or not any(b.rows for b in found.bins if b.kind == "range"):
        return found
    share = 1.0 if people is None else people / len(bad)
    bads = float(bad.sum())
    whole = (len(bad) - bads, bads)
    weights = {}
    for place, one in enumerate(found.bins):
        if one.kind != "range":
            trust = _trust(_pair(one), whole, share, level)
            weights[place] = trust * one.woe if trust else 0.0
    bins = [replace(one, woe=weights.get(place, one.woe)) for place, one in enumerate(found.bins)]
    states = states_of(found, direction)
    if states:
        pool = (sum(bins[p].rows - bins[p].bad for p in states), sum(bins[p].bad for p in states))
        trust = _trust((float(pool[0]), float(pool[1])), whole, share, level)
        for place, weight in states_among(bins, states, whole, rules, trust, each).items():
            bins[place] = replace(bins[place], woe=weight)
    if direction in ("safer", "riskier"):
        _not_above_the_safest(bins, direction, whole, share, level, rules.added(bad) / share)
    return replace(found, bins=tuple(bins), iv=value_of(bins))


def _pair(one: Bin) -> _Pair:
    return float(one.rows - one.bad), float(one.bad)


def _trust(one: _Pair, whole: _Pair, share: float, level: float) -> float:
    """1 − 1 / X² of a part against the rest of the whole; 0 where chance alone makes as much of it."""
    square = share * _square(one, (whole[0] - one[0], whole[1] - one[1]))
    return 1 - 1 / square if square > 1 and chdtrc(1, square) < level else 0.0


def _square(one: _Pair, other: _Pair) -> float:
    """Pearson's X² of two groups against two outcomes; 0 where a side is empty."""
    n, m, goods, bads = sum(one), sum(other), one[0] + other[0], one[1] + other[1]
    if min(n, m, goods, bads) <= 0:
        return 0.0
    return (one[0] * other[1] - one[1] * other[0]) ** 2 * (n + m) / (n * m * goods * bads)


def _not_above_the_safest(
    bins: list[Bin], direction: str, whole: _Pair, share: float, level: float, added: float
) -> None:
    ranges = [place for place, b in enumerate(bins) if b.kind == "range"]
    safest = ranges[0] if direction == "riskier" else ranges[-1]
    better = [p for p, b in enumerate(bins) if b.kind != "range" and b.woe > bins[safest].woe]
    group, weight = _pair(bins[safest]), bins[safest].woe
    pooled = [safest]
    for place in sorted(better, key=lambda p: -bins[p].woe):
        one = _pair(bins[place])
        rarer = one[1] * sum(group) < group[1] * sum(one)
        if rarer and chdtrc(1, share * _square(one, group)) / 2 < level:
            continue  # better beyond chance
        pooled.append(place)
        group = (group[0] + one[0], group[1] + one[1])
        sides = np.array([group, (whole[0] - group[0], whole[1] - group[1])]).T
        # Less is added to a group than to its parts: it must not fall below what the safest had by itself.
        weight = max(weight, float(woe(sides[0], sides[1], added)[0]))
    for place in pooled:
        bins[place] = replace(bins[place], woe=weight)


def value_of(bins: list[Bin]) -> float:
    """Information value of bins with the weights they have."""
    good, bad = np.array([_pair(b) for b in bins]).T
    weights = np.array([b.woe for b in bins])
    return float(((good / good.sum() - bad / bad.sum()) * weights).sum())
