"""Recency, frequency, monetary: three scores from 1 to 5 by quintiles of the active customers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SCORES = 5
_MEASURES = ("recency", "frequency", "monetary")
RECENCY, FREQUENCY, MONETARY = "days_since_last", "movements_12m", ("inflow_12m", "outflow_12m")


@dataclass(frozen=True)
class RfmCuts:
    """Upper bounds of scores 1..4, four a measure, rising; a value equal to a bound has the lower score.

    recency is cut on MINUS the days since the last own movement, so that more is better in all three.
    """

    recency: tuple[float, ...]
    frequency: tuple[float, ...]
    monetary: tuple[float, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {name: list(values) for name, values in asdict(self).items()}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> RfmCuts:
        """What `as_dict` gave."""
        return cls(*(tuple(float(x) for x in told[name]) for name in _MEASURES))


def measures(features: pd.DataFrame) -> pd.DataFrame:
    """Recency (minus days), frequency (own movements in 12 months), monetary (money in plus money out in 12 months).

    Missing days mean that no movement is known at all; then all three are missing. The index is kept.
    """
    table = pd.DataFrame(
        {
            "recency": -features[RECENCY].astype(float),
            "frequency": features[FREQUENCY].astype(float).fillna(0.0),
            "monetary": features[list(MONETARY)].astype(float).fillna(0.0).sum(axis=1),
        }
    )
    return table.where(table["recency"].notna())


def cut_points(features: pd.DataFrame) -> RfmCuts | None:
    """Quintile cut points from the customers with a movement in the window (frequency above 0); None when nobody has.

    A cut is a value that occurs, so equal values always share a score and a newcomer is placed by the same rule.
    """
    table = measures(features)
    active = table[table["frequency"] > 0]
    if active.empty:
        return None
    shares = np.arange(1, SCORES) / SCORES
    return RfmCuts(*(tuple(np.quantile(active[c], shares, method="inverted_cdf").tolist()) for c in active.columns))


def place(features: pd.DataFrame, cuts: RfmCuts | None) -> pd.DataFrame:
    """Scores by stored cut points: recency_score, frequency_score, monetary_score (Int64 1..5, 5 best), rfm ("543").

    Missing where no movement is known. Who was inactive in the window is placed by the same cuts and so comes out low.
    """
    table = measures(features)
    told = pd.DataFrame(index=features.index)
    known = table["recency"].notna().to_numpy()
    for name in table.columns:
        bounds = np.asarray(getattr(cuts, name)) if cuts else np.empty(0)
        scores = np.searchsorted(bounds, table[name].to_numpy(), side="left") + 1
        told[f"{name}_score"] = pd.arrays.IntegerArray(scores.astype(np.int64), ~known if cuts else np.ones_like(known))
    told["rfm"] = joined(told)
    return told


def joined(scores: pd.DataFrame) -> pd.Series:
    """The three scores as one text ("543"), None where one is missing. The index is kept."""
    first, second, third = (scores[f"{name}_score"].astype("Int64").astype("string") for name in _MEASURES)
    told = first + second + third
    return told.astype(object).where(told.notna(), None)
