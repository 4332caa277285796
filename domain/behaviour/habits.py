"""A customer's habits in a few hundred bytes: thirteen months of movements and money, a year by channel, category, hour.

They are kept some thousand customers at a time: any group is then a few texts read, the group's rows picked, and one
sum, and a bar of a chart is the sum of its customers by construction. Bytes are little-endian and kept as they are: as text
they would be a third longer, and be decoded at each reading.

Movements are the customer's own (not the bank's entries), on all accounts; money is that of deposit accounts in the
bank's currency, in whole cents. The year is (as_of − 12 months, as_of], as in the features of that name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain import canonical
from domain.catalogue import SHARE_CATEGORIES, SHARE_CHANNELS

MONTHS = 13
DAYS, HOURS = 7, 24
SLOTS = DAYS * HOURS  # weekday · 24 + hour, Monday 0
CHANNELS, CATEGORIES = canonical.CHANNELS, SHARE_CATEGORIES
AUTOMATIC = "system"  # the last of CHANNELS: instalments and standing orders, and movements whose channel is not told
Rows = NDArray[Any]  # of one of the types below


def _row(*fields: tuple[Any, ...]) -> np.dtype[Any]:
    # A multiple of three bytes long since they were kept as text; pictures of before are read as they are.
    bare = np.dtype(list(fields))
    short = -bare.itemsize % 3
    return np.dtype([*fields, ("rest", f"V{short}")]) if short else bare


# Months ascending, the last one MONTHS − 1. held, active: bit m set in months with an account, and of those with an own
# movement in the three months to the month-end.
FLOW = _row(
    ("own", "<i4", (MONTHS,)), ("digital", "<i4", (MONTHS,)), ("inflow", "<i8", (MONTHS,)), ("outflow", "<i8", (MONTHS,)),
    ("held", "<u2"), ("active", "<u2"),
)  # fmt: skip
# Of the year: movements by channel (but the automatic ones, see `by_channel`) and by category, money spent by category.
USES = _row(
    ("channel", "<i4", (len(SHARE_CHANNELS),)), ("category", "<i4", (len(CATEGORIES),)), ("spent", "<i8", (len(CATEGORIES),)),
)  # fmt: skip
# Hours: how many customers, how many entries each has, then the entries: only slots with movements.
_HEAD, _SIZE, _HOUR = np.dtype("<u4"), np.dtype("<u2"), np.dtype([("slot", "u1"), ("count", "<u2")])
_NO_HOURS = (np.empty(0, dtype=np.int64),) * 3
_MOST = np.iinfo(np.uint16).max


def packed(rows: Rows) -> bytes:
    """The bytes of rows of FLOW or USES."""
    return rows.tobytes()


def unpacked(kept: Sequence[bytes] | Rows, kind: np.dtype[Any]) -> Rows:
    """Rows of FLOW or USES, shape (n,), of blocks one after the other; rows of that kind are given back as they are.

    ValueError for bytes that are not whole rows of that kind.
    """
    if isinstance(kept, np.ndarray) and kept.dtype == kind:
        return kept
    raw = b"".join(kept)
    if len(raw) % kind.itemsize:
        raise ValueError(
            "the habits kept of customers are of another form than this code reads; build the picture again"
        )
    return np.frombuffer(raw, dtype=kind)


def by_channel(rows: Rows) -> NDArray[np.int64]:
    """Own movements of the year of rows of USES, shape (n, CHANNELS): all of them, so that they add up to the base of the
    digital share. Automatic ones are what is left of the movements by category, of which each has one.
    """
    told = rows["channel"].astype(np.int64)
    left = rows["category"].sum(axis=1, dtype=np.int64) - told.sum(axis=1)
    # A picture of before left movements without a category out, of which some have a channel.
    return np.column_stack([told, np.maximum(left, 0)])


@dataclass(frozen=True)
class Hours:
    """Own movements of `customers` customers by hour of the week: owner (the customer's place, ascending), slot, count."""

    owner: NDArray[np.int64]
    slot: NDArray[np.int64]
    count: NDArray[np.int64]
    customers: int

    def of(self, places: NDArray[np.int64]) -> Hours:
        """Those of the customers at these places (ascending), whose places they then are."""
        at = np.full(self.customers, -1, dtype=np.int64)
        at[places] = np.arange(len(places))
        owner = at[self.owner]
        theirs = owner >= 0
        return Hours(owner[theirs], self.slot[theirs], self.count[theirs], len(places))


def packed_hours(owner: NDArray[np.int64], slot: NDArray[Any], count: NDArray[Any], customers: int) -> bytes:
    """The bytes of the hours of some customers. owner: the customer's place, ascending."""
    while (count > _MOST).any():  # more than two bytes hold becomes two entries
        over = np.flatnonzero(count > _MOST)
        owner, slot = np.insert(owner, over, owner[over]), np.insert(slot, over, slot[over])
        count = np.insert(np.where(count > _MOST, count - _MOST, count), over, _MOST)
    rows = np.empty(len(owner), dtype=_HOUR)
    rows["slot"], rows["count"] = slot, count
    sizes = np.bincount(owner.astype(np.int64), minlength=customers).astype(_SIZE)
    head = np.array([customers], dtype=_HEAD)
    return head.tobytes() + sizes.tobytes() + rows.tobytes()


def unpacked_hours(blocks: Sequence[bytes]) -> Hours:
    """The hours of all the customers of these blocks, one after the other."""
    found, customers = [_NO_HOURS], 0
    for raw in blocks:
        count = int(np.frombuffer(raw, _HEAD, 1)[0])
        sizes = np.frombuffer(raw, _SIZE, count, _HEAD.itemsize)
        rows = np.frombuffer(raw, _HOUR, offset=_HEAD.itemsize + count * _SIZE.itemsize)
        owner = np.repeat(np.arange(customers, customers + count), sizes)
        found.append((owner, rows["slot"].astype(np.int64), rows["count"].astype(np.int64)))
        customers += count
    owner, slot, counts = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Hours(owner, slot, counts, customers)


def bit(mask: NDArray[Any], month: int) -> NDArray[np.bool_]:
    """Whether the bit of that month is set."""
    return (mask.astype(np.int64) >> month & 1).astype(bool)
