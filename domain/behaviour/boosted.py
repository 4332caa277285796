"""Gradient boosting whose every answer can be taken apart: what each column added to one customer's log odds.

The trees are scikit-learn's HistGradientBoostingClassifier, which knows missing values. A tree's answer for a row is
its mean over the rows it learned from, plus what each split on the row's path moved that mean; a split's move belongs to
the column it asked about. So base + Σ contributions = log odds, exactly, for every row (Saabas 2014; the path of the
row itself, not an average over orders of asking as Shapley values are: cheaper, and enough to name the largest).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from domain.behaviour.kept_trees import Trees, leaves, trees_of
from domain.credit.regression import fit_logistic
from domain.credit.woe import Floats

LEAST_SLOPE, MOST_SLOPE = 0.05, 3.0  # a calibration stretches or shrinks, it never turns the order round
RIDGE = 0.01


@dataclass(frozen=True)
class BoostingRules:
    """How the trees grow. most_rows: rows without the outcome beyond this are thinned evenly, those with it never are;
    the calibration on unthinned rows puts the level right again.
    """

    rounds: int = 80
    rate: float = 0.08
    leaves: int = 12
    least_rows: int = 60
    ridge: float = 5.0
    most_rows: int = 300_000


@dataclass(frozen=True)
class Boosted:
    """Trees over `names`, and the line that puts their log odds right: shift + stretch · log odds, stretch above 0."""

    names: tuple[str, ...]
    trees: HistGradientBoostingClassifier | Trees  # as they have just grown, or as a run kept them
    shift: float = 0.0
    stretch: float = 1.0

    def raw(self, table: pd.DataFrame) -> Floats:
        """Log odds as the trees give them, shape (n,)."""
        with threadpool_limits(1):  # one tree is too little work to share: threads would wait for one another
            return np.asarray(self.trees.decision_function(self._matrix(table)), dtype=float)

    def log_odds(self, table: pd.DataFrame) -> Floats:
        """Calibrated log odds of the outcome, shape (n,)."""
        return self.shift + self.stretch * self.raw(table)

    def probability(self, table: pd.DataFrame) -> Floats:
        """Calibrated probability of the outcome, 0..1, shape (n,), to six decimals."""
        return np.round(expit(self.log_odds(table)), 6)

    def calibrated(self, table: pd.DataFrame, outcome: NDArray[Any]) -> Boosted:
        """The same trees, calibrated on rows they have not learned from; both outcomes must occur among them."""
        shift, stretch = calibration_line(self.raw(table), outcome)
        return Boosted(self.names, self.trees, shift, stretch)

    def contributions(self, table: pd.DataFrame) -> tuple[float, Floats]:
        """(base, moves): calibrated log odds of a row = base + its moves summed; moves has shape (n, names)."""
        matrix, kept = self._matrix(table), self._kept()
        moves, base = np.zeros((len(matrix), len(self.names))), kept.base
        for nodes in kept.nodes:
            mean, by_leaf = _moves_by_leaf(nodes, len(self.names))
            base += mean
            moves += by_leaf[leaves(nodes, matrix)]
        return self.shift + self.stretch * base, self.stretch * moves

    def as_dict(self) -> dict[str, Any]:
        """JSON-able: `boosted_of` makes the same of it again."""
        return {
            "names": list(self.names),
            "shift": self.shift,
            "stretch": self.stretch,
            "trees": self._kept().as_dict(),
        }

    def _kept(self) -> Trees:
        if isinstance(self.trees, Trees):
            return self.trees
        base = float(np.ravel(self.trees._baseline_prediction)[0])
        return Trees(base, tuple(predictor.nodes for (predictor,) in self.trees._predictors))

    def _matrix(self, table: pd.DataFrame) -> Floats:
        return table[list(self.names)].to_numpy(dtype=np.float64, na_value=np.nan)


def boosted_of(told: Mapping[str, Any]) -> Boosted:
    """What `Boosted.as_dict` told of."""
    return Boosted(tuple(told["names"]), trees_of(told["trees"]), float(told["shift"]), float(told["stretch"]))


def fit_boosted(
    table: pd.DataFrame, outcome: NDArray[Any], names: Sequence[str], rules: BoostingRules, seed: int
) -> Boosted:
    """Grow the trees. table: rows in an order the caller keeps the same for the same rows; outcome: 0/1, both occur.

    Columns that say one thing of everybody (or nothing) are left out. Not calibrated yet: see `Boosted.calibrated`.
    """
    kept = _thinned(outcome, rules.most_rows)
    told = table.iloc[kept][list(names)]
    names = [name for name in names if told[name].min() < told[name].max()]
    trees = HistGradientBoostingClassifier(
        max_iter=rules.rounds, learning_rate=rules.rate, max_leaf_nodes=rules.leaves, min_samples_leaf=rules.least_rows,
        l2_regularization=rules.ridge, early_stopping=False, random_state=seed,
    )  # fmt: skip
    model = Boosted(tuple(names), trees)
    with threadpool_limits(1):  # sums over a varying number of threads differ in their last digit
        trees.fit(model._matrix(table)[kept], outcome[kept])
    return model


def _thinned(outcome: NDArray[Any], most: int) -> NDArray[np.int64]:
    """Row numbers to learn from: all with the outcome, and of the others every k-th."""
    with_it, without = np.flatnonzero(outcome == 1), np.flatnonzero(outcome == 0)
    step = max(1, -(-len(without) // max(most - len(with_it), 1)))
    return np.sort(np.concatenate([with_it, without[::step]]))


def calibration_line(raw: Floats, outcome: NDArray[Any]) -> tuple[float, float]:
    """(shift, stretch) of the logistic regression of the outcome on log odds; the mean probability is the mean outcome.

    stretch is held within LEAST_SLOPE..MOST_SLOPE: log odds that say nothing, or the contrary, are all but flattened.
    """
    slope = float(fit_logistic(-raw[:, None], outcome, RIDGE).weights[0])
    stretch = min(max(slope, LEAST_SLOPE), MOST_SLOPE)
    low, high = -60.0, 60.0
    for _ in range(80):
        middle = (low + high) / 2
        if expit(middle + stretch * raw).mean() < outcome.mean():
            low = middle
        else:
            high = middle
    return (low + high) / 2, stretch


def slope_of(log_odds: Floats, outcome: NDArray[Any]) -> float:
    """Slope of the outcome on log odds: 1 is neither too bold nor too shy. Both outcomes must occur."""
    return float(fit_logistic(-log_odds[:, None], outcome, RIDGE).weights[0])


def _moves_by_leaf(nodes: NDArray[Any], columns: int) -> tuple[float, Floats]:
    """(mean of the tree over what it learned from, (nodes, columns) what each column moved on the way to a node)."""
    mean = nodes["value"].astype(float).copy()
    # Children stand behind their parent, so one walk back settles every inner node before its parent is reached.
    for at in range(len(nodes) - 1, -1, -1):
        if not nodes["is_leaf"][at]:
            left, right = int(nodes["left"][at]), int(nodes["right"][at])
            n, m = float(nodes["count"][left]), float(nodes["count"][right])
            mean[at] = (n * mean[left] + m * mean[right]) / (n + m)
    moves = np.zeros((len(nodes), columns))
    for at in range(len(nodes)):
        if not nodes["is_leaf"][at]:
            for child in (int(nodes["left"][at]), int(nodes["right"][at])):
                moves[child] = moves[at]
                moves[child, nodes["feature_idx"][at]] += mean[child] - mean[at]
    return float(mean[0]), moves
