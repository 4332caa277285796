"""A card judged again: the development's own figures come back, groups and times are told apart, order means nothing."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from domain.credit.findings import judged as findings
from domain.credit.run import Development, ScorecardParameters, develop
from domain.credit.stability import TOO_FEW, month_shift, newest_telling, reference, shift
from domain.credit.validated import Validation
from domain.credit.validation import Beside, ValidationRules, validate
from domain.plain import from_plain, to_plain

N = 1_500
PARAMETERS = ScorecardParameters(
    characteristics=("deposits", "utilisation", "tenure_months", "job"), repeats=1, redraws=60
)


@pytest.fixture(scope="module")
def drawn() -> dict[str, Any]:
    """A sample of two days in which wealth, use of limits and the job tell of default, and age tells of wealth."""
    rng = np.random.default_rng(11)
    age = rng.uniform(20, 75, N)
    deposits = np.exp(rng.normal(9, 1.2, N) + (age - 45) / 40)
    use = np.where(rng.random(N) < 0.3, np.nan, rng.uniform(0, 1, N))
    job = rng.choice(["employed", "own business", "retired"], N)
    odds = (
        0.9
        - 0.35 * (np.log(deposits) - 9) * 2
        + 2.2 * np.nan_to_num(use, nan=0.4)
        + 0.5 * (job == "own business")
        - 3.2
    )
    sample = pd.DataFrame(
        {"deposits": deposits, "utilisation": use, "tenure_months": rng.uniform(1, 200, N), "job": job}
    )
    observed = np.where(rng.random(N) < 0.5, np.datetime64("2025-04-30"), np.datetime64("2025-10-31"))
    return {
        "sample": sample, "bad": (rng.random(N) < 1 / (1 + np.exp(-odds))).astype(int),
        "beside": Beside(
            observed.astype("datetime64[D]"), pd.Series([f"C{i % 1_000}" for i in range(N)]),
            pd.Series(np.where(rng.random(N) < 0.5, "female", "male")), pd.Series(age),
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def made(drawn: dict[str, Any]) -> Development:
    return develop(drawn["sample"].assign(customer_id=drawn["beside"].customer), drawn["bad"], PARAMETERS, 3)


@pytest.fixture(scope="module")
def judged(drawn: dict[str, Any], made: Development) -> Validation:
    return validate(made.scorecard, **drawn, parameters=PARAMETERS, rules=ValidationRules("B"), seed=3)


def test_the_developments_own_figures_come_back(judged: Validation, made: Development) -> None:
    figures = made.metrics
    assert judged.reproduced and (judged.rows, judged.bad, judged.customers) == (figures.rows, figures.bad, 1_000)
    told = judged.discrimination
    assert (told.auc, told.gini, told.ks, told.fitted_auc) == (
        figures.auc,
        figures.gini,
        figures.ks,
        figures.fitted_auc,
    )
    assert judged.calibration.brier == pytest.approx(figures.brier)
    assert judged.calibration.shrinkage == pytest.approx(figures.shrinkage)
    assert [t.rows for t in judged.calibration.tenths] == [row["rows"] for row in figures.calibration]


def test_parts_add_up(judged: Validation, made: Development) -> None:
    assert sum(one.rows for one in judged.observed) == N and sum(one.bad for one in judged.observed) == judged.bad
    assert sum(band.good + band.bad for band in judged.discrimination.bands) == N
    assert judged.discrimination.roc[0] == (0.0, 0.0) and judged.discrimination.roc[-1] == (1.0, 1.0)
    assert sum(one.rate.rows for one in judged.calibration.grades if one.rate) == N
    assert [c.name for c in judged.coefficients] == list(made.scorecard.names)
    assert all(c.right_sign and c.inflation < 5 and c.error > 0 for c in judged.coefficients)
    assert np.allclose(np.diag(judged.correlations), 1.0)
    for groups in (judged.fairness.by_gender, judged.fairness.by_age):
        assert sum(one.rows for one in groups) == N and sum(one.bad for one in groups) == judged.bad
    assert 1.0 in [one.impact for one in judged.fairness.by_gender]


def test_later_rows_are_judged_by_a_card_of_earlier_ones(judged: Validation) -> None:
    later = judged.out_of_time
    assert later is not None and later.since.isoformat() == "2025-10-31"
    assert later.taught + later.rate.rows == N and later.auc.low < later.auc.value < later.auc.high
    assert later.rate.low < later.rate.predicted < later.rate.high  # nothing has changed between the days
    assert later.slope_low is not None and later.slope_high is not None
    assert later.slope_low < later.slope < later.slope_high and later.slope_low + later.slope_high == pytest.approx(
        2 * later.slope
    )


def test_the_multiplier_is_the_cards_own_also_where_rows_stand_between(
    drawn: dict[str, Any], judged: Validation
) -> None:
    """The development knows who is neither good nor bad; the slope of good and bad alone is not what it multiplied with."""
    sample, customer = drawn["sample"], drawn["beside"].customer
    between = sample[drawn["bad"] == 1].assign(customer_id=[f"B{i}" for i in range(int(drawn["bad"].sum()))])
    other = develop(sample.assign(customer_id=customer), drawn["bad"], PARAMETERS, 3, between)
    assert other.metrics.shrinkage < 0.9 * min(other.metrics.slope, 1.25), "else the two could not be told apart"
    again = validate(other.scorecard, **drawn, parameters=PARAMETERS, rules=ValidationRules("B"), seed=3)
    assert again.calibration.shrinkage == pytest.approx(other.metrics.shrinkage, rel=1e-6)
    assert all(c.weight == pytest.approx(c.fitted * again.calibration.shrinkage, abs=1e-6) for c in again.coefficients)
    assert again.out_of_time is not None and judged.out_of_time is not None
    assert again.out_of_time.slope > 1.1 * judged.out_of_time.slope, "a card multiplied with less is less bold"


def test_the_challenger_is_judged_on_the_same_folds(judged: Validation) -> None:
    told = judged.challenger
    assert told.columns == 4 and 0.6 < told.auc.value < 0.9
    ours = judged.discrimination.auc.value
    assert told.gain.value == pytest.approx(ours - told.auc.value, abs=1e-9) and told.gain.low < told.gain.high


def test_order_means_nothing_and_json_keeps_all(drawn: dict[str, Any], made: Development, judged: Validation) -> None:
    mixed = np.random.default_rng(1).permutation(N)
    beside: Beside = drawn["beside"]
    assert beside.gender is not None and beside.age is not None
    other = validate(
        made.scorecard, drawn["sample"].iloc[mixed], drawn["bad"][mixed],
        Beside(beside.observed[mixed], beside.customer.iloc[mixed], beside.gender.iloc[mixed], beside.age.iloc[mixed]),
        PARAMETERS, ValidationRules("B"), 3,
    )  # fmt: skip
    assert to_plain(other.discrimination) == to_plain(judged.discrimination) and other.fairness == judged.fairness
    told = json.loads(json.dumps(to_plain(judged), allow_nan=False))
    assert from_plain(Validation, told) == judged


def test_a_cut_that_is_no_grade_is_refused(drawn: dict[str, Any], made: Development) -> None:
    with pytest.raises(ValueError, match="ZZ is no grade"):
        validate(made.scorecard, **drawn, parameters=PARAMETERS, rules=ValidationRules("ZZ"), seed=3)


def test_nothing_has_moved_against_itself_and_a_moved_column_is_named(drawn: dict[str, Any], made: Development) -> None:
    card, sample = made.scorecard, drawn["sample"]
    known = reference(card, made.metrics.score_edges, sample)
    day = pd.Timestamp("2026-01-31").date()
    still = month_shift(card, known, sample, day)
    assert still.score.index == 0 and not any(one.shift.real for one in still.characteristics)
    halves = month_shift(card, known, sample.iloc[::2], day)
    assert halves.score.index < halves.score.chance
    drifted = month_shift(card, known, sample.assign(utilisation=sample["utilisation"] * 0.4 + 0.6), day)
    moved = {one.name: one.shift for one in drifted.characteristics}
    assert moved["utilisation"].real and moved["utilisation"].index > 0.25 and moved["deposits"].index == 0
    assert sum(drifted.grades) == len(sample) and drifted.mean_pd > still.mean_pd


def test_a_figure_that_is_not_on_the_card_is_watched_all_the_same(drawn: dict[str, Any], made: Development) -> None:
    card, day = made.scorecard, pd.Timestamp("2026-01-31").date()
    assert "credit_limit" not in card.names
    sample = drawn["sample"].assign(credit_limit=np.where(np.arange(N) % 4, np.arange(N), np.nan))
    known = reference(card, made.metrics.score_edges, sample)
    still = {one.name: one.shift.index for one in month_shift(card, known, sample, day).others}
    assert still["credit_limit"] == 0
    later = month_shift(card, known, sample.assign(credit_limit=sample["credit_limit"] * 0.2), day)
    assert later.score.index == 0 and later.others[-1].name == "credit_limit" and later.others[-1].shift.index > 0.25


def test_the_stability_index_by_hand() -> None:
    found = shift([50, 50], [25, 75])
    assert found.index == pytest.approx(-0.25 * np.log(0.5) + 0.25 * np.log(1.5)) and found.worst == 0
    assert found.chance == pytest.approx(0.02 * 10.827566) and found.now == (0.25, 0.75)


def test_a_period_of_too_few_rows_rules_nothing(drawn: dict[str, Any], made: Development, judged: Validation) -> None:
    """One row has an index of 2 and more, which chance alone gives: stability is judged by the newest period that tells."""
    known = reference(made.scorecard, made.metrics.score_edges, drawn["sample"])
    whole, one = (
        month_shift(made.scorecard, known, drawn["sample"].iloc[:rows], date(year, 12, 31))
        for rows, year in ((600, 1997), (1, 1998))
    )
    assert one.score.index > 2 > TOO_FEW and not one.tells and whole.tells and whole.score.chance < 0.25
    assert newest_telling([whole, one]) is whole and newest_telling([one]) is one
    told = {each.code: each for each in findings(judged, None, [whole, one])}
    assert told["score_psi"].level == "stable" and told["moved"].names == ()
