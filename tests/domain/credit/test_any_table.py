"""The estimator on whatever a table may hold: codes among numbers, turns, columns of every kind, nothing set for any."""

from __future__ import annotations

import datetime as dt
import pickle
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from domain.credit.binning import CARD_BINS, TABLE_BINS, BinningRules, bin_characteristic
from domain.credit.estimator import ScorecardClassifier
from domain.credit.figures import as_numbers, is_number, words_of
from domain.credit.selection import TABLE_RULES, SelectionRules
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


DAY = dt.date(2024, 2, 29)
AS_FIGURES = {
    "dates": (pd.Series(pd.to_datetime([DAY, None, DAY])), 19782),
    "seconds": (pd.Series(pd.to_datetime([DAY, None, DAY])).astype("datetime64[s]"), 19782),
    "zoned": (pd.Series(pd.to_datetime([DAY, None, DAY], utc=True)).dt.tz_convert("Asia/Shanghai"), 19782),
    "plain dates": (pd.Series([DAY, None, DAY], dtype=object), 19782),
    "months": (pd.Series(pd.PeriodIndex(["2024-02", "NaT", "2024-02"], freq="M")), 19754),
    "spans": (pd.Series(pd.to_timedelta([36, None, 36], unit="h")), 1.5),
    "decimals": (pd.Series([Decimal("1.5"), None, Decimal("1.5")]), 1.5),
    "objects": (pd.Series([7, None, 7.0], dtype=object), 7),
    "flags": (pd.Series([True, None, True], dtype=object), 1),
    "whole": (pd.Series([7, pd.NA, 7], dtype="Int64"), 7),
}


@pytest.mark.parametrize("kind", AS_FIGURES)
def test_what_is_a_figure_is_read_as_one_however_it_is_kept(kind: str) -> None:
    values, expected = AS_FIGURES[kind]
    assert is_number(values)
    assert np.array_equal(as_numbers(values, kind), [expected, np.nan, expected], equal_nan=True)


def test_whole_numbers_among_words_read_the_same_with_and_without_gaps() -> None:
    assert words_of(pd.Series(pd.Categorical([36, 60])), "term")[1] == ["36", "60"]
    places, words = words_of(pd.Series([36.0, None, 60.0, "36"], dtype=object), "term")
    assert (places.tolist(), words) == ([0, -1, 1, 0], ["36", "60"])


def test_names_and_places_of_columns_meet(drawn: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = drawn
    table = table[["number", "skew", "coded"]]
    model = ScorecardClassifier(bad="bad").fit(table, np.where(bad, "bad", "good"))
    assert model.classes_.tolist() == ["bad", "good"]
    chances = model.predict_proba(table)
    turned, more = table[["coded", "number", "skew"]], table.assign(other=1)
    assert np.array_equal(model.predict_proba(turned), chances) and np.array_equal(model.predict_proba(more), chances)
    assert np.array_equal(model.predict_proba(table.set_axis([9] * len(table)).iloc[[5]]), chances[[5]])
    assert np.array_equal(model.predict_proba(pa.Table.from_pandas(table)), chances)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict_proba(table), chances)
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        assert np.array_equal(model.predict_proba(table.to_numpy()), chances)
    with pytest.raises(ValueError, match="needs the columns skew, which the table does not have"):
        model.predict_proba(table.drop(columns="skew"))
    with pytest.raises(ValueError, match="skew was developed on numbers but holds"):
        model.predict_proba(table.assign(skew="much"))
    for wrong in ({"directions": {"skwe": "safer"}}, {"specials": {"skwe": [1]}}):
        with pytest.raises(ValueError, match="names skwe, which the table does not have"):
            ScorecardClassifier(**wrong).fit(table, bad)
    with pytest.raises(ValueError, match="rows have no outcome"):
        ScorecardClassifier().fit(table, np.where(bad, "bad", None))
    with pytest.raises(ValueError, match="one class only"):
        ScorecardClassifier().fit(table, bad * 0)


@pytest.mark.parametrize(
    ("good", "worse"),
    [("good", "Bad"), ("Fully Paid", "Charged Off"), ("好", "坏"), ("正常", "逾期90天"), ("zero", "DEFAULT"), ("No", "a"),
     ("1", "2"), ("-1", "1"), ("false", "true")],
)  # fmt: skip
def test_points_fall_with_the_bad_label_wherever_it_stands(
    drawn: tuple[pd.DataFrame, np.ndarray], good: str, worse: str
) -> None:
    table, bad = drawn[0][["number", "skew"]].head(1500), drawn[1][:1500]
    plain = ScorecardClassifier().fit(table, bad)
    said = np.where(bad, worse, good)
    with pytest.warns(UserWarning, match=f"'{worse}' was taken as the bad one.*bad='{worse}'"):
        model = ScorecardClassifier().fit(table, said)
    assert model.classes_.tolist() == sorted([good, worse]) and model.bad_ == worse
    assert model.score_points(table).equals(plain.score_points(table))
    place = model.classes_.tolist().index(worse)
    assert np.allclose(model.predict_proba(table)[:, place], plain.predict_proba(table)[:, 1])
    assert ((model.predict(table) == worse) == (plain.predict(table) == 1)).all()
    assert roc_auc_score(said == model.classes_[1], model.decision_function(table)) > 0.6


def test_the_bad_label_can_be_said(drawn: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = drawn[0][["number", "skew"]].head(1500), drawn[1][:1500]
    plain = ScorecardClassifier().fit(table, bad)
    for said, label in ((np.where(bad, "left", "right"), "left"), (1 - bad.astype(int), 0), (bad == 0, False)):
        model = ScorecardClassifier(bad=label).fit(table, said)
        assert model.score_points(table).equals(plain.score_points(table)) and model.bad_ == label
        assert np.allclose(model.predict_proba(table), plain.predict_proba(table)[:, ::-1])
    with pytest.warns(UserWarning, match="'right' was taken as the bad one.*neither word says which"):
        ScorecardClassifier().fit(table, np.where(bad, "left", "right"))
    with pytest.raises(ValueError, match="bad is 'worse', which is no label of the outcome; it has 'left' and 'right'"):
        ScorecardClassifier(bad="worse").fit(table, np.where(bad, "left", "right"))


def test_numbers_written_as_words_are_warned_of(drawn: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = drawn[0][["number", "skew"]].head(1500), drawn[1][:1500]
    read = table.assign(skew=table["skew"].round(3).astype(str).where(np.arange(1500) % 9 > 0, "?"))
    with pytest.warns(UserWarning, match="^Column skew holds numbers written as words.*to_numeric"):
        ScorecardClassifier().fit(read, bad)
    mended = read.assign(skew=pd.to_numeric(read["skew"], errors="coerce"))
    few = mended.assign(
        grade=np.resize(["1", "2", "3", "4"], 1500), place=np.resize([f"街{n}" for n in range(40)], 1500)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ScorecardClassifier().fit(few, bad)


def test_points_keep_the_index_of_a_table(drawn: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = drawn[0][["number", "skew"]].head(1500), drawn[1][:1500]
    model = ScorecardClassifier().fit(table.to_numpy(), bad)
    named = table.set_axis(["x0", "x1"], axis=1).set_axis([f"c{at}" for at in range(len(table))])
    with pytest.warns(UserWarning, match="fitted without feature names"):
        points = model.score_points(named)
    assert points.index.equals(named.index) and points.name == "score"
    assert isinstance(model.score_points(table.to_numpy()), np.ndarray)


def test_it_stands_in_a_pipeline_and_in_a_search(drawn: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = drawn
    asked = {"scorecardclassifier__selection": [None, SelectionRules(most=3)]}
    rows = make_pipeline("passthrough", ScorecardClassifier())
    found = GridSearchCV(rows, asked, cv=3, scoring="roc_auc").fit(
        table[["number", "town", "coded", "gap", "whole"]], bad
    )
    assert found.best_params_ == {"scorecardclassifier__selection": None} and found.best_score_ > 0.7


def test_weak_columns_count_where_chance_does_not_give_them_and_nowhere_else() -> None:
    rng = np.random.default_rng(0)

    def kept(rows: int, rules: SelectionRules | None) -> list[str]:
        table = pd.DataFrame(rng.normal(size=(rows, 3)), columns=["strong", "weak", "noise"])
        odds = table["strong"] + 0.1 * table["weak"] - 2
        bad = (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(int)
        model = ScorecardClassifier(selection=rules).fit(table, bad)
        return [v.name for v in model.verdicts_ if v.reason == "kept"]

    assert kept(40_000, None) == ["strong", "weak"]
    assert kept(40_000, SelectionRules()) == ["strong"]
    assert TABLE_RULES.weak_iv is not None and SelectionRules().weak_iv is None


def test_small_bins_need_outcomes_enough_to_be_sure_of_them() -> None:
    bad = np.zeros(100_000, dtype=int)
    bad[:10_000] = 1
    few, some, many = bad[::100], bad[::4], bad
    for one in (few, some, many):
        assert CARD_BINS.least_rows(one) == BinningRules().least_rows(one) == pytest.approx(0.05 * len(one))
    assert TABLE_BINS.least_rows(few) == pytest.approx(0.05 * len(few))
    for one in (some, 1 - some):
        assert TABLE_BINS.least_rows(one) == pytest.approx(1_000)  # of them 100 bad, or good
    assert TABLE_BINS.least_rows(many) == pytest.approx(0.02 * len(many))

    rng = np.random.default_rng(4)
    value = rng.exponential(size=60_000)
    rare = (rng.random(60_000) < np.where(value > 3.6, 0.5, 0.1)).astype(int)  # the ends of a skewed figure
    ends = bin_characteristic(pd.Series(value), rare, "x", TABLE_BINS, direction="riskier").bins[-2]
    wide = bin_characteristic(pd.Series(value), rare, "x", CARD_BINS, direction="riskier", step=0.1).bins[-2]
    assert 0.02 <= ends.rows / 60_000 < 0.035 < 0.05 <= wide.rows / 60_000


@pytest.fixture(scope="module")
def fitted(drawn: tuple[pd.DataFrame, np.ndarray]) -> ScorecardClassifier:
    return ScorecardClassifier().fit(*drawn)


NUMBERS = st.one_of(st.none(), st.sampled_from([-7.0, -8.0, -9.0, 0.0]), st.floats(-1e6, 1e6))
WORDS = st.one_of(st.none(), st.sampled_from(["u", "v", "1", "30"]), st.text(max_size=4))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, WORDS, WORDS), min_size=1, max_size=6))
def test_every_row_adds_up(fitted: ScorecardClassifier, rows: list[tuple[object, ...]]) -> None:
    given_ = pd.DataFrame(rows, columns=["number", "skew", "coded", "gap", "town"], dtype=object)
    table = given_.assign(flag=True, whole=1, category="2", mixed="a")
    told = fitted.explain(table)
    assert (told.drop(columns="score").sum(axis=1) == told["score"]).all()
    assert told["score"].tolist() == fitted.score_points(table).tolist()
    assert np.isfinite(fitted.predict_proba(table)).all()


def test_a_column_called_score_or_base_keeps_its_points(drawn: tuple[pd.DataFrame, np.ndarray]) -> None:
    """A bureau's score is a common column; the total is called score too, and neither may stand for the other."""
    table, bad = drawn
    first, second = [name for name in table.columns if is_number(table[name])][:2]
    renamed = table[[first, second]].set_axis(["score", "base"], axis=1)
    model = ScorecardClassifier().fit(renamed, bad)
    told = model.explain(renamed)
    assert set(model.scorecard_.names) <= {"score", "base"} and {f"{n} (column)" for n in model.scorecard_.names} < set(
        told
    )
    assert (told.drop(columns="score").sum(axis=1) == told["score"]).all()
    assert (told["score"] == model.score_points(renamed)).all() and (told["base"] == model.scorecard_.base_points).all()


@pytest.mark.parametrize("said", [{"bins": {"agee": {"cuts": [30]}}}, {"cleared": ["agee"]}])
def test_a_slip_of_the_pen_in_bins_and_clearances_is_refused(
    drawn: tuple[pd.DataFrame, np.ndarray], said: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(said))} names agee"):
        ScorecardClassifier(**said).fit(*drawn)
