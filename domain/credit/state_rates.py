"""A card's PD of customers in a state, held to what was seen of them.

Weights are multiplied by what their log odds lose on rows the card did not see. That is right for the many figures each of
which is a little unsure, and takes as much from the one that is sure: who is three instalments behind would be told the more
favourably, the fewer defaults the rest of the card was learned from. So each declared state has its own level, set as the
PD's is: with those between good and bad, who did not default. It leans, by one bad customer, to what the card tells without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from domain.credit.binning import Codes
from domain.credit.scorecard import Scaling, Scorecard, recalibrate
from domain.credit.states import falling, states_of
from domain.credit.woe import Counts, Floats

Shifts = tuple[tuple[str, float, float], ...]  # characteristic, state, what is added to its log odds of good


def state_shifts(
    card: Scorecard, codes: Codes, bad: Counts, directions: Mapping[str, str], smoothing: float,
    whose: NDArray[np.int64] | None = None,
) -> Shifts:  # fmt: skip
    """What each declared state of the card's characteristics must gain or lose; a worse one never ends above the one before.

    codes: of rows with outcomes `bad` (0/1), those between among them, shape (n, characteristics). smoothing: how many bad
    customers lean to what the card tells. whose: a number a row, the same for one customer. States nobody is in follow.
    """
    odds = card.log_odds(codes)
    found: list[tuple[str, float, float]] = []
    for at, one in enumerate(card.characteristics):
        places = states_of(one.binning, directions.get(one.name, "auto"))
        if not places or one.weight <= 0 or not np.isin(codes[:, at], places).any():
            continue
        bins = one.binning.bins
        wanted: dict[int, float] = {}
        for place in places:
            there = codes[:, at] == place
            lost = 0.0
            if there.any():
                told = _mean_pd(odds[there], card.scaling)
                people = int(there.sum()) if whose is None else len(np.unique(whose[there]))
                added = smoothing * there.sum() / people / min(told, 1 - told)
                lost = _shift(
                    odds[there], (float(bad[there].sum()) + added * told) / (there.sum() + added), card.scaling
                )
            # Sums of many rows differ in their last digits with the order of rows; the card's hash must not.
            wanted[place] = round(one.weight * bins[place].woe + lost, 6)
        least = one.weight * next(b.woe for b in bins if b.kind == "range")
        held = falling(wanted, least)
        found += [(one.name, float(bins[p].value or 0.0), held[p] - one.weight * bins[p].woe) for p in places]
    return tuple(found)


def with_shifts(card: Scorecard, codes: Codes, shifts: Shifts, rate: float) -> Scorecard:
    """The card with these added to its states, its mean PD of the rows at `rate` again; as it is where it has no such state.

    codes: (n, characteristics). A characteristic that bins by hand made quantities of has no states.
    """
    added = {(name, state): by for name, state, by in shifts}
    parts = []
    for one in card.characteristics:
        single = sum(b.kind == "range" for b in one.binning.bins) == 1 and one.weight > 0
        bins = tuple(
            replace(b, woe=b.woe + added.get((one.name, b.value), 0.0) / one.weight)
            if single and b.kind == "special" and b.value is not None
            else b
            for b in one.binning.bins
        )
        parts.append(replace(one, binning=replace(one.binning, bins=bins)))
    if all(new.binning.bins == one.binning.bins for new, one in zip(parts, card.characteristics, strict=True)):
        return card
    held = replace(card, characteristics=tuple(parts))
    return recalibrate(held, held.log_odds(codes), 1.0, rate, card.scaling.steeper)


def _mean_pd(odds: Floats, scaling: Scaling) -> float:
    return float(scaling.probability(scaling.offset + scaling.factor * odds).mean())


def _shift(odds: Floats, rate: float, scaling: Scaling) -> float:
    """What added to these log odds of good makes their mean PD `rate`."""
    low, high = -40.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _mean_pd(odds + middle, scaling) > rate else (low, middle)
    return (low + high) / 2
