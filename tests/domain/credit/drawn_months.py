"""A card's months drawn from one population, so that whatever is raised is a false alarm; or from another from a month on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from domain.credit.inference import default_rate
from domain.credit.metrics import bootstrap
from domain.credit.monitoring import THRESHOLDS, Judgement, Known, Outcome, WatchedMonth, judge
from domain.credit.stability import CharacteristicShift, MonthShift, shift

NAMES = (
    "utilisation", "deposits", "aum_avg_3m", "tenure_months", "instalment_burden", "missed_instalments", "annual_income",
    "inflow_3m", "aum_trend_6m", "days_since_last", "regular_income_months", "share_category_red_packet",
)  # fmt: skip
BESIDE = ("aum", "loans", "credit_limit", "instalments")  # watched, and not on the card
GRADES = np.array([0.05, 0.10, 0.16, 0.28, 0.18, 0.11, 0.07, 0.04, 0.01])
DAYS_TAUGHT, REDRAWS = 4, 200
# The score is normal, and the chance of default falls with it: a Gini of about 0.6 at this slope.
SLOPE = 1.25


@dataclass(frozen=True)
class Size:
    """customers: rated a month. followed: of them those whose outcome is known. rate: how many of these default."""

    customers: int
    followed: int
    rate: float


def month_end(place: int) -> date:
    """Of 2024-01 and after."""
    year, month = divmod(place + 1, 12)
    return date(2024 + year, month + 1, 1) - timedelta(days=1)


def drawn(
    seed: int, size: Size, months: int, drift_at: int | None = None, drift: float = 0.6
) -> tuple[Known, list[WatchedMonth]]:
    """A development and `months` months after it. drift: of the first characteristic's customers in its largest bin as many
    have gone to its smallest, from month `drift_at` on (counted from the first after the development)."""
    rng = np.random.default_rng(seed)
    bins = [np.array([0.4, 0.3, 0.2, 0.1]), *(rng.dirichlet(np.full(rng.integers(2, 9), 4.0)) for _ in NAMES[1:])]
    tenths = np.full(10, 0.1)
    whole = size.customers * DAYS_TAUGHT
    beside = {name: rng.multinomial(whole, tenths) for name in BESIDE}
    known = (rng.multinomial(whole, tenths), [rng.multinomial(whole, one) for one in bins])
    bad, scores = _outcomes(
        rng, size, size.followed * 2
    )  # some are on several days: two days' worth of different people
    gini = bootstrap(bad, scores, REDRAWS, seed)["gini"]
    taught = 12
    lines = []
    for place in range(taught + months):
        moved = drift_at is not None and place >= taught + drift_at
        now = [_drifted(bins[0], drift) if moved else bins[0], *bins[1:]]
        shifts = tuple(
            CharacteristicShift(name, shift(was, rng.multinomial(size.customers, share), size.customers), 0.0)
            for name, was, share in zip(NAMES, known[1], now, strict=True)
        )
        score = shift(known[0], rng.multinomial(size.customers, tenths), size.customers)
        grades = tuple(rng.multinomial(size.customers, GRADES).tolist())
        # Only outcomes that are judged are drawn: of months after the development that are a year old by the end.
        outcome = _outcome(rng, size, float(bad.mean()), seed) if taught <= place < taught + months - 12 else None
        others = tuple(
            CharacteristicShift(name, shift(was, rng.multinomial(size.customers, tenths), size.customers), 0.0)
            for name, was in beside.items()
        )
        told = MonthShift(month_end(place), size.customers, score, shifts, 600.0, float(bad.mean()), grades, others)
        lines.append(WatchedMonth(told, outcome, None, place < taught))
    return Known(gini, int(bad.sum()), month_end(taught - 1)), lines


def _outcome(rng: np.random.Generator, size: Size, predicted: float, seed: int) -> Outcome:
    seen, points = _outcomes(rng, size, size.followed)
    rate = default_rate(size.followed, int(seen.sum()), predicted)
    return Outcome(rate, bootstrap(seen, points, REDRAWS, seed)["gini"] if seen.sum() >= THRESHOLDS.least_bad else None)


def _outcomes(rng: np.random.Generator, size: Size, rows: int) -> tuple[np.ndarray, np.ndarray]:
    score = rng.normal(size=rows)
    odds = -SLOPE * score
    level = np.log(size.rate / (1 - size.rate)) - SLOPE**2 / 2
    return (rng.random(rows) < 1 / (1 + np.exp(-odds - level))).astype(int), np.round(600 + 28 * score)


def _drifted(share: np.ndarray, drift: float) -> np.ndarray:
    found = share.copy()
    most, least = int(np.argmax(share)), int(np.argmin(share))
    found[most] -= drift * share[most]
    found[least] += drift * share[most]
    return found


def judged_after(known: Known, lines: Sequence[WatchedMonth]) -> list[tuple[Judgement, ...]]:
    """The judgements of the months after the development."""
    found = judge(lines, known)
    return [told for line, told in zip(lines, found, strict=True) if line.shift.month > known.since]
