"""What is shown of a rating adds up to its score: in the result, in words, as JSON, and beside an override."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.credit import overrides
from domain.credit.binning import Bin, Binning
from domain.credit.explanation import explain_one, with_override
from domain.credit.grades import Masterscale
from domain.credit.overrides import LADDER, MOST_NOTCHES, RESTS, Override, allowed, effect, in_effect, last_day, notches
from domain.credit.regression import Fit
from domain.credit.run import rate
from domain.credit.scorecard import Scaling, Scorecard, build
from domain.standing import rating_of

AT = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
NAMES = ("regular_income", "days_below_zero_12m", "utilisation", "tenure_months", "occupation", "x5")


def binning(name: str, weights: list[float]) -> Binning:
    """A number with a bin for what is missing and one for −8; words where the name says so."""
    if name == "occupation":
        bins = [Bin("words", 40, 4, w, words=(f"w{i}",)) for i, w in enumerate(weights[:-1])]
        rest = (Bin("other", 9, 1, weights[0]), Bin("missing", 5, 1, weights[-1]))
        return Binning(name, "word", (*bins, *rest), "none", 0.3)
    cuts = tuple(float(i) for i in range(len(weights) - 2))
    bounds = (None, *cuts, None)
    ranges = [Bin("range", 50, 5, w, low, high) for w, low, high in zip(weights, bounds[:-1], bounds[1:], strict=False)]
    rest = (Bin("special", 7, 1, -weights[0], value=-8.0), Bin("missing", 5, 1, weights[-1]))
    return Binning(name, "number", (*ranges, *rest), "none", 0.3, cuts, (-8.0,))


def card_of(weights: list[list[float]], slope: float, intercept: float) -> Scorecard:
    binnings = tuple(binning(name, w) for name, w in zip(NAMES, weights, strict=False))
    fit = Fit(intercept, np.full(len(binnings), slope))
    return build(binnings, fit, Scaling(), masterscale=Masterscale(), long_run_rate=0.2)


def signed(grade: str, model_grade: str, expires_on: dt.date = dt.date(2027, 5, 1)) -> Override:
    return Override(
        1, "C01", "B1", 2, "v1", model_grade, 600, 0.01, grade, 1, "verified_means", "a house we have seen", expires_on,
        "in_force", "staff", AT, "risk", AT, "seen", AT.date(), None, None, None, None, model_grade, "李敏", "孙风险",
    )  # fmt: skip


CARDS = st.lists(st.lists(st.floats(-3, 3), min_size=3, max_size=6), min_size=1, max_size=6)
ROWS = st.lists(st.one_of(st.none(), st.just(-8.0), st.floats(-5, 9)), min_size=6, max_size=6)


@settings(max_examples=40, deadline=None)
@given(CARDS, st.floats(0.05, 2), st.floats(-3, 5), ROWS, st.sampled_from(LADDER[:-1]), st.sampled_from(["zh", "en"]))
def test_shown_points_add_up_in_every_form_and_beside_any_override(
    weights: list[list[float]], slope: float, intercept: float, figures: list[Any], other: str, language: str
) -> None:
    card = card_of(weights, slope, intercept)
    row = dict(zip(NAMES, figures, strict=True))
    row["occupation"] = None if figures[4] is None else f"w{int(abs(figures[4]))}"
    table = pd.DataFrame([{**row, "customer_id": "C01"}]).astype({n: float for n in NAMES if n != "occupation"})
    rated = rate(card, table).iloc[0]
    override = signed(other, rated["grade"])
    told = with_override(explain_one(card, row), override)
    assert json.loads(json.dumps(told, allow_nan=False)) == told, "JSON, and nothing lost on the way"
    shown = rating_of(
        grade=rated["grade"], score=int(rated["score"]), pd=rated["pd"], currency="CNY", language=language, override=override,
        points={"base": int(rated["base"]), "points": rated["points"], "values": told_values(rated["values"])},
        reasons={"reasons": rated["reasons"], "next_grade": rated["next_grade"]},
    )  # fmt: skip
    assert shown is not None and shown.override is not None
    assert told["base"] + sum(part["points"] for part in told["points"]) == told["score"] == rated["score"]
    assert shown.base_points + sum(part.points for part in shown.points) == shown.score == rated["score"]
    assert told["best_score"] - sum(part["lost"] for part in told["points"]) == told["score"]
    assert [part.points for part in shown.points] == [part["points"] for part in told["points"]]
    assert [part.band for part in shown.points] == [part[f"bin_{language}"] for part in told["points"]]
    assert all(part.average is not None for part in shown.points)
    assert told["grade_in_effect"] == shown.grade_in_effect == in_effect(rated["grade"], other)
    assert shown.grade == told["grade"] == rated["grade"], "the model's own grade stays beside it"
    assert list(shown.reasons) == [reason[language] for reason in told["reasons"]] and len(shown.reasons) <= 4


def told_values(values: list[Any]) -> list[Any]:
    return [None if isinstance(v, float) and math.isnan(v) else v for v in values]


def test_who_has_defaulted_has_no_points_and_no_override() -> None:
    card = card_of([[0.5, -0.5, 0.0]], 1.0, 2.0)
    told = with_override(explain_one(card, {"regular_income": 3.0, "days_past_due": 120}), signed("CCC", "C"))
    assert (told["grade"], told["score"], told["points"], told["grade_in_effect"]) == ("D", None, [], "D")
    assert told["override"]["does"] == RESTS
    with pytest.raises(ValueError, match="regular_income"):
        explain_one(card, {"utilisation": 0.2})


def test_what_a_grade_may_become() -> None:
    assert allowed("BBB") == ("AA", "A", "BB", "B")
    assert allowed("AA") == ("A", "BBB"), "the best grade is only given by the figures"
    assert allowed("BBB", overdue=True) == ("BB", "B")
    assert allowed("C") == ("CCC", "CC") and allowed("D") == () and allowed("?") == ()
    assert all(abs(notches(g, to)) <= MOST_NOTCHES for g in LADDER[:-1] for to in allowed(g))
    assert all(r.zh and r.en and r.ways for r in overrides.REASONS)
    with pytest.raises(ValueError, match="no grade X"):
        notches("A", "X")


def test_what_an_override_does_when_the_model_s_grade_moves() -> None:
    assert effect("BBB", "A") == effect("BB", "A") == "holds"
    assert effect("B", "A") == "rests", "three grades up is more than anybody may sign"
    assert effect("AAA", "CCC") == "holds", "caution holds to its end"
    assert effect("A", "A") == "agrees" and in_effect("B", "A") == "B" and in_effect("D", "CCC") == "D"
    assert in_effect("B", None) == "B" and effect("B", "old") == "rests"
    assert signed("A", "BBB").state_on(dt.date(2027, 5, 1)) == "in_force"
    assert signed("A", "BBB").state_on(dt.date(2027, 5, 2)) == "expired"
    assert last_day(dt.date(2028, 2, 29)) == dt.date(2029, 2, 28)
