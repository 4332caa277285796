"""A credit run: develop a scorecard on a sample, and rate customers with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from domain.credit.binning import CARD_BINS, BinningRules, Codes
from domain.credit.by_hand import Plan
from domain.credit.characteristics import NEVER, OFFERED, Clearance, cleared_of, excluded, named
from domain.credit.estimator import ScorecardClassifier
from domain.credit.folds import Answers, order_of, out_of_fold
from domain.credit.grades import DEFAULTED, Masterscale
from domain.credit.metrics import Estimate, auc, bootstrap, brier, calibration, counts_by, tenths
from domain.credit.reasons import one_grade_up, points_of, reasons_of
from domain.credit.regression import fit_logistic
from domain.credit.round_cuts import STEPS
from domain.credit.scorecard import Scaling, Scorecard, recalibrate
from domain.credit.selection import CARD_RULES, SelectionRules, Verdict
from domain.credit.state_rates import Shifts, state_shifts, with_shifts
from domain.credit.straightness import SLOPE_RIDGE, chances_at, lines_of
from domain.credit.woe import Counts, Floats

DEFAULT_DAYS = 90
LEAST_OF_EACH = 20
SMALL_SAMPLE = 5_000


@dataclass(frozen=True)
class ScorecardParameters:
    """How a scorecard is made; the defaults are meant for every bank.

    characteristics: columns to offer (None: every described characteristic the sample has). directions: column -> what
    a higher value means, over the table of characteristics. specials: column -> codes that are not quantities, over the table.
    bins: column -> bins set by hand (see `by_hand`), also where cards are made to be judged out of fold. cleared: columns
    that may tell more than the leak flag allows, beside those the table declares; any other that does stays out.
    long_run_rate: share of bad over a whole cycle (0..1) the PD is calibrated to, None for the sample's own. folds and
    repeats: cross validation (repeats None: 2 for a sample of under 5,000 customers, else 1). redraws: of the bootstrap.
    """

    characteristics: tuple[str, ...] | None = None
    directions: Mapping[str, str] = field(default_factory=dict)
    specials: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    bins: Mapping[str, Plan] = field(default_factory=dict)
    cleared: Mapping[str, Clearance] = field(default_factory=dict)
    binning: BinningRules = CARD_BINS
    selection: SelectionRules = CARD_RULES
    scaling: Scaling = field(default_factory=Scaling)
    masterscale: Masterscale = field(default_factory=Masterscale)
    long_run_rate: float | None = None
    folds: int = 10
    repeats: int | None = None
    redraws: int = 500


@dataclass(frozen=True)
class DevelopmentMetrics:
    """Figures of a development. All but fitted_auc are out of fold: bins, selection and weights never saw the row.

    auc, gini, ks: with 95 % bootstrap intervals over customers, the mean over the repeats. brier: at the sample's own rate of bad.
    slope: of the outcome on the out-of-fold log odds (1 is neither too bold nor too shy). shrinkage: what the weights
    were multiplied with because of it. calibration: rows of `metrics.calibration`. score_edges, score_counts: tenths
    of the development score, for the stability index later. verdicts: on every characteristic offered. clearances: of
    those over the leak flag that may enter all the same, why and by whom. states: what was added to the log odds of
    customers in declared states (see `state_rates`).
    """

    rows: int
    bad: int
    auc: Estimate
    gini: Estimate
    ks: Estimate
    brier: float
    slope: float
    shrinkage: float
    fitted_auc: float
    calibration: tuple[dict[str, Any], ...]
    score_edges: tuple[float, ...]
    score_counts: tuple[int, ...]
    verdicts: tuple[Verdict, ...]
    clearances: Mapping[str, Clearance] = field(default_factory=dict)
    states: Shifts = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON-able words and numbers."""
        return asdict(self)


@dataclass(frozen=True)
class Development:
    """What a development run gives: the card and how good it is."""

    scorecard: Scorecard
    metrics: DevelopmentMetrics


def develop(
    sample: pd.DataFrame,
    bad: ArrayLike,
    parameters: ScorecardParameters,
    seed: int,
    between: pd.DataFrame | None = None,
) -> Development:
    """Make a scorecard and judge it out of fold.

    sample: one row a customer or application, described characteristics as columns (of others only customer_id is looked
    at: whose rows belong together). bad: 0/1 of the same length. Neither the order nor the names of the rows matter:
    folds are drawn by the rows' content.
    between: rows neither good nor bad. They teach no bin and no weight and no figure judges them, but they did not
    default: the PD is calibrated with them, or whoever is in arrears would look surer to default than they are.
    ValueError: a forbidden characteristic, fewer than 20 rows of either outcome, nothing that carries information.
    """
    outcome = np.asarray(bad).astype(np.int64)
    offered = offered_of(sample, parameters)
    _check(outcome, len(sample))
    table = sample[list(offered)].reset_index(drop=True)
    order = order_of(table, outcome)
    table, outcome = table.iloc[order].reset_index(drop=True), outcome[order]
    whose = numbered(sample["customer_id"].iloc[order]) if "customer_id" in sample else None
    whole = estimator_of(offered, parameters).fit(table, outcome, whose)
    unseen = unseen_odds(table, outcome, offered, parameters, seed, whose)
    card = replace(whole.scorecard_, masterscale=parameters.masterscale)
    rest = card.log_odds_of(between) if between is not None and len(between) else np.empty(0)
    everybody = _people(sample.iloc[order], between if len(rest) else None)
    shrinkage, steeper = lines_of(unseen, rest, outcome, everybody)
    codes = card.codes(table)
    known = np.concatenate([card.log_odds(codes), rest])
    rate = parameters.long_run_rate if parameters.long_run_rate is not None else float(outcome.sum() / len(known))
    card = recalibrate(card, known, shrinkage, rate, steeper)
    met = np.vstack([codes, card.codes(between)]) if between is not None and len(rest) else codes
    shifts = _shifts(card, met, outcome, parameters, everybody)
    card = with_shifts(card, met, shifts, rate)
    return Development(
        card, _metrics(card, codes, outcome, whose, unseen, whole.verdicts_, parameters, seed, shrinkage, shifts)
    )


def _metrics(
    card: Scorecard, codes: Codes, outcome: Counts, whose: Counts | None, unseen: list[Floats],
    verdicts: tuple[Verdict, ...], parameters: ScorecardParameters, seed: int, shrinkage: float, shifts: Shifts,
) -> DevelopmentMetrics:  # fmt: skip
    """What the development says of itself; its card is judged by the answers of cards that did not see the row."""
    fits = [fit_logistic(odds[:, None], outcome, SLOPE_RIDGE) for odds in unseen]
    slope = float(np.mean([fit.weights[0] for fit in fits]))
    scores = card.score(codes)
    chances = [chances_at(odds, outcome, card.scaling.steeper) for odds in unseen]
    drawn = [bootstrap(outcome, np.round(odds, 6), parameters.redraws, seed, whose) for odds in unseen]
    edges = tenths(scores)
    return DevelopmentMetrics(
        len(codes), int(outcome.sum()), mean_of([d["auc"] for d in drawn]), mean_of([d["gini"] for d in drawn]),
        mean_of([d["ks"] for d in drawn]), float(np.mean([brier(outcome, c) for c in chances])), slope, shrinkage,
        auc(outcome, scores), tuple(_plain(calibration(outcome, chances[0]))), tuple(edges.tolist()),
        tuple(counts_by(scores, edges).tolist()), verdicts,
        cleared_of(tuple(v.name for v in verdicts if v.leak_suspected), parameters.cleared), shifts,
    )  # fmt: skip


def _shifts(
    card: Scorecard, codes: Codes, outcome: Counts, parameters: ScorecardParameters, whose: NDArray[np.int64] | None
) -> Shifts:
    """What the card's states must gain or lose. codes: of the rows with an outcome, then of those between, who did not default."""
    if parameters.binning.apart_chance is None:
        return ()
    bad = np.concatenate([outcome, np.zeros(len(codes) - len(outcome), dtype=np.int64)])
    return state_shifts(card, codes, bad, directions_of(card.names, parameters), parameters.binning.smoothing, whose)


def _people(sample: pd.DataFrame, between: pd.DataFrame | None) -> NDArray[np.int64] | None:
    """A number a row of both, the same for rows of one customer; None where they are not named."""
    tables = [sample] if between is None else [sample, between]
    if not all("customer_id" in table for table in tables):
        return None
    return numbered(pd.concat([table["customer_id"] for table in tables]))


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.to_dict("records")  # type: ignore[return-value]


def mean_of(estimates: list[Estimate]) -> Estimate:
    """The mean of estimates of one figure, its interval the mean of theirs."""
    rows = np.array([(e.value, e.low, e.high) for e in estimates]).mean(axis=0)
    return Estimate(*(float(x) for x in rows))


def offered_of(sample: pd.DataFrame, parameters: ScorecardParameters) -> tuple[str, ...]:
    """Columns that are offered, in order. ValueError for one that may never be or is not there."""
    names = parameters.characteristics
    if names is None:
        return tuple(sorted(c for c in sample.columns if c in OFFERED))
    forbidden = [name for name in names if name in NEVER]
    if forbidden:
        raise ValueError(
            f"{', '.join(forbidden)} may never be a characteristic: gender and age are used to check fairness only."
        )
    for name in names:
        left_out = excluded(name)
        if left_out is not None:
            raise ValueError(f"{name} is not offered for credit. {left_out.why[1]}.")
    absent = [name for name in names if name not in sample.columns]
    if absent:
        raise ValueError(f"The sample has no column {', '.join(absent)}; leave it out of the parameters or add it.")
    return tuple(sorted(names))


def _check(outcome: Counts, rows: int) -> None:
    if len(outcome) != rows:
        raise ValueError(f"The sample has {rows} rows and {len(outcome)} outcomes; they must be as many.")
    bads = int(outcome.sum())
    if not np.isin(outcome, (0, 1)).all() or min(bads, rows - bads) < LEAST_OF_EACH:
        raise ValueError(
            f"The sample has {bads} bad of {rows} rows; a scorecard needs outcomes of 0 and 1 and at least "
            f"{LEAST_OF_EACH} of each. Widen the window of the sample."
        )


def estimator_of(offered: tuple[str, ...], parameters: ScorecardParameters) -> ScorecardClassifier:
    """What makes a card of these columns, not fitted yet."""
    directions = directions_of(offered, parameters)
    return ScorecardClassifier(
        parameters.binning,
        parameters.selection,
        parameters.scaling,
        directions,
        {name: parameters.specials.get(name, named(name).states) for name in offered},
        {name: plan for name, plan in parameters.bins.items() if name in offered},
        tuple(cleared_of(offered, parameters.cleared)),
        steps={name: STEPS[named(name).unit] for name in offered if named(name).unit in STEPS},
    )


def directions_of(names: tuple[str, ...], parameters: ScorecardParameters) -> dict[str, str]:
    """What a higher value of each means: as the parameters say, else as the table declares."""
    return {name: parameters.directions.get(name, named(name).direction) for name in names}


def numbered(customers: pd.Series) -> NDArray[np.int64]:
    """A number a row, the same for rows of one customer, shape (n,)."""
    return pd.factorize(customers)[0].astype(np.int64)


def unseen_odds(
    table: pd.DataFrame, bad: Counts, offered: tuple[str, ...], parameters: ScorecardParameters, seed: int,
    whose: NDArray[np.int64] | None = None,
) -> list[Floats]:  # fmt: skip
    """Log odds of good of every row from cards that did not see it, an array a repeat; rows in the order of `order_of`.

    The table's index counts its rows from 0.
    """

    def fit(seen: pd.DataFrame, outcome: Counts) -> Answers:
        model = estimator_of(offered, parameters).fit(seen, outcome, None if whose is None else whose[seen.index])
        return lambda rows: -model.decision_function(rows)

    people = len(table) if whose is None else len(np.unique(whose))
    repeats = parameters.repeats or (2 if people < SMALL_SAMPLE else 1)
    return [out_of_fold(table, bad, parameters.folds, seed + i, fit, whose) for i in range(repeats)]


def defaulted(features: pd.DataFrame) -> NDArray[np.bool_]:
    """Who is 90 days past due or more today, shape (n,); nobody where the table does not know it."""
    if "days_past_due" not in features.columns:
        return np.zeros(len(features), dtype=bool)
    return (features["days_past_due"].to_numpy(dtype=float, na_value=np.nan) >= DEFAULT_DAYS).astype(bool)


def rate(scorecard: Scorecard, features: pd.DataFrame, key: str = "customer_id") -> pd.DataFrame:
    """Rate customers. One row each, in order of the key.

    Columns: key; score (whole, missing for D); pd (0..1, 1 for D); grade; base (the base points); points (entries that
    add up to score − base, see `reasons.points_of`); values (the customer's own figures in the same order, None where
    not known); reasons (at most four); next_grade (see `reasons.one_grade_up`). Who has defaulted gets D and no score.
    """
    table = features.sort_values(key, kind="stable").reset_index(drop=True)
    bad = defaulted(table)
    live = table[~bad].reset_index(drop=True)
    codes = scorecard.codes(live)
    points = scorecard.points(codes)
    scores = points.sum(axis=1) + scorecard.base_points
    chance = scorecard.scaling.probability(scores)
    rated = pd.DataFrame(
        {
            key: live[key], "score": pd.array(scores, dtype="Int64"), "pd": chance,
            "grade": scorecard.masterscale.grade(chance), "base": scorecard.base_points,
            "points": points_of(scorecard, codes), "values": _values(scorecard, live),
            "reasons": reasons_of(scorecard, codes, points),
            "next_grade": pd.Series(one_grade_up(scorecard, codes, points, scores), dtype=object),
        }
    )  # fmt: skip
    gone = table.loc[bad, [key]]
    if len(gone):
        n = len(gone)
        fallen = pd.DataFrame(
            {
                key: gone[key].to_numpy(), "score": pd.array([pd.NA] * n, dtype="Int64"), "pd": 1.0, "grade": DEFAULTED,
                "base": scorecard.base_points, "points": [[] for _ in range(n)], "values": [[] for _ in range(n)],
                "reasons": [[] for _ in range(n)], "next_grade": pd.Series([None] * n, dtype=object),
            }
        )  # fmt: skip
        rated = pd.concat([rated, fallen]).sort_values(key, kind="stable").reset_index(drop=True)
    return rated


def _values(card: Scorecard, table: pd.DataFrame) -> list[list[Any]]:
    columns = table[list(card.names)].astype(object)
    return columns.where(columns.notna(), None).to_numpy().tolist()
