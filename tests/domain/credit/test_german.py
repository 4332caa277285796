"""The estimator on German credit (UCI Statlog, 1,000 rows), whose reachable accuracy is known, and on hard columns."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.utils.estimator_checks import estimator_checks_generator

from domain.credit.estimator import ScorecardClassifier

# The array API check needs an environment variable set before scipy is imported; everything else is held.
CHECKS = [
    check
    for _, check in estimator_checks_generator(ScorecardClassifier())
    if check.func.__name__ != "check_array_api_input"
]


@pytest.fixture(scope="module")
def german(shared_data: Path) -> tuple[pd.DataFrame, np.ndarray]:
    table = pd.read_csv(shared_data / "german" / "germancredit.csv")
    return table.drop(columns="creditability"), (table["creditability"] == "bad").to_numpy().astype(int)


def test_mean_auc_over_stratified_splits(german: tuple[pd.DataFrame, np.ndarray]) -> None:
    """Twenty 70/30 splits; optbinning reaches 0.783 and one-hot logistic regression 0.785. Points alone do as well."""
    table, bad = german
    by_probability, by_points = [], []
    for seed in range(20):
        train, test = train_test_split(np.arange(len(bad)), test_size=0.3, stratify=bad, random_state=seed)
        model = ScorecardClassifier().fit(table.iloc[train], bad[train])
        by_probability.append(roc_auc_score(bad[test], model.predict_proba(table.iloc[test])[:, 1]))
        by_points.append(roc_auc_score(bad[test], -model.score_points(table.iloc[test])))
    assert np.mean(by_probability) >= 0.783
    assert abs(np.mean(by_points) - np.mean(by_probability)) < 0.002


def test_every_weight_has_the_right_sign_and_every_column_a_verdict(german: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = german
    model = ScorecardClassifier().fit(table, bad)
    assert all(c.weight > 0 for c in model.scorecard_.characteristics)
    assert [v.name for v in model.verdicts_] == list(table.columns)
    told = {v.name: v for v in model.verdicts_}
    assert told["status_of_existing_checking_account"].leak_suspected
    assert told["telephone"].reason == "no_information"


def test_explain_adds_up_to_the_score(german: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = german
    model = clone(ScorecardClassifier()).fit(table, bad)
    told = model.explain(table.tail(50))
    assert (told.drop(columns="score").sum(axis=1) == told["score"]).all()
    assert (told["score"] == model.score_points(table.tail(50))).all()
    assert told.index.tolist() == table.tail(50).index.tolist()


def test_a_column_twice_enters_once_and_noise_stays_out(german: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = german
    rng = np.random.default_rng(0)
    wide = table.assign(again=table["duration_in_month"] * 2, noise=[f"n{x}" for x in rng.integers(0, 200, len(bad))])
    told = {v.name: v for v in ScorecardClassifier().fit(wide, bad).verdicts_}
    assert (told["again"].reason, told["again"].other) == ("correlated", "duration_in_month")
    assert told["noise"].reason == "no_information"


def test_special_codes_of_a_large_sample() -> None:
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rng.normal(size=(20_000, 3)), columns=["a", "b", "c"])
    odds = rows["a"] - 2
    rows.loc[:1500, "a"] = -9.0
    rows.loc[2000:2500, "b"] = np.nan
    bad = (rng.random(20_000) < 1 / (1 + np.exp(-odds))).astype(int)
    model = ScorecardClassifier(specials=(-9.0,)).fit(rows, bad)
    special = next(b for b in model.scorecard_.characteristics[0].binning.bins if b.kind == "special")
    assert special.rows == 1501 and [c.name for c in model.scorecard_.characteristics] == ["a"]


# Some checks cast NaN to integers themselves, on purpose; others have labels in words, of which a warning names the bad one.
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:The outcome's labels are words:UserWarning")
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.func.__name__)
def test_scikit_learns_own_checks(check: partial[None]) -> None:
    check(ScorecardClassifier())
