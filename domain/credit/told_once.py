"""People of whom several columns know nothing are told once, not once a column.

A bureau without a record of somebody writes the same code into every column (−9), and a table that was joined leaves the
same rows empty in all that came with it. Each column then has the weight of evidence of the same rows, and a card that adds
its columns up counts it as often as it has columns; the columns look alike for it too. So such rows are neutral in
the evidence of the columns, the regression is told of them by a figure of their own, and what it finds is divided among the
columns that stay: a row that is apart in all of them gets it once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from domain.credit.apart import value_of
from domain.credit.binning import Binning, Codes
from domain.credit.regression import Fit, fit_logistic
from domain.credit.selection import NOTHING, Selection, SelectionRules, select
from domain.credit.woe import Counts, Floats

_APART = ("special", "missing")
_Group = list[tuple[int, int]]  # columns, each with the bin of it that holds the rows


def selected(
    found: tuple[Binning, ...],
    codes: Sequence[Codes],
    bad: Counts,
    rules: SelectionRules,
    cleared: Collection[str] | None = None,
    whose: Codes | None = None,
) -> tuple[Selection, tuple[Binning, ...]]:
    """What `select` chooses of these columns, and the bins of those that stay. codes: the bin of each row, a column each.

    With `rules.alike`, bins apart of two columns or more that hold the same rows (correlation over it) are told once.
    """
    groups = _groups(found, codes, rules.alike) if rules.alike is not None else []
    beside = np.column_stack([_seen(group, codes).mean(axis=1) for group in groups]) if groups else None
    chosen = select(found, _evidence(found, codes, groups), bad, rules, cleared, whose, beside)
    if not groups:
        return chosen, tuple(found[i] for i in chosen.kept)
    return _divided(chosen, found, codes, bad, rules)


def _groups(found: Sequence[Binning], codes: Sequence[Codes], alike: float) -> list[_Group]:
    """Bins apart that hold the same rows, of two columns or more; each bin is in one group at the most."""
    apart = [
        (c, p, b.rows) for c, one in enumerate(found) for p, b in enumerate(one.bins) if b.kind in _APART and b.rows
    ]
    groups: list[tuple[NDArray[np.bool_], int, _Group]] = []
    for column, place, rows in apart:
        # Of sets of unlike size the correlation is low whatever they hold: most need not be looked at.
        if not any(c != column and alike**2 < rows / n < alike**-2 for c, _, n in apart):
            continue
        seen = codes[column] == place
        near = (g for first, n, g in groups if alike**2 < rows / n < alike**-2 and _correlation(first, seen) > alike)
        same = next(near, None)
        if same is None:
            groups.append((seen, rows, [(column, place)]))
        else:
            same.append((column, place))
    return [group for _, _, group in groups if len(group) > 1]


def _correlation(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    p, q, both = (np.count_nonzero(rows) / len(rows) for rows in (one, other, one & other))
    spread = p * (1 - p) * q * (1 - q)
    return (both - p * q) / spread**0.5 if spread > 0 else 0.0


def _evidence(found: Sequence[Binning], codes: Sequence[Codes], groups: list[_Group]) -> Floats:
    """The weight of each row's bin, 0 where a group tells it; shape (n, columns)."""
    weights = [one.weights for one in found]
    for column, place in (one for group in groups for one in group):
        weights[column][place] = 0.0
    return np.column_stack([w.take(c) for w, c in zip(weights, codes, strict=True)])


def _seen(group: _Group, codes: Sequence[Codes]) -> NDArray[np.bool_]:
    """Which rows are in the group by each of its columns, shape (n, columns of the group)."""
    return np.column_stack([codes[column] == place for column, place in group])


def _divided(
    chosen: Selection, found: tuple[Binning, ...], codes: Sequence[Codes], bad: Counts, rules: SelectionRules
) -> tuple[Selection, tuple[Binning, ...]]:
    """What each group of the columns that stay is worth, divided as the weights of the choice are.

    Without the groups of those that left a weight next to nothing can turn wrong: its column leaves then, too.
    """
    kept, verdicts = list(chosen.kept), list(chosen.verdicts)
    weights_of = dict(zip(chosen.kept, chosen.fit.weights, strict=True))
    while kept:
        bins, places = [found[i] for i in kept], [codes[i] for i in kept]
        groups = _groups(bins, places, float(rules.alike or 1.0))
        shares = [_parts([weights_of[kept[column]] for column, _ in group]) for group in groups]
        shown = [_seen(group, places) @ share for group, share in zip(groups, shares, strict=True)]
        told = fit_logistic(np.column_stack([_evidence(bins, places, groups), *shown]), bad, rules.ridge)
        fit, worth = Fit(told.intercept, told.weights[: len(kept)]), told.weights[len(kept) :]
        wrong = np.flatnonzero(fit.weights <= 0)
        if not len(wrong):
            for group, share, value in zip(groups, shares, worth, strict=True):
                for (column, place), part in zip(group, share, strict=True):
                    bins[column] = _weighed(bins[column], place, float(value * part / fit.weights[column]))
            return Selection(tuple(kept), fit, tuple(verdicts)), tuple(bins)
        last = kept.pop(int(wrong[-1]))
        verdicts[last] = replace(verdicts[last], reason="wrong_sign", value=float(fit.weights[wrong[-1]]))
    raise ValueError(NOTHING)


def _parts(weights: Sequence[float]) -> Floats:
    return np.asarray(weights) / sum(weights)


def _weighed(one: Binning, place: int, woe: float) -> Binning:
    bins = [replace(b, woe=woe) if p == place else b for p, b in enumerate(one.bins)]
    return replace(one, bins=tuple(bins), iv=value_of(bins))
