"""The rows of a delivery that were not taken, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.batches import rejects_path
from warehouse.columns import quoted
from warehouse.writing import REJECT_COLUMNS


@dataclass(frozen=True)
class Reject:
    """One value that was not taken: file, row in it (the header is row 1), column, the value as sent, why."""

    file: str
    row: int | None
    column: str | None
    value: str | None
    reason: str
    code: str


def rejects(home: Path, batch_id: int, limit: int, offset: int = 0) -> tuple[list[Reject], int]:
    """A page of a batch's rejects, by file and row, and how many there are in all; none when nothing was kept."""
    path = rejects_path(home, batch_id)
    if path is None:
        return [], 0
    columns, table = ", ".join(f'"{name}"' for name in REJECT_COLUMNS), f"read_parquet({quoted(str(path))})"
    with duckdb.connect() as connection:
        total = connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]
        found = connection.execute(
            f'SELECT {columns} FROM {table} ORDER BY "file", "row", "column", code LIMIT ? OFFSET ?', [limit, offset]
        ).fetchall()
    return [Reject(*row) for row in found], int(total)
