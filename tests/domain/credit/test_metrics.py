"""Metrics against scikit-learn, by hand, and with ties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve

from domain.credit.metrics import auc, bootstrap, brier, calibration, counts_by, gini, ks, psi, tenths

SAMPLES = st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=2, max_size=60).filter(
    lambda rows: 0 < sum(b for b, _ in rows) < len(rows)
)


@settings(max_examples=80, deadline=None)
@given(SAMPLES, st.randoms())
def test_auc_and_ks_are_scikit_learns_with_ties_in_any_order(rows: list[tuple[bool, int]], shuffle: object) -> None:
    bad, score = np.array([b for b, _ in rows], dtype=int), np.array([s for _, s in rows])
    rate_good, rate_bad, _ = roc_curve(bad, -score, drop_intermediate=False)
    assert auc(bad, score) == pytest.approx(roc_auc_score(bad, -score))
    assert ks(bad, score) == pytest.approx(np.abs(rate_bad - rate_good).max())
    mixed = list(range(len(rows)))
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert ks(bad[mixed], score[mixed]) == ks(bad, score)


def test_by_hand() -> None:
    bad, score = [1, 0, 1, 0], [10, 20, 20, 30]
    assert auc(bad, score) == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert gini(bad, score) == pytest.approx(0.75)
    assert ks(bad, score) == pytest.approx(0.5)
    assert brier([1, 0], [0.8, 0.4]) == pytest.approx((0.04 + 0.16) / 2)
    assert brier([1, 0, 0], [0.5, 0.2, 0.1]) == pytest.approx(brier_score_loss([1, 0, 0], [0.5, 0.2, 0.1]))


def test_a_constant_score_tells_nothing() -> None:
    assert auc([0, 1, 1], [5, 5, 5]) == 0.5 and ks([0, 1, 1], [5, 5, 5]) == 0.0


def test_the_stability_index_by_hand() -> None:
    assert psi([50, 50], [60, 40]) == pytest.approx(0.1 * np.log(1.2) - 0.1 * np.log(0.8))
    assert psi([10, 20, 0], [10, 20, 0]) == 0.0
    score = np.arange(1000)
    assert counts_by(score, tenths(score)).tolist() == [100] * 10


def test_refusals_say_why() -> None:
    with pytest.raises(ValueError, match="one kind"):
        auc([0, 0], [1, 2])
    with pytest.raises(ValueError, match="score is missing"):
        ks([0, 1], [1, np.nan])


def test_calibration_counts_every_row_and_keeps_equals_together() -> None:
    chance = np.repeat([0.1, 0.3], [300, 100])
    bad = np.concatenate([np.arange(300) < 30, np.arange(100) < 30]).astype(int)
    told = calibration(bad, chance)
    assert told[["rows", "bad"]].to_numpy().tolist() == [[300, 30], [100, 30]]
    assert told["seen"].tolist() == pytest.approx(told["predicted"].tolist())


def test_the_interval_covers_and_repeats() -> None:
    rng = np.random.default_rng(0)
    bad = (rng.random(800) < 0.3).astype(int)
    score = rng.normal(size=800) - bad
    told = bootstrap(bad, score, 400, 1)
    assert told["auc"].low < 0.76 < told["auc"].high and told["auc"].high - told["auc"].low < 0.09
    assert told == bootstrap(bad, score, 400, 1)
