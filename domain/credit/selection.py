"""Which characteristics stay: enough information, not twice the same, and the right sign; and why each other left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from domain.credit.binning import Binning
from domain.credit.regression import Fit, correlations, fit_logistic, inflation
from domain.credit.woe import Counts, Floats

Leave = Callable[..., None]
LEAST_KEPT = 3


@dataclass(frozen=True)
class SelectionRules:
    """Bounds of the selection: see `select`. ridge is the penalty of the regression.

    weak_iv: an information value from here to least_iv is enough where the sample is so large that chance hardly gives
    it: Pearson's X², which is about IV · goods · bads / rows, must be `chance` or more. None: least_iv is the bound.
    bad_each: rows of the rarer outcome a characteristic must have to itself, so that a card of few defaults stays short
    enough to be explained; most: characteristics of a card at all.
    """

    least_iv: float = 0.02
    weak_iv: float | None = None
    chance: float = 6.0
    leak_iv: float = 0.5
    most_correlation: float = 0.7
    most_inflation: float = 5.0
    bad_each: int = 3
    most: int = 20
    ridge: float = 3.0


# Who ranks rows of any table: in a large sample many weak columns together still tell much, and in one of repeated
# months (bill, status, payment) neighbours correlate and yet each adds something. No bound depends on a set.
TABLE_RULES = SelectionRules(weak_iv=0.005, most_correlation=0.8)


@dataclass(frozen=True)
class Verdict:
    """What happened to one characteristic.

    reason: kept, no_information, correlated, collinear, too_many, wrong_sign. other: the characteristic it repeats, if any.
    value: the figure that decided (IV, correlation, VIF, weight). leak_suspected: IV above the bound.
    """

    name: str
    iv: float
    reason: str
    value: float
    leak_suspected: bool
    other: str | None = None


@dataclass(frozen=True)
class Selection:
    """Places of the kept characteristics among those offered, the regression on them, a verdict on each offered."""

    kept: tuple[int, ...]
    fit: Fit
    verdicts: tuple[Verdict, ...]


def select(binnings: tuple[Binning, ...], evidence: Floats, bad: Counts, rules: SelectionRules) -> Selection:
    """Choose by IV, then correlation, then inflation, then number, then sign; each step takes out one at a time.

    evidence: WoE of each row and characteristic, shape (n, offered). Of a correlated pair the one with less IV leaves;
    of the inflated the most inflated; of the wrong signs the one with least IV, then the regression is fitted again.
    Equal IV: the later one leaves. Nothing left: ValueError.
    """
    ivs = np.array([b.iv for b in binnings])
    verdicts: dict[int, Verdict] = {}

    def leave(place: int, reason: str, value: float, other: int | None = None) -> None:
        name = binnings[other].name if other is not None else None
        verdicts[place] = Verdict(
            binnings[place].name, float(ivs[place]), reason, value, bool(ivs[place] > rules.leak_iv), name
        )

    for useless in np.flatnonzero(ivs < _least_iv(bad, rules)):
        leave(int(useless), "no_information", float(ivs[useless]))
    kept = [int(i) for i in np.argsort(-ivs, kind="stable") if int(i) not in verdicts]
    kept = _uncorrelated(kept, evidence, rules.most_correlation, leave)
    kept = _uninflated(kept, evidence, rules.most_inflation, leave)
    rarer = int(min(bad.sum(), len(bad) - bad.sum()))
    kept = _fewest(kept, max(LEAST_KEPT, min(rules.most, rarer // rules.bad_each)), leave)
    kept, fit = _right_signs(kept, evidence, bad, rules.ridge, leave)
    for place in kept:
        leave(place, "kept", float(ivs[place]))
    return Selection(tuple(kept), fit, tuple(verdicts[i] for i in range(len(binnings))))


def _least_iv(bad: Counts, rules: SelectionRules) -> float:
    """The information value under which a characteristic of this sample is of no use."""
    if rules.weak_iv is None:
        return rules.least_iv
    bads = float(bad.sum())
    certain = rules.chance * len(bad) / (bads * (len(bad) - bads))
    return min(rules.least_iv, max(rules.weak_iv, certain))


def _uncorrelated(kept: list[int], evidence: Floats, most: float, leave: Leave) -> list[int]:
    matrix = np.abs(correlations(evidence[:, kept])) if kept else np.empty((0, 0))
    stays: list[int] = []
    for row in range(len(kept)):
        twin = next((s for s in stays if matrix[row, s] > most), None)
        if twin is None:
            stays.append(row)
        else:
            leave(kept[row], "correlated", float(matrix[row, twin]), kept[twin])
    return [kept[row] for row in stays]


def _uninflated(kept: list[int], evidence: Floats, most: float, leave: Leave) -> list[int]:
    kept = list(kept)
    while len(kept) > 1:
        factors = inflation(evidence[:, kept])
        worst = int(np.argmax(factors))
        if factors[worst] < most:
            break
        leave(kept.pop(worst), "collinear", float(factors[worst]))
    return kept


def _fewest(kept: list[int], most: int, leave: Leave) -> list[int]:
    for place in kept[most:]:  # kept is in order of falling IV
        leave(place, "too_many", float(most))
    return kept[:most]


def _right_signs(kept: list[int], evidence: Floats, bad: Counts, ridge: float, leave: Leave) -> tuple[list[int], Fit]:
    kept = list(kept)
    while kept:
        fit = fit_logistic(evidence[:, kept], bad, ridge)
        wrong = np.flatnonzero(fit.weights <= 0)
        if not len(wrong):
            return kept, fit
        weakest = int(wrong[-1])  # kept is in order of falling IV
        leave(kept.pop(weakest), "wrong_sign", float(fit.weights[weakest]))
    raise ValueError(
        "No characteristic carries information about the outcome: every one fell under the least information value, "
        "repeated another or had the wrong sign. Check the target and the window of the sample."
    )
