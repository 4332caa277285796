"""Whole tables in and out of the database at the speed it has: COPY in PostgreSQL, executemany in SQLite.

Rows come as Arrow batches in the store's raw shape: money in whole cents, JSON as text.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy import Connection, Table

Heard = Callable[[int], None]


def fill(
    connection: Connection, table: Table, batches: Iterable[pa.RecordBatch], heard: Heard = lambda _rows: None
) -> int:
    """Write the batches into `table` in the caller's transaction; returns the rows. `heard` gets the rows so far.

    Columns go by name; a column of the table that the batches lack stays empty. KeyError for one the table lacks.
    """
    rows = 0
    for batch in batches:
        prepared(connection.dialect.name, table, batch)(connection)
        rows += batch.num_rows
        heard(rows)
    return rows


def prepared(dialect: str, table: Table, batch: pa.RecordBatch) -> Callable[[Connection], None]:
    """The batch turned into what the database takes, so that the writing itself is short: call it with a connection."""
    for name in batch.schema.names:
        if name not in table.c:
            raise KeyError(f"table {table.name} has no column {name}")
    if not batch.num_rows:
        return lambda _connection: None
    names = ", ".join(f'"{name}"' for name in batch.schema.names)
    into = f'"{table.name}" ({names})'
    return (_copy if dialect == "postgresql" else _insert)(into, batch)


def _copy(into: str, batch: pa.RecordBatch) -> Callable[[Connection], None]:
    text = io.BytesIO()
    for at, field in enumerate(batch.schema):
        if pa.types.is_binary(field.type):  # COPY reads bytes as text, two digits each
            told = [None if value is None else f"\\x{value.hex()}" for value in batch.column(at).to_pylist()]
            batch = batch.set_column(at, field.name, pa.array(told, pa.string()))
    # Quoting every value tells an empty text from an absent one, as COPY reads CSV.
    csv.write_csv(batch, text, csv.WriteOptions(include_header=False, quoting_style="all_valid"))

    def write(connection: Connection) -> None:
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {into} FROM STDIN (FORMAT csv)") as copy:
            copy.write(text.getbuffer())

    return write


def _insert(into: str, batch: pa.RecordBatch) -> Callable[[Connection], None]:
    columns = [
        (pc.cast(column, pa.string()) if pa.types.is_date(column.type) else column).to_pylist()
        for column in batch.columns
    ]
    marks = ", ".join("?" for _ in columns)
    rows = list(zip(*columns, strict=True))

    def write(connection: Connection) -> None:
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", rows)

    return write
