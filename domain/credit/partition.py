"""The best way to cut an ordered row of small groups into bins, by dynamic programming: exact, not greedy.

A partition is worth the log-likelihood of its bins' bad rates less a price for every bin beyond the first; the price
is what keeps a small sample from being cut into noise. Shapes: rising or falling bad rate, or one peak or one valley.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.credit.woe import Counts, Floats

SHAPES = ("rising", "falling", "peak", "valley")
TURNED = ("peak", "valley")
_NEVER = -np.inf
_SAME = 1e-9  # what sums of the same bins in another order may differ by


@dataclass(frozen=True)
class Segments:
    """Every run i..j of the groups at once: worth (log-likelihood less price), rate (smoothed) and if it may stand.

    worth, rate: shape (groups, groups), row the first group, column the last; −inf worth marks a run too small.
    """

    worth: Floats
    rate: Floats


def segments(
    total: Counts, bad: Counts, least: float, price: float, smoothing: float, base: float | None = None
) -> Segments:
    """Worth and smoothed bad rate of all runs of neighbouring groups.

    total, bad: rows and bad rows of each group, shape (groups,), in order. least: rows a bin must have.
    price: log-likelihood each bin costs. smoothing: rows of the average kind added to a bin before its rate is compared.
    base: bad rate of the average kind, None for that of these groups. What is weighed as part of a sample with missing
    values must be smoothed to the whole sample's, or bins in order here would not be in order of their weights.
    """
    size = len(total)
    ends_n, ends_b = np.concatenate([[0], np.cumsum(total)]), np.concatenate([[0], np.cumsum(bad)])
    n = (ends_n[None, 1:] - ends_n[:-1, None]).astype(float)
    b = (ends_b[None, 1:] - ends_b[:-1, None]).astype(float)
    upper = np.triu(np.ones((size, size), dtype=bool))
    n, b = np.where(upper, n, 1.0), np.where(upper, b, 0.0)
    likelihood = entropy_sum(b) + entropy_sum(n - b) - entropy_sum(n)
    base = ends_b[-1] / ends_n[-1] if base is None else base
    rate = (b + smoothing * base) / (n + smoothing)
    return Segments(np.where(upper & (n >= least), likelihood - price, _NEVER), rate)


def entropy_sum(x: Floats | Counts | np.integer) -> Floats:
    """X · ln x, element by element; 0 at 0."""
    x = np.asarray(x, dtype=float)
    return np.asarray(x * np.log(np.where(x > 0, x, 1.0)))


def best_cuts(found: Segments, shapes: tuple[str, ...], turn: float = 0.0) -> tuple[tuple[int, ...], str] | None:
    """First groups of the second and later bins of the best partition, and the shape it has.

    turn: worth that a peak or a valley must have over a shape without one. A partition with one bin has no cuts and
    counts as the first shape asked for. Equal worth: the shape named first. None when no partition is allowed at all
    (fewer rows than one bin must have).
    """
    most = _best_of_any(found.worth)
    if most == _NEVER:
        return None
    best: tuple[float, list[int]] = (_NEVER, [])
    named = shapes[0]
    for shape in shapes:
        price = turn if shape in TURNED else 0.0
        if most - price <= best[0] + _SAME:  # no shape at all would be better: the others need not be looked at
            continue
        worth, cuts = _best_of_shape(found, shape)
        if worth - price > best[0]:
            best, named = (worth - price, cuts), shape
    return tuple(best[1]), named


def _best_of_any(worth: Floats) -> float:
    """Worth of the best partition whatever its shape: what none of the shapes can exceed."""
    best = np.concatenate([[0.0], np.full(len(worth), _NEVER)])
    for last in range(len(worth)):
        best[last + 1] = (best[: last + 1] + worth[: last + 1, last]).max()
    return float(best[-1])


def _best_of_shape(found: Segments, shape: str) -> tuple[float, list[int]]:
    sign = 1.0 if shape in ("rising", "peak") else -1.0
    chain, back = _chain(found.worth, sign * found.rate)
    last = len(chain) - 1
    if shape in ("rising", "falling"):
        start = int(np.argmax(chain[:, last]))
        return float(chain[start, last]), _walk(back, start, last)
    # A turn: a rising chain up to a bin, and from the same bin a rising chain seen from the other end.
    mirror, mirror_back = _chain(found.worth[::-1, ::-1].T, sign * found.rate[::-1, ::-1].T)
    onward = mirror[::-1, ::-1].T
    with np.errstate(invalid="ignore"):
        both = np.where(np.isfinite(chain) & np.isfinite(onward), chain + onward - found.worth, _NEVER)
    turn, end = divmod(int(np.argmax(both)), len(both))
    before = _walk(back, turn, end)
    after = _walk(mirror_back, last - end, last - turn)
    return float(both[turn, end]), sorted(before + [last + 1 - cut for cut in after])


def _chain(worth: Floats, rate: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Best total worth of bins with non-decreasing rate whose last bin is i..j, and where the bin before it starts.

    One pass over i: the bins that end at i−1 are sorted by rate, so the best allowed one is a running maximum.
    """
    size = len(worth)
    best = np.full((size, size), _NEVER)
    back = np.full((size, size), -1, dtype=np.int64)
    best[0] = worth[0]
    for i in range(1, size):
        order = np.argsort(rate[:i, i - 1], kind="stable")
        running = best[order, i - 1]
        top = np.maximum.accumulate(running)
        fresh = np.concatenate([[True], running[1:] > top[:-1]])
        where = order[np.maximum.accumulate(np.where(fresh, np.arange(i), 0))]
        allowed = np.searchsorted(rate[order, i - 1], rate[i, i:], side="right") - 1
        reach = np.where(allowed >= 0, top[allowed], _NEVER)
        best[i, i:] = worth[i, i:] + reach
        back[i, i:] = where[allowed]
    return best, back


def _walk(back: NDArray[np.int64], start: int, stop: int) -> list[int]:
    cuts: list[int] = []
    while start > 0:
        cuts.append(start)
        start, stop = int(back[start, stop]), start - 1
    return cuts[::-1]
