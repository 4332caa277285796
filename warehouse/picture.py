"""The picture: the batches that count, seen as one set of canonical tables.

A view a table over Parquet. The newest row by key wins, newest by business date, then by batch number, so that a late
delivery never overwrites a newer one. Where a batch brought keys of its own only (its `batch.json` says so) the parts
are a plain union and nothing is compared: movements stay as quick to scan as one file.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from domain.canonical import BY_NAME, TABLES, Table
from warehouse.columns import name, quoted, stored_type

DESCRIPTION = "batch.json"


@dataclass(frozen=True)
class Part:
    """One batch on disk. tables: per table {rows, mode, overlaps: [batch ids], waiting: rows that wait}."""

    folder: Path
    batch_id: int
    business_date: dt.date
    currency: str
    tables: Mapping[str, Mapping[str, Any]]
    derives_balances: bool

    def file(self, table: str, suffix: str = "") -> str:
        """SQL that reads this batch's rows of a table."""
        return f"read_parquet({quoted(str(self.folder / f'{table}{suffix}.parquet'))})"


def read_part(folder: Path) -> Part:
    """The batch in a folder. FileNotFoundError when the folder holds none."""
    text = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    return Part(
        folder=folder,
        batch_id=text["batch_id"],
        business_date=dt.date.fromisoformat(text["business_date"]),
        currency=text["currency"],
        tables=text["tables"],
        derives_balances=text["derives_balances"],
    )


class Picture:
    """The canonical tables over the folders of the batches that count; no folders, empty tables."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.folders = folders

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The batches, oldest business date first."""
        return tuple(sorted(map(read_part, self.folders), key=lambda part: (part.business_date, part.batch_id)))

    @property
    def as_of(self) -> dt.date | None:
        """The newest business date, None without batches."""
        return self.parts[-1].business_date if self.parts else None

    @property
    def currency(self) -> str | None:
        """The bank's currency as its newest batch has it."""
        return self.parts[-1].currency if self.parts else None

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection of one's own with a view for each canonical table; close it when done."""
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        self.define(connection)
        return connection

    def define(self, connection: duckdb.DuckDBPyConnection, prefix: str = "", tables: Iterable[Table] = TABLES) -> None:
        """Make the views `<prefix><table>` in a connection."""
        for table in tables:
            connection.execute(f"CREATE OR REPLACE VIEW {name(prefix + table.name)} AS {self.sql(table)}")

    def months(self) -> tuple[dt.date, ...]:
        """Month-ends there are figures for (a balance or a movement in the month), ascending, not after `as_of`."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT DISTINCT last_day(d) AS m FROM (SELECT DISTINCT as_of AS d FROM balances UNION ALL "
                "SELECT DISTINCT booked_at::DATE FROM transactions) WHERE last_day(d) <= ? ORDER BY m",
                [self.as_of],
            ).fetchall()
        return tuple(row[0] for row in rows)

    def sql(self, table: Table) -> str:
        """The question that gives a table's rows, columns in canonical order and type."""
        pieces = self._pieces(table)
        if table.name == "balances":
            pieces += self._derived_balances()
        if not pieces:
            nulls = ", ".join(f"CAST(NULL AS {stored_type(c)}) AS {name(c.name)}" for c in table.columns)
            return f"SELECT {nulls} WHERE false"
        return " UNION ALL ".join(pieces)

    def _pieces(self, table: Table) -> list[str]:
        parts = [part for part in self.parts if table.name in part.tables]
        whole = [i for i, part in enumerate(parts) if part.tables[table.name]["mode"] == "full"]
        parts = parts[whole[-1] :] if whole else parts  # what came before a full delivery no longer counts
        columns = ", ".join(name(c) for c in table.names)
        pieces = []
        for i, part in enumerate(parts):
            newer = [other for other in parts[i + 1 :] if _overlap(part, other, table.name)]
            pieces.append(f"SELECT {columns} FROM {part.file(table.name)} AS o{_without(newer, table)}")
        return pieces + self._arrived_meanwhile(table, parts)

    def _arrived_meanwhile(self, table: Table, parts: list[Part]) -> list[str]:
        """Rows that waited for a reference that is there now."""
        pieces = []
        columns = ", ".join(name(c) for c in table.names)
        for i, part in enumerate(parts):
            if not part.tables[table.name].get("waiting"):
                continue
            there = [
                f"({name(c.name)} IS NULL OR {name(c.name)} IN (SELECT {name(BY_NAME[c.references].key[0])} "
                f"FROM ({self.sql(BY_NAME[c.references])})))"
                for c in table.columns if c.references and c.references != table.name
            ]  # fmt: skip
            keys = " AND ".join(f"n.{name(k)} = o.{name(k)}" for k in table.key)
            newer = "".join(
                f" AND NOT EXISTS (SELECT 1 FROM {other.file(table.name)} AS n WHERE {keys})"
                for other in parts[i + 1 :]
            )
            pieces.append(
                f"SELECT {columns} FROM {part.file(table.name, '.waiting')} AS o WHERE {' AND '.join(there) or 'true'}{newer}"
            )
        return pieces

    def _derived_balances(self) -> list[str]:
        """Balances of accounts whose source sends movements only: what has come in and gone out until month-end.

        From the month of the first movement to the last month-end the source's file covers. average_balance weighs
        each day of the month alike, taking the balance at the end of the day; half a cent goes away from zero (worked out
        on whole cents, n of them times days, since engines round halves of doubles otherwise).
        """
        parts = [part for part in self.parts if part.derives_balances]
        if not parts:
            return []
        covers = " UNION ALL ".join(f"SELECT * FROM {part.file('coverage')}" for part in parts)
        return [DERIVED_BALANCES.format(covers=covers, transactions=self.sql(BY_NAME["transactions"]))]


def _overlap(older: Part, newer: Part, table: str) -> bool:
    return (
        older.batch_id in newer.tables[table]["overlaps"] or newer.batch_id in older.tables[table]["overlaps"]
    )  # whichever was received second compared itself with the other


def _without(newer: list[Part], table: Table) -> str:
    if not newer:
        return ""
    keys = ", ".join(name(k) for k in table.key)
    rows = " UNION ALL ".join(f"SELECT {keys} FROM {part.file(table.name)}" for part in newer)
    same = " AND ".join(f"n.{name(k)} = o.{name(k)}" for k in table.key)
    return f" WHERE NOT EXISTS (SELECT 1 FROM ({rows}) AS n WHERE {same})"


DERIVED_BALANCES = """
SELECT account_id, as_of, balance,
  CAST(CASE WHEN n < 0 THEN -1 ELSE 1 END * floor((2 * abs(n) + days) / (2 * days)) / 100 AS DECIMAL(18,2)) AS average_balance
FROM (SELECT account_id, month AS as_of, CAST(sum(moved) OVER until AS DECIMAL(18,2)) AS balance, day(month) AS days,
  CAST((coalesce(sum(moved) OVER before, 0) * day(month) + weighted) * 100 AS BIGINT) AS n
FROM (
  SELECT c.account_id, c.month, coalesce(m.moved, 0) AS moved, coalesce(m.weighted, 0) AS weighted
  FROM (
    SELECT account_id, last_day(day::DATE) AS month FROM (
      SELECT account_id, unnest(generate_series(first, until, INTERVAL 1 MONTH)) AS day FROM (
        SELECT t.account_id, date_trunc('month', min(t.booked_at)) AS first, max(c.until)::TIMESTAMP AS until
        FROM ({transactions}) AS t JOIN (SELECT account_id, max(until) AS until FROM ({covers}) GROUP BY account_id) AS c
        ON t.account_id = c.account_id GROUP BY t.account_id
      )
    )
  ) AS c LEFT JOIN (
    SELECT account_id, last_day(booked_at::DATE) AS month, sum(amount) AS moved,
      sum(amount * (day(last_day(booked_at::DATE)) - day(booked_at) + 1)) AS weighted
    FROM ({transactions}) GROUP BY ALL
  ) AS m ON m.account_id = c.account_id AND m.month = c.month
)
WINDOW until AS (PARTITION BY account_id ORDER BY month ROWS UNBOUNDED PRECEDING),
  before AS (PARTITION BY account_id ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
""".strip()
