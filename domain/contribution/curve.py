"""The whale curve: customers by contribution, best first, and the share of the whole they bring together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

POINTS = 100


@dataclass(frozen=True)
class WhalePoint:
    """The first `customers` (share 0..1 of all) bring `cumulative` in whole cents; `share` of the total, None at total 0."""

    customers: float
    cumulative: int
    share: float | None


@dataclass(frozen=True)
class WhaleCurve:
    """points: from (0, 0) to everybody. peak: the point where it is highest, beyond which customers cost money.

    losing: number of customers below zero; lost: what they take away, in whole cents. people:
    everybody the curve is of.
    """

    points: tuple[WhalePoint, ...]
    peak: WhalePoint
    losing: int
    lost: int
    people: int


def whale_curve(contributions: NDArray[np.int64]) -> WhaleCurve | None:
    """The curve of customers' contributions in whole cents, shape (n,); None without customers.

    Equal values may stand in any order, so row order never matters. Sums are whole, so the last point is the total.
    """
    if not len(contributions):
        return None
    best = np.sort(contributions)[::-1]
    cumulative = np.concatenate([[0], np.cumsum(best)])
    n, whole = len(best), int(cumulative[-1])
    at = np.unique(np.rint(np.linspace(0, n, min(n, POINTS) + 1)).astype(np.int64))
    points = tuple(_point(int(k), n, int(cumulative[k]), whole) for k in at)
    top = int(np.argmax(cumulative))
    below = best[best < 0]
    return WhaleCurve(points, _point(top, n, int(cumulative[top]), whole), len(below), int(below.sum()), n)


def _point(k: int, n: int, cumulative: int, whole: int) -> WhalePoint:
    return WhalePoint(k / n, cumulative, cumulative / whole if whole > 0 else None)
