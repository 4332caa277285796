"""How well a score tells bad from good, how true its probabilities are, and whether a population has moved.

Everywhere: bad is 0/1 and a HIGHER score is SAFER. Customers with the same score move together, so the order of rows
never matters. NaN raises ValueError.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from domain.credit.redraws import redrawn
from domain.credit.woe import Counts, Floats


@dataclass(frozen=True)
class Estimate:
    """A figure with its bootstrap interval (percentiles), all in the figure's own unit."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Tally:
    """Good and bad rows at each distinct score, scores rising: all that AUC and KS depend on."""

    score: Floats
    good: Counts
    bad: Counts


def tally(bad: ArrayLike, score: ArrayLike) -> Tally:
    """Count goods and bads by distinct score. Both outcomes must occur."""
    outcome, points = _checked(bad, score)
    distinct, places = np.unique(points, return_inverse=True)
    bads = np.bincount(places, weights=outcome, minlength=len(distinct)).astype(np.int64)
    goods = np.bincount(places, minlength=len(distinct)) - bads
    if not bads.sum() or not goods.sum():
        raise ValueError("Discrimination needs both outcomes: every row is of one kind.")
    return Tally(distinct, goods.astype(np.int64), bads)


def _checked(bad: ArrayLike, score: ArrayLike) -> tuple[Floats, Floats]:
    outcome, points = np.asarray(bad, dtype=float), np.asarray(score, dtype=float)
    if outcome.shape != points.shape or outcome.ndim != 1:
        raise ValueError(
            f"Outcome and score must be two rows of equal length; they are {outcome.shape}, {points.shape}."
        )
    if np.isnan(points).any() or not np.isin(outcome, (0, 1)).all():
        raise ValueError("An outcome is neither 0 nor 1, or a score is missing; leave such rows out and count them.")
    return outcome, points


def _auc(good: Floats, bad: Floats) -> Floats:
    """AUC of tallies along the last axis: the chance that a good outranks a bad, ties counting one half."""
    below = np.cumsum(bad, axis=-1) - bad
    return np.asarray((good * (below + bad / 2)).sum(axis=-1) / (good.sum(axis=-1) * bad.sum(axis=-1)))


def _ks(good: Floats, bad: Floats) -> Floats:
    share_bad = np.cumsum(bad, axis=-1) / bad.sum(axis=-1, keepdims=True)
    share_good = np.cumsum(good, axis=-1) / good.sum(axis=-1, keepdims=True)
    return np.asarray(np.abs(share_bad - share_good).max(axis=-1))


def auc(bad: ArrayLike, score: ArrayLike) -> float:
    """Area under the ROC curve, 0..1; 0.5 tells nothing. Source: Hanley and McNeil (1982)."""
    counted = tally(bad, score)
    return float(_auc(counted.good.astype(float), counted.bad.astype(float)))


def gini(bad: ArrayLike, score: ArrayLike) -> float:
    """2 · AUC − 1."""
    return 2 * auc(bad, score) - 1


def ks(bad: ArrayLike, score: ArrayLike) -> float:
    """Widest gap between the cumulative score curves of bad and good, 0..1, read only where the score changes."""
    counted = tally(bad, score)
    return float(_ks(counted.good.astype(float), counted.bad.astype(float)))


def brier(bad: ArrayLike, probability: ArrayLike) -> float:
    """Mean squared distance of probability of bad from outcome; 0 is perfect. Source: Brier (1950)."""
    outcome, chance = _checked(bad, probability)
    return float(((chance - outcome) ** 2).mean())


def bootstrap(
    bad: ArrayLike, score: ArrayLike, repeats: int, seed: int, whose: Counts | None = None, level: float = 0.95
) -> dict[str, Estimate]:
    """AUC, Gini and KS with percentile intervals over `repeats` redraws of customers.

    whose: a number a row, the same for rows of one customer; None: a customer a row (see `redrawn`). A redraw that has
    one outcome only, where nobody was always good, is left out.
    """
    counted = tally(bad, score)
    outcome, points = _checked(bad, score)
    place = np.searchsorted(counted.score, points)
    again = redrawn(place, outcome.astype(np.int64), repeats, np.random.default_rng(seed), whose)
    there = again[0].any(axis=1)
    again = again[0][there], again[1][there]
    once, tail = (counted.good.astype(float), counted.bad.astype(float)), (1 - level) / 2

    def interval(value: Floats, drawn: Floats) -> Estimate:
        low, high = np.quantile(drawn, [tail, 1 - tail])
        return Estimate(float(value), float(low), float(high))

    area, areas = _auc(*once), _auc(*again)
    return {
        "auc": interval(area, areas),
        "gini": interval(2 * area - 1, 2 * areas - 1),
        "ks": interval(_ks(*once), _ks(*again)),
    }


def calibration(bad: ArrayLike, probability: ArrayLike, groups: int = 10) -> pd.DataFrame:
    """Predicted against seen by tenths of predicted probability, lowest first.

    Columns: group (1..), rows, bad, predicted and seen (mean probability and share of bad, 0..1). Equal probabilities
    stay in one group, so there may be fewer groups.
    """
    outcome, chance = _checked(bad, probability)
    frame = pd.DataFrame({"bad": outcome, "predicted": chance})
    share = frame["predicted"].rank(method="average") - 0.5
    frame["group"] = np.floor(share * groups / len(frame)).astype(int)
    told = frame.groupby("group").agg(
        rows=("bad", "size"), bad=("bad", "sum"), predicted=("predicted", "mean"), seen=("bad", "mean")
    )
    told["bad"] = told["bad"].astype(int)
    told = told.reset_index(drop=True)
    told.insert(0, "group", np.arange(1, len(told) + 1))
    return told


def psi(expected: ArrayLike, actual: ArrayLike) -> float:
    """Population stability index Σ (a − e) · ln(a / e) over bins; under 0.10 stable, over 0.25 act.

    expected, actual: counts by bin, the same bins. A bin empty on one side counts as half a row there.
    """
    first, second = np.asarray(expected, dtype=float), np.asarray(actual, dtype=float)
    if first.shape != second.shape or not first.sum() or not second.sum():
        raise ValueError("The stability index compares the same bins, each side with rows.")
    either = (first > 0) | (second > 0)
    e = np.where(first == 0, 0.5, first)[either] / first.sum()
    a = np.where(second == 0, 0.5, second)[either] / second.sum()
    return float(((a - e) * np.log(a / e)).sum())


def tenths(score: ArrayLike, bins: int = 10) -> Floats:
    """Inner edges of `bins` bins of a development score, for `counts_by`: shape (≤ bins − 1,), repeated edges left out."""
    points = np.asarray(score, dtype=float)
    return np.unique(np.quantile(points, np.arange(1, bins) / bins, method="inverted_cdf"))


def counts_by(score: ArrayLike, edges: Floats) -> Counts:
    """Rows in each bin of `tenths`; a score equal to an edge belongs to the lower bin. Shape (edges + 1,)."""
    places = np.searchsorted(edges, np.asarray(score, dtype=float), side="left")
    return np.bincount(places, minlength=len(edges) + 1).astype(np.int64)
