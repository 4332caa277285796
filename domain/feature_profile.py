"""How a feature is distributed over customers at a month-end, and how far that is from the month before.

Bars are for the eye: between the first and the last hundredth, the ends taking what lies beyond, of equal width, or
wider and wider where a few customers lie far from the rest (money does); a figure of few values has a bar a value.
Drift is the stability index in tenths of the month before, what is missing apart: under 0.10 stable, over 0.25 look
into it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domain.credit.metrics import counts_by, psi, tenths

BARS = 12
SKEWED = 8  # times the middle half: the rest is drawn on a scale that widens
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
STABLE, UNSTABLE = 0.10, 0.25


@dataclass(frozen=True)
class Profile:
    """One feature of a group of customers at a month-end.

    customers, missing: number of them. quantiles: at QUANTILES, empty when nothing is known; mean: of the known.
    edges: outer and inner edges of the bars, ascending; a bar a value where `each`. now, before: customers by bar; before
    is None without a month before. before_missing: then. drift: None where one side knows nothing.
    """

    customers: int
    missing: int
    mean: float | None
    quantiles: tuple[float, ...]
    edges: tuple[float, ...]
    each: bool
    now: tuple[int, ...]
    before: tuple[int, ...] | None
    before_missing: int | None
    drift: float | None

    @property
    def missing_share(self) -> float | None:
        """Of the customers, 0 to 1; None without customers."""
        return self.missing / self.customers if self.customers else None


def profile(now: ArrayLike, before: ArrayLike | None) -> Profile:
    """The profile of values a customer, NaN where missing, in any order; before: of the month before, None without one."""
    there = _known(now)
    missing = np.size(now) - len(there)
    then, then_missing = None, None
    if before is not None:
        then = _known(before)
        then_missing = int(np.size(before)) - len(then)
    edges, each = _edges(there)
    return Profile(
        customers=int(np.size(now)),
        missing=int(missing),
        mean=_exact(there.mean()) if len(there) else None,
        quantiles=tuple(_exact(q) for q in np.quantile(there, QUANTILES, method="inverted_cdf")) if len(there) else (),
        edges=tuple(_exact(edge) for edge in edges),
        each=each,
        now=_counts(there, edges, each),
        before=None if then is None else _counts(then, edges, each),
        before_missing=then_missing,
        drift=_drift(there, then),
    )


def _known(values: ArrayLike) -> NDArray[np.float64]:
    found = np.asarray(values, dtype=float)
    known: NDArray[np.float64] = np.sort(found[~np.isnan(found)])  # sums in one order, whatever the rows' was
    return known


def _exact(value: float) -> float:
    return float(f"{value:.12g}")


def _edges(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], bool]:
    if not len(values):
        return np.empty(0), False
    single = np.unique(values)
    if len(single) <= BARS:
        return single, True
    low, first, third, high = np.quantile(values, (0.01, 0.25, 0.75, 0.99), method="inverted_cdf")
    if low == high:  # nearly all are alike: the few others decide
        low, high = single[0], single[-1]
    spread = third - first
    if 0 < spread < (high - low) / SKEWED:
        small = spread / SKEWED  # about here the scale begins to widen, on both sides of zero
        edges = np.sinh(np.linspace(np.arcsinh(low / small), np.arcsinh(high / small), BARS + 1)) * small
    else:
        edges = np.linspace(low, high, BARS + 1)
    return _readable(edges), False


def _readable(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Edges rounded to a tenth of the narrower of the bars beside them, and still ascending."""
    widths = np.diff(edges)
    narrow = np.minimum(np.append(widths, widths[-1]), np.insert(widths, 0, widths[0]))
    places = 1 - np.floor(np.log10(narrow)).astype(int)
    return np.array([round(float(edge), int(place)) for edge, place in zip(edges, places, strict=True)])


def _counts(values: NDArray[np.float64], edges: NDArray[np.float64], each: bool) -> tuple[int, ...]:
    """Customers by bar; a value on an inner edge belongs to the bar above, one between single values to the one below."""
    if not len(edges):
        return ()
    inner = edges[1:] if each else edges[1:-1]
    places = np.searchsorted(inner, values, side="right")
    return tuple(int(n) for n in np.bincount(places, minlength=len(inner) + 1))


def _drift(now: NDArray[np.float64], before: NDArray[np.float64] | None) -> float | None:
    if before is None or not len(before) or not len(now):
        return None
    edges = tenths(before)
    return round(psi(counts_by(before, edges), counts_by(now, edges)), 6)
