"""Tables shaped like the public credit sets a scorecard is tried on, drawn by seed: nothing of those sets is in them.

Each has a hidden standing `k` a row (the higher, the riskier) which the columns see with noise, and the traps of its model:
codes that are no quantities, skew, gaps, statuses below zero, lists of thousands of words, rare outcomes, few rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Drawn = tuple[dict[str, Array], npt.NDArray[np.int8]]


@dataclass(frozen=True)
class Shape:
    """name: what the line says. rows: of the full and of the small size. codes: what the peer is told are special codes."""

    name: str
    draw: Callable[[int, np.random.Generator], Drawn]
    rows: dict[str, int]
    codes: tuple[int, ...] = ()


def _chance(odds: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-odds)))


def _outcome(rng: np.random.Generator, odds: Array) -> npt.NDArray[np.int8]:
    return (rng.random(len(odds)) < _chance(odds)).astype(np.int8)


def bureau(rows: int, rng: np.random.Generator) -> Drawn:
    """Of the home equity lines: 23 figures of a bureau, −7 condition not met, −8 no usable trade, −9 no record at all."""
    of = rng.normal(size=(rows, 4))  # arrears, length of history, searches, debt

    def seen(*weights: float) -> Array:
        return of[:, : len(weights)] @ np.array(weights) + 0.8 * rng.normal(size=rows)

    def count(level: float, spread: float, *weights: float) -> Array:
        return rng.poisson(np.exp(level + spread * seen(*weights))).astype(float)

    def whole(middle: float, spread: float, low: int, high: int, *weights: float) -> Array:
        return np.clip(np.round(middle + spread * seen(*weights)), low, high)

    def coded(values: Array, code: int, share: float) -> Array:
        return np.where(rng.random(rows) < share, code, values)

    table = {
        "risk_estimate": whole(72, -6, 33, 94, 1, 0.5, 0.3, 0.2),
        "months_oldest": np.clip(np.round(np.exp(5.2 - 0.25 * seen(0.3, 1))), 2, 803),
        "months_newest": np.floor(rng.exponential(9, rows) * np.exp(-0.2 * seen(0.2, 0.2))),
        "months_average": whole(78, -22, 4, 383, 0.3, 1), "satisfactory": whole(21, -6, 0, 79, 0.2, 0.8),
        "late_60": count(-0.9, 0.5, 1), "late_90": count(-1.2, 0.5, 1),
        "never_late": np.clip(np.round(100 - np.exp(1.2 + 0.8 * seen(1)) * (rng.random(rows) < 0.6)), 0, 100),
        "months_late": np.where(seen(1) < 0.1, -7, np.clip(np.floor(np.exp(2.6 - 0.6 * seen(1))), 0, 83)),
        "worst_record": whole(5.6, -1.2, 0, 7, 1), "worst_ever": whole(6.2, -1.1, 2, 8, 1),
        "trades": whole(22, -7, 0, 104, 0.1, 0.9), "opened_12m": count(0.4, 0.15, 0.2, 0, 0.6),
        "instalment_share": whole(34, 11, 0, 100, 0.2, 0, 0.5),
        "months_search": np.where(
            seen(0.2, 0, 1) < -1, -7, coded(np.clip(np.floor(rng.exponential(3, rows) * np.exp(-0.4 * seen(0, 0, 1))), 0, 24), -8, 0.04)
        ),
        "searches": count(0.1, 0.35, 0.1, 0, 1), "searches_old": count(0.0, 0.35, 0.1, 0, 1),
        "revolving_burden": coded(whole(34, 24, 0, 232, 0.4, 0, 0.1, 1), -8, 0.017),
        "instalment_burden": coded(whole(68, 18, 0, 471, 0.2, 0, 0, 0.4), -8, 0.33),
        "revolving_owed": coded(whole(4, 2, 0, 32, 0, -0.3, 0, 0.9), -8, 0.015),
        "instalment_owed": coded(whole(2.4, 1, 1, 23, 0, 0, 0.3, 0.3), -8, 0.08),
        "high_use": coded(count(-0.2, 0.42, 0.3, 0, 0, 1), -8, 0.06), "owed_share": whole(66, 16, 0, 100, 0.1, 0, 0.1, 0.7),
    }  # fmt: skip
    nobody = rng.random(rows) < 0.056
    table = {name: np.where(nobody, -9.0, values) for name, values in table.items()}
    return table, _outcome(rng, np.where(nobody, 0.15, 0.1 + of @ np.array([0.75, 0.3, 0.35, 0.6])))


def distress(rows: int, rng: np.random.Generator) -> Drawn:
    """Of the 150,000 borrowers: 10 skewed figures, income missing for a fifth, 96 and 98 for arrears nobody counted, 6 % bad."""
    k = rng.normal(size=rows)

    def seen(noise: float) -> Array:
        return k + noise * rng.normal(size=rows)

    use = np.clip(_chance(1.3 * seen(0.9) - 0.9) * 1.15 - 0.05, 0, 1.1)
    use = np.where(rng.random(rows) < 0.02, np.exp(rng.normal(5, 3, rows)), np.where(rng.random(rows) < 0.07, 0, use))
    unknown = rng.random(rows) < 0.0018
    code = np.where(rng.random(rows) < 0.98, 98.0, 96.0)
    late = {
        name: np.where(unknown, code, rng.poisson(np.exp(level + spread * seen(0.5))).clip(0, 17))
        for name, level, spread in (("late_30", -1.9, 0.9), ("late_60", -3.1, 1.1), ("late_90", -3.3, 1.25))
    }
    missing = rng.random(rows) < 0.198
    income = np.round(np.exp(8.6 - 0.12 * seen(1.5) + rng.normal(0, 0.6, rows)))
    debt = np.where(
        missing,
        np.round(np.exp(7 + 1.2 * rng.normal(size=rows))),
        np.exp(-1.1 + 0.15 * seen(1) + rng.normal(0, 0.8, rows)),
    )
    age = np.clip(np.round(52 - 4.5 * seen(2.2) + rng.normal(0, 6, rows)), 21, 103)
    lines = np.clip(np.round(8.4 - 0.6 * seen(1) + 4.5 * rng.normal(size=rows)), 0, 58)
    estate = rng.poisson(np.exp(-0.1 - 0.1 * seen(1) + 0.3 * rng.normal(size=rows))).clip(0, 54).astype(float)
    family = np.where(
        missing & (rng.random(rows) < 0.13), np.nan, rng.poisson(0.75, rows) + (rng.random(rows) < _chance(k - 3))
    )
    table = {"utilisation": use, "age": age, **late, "debt_ratio": debt, "income": np.where(missing, np.nan, income),
             "lines": lines, "estate": estate, "family": family}  # fmt: skip
    odds = -3.55 + 1.25 * k + 2.0 * unknown + 0.15 * (lines == 0) - 0.012 * (age - 52) + 0.25 * (estate > 3)
    return table, _outcome(rng, odds)


def cards(rows: int, rng: np.random.Generator) -> Drawn:
    """Of the 30,000 card holders: six months of status (−2, −1, 0, months late), bill (also below zero) and payment."""
    k = rng.normal(size=rows)
    limit = np.round(np.exp(11.7 - 0.35 * k + 0.7 * rng.normal(size=rows)) / 10_000).clip(1, 100) * 10_000
    table: dict[str, Array] = {
        "limit": limit, "sex": 1.0 + (rng.random(rows) < 0.6), "marriage": rng.choice([0.0, 1, 2, 3], rows, p=[0.002, 0.455, 0.532, 0.011]),
        "education": rng.choice([0.0, 1, 2, 3, 4, 5, 6], rows, p=[0.0005, 0.353, 0.467, 0.163, 0.004, 0.01, 0.0025]),
        "age": np.clip(np.round(35.5 + 9 * rng.normal(size=rows)), 21, 79),
    }  # fmt: skip
    asleep, trouble = rng.random(rows) < _chance(-0.4 * k - 1), k + 0.9 * rng.normal(size=rows)
    owed = limit * _chance(0.7 * k + 1.2 * rng.normal(size=rows) - 0.4)
    for month in range(6):
        trouble = 0.75 * trouble + 0.25 * (k + 1.3 * rng.normal(size=rows)) + 0.4 * rng.normal(size=rows)
        late = np.minimum(2 + rng.poisson(0.3 * np.exp(0.4 * np.maximum(trouble - 1.1, 0))), 8)
        paying = np.where(rng.random(rows) < 0.3, -1, 0)
        status = np.where(trouble > 1.1, late, np.where((trouble > 0.9) & (month == 0), 1, paying))
        table[f"status_{month}"] = np.where(asleep, np.where(rng.random(rows) < 0.5, -2, -1), status).astype(float)
        owed = owed * np.exp(0.15 * rng.normal(size=rows))
        credit = np.where(rng.random(rows) < 0.02, -rng.exponential(900, rows), owed)
        table[f"bill_{month}"] = np.round(np.where(rng.random(rows) < 0.06, 0, credit))
        paid = np.exp(7.7 - 0.35 * k + 1.2 * rng.normal(size=rows))
        table[f"paid_{month}"] = np.round(np.where(rng.random(rows) < _chance(0.6 * k - 1.4), 0, paid))
    odds = -1.6 + 0.95 * k + 0.5 * (table["status_0"] >= 2) - 0.06 * (table["education"] == 1)
    return table, _outcome(rng, odds)


def words(rows: int, rng: np.random.Generator) -> Drawn:
    """Of peer-to-peer loans: towns, jobs, employers (900, 300, 5,000 of them, most of them rare), one list of noise."""
    odds = np.full(rows, -2.2)
    table: dict[str, Array] = {}
    for name, many, steep, spread in (
        ("town", 900, 0.6, 0.35), ("job", 300, 1.1, 0.5), ("purpose", 14, 1.0, 0.4), ("state", 51, 0.7, 0.25),
        ("employer", 5_000, 1.0, 0.5), ("noise", 400, 0.5, 0.0),
    ):  # fmt: skip
        share = 1 / np.arange(1, many + 1) ** steep
        drawn = rng.choice(many, rows, p=share / share.sum())
        table[name] = np.char.add(f"{name} ", drawn.astype(str))
        odds = odds + spread * rng.normal(size=many)[drawn]
    means, load, long = rng.normal(size=rows), rng.normal(size=rows), rng.random(rows) < 0.5
    table["income"] = np.round(np.exp(10 - 0.4 * means))
    table["debt_to_income"] = np.where(rng.random(rows) < 0.1, np.nan, np.round(18 + 8 * load, 2))
    table["term"] = np.where(long, "60 months", "36 months")
    return table, _outcome(rng, odds + 0.6 * means + 0.4 * load + 0.4 * long)


def rare(rows: int, rng: np.random.Generator) -> Drawn:
    """A good book: one bad in 250, 14 columns with gaps, a code and two lists of words."""
    return _plain(rows, rng, 12, 2, (-6.2, 1.2), 0.6)


def few(rows: int, rng: np.random.Generator) -> Drawn:
    """A pilot: 300 rows of 15 columns, a quarter bad."""
    return _plain(rows, rng, 8, 7, (-1.0, 1.3), 0.8)


def _plain(
    rows: int, rng: np.random.Generator, figures: int, lists: int, odds: tuple[float, float], clear: float
) -> Drawn:
    k = rng.normal(size=rows)
    table: dict[str, Array] = {
        f"figure_{n}": np.round(np.exp(0.5 * (k * clear / (1 + 0.4 * n) + rng.normal(size=rows))), 3)
        for n in range(figures)
    }
    table["figure_3"] = np.where(rng.random(rows) < 0.3, np.nan, table["figure_3"])
    table["figure_5"] = np.where(rng.random(rows) < 0.1, -9, table["figure_5"])
    for n in range(lists):
        band = np.digitize(k * clear / (1 + 0.5 * n) + rng.normal(size=rows), np.linspace(-2, 2, 3 + 2 * n))
        table[f"word_{n}"] = np.char.add("band ", band.astype(str))
    return table, _outcome(rng, odds[0] + odds[1] * k)


SHAPES = (
    Shape("bureau codes, 10,000 × 23", bureau, {"full": 10_000, "small": 2_000}, (-7, -8, -9)),
    Shape("skew and gaps, 150,000 × 10", distress, {"full": 150_000, "small": 5_000}),
    Shape("card statuses, 30,000 × 23", cards, {"full": 30_000, "small": 4_000}),
    Shape("lists of words, 40,000 × 9", words, {"full": 40_000, "small": 5_000}),
    Shape("1 bad in 250, 60,000 × 14", rare, {"full": 60_000, "small": 15_000}, (-9,)),
    Shape("300 × 15", few, {"full": 300, "small": 300}, (-9,)),
)
