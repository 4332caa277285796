"""What a change of bins by hand does to the card: the same selection and regression on the same sample, before and after.

Both cards are judged on rows they did not see: out of fold, and by what the newest observation day says of it. Cuts set
by hand were looked for on all rows; they are the one thing that no fold can take back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from threadpoolctl import threadpool_limits

from domain.credit.binning import CARD_BINS, Binning, BinningRules, Codes
from domain.credit.bins import bins_of
from domain.credit.by_hand import Plan
from domain.credit.characteristics import Clearance, cleared_of, named
from domain.credit.folds import Answers, folds_of, order_of, out_of_fold
from domain.credit.grades import Masterscale
from domain.credit.inference import auc_difference
from domain.credit.metrics import auc, counts_by, ks, psi, tenths
from domain.credit.round_cuts import STEPS
from domain.credit.scorecard import Scaling, Scorecard, build, recalibrate
from domain.credit.selection import CARD_RULES, Selection, Verdict, select
from domain.credit.state_rates import Shifts, with_shifts
from domain.credit.woe import Counts, Floats

FOLDS, SEED = 5, 20_261_031
DIGITS = 6
HELD = 3  # one row in three is held back where the sample has no newest day to hold back
LEAST_HELD = 10  # bad rows a newest day must have to be held against the others
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """The sample a card is tried on. observed: datetime64[D] of each row; whose: a number a customer; both None where a
    sample from before they were kept does not say. cleared: by people, beside what the table declares. rules: by which the
    development cut its bins. between: the same columns of those neither good nor bad, with whom it calibrated its PD; None
    where there were none or they were not kept."""

    bad: Counts
    observed: NDArray[np.datetime64] | None = None
    whose: Codes | None = None
    cleared: Mapping[str, Clearance] = field(default_factory=dict)
    rules: BinningRules = CARD_BINS
    between: pd.DataFrame | None = None


@dataclass(frozen=True)
class Trial:
    """A card of some characteristics, fitted on the sample as it stands.

    auc, verdicts: on that sample. unseen: log odds of good of each row, from cards that did not see it. moved: stability
    index of these between the newest observation day and those before; None with one day only.
    """

    card: Scorecard
    auc: float
    verdicts: Mapping[str, Verdict]
    unseen: Floats
    unseen_auc: float
    unseen_ks: float
    moved: float | None

    @property
    def unseen_gini(self) -> float:
        """Twice the AUC less one."""
        return 2 * self.unseen_auc - 1


@dataclass(frozen=True)
class Difference:
    """AUC out of fold of one card less another's on the same rows, and its standard error (DeLong, by customer)."""

    value: float
    error: float


@dataclass(frozen=True)
class HeldBin:
    """Rows and bad rows of a bin among those held back."""

    rows: int
    bad: int

    @property
    def bad_rate(self) -> float | None:
        """Share of bad rows 0..1; None without rows."""
        return self.bad / self.rows if self.rows else None


def bins_at(values: pd.Series, rows: Rows, name: str, plan: Plan | None = None) -> Binning:
    """The best bins of a described characteristic of the sample, or those of the plan. values: in the order of `rows`."""
    return _binned(values, rows.bad, name, plan, rows, rows.whose)[0]


def _binned(
    values: pd.Series, bad: Counts, name: str, plan: Plan | None, rows: Rows, whose: Codes | None
) -> tuple[Binning, Codes]:
    known = named(name)
    return bins_of(
        values, bad, name, rows.rules, plan=plan, direction=known.direction, specials=known.states, step=STEPS.get(known.unit),
        whose=whose,
    )  # fmt: skip


def trial(
    table: pd.DataFrame, rows: Rows, plans: Mapping[str, Plan], shrinkage: float, long_run_rate: float, steeper: float = 1.0,
    states: Shifts = (),
) -> Trial:  # fmt: skip
    """Select, fit and scale as a development does, of the columns of `table` only.

    shrinkage, long_run_rate, steeper, states: of the development the columns come from, so that points can be compared. ValueError when
    nothing is left, or a plan does not fit its column.
    """
    table, bad = table.reset_index(drop=True), rows.bad
    with threadpool_limits(1):  # tables this narrow are too little work to share: threads wait for one another
        kept, codes, chosen = _chosen(table, bad, plans, rows)
        card = build(kept, chosen.fit, Scaling(), masterscale=Masterscale(), long_run_rate=long_run_rate)
        met = codes if rows.between is None else np.vstack([codes, card.codes(rows.between)])
        card = recalibrate(card, card.log_odds(met), shrinkage, long_run_rate, steeper)
        card = with_shifts(card, met, states, long_run_rate)
        unseen = _unseen(table, plans, rows)
    return Trial(
        card, auc(bad, card.score(codes)), {v.name: v for v in chosen.verdicts}, unseen, auc(bad, unseen), ks(bad, unseen),
        _moved(unseen, rows),
    )  # fmt: skip


def _chosen(
    table: pd.DataFrame, bad: Counts, plans: Mapping[str, Plan], rows: Rows
) -> tuple[tuple[Binning, ...], Codes, Selection]:
    """Bins kept, the bin of each row in each of them, and the selection."""
    found, columns, codes = [], [], []
    whose = None if rows.whose is None else rows.whose[table.index]
    for name in table.columns:
        one, places = _binned(table[name], bad, name, plans.get(name), rows, whose)
        found.append(one)
        columns.append(one.weights.take(places))
        codes.append(places)
    cleared = cleared_of(tuple(table.columns), rows.cleared)
    chosen = select(tuple(found), np.column_stack(columns), bad, CARD_RULES, cleared, whose)
    return tuple(found[i] for i in chosen.kept), np.column_stack([codes[i] for i in chosen.kept]), chosen


def _unseen(table: pd.DataFrame, plans: Mapping[str, Plan], rows: Rows) -> Floats:
    """Out of fold: bins that are not set by hand, selection and weights made anew without the row."""

    def fit(seen: pd.DataFrame, outcome: Counts) -> Answers:
        kept, _, chosen = _chosen(seen, outcome, plans, rows)
        card = build(kept, chosen.fit, Scaling(), masterscale=Masterscale(), long_run_rate=float(outcome.mean()))
        return card.log_odds_of

    return np.round(out_of_fold(table, rows.bad, FOLDS, SEED, fit, rows.whose), DIGITS)


def _moved(unseen: Floats, rows: Rows) -> float | None:
    if rows.observed is None or len(np.unique(rows.observed)) < 2:
        return None
    newest = rows.observed == rows.observed.max()
    edges = tenths(unseen[~newest])
    return psi(counts_by(unseen[~newest], edges), counts_by(unseen[newest], edges))


def difference(before: Trial, after: Trial, rows: Rows) -> Difference:
    """Of two cards tried on the same rows: after less before."""
    found = auc_difference(rows.bad, after.unseen, before.unseen, rows.whose)
    return Difference(found.value, (found.high - found.value) / float(ndtri(0.975)))


def held_back(table: pd.DataFrame, rows: Rows) -> Flags:
    """Rows that bins are held against: those of the newest observation day, where enough of them are bad; else one in
    three, with the same share of bad, by their content."""
    if rows.observed is not None:
        newest = rows.observed == rows.observed.max()
        if rows.bad[newest].sum() >= LEAST_HELD and not newest.all():
            return np.asarray(newest)
    order = order_of(table.reset_index(drop=True), rows.bad)
    held = np.zeros(len(rows.bad), dtype=bool)
    held[order] = folds_of(rows.bad[order], HELD, SEED, None if rows.whose is None else rows.whose[order]) == 0
    return held


def held_bins(binning: Binning, values: pd.Series, bad: Counts, held: Flags) -> tuple[HeldBin, ...]:
    """Each bin's counts among the rows held back, in the order of the bins."""
    codes = binning.assign(values)[held]
    rows = np.bincount(codes, minlength=len(binning.bins))
    bads = np.bincount(codes[bad[held] > 0], minlength=len(binning.bins))
    return tuple(HeldBin(int(n), int(k)) for n, k in zip(rows, bads, strict=True))


def with_plans(kept: tuple[str, ...], plans: Mapping[str, Plan]) -> list[str]:
    """Columns a trial needs: those the development kept, and those changed by hand; each once, in that order."""
    return [*kept, *(name for name in plans if name not in kept)]
