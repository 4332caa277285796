"""Logistic regression on weights of evidence, and the two checks that its columns do not say the same thing twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from domain.credit.woe import Counts, Floats

_STEPS = 60
_HALVINGS = 30
_SETTLED = 1e-8  # of a step; Newton's next one would be its square


@dataclass(frozen=True)
class Fit:
    """intercept: log odds of good at WoE 0; weights: one a column, shape (n_columns,); above 0 is the right sign."""

    intercept: float
    weights: Floats


def fit_logistic(evidence: Floats, bad: Counts, ridge: float) -> Fit:
    """Log odds of GOOD on weights of evidence by Newton's method.

    evidence: shape (n, columns), finite. bad: 0/1, shape (n,). ridge: penalty ½·ridge·Σ weight², the intercept free;
    a weight of evidence already has the scale of the answer (its weight is about 1), so one ridge serves every sample.
    A step that would make the fit worse is halved, so rare outcomes cannot throw the weights off.
    No convergence raises ArithmeticError.
    """
    n, columns = evidence.shape
    design = np.column_stack([np.ones(n), evidence])
    good = 1.0 - np.asarray(bad, dtype=np.float64)
    penalty = np.full(columns + 1, float(ridge))
    penalty[0] = 0.0
    beta = np.zeros(columns + 1)
    beta[0] = np.log(good.mean() / (1 - good.mean()))
    odds = design @ beta
    worth = _likelihood(odds, good, penalty, beta)
    for _ in range(_STEPS):
        probability = expit(odds)
        slope = design.T @ (good - probability) - penalty * beta
        curve = (design * (probability * (1 - probability))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.lstsq(curve, slope, rcond=None)[0]
        along = design @ step
        for _ in range(_HALVINGS):
            then = _likelihood(odds + along, good, penalty, beta + step)
            if then >= worth - 1e-9 * abs(worth):
                break
            step, along = step / 2, along / 2
        beta, odds, worth = beta + step, odds + along, then
        if np.abs(step).max() < _SETTLED:
            return Fit(float(beta[0]), beta[1:])
    raise ArithmeticError(
        f"The logistic regression on {columns} characteristics and {n} rows did not settle in {_STEPS} steps; "
        "raise the ridge or look for a characteristic that separates good from bad completely."
    )


def _likelihood(odds: Floats, good: Floats, penalty: Floats, beta: Floats) -> float:
    """The penalised log-likelihood at these log odds of good; ln(1 + e^odds) in the form that neither end overflows."""
    softplus = np.maximum(odds, 0.0) + np.log1p(np.exp(-np.abs(odds)))
    return float(good @ odds - softplus.sum() - 0.5 * (penalty @ beta**2))


def correlations(evidence: Floats) -> Floats:
    """Pearson correlation of the columns, shape (columns, columns); a constant column correlates 0 with the others."""
    centred = evidence - evidence.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    unit = centred / np.where(length > 0, length, 1.0)
    found = unit.T @ unit
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)


def inflation(evidence: Floats) -> Floats:
    """Variance inflation factor of each column: 1 / (1 − R²) on the others; infinite for an exact combination."""
    matrix = correlations(evidence)
    if len(matrix) < 2:
        return np.ones(len(matrix))
    values, vectors = np.linalg.eigh(matrix)
    shares = np.where(vectors**2 > 1e-12, vectors**2, 0.0)
    regular = values > 1e-12
    factors = (shares[:, regular] / values[regular]).sum(axis=1)
    return np.asarray(np.where(shares[:, ~regular].sum(axis=1) > 0, np.inf, factors))
