"""A customer's habits in a few hundred bytes: thirteen months of movements and money, a year by channel, category, hour.

Any group of customers is then one column read and one sum, and a bar of a chart is the sum of its customers by
construction. Bytes are little-endian and kept as base64, which either database holds as plain text; rows are a multiple
of three bytes long, so that the texts of many customers joined are the text of their rows joined.

Movements are the customer's own (not the bank's entries), on all accounts; money is that of deposit accounts in the
bank's currency, in whole cents. The year is (as_of − 12 months, as_of], as in the features of that name.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.catalogue import SHARE_CATEGORIES, SHARE_CHANNELS

MONTHS = 13
DAYS, HOURS = 7, 24
SLOTS = DAYS * HOURS  # weekday · 24 + hour, Monday 0
CHANNELS, CATEGORIES = SHARE_CHANNELS, SHARE_CATEGORIES
Rows = NDArray[Any]  # of one of the types below


def _row(*fields: tuple[Any, ...]) -> np.dtype[Any]:
    bare = np.dtype(list(fields))
    short = -bare.itemsize % 3
    return np.dtype([*fields, ("rest", f"V{short}")]) if short else bare


# Months ascending, the last one MONTHS − 1. held, active: bit m set in months with an account, and of those with an own
# movement in the three months to the month-end.
FLOW = _row(
    ("own", "<i4", (MONTHS,)), ("digital", "<i4", (MONTHS,)), ("inflow", "<i8", (MONTHS,)), ("outflow", "<i8", (MONTHS,)),
    ("held", "<u2"), ("active", "<u2"),
)  # fmt: skip
# Of the year: movements by channel and by category, money spent by category.
USES = _row(
    ("channel", "<i4", (len(CHANNELS),)), ("category", "<i4", (len(CATEGORIES),)), ("spent", "<i8", (len(CATEGORIES),)),
)  # fmt: skip
_HOUR = np.dtype([("slot", "u1"), ("count", "<u2")])  # only slots with movements; three bytes, four characters each
_MOST = np.iinfo(np.uint16).max


def packed(rows: Rows) -> tuple[bytes, int]:
    """(the texts of all rows joined, characters of one row): rows of FLOW or USES."""
    return base64.b64encode(rows.tobytes()), rows.dtype.itemsize // 3 * 4


def unpacked(texts: Sequence[str], kind: np.dtype[Any]) -> Rows:
    """Rows of FLOW or USES, shape (n,), from their texts. ValueError for a text that is not one row of that kind."""
    raw = base64.b64decode("".join(texts))
    if len(raw) != len(texts) * kind.itemsize:
        raise ValueError(
            "the habits kept of customers are of another form than this code reads; build the picture again"
        )
    return np.frombuffer(raw, dtype=kind)


def packed_hours(owner: NDArray[np.int64], slot: NDArray[Any], count: NDArray[Any], customers: int) -> list[str | None]:
    """A text a customer, None for who has no movement with a time. owner: the customer's place, ascending."""
    while (count > _MOST).any():  # more than two bytes hold becomes two entries
        over = np.flatnonzero(count > _MOST)
        owner, slot = np.insert(owner, over, owner[over]), np.insert(slot, over, slot[over])
        count = np.insert(np.where(count > _MOST, count - _MOST, count), over, _MOST)
    rows = np.empty(len(owner), dtype=_HOUR)
    rows["slot"], rows["count"] = slot, count
    text = base64.b64encode(rows.tobytes()).decode("ascii")
    ends = np.searchsorted(owner, np.arange(customers + 1)) * 4
    return [text[a:b] or None for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)]


def unpacked_hours(texts: Sequence[str | None]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(owner: place in texts, slot, count) of every entry."""
    rows = np.frombuffer(base64.b64decode("".join(text or "" for text in texts)), dtype=_HOUR)
    owner = np.repeat(np.arange(len(texts)), [len(text or "") // 4 for text in texts])
    return owner, rows["slot"].astype(np.int64), rows["count"].astype(np.int64)


def bit(mask: NDArray[Any], month: int) -> NDArray[np.bool_]:
    """Whether the bit of that month is set."""
    return (mask.astype(np.int64) >> month & 1).astype(bool)
