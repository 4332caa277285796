"""The one place that knows which engine runs the features: Ibis on DuckDB over the Parquet of the batches.

Features say what they want as Ibis expressions, which become SQL text here; a `Warehouse` makes a temporary table, a
Parquet file, Arrow batches or a few rows of it. Nothing here reads a fact table into Python.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from domain.canonical import BY_NAME

BATCH_ROWS = 50_000
# Engines differ in the last bit of a logarithm, and of a sum with more digits than a DOUBLE: what is made of one is rounded.
ROUND_DIGITS = 9


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


@ibis.udf.scalar.builtin(name="getvariable")
def told_date(key: str) -> dt.date:  # type: ignore[empty-body]
    """The date `Warehouse.tell` gave under this name: a question asked at many dates is put into words once."""


@ibis.udf.scalar.builtin(name="getvariable", signature=(("string",), "timestamp"))
def told_moment(key: str) -> dt.datetime:  # type: ignore[empty-body]
    """The moment told under this name."""


@ibis.udf.scalar.builtin(name="getvariable")
def told_number(key: str) -> int:  # type: ignore[empty-body]
    """The whole number told under this name."""


@ibis.udf.scalar.builtin(name="getvariable")
def told_text(key: str) -> str:  # type: ignore[empty-body]
    """The text told under this name."""


Told = dt.date | dt.datetime | int | str | None


class FeatureEngine(Protocol):
    """What answers the questions of features: `Warehouse` here, `spark.SparkWarehouse` on a cluster."""

    currency: str | None

    def __enter__(self) -> FeatureEngine: ...
    def __exit__(self, *_: object) -> None: ...

    def tell(self, values: Mapping[str, Told]) -> None:
        """What the questions that follow mean by these names."""

    def keep(self, name: str, text: str) -> None:
        """Keep the answer to the SQL text under this name."""

    def see(self, name: str, path: Path) -> None:
        """A Parquet file of ours under this name."""

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """All rows of a small answer."""
        ...

    def write(self, text: str, path: Path) -> int:
        """Write the answer to a Parquet file, whole or not at all; returns its number of rows."""
        ...


Opens = Callable[[Any], FeatureEngine]  # an engine over a picture
_IBIS_TYPES = {
    "id": "string", "text": "string", "date": "date", "timestamp": "timestamp", "money": "decimal(18,2)",
    "rate": "float64", "share": "float64", "decimal": "float64", "integer": "int64", "flag": "boolean",
}  # fmt: skip


def canonical_table(name: str) -> ir.Table:
    """A canonical table as every picture has it, to speak about before there is a picture."""
    return ibis.table({column.name: _IBIS_TYPES[column.type] for column in BY_NAME[name].columns}, name=name)


def text_of(expression: ir.Table) -> str:
    """The text the engine runs. It takes longer to put together than to answer on a small bank: keep what repeats."""
    return str(ibis.duckdb.compile(expression))


class Warehouse:
    """The canonical tables of one picture as Ibis tables on one connection. Close it, or use it in a `with`."""

    def __init__(self, picture: Connects) -> None:
        self.currency = picture.currency
        self._connection = picture.connect()
        self._connection.execute("set enable_progress_bar = false")
        self._connection.execute("set preserve_insertion_order = false")  # rows are ordered where order is asked for

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection and its temporary tables."""
        self._connection.close()

    def tell(self, values: Mapping[str, Told]) -> None:
        """What the questions that follow mean by these names; None is a missing date."""
        self._connection.execute(
            "; ".join(f'set variable "{key}" = {_literal(value)}' for key, value in values.items())
        )

    def keep(self, name: str, text: str) -> None:
        """Work the SQL text out once and keep its answer under this name for as long as the connection lives."""
        self._connection.execute(f'create or replace temp table "{name}" as {text}')

    def see(self, name: str, path: Path) -> None:
        """A Parquet file of ours under this name."""
        self._connection.execute(f"create or replace temp view \"{name}\" as from read_parquet('{_quoted(path)}')")

    def lend(self, name: str, rows: pa.Table) -> None:
        """A small table of ours under this name, for questions to join."""
        self._connection.register(name, rows)

    def rows(self, text: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a small answer."""
        return self._connection.execute(text, list(values)).fetchall()

    def batches(self, text: str, rows: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
        """The answer to SQL text as Arrow batches of at most `rows` rows; only some are in memory at a time.

        Read it to its end before asking anything else: the connection answers one question at a time.
        """
        yield from self._connection.execute(text).to_arrow_reader(rows)

    def write(self, text: str, path: Path) -> int:
        """Write the answer to a Parquet file, whole or not at all; returns its number of rows."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            written = self._connection.execute(f"copy ({text}) to '{_quoted(draft)}' (format parquet)").fetchone()
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return int(written[0]) if written else 0


def _literal(value: Told) -> str:
    if value is None:
        return "null::date"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return f"'{_quoted(value)}'"
    return f"{'timestamp' if isinstance(value, dt.datetime) else 'date'} '{value}'"


def _quoted(text: Path | str) -> str:
    return str(text).replace("'", "''")
