"""A group's habits added up: months, frequency, channels, hours, categories. Shares are recomputed from sums, never averaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter

import numpy as np
import pandas as pd

from domain.behaviour import habits
from domain.behaviour.measures import FREQUENCIES, Measure, of_flow


@dataclass(frozen=True)
class Month:
    """A month of a group: customers with an account, those active, own movements, digital ones, money in and out."""

    customers: int
    active: int
    own: int
    digital: int
    inflow: Decimal
    outflow: Decimal

    @property
    def net(self) -> Decimal:
        """Money in less money out."""
        return self.inflow - self.outflow

    @property
    def active_share(self) -> Decimal | None:
        """Active of those with an account; None without any."""
        return _share(self.active, self.customers)

    @property
    def per_active(self) -> Decimal | None:
        """Own movements of the month an active customer."""
        return _share(self.own, self.active)

    @property
    def digital_share(self) -> Decimal | None:
        """Own movements by online or mobile banking, of all own movements."""
        return _share(self.digital, self.own)


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None


def money(cents: int) -> Decimal:
    """Whole cents as money."""
    return Decimal(int(cents)).scaleb(-2)


def months_of(rows: habits.Rows) -> tuple[Month, ...]:
    """The months of a group, ascending."""
    sums = {name: rows[name].sum(axis=0, dtype=np.int64) for name in ("own", "digital", "inflow", "outflow")}
    bits = {name: [int(habits.bit(rows[name], at).sum()) for at in range(habits.MONTHS)] for name in ("held", "active")}
    return tuple(
        Month(
            bits["held"][at], bits["active"][at], int(sums["own"][at]), int(sums["digital"][at]), money(sums["inflow"][at]),
            money(sums["outflow"][at]),
        )
        for at in range(habits.MONTHS)
    )  # fmt: skip


def frequencies(rows: habits.Rows) -> dict[str, int]:
    """Customers with an account in the newest month, by band of their own movements in it."""
    return {band: int(of_flow(Measure("freq", band), rows, ())[1].sum()) for band in FREQUENCIES}


def year_of_uses(rows: habits.Rows, what: str) -> dict[str, int]:
    """channel or category -> own movements, or category -> cents spent (`spent`), of the year; the most first, none left out."""
    names = habits.CHANNELS if what == "channel" else habits.CATEGORIES
    counts = habits.by_channel(rows) if what == "channel" else rows[what]
    told = zip(names, counts.sum(axis=0, dtype=np.int64).tolist(), strict=True)
    return dict(sorted(((name, count) for name, count in told if count), key=lambda each: (-each[1], each[0])))


def year_of_hours(hours: habits.Hours) -> list[list[int]]:
    """Own movements of the year whose time is known, by weekday (Monday first) and hour: 7 rows of 24."""
    found = np.bincount(hours.slot, hours.count, habits.SLOTS).astype(np.int64)
    return [[int(n) for n in day] for day in found.reshape(habits.DAYS, habits.HOURS)]


def digital_by(rows: habits.Rows, keys: Sequence[str]) -> dict[str, tuple[int, int]]:
    """key of each row -> (digital, own) movements of the newest twelve months."""
    place, names = pd.factorize(np.asarray(keys, dtype=object))
    sums = [
        np.bincount(place, rows[name][:, 1:].sum(axis=1, dtype=np.int64), len(names)).astype(np.int64)
        for name in ("digital", "own")
    ]
    return {str(name): (int(sums[0][at]), int(sums[1][at])) for at, name in sorted(enumerate(names), key=itemgetter(1))}
