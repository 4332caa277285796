"""Learning from the past and being judged on what came later: which month-ends teach, calibrate and test.

What became of a customer is known `horizon` months after the month-end looked at. Months that calibrate or test begin
only when the outcomes of the months before them were known, so nothing seen twice flatters the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.behaviour.boosted import slope_of
from domain.credit.metrics import Estimate, auc, brier, calibration
from domain.credit.woe import Floats

MOST_MONTHS = 3  # that calibrate, and that test


class TooLittle(Exception):
    """There is too little history, or too few outcomes, to learn from. zh, en: a sentence each."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


@dataclass(frozen=True)
class Split:
    """Month-ends, ascending. teach, calibrate, test: how the method is judged. teach_now, calibrate_now: the model that
    scores today is made the same way, a test's length later, so that the newest known outcomes are not wasted.
    """

    teach: tuple[date, ...]
    calibrate: tuple[date, ...]
    test: tuple[date, ...]
    teach_now: tuple[date, ...]
    calibrate_now: tuple[date, ...]


def months_needed(horizon: int) -> int:
    """The fewest consecutive month-ends with known outcomes that can be split."""
    return 3 + 2 * (horizon - 1)


def split_by_time(days: Sequence[date], horizon: int) -> Split | None:
    """Split ascending month-ends whose outcomes are known; None when there are fewer than `months_needed`.

    Calibration and test take three months each where that leaves twice as many to teach, else two, else one.
    """
    gap, n = horizon - 1, len(days)
    if n < months_needed(horizon):
        return None
    fits = [k for k in range(MOST_MONTHS, 0, -1) if n - 2 * (k + gap) >= 2 * k]
    k = fits[0] if fits else 1
    first_test = n - k
    last = first_test - gap  # calibration ends before this
    told = tuple(days)
    return Split(
        teach=told[: last - k - gap], calibrate=told[last - k : last], test=told[first_test:],
        teach_now=told[: first_test - gap], calibrate_now=told[first_test:],
    )  # fmt: skip


def of(panel: pd.DataFrame, days: tuple[date, ...]) -> pd.DataFrame:
    """The rows of these month-ends, in the panel's order."""
    return panel[panel["as_of"].isin([pd.Timestamp(day) for day in days])].reset_index(drop=True)


def too_short(months: int, horizon: int) -> TooLittle:
    """The refusal for `months` month-ends with known outcomes."""
    needed = months_needed(horizon)
    return TooLittle(
        f"There are {months} month-ends whose next {horizon} months are known and at least {needed} are needed to learn "
        "on some and to be judged on later ones; nothing was predicted. Wait for more months, or choose a later date.",
        f"已知其后{horizon}个月结果的月末有 {months} 个，至少需要 {needed} 个才能以较早月份建模、较晚月份检验，故未作预测。"
        "请积累更多月份，或选择更晚的日期。",
    )


@dataclass(frozen=True)
class Judged:
    """How well probabilities did on months they had not seen, intervals of 95 % over redrawn customers.

    slope: of the outcome on the log odds (1: neither too bold nor too shy). lift: how many times the mean share of
    outcomes the tenth with the highest probabilities has. captured: the share of all outcomes found there. rule: AUC of
    the simple rule. gain: AUC above the rule's; better: the interval of the gain lies above 0.
    """

    rows: int
    outcomes: int
    auc: Estimate
    gini: Estimate
    rule: Estimate
    gain: Estimate
    better: bool
    brier: float
    brier_of_the_mean: float
    slope: float
    lift: float
    captured: float
    mean_predicted: float
    mean_seen: float
    calibration: tuple[dict[str, float], ...]


def judge(
    outcome: NDArray[np.int64], log_odds: Floats, probability: Floats, rule: Floats, customer: pd.Series,
    redraws: int, seed: int,
) -> Judged:  # fmt: skip
    """Judge rows of the test months. rule: higher is likelier. customer: whose row it is; all of a customer's rows are
    redrawn together, since one month's leaver is mostly next month's too.
    """
    drawn = _redrawn(outcome, (log_odds, rule), customer, redraws, seed)
    ours, theirs = auc(outcome, -log_odds), auc(outcome, -rule)
    area, simple = _estimate(ours, drawn[0]), _estimate(theirs, drawn[1])
    gain = _estimate(ours - theirs, drawn[0] - drawn[1])
    captured = _captured(outcome, log_odds)
    seen = float(outcome.mean())
    return Judged(
        rows=len(outcome), outcomes=int(outcome.sum()), auc=area,
        gini=Estimate(2 * area.value - 1, 2 * area.low - 1, 2 * area.high - 1), rule=simple, gain=gain,
        better=gain.low > 0, brier=brier(outcome, probability), brier_of_the_mean=seen * (1 - seen),
        slope=slope_of(log_odds, outcome), lift=captured * 10, captured=captured,
        mean_predicted=float(probability.mean()), mean_seen=seen,
        calibration=tuple(
            {str(k): float(v) for k, v in row.items()} for row in calibration(outcome, probability).to_dict("records")
        ),
    )  # fmt: skip


def _estimate(value: float, drawn: Floats) -> Estimate:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(float(value), float(low), float(high))


def _redrawn(
    outcome: NDArray[np.int64], scores: Sequence[Floats], customer: pd.Series, redraws: int, seed: int
) -> list[Floats]:
    """AUC of each score over `redraws` redraws of the customers with replacement, the same redraws for all scores."""
    rng = np.random.default_rng(seed)
    place, names = pd.factorize(customer, sort=True)
    ordered = []
    for score in scores:
        turn = np.argsort(score, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(score[turn]) > 0])
        ordered.append((place[turn], outcome[turn].astype(float), starts))
    found = [np.empty(redraws) for _ in scores]
    for at in range(redraws):
        times = rng.multinomial(len(names), np.full(len(names), 1 / len(names))).astype(float)
        for areas, (who, left, starts) in zip(found, ordered, strict=True):
            weight = times[who]
            bad = np.add.reduceat(weight * left, starts)
            good = np.add.reduceat(weight * (1 - left), starts)
            pairs = bad.sum() * good.sum()
            areas[at] = (bad * (np.cumsum(good) - good / 2)).sum() / pairs if pairs else 0.5
    return found


def _captured(outcome: NDArray[np.int64], score: Floats) -> float:
    """Share of the outcomes among the tenth of rows with the highest scores; equal scores share the last places."""
    table = pd.DataFrame({"score": score, "outcome": outcome}).groupby("score")["outcome"].agg(["size", "sum"])
    table = table.iloc[::-1]
    before = table["size"].cumsum() - table["size"]
    taken = np.clip(len(outcome) / 10 - before, 0, table["size"])
    return float((table["sum"] * taken / table["size"]).sum() / outcome.sum())
