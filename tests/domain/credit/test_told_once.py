"""Rows that are a code or empty in many columns at once count once, whatever they are worth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from domain.credit.estimator import ScorecardClassifier
from domain.credit.selection import CARD_RULES, TABLE_RULES, SelectionRules

COLUMNS = 8
APART = replace(TABLE_RULES, alike=None)


def drawn(rows: int, nobody: float, code: float = -9.0, off: float = 0.0) -> tuple[pd.DataFrame, np.ndarray]:
    """Columns of one standing; for a tenth of the rows there is no record at all, and their log odds are `nobody`.

    off: the share of those who have a record in a column all the same.
    """
    rng = np.random.default_rng(5)
    of = rng.normal(size=(rows, 3))
    none = rng.random(rows) < 0.1
    table = {}
    for n in range(COLUMNS):
        seen = np.abs(np.round(20 + 5 * (of @ rng.dirichlet(np.ones(3)) + rng.normal(size=rows))))
        table[f"c{n}"] = np.where(none & (rng.random(rows) >= off), code, seen)
    odds = np.where(none, nobody, of @ np.array([0.6, 0.5, 0.4]) - 1)
    return pd.DataFrame(table), (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(int)


def halves(table: pd.DataFrame, bad: np.ndarray, rules: SelectionRules | None) -> tuple[ScorecardClassifier, float]:
    """Learned on the first 6,000, and the AUC of the rest."""
    model = ScorecardClassifier(selection=rules).fit(table[:6000], bad[:6000])
    return model, float(roc_auc_score(bad[6000:], model.predict_proba(table[6000:])[:, 1]))


@pytest.mark.parametrize("nobody", [0.5, -2.0])
@pytest.mark.parametrize("code", [-9.0, np.nan])
@pytest.mark.parametrize("off", [0.0, 0.03])
def test_nobody_counts_once(nobody: float, code: float, off: float) -> None:
    table, bad = drawn(30_000, nobody, code, off)
    once, better = halves(table, bad, None)
    each, worse = halves(table, bad, APART)
    assert better > worse + 0.001
    row = pd.DataFrame({name: [code] for name in table.columns})
    none = (table[:6000].isna() | (table[:6000] < 0)).all(axis=1).to_numpy()
    rate = bad[:6000][none].mean()
    assert once.predict_proba(row)[0, 1] == pytest.approx(rate, abs=0.02)
    assert abs(each.predict_proba(row)[0, 1] - rate) > 0.02  # each column tells it again


def test_the_points_of_a_code_add_up_to_what_its_rows_are_worth() -> None:
    table, bad = drawn(8_000, 0.5)
    model = ScorecardClassifier().fit(table, bad)
    told = model.explain(pd.DataFrame({name: [-9.0] for name in table.columns}))
    assert told.drop(columns=["base", "score"]).to_numpy().sum() + told["base"].item() == told["score"].item()
    shares = [b.woe for one in model.scorecard_.characteristics for b in one.binning.bins if b.kind == "special"]
    assert np.ptp(shares) < 1e-9 and shares[0] < 0  # riskier than all, and the same in each column


def test_rows_apart_in_one_column_and_other_rows_in_another_stay_as_they_are() -> None:
    table, bad = drawn(8_000, 0.5)
    rng = np.random.default_rng(1)
    plain = table[(table > 0).all(axis=1)].reset_index(drop=True)
    outcome = bad[(table > 0).all(axis=1)]
    gaps = plain.mask(rng.random(plain.shape) < 0.1)
    for asked in (plain, gaps):
        one, other = (ScorecardClassifier(selection=rules).fit(asked, outcome) for rules in (None, APART))
        assert one.scorecard_ == other.scorecard_ and one.verdicts_ == other.verdicts_


def test_a_bank_card_tells_each_column() -> None:
    assert CARD_RULES.alike is None and SelectionRules().alike is None
    with pytest.raises(ValueError, match="not both"):
        replace(CARD_RULES, alike=0.8)
