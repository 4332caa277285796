"""Which cluster is which: numbers and names that stay with a segment from run to run, and what sets it apart in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from domain.segmentation.scaling import Scaling
from domain.segmentation.sentences import PLAIN

Floats = NDArray[np.float64]
DISTINCTIVE = 3
BUSINESS = (
    "payroll_3m", "payroll_months_12m", "settlement_in_3m", "settlement_out_3m", "settlement_payers_12m",
    "settlement_payees_12m", "partner_concentration_12m",
)  # fmt: skip
MOST_BUSINESS = 2


def match_numbers(
    centres: Floats, scaling: Scaling, published: dict[str, Any] | None, first: int, by_value: Floats
) -> tuple[list[int], int]:
    """The number of each cluster, and the next free number.

    published: the model of the published run (None for the first). Centres are compared in the published run's units on
    the features both have and paired so that the total distance is least (Hungarian assignment); a pair further apart
    than the published centres typically are from one another is not the same segment. Others get numbers never used.
    Without a published run the clusters are numbered from `first` by falling `by_value`.
    """
    if not published:
        order = np.argsort(-by_value, kind="stable")
        numbers = np.empty(len(centres), dtype=np.int64)
        numbers[order] = np.arange(first, first + len(centres))
        return [int(n) for n in numbers], first + len(centres)
    old = Scaling.from_dict(published["scaling"])
    common = [name for name in scaling.names if name in old.names]
    theirs = [old.names.index(n) for n in common]
    moved = scaling.carried(centres, old, common)
    before = np.array([c["centre"] for c in published["clusters"]])[:, theirs]
    distance = _distances(moved, before)
    apart = _distances(before, before)[np.triu_indices(len(before), 1)]
    far = float(np.median(apart)) if len(apart) else np.inf
    found = {int(i): int(j) for i, j in zip(*linear_sum_assignment(distance), strict=True) if distance[i, j] <= far}
    numbers_, free = [], int(published["next_number"])
    for place in range(len(centres)):
        if place in found:
            numbers_.append(int(published["clusters"][found[place]]["number"]))
        else:
            numbers_.append(free)
            free += 1
    return numbers_, free


def _distances(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2)))


def describe(centre: Floats, scaling: Scaling, members: pd.DataFrame, everyone: pd.DataFrame) -> dict[str, Any]:
    """What sets a cluster apart: its three features furthest from the average (sentences.py says them).

    features: name, z (deviations from the mean of this kind of customer), here and overall (medians in own units, None
    where not known). Equally far features: the order of the catalogue.
    """
    order = np.argsort(-np.abs(np.round(centre, 6)), kind="stable")[:DISTINCTIVE]
    features = []
    for place in order:
        name, z = scaling.names[place], float(centre[place])
        here, overall = median(members[name]), median(everyone[name])
        features.append({"name": name, "z": round(z, 3), "here": here, "overall": overall})
    return {"features": features}


def with_business(told: dict[str, Any], members: pd.DataFrame, everyone: pd.DataFrame) -> dict[str, Any]:
    """The same description, and what sets these companies apart in what they do: payroll and settlement.

    These figures make no clusters: tried on the demo bank, the clusters found with them told its companies' latent types
    worse (docs/decisions/0005). business: BUSINESS features whose mean, in logarithms, lies at least half a deviation
    from everybody's, the furthest first, at most two; as `features` of `describe`.
    """
    found: list[dict[str, Any]] = []
    for name in BUSINESS:
        if name not in everyone or (z := _apart(members[name], everyone[name])) is None or abs(z) < PLAIN:
            continue
        found.append({"name": name, "z": round(z, 3), "here": median(members[name]), "overall": median(everyone[name])})
    return {**told, "business": sorted(found, key=lambda one: -abs(one["z"]))[:MOST_BUSINESS]}


def _apart(members: pd.Series, everyone: pd.Series) -> float | None:
    """By how many deviations of everybody's the members' mean differs, in logarithms; None where nothing is known."""
    here, all_ = (np.log1p(np.sort(side.dropna().to_numpy(dtype=float))) for side in (members, everyone))
    if not len(here) or not len(all_) or all_.std() < 1e-9:
        return None
    return float(round((here.mean() - all_.mean()) / all_.std(), 6))


def median(values: pd.Series) -> float | None:
    """Of what is known, to six places; None where nothing is."""
    known = values.dropna()
    return round(float(known.median()), 6) if len(known) else None
