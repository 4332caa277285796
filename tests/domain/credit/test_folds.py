"""Folds: nobody stands in two of them, and a model that remembers customers gains nothing by it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.credit.folds import Answers, folds_of, out_of_fold
from domain.credit.metrics import auc
from domain.credit.woe import Counts, Floats


def _seen_three_times(customers: int) -> tuple[pd.DataFrame, Counts, Counts]:
    """Noise that is a customer's own, the same on three days, and outcomes that have nothing to do with it."""
    rng = np.random.default_rng(5)
    own, bad = rng.normal(size=customers), (rng.random(customers) < 0.1).astype(np.int64)
    whose = np.repeat(np.arange(customers), 3)
    return pd.DataFrame({"own": own[whose]}), bad[whose], whose


def test_rows_of_one_customer_are_in_one_fold_and_shares_stay() -> None:
    _, bad, whose = _seen_three_times(1_000)
    fold = folds_of(bad, 5, 7, whose)
    assert (fold.reshape(-1, 3) == fold[::3, None]).all()
    assert np.bincount(fold).tolist() == [600] * 5
    assert np.ptp(np.bincount(fold, bad)) <= 3
    names = np.random.default_rng(1).permutation(1_000)
    assert (folds_of(bad, 5, 7, names[whose]) == fold).all(), "what customers are called decides nothing"


def test_where_everybody_is_seen_once_folds_are_those_of_rows() -> None:
    _, bad, whose = _seen_three_times(1_000)
    assert (folds_of(bad, 5, 7, np.arange(len(whose))) == folds_of(bad, 5, 7)).all()


def test_remembering_customers_is_no_skill() -> None:
    table, bad, whose = _seen_three_times(600)

    def remembers(seen: pd.DataFrame, outcome: Counts) -> Answers:
        known = dict(zip(seen["own"], outcome, strict=True))

        def told(rows: pd.DataFrame) -> Floats:
            return -np.array([float(known.get(value, 0)) for value in rows["own"]])

        return told

    by_rows = out_of_fold(table, bad, 5, 7, remembers)
    by_people = out_of_fold(table, bad, 5, 7, remembers, whose)
    assert auc(bad, by_rows) > 0.9
    assert auc(bad, by_people) == 0.5
