"""What a bar, a cell or a line of the behaviour page counts, named in one word, and each customer's part in it.

A figure is the sum of its customers' values (or the number of them): the chart and the list behind it are both made
here, so they cannot differ. A name is `kind:part`: inflow:2026-10, channel:mobile, slot:3-14, freq:3-5, offer:wealth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.behaviour import habits
from domain.canonical import PRODUCT_FAMILIES
from domain.marketing.suitability import REASONS

# Own movements of the newest month, least of each band; the last is open.
FREQUENCIES: Mapping[str, tuple[int, int | None]] = {
    "0": (0, 1), "1-2": (1, 3), "3-5": (3, 6), "6-10": (6, 11), "11-20": (11, 21), "21": (21, None),
}  # fmt: skip
# kind -> (column of the habits it is made of, or chances of the run; what a customer's value is)
KINDS: Mapping[str, tuple[str, str]] = {
    "active": ("flow", "customers"), "freq": ("flow", "customers"), "own": ("flow", "count"), "digital": ("flow", "count"),
    "inflow": ("flow", "money"), "outflow": ("flow", "money"), "channel": ("uses", "count"), "category": ("uses", "count"),
    "spent": ("uses", "money"), "slot": ("hours", "count"), "offer": ("chances", "chance"), "first": ("chances", "chance"),
    "against": ("chances", "chance"),
}  # fmt: skip
BY_MONTH = ("active", "own", "digital", "inflow", "outflow")
Values = NDArray[np.int64]


@dataclass(frozen=True)
class Measure:
    """kind of KINDS, and its part: a month, a band, a channel, a category, weekday-hour, a family, family-reason."""

    kind: str
    part: str

    @property
    def name(self) -> str:
        """As it stands in an address."""
        return f"{self.kind}:{self.part}"

    @property
    def source(self) -> str:
        """The column it is worked out of: flow, uses, hours, chances."""
        return KINDS[self.kind][0]

    @property
    def unit(self) -> str:
        """customers (the list's length is the figure), count, money (cents), chance (millionths)."""
        return KINDS[self.kind][1]


def measure_of(name: str, months: Sequence[date]) -> Measure | None:
    """Read a name; None for one that means nothing, or a month that is not among `months`."""
    kind, _, part = name.partition(":")
    known: Mapping[str, Sequence[str]] = {
        **{kind: [f"{month:%Y-%m}" for month in months] for kind in BY_MONTH}, "freq": list(FREQUENCIES),
        "channel": habits.CHANNELS, "category": habits.CATEGORIES, "spent": habits.CATEGORIES,
        "slot": [f"{day}-{hour}" for day in range(habits.DAYS) for hour in range(habits.HOURS)],
        "offer": PRODUCT_FAMILIES, "first": PRODUCT_FAMILIES,
        "against": [f"{family}-{reason.code}" for family in PRODUCT_FAMILIES for reason in REASONS],
    }  # fmt: skip
    return Measure(kind, part) if part in known.get(kind, ()) else None


def of_flow(measure: Measure, rows: habits.Rows, months: Sequence[date]) -> tuple[Values, NDArray[np.bool_]]:
    """(value, whether the customer counts) of each row. freq counts who held an account in the newest month."""
    if measure.kind == "freq":
        own = rows["own"][:, -1].astype(np.int64)
        low, end = FREQUENCIES[measure.part]
        inside = (own >= low) & (own < end if end is not None else True) & habits.bit(rows["held"], habits.MONTHS - 1)
        return own, np.asarray(inside)
    at = [f"{month:%Y-%m}" for month in months].index(measure.part)
    if measure.kind == "active":
        return rows["own"][:, at].astype(np.int64), habits.bit(rows["active"], at)
    value = rows[measure.kind][:, at].astype(np.int64)
    return value, value != 0


def of_uses(measure: Measure, rows: habits.Rows) -> tuple[Values, NDArray[np.bool_]]:
    """As `of_flow`, of a channel or a category."""
    names = habits.CHANNELS if measure.kind == "channel" else habits.CATEGORIES
    told = habits.by_channel(rows) if measure.kind == "channel" else rows[measure.kind]
    value = told[:, names.index(measure.part)].astype(np.int64)
    return value, value != 0


def of_hours(measure: Measure, hours: habits.Hours) -> tuple[Values, NDArray[np.bool_]]:
    """As `of_flow`, of an hour of a weekday."""
    day, _, hour = measure.part.partition("-")
    here = hours.slot == int(day) * habits.HOURS + int(hour)
    value = np.bincount(hours.owner[here], hours.count[here], hours.customers).astype(np.int64)
    return value, value != 0


def of_chances(
    measure: Measure, chances: NDArray[np.int64], against: NDArray[np.uint8], families: Sequence[str], reasons: Sequence[str]
) -> tuple[Values, NDArray[np.bool_]]:  # fmt: skip
    """As `of_flow`, in millionths. offer: who may be offered the family; first: of these, whose likeliest it is;
    against: who does not hold it and has the reason against it. Nobody where the run knows no such family.
    """
    family, _, reason = measure.part.partition("-")
    if family not in families or (reason and reason not in reasons):
        return np.zeros(len(chances), dtype=np.int64), np.zeros(len(chances), dtype=bool)
    at = list(families).index(family)
    open_to = chances[:, at] >= 0
    if measure.kind == "against":
        return chances[:, at], open_to & (against[:, at] >> list(reasons).index(reason) & 1).astype(bool)
    free = open_to & (against[:, at] == 0)
    if measure.kind == "first":
        best = np.where((chances >= 0) & (against == 0), chances, -1).argmax(axis=1)
        free &= best == at
    return chances[:, at], free
