"""Movements of a few accounts, straight from the batches' Parquet.

A batch's movements are sorted by account and time, so a question for one customer's accounts reads the few row groups
that hold them; nothing else of the bank's history is touched.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import Any

import duckdb

from domain.canonical import BY_NAME
from domain.reports.customer import Movement
from warehouse.picture import Picture

LARGEST_PAGE = 500
_inherited: list[duckdb.DuckDBPyConnection] = []  # one or none
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
    # An arm an account: by `=` the engine reads the account's few rows of each column, by IN (…) whole row groups.
    arm = (
        f"SELECT transaction_id, {_SHOWN} FROM ({picture.sql(BY_NAME['transactions'])}) WHERE account_id = ? "
        "AND booked_at < CAST(? AS DATE) + INTERVAL 1 DAY"
    )
    inside = f"FROM ({' UNION ALL '.join(arm for _ in dict.fromkeys(account_ids))})"
    given = [value for account in dict.fromkeys(account_ids) for value in (account, as_of)]
    page = f"SELECT {_SHOWN}, count(*) OVER () {inside} ORDER BY booked_at DESC, transaction_id DESC LIMIT ? OFFSET ?"
    with cursor() as connection:
        rows = connection.execute(page, [*given, min(limit, LARGEST_PAGE), offset]).fetchall()
        # Files are read once for both; only a page beyond the last has no row to say how many there are.
        total = rows[0][-1] if rows else _one(connection.execute(f"SELECT count(*) {inside}", given))
    return Movements(tuple(_movement(row[:-1]) for row in rows), total)


def footers_before_fork(picture: Picture) -> None:
    """Make the engine of this process and of those it will fork, and read what the footers of the picture's files say.

    It works in one thread, that of who asks, so that a fork leaves nothing of it behind.
    """
    if _inherited:
        _inherited.pop().close()
    engine = duckdb.connect(config={"threads": 1})
    engine.execute("SET GLOBAL parquet_metadata_cache = true")
    _inherited.append(engine)
    recent(picture, [""], date.max, 1)


@cache
def _engine_of(_process: int) -> duckdb.DuckDBPyConnection:
    """One engine a process, made at the first question; making one costs as much as a question. A batch's files never
    change, so what their footers say is kept."""
    engine = duckdb.connect()
    engine.execute("SET GLOBAL parquet_metadata_cache = true")
    return engine


def _engine() -> duckdb.DuckDBPyConnection:
    """This process's, or the one made before it was forked; one that has threads is never shared over a fork."""
    return _inherited[0] if _inherited else _engine_of(os.getpid())


def cursor() -> duckdb.DuckDBPyConnection:
    """For another question of a few accounts; close it when done."""
    found = _engine().cursor()
    found.execute("SET TimeZone = 'UTC'")
    return found


def _one(answer: Any) -> int:
    row = answer.fetchone()
    return int(row[0]) if row else 0


def _movement(row: tuple[Any, ...]) -> Movement:
    booked_at, amount, kind, category, channel, account, bank, partner, balance = row
    return Movement(
        booked_at=booked_at, amount=amount, kind=kind, has_time=booked_at.time() != time(0), category=category,
        channel=channel, account=account, counterparty=bank, counterparty_account=partner, balance_after=balance,
    )  # fmt: skip
