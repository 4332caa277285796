"""The scorecard: whole points by bin that always add up to the score, and a score that says the odds.

Scaling: 600 points at odds of 50 good to 1 bad, 20 points double the odds. A bin's points are factor · weight · WoE,
rounded; the base is offset + factor · intercept, rounded. The score IS the sum of what is shown, the PD follows from
the score, so nothing hidden stands between a customer's points and the grade. 0 points in a bin is average.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from domain.credit.binning import Bin, Binning, Codes
from domain.credit.grades import Masterscale
from domain.credit.regression import Fit
from domain.credit.straightness import SAFER_FROM
from domain.credit.woe import Floats

Points = NDArray[np.int64]
FORMAT = 1


@dataclass(frozen=True)
class Scaling:
    """points at odds (good to bad), and how many points double the odds.

    knee: the score above which log odds rise `steeper` times as fast (see `straightness`); None: one line all along.
    """

    points: float = 600.0
    odds: float = 50.0
    double: float = 20.0
    knee: int | None = None
    steeper: float = 1.0

    @property
    def factor(self) -> float:
        """Points for one unit of log odds: 28.8539 by default."""
        return self.double / math.log(2)

    @property
    def offset(self) -> float:
        """Score at odds 1 : 1: 487.1229 by default."""
        return self.points - self.factor * math.log(self.odds)

    def probability(self, score: Floats | Points) -> Floats:
        """Probability of bad at a score, shape as given."""
        told = np.asarray(score, dtype=float)
        if self.knee is not None:
            told = told + (self.steeper - 1) * np.maximum(told - self.knee, 0.0)
        return np.asarray(expit((self.offset - told) / self.factor))

    def score(self, probability: float) -> float:
        """The score, not rounded, at which the probability of bad is this (0 < probability < 1)."""
        straight = self.offset + self.factor * math.log((1 - probability) / probability)
        if self.knee is None or straight <= self.knee:
            return straight
        return self.knee + (straight - self.knee) / self.steeper


@dataclass(frozen=True)
class ScoredCharacteristic:
    """A binned characteristic in the scorecard: its weight in the regression, points of each bin, mean points."""

    binning: Binning
    weight: float
    points: tuple[int, ...]
    average: float

    @property
    def name(self) -> str:
        """The column it is read from."""
        return self.binning.name

    @property
    def best(self) -> int:
        """Most points a row can have here; a bin nobody was in at development does not count."""
        return max(p for p, b in zip(self.points, self.binning.bins, strict=True) if b.rows)


@dataclass(frozen=True)
class Scorecard:
    """What rates a customer. intercept and weights give log odds of good; shrinkage is already inside the weights.

    long_run_rate: the share of bad the PD is calibrated to. rows, bad: the development sample.
    """

    characteristics: tuple[ScoredCharacteristic, ...]
    intercept: float
    base_points: int
    scaling: Scaling
    masterscale: Masterscale
    long_run_rate: float
    rows: int
    bad: int

    @property
    def names(self) -> tuple[str, ...]:
        """Columns a table must have to be scored."""
        return tuple(c.name for c in self.characteristics)

    def codes(self, features: pd.DataFrame) -> Codes:
        """The bin of each row and characteristic, shape (n, characteristics). A column that is not there: ValueError."""
        self._has_all(features)
        return np.column_stack([c.binning.assign(features[c.name]) for c in self.characteristics])

    def points(self, codes: Codes) -> Points:
        """Points of each row and characteristic, whole, shape (n, characteristics)."""
        columns = [np.asarray(c.points).take(codes[:, i]) for i, c in enumerate(self.characteristics)]
        return np.column_stack(columns).astype(np.int64)

    def _has_all(self, features: pd.DataFrame) -> None:
        absent = [name for name in self.names if name not in features.columns]
        if absent:
            raise ValueError(f"The scorecard needs the columns {', '.join(absent)}, which the table does not have.")

    def score_of(self, features: pd.DataFrame) -> Points:
        """`score` of a table, a column at a time: nothing is kept by row and characteristic. Errors as `codes`."""
        self._has_all(features)
        total = np.full(len(features), self.base_points, dtype=np.int64)
        for c in self.characteristics:
            total += np.asarray(c.points, dtype=np.int64).take(c.binning.assign(features[c.name]))
        return total

    def log_odds_of(self, features: pd.DataFrame) -> Floats:
        """`log_odds` of a table, a column at a time. Errors as `codes`."""
        self._has_all(features)
        total = np.full(len(features), self.intercept)
        for c in self.characteristics:
            total += (c.weight * c.binning.weights).take(c.binning.assign(features[c.name]))
        return total

    def score(self, codes: Codes) -> Points:
        """base_points + the row's points, shape (n,)."""
        return self.points(codes).sum(axis=1) + self.base_points

    def log_odds(self, codes: Codes) -> Floats:
        """Log odds of good before rounding to points, shape (n,)."""
        total = np.full(len(codes), self.intercept)
        for i, c in enumerate(self.characteristics):
            total += (c.weight * c.binning.weights).take(codes[:, i])
        return total


def build(
    binnings: tuple[Binning, ...],
    fit: Fit,
    scaling: Scaling,
    *,
    masterscale: Masterscale,
    long_run_rate: float,
) -> Scorecard:
    """Turn a regression on WoE into whole points. fit: its weights in the order of binnings.

    Numbers are kept to 9 decimals so that the order in which rows were summed leaves no trace in the card's hash.
    """
    factor = scaling.factor
    characteristics = []
    for binning, weight in zip(binnings, fit.weights, strict=True):
        kept = round(float(weight), 9)
        points = tuple(round(factor * kept * b.woe) for b in binning.bins)
        rows = np.array([b.rows for b in binning.bins], dtype=float)
        average = round(float(rows @ np.array(points, dtype=float) / rows.sum()), 6)
        characteristics.append(ScoredCharacteristic(binning, kept, points, average))
    kept_intercept = round(float(fit.intercept), 9)
    base = round(scaling.offset + factor * kept_intercept)
    rows_, bad = sum(b.rows for b in binnings[0].bins), sum(b.bad for b in binnings[0].bins)
    return Scorecard(
        tuple(characteristics), kept_intercept, base, scaling, masterscale, round(float(long_run_rate), 9), rows_, bad
    )


def recalibrate(
    card: Scorecard, log_odds: Floats, shrinkage: float, long_run_rate: float, steeper: float = 1.0
) -> Scorecard:
    """The same card with weights multiplied by `shrinkage` and the mean PD of the given rows at `long_run_rate`.

    log_odds: the card's own on the rows it is calibrated on, shape (n,). Points are made anew from the new weights.
    steeper: how many times as fast log odds rise above the whole score that ends the lowest three tenths of these rows; 1: a line.
    """
    if not 0 < long_run_rate < 1:
        raise ValueError(f"The long-run rate is {long_run_rate}; it must lie between 0 and 1.")
    spread = shrinkage * (log_odds - card.intercept)
    intercept, scaling = _at_rate(spread, long_run_rate, card.scaling), replace(card.scaling, knee=None, steeper=1.0)
    if steeper != 1:
        knee = round(scaling.offset + scaling.factor * (intercept + float(np.quantile(spread, SAFER_FROM))))
        scaling = replace(scaling, knee=knee, steeper=round(steeper, 2))
        intercept = _at_rate(spread, long_run_rate, scaling)
    weights = np.array([c.weight for c in card.characteristics]) * shrinkage
    binnings = tuple(c.binning for c in card.characteristics)
    return build(
        binnings,
        Fit(intercept, weights),
        scaling,
        masterscale=card.masterscale,
        long_run_rate=long_run_rate,
    )


def _at_rate(spread: Floats, rate: float, scaling: Scaling) -> float:
    """The intercept that, added to these log odds, gives a mean PD of `rate` before rounding to points."""
    low, high = -40.0 - np.abs(spread).max(), 40.0 + np.abs(spread).max()
    for _ in range(200):  # bisection: the mean PD falls as the intercept rises
        middle = (low + high) / 2
        chance = scaling.probability(scaling.offset + scaling.factor * (middle + spread))
        low, high = (middle, high) if chance.mean() > rate else (low, middle)
    return float((low + high) / 2)


def to_dict(card: Scorecard) -> dict[str, Any]:
    """The card as JSON-able words and numbers, with a hash of all of it under "hash"."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "scaling": _scaling_to_dict(card.scaling),
        "masterscale": {"grades": list(card.masterscale.grades), "bounds": list(card.masterscale.bounds)},
        "base_points": card.base_points,
        "intercept": card.intercept,
        "long_run_rate": card.long_run_rate,
        "rows": card.rows,
        "bad": card.bad,
        "characteristics": [_characteristic_to_dict(c) for c in card.characteristics],
    }
    # No database keeps the sign of a zero for certain, and the hash would tell: -0.0 + 0.0 is 0.0.
    told = json.loads(json.dumps(told, ensure_ascii=False), parse_float=lambda text: float(text) + 0.0)
    return {**told, "hash": _hash(told)}


def _scaling_to_dict(scaling: Scaling) -> dict[str, Any]:
    """A line says nothing of a knee: cards from before there was one keep their hash."""
    told = asdict(scaling)
    return told if scaling.knee is not None else {k: v for k, v in told.items() if k not in ("knee", "steeper")}


def _characteristic_to_dict(c: ScoredCharacteristic) -> dict[str, Any]:
    b = c.binning
    bins = [{**asdict(one), "words": list(one.words), "points": p} for one, p in zip(b.bins, c.points, strict=True)]
    return {
        "name": b.name, "kind": b.kind, "trend": b.trend, "iv": b.iv, "cuts": list(b.cuts), "specials": list(b.specials),
        "credibility": b.credibility, "weight": c.weight, "average": c.average, "bins": bins,
    }  # fmt: skip


def from_dict(told: dict[str, Any]) -> Scorecard:
    """The card a `to_dict` came from. A changed figure or an unknown format: ValueError. What a file tells beside the card
    (`about`) is not read."""
    if told.get("format") != FORMAT:
        raise ValueError(f"This scorecard has format {told.get('format')}; this version reads format {FORMAT}.")
    content = {key: value for key, value in told.items() if key not in ("hash", "about")}
    if told.get("hash") != _hash(content):
        raise ValueError("The scorecard does not match its own hash: a figure was changed after it was made.")
    return Scorecard(
        tuple(_characteristic_from_dict(c) for c in told["characteristics"]),
        told["intercept"],
        told["base_points"],
        Scaling(**told["scaling"]),
        Masterscale(tuple(told["masterscale"]["grades"]), tuple(told["masterscale"]["bounds"])),
        told["long_run_rate"],
        told["rows"],
        told["bad"],
    )


def _characteristic_from_dict(c: dict[str, Any]) -> ScoredCharacteristic:
    plain = [{k: v for k, v in one.items() if k != "points"} for one in c["bins"]]
    bins = tuple(replace(Bin(**one), words=tuple(one["words"])) for one in plain)
    binning = Binning(
        c["name"], c["kind"], bins, c["trend"], c["iv"], tuple(c["cuts"]), tuple(c["specials"]), c["credibility"]
    )
    return ScoredCharacteristic(binning, c["weight"], tuple(one["points"] for one in c["bins"]), c["average"])


def _hash(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
