"""The one place that knows which engine runs the features: Ibis on DuckDB over the Parquet of the batches.

Everything above says what it wants as Ibis expressions; here they become a temporary table, a Parquet file, Arrow
batches or a few rows. Nothing here reads a fact table into Python.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

BATCH_ROWS = 50_000


class Connects(Protocol):
    """What holds the canonical tables: a Picture, or anything that opens a connection with a view a table."""

    @property
    def currency(self) -> str | None:
        """The bank's currency; None without a delivery."""
        ...

    @property
    def as_of(self) -> dt.date | None:
        """The newest business date; None without a delivery."""
        ...

    def months(self) -> tuple[dt.date, ...]:
        """Month-ends with figures, ascending."""
        ...

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own, with a view for each canonical table."""
        ...


@ibis.udf.scalar.builtin
def bit_count(mask: int) -> int:  # type: ignore[empty-body]
    """Number of bits set; the engine has it under this name (so has Spark)."""


class Warehouse:
    """The canonical tables of one picture as Ibis tables on one connection. Close it, or use it in a `with`."""

    def __init__(self, picture: Connects) -> None:
        self.currency = picture.currency
        self._connection = picture.connect()
        self._connection.execute("set enable_progress_bar = false")
        self._connection.execute("set preserve_insertion_order = false")  # rows are ordered where order is asked for
        self._backend = ibis.duckdb.from_connection(self._connection)

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection and its temporary tables."""
        self._connection.close()

    def table(self, name: str) -> ir.Table:
        """A canonical table, or one kept before."""
        return self._backend.table(name)

    def sql(self, expression: ir.Table) -> str:
        """The text the engine runs."""
        return str(self._backend.compile(expression))

    def keep(self, name: str, expression: ir.Table | str) -> ir.Table:
        """Work the expression (or SQL text) out once and keep it under this name for as long as the connection lives."""
        text = expression if isinstance(expression, str) else self.sql(expression)
        self._connection.execute(f'create or replace temp table "{name}" as {text}')
        return self._backend.table(name)

    def lend(self, name: str, rows: pa.Table) -> None:
        """A small table of ours under this name, for questions to join."""
        self._connection.register(name, rows)

    def rows(self, expression: ir.Table | str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a small answer."""
        text = expression if isinstance(expression, str) else self.sql(expression)
        return self._connection.execute(text, list(values)).fetchall()

    def batches(self, text: str, rows: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
        """The answer to SQL text as Arrow batches of at most `rows` rows; only some are in memory at a time.

        Read it to its end before asking anything else: the connection answers one question at a time.
        """
        yield from self._connection.execute(text).to_arrow_reader(rows)

    def write(self, expression: ir.Table | str, path: Path) -> int:
        """Write the answer (to SQL text too) to a Parquet file, whole or not at all; returns its number of rows."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            text = expression if isinstance(expression, str) else self.sql(expression)
            written = self._connection.execute(f"copy ({text}) to '{_quoted(draft)}' (format parquet)").fetchone()
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return int(written[0]) if written else 0


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
