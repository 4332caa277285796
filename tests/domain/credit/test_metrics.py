"""Metrics against scikit-learn, by hand, and with ties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve

from domain.credit.metrics import auc, bootstrap, brier, calibration, counts_by, gini, ks, psi, tenths
from domain.credit.redraws import redrawn
from tests.domain.credit.drawn_customers import covered, drawn

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


def test_customers_are_redrawn_and_not_their_rows() -> None:
    bad, score, _, whose = drawn(np.random.default_rng(4), 600)
    by_rows, by_people = bootstrap(bad, score, 300, 1), bootstrap(bad, score, 300, 1, whose)
    assert by_people == bootstrap(bad, score, 300, 1, whose * 7 + 3), "the numbers themselves mean nothing"
    assert by_rows == bootstrap(bad, score, 300, 1, np.arange(len(bad))), "of one row each customers are rows"
    for figure in ("auc", "gini", "ks"):
        rows, people = by_rows[figure], by_people[figure]
        assert rows.value == people.value and people.high - people.low > 1.2 * (rows.high - rows.low)
    one_each = np.unique(whose, return_index=True)[1]
    once = bootstrap(bad[one_each], score[one_each], 300, 1)
    twice = [np.concatenate([part[one_each]] * 2) for part in (bad, score, whose)]
    assert bootstrap(twice[0], twice[1], 300, 1, twice[2]) == once, "each customer doubled tells nothing more"
    again = [np.concatenate([part, part]) for part in (bad, score, whose)]
    doubled = bootstrap(again[0], again[1], 300, 1, again[2])
    assert all(doubled[figure] == by_people[figure] for figure in doubled)


def test_a_redraw_by_hand() -> None:
    """Three customers: never bad (10, 30), bad once of two (20 bad, 30), always bad (20)."""
    place, bad, whose = np.array([0, 2, 1, 2, 1]), np.array([0, 0, 1, 0, 1]), np.array([5, 5, 1, 1, 3])
    goods, bads = redrawn(place, bad, 200, np.random.default_rng(1), whose)
    assert set(map(tuple, np.hstack([goods, bads]).tolist())) == {
        (1, 0, 1, 0, 2, 0), (1, 0, 2, 0, 2, 0), (1, 0, 3, 0, 2, 0),
    }  # fmt: skip


def test_where_everybody_was_once_bad_there_is_an_interval_all_the_same() -> None:
    bad, score = np.tile([0, 1], 30), np.random.default_rng(2).normal(size=60)
    told = bootstrap(bad, score, 100, 1, np.repeat(np.arange(30), 2))["auc"]
    assert told.low < told.value < told.high


def test_intervals_of_customers_hold_the_truth() -> None:
    """Of 1,000 samples by customers 95.0 % (AUC) and 94.8 % (difference), by rows 79 % and 81 %; here fewer samples."""
    told = covered(80, 600, 150)
    assert told["AUC by customers"] >= 0.90 and told["difference by customers"] >= 0.90
    assert (
        told["AUC by customers"] > told["AUC by rows"] and told["difference by customers"] > told["difference by rows"]
    )
