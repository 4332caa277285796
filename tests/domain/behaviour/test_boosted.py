"""Boosted trees that can be taken apart: the parts add up, the order of rows and what is missing change nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from domain.behaviour.boosted import LEAST_SLOPE, BoostingRules, calibration_line, fit_boosted, slope_of

QUICK = BoostingRules(rounds=12, least_rows=20)


@pytest.fixture(scope="module")
def sample() -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.normal(size=(4_000, 4)), columns=["a", "b", "c", "same"])
    table.loc[::5, "b"] = np.nan
    table["same"] = 7.0
    table["never"] = np.nan
    odds = -2 + 1.5 * table["a"] + np.where(table["b"].isna(), 1.0, 0.0)
    return table, (rng.random(4_000) < expit(odds)).astype(int)


def test_base_and_moves_add_up_to_the_log_odds(sample: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, outcome = sample
    model = fit_boosted(table, outcome, list(table.columns), QUICK, 5).calibrated(table, outcome)
    assert model.names == ("a", "b", "c")  # what says one thing of everybody, or nothing, is no column
    base, moves = model.contributions(table)
    assert np.abs(base + moves.sum(axis=1) - model.log_odds(table)).max() < 1e-9
    # What matters moves most, and a missing value that raises the odds raises them here.
    assert np.abs(moves).mean(axis=0).argmax() == 0
    gone = table["b"].isna().to_numpy()
    assert moves[gone, 1].mean() > 0 > moves[~gone, 1].mean()


def test_the_same_rows_the_same_trees(sample: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, outcome = sample
    first, second = (fit_boosted(table, outcome, ["a", "b", "c"], QUICK, 5).raw(table) for _ in range(2))
    assert (first == second).all()


def test_thinning_keeps_every_outcome_and_calibration_puts_the_level_right(
    sample: tuple[pd.DataFrame, np.ndarray],
) -> None:
    table, outcome = sample
    rules = BoostingRules(rounds=12, least_rows=20, most_rows=int(outcome.sum()) + 500)
    thin = fit_boosted(table, outcome, ["a", "b", "c"], rules, 5)
    assert expit(thin.raw(table)).mean() > outcome.mean() * 1.3
    right = thin.calibrated(table, outcome)
    assert right.probability(table).mean() == pytest.approx(outcome.mean(), abs=1e-4)
    assert slope_of(right.log_odds(table), outcome) == pytest.approx(1, abs=0.02)


def test_a_calibration_never_turns_the_order_round() -> None:
    rng = np.random.default_rng(2)
    raw = rng.normal(size=2_000)
    against = (rng.random(2_000) < expit(-raw)).astype(int)
    shift, stretch = calibration_line(raw, against)
    assert stretch == LEAST_SLOPE
    assert expit(shift + stretch * raw).mean() == pytest.approx(against.mean(), abs=1e-6)
