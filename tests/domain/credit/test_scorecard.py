"""The card: scaling by hand, points that add up for any card and any row, words, grades, and the way to JSON and back."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.credit.binning import Bin, Binning
from domain.credit.elsewhere import card_lines
from domain.credit.grades import Masterscale
from domain.credit.reasons import bin_words, bins_in_words, one_grade_up
from domain.credit.regression import Fit, correlations, fit_logistic, inflation
from domain.credit.run import rate
from domain.credit.scorecard import Scaling, Scorecard, build, from_dict, recalibrate, to_dict

SCALING = Scaling()


def test_the_published_scaling() -> None:
    assert round(SCALING.factor, 4) == 28.8539
    assert round(SCALING.offset, 4) == 487.1229
    assert SCALING.probability(np.array([600.0, 620.0])) == pytest.approx([1 / 51, 1 / 101])
    assert SCALING.score(1 / 51) == pytest.approx(600)


def _number(name: str, cuts: tuple[float, ...], weights: list[float]) -> Binning:
    bounds = (None, *cuts, None)
    ranges = [Bin("range", 50, 5, w, low, high) for w, low, high in zip(weights, bounds[:-1], bounds[1:], strict=False)]
    return Binning(name, "number", (*ranges, Bin("missing", 5, 1, weights[-1])), "falling", 0.3, cuts)


def _card() -> Scorecard:
    income = _number("regular_income", (3000.0, 8000.0), [-0.8, 0.1, 0.9, -0.5])
    overdraft = _number("days_below_zero_12m", (1.0,), [0.4, -1.2, 0.0])
    return build(
        (income, overdraft), Fit(2.0, np.array([0.9, 0.7])), SCALING, masterscale=Masterscale(), long_run_rate=0.1
    )


def test_points_by_hand() -> None:
    card = _card()
    assert card.base_points == round(487.1229 + 28.8539 * 2.0)
    assert card.characteristics[0].points == tuple(round(28.8539 * 0.9 * w) for w in (-0.8, 0.1, 0.9, -0.5))
    rated = rate(card, _customers([9000.0], [0.0]))
    assert rated["score"].tolist() == [545 + 23 + 8]


def _customers(income: list[float], overdraft: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": [f"C{i}" for i in range(len(income))],
            "regular_income": income,
            "days_below_zero_12m": overdraft,
        }
    )


CARDS = st.lists(
    st.lists(st.floats(-3, 3), min_size=2, max_size=6),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(CARDS, st.floats(0.05, 2), st.floats(-3, 5), st.integers(0, 10_000))
def test_shown_points_always_add_up(weights: list[list[float]], slope: float, intercept: float, seed: int) -> None:
    binnings = tuple(_number(f"x{i}", tuple(float(c) for c in range(len(w) - 2)), w) for i, w in enumerate(weights))
    fit = Fit(intercept, np.full(len(binnings), slope))
    card = build(binnings, fit, SCALING, masterscale=Masterscale(), long_run_rate=0.2)
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({b.name: rng.uniform(-2, 8, 12) for b in binnings})
    rows.iloc[0, 0] = np.nan
    rows["customer_id"] = [f"{i:02d}" for i in range(12)]
    rated = rate(card, rows)
    for told in rated.to_dict("records"):
        assert all(isinstance(entry["points"], int) for entry in told["points"])
        assert told["base"] + sum(entry["points"] for entry in told["points"]) == told["score"]
        assert len(told["reasons"]) <= 4 and all(r["lost"] > 0 for r in told["reasons"])
        assert told["pd"] == pytest.approx(1 / (1 + math.exp((told["score"] - SCALING.offset) / SCALING.factor)))


def test_reasons_name_what_cost_most_in_both_languages() -> None:
    rated = rate(_card(), _customers([1000.0, 9000.0], [12.0, 0.0]))
    first = rated["reasons"][0]
    assert [r["characteristic"] for r in first] == ["regular_income", "days_below_zero_12m"]
    assert first[0]["lost"] == 23 - -21
    assert first[1]["zh"] == "近12个月透支天数不低于1天，比最好一档少32分"
    assert first[1]["en"] == "days below zero, 12 m: at least 1 day, 32 points below the best band"
    assert rated["reasons"][1] == []


def test_the_step_to_the_next_grade_is_just_enough() -> None:
    card = _card()
    table = _customers([1000.0, 9000.0], [12.0, 0.0])
    rated = rate(card, table)
    told = rated["next_grade"][0]
    grades = card.masterscale.grades
    assert grades.index(told["grade"]) == grades.index(rated["grade"][0]) - 1 and told["enough"]
    reached = int(rated["score"][0]) + told["points"]
    assert card.masterscale.grade(SCALING.probability(np.array([reached, reached - 1]))).tolist() == [
        told["grade"], rated["grade"][0],
    ]  # fmt: skip
    assert sum(step["gain"] for step in told["steps"]) >= told["points"]
    best = Scorecard(**{**card.__dict__, "base_points": 900})
    codes = best.codes(table)
    assert one_grade_up(best, codes, best.points(codes), best.score(codes)) == [None, None]


def test_grades_end_at_their_bounds() -> None:
    scale = Masterscale()
    assert scale.grade(np.array([0.0, 0.001, 0.0099, 0.01, 0.16, 1.0])).tolist() == ["AAA", "AA", "BBB", "BB", "C", "C"]
    with pytest.raises(ValueError, match="rise between 0 and 1"):
        Masterscale(("A", "B"), (1.2,))


def test_who_has_defaulted_gets_d_and_no_score() -> None:
    table = _customers([1000.0, 9000.0, 4000.0], [0.0, 0.0, 0.0]).assign(days_past_due=[90.0, np.nan, 89.0])
    rated = rate(_card(), table)
    assert rated["grade"].tolist()[0] == "D" and pd.isna(rated["score"][0]) and rated["pd"][0] == 1.0
    assert rated["points"][0] == [] and rated["next_grade"][0] is None
    assert "D" not in rated["grade"].tolist()[1:]


def test_json_and_back_and_a_changed_figure_is_noticed() -> None:
    card = _card()
    told = json.loads(json.dumps(to_dict(card)))
    assert from_dict(told) == card and to_dict(from_dict(told)) == told
    table = _customers([1000.0, 5000.0, np.nan], [0.0, 3.0, np.nan])
    pd.testing.assert_frame_equal(rate(card, table), rate(from_dict(told), table))
    told["characteristics"][0]["bins"][0]["points"] += 1
    with pytest.raises(ValueError, match="own hash"):
        from_dict(told)


def test_ratings_of_everybody_are_json_and_ordered_by_customer() -> None:
    rated = rate(_card(), _customers([1000.0, 5000.0, np.nan], [0.0, 3.0, np.nan]).iloc[::-1])
    assert rated["customer_id"].tolist() == ["C0", "C1", "C2"]
    json.dumps(rated[["points", "values", "reasons", "next_grade"]].to_dict("records"))
    assert rated["values"][2] == [None, None]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="needs the columns days_below_zero_12m"):
        rate(_card(), _customers([1.0], [1.0]).drop(columns="days_below_zero_12m"))


def test_recalibration_meets_the_long_run_rate() -> None:
    card = _card()
    odds = card.log_odds(card.codes(_customers([1000.0, 5000.0, 9000.0] * 10, [0.0, 1.0, 5.0] * 10)))
    moved = recalibrate(card, odds, 0.8, 0.03)
    again = moved.intercept + 0.8 * (odds - card.intercept)
    assert (1 / (1 + np.exp(again))).mean() == pytest.approx(0.03, abs=1e-6)
    assert [c.weight for c in moved.characteristics] == pytest.approx([0.72, 0.56])
    with pytest.raises(ValueError, match="between 0 and 1"):
        recalibrate(card, odds, 1.0, 0.0)


def test_above_the_knee_the_odds_double_sooner_and_the_rate_is_met() -> None:
    card = _card()
    odds = card.log_odds(card.codes(_customers([1000.0, 5000.0, 9000.0] * 10, [0.0, 1.0, 5.0] * 10)))
    bent = recalibrate(card, odds, 0.8, 0.03, 1.5)
    scaling = bent.scaling
    assert scaling.knee is not None
    scores = scaling.offset + scaling.factor * (bent.intercept + 0.8 * (odds - card.intercept))
    assert scaling.probability(scores).mean() == pytest.approx(0.03, abs=1e-6)
    plain = Scaling()
    for above in (-40, 0, 20, 40):
        by_line = plain.probability(np.array(scaling.knee + above * (1.5 if above > 0 else 1.0)))
        assert scaling.probability(np.array(scaling.knee + above)) == pytest.approx(by_line)
        assert scaling.score(float(by_line)) == pytest.approx(scaling.knee + above)
    assert from_dict(to_dict(bent)) == bent
    assert "knee" not in to_dict(card)["scaling"], "cards of before have another hash then"


def test_the_regression_finds_a_closed_form_answer() -> None:
    # Two groups: log odds of good are ln(3) and ln(1/3), so intercept 0 and weight ln 3 at evidence ±1.
    evidence = np.repeat([[1.0], [-1.0]], 400, axis=0)
    bad = np.concatenate([np.arange(400) < 100, np.arange(400) < 300]).astype(int)
    fit = fit_logistic(evidence, bad, 0.0)
    assert (fit.intercept, fit.weights[0]) == (pytest.approx(0, abs=1e-9), pytest.approx(math.log(3)))


def test_inflation_by_hand() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 500))
    rows = np.column_stack([a, b, a + b])
    assert np.isinf(inflation(rows)).all()
    pair = np.column_stack([a, a + b])
    r = correlations(pair)[0, 1]
    assert r == pytest.approx(np.corrcoef(pair.T)[0, 1])
    assert inflation(pair) == pytest.approx([1 / (1 - r**2)] * 2)


def test_bins_in_words() -> None:
    assert bin_words(Bin("range", 1, 0, 0.0, 0.25, 0.5), "share").zh == "不低于25%、低于50%"
    assert bin_words(Bin("range", 1, 0, 0.0, None, 12000.0), "money").en == "under 12,000"
    assert bin_words(Bin("missing", 1, 0, 0.0), "money").zh == "未知"
    none, some = (bin_words(Bin("range", 1, 0, 0.0, *edges), "count") for edges in ((None, 1.0), (1.0, None)))
    assert (none.zh, none.en, some.zh) == ("无（0）", "none (0)", "不低于1")  # who has none is not said to have under 1


STATES = (Bin("special", 40, 9, -0.5, value=1.0), Bin("special", 20, 9, -1.0, value=2.0))


def _with_arrears(absent_rows: int) -> Scorecard:
    """The card with instalments missed: 0, states 1 and 2, and a bin of absent values with so many rows."""
    late = Binning(
        "missed_instalments", "number",
        (Bin("range", 900, 20, 0.8), *STATES, Bin("missing", absent_rows, 0, -0.3 if absent_rows else 0.0)),
        "none", 0.6, (), (1.0, 2.0),
    )  # fmt: skip
    others = tuple(c.binning for c in _card().characteristics)
    fit = Fit(2.0, np.array([0.9, 0.9, 0.7]))
    return build((late, *others), fit, SCALING, masterscale=Masterscale(), long_run_rate=0.1)


def test_what_does_not_apply_is_said_so_and_is_neither_reason_nor_step() -> None:
    table = _customers([1000.0, 1000.0], [12.0, 12.0]).assign(missed_instalments=[np.nan, 1.0])
    rated = rate(_with_arrears(0), table)
    (without, late), (reasons, of_late) = rated["points"], rated["reasons"]
    assert without[0]["points"] == 0 and without[0]["lacks"] == "no_status"
    assert (without[0]["bin_zh"], without[0]["bin_en"]) == (
        "不适用：没有已知还款状态的贷款或信用卡",
        "does not apply: no loan or card whose repayment is known",
    )
    assert rated["base"][0] + sum(entry["points"] for entry in without) == rated["score"][0]
    assert [r["characteristic"] for r in reasons] == ["regular_income", "days_below_zero_12m"]
    assert "missed_instalments" in [r["characteristic"] for r in of_late] and "lacks" not in late[0]
    # Where the sample had such customers it is a reason, but never a step: nobody can be told to get a value.
    known = rate(_with_arrears(200), table)
    assert "missed_instalments" in [r["characteristic"] for r in known["reasons"][0]]
    for told in (rated, known):
        steps = [[s["characteristic"] for s in grade["steps"]] for grade in told["next_grade"]]
        assert "missed_instalments" not in steps[0] and steps[0]


def test_to_pay_what_is_missed_is_the_step_before_any_other_that_suffices() -> None:
    """Another step may need fewer points: nobody is advised to earn more while instalments are missed."""
    table = _customers([3000.0, 3000.0], [0.0, 0.0]).assign(missed_instalments=[1.0, 0.0])
    late, on_time = rate(_with_arrears(0), table)["next_grade"]
    assert [step["characteristic"] for step in late["steps"]] == ["missed_instalments"] and late["enough"]
    assert late["steps"][0]["zh"].endswith("无（0）") and late["steps"][0]["gain"] >= late["points"]
    assert "missed_instalments" not in [step["characteristic"] for step in on_time["steps"]]


def test_an_absent_value_is_no_step_even_if_nothing_else_is_left() -> None:
    table = _customers([9000.0], [0.0]).assign(missed_instalments=[np.nan])
    told = rate(_with_arrears(200), table)["next_grade"][0]
    assert told["steps"] == [] and not told["enough"]


def test_what_is_left_beside_states_is_called_what_it_is() -> None:
    words = [line.says for line in card_lines(_with_arrears(0)) if line.characteristic == "missed_instalments"]
    assert [one.zh for one in words] == ["无（0）", "为1", "为2", "不适用：没有已知还款状态的贷款或信用卡"]
    last = "does not apply: no loan or card whose repayment is known"
    assert [one.en for one in words] == ["none (0)", "is 1", "is 2", last]
    binning = _with_arrears(0).characteristics[0].binning
    assert binning.trend == "none" and binning.shape == "states"
    code = Binning("aum", "number", (Bin("range", 9, 1, 0.1), Bin("special", 9, 1, 0.0, value=-9.0), Bin("missing", 0, 0, 0.0)),
                   "none", 0.1, (), (-9.0,))  # fmt: skip
    assert [one.en for one in bins_in_words(code)] == ["any other value", "is the special value −9", "not known"]


@pytest.mark.parametrize(("rows", "zh", "en"), [
    (0, "不适用：没有信用额度", "does not apply: no credit limit"), (300, "没有信用额度", "no credit limit"),
])  # fmt: skip
def test_what_a_customer_lacks_is_said_in_the_same_words_whether_or_not_the_sample_had_such(
    rows: int, zh: str, en: str
) -> None:
    used = Binning(
        "utilisation", "number", (Bin("range", 900, 20, 0.8, None, 0.5), Bin("range", 90, 9, -0.8, 0.5), Bin("missing", rows, 0, 0.0)),
        "rising", 0.6, (0.5,),
    )  # fmt: skip
    card = build((used,), Fit(2.0, np.array([0.9])), SCALING, masterscale=Masterscale(), long_run_rate=0.1)
    rated = rate(card, pd.DataFrame({"customer_id": ["A"], "utilisation": [np.nan]}))
    entry = rated["points"][0][0]
    assert (entry["bin_zh"], entry["bin_en"]) == (zh, en)
    assert [line.says.zh for line in card_lines(card)][-1] == zh and bins_in_words(used)[-1].en == en
    reasons = rated["reasons"][0]
    assert [f": {en}, " in r["en"] for r in reasons] == ([True] if rows else [])


def test_nobody_and_only_defaulted_customers_are_rated_too() -> None:
    assert rate(_card(), _customers([], [])).empty
    fallen = rate(_card(), _customers([1.0], [1.0]).assign(days_past_due=120.0))
    assert fallen["grade"].tolist() == ["D"]
