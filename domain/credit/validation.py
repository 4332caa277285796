"""A scorecard judged again from its sample: how sure its weights are, how well it tells and how true its probabilities
are out of fold and out of time, what a challenger would add, and how groups of people come out of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import logit

from domain.behaviour.boosted import BoostingRules, fit_boosted
from domain.credit.fairness import COMPANY, UNKNOWN, age_band, outcomes_by_group
from domain.credit.folds import Answers, order_of, out_of_fold
from domain.credit.inference import auc_difference, default_rate, hosmer_lemeshow, weights_told
from domain.credit.metrics import Estimate, auc, bootstrap, brier, calibration, tally, tenths
from domain.credit.regression import correlations, fit_logistic, inflation
from domain.credit.run import (
    LEAST_OF_EACH,
    ScorecardParameters,
    estimator_of,
    mean_of,
    numbered,
    offered_of,
    unseen_odds,
)
from domain.credit.scorecard import Scorecard, recalibrate
from domain.credit.straightness import SLOPE_RIDGE, chances_at
from domain.credit.validated import (
    Band,
    Calibration,
    Challenger,
    Coefficient,
    DayAuc,
    Discrimination,
    Fairness,
    GradeRate,
    GroupOutcome,
    Observed,
    OutOfTime,
    Tenth,
    Validation,
)  # fmt: skip
from domain.credit.woe import Counts, Floats

MOST_DAYS = 8  # observation days shown one by one; more are put together by quarter
FEW_ROWS = 100  # a period of fewer is mostly chance
LATEST_SHARES = (0.3, 0.4, 0.5)  # of the rows are later, where the days do not part them
ROC_POINTS = 120
DIGITS = 6  # of log odds that are compared: sums in another order must not make another answer


@dataclass(frozen=True)
class Beside:
    """What is known of each row beside its characteristics, in the sample's order.

    observed: datetime64[D]. customer: whose row it is. gender, age: of the person (years), None where the source does
    not say; they are looked at for fairness only. company: it is none, and has neither.
    """

    observed: NDArray[np.datetime64]
    customer: pd.Series
    gender: pd.Series | None = None
    age: pd.Series | None = None
    company: pd.Series | None = None


@dataclass(frozen=True)
class ValidationRules:
    """cut: the last grade that is approved. boosting: the challenger's trees."""

    cut: str = "B"
    boosting: BoostingRules = field(default_factory=lambda: BoostingRules(rounds=60, least_rows=20))


def validate(
    card: Scorecard, sample: pd.DataFrame, bad: ArrayLike, beside: Beside, parameters: ScorecardParameters,
    rules: ValidationRules, seed: int,
) -> Validation:  # fmt: skip
    """Judge a card. sample, bad: what it was developed on, drawn again; parameters, seed: those of its development.

    Rows may come in any order. ValueError: a cut that is no grade, a sample without the card's columns, or too small.
    """
    if rules.cut not in card.masterscale.grades:
        raise ValueError(f"{rules.cut} is no grade of the card; it has {', '.join(card.masterscale.grades)}.")
    outcome = np.asarray(bad).astype(np.int64)
    offered = offered_of(sample, parameters)
    if min(outcome.sum(), len(outcome) - outcome.sum()) < LEAST_OF_EACH:
        raise ValueError(
            f"The sample has {outcome.sum()} bad of {len(outcome)} rows; {LEAST_OF_EACH} of each are needed."
        )
    order = order_of(sample[list(offered)].reset_index(drop=True), outcome)
    table, outcome = sample.iloc[order].reset_index(drop=True), outcome[order]
    beside = _ordered(beside, order)
    features = table[list(offered)]
    whose = numbered(beside.customer)
    unseen = [np.round(odds, DIGITS) for odds in unseen_odds(features, outcome, offered, parameters, seed, whose)]
    codes = card.codes(table)
    reproduced = _reproduced(card, codes, outcome)
    coefficients, intercept, matrix = _coefficients(card, codes, outcome, beside, parameters)
    leveled = [c.name for c in card.characteristics if c.binning.shape == "states"]
    multiplied = _multiplied(coefficients, leveled)
    return Validation(
        len(outcome), int(outcome.sum()), int(beside.customer.nunique()), reproduced, _observed(outcome, beside.observed),
        coefficients, intercept, matrix, _discrimination(card, codes, outcome, unseen, beside, parameters, seed),
        _calibration(card, outcome, unseen, multiplied),
        _out_of_time(card, features, outcome, beside, offered, parameters, multiplied, seed),
        _challenger(features, outcome, unseen[0], parameters, rules, seed, whose), _fairness(card, codes, outcome, beside, rules),
    )  # fmt: skip


def _ordered(beside: Beside, order: NDArray[Any]) -> Beside:
    def taken(column: pd.Series | None) -> pd.Series | None:
        return None if column is None else column.iloc[order].reset_index(drop=True)

    return Beside(
        beside.observed[order], beside.customer.iloc[order].reset_index(drop=True), taken(beside.gender), taken(beside.age),
        taken(beside.company),
    )  # fmt: skip


def _reproduced(card: Scorecard, codes: NDArray[np.int64], bad: Counts) -> bool:
    """Whether every bin has the rows and bad rows the card says."""
    for i, one in enumerate(card.characteristics):
        size = len(one.binning.bins)
        rows = np.bincount(codes[:, i], minlength=size)
        bads = np.bincount(codes[bad > 0, i], minlength=size)
        if [(b.rows, b.bad) for b in one.binning.bins] != list(zip(rows.tolist(), bads.tolist(), strict=True)):
            return False
    return True


def _day(value: np.datetime64) -> date:
    found: date = value.astype("datetime64[D]").item()
    return found


def periods_of(observed: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """The day each row is put under: its own, or the last of its quarter where there are many days, of its year where
    quarters would be many too, or of few rows each."""
    if len(np.unique(observed)) <= MOST_DAYS:
        return observed
    months = observed.astype("datetime64[M]").astype(int)
    ends = (months // 3 * 3 + 3).astype("datetime64[M]").astype("datetime64[D]") - 1
    quarters = len(np.unique(ends))
    if quarters > 3 * MOST_DAYS or len(observed) < FEW_ROWS * quarters:
        ends = (observed.astype("datetime64[Y]") + 1).astype("datetime64[D]") - 1
    return np.asarray(ends)


def _observed(bad: Counts, observed: NDArray[np.datetime64]) -> tuple[Observed, ...]:
    periods = periods_of(observed)
    return tuple(
        Observed(_day(day), int((periods == day).sum()), int(bad[periods == day].sum())) for day in np.unique(periods)
    )


def _coefficients(
    card: Scorecard, codes: NDArray[np.int64], bad: Counts, beside: Beside, parameters: ScorecardParameters
) -> tuple[tuple[Coefficient, ...], float, tuple[tuple[float, ...], ...]]:
    """Weights with their errors, the intercept of the regression, and the correlations of the evidence."""
    evidence = np.column_stack([c.binning.weights.take(codes[:, i]) for i, c in enumerate(card.characteristics)])
    ridge = parameters.selection.ridge
    fit = fit_logistic(evidence, bad, ridge)
    weights = weights_told(evidence, bad, fit, ridge, numbered(beside.customer))
    factors = inflation(evidence)
    found = tuple(
        Coefficient(c.name, c.weight, w.value, w.error, w.z, w.above, float(f), c.weight > 0)
        for c, w, f in zip(card.characteristics, weights[1:], factors, strict=True)
    )
    matrix = np.round(correlations(evidence), 4) + 0.0
    return found, weights[0].value, tuple(tuple(row) for row in matrix.tolist())


def _multiplied(coefficients: Sequence[Coefficient], leveled: Collection[str]) -> float:
    """What the development multiplied all weights with: those on the card, of those fitted. It knew the rows between good and
    bad, and perhaps a second slope; the slope of good and bad alone is another figure. leveled: characteristics of states,
    whose evidence has a level of its own (see `state_rates`) and no longer that of the fit."""
    plain = [one for one in coefficients if one.name not in leveled] or coefficients
    fitted = np.array([one.fitted for one in plain])
    return float(np.array([one.weight for one in plain]) @ fitted / (fitted @ fitted))


def _discrimination(
    card: Scorecard, codes: NDArray[np.int64], bad: Counts, unseen: list[Floats], beside: Beside,
    parameters: ScorecardParameters, seed: int,
) -> Discrimination:  # fmt: skip
    whose = numbered(beside.customer)
    drawn = [bootstrap(bad, odds, parameters.redraws, seed, whose) for odds in unseen]
    periods = periods_of(beside.observed)
    by_day = []
    for day in np.unique(periods):
        there = periods == day
        bads, rows = int(bad[there].sum()), int(there.sum())
        enough = min(bads, rows - bads) >= LEAST_OF_EACH // 2
        area = (
            bootstrap(bad[there], unseen[0][there], parameters.redraws, seed, whose[there])["auc"] if enough else None
        )
        by_day.append(DayAuc(_day(day), rows, bads, area))
    scores = card.scaling.offset + card.scaling.factor * unseen[0]
    return Discrimination(
        mean_of([d["auc"] for d in drawn]), mean_of([d["gini"] for d in drawn]), mean_of([d["ks"] for d in drawn]),
        auc(bad, card.score(codes)), len(unseen), parameters.folds, _roc(bad, unseen[0]), _bands(bad, scores), tuple(by_day),
    )  # fmt: skip


def _roc(bad: Counts, odds: Floats) -> tuple[tuple[float, float], ...]:
    counted = tally(bad, odds)
    goods = np.concatenate([[0.0], np.cumsum(counted.good) / counted.good.sum()])
    bads = np.concatenate([[0.0], np.cumsum(counted.bad) / counted.bad.sum()])
    places = np.unique(np.linspace(0, len(goods) - 1, ROC_POINTS).round().astype(int))
    return tuple((round(float(goods[i]), DIGITS), round(float(bads[i]), DIGITS)) for i in places)


def _bands(bad: Counts, scores: Floats) -> tuple[Band, ...]:
    edges = tenths(scores)
    places = np.searchsorted(edges, scores, side="left")
    bounds = [None, *(round(float(e), 1) for e in edges), None]
    found = []
    for place in range(len(edges) + 1):
        there = places == place
        found.append(
            Band(bounds[place], bounds[place + 1], int((there & (bad == 0)).sum()), int((there & (bad > 0)).sum()))
        )
    return tuple(found)


def _chances(unseen: list[Floats], bad: Counts, steeper: float = 1.0) -> tuple[list[Floats], float]:
    """Probabilities of bad at the sample's own rate, as the development judges them, and the mean slope."""
    fits = [fit_logistic(odds[:, None], bad, SLOPE_RIDGE) for odds in unseen]
    return [chances_at(odds, bad, steeper) for odds in unseen], float(np.mean([f.weights[0] for f in fits]))


def _calibration(card: Scorecard, bad: Counts, unseen: list[Floats], multiplied: float) -> Calibration:
    chances, slope = _chances(unseen, bad, card.scaling.steeper)
    groups = calibration(bad, chances[0])
    rate = float(bad.mean())
    places = card.masterscale.place(chances[0])
    grades = []
    for place, grade in enumerate(card.masterscale.grades):
        there = places == place
        told = (
            default_rate(int(there.sum()), int(bad[there].sum()), float(chances[0][there].mean()))
            if there.any()
            else None
        )
        grades.append(GradeRate(grade, told))
    rows = tuple(
        Tenth(int(n), int(k), float(p), float(s))
        for n, k, p, s in zip(groups["rows"], groups["bad"], groups["predicted"], groups["seen"], strict=True)
    )
    return Calibration(
        float(np.mean([brier(bad, c) for c in chances])), rate * (1 - rate), slope, multiplied, rows,
        hosmer_lemeshow(groups["rows"], groups["bad"], groups["predicted"]), tuple(grades),
    )  # fmt: skip


def _since(bad: Counts, observed: NDArray[np.datetime64]) -> np.datetime64 | None:
    """The first day that is judged: the newest where there are few days, else the one after which the latest rows lie, as
    large a share of LATEST_SHARES as it takes.

    None where either side would have too few of an outcome.
    """
    days = np.unique(observed)
    if len(days) < 2:
        return None
    ordered = np.sort(observed)
    later = [ordered[int(len(ordered) * (1 - share))] for share in LATEST_SHARES]
    for since in [days[-1]] if len(days) <= MOST_DAYS else later:
        if _both(bad[observed < since], LEAST_OF_EACH) and _both(bad[observed >= since], LEAST_OF_EACH // 2):
            return np.datetime64(since, "D")
    return None


def _both(bad: Counts, least: int) -> bool:
    """Whether each outcome occurs so often. To learn takes more than to judge, whose interval says how few there were."""
    return min(int(bad.sum()), len(bad) - int(bad.sum())) >= least


def _out_of_time(
    card: Scorecard, features: pd.DataFrame, bad: Counts, beside: Beside, offered: tuple[str, ...],
    parameters: ScorecardParameters, multiplied: float, seed: int,
) -> OutOfTime | None:  # fmt: skip
    """A card of the earlier rows, multiplied and bent as the one that is judged, on the later ones."""
    since = _since(bad, beside.observed)
    if since is None:
        return None
    early = beside.observed < since
    try:
        whose = numbered(beside.customer)[early]
        earlier = estimator_of(offered, parameters).fit(features[early], bad[early], whose).scorecard_
    except (ValueError, ArithmeticError):  # the earlier rows alone tell nothing
        return None
    known = earlier.log_odds_of(features[early])
    earlier = recalibrate(earlier, known, multiplied, float(bad[early].mean()), card.scaling.steeper)
    scaling, later = earlier.scaling, bad[~early]
    chance = scaling.probability(scaling.offset + scaling.factor * earlier.log_odds_of(features[~early]))
    odds = np.round(-logit(chance), DIGITS)  # bent above the knee, where the card has one
    people = numbered(beside.customer[~early])
    area = bootstrap(later, odds, parameters.redraws, seed, people)["auc"]
    evidence = odds[:, None]
    fit = fit_logistic(evidence, later, SLOPE_RIDGE)
    slope = weights_told(evidence, later, fit, SLOPE_RIDGE, people)[1]
    rate = default_rate(len(later), int(later.sum()), float(chance.mean()))
    return OutOfTime(_day(since), int(early.sum()), int(bad[early].sum()), area, slope.value, rate, *slope.interval)


def _challenger(
    features: pd.DataFrame,
    bad: Counts,
    ours: Floats,
    parameters: ScorecardParameters,
    rules: ValidationRules,
    seed: int,
    whose: Counts,
) -> Challenger:
    """On the folds of the first repeat. Words are told to the trees by their order of first appearance in the alphabet."""
    numbers = features.apply(_as_number)
    names = list(numbers.columns)

    def fit(seen: pd.DataFrame, outcome: Counts) -> Answers:
        trees = fit_boosted(seen.reset_index(drop=True), outcome, names, rules.boosting, seed)
        return lambda rows: -trees.raw(rows)

    odds = np.round(out_of_fold(numbers, bad, parameters.folds, seed, fit, whose), DIGITS)
    chances, _ = _chances([odds], bad)
    area: Estimate = bootstrap(bad, odds, parameters.redraws, seed, whose)["auc"]
    card = bootstrap(bad, ours, parameters.redraws, seed, whose)["auc"]
    return Challenger(len(names), area, auc_difference(bad, ours, odds, whose), brier(bad, chances[0]), card)


def _as_number(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.astype(float)
    codes = column.astype("category").cat.codes.astype(float)
    return codes.where(codes >= 0)


def _fairness(
    card: Scorecard, codes: NDArray[np.int64], bad: Counts, beside: Beside, rules: ValidationRules
) -> Fairness:
    chance = card.scaling.probability(card.score(codes))
    last = card.masterscale.grades.index(rules.cut)
    approved = pd.Series(card.masterscale.place(chance) <= last)

    def told(group: pd.Series | None) -> tuple[GroupOutcome, ...]:
        if group is None or not group.notna().any():
            return ()
        whole = group if beside.company is None else group.astype(object).where(~beside.company, COMPANY)
        return _groups(whole, approved, bad, chance, beside.customer)

    return Fairness(rules.cut, told(beside.gender), told(None if beside.age is None else age_band(beside.age)))


def _groups(
    group: pd.Series, approved: pd.Series, bad: Counts, chance: Floats, customer: pd.Series
) -> tuple[GroupOutcome, ...]:
    table = outcomes_by_group(group, approved, pd.Series(bad), customer)
    words = group.astype(object).where(group.notna(), UNKNOWN).to_numpy()
    found = []
    for row in table.to_dict("records"):
        there = words == row["group"]
        found.append(
            GroupOutcome(
                str(row["group"]), int(row["rows"]), int(bad[there].sum()), float(row["approval"]), _known(row["impact"]),
                _known(row["good_refused"]), _known(row["bad_approved"]), float(chance[there].mean()),
                int(row["customers"]), _known(row["low"]), _known(row["high"]),
            )
        )  # fmt: skip
    return tuple(found)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
