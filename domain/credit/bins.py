"""The bins of one characteristic as a card has them: the best, or set by hand; those apart held to their evidence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from domain.credit.apart import held_apart
from domain.credit.binning import Binning, BinningRules, Codes, binned
from domain.credit.by_hand import Plan, binned_by_hand
from domain.credit.woe import Counts


def bins_of(
    values: pd.Series,
    bad: Counts,
    name: str,
    rules: BinningRules,
    *,
    plan: Plan | None = None,
    direction: str = "auto",
    specials: tuple[float, ...] = (),
    step: float | None = None,
    whose: Codes | None = None,
) -> tuple[Binning, Codes]:
    """The bins, and the bin of each row. plan: cut so, as it was typed; None: the best. whose: a number a row, rows of one
    customer have the same: on a bank's card a bin leans to the average by one bad customer and not by one bad row, or a bin in
    which nobody turned bad would weigh the more, the more often the same people were looked at. The rest as in
    `binning.binned` and `apart.held_apart`.
    """
    people = None if whose is None else len(np.unique(whose))
    single = rules
    if people is not None and rules.apart_chance is not None:
        rules = replace(rules, smoothing=rules.smoothing * len(bad) / people)
    if plan is None:
        found, codes = binned(values, bad, name, rules, direction=direction, specials=specials, step=step)
    else:
        found, codes = binned_by_hand(values, bad, name, rules, plan, specials)
    if rules.apart_chance is None:
        return found, codes
    if whose is None:
        return held_apart(found, single, direction, bad), codes
    each = [len(np.unique(whose[codes == place])) for place in range(len(found.bins))] if found.specials else None
    return held_apart(found, single, direction, bad, people, each), codes
