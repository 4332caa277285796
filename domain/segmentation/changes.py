"""What changed between the dates of two runs: the figures that moved for who changed place, and the drift of everybody's.

Both are told in the units of the earlier date, so that a general rise shows as a move and not as a new normal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from domain.catalogue import FEATURE_NAMES
from domain.credit.metrics import counts_by, psi, tenths
from domain.segmentation.scaling import fit_scaling

MOST_MOVED = 3
WORTH_TELLING = 0.15  # deviations
TAIL = 0.005
# Beside what clusters are made of: what tiers and the life cycle are decided by.
ALSO = ("aum_avg_3m", "aum_trend_6m", "days_since_last", "movements_3m", "products_held")
Moves = dict[str, list[dict[str, Any]]]


def moves(
    before: pd.DataFrame, after: pd.DataFrame, movers: Sequence[str], names: Mapping[str, tuple[str, ...]]
) -> Moves:
    """The figures that moved most for each mover: name, before, after (own units, None where not known), z.

    before, after: features of the same customers at two dates. names: by kind of customer, what to look at. A mover is
    left out when one of the dates does not know them or nothing moved worth telling; z is in deviations of `before`,
    largest first, ties in the order of `names`.
    """
    found: Moves = {}
    for kind, wanted in names.items():
        looked = tuple(n for n in dict.fromkeys((*wanted, *ALSO)) if n in FEATURE_NAMES)
        then = before[before["kind"] == kind].set_index("customer_id", drop=False)
        now = after[after["kind"] == kind].set_index("customer_id", drop=False)
        who = [one for one in dict.fromkeys(movers) if one in then.index and one in now.index]
        if who:
            found |= _of_kind(then, now, who, looked)
    return found


def _of_kind(then: pd.DataFrame, now: pd.DataFrame, who: list[str], names: tuple[str, ...]) -> Moves:
    scaling = fit_scaling(then, names, TAIL)
    if not scaling.names:
        return {}
    pair = [frame.loc[who] for frame in (then, now)]
    old, new = (scaling.plain(scaling.apply(frame)) for frame in pair)
    z = np.round(new - old, 4)
    order = np.argsort(-np.abs(z), axis=1, kind="stable")[:, :MOST_MOVED]
    raw = [frame[list(scaling.names)].to_numpy(dtype=float, na_value=np.nan) for frame in pair]
    told: Moves = {}
    for line, customer_id in enumerate(who):
        entries = [
            {
                "name": scaling.names[at],
                "before": _known(raw[0][line, at]),
                "after": _known(raw[1][line, at]),
                "z": float(z[line, at]),
            }
            for at in order[line]
            if abs(z[line, at]) >= WORTH_TELLING
        ]
        if entries:
            told[customer_id] = entries
    return told


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


def drift(
    before: pd.DataFrame, after: pd.DataFrame, names: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, float]]:
    """By kind and feature, the stability index of the features of two dates, in tenths of the earlier; largest first.

    Who has no figure is left out; a feature fewer than two tenths can be made of (nearly all alike) is not told.
    """
    told: dict[str, dict[str, float]] = {}
    for kind, wanted in names.items():
        sides = [frame.loc[frame["kind"] == kind, list(wanted)].astype(float) for frame in (before, after)]
        found = {}
        for name in wanted:
            then, now = (side[name].dropna().to_numpy() for side in sides)
            edges = tenths(then) if len(then) else np.empty(0)
            if len(now) and len(edges):
                found[name] = round(psi(counts_by(then, edges), counts_by(now, edges)), 6)
        told[kind] = dict(sorted(found.items(), key=lambda pair: -pair[1]))
    return told
