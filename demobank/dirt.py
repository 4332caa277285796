"""Dirt mixed into a delivery on purpose, and the count of what was planted.

A row gets at most one kind of dirt. `late` holds movements of a month back: they stand after the next month's, and
those of the last month are not in the delivery at all (the next increment brings them).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demobank.columns import plain
from demobank.plan import DIRT, Array, Plan

ORPHAN_ACCOUNT = "0" * 17
WRONG_WORD = "???"
WRONG_DATE = datetime.fromisoformat("2199-01-01")  # the bank's local time carries no zone
WRONG_NUMBER = "12.3x4"
_OPTIONAL = {
    "customers": ("phone", "education", "occupation", "annual_income", "address", "marital_status"),
    "transactions": ("channel", "category", "memo", "balance_after"),
    "accounts": ("rate",),
}
_DUPLICATED = ("customers", "accounts", "balances", "transactions")
_WRONG = {"customers": ("gender",), "transactions": ("kind", "account_id", "booked_at"), "balances": ("account_id",)}
_LATE = 50  # streams of lateness, apart from the streams of tables


@dataclass(frozen=True)
class Dirt:
    """Shares (0–1) of rows with an emptied cell, rows sent twice, rows sent late, rows with a wrong value."""

    missing: float = 0.0
    duplicate: float = 0.0
    late: float = 0.0
    wrong: float = 0.0

    def __post_init__(self) -> None:
        rates = (self.missing, self.duplicate, self.late, self.wrong)
        if any(not 0 <= r <= 1 for r in rates) or self.missing + self.duplicate + self.wrong > 1:
            raise ValueError(
                f"Dirt rates are shares from 0 to 1 and those of one row add up to at most 1, not {rates}."
            )


@dataclass
class Planted:
    """Rows planted, by (table, dirt, column); `unreadable` are the row numbers whose amount CSV spoils."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def late_rows(plan: Plan, block: int, month: int, rows: int, dirt: Dirt | None) -> Array:
    """Which movements of a month are sent a month late: bool (rows,), the same in every delivery of this bank."""
    if dirt is None or dirt.late == 0:
        return np.zeros(rows, dtype=bool)
    return plan.rng(block, DIRT * 10_000 + _LATE + month).random(rows) < dirt.late


def _replaced(source: pa.Table, column: str, rows: Array, value: object) -> pa.Table:
    place = source.schema.get_field_index(column)
    kind = source.schema.field(column).type
    changed = pc.if_else(pa.array(rows), pa.scalar(value, kind), source.column(column))
    return source.set_column(place, source.schema.field(column), changed)


def _with_missing(name: str, source: pa.Table, rows: Array, which: Array, planted: Planted) -> pa.Table:
    for i, column in enumerate(_OPTIONAL[name]):
        filled = source.column(column).is_valid().to_numpy()
        hit = rows & (which % len(_OPTIONAL[name]) == i) & filled
        if hit.any():
            source = _replaced(source, column, hit, None)
            planted.counts[name, "missing", column] += int(hit.sum())
    return source


def _with_wrong(
    name: str, source: pa.Table, rows: Array, which: Array, planted: Planted, unparsable: bool
) -> tuple[pa.Table, Array]:
    columns = _WRONG[name] + (("amount",) if unparsable and name == "transactions" else ())
    values = {"gender": WRONG_WORD, "kind": WRONG_WORD, "account_id": ORPHAN_ACCOUNT, "booked_at": WRONG_DATE}
    unreadable = np.zeros(source.num_rows, dtype=bool)
    for i, column in enumerate(columns):
        hit = rows & (which % len(columns) == i)
        if not hit.any():
            continue
        planted.counts[name, "wrong", column] += int(hit.sum())
        if column == "amount":
            unreadable = hit
        else:
            source = _replaced(source, column, hit, values[column])
    return source, unreadable


def soil(
    plan: Plan, block: int, stream: int, name: str, source: pa.Table, dirt: Dirt, planted: Planted, unparsable: bool
) -> tuple[pa.Table, Array]:
    """A block's table with its dirt: (table, rows whose amount has to be spoilt when written as text).

    stream: a number that names table and delivery, so that the same delivery gets the same dirt.
    """
    source = plain(source)
    rng = plan.rng(block, DIRT * 10_000 + 1_000 + stream)
    u, which = rng.random(source.num_rows), rng.integers(0, 12, source.num_rows)
    unreadable = np.zeros(source.num_rows, dtype=bool)
    low = 0.0
    if name in _OPTIONAL:
        source = _with_missing(name, source, u < dirt.missing, which, planted)
    low = dirt.missing
    if name in _WRONG:
        rows = (u >= low) & (u < low + dirt.wrong)
        source, unreadable = _with_wrong(name, source, rows, which, planted, unparsable)
    low += dirt.wrong
    if name in _DUPLICATED:
        twice = np.flatnonzero((u >= low) & (u < low + dirt.duplicate))
        source = pa.concat_tables([source, source.take(pa.array(twice))])
        unreadable = np.concatenate([unreadable, np.zeros(twice.size, dtype=bool)])
        if twice.size:
            planted.counts[name, "duplicate", ""] += int(twice.size)
    return source, unreadable
