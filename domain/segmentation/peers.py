"""A customer among the others of the same segment: where they stand in each figure, and who is most like them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

LEAST = 8  # peers: fewer have no quartiles worth the name
NEAREST = 5


@dataclass(frozen=True)
class Place:
    """One figure: the customer's, the quartiles of all in the segment (the customer among them), and the share of those
    who know the figure that lie below the customer (ties by half). None where it is not known."""

    name: str
    value: float | None
    low: float | None
    middle: float | None
    high: float | None
    below: float | None
    known: int


@dataclass(frozen=True)
class Peers:
    """count: customers of the segment that were looked at, this one included. nearest: the most alike, nearest first."""

    count: int
    places: tuple[Place, ...]
    nearest: tuple[str, ...]


def peers(figures: pd.DataFrame, customer_id: str, names: Sequence[str], alike: Sequence[str]) -> Peers:
    """Compare one customer with the rows of `figures` (customer_id and the columns `names`), in any order.

    alike: the columns likeness is judged by: signed log1p, standardised, a gap counted as the mean; ties by number.
    ValueError when the customer is not among the rows.
    """
    table = figures.sort_values("customer_id", ignore_index=True)
    at = np.flatnonzero((table["customer_id"] == customer_id).to_numpy())
    if len(at) != 1:
        raise ValueError(f"customer {customer_id} is not among the {len(table)} of the segment")
    places = tuple(_place(name, table[name].to_numpy(dtype=float), int(at[0])) for name in names)
    return Peers(len(table), places, _nearest(table, int(at[0]), alike))


def _place(name: str, values: np.ndarray, at: int) -> Place:
    known = values[~np.isnan(values)]
    own = None if np.isnan(values[at]) else float(values[at])
    if len(known) < LEAST:
        return Place(name, own, None, None, None, None, len(known))
    low, middle, high = (float(q) for q in np.quantile(known, (0.25, 0.5, 0.75)))
    below = (
        None if own is None else float(((known < own).sum() + ((known == own).sum() - 1) / 2) / max(len(known) - 1, 1))
    )
    return Place(name, own, low, middle, high, below, len(known))


def _nearest(table: pd.DataFrame, at: int, alike: Sequence[str]) -> tuple[str, ...]:
    raw = table[list(alike)].to_numpy(dtype=float)
    flat = np.sign(raw) * np.log1p(np.abs(raw))
    centre = np.nan_to_num(np.nanmean(np.where(np.isnan(flat).all(axis=0), 0.0, flat), axis=0))
    filled = np.where(np.isnan(flat), centre, flat)
    spread = filled.std(axis=0)
    scaled = (filled - centre) / np.where(spread > 0, spread, 1.0)
    distance = np.square(scaled - scaled[at]).sum(axis=1)
    distance[at] = np.inf
    order = np.argsort(distance, kind="stable")[:NEAREST]
    ids = table["customer_id"].to_numpy()
    return tuple(str(ids[place]) for place in order if place != at)
