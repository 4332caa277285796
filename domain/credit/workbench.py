"""What a change of bins by hand does to the card: the same selection and regression on the same sample, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.credit.binning import Binning, BinningRules, Codes, binned
from domain.credit.by_hand import Plan, binned_by_hand
from domain.credit.characteristics import named
from domain.credit.grades import Masterscale
from domain.credit.metrics import auc
from domain.credit.scorecard import Scaling, Scorecard, build, recalibrate
from domain.credit.selection import SelectionRules, Verdict, select
from domain.credit.woe import Counts


@dataclass(frozen=True)
class Trial:
    """A card of some characteristics, fitted on the sample as it stands. auc: on that sample, not out of fold."""

    card: Scorecard
    auc: float
    verdicts: Mapping[str, Verdict]


def bins_at(
    values: pd.Series, bad: Counts, name: str, plan: Plan | None = None, rules: BinningRules | None = None
) -> Binning:
    """The best bins of a described characteristic, or those of the plan."""
    rules = rules or BinningRules()
    return _binned(values, bad, name, plan, rules)[0]


def _binned(values: pd.Series, bad: Counts, name: str, plan: Plan | None, rules: BinningRules) -> tuple[Binning, Codes]:
    known = named(name)
    if plan is None:
        return binned(values, bad, name, rules, direction=known.direction, specials=known.states)
    return binned_by_hand(values, bad, name, rules, plan, known.states)


def trial(table: pd.DataFrame, bad: Counts, plans: Mapping[str, Plan], shrinkage: float, long_run_rate: float) -> Trial:
    """Select, fit and scale as a development does, of the columns of `table` only.

    shrinkage, long_run_rate: of the development the columns come from, so that points can be compared. ValueError when
    nothing is left, or a plan does not fit its column.
    """
    found, columns, codes = [], [], []
    for name in table.columns:
        one, places = _binned(table[name], bad, name, plans.get(name), BinningRules())
        found.append(one)
        columns.append(one.weights.take(places))
        codes.append(places)
    chosen = select(tuple(found), np.column_stack(columns), bad, SelectionRules())
    kept = tuple(found[i] for i in chosen.kept)
    card = build(kept, chosen.fit, Scaling(), masterscale=Masterscale(), long_run_rate=long_run_rate)
    places = np.column_stack([codes[i] for i in chosen.kept])
    card = recalibrate(card, card.log_odds(places), shrinkage, long_run_rate)
    return Trial(card, auc(bad, card.score(places)), {v.name: v for v in chosen.verdicts})


def with_plans(kept: tuple[str, ...], plans: Mapping[str, Plan]) -> list[str]:
    """Columns a trial needs: those the development kept, and those changed by hand; each once, in that order."""
    return [*kept, *(name for name in plans if name not in kept)]
