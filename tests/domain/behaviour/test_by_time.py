"""Split by time with nothing known too early, and figures of later months."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from domain.behaviour.by_time import judge, months_needed, split_by_time
from tests.domain.behaviour.bank_like import month_ends


def test_months_that_test_begin_when_the_outcomes_before_were_known() -> None:
    days = month_ends(16)
    split = split_by_time(days, 3)
    assert split is not None
    place = {day: at for at, day in enumerate(days)}
    parts = (split.teach, split.calibrate), (split.calibrate, split.test), (split.teach_now, split.calibrate_now)
    for before, after in parts:
        assert place[after[0]] - place[before[-1]] == 3  # the outcome of the last one is known by then, not earlier
    assert (len(split.teach), len(split.calibrate), len(split.test)) == (6, 3, 3)
    assert split.calibrate_now == split.test
    assert split.teach_now[: len(split.teach)] == split.teach
    assert len(split.teach_now) == 11


def test_the_fewest_months_are_enough_and_one_less_is_not() -> None:
    assert months_needed(3) == 7
    split = split_by_time(month_ends(7), 3)
    assert split is not None
    assert [len(part) for part in (split.teach, split.calibrate, split.test)] == [1, 1, 1]
    assert split_by_time(month_ends(6), 3) is None


def test_judged_by_hand_and_by_scikit_learn() -> None:
    rng = np.random.default_rng(4)
    chance = np.round(rng.beta(1, 12, 3_000), 3)
    outcome = (rng.random(3_000) < chance).astype(int)
    odds = np.log(np.clip(chance, 1e-4, 1) / (1 - chance))
    who = pd.Series([f"C{i % 1_000}" for i in range(3_000)])
    found = judge(outcome, odds, chance, rng.random(3_000), who, 60, 1)
    assert found.auc.value == pytest.approx(roc_auc_score(outcome, chance))
    assert found.auc.low < found.auc.value < found.auc.high
    assert found.better
    assert found.slope == pytest.approx(1, abs=0.2)
    order = np.argsort(-odds, kind="stable")
    assert found.captured == pytest.approx(outcome[order[:300]].sum() / outcome.sum(), abs=0.02)
    turned = rng.permutation(3_000)
    again = judge(
        outcome[turned], odds[turned], chance[turned], odds[turned], who.iloc[turned].reset_index(drop=True), 60, 1
    )
    assert again.lift == pytest.approx(found.lift)
    assert again.auc.low == pytest.approx(found.auc.low, abs=1e-12)  # customers are redrawn, whatever their order
    assert again.auc.value == pytest.approx(found.auc.value, abs=1e-12)
    assert not again.better  # as good as itself is no better
    assert again.gain.value == 0


def test_equal_scores_share_the_top_tenth() -> None:
    outcome = np.r_[np.ones(5), np.zeros(45)].astype(int)
    found = judge(outcome, np.zeros(50), np.full(50, 0.1), np.zeros(50), pd.Series(range(50)), 10, 1)
    assert found.captured == pytest.approx(0.1)
    assert found.lift == pytest.approx(1)
