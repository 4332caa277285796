"""How log odds of default follow the score: along one line, or steeper among the safer.

A card adds up what it knows of a customer; its bins and weights lean to the average where they are unsure. Where much
speaks for a customer at once that leaves the PD too high. Whether it does is asked of log odds of cards that did not see
the outcomes: beside the line a second slope, of what the safer seven tenths have more than the rest. It counts only where
chance hardly gives it (5 %, rows of one customer counted as one), so that a small sample keeps the line. Points are not
touched, only what PD a score stands for; the order of customers stays.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from domain.credit.inference import weights_told
from domain.credit.regression import fit_logistic
from domain.credit.woe import Counts, Floats

SLOPE_RIDGE = 0.01  # keeps the slope finite where the odds part good from bad completely; changes no other digit shown
LEAST, MOST = 0.25, 1.25  # of the slope that weights are multiplied with
FLATTEST, STEEPEST = 0.5, 2.0  # of the safer part against the rest
SAFER_FROM = 0.3  # of the rows, by their log odds; where samples of the demo bank bend the surest
SURE = 0.05


def lines_of(
    unseen: Sequence[Floats], rest: Floats, bad: Counts, whose: NDArray[np.int64] | None
) -> tuple[float, float]:
    """What weights are multiplied with (0.25 to 1.25), and how many times as fast log odds rise among the safer (0.5 to 2).

    unseen: log odds of good of each row from cards that did not see it, an array (n,) a repeat. rest: of the rows neither
    good nor bad, (m,), which did not default. bad: (n,). whose: (n + m,) a number a row, the same for one customer; None: all
    different. 1 for the second where the repeats together do not show another beyond chance.
    """
    outcome = np.concatenate([bad, np.zeros(len(rest), dtype=np.int64)])
    odds = [np.concatenate([one, rest]) for one in unseen]
    straight = float(np.mean([fit_logistic(one[:, None], outcome, SLOPE_RIDGE).weights[0] for one in odds]))
    bent = [_bent(one) for one in odds]
    fits = [fit_logistic(one, outcome, SLOPE_RIDGE) for one in bent]
    told = [weights_told(one, outcome, fit, SLOPE_RIDGE, whose) for one, fit in zip(bent, fits, strict=True)]
    if float(np.mean([weights[2].p for weights in told])) < SURE:
        low, more = np.mean([fit.weights for fit in fits], axis=0)
        if low > 0:
            return _within(float(low), LEAST, MOST), _within(float(1 + more / low), FLATTEST, STEEPEST)
    return _within(straight, LEAST, MOST), 1.0


def chances_at(odds: Floats, bad: Counts, steeper: float) -> Floats:
    """Probabilities of bad at the rate of these rows, shape (n,), for log odds of cards that did not see them.

    steeper: as the card has it; 1 for a line.
    """
    follows = odds if steeper == 1 else odds + (steeper - 1) * _bent(odds)[:, 1]
    fit = fit_logistic(follows[:, None], bad, SLOPE_RIDGE)
    return np.asarray(expit(-(fit.intercept + fit.weights[0] * follows)))


def _bent(odds: Floats) -> Floats:
    """(n, 2): the log odds, and what of them lies above their lowest three tenths."""
    return np.column_stack([odds, np.maximum(odds - np.quantile(odds, SAFER_FROM), 0.0)])


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
