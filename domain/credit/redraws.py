"""A sample drawn again for a bootstrap: customers, each with all of their rows, since three rows of one are not three people."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from domain.credit.woe import Counts, Floats


def redrawn(
    place: Counts, bad: Counts, repeats: int, rng: np.random.Generator, whose: Counts | None = None
) -> tuple[Floats, Floats]:
    """Goods and bads at each score in so many redraws of the sample, shape (repeats, scores) each.

    place, bad: of each row the place of its score among all (from 0), and 0/1. whose: a number a row, rows of one customer
    have the same. Those who were ever bad are drawn apart from those who never were, as many of each as there are. None: each
    row is a customer, and the answer the same as with a number of its own for each.
    """
    scores = int(place.max()) + 1
    if whose is None:
        return tuple(_drawn(np.bincount(place[bad == kind], minlength=scores), repeats, rng) for kind in (0, 1))  # type: ignore[return-value]
    marks, ever = _customers(place, bad, whose)
    # Who looks the same is counted, not kept apart: customers of one row are then their distinct scores.
    kinds, which = np.unique(marks, axis=0, return_inverse=True)
    which = which.reshape(-1)
    never, were = (_drawn(np.bincount(which[ever == kind], minlength=len(kinds)), repeats, rng) for kind in (0, 1))
    mixed = ((kinds >= 0) & (kinds % 2 == 1)).any(axis=1)  # of a customer all of one outcome, `_customers` marks no row
    kind, nth = np.nonzero(kinds >= 0)
    mark = kinds[kind, nth]

    def at_scores(rows: np.ndarray) -> csr_array:
        told = (np.ones(int(rows.sum())), (kind[rows], mark[rows] // 2))
        return csr_array(told, shape=(len(kinds), scores))

    all_of_them, goods = at_scores(np.ones(len(mark), dtype=bool)), mixed[kind] & (mark % 2 == 0)
    return never @ all_of_them + were @ at_scores(goods), were @ at_scores(~goods)


def _drawn(many: Counts, repeats: int, rng: np.random.Generator) -> Floats:
    """As many as there are of all kinds together, drawn by their shares: shape (repeats, kinds)."""
    if not many.sum():
        return np.zeros((repeats, len(many)))
    return rng.multinomial(many.sum(), many / many.sum(), size=repeats).astype(float)


def _customers(place: Counts, bad: Counts, whose: Counts) -> tuple[Counts, Counts]:
    """Of each customer the rows, as twice the place in a row as long as the longest (−1: none), one more where a row is bad
    and another is not; and whether any is bad."""
    customer = np.unique(whose, return_inverse=True)[1].reshape(-1)
    rows, bads = np.bincount(customer), np.bincount(customer, bad)
    order = np.lexsort((bad, place, customer))
    nth = np.arange(len(order)) - np.repeat(np.cumsum(rows) - rows, rows)
    marks = np.full((len(rows), int(rows.max())), -1, dtype=np.int64)
    odd = (bad > 0) & (bads < rows)[customer]
    marks[customer[order], nth] = (2 * place + odd)[order]
    return marks, (bads > 0).astype(np.int64)
