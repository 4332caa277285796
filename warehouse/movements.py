"""Movements of a few accounts, straight from the batches' Parquet.

A batch's movements are sorted by account and time, so a question for one customer's accounts reads the few row groups
that hold them; nothing else of the bank's history is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import duckdb

from domain.canonical import BY_NAME
from domain.reports.customer import Movement
from warehouse.picture import Picture

LARGEST_PAGE = 500
_SHOWN = (
    "booked_at, amount, kind, category, channel, account_id, counterparty_bank, counterparty_account, balance_after"
)


@dataclass(frozen=True)
class Movements:
    """One page, the newest first (equal times: the higher number first), and how many there are in all."""

    rows: tuple[Movement, ...]
    total: int


def recent(picture: Picture, account_ids: Sequence[str], as_of: date, limit: int = 20, offset: int = 0) -> Movements:
    """Movements of these accounts up to the end of `as_of`. Parties and accounts come masked.

    A movement at midnight sharp has no time: sources that give the day alone are loaded so. No accounts, no movements.
    """
    if not account_ids:
        return Movements((), 0)
    marks = ", ".join("?" for _ in account_ids)
    inside = (
        f"FROM ({picture.sql(BY_NAME['transactions'])}) WHERE account_id IN ({marks}) "
        "AND booked_at < CAST(? AS DATE) + INTERVAL 1 DAY"
    )
    given = [*account_ids, as_of]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        total = _one(connection.execute(f"SELECT count(*) {inside}", given))
        rows = connection.execute(
            f"SELECT {_SHOWN} {inside} ORDER BY booked_at DESC, transaction_id DESC LIMIT ? OFFSET ?",
            [*given, min(limit, LARGEST_PAGE), offset],
        ).fetchall()
    return Movements(tuple(_movement(row) for row in rows), total)


def _one(answer: Any) -> int:
    row = answer.fetchone()
    return int(row[0]) if row else 0


def _movement(row: tuple[Any, ...]) -> Movement:
    booked_at, amount, kind, category, channel, account, bank, partner, balance = row
    return Movement(
        booked_at=booked_at, amount=amount, kind=kind, has_time=booked_at.time() != time(0), category=category,
        channel=channel, account=account, counterparty=bank, counterparty_account=partner, balance_after=balance,
    )  # fmt: skip
