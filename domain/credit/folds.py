"""Folds that keep the rate of bad, and the answer for each row of a model that did not see it.

Whoever is judged on the same sample with the same seed, scorecard or challenger, is judged on the same folds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.credit.woe import Counts, Floats

Answers = Callable[[pd.DataFrame], Floats]
Fits = Callable[[pd.DataFrame, Counts], Answers]


def order_of(table: pd.DataFrame, bad: Counts) -> NDArray[Any]:
    """The rows' places in an order by their content alone, so that neither order nor names of rows decide a fold."""
    told = pd.util.hash_pandas_object(table.round(6), index=False).to_numpy()
    return np.lexsort((told, bad))


def folds_of(bad: Counts, folds: int, seed: int, whose: Counts | None = None) -> Counts:
    """The fold 0 … folds − 1 of each row, shape (n,); each has the same share of bad, give or take a row.

    whose: a number a row, the same for one customer, whose rows go into one fold: seen on several days, a customer has
    nearly the same figures and often the same default, and a model that saw one of these rows knows the others. Shares are
    of customers with a bad row then.
    """
    if whose is not None:
        person = pd.factorize(whose)[0]
        if len(person) and person.max() + 1 < len(person):
            return folds_of((np.bincount(person, bad) > 0).astype(np.int64), folds, seed)[person]
    rng = np.random.default_rng(seed)
    fold = np.empty(len(bad), dtype=np.int64)
    for kind in (0, 1):
        rows = rng.permutation(np.flatnonzero(bad == kind))
        fold[rows] = np.arange(len(rows)) % folds
    return fold


def out_of_fold(
    table: pd.DataFrame, bad: Counts, folds: int, seed: int, fit: Fits, whose: Counts | None = None
) -> Floats:
    """What a model fitted on the other folds says of each row, shape (n,). fit gives that model's answers. whose: as in
    `folds_of`."""
    fold = folds_of(bad, folds, seed, whose)
    told = np.empty(len(bad))
    for k in range(folds):
        seen = fold != k
        told[~seen] = fit(table[seen], bad[seen])(table[~seen])
    return told
