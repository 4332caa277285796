"""From features to comparable columns: logarithm of money and counts, extremes drawn in, mean 0 and deviation 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.catalogue import BY_NAME

Floats = NDArray[np.float64]
LOGGED_UNITS = ("money", "count", "days", "months")
DECIMALS = 9


@dataclass(frozen=True)
class Scaling:
    """How columns were made comparable, so that a later customer is placed in the same space.

    names: features in use. low, high: bounds (0.5 and 99.5 percent) after the logarithm; mean, deviation: after that.
    """

    names: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    def apply(self, features: pd.DataFrame) -> Floats:
        """Shape (n, names), finite. Missing money, counts and shares are 0; missing days are the longest known."""
        raw = _unfolded(features, self.names)
        high = np.array(self.high)
        raw = np.where(np.isnan(raw), np.where(_days(self.names), high, 0.0), raw)
        drawn = np.clip(raw, np.array(self.low), high)
        return np.round((drawn - np.array(self.mean)) / np.array(self.deviation), DECIMALS)

    def to_log(self, standard: Floats) -> Floats:
        """Back from standard units to logged ones, shape (n, names)."""
        return standard * np.array(self.deviation) + np.array(self.mean)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {name: list(getattr(self, name)) for name in self.__dataclass_fields__}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Scaling:
        """What `as_dict` gave."""
        return cls(**{name: tuple(values) for name, values in told.items()})


def _days(names: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([BY_NAME[n].unit == "days" for n in names], dtype=bool)


def _unfolded(features: pd.DataFrame, names: tuple[str, ...]) -> Floats:
    """Signed ln(1 + |x|) of money, counts and durations, other columns as they are."""
    raw = features[list(names)].to_numpy(dtype=float, na_value=np.nan)
    logged = np.array([BY_NAME[n].unit in LOGGED_UNITS for n in names], dtype=bool)
    return np.where(logged, np.sign(raw) * np.log1p(np.abs(raw)), raw)


def fit_scaling(features: pd.DataFrame, names: tuple[str, ...], tail: float) -> Scaling:
    """Learn the scaling from these customers; a feature that is the same for (nearly) all of them is left out.

    tail: share drawn in at each end. A column that is constant once its extremes are drawn in carries no difference.
    """
    raw = _unfolded(features, names)
    longest = np.array([np.nanmax(c) if np.isfinite(c).any() else 0.0 for c in raw.T])
    raw = np.where(np.isnan(raw), np.where(_days(names), longest, 0.0), raw)
    low, high = np.quantile(raw, [tail, 1 - tail], axis=0)
    drawn = np.sort(np.clip(raw, low, high), axis=0)  # sorted: the order of rows leaves no trace in the sums
    mean, deviation = drawn.mean(axis=0), drawn.std(axis=0)
    used = np.flatnonzero(deviation > 1e-9)
    chosen = [np.round(column[used], DECIMALS).tolist() for column in (low, high, mean, deviation)]
    return Scaling(tuple(names[i] for i in used), *(tuple(column) for column in chosen))
