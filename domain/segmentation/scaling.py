"""From features to comparable columns, in which a distance means the same whatever it is a distance of.

Money is the logarithm of how many times its unit it is, so that 100 and 0 are alike and 100,000 and 1,000,000 are not;
the unit is a tenth of what is usual among these customers, so that doubling every amount moves nobody. Counts and
durations are logarithms. A share of few movements is mostly luck: it is drawn to the share of everybody, as if PRIOR
movements of everybody's were added to the customer's own. Extremes are drawn in, mean 0 and deviation 1.

Then a feature weighs by how much of its difference between customers is more than luck, and the features of a topic
weigh 1 together: six columns of channels are one thing known of a customer, not six.
"""

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
USUAL = 0.1  # of the median amount among those who have any: what counts as next to nothing
PRIOR = 10.0  # movements
COUNTED = "movements_12m"  # what shares are shares of
LEAST_REAL = 0.05  # part of a share's difference that is more than luck, at least


@dataclass(frozen=True)
class Scaling:
    """How columns were made comparable, so that a later customer is placed in the same space.

    names: features in use. unit: what money is counted in before the logarithm (1 for the rest); prior, usual: movements
    added to a share and the share they have (0 where nothing is). low, high: bounds (0.5 and 99.5 percent) after that;
    mean, deviation: after those; weight: what one deviation counts. Models older than units and weights have none.
    """

    names: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    unit: tuple[float, ...] = ()
    prior: tuple[float, ...] = ()
    usual: tuple[float, ...] = ()
    weight: tuple[float, ...] = ()

    def apply(self, features: pd.DataFrame) -> Floats:
        """Shape (n, names), finite. Missing money, counts and shares are 0; missing days are the longest known."""
        size = len(self.names)
        told = _told(
            features, self.names, self._of(self.unit, 1.0), self._of(self.prior, 0.0), self._of(self.usual, 0.0)
        )
        high = np.array(self.high)
        told = np.where(np.isnan(told), np.where(_days(self.names), high, 0.0), told)
        drawn = np.clip(told, np.array(self.low), high)
        standard = (drawn - np.array(self.mean)) / np.array(self.deviation)
        return np.round(standard * self._of(self.weight, 1.0).reshape(1, size), DECIMALS)

    def plain(self, rows: Floats) -> Floats:
        """Rows of `apply` (centres, say) in deviations from the mean, weights taken out: what words are made of."""
        return rows / self._of(self.weight, 1.0)

    def carried(self, rows: Floats, other: Scaling, names: list[str]) -> Floats:
        """Rows of `apply` as the `other` scaling would have them, shape (n, names); names: features both have."""
        ours, theirs = [self.names.index(n) for n in names], [other.names.index(n) for n in names]
        told = self.plain(rows) * np.array(self.deviation) + np.array(self.mean)
        logged, units = _logged(tuple(names)), self._of(self.unit, 1.0)[ours]
        raw = np.where(logged, np.sign(told[:, ours]) * np.expm1(np.abs(told[:, ours])) * units, told[:, ours])
        again = np.where(logged, _log(raw, other._of(other.unit, 1.0)[theirs]), raw)
        standard = (again - np.array(other.mean)[theirs]) / np.array(other.deviation)[theirs]
        return np.asarray(standard * other._of(other.weight, 1.0)[theirs])

    def _of(self, values: tuple[float, ...], otherwise: float) -> Floats:
        return np.array(values or (otherwise,) * len(self.names), dtype=float)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {name: list(getattr(self, name)) for name in self.__dataclass_fields__}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Scaling:
        """What `as_dict` gave."""
        return cls(**{name: tuple(values) for name, values in told.items()})


def _days(names: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([BY_NAME[n].unit == "days" for n in names], dtype=bool)


def _logged(names: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([BY_NAME[n].unit in LOGGED_UNITS for n in names], dtype=bool)


def _log(raw: Floats, units: Floats) -> Floats:
    """Signed ln(1 + |x| / unit)."""
    return np.asarray(np.sign(raw) * np.log1p(np.abs(raw) / units))


def _raw(features: pd.DataFrame, names: tuple[str, ...]) -> Floats:
    return np.asarray(features[list(names)].to_numpy(dtype=float, na_value=np.nan))


def _counted(features: pd.DataFrame) -> Floats:
    """How many movements each customer's shares are of, shape (n, 1)."""
    return np.nan_to_num(_raw(features, (COUNTED,)))


def _told(features: pd.DataFrame, names: tuple[str, ...], unit: Floats, prior: Floats, usual: Floats) -> Floats:
    """Logarithms of money, counts and durations, shares drawn to the usual one, other columns as they are."""
    raw = _raw(features, names)
    shared = prior > 0
    if shared.any():
        count = _counted(features)
        drawn = (np.nan_to_num(raw) * count + prior * usual) / np.maximum(count + prior, 1e-9)
        raw = np.where(shared, drawn, raw)
    return np.where(_logged(names), _log(raw, unit), raw)


def fit_scaling(features: pd.DataFrame, names: tuple[str, ...], tail: float) -> Scaling:
    """Learn the scaling from these customers; a feature that is the same for (nearly) all of them is left out.

    tail: share drawn in at each end. A column that is constant once its extremes are drawn in carries no difference.
    """
    unit = np.array([_unit(features[n]) if BY_NAME[n].unit == "money" else 1.0 for n in names])
    shares = np.array([BY_NAME[n].unit == "share" for n in names], dtype=bool)
    usual, real = _usual(features, names, shares)
    prior = np.where(shares, PRIOR, 0.0)
    told = _told(features, names, unit, prior, usual)
    longest = np.array([np.nanmax(c) if np.isfinite(c).any() else 0.0 for c in told.T])
    told = np.where(np.isnan(told), np.where(_days(names), longest, 0.0), told)
    low, high = np.quantile(told, [tail, 1 - tail], axis=0)
    drawn = np.sort(np.clip(told, low, high), axis=0)  # sorted: the order of rows leaves no trace in the sums
    mean, deviation = drawn.mean(axis=0), drawn.std(axis=0)
    used = np.flatnonzero(deviation > 1e-9)
    kept = tuple(names[i] for i in used)
    learnt = (low, high, mean, deviation, unit, prior, usual, _weights(names, real, used))
    return Scaling(kept, *(tuple(np.round(column[used], DECIMALS).tolist()) for column in learnt))


def _unit(amounts: pd.Series) -> float:
    """A tenth of the median amount among those who have any; 1 where nobody has."""
    known = np.abs(amounts.to_numpy(dtype=float, na_value=np.nan))
    known = known[np.isfinite(known) & (known > 0)]
    return max(float(np.median(known)) * USUAL, 1e-6) if known.size else 1.0


def _usual(features: pd.DataFrame, names: tuple[str, ...], shares: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Everybody's share of each feature, and the part of the difference between customers that is more than luck (1
    for features that are no shares): by how much their spread exceeds what drawing so few movements gives anyway."""
    usual, real = np.zeros(len(names)), np.ones(len(names))
    if not shares.any():
        return usual, real
    count = _counted(features)
    raw = np.nan_to_num(_raw(features, names))
    order = np.lexsort((raw.sum(axis=1), count[:, 0]))  # the order of rows leaves no trace in the sums
    count, raw = count[order], raw[order]
    whole = count.sum()
    if whole <= 0:
        return usual, np.where(shares, LEAST_REAL, 1.0)
    mean = (raw * count).sum(axis=0) / whole
    spread = (count * (raw - mean) ** 2).sum(axis=0) / whole
    luck = mean * (1 - mean) * (count > 0).sum() / whole
    found = np.clip(1 - luck / np.maximum(spread, 1e-12), LEAST_REAL, 1.0)
    return np.where(shares, np.round(mean, DECIMALS), 0.0), np.where(shares, np.round(found, DECIMALS), 1.0)


def _weights(names: tuple[str, ...], real: Floats, used: NDArray[np.int64]) -> Floats:
    """The root of what is real in each, so that the topic's features in use together have the variance 1."""
    topics = [BY_NAME[n].topic for n in names]
    whole = {topic: sum(real[i] for i in used if topics[i] == topic) for topic in set(topics)}
    return np.array([np.sqrt(r / (whole[t] or 1.0)) for t, r in zip(topics, real, strict=True)], dtype=float)
