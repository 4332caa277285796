"""How log odds of default follow the score: along one line, or steeper among the safer.

A card adds up, and customers need not: what no column shows, such as stress, keeps the riskier nearer to each other, and the
safer part faster than one line says. Whether they do is asked of log odds of cards that did not see the outcomes: beside the
line a second slope, of what the safer seven tenths have more than the rest. It leans to the line by its own uncertainty, as
a bin's weight does: 1 − 1/X² of it is taken (rows of one customer counted as one), nothing where chance explains it. A
flatter end is left to the line, whose slope takes what a card is too bold by (docs/credit.md has what either does to the PD).
Points are not touched, only what PD a score stands for; the order of customers stays.
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
STEEPEST = 2.0  # of the safer part against the rest
SAFER_FROM = 0.3  # of the rows, by their log odds; where samples of the demo bank bend the surest


def lines_of(
    unseen: Sequence[Floats], rest: Floats, bad: Counts, whose: NDArray[np.int64] | None
) -> tuple[float, float]:
    """What weights are multiplied with (0.25 to 1.25), and how many times as fast log odds rise among the safer (1 to 2).

    unseen: log odds of good of each row from cards that did not see it, an array (n,) a repeat. rest: of the rows neither
    good nor bad, (m,), which did not default. bad: (n,). whose: (n + m,) a number a row, the same for one customer; None: all
    different. 1 for the second where the repeats together do not show a steeper one beyond its standard error.
    """
    outcome = np.concatenate([bad, np.zeros(len(rest), dtype=np.int64)])
    bent = [_bent(np.concatenate([one, rest])) for one in unseen]
    fits = [fit_logistic(one, outcome, SLOPE_RIDGE) for one in bent]
    told = [weights_told(one, outcome, fit, SLOPE_RIDGE, whose) for one, fit in zip(bent, fits, strict=True)]
    low, more = np.mean([fit.weights for fit in fits], axis=0)
    beyond = float(np.mean([weights[2].z for weights in told]))
    steeper = 1.0
    if low > 0 and beyond > 1:
        steeper = _within(float(1 + (1 - 1 / beyond**2) * more / low), 1.0, STEEPEST)
    follow = [one[:, 0] + (steeper - 1) * one[:, 1] for one in bent]
    slopes = [fit_logistic(one[:, None], outcome, SLOPE_RIDGE).weights[0] for one in follow]
    return _within(float(np.mean(slopes)), LEAST, MOST), steeper


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
