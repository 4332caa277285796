"""What a demo bank is made from: its size, its span of months, its seed, and the calendar of each month.

Everything random is drawn from a generator named by (seed, block, stream), so a block of customers comes out the same
whatever was generated before it, and a month the same whatever number of months follow.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

BLOCK = 5_000  # customers generated together; part of the seed, so never a tuning knob
JOIN_RATE = 0.005  # customers won a month, as a share of all
LOOK_AHEAD = 36  # months after the first delivery for which increments can be written
ENDS_ON = date(2026, 10, 31)
BANK_NAME = "江城银行"
BRING_FORWARD = 0  # index of the month-end before the first month

SPRING_FESTIVAL = {
    d.year: d
    for d in (
        date(2014, 1, 31), date(2015, 2, 19), date(2016, 2, 8), date(2017, 1, 28), date(2018, 2, 16), date(2019, 2, 5),
        date(2020, 1, 25), date(2021, 2, 12), date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10),
        date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13),
        date(2030, 2, 3), date(2031, 1, 23), date(2032, 2, 11), date(2033, 1, 31), date(2034, 2, 19),
    )
}  # fmt: skip


def epoch_day(day: date) -> int:
    """Days since 1970-01-01, the way Arrow's date32 counts."""
    return (day - date(1970, 1, 1)).days


@dataclass(frozen=True)
class Month:
    """One calendar month of the bank's history; index 1 is the first of the delivery."""

    index: int
    first: date
    last: date
    days: int
    weekend: Array  # bool, shape (days,)
    festival_day: int | None  # day of the month of Spring Festival
    bonus_day: int | None  # day of the month of the year-end bonus, ten days before the festival

    @property
    def first_epoch(self) -> int:
        """Epoch day of the first of the month."""
        return epoch_day(self.first)

    @property
    def last_epoch(self) -> int:
        """Epoch day of the month-end."""
        return epoch_day(self.last)

    @property
    def quarter_end(self) -> bool:
        """True in March, June, September and December, when deposits earn their interest."""
        return self.first.month % 3 == 0


@dataclass(frozen=True)
class Plan:
    """The size, span and seed of one demo bank; increments use the plan of the first delivery."""

    customers: int
    months: int
    seed: int
    ends_on: date

    def __post_init__(self) -> None:
        if self.customers < 1 or self.customers > 4_500_000:
            raise ValueError(f"customers must be 1 to 4,500,000, not {self.customers}.")
        if self.months < 1 or self.months > 240:
            raise ValueError(f"months must be 1 to 240, not {self.months}.")
        if (self.ends_on + timedelta(days=1)).day != 1:
            raise ValueError(f"ends_on must be the last day of a month, not {self.ends_on}.")

    @property
    def blocks(self) -> int:
        """Number of blocks of the first delivery."""
        return -(-self.customers // BLOCK)

    def block_size(self, block: int) -> int:
        """Customers in a block: BLOCK, less in the last; blocks from `blocks` on hold the customers won later."""
        if block < self.blocks:
            return min(BLOCK, self.customers - block * BLOCK)
        return min(BLOCK, max(1, round(self.customers * JOIN_RATE)))

    def first_customer(self, block: int) -> int:
        """Running number of the block's first customer, from 0."""
        if block < self.blocks:
            return block * BLOCK
        return self.customers + (block - self.blocks) * self.block_size(block)

    def block_join_month(self, block: int) -> int | None:
        """Month in which all customers of a later block are won; None for a block of the first delivery."""
        return None if block < self.blocks else self.months + 1 + block - self.blocks

    def rng(self, block: int, stream: int) -> np.random.Generator:
        """The generator of this block and stream (see streams below)."""
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence((self.seed, block, stream))))

    def month(self, index: int) -> Month:
        """Calendar of a month; 1 is the first of the history, `months` the one that ends on ends_on."""
        total = self.ends_on.year * 12 + self.ends_on.month - 1 + index - self.months
        first = date(total // 12, total % 12 + 1, 1)
        days = calendar.monthrange(first.year, first.month)[1]
        weekdays = (first.weekday() + np.arange(days)) % 7
        festival = SPRING_FESTIVAL.get(first.year)
        bonus = festival - timedelta(days=10) if festival else None
        same = (first.year, first.month)
        return Month(
            index=index,
            first=first,
            last=first.replace(day=days),
            days=days,
            weekend=weekdays >= 5,
            festival_day=festival.day if festival and (festival.year, festival.month) == same else None,
            bonus_day=bonus.day if bonus and (bonus.year, bonus.month) == same else None,
        )


# Streams of a block: one topic each, so that changing one leaves the others as they were.
PEOPLE, ACCOUNTS, RELATIONS, PARTNERS, DIRT = 1, 2, 3, 4, 5
MOVEMENTS, CHAINS, SERVICE, CARDS, CARD_USE = 1_000, 2_000, 3_000, 4_000, 5_000  # plus the month's index
MARKET_BLOCK = 1_000_000  # a block of its own for what the whole bank shares
GEOGRAPHY, MARKET = 1, 1_000


def pick(u: Array, cdf: Array, row: Array | int = 0) -> Array:
    """Inverse sampling from the row-th distribution of `cdf` (shape (rows, values), each ending in 1).

    u: uniform in [0, 1), one a draw; row: which distribution, a scalar or one a draw. Returns int64 value indices.
    """
    table = np.atleast_2d(cdf)
    rows, values = table.shape
    flat = (table + np.arange(rows)[:, None]).ravel()
    found = np.searchsorted(flat, u + row, side="right") - np.asarray(row) * values
    return np.clip(found, 0, values - 1)


def cdf_of(weights: Any) -> Array:
    """Cumulative shares of rows of weights, each row ending in 1."""
    table = np.atleast_2d(np.asarray(weights, dtype=np.float64))
    total = np.cumsum(table, axis=1)
    return total / total[:, -1:]


def cents(yuan: Array) -> Array:
    """Yuan (float) to whole cents (int64), rounded half to even."""
    return np.rint(yuan * 100).astype(np.int64)
