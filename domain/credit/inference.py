"""How sure the figures of a scorecard are: standard errors of its weights, of a difference of AUCs, and three tests of PD."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtrc, betainc, betaincinv, chdtrc, expit, ndtr, ndtri
from scipy.stats import hypergeom, rankdata

from domain.credit.metrics import Estimate
from domain.credit.regression import Fit
from domain.credit.woe import Counts, Floats

LEVEL = 0.95
_Z = float(ndtri((1 + LEVEL) / 2))


@dataclass(frozen=True)
class Weight:
    """A weight of the regression: its standard error, z = weight / error, and how often chance alone gives so large a z."""

    value: float
    error: float
    z: float
    p: float

    @property
    def above(self) -> float:
        """How often chance alone gives a weight so far above 0: for whoever said beforehand which sign is right."""
        return self.p / 2 if self.value > 0 else 1 - self.p / 2

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the weight."""
        return self.value - _Z * self.error, self.value + _Z * self.error


@dataclass(frozen=True)
class Fitting:
    """The Hosmer–Lemeshow test: p is how often a true probability would look this wrong by chance."""

    statistic: float
    freedom: int
    p: float


@dataclass(frozen=True)
class Rate:
    """Defaults against a PD. low, high: 95 % interval of the true rate (Jeffreys). p: the chance, from what was seen, that
    the true rate is no higher than the PD; under 0.05 the PD is likely too low. p_binomial: how often so many
    defaults come by chance at that PD."""

    rows: int
    bad: int
    predicted: float
    seen: float
    low: float
    high: float
    p: float
    p_binomial: float

    @property
    def doubt(self) -> float:
        """The p a PD is judged by: 1 where no more turned bad than it says. Of two rows without a bad the p is the prior's."""
        return self.p if self.bad > self.predicted * self.rows else 1.0


def weights_told(
    evidence: Floats, bad: Counts, fit: Fit, ridge: float, whose: NDArray[np.int64] | None = None
) -> tuple[Weight, ...]:
    """The intercept and each weight of a fit, in that order.

    evidence: shape (n, columns), as it was fitted on. whose: a number a row, rows of one customer have the same; the
    errors are then those of clustered rows (Liang and Zeger, 1986), as a customer seen twice is not two customers.
    None: the errors of the information matrix.
    """
    design = np.column_stack([np.ones(len(evidence)), evidence])
    beta = np.concatenate([[fit.intercept], fit.weights])
    chance = expit(design @ beta)
    penalty = np.full(len(beta), float(ridge))
    penalty[0] = 0.0
    inside = np.linalg.pinv((design * (chance * (1 - chance))[:, None]).T @ design + np.diag(penalty))
    spread = inside
    if whose is not None:
        pulls = design * ((1.0 - bad) - chance)[:, None]
        customers = int(whose.max()) + 1
        summed = np.zeros((customers, len(beta)))
        np.add.at(summed, whose, pulls)
        spread = inside @ (summed.T @ summed * (customers / max(customers - 1, 1))) @ inside
    errors = np.sqrt(np.diag(spread))
    return tuple(_weight(float(b), float(e)) for b, e in zip(beta, errors, strict=True))


def _weight(value: float, error: float) -> Weight:
    z = value / error if error > 0 else float("inf")
    return Weight(value, error, z, 2 * float(ndtr(-abs(z))))


def auc_difference(
    bad: ArrayLike, one: ArrayLike, other: ArrayLike, whose: NDArray[np.int64] | None = None
) -> Estimate:
    """AUC of `one` less AUC of `other` on the same rows with its 95 % interval. Higher is safer in both.

    Ties count one half; the rows' answers belong together. whose: a number a row, rows of one customer have the same and
    belong together as well; None: a customer a row. Source: DeLong, DeLong and Clarke-Pearson (1988); of customers with
    several rows Obuchowski (1997), which is the same where each has one.
    """
    outcome = np.asarray(bad) > 0
    parts = [_placements(outcome, np.asarray(score, dtype=float)) for score in (one, other)]
    goods, bads = parts[0][0] - parts[1][0], parts[0][1] - parts[1][1]
    difference = float(goods.mean())
    customer = np.unique(np.arange(len(outcome)) if whose is None else whose, return_inverse=True)[1].reshape(-1)
    sums, spread = [], 0.0
    for there, gaps in ((customer[~outcome], goods), (customer[outcome], bads)):
        summed = np.bincount(there, gaps - difference, minlength=customer.max() + 1) / len(gaps)
        spread += float(summed @ summed) * _corrected(len(np.unique(there)))
        sums.append(summed)
    spread += 2 * float(sums[0] @ sums[1]) * _corrected(len(sums[0]))
    reach = _Z * float(np.sqrt(max(spread, 0.0)))
    return Estimate(difference, difference - reach, difference + reach)


def _corrected(customers: int) -> float:
    return customers / max(customers - 1, 1)


def _placements(bad: NDArray[np.bool_], score: Floats) -> tuple[Floats, Floats]:
    """Of each good the share of bads it outranks, of each bad the share of goods that outrank it; the mean of both is the AUC."""
    ranks = rankdata(score)
    good_ranks, bad_ranks = rankdata(score[~bad]), rankdata(score[bad])
    of_goods = (ranks[~bad] - good_ranks) / bad.sum()
    of_bads = 1 - (ranks[bad] - bad_ranks) / (~bad).sum()
    return of_goods, of_bads


def hosmer_lemeshow(rows: ArrayLike, bad: ArrayLike, predicted: ArrayLike, fitted: int = 2) -> Fitting:
    """Of groups (tenths of the PD): Σ (seen − expected)² / (expected · (1 − PD)) against χ².

    fitted: how many figures of the probability were fitted to the same outcomes; they are taken off the degrees of
    freedom. Source: Hosmer and Lemeshow (1980).
    """
    n, seen, pd_ = (np.asarray(x, dtype=float) for x in (rows, bad, predicted))
    expected = n * pd_
    there = (expected > 0) & (pd_ < 1)
    square = float((((seen - expected) ** 2)[there] / (expected * (1 - pd_))[there]).sum())
    freedom = max(int(there.sum()) - fitted, 1)
    return Fitting(square, freedom, float(chdtrc(freedom, square)))


def default_rate(rows: int, bad: int, predicted: float) -> Rate:
    """What was seen of one grade or month against its PD (0 < predicted < 1). rows of 0 raises ValueError.

    Source: the Jeffreys test of the ECB's instructions for reporting the validation results of internal models (2019).
    """
    if rows <= 0:
        raise ValueError("A default rate needs rows.")
    a, b = bad + 0.5, rows - bad + 0.5
    tail = (1 - LEVEL) / 2
    low = 0.0 if bad == 0 else float(betaincinv(a, b, tail))
    high = 1.0 if bad == rows else float(betaincinv(a, b, 1 - tail))
    at_least = float(bdtrc(bad - 1, rows, predicted)) if bad > 0 else 1.0
    return Rate(rows, bad, predicted, bad / rows, low, high, float(betainc(a, b, predicted)), at_least)


def wilson(share: float, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share (0..1) seen in so many trials (at least 1); Wilson 1927."""
    z = _Z * _Z / trials
    middle = (share + z / 2) / (1 + z)
    half = _Z / (1 + z) * np.sqrt(share * (1 - share) / trials + z / trials / 4)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def ratio_interval(one: float, trials: int, other: float, other_trials: int) -> tuple[float, float] | None:
    """The 95 % interval of one / other, two independent shares seen in so many trials (at least 1 each; other > 0).

    None where the other is so uncertain that the ratio has no upper end. Source: Newcombe's way for a difference carried over
    to a ratio, from Wilson's limits of each (Donner and Zou, 2012).
    """
    (low, high), (least, most) = wilson(one, trials), wilson(other, other_trials)
    above, below = most * (2 * other - most), least * (2 * other - least)
    if above <= 0 or below <= 0:
        return None
    both = one * other
    lower = (both - float(np.sqrt(max(both**2 - low * (2 * one - low) * above, 0.0)))) / above
    upper = (both + float(np.sqrt(max(both**2 - high * (2 * one - high) * below, 0.0)))) / below
    return max(lower, 0.0), upper


@dataclass(frozen=True)
class Rise:
    """Where bands that should grow safer grow riskier. first, last: the bands (from 0) the rise begins and ends with; p: how
    often chance alone gives the largest rise of so many bands, at most."""

    first: int
    last: int
    p: float


def rises(rows: ArrayLike, bad: ArrayLike) -> tuple[Rise, ...]:
    """Every stretch of bands, riskiest first, along which the share of bad grows where it should fall.

    rows, bad: counts of each band; empty bands are passed over. The first and the last of a stretch are held against each
    other by Fisher's exact test (one-sided, each row a trial); since the stretch was found by looking, p is multiplied by the
    pairs of bands there are (Bonferroni), never over 1.
    """
    sizes, bads = np.asarray(rows, dtype=np.int64), np.asarray(bad, dtype=np.int64)
    there = np.flatnonzero(sizes > 0).tolist()
    pairs = max(len(there) * (len(there) - 1) // 2, 1)
    found, start = [], 0
    for at in range(1, len(there) + 1):
        if at < len(there) and bads[there[at]] * sizes[there[at - 1]] > bads[there[at - 1]] * sizes[there[at]]:
            continue
        if at - 1 > start:
            one, other = there[start], there[at - 1]
            both = int(sizes[one] + sizes[other])
            tail = hypergeom.sf(int(bads[other]) - 1, both, int(bads[one] + bads[other]), int(sizes[other]))
            found.append(Rise(one, other, min(1.0, float(tail) * pairs)))
        start = at
    return tuple(found)
