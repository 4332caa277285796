"""The estimator on whatever a table may hold: codes among numbers, turns, columns of every kind, nothing set for any."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from domain.credit.binning import BinningRules, bin_characteristic
from domain.credit.estimator import ScorecardClassifier
from domain.credit.specials import special_codes

ROWS = 6000


@pytest.fixture(scope="module")
def drawn() -> tuple[pd.DataFrame, np.ndarray]:
    """Columns of every kind, most of them telling something of the same hidden risk."""
    rng = np.random.default_rng(3)
    risk = rng.normal(size=ROWS)

    def seen() -> np.ndarray:
        return risk + rng.normal(size=ROWS)

    flags, whole = seen() > 0, np.round(seen() * 3).astype(int)
    table = pd.DataFrame(
        {
            "number": seen(), "flag": flags, "skew": np.exp(5 * seen()),
            "whole": pd.array(np.where(rng.random(ROWS) < 0.1, pd.NA, whole), dtype="Int64"),
            "category": pd.Categorical(np.digitize(seen(), [-1, 0, 1])),
            "mixed": pd.Series(["a" if x > 0 else 1 for x in seen()], dtype=object),
            "nothing": np.nan, "one": 1, "word": "x", "each": [f"id{i}" for i in range(ROWS)],
            "coded": np.where(rng.random(ROWS) < 0.2, rng.choice([-7, -8, -9], ROWS), np.round(9 * np.abs(seen()))),
            "town": np.digitize(seen(), np.linspace(-3, 3, 60)).astype(str),
            "gap": pd.Series(np.where(seen() > 0, "u", "v")).where(rng.random(ROWS) < 0.9),
        }
    )  # fmt: skip
    return table, (rng.random(ROWS) < 1 / (1 + np.exp(2 - risk))).astype(int)


@pytest.mark.filterwarnings("error")
def test_columns_of_every_kind_in_one_fit(drawn: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = drawn
    model = ScorecardClassifier().fit(table, bad)
    told = {v.name: v.reason for v in model.verdicts_}
    assert {told[name] for name in ("number", "flag", "skew", "whole", "category", "mixed", "town", "gap")} == {"kept"}
    assert {told[name] for name in ("nothing", "one", "word", "each")} == {"no_information"}
    assert roc_auc_score(bad, model.predict_proba(table)[:, 1]) > 0.72
    new = table.head(3).assign(town=["never seen", None, "3"], whole=pd.array([pd.NA, 999, -999], dtype="Int64"))
    said = model.explain(new)
    assert said["score"].tolist() == model.score_points(new).tolist()
    codes = model.scorecard_.codes(table)
    assert (model.scorecard_.score(codes) == model.score_points(table)).all()
    assert (model.scorecard_.log_odds(codes) == -model.decision_function(table)).all()


def test_codes_are_found_where_nothing_else_lies_below_zero(drawn: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = drawn
    assert special_codes(table["coded"]) == (-7.0, -8.0, -9.0)
    assert special_codes(pd.Series([3.0, -9.0, -1.0])) == () == special_codes(pd.Series(["-9"]))
    assert special_codes(pd.Series([0.0, -999.0, np.nan])) == (-999.0,)
    apart = ScorecardClassifier(selection=None).fit(table[["coded", "number"]], bad)
    found = next(c.binning for c in apart.scorecard_.characteristics if c.name == "coded")
    assert [b.value for b in found.bins if b.kind == "special"] == [-7.0, -8.0, -9.0]
    with pytest.raises(ValueError, match="'auto' or None"):
        ScorecardClassifier(specials="some").fit(table[["coded"]], bad)


def test_a_turn_is_followed_where_it_is_beyond_doubt_and_no_sooner() -> None:
    rng = np.random.default_rng(0)
    for rows, shape in ((40_000, "valley"), (150, "monotone")):
        age = pd.Series(rng.uniform(18, 80, rows))
        bad = (rng.random(rows) < 0.05 + 0.2 * ((age - 50) / 30) ** 2).astype(int)
        found = bin_characteristic(age, bad, "age", BinningRules())
        assert found.trend == shape if shape == "valley" else found.trend in ("none", "rising", "falling")
        held = bin_characteristic(age, bad, "age", BinningRules(), direction="riskier")
        assert held.trend in ("none", "rising")


def test_two_columns_of_one_name_are_refused() -> None:
    twice = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], columns=["a", "a"])
    with pytest.raises(ValueError, match="more than one column a"):
        ScorecardClassifier().fit(twice, [0, 1])
